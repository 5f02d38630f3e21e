//! The verification as a MIME message: the record first, then each image as it is.

use rand::distr::{Alphanumeric, SampleString};

use crate::verification::{Finished, IMAGES};

/// As long as the boundary of the reference's sample.
const BOUNDARY_LENGTH: usize = 37;

/// The message and the header that goes with it.
pub(crate) struct Multipart {
    boundary: String,
    pub(crate) body: Vec<u8>,
}

impl Multipart {
    /// Draws pictures if nobody has asked for them before.
    pub(crate) fn of(verification: &Finished) -> Self {
        let mut message = Self {
            boundary: Alphanumeric.sample_string(&mut rand::rng(), BOUNDARY_LENGTH),
            body: Vec::new(),
        };
        let record = verification.record_without_images().to_string();
        message.part("result", "json", "application/json", record.as_bytes());
        for (name, picture) in IMAGES {
            message.part(name, "jpeg", "image/jpeg", verification.jpeg(picture));
        }
        message.write(&format!("--{}--\r\n", message.boundary));
        message
    }

    /// Without a blank after the semicolon, as the reference prints it.
    pub(crate) fn content_type(&self) -> String {
        format!("multipart/mixed;boundary={}", self.boundary)
    }

    /// Parts are named as those of a form are, though the message is none.
    fn part(&mut self, name: &str, extension: &str, media_type: &str, content: &[u8]) {
        self.write(&format!(
            "--{}\r\n\
             Content-Disposition: form-data; name=\"{name}\"; filename=\"{name}.{extension}\"\r\n\
             Content-Type: {media_type}\r\n\r\n",
            self.boundary
        ));
        self.body.extend_from_slice(content);
        self.write("\r\n");
    }

    fn write(&mut self, text: &str) {
        self.body.extend_from_slice(text.as_bytes());
    }
}
