//! What was read of one side of a document, without its pictures.

use serde::{Deserialize, Serialize};

use crate::{
    side::PageLine,
    zone::{Field, Zone},
};

/// The text of one picture of a side.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SideText {
    /// The machine-readable zone, if there is one.
    pub zone: Option<Zone>,
    /// Everything else that is printed.
    pub page: Vec<PageLine>,
}

impl SideText {
    /// The document's number in the zone.
    #[must_use]
    pub fn number(&self) -> Option<&Field> {
        self.zone.as_ref()?.fields.document_number.as_ref()
    }

    /// Whether both zones are of one document. Its number may be misread while it is not sure.
    #[must_use]
    pub fn is_of_same(&self, other: &Self) -> bool {
        let (Some(one), Some(another)) = (&self.zone, &other.zone) else {
            return false;
        };
        let agree = |get: fn(&Zone) -> Option<&Field>| match (get(one), get(another)) {
            (Some(one), Some(another)) => one.value == another.value,
            _ => false,
        };
        let is_sure = |text: &Self| text.number().is_some_and(|number| number.sure);
        agree(|zone| zone.fields.document_number.as_ref())
            || !(is_sure(self) && is_sure(other))
                && agree(|zone| zone.fields.surname.as_ref())
                && agree(|zone| zone.fields.date_of_birth.as_ref())
    }
}
