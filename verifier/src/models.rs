//! The model files: which they are, where they lie, and their check before use.
//!
//! `cargo xtask models` fetches them. This program fetches nothing.

mod float_weights;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use rten_onnx::{
    onnx::ModelProto,
    protobuf::{DecodeMessage, ProtobufError, ValueReader},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// The same list that `cargo xtask models` follows.
const LIST: &str = include_str!("models/files.json");

/// A model file.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModelFile {
    /// Its name in the folder of models.
    pub(crate) file: String,
    /// SHA-256 in lower-case hexadecimal digits. A file with another is refused.
    pub(crate) sha256: String,
    /// SPDX identifier.
    pub(crate) licence: String,
    /// Its maker, and its purpose here.
    pub(crate) origin: String,
}

/// All model files, in the order: face detection, face recognition, text detection, text recognition.
pub(crate) fn list() -> &'static [ModelFile] {
    static FILES: LazyLock<Vec<ModelFile>> = LazyLock::new(|| {
        #[derive(Deserialize)]
        struct List {
            models: Vec<ModelFile>,
        }
        let list: List = serde_json::from_str(LIST).expect("the list is part of this program");
        list.models
    });
    &FILES
}

/// Why the models cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file is missing or cannot be read.
    #[error("cannot read {file} (`cargo xtask models` fetches it, --models names another folder)")]
    Read {
        /// The path.
        file: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The content is not that of the list.
    #[error("{file} is another file than the one that was tested: its SHA-256 is {found}")]
    Hash {
        /// The path.
        file: PathBuf,
        /// The SHA-256 of its content.
        found: String,
    },
    /// The content has the right hash and cannot be used all the same.
    #[error("{file} cannot be used: {reason}")]
    Content {
        /// The name in the list.
        file: &'static str,
        /// The reason.
        reason: String,
    },
    /// There is no folder to look into.
    #[error("this user has no home folder: --models names the folder of the models")]
    NoFolder,
}

/// `webkyc/models` in the user's cache folder, where `cargo xtask models` puts the files.
///
/// # Errors
/// When the user has no home folder.
pub fn default_folder() -> Result<PathBuf, ModelError> {
    let local = if cfg!(windows) {
        "LOCALAPPDATA"
    } else {
        "XDG_CACHE_HOME"
    };
    env::var_os(local)
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| Some(env::home_dir()?.join(".cache")))
        .map(|folder| folder.join("webkyc").join("models"))
        .ok_or(ModelError::NoFolder)
}

/// The contents of the files, checked, with weights that `rten` runs.
pub(crate) struct Contents {
    pub(crate) face_detection: Vec<u8>,
    pub(crate) face_recognition: Vec<u8>,
    pub(crate) text_detection: Vec<u8>,
    pub(crate) text_recognition: Vec<u8>,
    /// The characters that the last one distinguishes, in the order of its outputs.
    pub(crate) alphabet: Vec<char>,
}

impl Contents {
    pub(crate) fn read(folder: &Path) -> Result<Self, ModelError> {
        let [
            face_detection,
            face_recognition,
            text_detection,
            text_recognition,
        ] = list()
        else {
            unreachable!("a test counts the list")
        };
        let text = checked(folder, text_recognition)?;
        let alphabet = alphabet(&text).map_err(content_error(text_recognition))?;
        Ok(Self {
            face_detection: floats(folder, face_detection)?,
            face_recognition: floats(folder, face_recognition)?,
            text_detection: checked(folder, text_detection)?,
            text_recognition: text,
            alphabet,
        })
    }
}

fn content_error<E: ToString>(file: &'static ModelFile) -> impl Fn(E) -> ModelError {
    |error| ModelError::Content {
        file: &file.file,
        reason: error.to_string(),
    }
}

fn floats(folder: &Path, file: &'static ModelFile) -> Result<Vec<u8>, ModelError> {
    let content = checked(folder, file)?;
    float_weights::rewrite(&content).map_err(content_error(file))
}

fn checked(folder: &Path, model: &ModelFile) -> Result<Vec<u8>, ModelError> {
    let file = folder.join(&model.file);
    match fs::read(&file) {
        Ok(content) => check(model, content).map_err(|found| ModelError::Hash { file, found }),
        Err(source) => Err(ModelError::Read { file, source }),
    }
}

/// The content, or the hash that it has instead of the right one.
fn check(model: &ModelFile, content: Vec<u8>) -> Result<Vec<u8>, String> {
    let digits = Sha256::digest(&content);
    let found: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    if found == model.sha256 {
        Ok(content)
    } else {
        Err(found)
    }
}

/// The alphabet lies in the model's metadata, a line for each character; a line of several characters
/// counts with its first.
fn alphabet(model: &[u8]) -> Result<Vec<char>, ProtobufError> {
    let model = ModelProto::decode(ValueReader::from_buf(model))?;
    let mut properties = model.metadata_props.into_iter();
    let characters = properties.find(|it| it.key.as_deref() == Some("character"));
    let text = characters.and_then(|it| it.value).unwrap_or_default();
    let first = |line: &str| line.chars().next().unwrap_or(' ');
    Ok(text.split('\n').map(first).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_four_files_with_hashes() {
        assert_eq!(list().len(), 4);
        for model in list() {
            let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
            assert!(model.sha256.len() == 64 && model.sha256.chars().all(is_digit));
        }
    }

    #[test]
    fn a_file_with_another_content_is_refused_and_its_hash_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(&list()[1].file), "no model").unwrap();
        let error = checked(folder.path(), &list()[1]).unwrap_err();
        let ModelError::Hash { found, .. } = error else {
            panic!("{error}")
        };
        assert!(found.starts_with("f62c7d17"), "{found}");
    }

    #[test]
    fn a_missing_file_is_named_with_the_command_that_fetches_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = checked(folder.path(), &list()[0]).unwrap_err().to_string();
        assert!(error.contains("face_detection_yunet") && error.contains("cargo xtask models"));
    }
}
