//! Properties that hold for any bytes from Authenteq. `fuzz/` looks for bytes that break one; the
//! tests at the foot try the bytes of its corpora.

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use hyper::body::Body;
use webkyc_shared::verification::Verification;

pub use super::export::fuzzing::export;
use super::{
    details_body::{self, DetailsForm},
    prescan::prescan,
    verification::{
        self,
        image::{Encoded, kind_and_size},
    },
};

/// Details: they are repaired to text, copy no more than is reserved for them, and become JSON of
/// ours that can be read.
///
/// # Panics
/// When that does not hold.
pub fn details(bytes: &[u8]) {
    let mut json = bytes.to_vec();
    let Ok(copied) = prescan(&mut json) else {
        return;
    };
    assert!(str::from_utf8(&json).is_ok());
    let body = Bytes::from(json);
    let Ok(reading) = verification::read(&body) else {
        return;
    };
    let mut verification = reading.verification;
    let mut owned = 0;
    for (_, file) in verification.files_mut() {
        let content = &file.content;
        assert!(BASE64_STANDARD.decode(content.as_bytes()).is_ok());
        if let Cow::Owned(content) = content {
            owned += content.len();
        }
    }
    assert!(owned <= copied, "{owned} bytes, {copied} reserved");
    let expected = serde_json::to_vec(&verification).expect("it can be written");
    let write = |form| {
        let verification = verification.clone();
        let written =
            details_body::write(form, verification, &body, &()).expect("it can be written");
        let length = written.size_hint().exact();
        let written = written.collect().now_or_never().expect("it is there");
        let written = written.expect("it does not fail").to_bytes();
        assert_eq!(Some(written.len() as u64), length);
        written
    };
    let _ = write(DetailsForm::Multipart);
    let written = write(DetailsForm::Json);
    assert_eq!(written, expected);
    let read: Verification<'_> = serde_json::from_slice(&written).expect("it can be read");
    assert_eq!(serde_json::to_vec(&read).ok(), Some(expected));
}

/// An image: its size is that of its header, wherever the file ends behind it.
///
/// # Panics
/// When that does not hold.
#[must_use]
pub fn image(bytes: &[u8]) -> Option<(usize, usize)> {
    let size = |bytes: &[u8]| {
        let encoded = BASE64_STANDARD.encode(bytes);
        kind_and_size(&Encoded::new(&encoded))
    };
    let (kind, width, height) = size(bytes)?;
    let longer = [bytes, &[0; 64]].concat();
    assert_eq!(size(&longer), Some((kind, width, height)));
    Some((width, height))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    fn inputs(target: &str) -> Vec<Vec<u8>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
        let files = fs::read_dir(root.join(target)).unwrap();
        files
            .map(|file| fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    #[test]
    fn con_13_the_corpora_keep_their_promises() {
        for (target, promise) in [
            ("details", details as fn(&[u8])),
            ("export", export),
            ("image", |bytes| {
                let _ = image(bytes);
            }),
        ] {
            let inputs = inputs(target);
            assert!(inputs.len() > 2, "{target}");
            inputs.iter().for_each(|bytes| promise(bytes));
        }
    }
}
