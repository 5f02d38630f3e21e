//! The picture on top of the pages.

use std::{path::Path, sync::Arc};

use super::ClientFlaw;

/// The largest logo, in bytes. Real ones are a tenth of it.
pub(crate) const LARGEST_LOGO: usize = 256 * 1024;

pub(super) const TOO_LARGE: &str = "is larger than 256 KiB";

/// A picture that is an SVG, a PNG or a JPEG by its first bytes.
#[derive(Clone, Debug)]
pub(crate) struct Logo {
    pub(crate) media_type: &'static str,
    pub(crate) content: Arc<[u8]>,
}

impl Logo {
    pub(crate) fn read(path: &Path) -> Result<Self, ClientFlaw> {
        let flaw = |reason: String| ClientFlaw::Logo(format!("{}: {reason}", path.display()));
        let content = std::fs::read(path).map_err(|error| flaw(error.to_string()))?;
        Self::of(content).map_err(|reason| flaw(reason.to_owned()))
    }

    /// Or the mistake, in a few words.
    pub(crate) fn of(content: Vec<u8>) -> Result<Self, &'static str> {
        if content.len() > LARGEST_LOGO {
            return Err(TOO_LARGE);
        }
        let start = String::from_utf8_lossy(&content[..content.len().min(512)]);
        let media_type = if content.starts_with(b"\x89PNG") {
            "image/png"
        } else if content.starts_with(b"\xff\xd8\xff") {
            "image/jpeg"
        } else if start.contains("<svg") || start.contains("<?xml") {
            "image/svg+xml"
        } else {
            return Err("is neither SVG nor PNG nor JPEG");
        };
        Ok(Self {
            media_type,
            content: content.into(),
        })
    }
}
