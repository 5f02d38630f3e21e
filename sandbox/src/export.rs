//! A verification as the export calls answer it, where that is more than JSON.

mod multipart;
mod report;

pub(crate) use multipart::Multipart;
pub(crate) use report::pdf;
