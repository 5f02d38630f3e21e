//! Checks the certificates of trusted authorities that the environment names. The HTTP client reads
//! these two variables itself and skips unreadable certificates. If none remains, it cannot be
//! made, and its error does not give the reason.

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::{Error, Errors, file, wrong};

/// Many times the size of all existing authorities.
const SIZE_LIMIT: u64 = 16 << 20;

const FILE: &str = "SSL_CERT_FILE";
const FOLDERS: &str = "SSL_CERT_DIR";

/// Checks that `SSL_CERT_FILE` and `SSL_CERT_DIR` lead to certificates. Returns warnings, a
/// sentence each.
///
/// # Errors
/// When the file contains no certificate, or when there is no file and the folders contain none.
pub fn check_certificates(
    file: Option<OsString>,
    folders: Option<OsString>,
) -> Result<Vec<String>, Errors> {
    // Other systems have a certificate store, which the client uses.
    if !cfg!(all(unix, not(target_vendor = "apple"))) {
        return Ok(Vec::new());
    }
    let mut errors = Vec::new();
    if let Some(file) = &file {
        errors.extend(check_file(file.into()).err());
    }
    let folders = folders.iter().flat_map(env::split_paths);
    let folders: Vec<_> = folders.filter(|f| !f.as_os_str().is_empty()).collect();
    let (mut found, mut problems) = (0, Vec::new());
    for folder in &folders {
        let named = folder.clone();
        match file::in_time(file::OPEN_TIMEOUT, move || count_in_folder(&named)) {
            Ok(count) => found += count,
            Err(error) => problems.push(wrong(FOLDERS, format!("names {folder:?}: {error}"))),
        }
    }
    let is_needed = !folders.is_empty() && file.is_none() && found == 0;
    if is_needed && problems.is_empty() {
        errors.push(wrong(FOLDERS, "names no folder with a certificate in PEM"));
    }
    if is_needed {
        errors.append(&mut problems);
    }
    if errors.is_empty() {
        Ok(problems.iter().map(ToString::to_string).collect())
    } else {
        Err(Errors(errors))
    }
}

fn check_file(path: PathBuf) -> Result<(), Error> {
    if path.as_os_str().is_empty() {
        return Err(wrong(FILE, "is set and empty: unset it"));
    }
    let named = path.clone();
    match file::in_time(file::OPEN_TIMEOUT, move || count(&named)) {
        Ok(0) => Err(wrong(
            FILE,
            format!("names {path:?}, which holds no certificate in PEM"),
        )),
        Ok(_) => Ok(()),
        Err(error) => Err(wrong(FILE, format!("names {path:?}: {error}"))),
    }
}

/// The certificates in the files of this folder, without subfolders. Unreadable files are skipped:
/// a folder may contain dangling links and keys.
fn count_in_folder(folder: &Path) -> io::Result<usize> {
    let files = fs::read_dir(folder)?.filter_map(Result::ok);
    Ok(files.filter_map(|file| count(&file.path()).ok()).sum())
}

/// The usable certificates in this file.
fn count(path: &Path) -> io::Result<usize> {
    let content = file::read(file::open(path)?, SIZE_LIMIT)?;
    let mut store = RootCertStore::empty();
    let certificates = CertificateDer::pem_slice_iter(&content).filter_map(Result::ok);
    let (used, _) = store.add_parsable_certificates(certificates);
    Ok(used)
}
