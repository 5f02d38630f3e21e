//! JSON that shares the memory of its source: the megabytes of a picture are in memory once, from
//! the upstream's socket to the browser's.

use std::{
    borrow::Cow,
    collections::VecDeque,
    convert::Infallible,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::HttpBody;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use memchr::memmem;
use webkyc_shared::verification::Verification;

use super::buffer::held;

/// The placeholder for a file's content. No text can contain it, because quotes in texts are
/// escaped.
const EMPTY: &[u8] = br#""content":"""#;

/// The body of an answer.
pub struct JsonBody {
    pieces: VecDeque<Bytes>,
    length: u64,
}

/// Writes the verification as JSON. Its files must be base64, which needs no escaping. Parts that
/// they borrow from `source` are not copied; parts that they own keep `keep` alive, as `source`
/// does.
///
/// # Errors
/// When the value cannot be written as JSON, which cannot happen.
pub(super) fn write<Keep: Clone + Send + 'static>(
    mut verification: Verification<'_>,
    source: &Bytes,
    keep: &Keep,
) -> serde_json::Result<JsonBody> {
    let files = verification.files_mut();
    let contents: Vec<_> = files.map(|file| mem::take(&mut file.content)).collect();
    let rest = held(serde_json::to_vec(&verification)?, keep.clone());
    let mut pieces = VecDeque::with_capacity(2 * contents.len() + 1);
    let mut written = 0;
    for (at, content) in memmem::find_iter(&rest, EMPTY).zip(contents) {
        // Before the second of the two quotes.
        let place = at + EMPTY.len() - 1;
        pieces.push_back(rest.slice(written..place));
        pieces.push_back(match content {
            Cow::Borrowed(content) => source.slice_ref(content.as_bytes()),
            Cow::Owned(content) => held(content, keep.clone()),
        });
        written = place;
    }
    pieces.push_back(rest.slice(written..));
    pieces.retain(|piece| !piece.is_empty());
    Ok(JsonBody {
        length: pieces.iter().map(|piece| piece.len() as u64).sum(),
        pieces,
    })
}

impl HttpBody for JsonBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.pieces.pop_front();
        if let Some(piece) = &piece {
            self.length -= piece.len() as u64;
        }
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::BodyExt;
    use webkyc_shared::verification::{Document, File, FileType};

    use super::*;

    fn file(content: impl Into<Cow<'static, str>>) -> Option<File<'static>> {
        Some(File {
            content_type: FileType::Png,
            content: content.into(),
        })
    }

    /// With a different file in each place, and texts that look like the placeholder.
    fn verification() -> Verification<'static> {
        let document = Document {
            surname: Some(r#""content":"""#.to_owned()),
            given_names: Some(r#"\"content":"\"#.to_owned()),
            ..Document::default()
        };
        Verification {
            liveness_face_image: file("aaaa"),
            documents: vec![
                Document {
                    cropped_front_image: file("bbbb".to_owned()),
                    cropped_back_image: file("cccc"),
                    face_image: file(""),
                    ..document.clone()
                },
                Document {
                    face_image: file("dddd"),
                    ..document
                },
            ],
            address_proof_document: file("eeee"),
            ..Verification::default()
        }
    }

    #[tokio::test]
    async fn fe_13_memory_is_kept_until_the_last_of_it_was_sent() {
        let text = "ffff".to_owned();
        for is_owned in [false, true] {
            let keep = Arc::new(());
            let source = held(text.clone(), keep.clone());
            let content: Cow<'_, str> = if is_owned {
                text.clone().into()
            } else {
                str::from_utf8(&source).unwrap().into()
            };
            let verification = Verification {
                liveness_face_image: Some(File {
                    content_type: FileType::Png,
                    content,
                }),
                ..Verification::default()
            };
            let mut pieces = write(verification, &source, &keep).unwrap();
            drop(source);
            let mut sent = Vec::new();
            while let Some(frame) = pieces.frame().await {
                sent.push(frame.unwrap().into_data().unwrap());
            }
            // hyper does the same with a body after its last frame.
            drop(pieces);
            assert!(Arc::strong_count(&keep) > 1, "it is in use");
            drop(sent);
            assert_eq!(Arc::strong_count(&keep), 1);
        }
    }

    #[tokio::test]
    async fn fe_13_an_answer_of_texts_alone_keeps_its_memory_as_well() {
        let keep = Arc::new(());
        let mut pieces = write(Verification::default(), &Bytes::new(), &keep).unwrap();
        let sent = pieces.frame().await.unwrap().unwrap();
        drop(pieces);
        assert_eq!(Arc::strong_count(&keep), 2);
        drop(sent);
        assert_eq!(Arc::strong_count(&keep), 1);
    }

    #[tokio::test]
    async fn it_is_the_same_json_and_files_are_not_copied() {
        let source = Bytes::from_static(b"..ffff..");
        let mut verification = verification();
        let expected = serde_json::to_vec(&verification).unwrap();
        // The parts from the source are borrowed.
        let borrowed = str::from_utf8(&source[2..6]).unwrap();
        for file in verification.files_mut() {
            if matches!(file.content, Cow::Borrowed(content) if !content.is_empty()) {
                file.content = Cow::Borrowed(borrowed);
            }
        }
        let mut pieces = write(verification, &source, &()).unwrap();
        assert_eq!(pieces.size_hint().exact(), Some(expected.len() as u64));
        let shared = pieces
            .pieces
            .iter()
            .filter(|piece| piece.as_ptr() == borrowed.as_ptr());
        assert_eq!(shared.count(), 4);
        let mut json = Vec::new();
        while let Some(frame) = pieces.frame().await {
            json.extend_from_slice(&frame.unwrap().into_data().unwrap());
        }
        let json = String::from_utf8(json).unwrap();
        let mut of_source = ["aaaa", "cccc", "dddd", "eeee"].into_iter();
        let json = json.split("ffff").fold(String::new(), |json, part| {
            json + part + of_source.next().unwrap_or_default()
        });
        assert_eq!(json.as_bytes(), expected);
        assert_eq!(pieces.size_hint().exact(), Some(0));
    }
}
