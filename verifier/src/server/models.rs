//! `GET /models`.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    claims,
    models::{ModelFile, list},
};

/// The models, and what a site may say about answers made with them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Models {
    models: Vec<ModelFile>,
    /// Sentences that hold.
    may_be_said: Vec<String>,
    /// Words for a result that do not hold.
    may_not_be_said: Vec<String>,
    /// Sentences about what is not known.
    not_known: Vec<String>,
}

/// Names, hashes and licences of the models; what may be claimed.
#[utoipa::path(get, path = "/models", responses((status = 200, body = Models)))]
pub(super) async fn show_models() -> Json<Models> {
    Json(Models {
        models: list().to_vec(),
        may_be_said: sentences(claims::MAY_BE_SAID),
        may_not_be_said: sentences(claims::MAY_NOT_BE_SAID),
        not_known: sentences(claims::NOT_KNOWN),
    })
}

fn sentences(sentences: &[&str]) -> Vec<String> {
    sentences.iter().copied().map(str::to_owned).collect()
}
