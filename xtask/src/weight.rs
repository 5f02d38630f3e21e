//! What the pages weigh: brotli twins of the files, and the sum a first visit loads.

use std::{
    cmp::Reverse,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

/// Files that get smaller, and that the server offers compressed.
const COMPRESSED: [&str; 5] = ["wasm", "js", "css", "html", "svg"];

/// Of these, the ones that name other files.
const TEXT: [&str; 4] = ["js", "css", "html", "svg"];

/// The most a first visit may load. Raising it is a decision, not a repair.
const CEILING: usize = 110 * KIB;

const KIB: usize = 1024;

/// Writes `NAME.br` beside each file that gets smaller by it.
pub(crate) fn compress(folder: &Path) -> Result<()> {
    for file in files(folder)? {
        if !has_extension(&file, &COMPRESSED) {
            continue;
        }
        let raw = read(&file)?;
        let small = brotli(&raw).with_context(|| format!("cannot compress {}", file.display()))?;
        if small.len() < raw.len() {
            let twin = twin(&file);
            fs::write(&twin, small).with_context(|| format!("cannot write {}", twin.display()))?;
        }
    }
    Ok(())
}

fn brotli(raw: &[u8]) -> Result<Vec<u8>> {
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

/// Everything a browser without a cache loads to show the page.
pub(crate) struct FirstVisit {
    loads: Vec<Load>,
}

struct Load {
    name: String,
    raw: usize,
    sent: usize,
}

/// Follows the names of files from `index.html` on: what is named by a page, a script or a style
/// sheet that is loaded counts as loaded.
pub(crate) fn of_first_visit(folder: &Path) -> Result<FirstVisit> {
    let mut unseen: BTreeSet<PathBuf> = files(folder)?.into_iter().collect();
    let index = folder.join("index.html");
    ensure!(unseen.remove(&index), "there is no {}", index.display());
    let mut to_read = vec![index];
    let mut loads = Vec::new();
    while let Some(file) = to_read.pop() {
        let raw = read(&file)?;
        let sent = match fs::metadata(twin(&file)) {
            Ok(twin) => usize::try_from(twin.len())?,
            Err(_) => raw.len(),
        };
        loads.push(Load {
            name: file.strip_prefix(folder)?.display().to_string(),
            raw: raw.len(),
            sent,
        });
        if has_extension(&file, &TEXT) {
            let text = String::from_utf8_lossy(&raw);
            to_read.extend(unseen.extract_if(.., |other| is_named_in(&text, other)));
        }
    }
    loads.sort_by_key(|load| Reverse(load.sent));
    Ok(FirstVisit { loads })
}

fn is_named_in(text: &str, file: &Path) -> bool {
    file.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| text.contains(name))
}

impl FirstVisit {
    fn sent(&self) -> usize {
        self.loads.iter().map(|load| load.sent).sum()
    }

    pub(crate) fn table(&self) -> String {
        let width = self
            .loads
            .iter()
            .map(|load| load.name.len())
            .max()
            .unwrap_or(0);
        let mut table = format!(
            "{:width$}  {:>9}  {:>9}\n",
            "a first visit loads", "raw", "brotli"
        );
        for Load { name, raw, sent } in &self.loads {
            table += &format!("{name:width$}  {raw:>9}  {sent:>9}\n");
        }
        table
    }

    /// One line.
    pub(crate) fn summary(&self) -> String {
        format!(
            "A first visit loads {} KiB; at most {} KiB are allowed.",
            kib(self.sent()),
            kib(CEILING)
        )
    }

    pub(crate) fn check(&self) -> Result<()> {
        ensure!(
            self.sent() <= CEILING,
            "the pages are too heavy: a first visit loads {} KiB, and at most {} KiB are allowed",
            kib(self.sent()),
            kib(CEILING)
        );
        Ok(())
    }
}

/// With one decimal, rounded up: a figure over the ceiling never looks like the ceiling.
fn kib(bytes: usize) -> String {
    let tenths = (bytes * 10).div_ceil(KIB);
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        decimal => format!("{}.{decimal}", tenths / 10),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn twin(file: &Path) -> PathBuf {
    file.with_added_extension("br")
}

fn has_extension(file: &Path, extensions: &[&str]) -> bool {
    file.extension()
        .and_then(|it| it.to_str())
        .is_some_and(|it| extensions.contains(&it))
}

/// Every file under a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in sorted_entries(folder)? {
        if entry.is_dir() {
            files.extend(self::files(&entry)?);
        } else {
            files.push(entry);
        }
    }
    Ok(files)
}

/// What a folder holds, in the same order on every machine.
pub(crate) fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .with_context(|| format!("cannot read {}", folder.display()))?;
    entries.sort();
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_file_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let text = "the same again and again, ".repeat(400);
        fs::write(folder.path().join("a.js"), &text).unwrap();
        fs::write(folder.path().join("b.js"), "x").unwrap();
        fs::write(folder.path().join("c.png"), &text).unwrap();

        compress(folder.path()).unwrap();

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

    #[test]
    fn a_first_visit_loads_what_is_named_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
        write(
            "index.html",
            b"<script type=module src=./boot-1.js></script>",
        );
        write("boot-1.js", b"import './portal-2.js'");
        write("portal-2.js", b"fetch('portal-2_bg.wasm')");
        write("portal-2_bg.wasm", &[0; 5000]);
        write("portal-2_bg.wasm.br", &[0; 1000]);
        write("never.js", b"");

        let visit = of_first_visit(folder.path()).unwrap();
        let names: Vec<&str> = visit.loads.iter().map(|load| load.name.as_str()).collect();
        assert_eq!(
            names,
            ["portal-2_bg.wasm", "index.html", "portal-2.js", "boot-1.js"]
        );
        assert_eq!(visit.sent(), 1000 + 45 + 25 + 22);
        visit.check().unwrap();
    }

    #[test]
    fn pages_that_are_too_heavy_are_refused_with_both_figures() {
        let load = |sent| FirstVisit {
            loads: vec![Load {
                name: "index.html".into(),
                raw: 0,
                sent,
            }],
        };
        load(CEILING).check().unwrap();
        assert_eq!(
            load(CEILING + 1).check().unwrap_err().to_string(),
            "the pages are too heavy: a first visit loads 110.1 KiB, and at most 110 KiB are allowed"
        );
    }
}
