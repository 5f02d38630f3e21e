//! Image headers: a decoder finds the size that the backend finds, or fails.

#![no_main]

use std::io::Cursor;

use image::{ImageDecoder, ImageReader};
use webkyc_backend::authenteq::fuzzing;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((width, height)) = fuzzing::image(bytes) else {
        return;
    };
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    if let Ok(decoder) = reader.expect("it is in memory").into_decoder() {
        let (w, h) = decoder.dimensions();
        assert_eq!((w as usize, h as usize), (width, height));
    }
});
