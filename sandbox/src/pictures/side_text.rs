//! What a verifier has read of one side of a document.

use serde::{Deserialize, Serialize};
use webkyc_reading::{Field, PageLine, Zone};

/// The text of a side, without pictures.
#[derive(Serialize, Deserialize)]
pub(crate) struct SideText {
    pub(crate) zone: Option<Zone>,
    pub(crate) page: Vec<PageLine>,
}

impl SideText {
    /// The number in the zone.
    pub(crate) fn number(&self) -> Option<&Field> {
        self.zone.as_ref()?.fields.document_number.as_ref()
    }

    pub(crate) fn has_zone(&self) -> bool {
        self.zone.is_some()
    }

    /// Whether both zones are of one document. Its number may be misread while it is not sure.
    pub(crate) fn is_of_same(&self, other: &Self) -> bool {
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
