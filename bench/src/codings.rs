//! Files as a web server would send them.

use std::io::Write;

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};

/// `gzip -9`
pub(crate) fn gzip(raw: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(raw)?;
    Ok(encoder.finish()?)
}

/// Quality 11, as the kit's own files are compressed.
pub(crate) fn brotli(raw: &[u8]) -> Result<Vec<u8>> {
    let best = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: raw.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &raw[..], &mut small, &best)?;
    Ok(small)
}
