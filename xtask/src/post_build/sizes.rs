//! What the pages weigh: brotli twins of the files, and the sum a first visit loads.

use std::{
    cmp::Reverse,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::hashed_names;

/// Files that get smaller, and that the server offers compressed.
const COMPRESSED: [&str; 5] = ["wasm", "js", "css", "html", "svg"];

/// Of these, the ones that name other files.
const TEXT: [&str; 4] = ["js", "css", "html", "svg"];

/// The most a first visit may load. Raising a ceiling is a decision, not a repair.
const PORTAL: usize = 110 * KIB;

/// The most a page of another site may load for the button.
const BUTTON: usize = 32 * KIB;

/// What `elements.js` loads for the button; each has a hash in its name.
const BUTTON_FILES: [&str; 3] = [
    "authenteq-button.js",
    "authenteq-button_bg.wasm",
    "button.css",
];

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

/// Everything a browser without a cache loads for one thing, and the most that may be.
pub(crate) struct Weight {
    what: &'static str,
    ceiling: usize,
    loads: Vec<Load>,
}

struct Load {
    name: String,
    raw: usize,
    sent: usize,
}

/// What is weighed: a first visit of each page that visitors see, and the button on a page of another
/// site.
pub(crate) fn of_pages(folder: &Path) -> Result<[Weight; 3]> {
    let script = Load::of(folder, &folder.join("elements.js"));
    let named = BUTTON_FILES.map(|name| Load::of(folder, &hashed_names::find(folder, name)?));
    let button = [script].into_iter().chain(named);
    Ok([
        Weight::new(
            "A first visit of /",
            PORTAL,
            loads_of_first_visit(folder, "index.html")?,
        ),
        Weight::new(
            "A first visit of /results",
            PORTAL,
            loads_of_first_visit(folder, "results.html")?,
        ),
        Weight::new("The button", BUTTON, button.collect::<Result<_>>()?),
    ])
}

/// Follows the names of files from a page on: what is named by a page, a script or a style
/// sheet that is loaded counts as loaded. Names inside a program do not count: what a page adds later,
/// like `/integrate` its own program, is not part of a first visit.
fn loads_of_first_visit(folder: &Path, page: &str) -> Result<Vec<Load>> {
    let mut unseen: BTreeSet<PathBuf> = files(folder)?.into_iter().collect();
    let page = folder.join(page);
    ensure!(unseen.remove(&page), "there is no {}", page.display());
    let mut to_read = vec![page];
    let mut loads = Vec::new();
    while let Some(file) = to_read.pop() {
        loads.push(Load::of(folder, &file)?);
        if has_extension(&file, &TEXT) {
            let raw = read(&file)?;
            let text = String::from_utf8_lossy(&raw);
            to_read.extend(unseen.extract_if(.., |other| is_named_in(&text, other)));
        }
    }
    Ok(loads)
}

impl Load {
    fn of(folder: &Path, file: &Path) -> Result<Self> {
        let raw = read(file)?.len();
        let sent = match fs::metadata(twin(file)) {
            Ok(twin) => usize::try_from(twin.len())?,
            Err(_) => raw,
        };
        let name = file.strip_prefix(folder)?.display().to_string();
        Ok(Self { name, raw, sent })
    }
}

fn is_named_in(text: &str, file: &Path) -> bool {
    file.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| text.contains(name))
}

impl Weight {
    fn new(what: &'static str, ceiling: usize, mut loads: Vec<Load>) -> Self {
        loads.sort_by_key(|load| Reverse(load.sent));
        Self {
            what,
            ceiling,
            loads,
        }
    }

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
        let mut table = format!("{:width$}  {:>9}  {:>9}\n", self.what, "raw", "brotli");
        for Load { name, raw, sent } in &self.loads {
            table += &format!("{name:width$}  {raw:>9}  {sent:>9}\n");
        }
        table
    }

    /// For who measures, in bytes.
    pub(crate) fn json(&self) -> Value {
        let files = self
            .loads
            .iter()
            .map(|Load { name, raw, sent }| json!({"name": name, "raw": raw, "sent": sent}));
        json!({
            "what": self.what,
            "ceiling": self.ceiling,
            "files": files.collect::<Vec<_>>(),
        })
    }

    /// One line.
    pub(crate) fn summary(&self) -> String {
        format!(
            "{} loads {} KiB; at most {} KiB are allowed.",
            self.what,
            kib(self.sent()),
            kib(self.ceiling)
        )
    }

    pub(crate) fn check(&self) -> Result<()> {
        ensure!(
            self.sent() <= self.ceiling,
            "the pages are too heavy. {}",
            self.summary()
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
        // The program loads this one on a page that few visitors open.
        let program = [b"./integrate_loader.js".as_slice(), &[0; 4979]].concat();
        write("portal-2_bg.wasm", &program);
        write("portal-2_bg.wasm.br", &[0; 1000]);
        write("integrate_loader.js", b"import './integrate.js'");

        let loads = loads_of_first_visit(folder.path(), "index.html").unwrap();
        let visit = Weight::new("A visit", 2000, loads);
        let names: Vec<&str> = visit.loads.iter().map(|load| load.name.as_str()).collect();
        assert_eq!(
            names,
            ["portal-2_bg.wasm", "index.html", "portal-2.js", "boot-1.js"]
        );
        assert_eq!(visit.sent(), 1000 + 45 + 25 + 22);
        visit.check().unwrap();
        let json = visit.json();
        assert_eq!(
            (&json["what"], &json["ceiling"]),
            (&json!("A visit"), &json!(2000))
        );
        let first = json!({"name": "portal-2_bg.wasm", "raw": 5000, "sent": 1000});
        assert_eq!(json["files"][0], first);
    }

    #[test]
    fn pages_that_are_too_heavy_are_refused_with_both_figures() {
        let weight = |sent| {
            let load = Load {
                name: "index.html".into(),
                raw: 0,
                sent,
            };
            Weight::new("A first visit", PORTAL, vec![load])
        };
        weight(PORTAL).check().unwrap();
        assert_eq!(
            weight(PORTAL + 1).check().unwrap_err().to_string(),
            "the pages are too heavy. A first visit loads 110.1 KiB; at most 110 KiB are allowed."
        );
    }
}
