//! Programs written for the real service run unchanged: the sandbox takes the requests they are
//! known to send, and its answers have the members they are known to read.

mod curl;
mod exchanges;
mod order;
mod printed;
mod requests;

use base64::{Engine, engine::general_purpose::STANDARD};

/// `Basic` and the pair, as programs write it by hand.
fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The base64 text must be a JPEG that an independent decoder reads whole.
#[track_caller]
fn assert_jpeg(content: &serde_json::Value) {
    let bytes = STANDARD.decode(content.as_str().unwrap()).unwrap();
    assert!(bytes.starts_with(b"\xff\xd8\xff") && bytes.ends_with(b"\xff\xd9"));
    let picture = image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg).unwrap();
    assert!(picture.width() >= 490 && picture.height() >= 630);
}
