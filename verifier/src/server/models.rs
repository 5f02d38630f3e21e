//! `GET /models`.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::models::{ModelFile, list};

/// The models, and what a site may say about answers made with them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Models {
    models: Vec<ModelFile>,
    /// Sentences that hold.
    may_be_said: Vec<String>,
    /// Sentences about what is not known.
    not_known: Vec<String>,
}

/// Names, hashes and licences of the models; what may be claimed.
#[utoipa::path(get, path = "/models", responses((status = 200, body = Models)))]
pub(super) async fn show_models() -> Json<Models> {
    Json(Models {
        models: list().to_vec(),
        may_be_said: sentences(&[
            "These fields were read from the picture of a document.",
            "You turned as asked.",
            "The faces look alike (0.62; limit 0.40).",
            "An active challenge deters flat printed photographs and stills (bent prints: 2 of 21 passed). \
             It does not stop a replayed or generated video that follows the prompts, an injected camera \
             or a mask, and is not certified (ISO 30107-3).",
        ]),
        not_known: sentences(&[
            "Whether the document is genuine: no security feature is looked at.",
            "How often real documents are misread: only drawn ones were measured.",
            "How often living visitors are refused: none were measured.",
            "How accuracy differs by skin tone, age and sex; which faces the models were trained with is \
             not disclosed.",
        ]),
    })
}

fn sentences(sentences: &[&str]) -> Vec<String> {
    sentences.iter().copied().map(str::to_owned).collect()
}
