//! The networks, opened once and used by all work.

use std::path::Path;

use image::RgbImage;

use crate::{
    document::{Documents, Look, ReadError, Side},
    faces::{Face, Faces, Template, aligned},
    models::{Contents, ModelError},
    network::{NetworkError, Threads},
    text::Text,
};

/// The longer side at which faces are looked for.
const FACES_IN: u32 = 640;

/// Reads documents, finds faces and compares them.
pub struct Verifier {
    text: Text,
    faces: Faces,
}

/// Why the networks cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The files.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// What the files hold.
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
            faces: Faces::open(contents.face_detection, contents.face_recognition, &threads)?,
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

    /// The faces in a picture, the largest first.
    ///
    /// # Errors
    /// When the network fails.
    pub fn faces(&self, picture: &RgbImage) -> Result<Vec<Face>, NetworkError> {
        self.faces.find(picture, FACES_IN)
    }

    /// The template of a face in a picture.
    ///
    /// # Errors
    /// When the network fails.
    pub fn template(&self, picture: &RgbImage, face: &Face) -> Result<Template, NetworkError> {
        self.faces.template(&aligned(picture, face))
    }
}
