//! The networks, opened once and used by all work.

use std::{path::Path, time::Duration};

use axum::body::Bytes;
use image::RgbImage;
use webkyc_reading::Side;

use crate::{
    deadline::Deadline,
    document::{Documents, Look, ReadError},
    faces::{Area, Face, Faces, Template, aligned},
    liveness::{Challenge, CloseUp, Frame, Seen},
    models::{Contents, ModelError},
    network::{NetworkError, Threads},
    picture::{decode, fitted, fitted_roughly, sharpness, to_jpeg},
    text::Text,
};

/// The longer side at which faces are looked for in pictures.
const FACES_IN: u32 = 640;
/// The same in frames, in which the face is large: a quarter of the work.
const FACES_IN_FRAMES: u32 = 320;
/// The longer side of the frame that is kept of a challenge.
const LONGEST_FRAME: u32 = 1280;

/// Reads documents, finds faces and compares them.
pub struct Verifier {
    text: Text,
    faces: Faces,
}

/// A frame of a challenge, as it came.
pub(crate) struct Arrived {
    pub(crate) bytes: Bytes,
    pub(crate) number: u32,
    /// When, from the beginning of the challenge on.
    pub(crate) at: Duration,
}

/// The face of a frame, as the networks for faces see it.
struct FaceCloseUp<'a> {
    aligned: RgbImage,
    frame: &'a RgbImage,
    faces: &'a Faces,
    deadline: Deadline,
}

impl CloseUp for FaceCloseUp<'_> {
    type Error = ReadError;

    fn sharpness(&self) -> f32 {
        sharpness(&self.aligned)
    }

    fn template(&self) -> Result<Template, ReadError> {
        self.deadline.look()?;
        Ok(self.faces.template(&self.aligned)?)
    }

    fn picture(&self) -> Vec<u8> {
        to_jpeg(&fitted(self.frame, LONGEST_FRAME).0)
    }
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
    /// Opens the models in a folder. The networks for text share `threads` threads; those for faces have one for each
    /// caller, so that a visitor who follows prompts does not wait while the document of another is read.
    ///
    /// # Errors
    /// When a file is missing or is another than the one on the list.
    pub fn open(folder: &Path, threads: usize) -> Result<Self, OpenError> {
        let contents = Contents::read(folder)?;
        let threads = Threads::shared(threads);
        Ok(Self {
            text: Text::open(
                contents.text_detection,
                contents.text_recognition,
                contents.alphabet,
                &threads,
            )?,
            faces: Faces::open(
                contents.face_detection,
                contents.face_recognition,
                &Threads::Beside,
            )?,
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

    /// Finds the faces of a frame, and lets the challenge judge them.
    pub(crate) fn look_at_frame(
        &self,
        frame: &Arrived,
        challenge: &mut Challenge,
        deadline: Deadline,
    ) -> Result<(Option<Area>, Seen), ReadError> {
        let picture = decode(&frame.bytes)?;
        let faces = self.faces_in_frame(&picture)?;
        let only = match faces[..] {
            [face] => Some(face.area),
            _ => None,
        };
        let close_up = |face: &Face| FaceCloseUp {
            aligned: aligned(&picture, face),
            frame: &picture,
            faces: &self.faces,
            deadline,
        };
        let frame = Frame {
            arrived: frame.at,
            number: frame.number,
            faces: &faces,
        };
        Ok((only, challenge.see(frame, close_up)?))
    }

    /// The template of the largest face in a picture, if there is one.
    pub(crate) fn portrait_template(
        &self,
        bytes: &[u8],
        deadline: Deadline,
    ) -> Result<Option<Template>, ReadError> {
        let picture = decode(bytes)?;
        let faces = self.faces(&picture)?;
        deadline.look()?;
        let largest = faces.first();
        let template = largest.map(|face| self.template(&picture, face));
        Ok(template.transpose()?)
    }

    /// The faces in a picture, the largest first.
    ///
    /// # Errors
    /// When the network fails.
    pub fn faces(&self, picture: &RgbImage) -> Result<Vec<Face>, NetworkError> {
        self.faces.find(picture, FACES_IN)
    }

    /// The faces in a frame of a visitor who follows prompts, the largest first.
    ///
    /// # Errors
    /// When the network fails.
    pub fn faces_in_frame(&self, frame: &RgbImage) -> Result<Vec<Face>, NetworkError> {
        let (small, factor) = fitted_roughly(frame, FACES_IN_FRAMES);
        let faces = self.faces.find(&small, FACES_IN_FRAMES)?;
        Ok(faces.iter().map(|face| face.scaled(1.0 / factor)).collect())
    }

    /// The template of a face in a picture.
    ///
    /// # Errors
    /// When the network fails.
    pub fn template(&self, picture: &RgbImage, face: &Face) -> Result<Template, NetworkError> {
        self.faces.template(&aligned(picture, face))
    }
}
