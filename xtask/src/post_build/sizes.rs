//! How much browsers load for a page, with ceilings.

use std::{
    cmp::Reverse,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::{compress, hashed_names, texts};
use crate::files;

/// Kinds of files that name other files.
const TEXT: [&str; 4] = ["js", "css", "html", "svg"];

/// The most that a first visit may load. A higher ceiling needs a review.
const PORTAL: usize = 110 * KIB;

/// The most that a first visit of the page for developers may load, without the button of its preview.
const INTEGRATE: usize = 110 * KIB;

/// The most that another site's page may load for the button.
const BUTTON: usize = 32 * KIB;

/// The files that `elements.js` loads for the button; each has a hash in its name.
const BUTTON_FILES: [&str; 3] = [
    "authenteq-button.js",
    "authenteq-button_bg.wasm",
    "button.css",
];

const KIB: usize = 1024;

/// All files that a browser without a cache loads for one purpose.
pub(crate) struct Download {
    what: &'static str,
    /// In bytes.
    ceiling: usize,
    files: Vec<FileSize>,
}

struct FileSize {
    name: String,
    raw: usize,
    /// With brotli, where there is a twin.
    sent: usize,
}

/// A first visit of each page, and the button on another site's page.
pub(crate) fn of_pages(folder: &Path) -> Result<[Download; 4]> {
    let script = FileSize::of(folder, &folder.join("elements.js"));
    let named = BUTTON_FILES.map(|name| FileSize::of(folder, &hashed_names::find(folder, name)?));
    let button = [script].into_iter().chain(named);
    Ok([
        Download::new(
            "A first visit of /",
            PORTAL,
            first_visit(folder, "index.html")?,
        ),
        Download::new(
            "A first visit of /results",
            PORTAL,
            first_visit(folder, "results.html")?,
        ),
        Download::new(
            "A first visit of /integrate",
            INTEGRATE,
            first_visit(folder, "integrate.html")?,
        ),
        Download::new("The button", BUTTON, button.collect::<Result<_>>()?),
    ])
}

/// Follows file names from a page on: a file counts when a page, script or style sheet that is loaded
/// names it. Names inside a program do not count, because a program loads its files later.
fn first_visit(folder: &Path, page: &str) -> Result<Vec<FileSize>> {
    let mut unseen: BTreeSet<PathBuf> = files::all_files(folder)?.into_iter().collect();
    let page = folder.join(page);
    ensure!(unseen.remove(&page), "there is no {}", page.display());
    let mut to_read = vec![page];
    let mut loaded = Vec::new();
    while let Some(file) = to_read.pop() {
        loaded.push(FileSize::of(folder, &file)?);
        if files::has_extension(&file, &TEXT) {
            let raw = files::read(&file)?;
            let text = String::from_utf8_lossy(&raw);
            to_read.extend(unseen.extract_if(.., |other| is_named_in(&text, other)));
        }
    }
    Ok(in_one_language(loaded))
}

/// Of the texts, a visitor loads one language: the heaviest counts.
fn in_one_language(files: Vec<FileSize>) -> Vec<FileSize> {
    let is_texts = |file: &FileSize| texts::is_one(&file.name);
    let (texts, mut loaded): (Vec<_>, Vec<_>) = files.into_iter().partition(is_texts);
    loaded.extend(texts.into_iter().max_by_key(|file| file.sent));
    loaded
}

impl FileSize {
    fn of(folder: &Path, file: &Path) -> Result<Self> {
        let raw = files::read(file)?.len();
        let sent = match fs::metadata(compress::twin(file)) {
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

impl Download {
    fn new(what: &'static str, ceiling: usize, mut files: Vec<FileSize>) -> Self {
        files.sort_by_key(|file| Reverse(file.sent));
        Self {
            what,
            ceiling,
            files,
        }
    }

    fn sent(&self) -> usize {
        self.files.iter().map(|file| file.sent).sum()
    }

    pub(crate) fn table(&self) -> String {
        let width = self
            .files
            .iter()
            .map(|file| file.name.len())
            .max()
            .unwrap_or(0);
        let mut table = format!("{:width$}  {:>9}  {:>9}\n", self.what, "raw", "brotli");
        for FileSize { name, raw, sent } in &self.files {
            table += &format!("{name:width$}  {raw:>9}  {sent:>9}\n");
        }
        table
    }

    /// For `webkyc-bench`, in bytes.
    pub(crate) fn json(&self) -> Value {
        let files = self
            .files
            .iter()
            .map(|FileSize { name, raw, sent }| json!({"name": name, "raw": raw, "sent": sent}));
        json!({
            "what": self.what,
            "ceiling": self.ceiling,
            "files": files.collect::<Vec<_>>(),
        })
    }

    /// In one line.
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

/// With one decimal, rounded up, so that a figure over the ceiling never looks like the ceiling.
fn kib(bytes: usize) -> String {
    let tenths = (bytes * 10).div_ceil(KIB);
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        decimal => format!("{}.{decimal}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_visit_loads_the_named_files_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
        write(
            "index.html",
            b"<script type=module src=./boot-1.js></script>",
        );
        write(
            "boot-1.js",
            b"import './portal-2.js'; './portal-en-3.js' './portal-fr-4.js'",
        );
        write("portal-en-3.js", &[0; 10]);
        write("portal-fr-4.js", &[0; 12]);
        write("portal-2.js", b"fetch('portal-2_bg.wasm')");
        // The program loads this one on a page that few visitors open.
        let program = [b"./integrate_loader.js".as_slice(), &[0; 4979]].concat();
        write("portal-2_bg.wasm", &program);
        write("portal-2_bg.wasm.br", &[0; 1000]);
        write("integrate_loader.js", b"import './integrate.js'");

        let files = first_visit(folder.path(), "index.html").unwrap();
        let visit = Download::new("A visit", 2000, files);
        let names: Vec<&str> = visit.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "portal-2_bg.wasm",
                "boot-1.js",
                "index.html",
                "portal-2.js",
                "portal-fr-4.js"
            ]
        );
        assert_eq!(visit.sent(), 1000 + 61 + 45 + 25 + 12);
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
        let download = |sent| {
            let file = FileSize {
                name: "index.html".into(),
                raw: 0,
                sent,
            };
            Download::new("A first visit", PORTAL, vec![file])
        };
        download(PORTAL).check().unwrap();
        assert_eq!(
            download(PORTAL + 1).check().unwrap_err().to_string(),
            "the pages are too heavy. A first visit loads 110.1 KiB; at most 110 KiB are allowed."
        );
    }
}
