//! The files of a verification. The browser holds their bytes.

use base64::{Engine, prelude::BASE64_STANDARD};
use js_sys::{Array, Reflect, Uint8Array, try_iter};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FormData};

use super::answer::Error;

/// Files by their places in the data: `documents.0.croppedFrontImage`.
pub(crate) struct Files {
    form: FormData,
    /// Read where a script may ask for them without waiting.
    bytes: Vec<(String, Uint8Array)>,
}

impl Files {
    pub(crate) fn new(form: FormData) -> Self {
        Self {
            form,
            bytes: Vec::new(),
        }
    }

    /// The file at this place.
    pub(crate) fn get(&self, place: &str) -> Option<Blob> {
        self.form.get(place).dyn_into().ok()
    }

    /// Reads all files, for [`Files::write_into`].
    pub(crate) async fn read(&mut self) -> Result<(), Error> {
        for entry in try_iter(&self.form).ok().flatten().into_iter().flatten() {
            let entry: Array = entry.map_err(|_| Error::Unreadable)?.unchecked_into();
            if let (Some(place), Ok(file)) =
                (entry.get(0).as_string(), entry.get(1).dyn_into::<Blob>())
            {
                let bytes = JsFuture::from(file.array_buffer()).await;
                let bytes = bytes.map_err(|_| Error::Unreadable)?;
                self.bytes.push((place, Uint8Array::new(&bytes)));
            }
        }
        Ok(())
    }

    /// Writes the files that were read into `parsed`, in base64.
    pub(crate) fn write_into(&self, parsed: &JsValue) {
        for (place, bytes) in &self.bytes {
            let member = |of: JsValue, name| Reflect::get(&of, &JsValue::from_str(name));
            if let Ok(file) = place.split('.').try_fold(parsed.clone(), member) {
                let content = BASE64_STANDARD.encode(bytes.to_vec());
                // Cannot fail: a plain object takes every key.
                let _ = Reflect::set(&file, &"content".into(), &content.into());
            }
        }
    }
}
