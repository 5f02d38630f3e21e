//! `blob:` addresses for bytes in memory, for `<img>` and downloads.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, Url};

/// A `blob:` address, revoked on drop.
#[derive(Debug)]
pub(crate) struct ObjectUrl(String);

/// The browser gives no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotShowable;

impl ObjectUrl {
    /// The address has this media type, whatever the file is said to be.
    pub(crate) fn new(file: &JsValue, media_type: &str) -> Result<Self, NotShowable> {
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = Blob::new_with_blob_sequence_and_options(&Array::of1(file), &options);
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
