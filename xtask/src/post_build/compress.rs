//! Brotli twins of the built files, which the backend sends to browsers that take them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::files;

/// Files that get smaller, and that the server offers compressed.
const COMPRESSED: [&str; 5] = ["wasm", "js", "css", "html", "svg"];

/// Writes `NAME.br` beside each file that gets smaller by it.
pub(super) fn all(folder: &Path) -> Result<()> {
    for file in files::all_files(folder)? {
        if !files::has_extension(&file, &COMPRESSED) {
            continue;
        }
        let raw = files::read(&file)?;
        let small = brotli(&raw).with_context(|| format!("cannot compress {}", file.display()))?;
        if small.len() < raw.len() {
            files::write(&twin(&file), small)?;
        }
    }
    Ok(())
}

/// The name of the compressed file.
pub(super) fn twin(file: &Path) -> PathBuf {
    file.with_added_extension("br")
}

/// The smallest of what several sizes of input blocks give: 0 is the encoder's own choice.
fn brotli(raw: &[u8]) -> Result<Vec<u8>> {
    let compressed = [0, 16, 17, 18].into_iter().map(|lgblock| {
        let best = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 24,
            lgblock,
            size_hint: raw.len(),
            ..Default::default()
        };
        let mut small = Vec::new();
        brotli::BrotliCompress(&mut &raw[..], &mut small, &best)?;
        anyhow::Ok(small)
    });
    let all = compressed.collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().min_by_key(Vec::len).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_compressed_file_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let text = "the same again and again, ".repeat(400);
        fs::write(folder.path().join("a.js"), &text).unwrap();
        fs::write(folder.path().join("b.js"), "x").unwrap();
        fs::write(folder.path().join("c.png"), &text).unwrap();

        all(folder.path()).unwrap();

        let small = fs::read(folder.path().join("a.js.br")).unwrap();
        assert!(small.len() < 100, "{}", small.len());
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &small[..], &mut back).unwrap();
        assert_eq!(back, text.as_bytes());
        assert!(
            !folder.path().join("b.js.br").exists(),
            "it would be larger"
        );
        assert!(
            !folder.path().join("c.png.br").exists(),
            "images are compressed already"
        );
    }
}
