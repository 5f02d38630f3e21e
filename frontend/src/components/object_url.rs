//! `blob:` addresses for bytes in memory, for `<img>` and downloads.

use base64::{Engine, engine::general_purpose::STANDARD};
use js_sys::{Array, Uint8Array};
use web_sys::{Blob, BlobPropertyBag, Url};
use webkyc_shared::verification::{File, FileType};

/// A `blob:` address, revoked on drop.
#[derive(Debug)]
pub(crate) struct ObjectUrl(String);

/// The file has an unknown type, broken base64 or no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotShowable;

impl ObjectUrl {
    /// The address has one of our media types, never a string that came with the file.
    pub(crate) fn new(file: &File) -> Result<Self, NotShowable> {
        let bytes = bytes(file)?;
        let bytes = Uint8Array::from(bytes.as_slice());
        Self::of_bytes(&bytes, file.content_type.media_type())
    }

    /// For bytes that were checked before.
    pub(crate) fn of_bytes(bytes: &Uint8Array, media_type: &str) -> Result<Self, NotShowable> {
        let parts = Array::of1(bytes);
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options);
        let url = blob.and_then(|blob| Url::create_object_url_with_blob(&blob));
        url.map(Self).map_err(|_| NotShowable)
    }

    /// For `src` or `href`.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // Fails only without `URL`, and then there was no address either.
        let _ = Url::revoke_object_url(&self.0);
    }
}

fn bytes(file: &File) -> Result<Vec<u8>, NotShowable> {
    if file.content_type == FileType::Unknown || file.content.is_empty() {
        return Err(NotShowable);
    }
    STANDARD
        .decode(file.content.as_bytes())
        .map_err(|_| NotShowable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content_type: FileType, content: &str) -> File<'static> {
        File {
            content_type,
            content: content.to_owned().into(),
        }
    }

    #[test]
    fn base64_becomes_bytes() {
        assert_eq!(
            bytes(&file(FileType::Jpeg, "/9j/4A==")),
            Ok(vec![0xFF, 0xD8, 0xFF, 0xE0])
        );
    }

    #[test]
    fn con_05_broken_base64_is_not_shown() {
        for content in ["", "%%%%", "/9j/4A", "/9j/\n4A==", "/9j/4A==="] {
            assert_eq!(
                bytes(&file(FileType::Jpeg, content)),
                Err(NotShowable),
                "{content}"
            );
        }
    }

    #[test]
    fn con_03_an_unknown_file_is_not_shown() {
        assert_eq!(
            bytes(&file(FileType::Unknown, "/9j/4A==")),
            Err(NotShowable)
        );
    }
}
