//! A picture in an answer.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// A picture as JPEG; base64 in JSON.
#[derive(Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = String)]
pub struct Jpeg(pub Vec<u8>);

impl Serialize for Jpeg {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

/// Pictures of persons belong into no log.
impl std::fmt::Debug for Jpeg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Jpeg({} bytes)", self.0.len())
    }
}
