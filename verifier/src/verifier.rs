//! The networks, opened once and used by all work.

use std::path::Path;

use webkyc_reading::Side;

use crate::{
    document::{Documents, Look, ReadError},
    faces::Faces,
    models::{Contents, ModelError},
    network::{NetworkError, Threads},
    text::Text,
};

/// Reads documents.
pub struct Verifier {
    text: Text,
    faces: Faces,
}

/// Why the networks cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file is missing or is another.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A file holds no network that can be used.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl Verifier {
    /// Opens the models in a folder. All networks share `threads` threads.
    ///
    /// # Errors
    /// When a file is missing or is another than the one on the list.
    pub fn open(folder: &Path, threads: usize) -> Result<Self, OpenError> {
        let contents = Contents::read(folder)?;
        let threads = Threads::new(threads);
        Ok(Self {
            text: Text::open(
                contents.text_detection,
                contents.text_recognition,
                contents.alphabet,
                &threads,
            )?,
            faces: Faces::open(contents.face_detection, &threads)?,
        })
    }

    /// Reads a picture of one side of a document: the bytes of a JPEG or PNG, as they came.
    ///
    /// # Errors
    /// When the bytes are no picture that is taken, or the time is over.
    pub fn read_side(&self, bytes: &[u8], look: Look) -> Result<Side, ReadError> {
        let documents = Documents {
            text: &self.text,
            faces: &self.faces,
        };
        documents.read(bytes, look)
    }
}
