//! The verification as a MIME message: the record first, then each image as it is.

use std::borrow::Cow;

use crate::{ids::Ids, verification::Finished, wire::JsonBody};

/// As long as the boundary of the reference's sample.
const BOUNDARY_LENGTH: usize = 37;

/// The message, and the boundary that its header names.
pub(crate) struct Multipart {
    boundary: String,
    pub(crate) parts: Vec<Part>,
    /// Whether the last boundary follows the last part.
    pub(crate) closed: bool,
}

/// One part of a message.
pub(crate) struct Part {
    pub(crate) name: String,
    extension: &'static str,
    media_type: &'static str,
    pub(crate) content: Cow<'static, [u8]>,
}

impl Multipart {
    /// Draws the pictures at the first call.
    pub(crate) fn of(verification: &Finished) -> Self {
        let record = JsonBody::Record(Box::new(verification.record_without_images())).to_json();
        let mut parts = vec![Part {
            name: "result".to_owned(),
            extension: "json",
            media_type: "application/json",
            content: record.into_bytes().into(),
        }];
        parts.extend(verification.images().map(|(name, jpeg)| Part {
            name,
            extension: "jpeg",
            media_type: "image/jpeg",
            content: jpeg,
        }));
        parts.extend(verification.proof_of_address().map(|bill| Part {
            name: "addressProofDocument".to_owned(),
            extension: "pdf",
            media_type: "application/pdf",
            content: bill.into(),
        }));
        Self {
            boundary: Ids::of(Some(0), &verification.id).word(BOUNDARY_LENGTH),
            parts,
            closed: true,
        }
    }

    /// Without a blank after the semicolon, as the reference prints it.
    pub(crate) fn content_type(&self) -> String {
        format!("multipart/mixed;boundary={}", self.boundary)
    }

    /// For people: the parts, a line each.
    pub(crate) fn in_short(&self) -> String {
        let line = |part: &Part| {
            format!(
                "{} ({}, {} bytes)\n",
                part.name,
                part.media_type,
                part.content.len()
            )
        };
        self.parts.iter().map(line).collect()
    }

    /// As `multipart/form-data`, for receivers of webhooks.
    pub(crate) fn form_content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Parts are named as those of a form are, though the message is none.
    pub(crate) fn body(&self) -> Vec<u8> {
        let boundary = &self.boundary;
        let mut body = Vec::new();
        for part in &self.parts {
            let Part {
                name,
                extension,
                media_type,
                content,
            } = part;
            let head = format!(
                "--{boundary}\r\n\
                 Content-Disposition: form-data; name=\"{name}\"; filename=\"{name}.{extension}\"\r\n\
                 Content-Type: {media_type}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        if self.closed {
            body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use serde_json::Value;

    use super::*;
    use crate::{pictures::Album, verification::read};

    #[test]
    fn a_message_holds_what_was_read_and_shown_and_nothing_else() {
        let finished = read::passport(&mut Album::default(), Instant::now());
        let message = Multipart::of(&finished);
        let (result, images) = message.parts.split_first().unwrap();
        let record: Value = serde_json::from_slice(&result.content).unwrap();
        assert_eq!(record, finished.members());
        let sent: Vec<_> = images
            .iter()
            .map(|part| (part.name.clone(), part.content.clone()))
            .collect();
        assert_eq!(sent, finished.images().collect::<Vec<_>>());
        assert_eq!(sent.len(), 3);
    }
}
