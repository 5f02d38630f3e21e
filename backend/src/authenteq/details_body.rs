//! The body of a details answer. It shares the memory of its source: the megabytes of a picture are in memory
//! once, from the upstream's socket to the browser's.

use std::{
    borrow::Cow,
    collections::VecDeque,
    convert::Infallible,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::HttpBody;
use base64_simd::STANDARD;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use memchr::memmem;
use uuid::Uuid;
use webkyc_shared::verification::{FilePlace, FileType, Verification};

use super::buffer::held;

/// The placeholder for a file's content. No text can contain it, because quotes in texts are
/// escaped.
const EMPTY: &[u8] = br#""content":"""#;

/// Bytes of base64 that are decoded at once, a multiple of four.
const CHUNK: usize = 64 << 10;

/// How the verification is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DetailsForm {
    /// As one JSON object, files in base64.
    Json,
    /// As `multipart/form-data` (RFC 7578): the field `verification` is the JSON with files without content,
    /// and each content is a file, named by its place. Browsers read it, and decode no base64.
    Multipart,
}

/// The body of an answer.
pub struct DetailsBody {
    pieces: VecDeque<Piece>,
    /// Bytes that are not sent yet.
    length: u64,
    /// For the header `Content-Type`.
    pub content_type: String,
}

enum Piece {
    AsIs(Bytes),
    /// Checked base64, sent decoded.
    Base64(Bytes),
}

impl Piece {
    /// The number of bytes that are sent.
    fn length(&self) -> usize {
        match self {
            Self::AsIs(bytes) => bytes.len(),
            Self::Base64(base64) => {
                let padding = base64.iter().rev().take_while(|b| **b == b'=').count();
                base64.len() / 4 * 3 - padding
            }
        }
    }
}

/// A file, taken out of its verification.
struct File {
    place: FilePlace,
    content_type: FileType,
    base64: Bytes,
}

/// Writes the verification. Its files must be base64, which needs no escaping in JSON. Parts that they borrow
/// from `source` are not copied; parts that they own keep `keep` alive, as `source` does.
///
/// # Errors
/// When the value cannot be written as JSON, which cannot happen.
pub(super) fn write<Keep: Clone + Send + 'static>(
    form: DetailsForm,
    mut verification: Verification<'_>,
    source: &Bytes,
    keep: &Keep,
) -> serde_json::Result<DetailsBody> {
    let files = verification.files_mut().map(|(place, file)| File {
        place,
        content_type: file.content_type,
        base64: match mem::take(&mut file.content) {
            Cow::Borrowed(content) => source.slice_ref(content.as_bytes()),
            Cow::Owned(content) => held(content, keep.clone()),
        },
    });
    let files: Vec<File> = files.collect();
    let texts = held(serde_json::to_vec(&verification)?, keep.clone());
    let (mut pieces, content_type) = match form {
        DetailsForm::Json => (json(&texts, files), "application/json".to_owned()),
        DetailsForm::Multipart => {
            let boundary = Uuid::new_v4().simple().to_string();
            let pieces = multipart(&boundary, texts, files);
            (pieces, format!("multipart/form-data; boundary={boundary}"))
        }
    };
    pieces.retain(|piece| piece.length() > 0);
    Ok(DetailsBody {
        length: pieces.iter().map(|piece| piece.length() as u64).sum(),
        pieces,
        content_type,
    })
}

fn json(texts: &Bytes, files: Vec<File>) -> VecDeque<Piece> {
    let mut pieces = VecDeque::with_capacity(2 * files.len() + 1);
    let mut written = 0;
    for (at, file) in memmem::find_iter(texts, EMPTY).zip(files) {
        // Before the second of the two quotes.
        let place = at + EMPTY.len() - 1;
        pieces.push_back(Piece::AsIs(texts.slice(written..place)));
        pieces.push_back(Piece::AsIs(file.base64));
        written = place;
    }
    pieces.push_back(Piece::AsIs(texts.slice(written..)));
    pieces
}

fn multipart(boundary: &str, texts: Bytes, files: Vec<File>) -> VecDeque<Piece> {
    let mut pieces = VecDeque::with_capacity(2 * files.len() + 3);
    let begin =
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"verification\"\r\n\r\n");
    pieces.push_back(Piece::AsIs(begin.into()));
    pieces.push_back(Piece::AsIs(texts));
    for file in files.into_iter().filter(|file| !file.base64.is_empty()) {
        let (place, media_type) = (file.place, file.content_type.media_type());
        let head = format!(
            "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"{place}\"; filename=\"{place}\"\r\n\
             Content-Type: {media_type}\r\n\r\n"
        );
        pieces.push_back(Piece::AsIs(head.into()));
        pieces.push_back(Piece::Base64(file.base64));
    }
    pieces.push_back(Piece::AsIs(format!("\r\n--{boundary}--\r\n").into()));
    pieces
}

impl DetailsBody {
    fn next(&mut self) -> Option<Bytes> {
        let next = match self.pieces.pop_front()? {
            Piece::AsIs(bytes) => bytes,
            Piece::Base64(mut rest) => {
                let chunk = rest.split_to(CHUNK.min(rest.len()));
                if !rest.is_empty() {
                    self.pieces.push_front(Piece::Base64(rest));
                }
                STANDARD
                    .decode_to_vec(&chunk)
                    .expect("files are checked when they are read")
                    .into()
            }
        };
        self.length -= next.len() as u64;
        Some(next)
    }
}

impl HttpBody for DetailsBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.next().map(|piece| Ok(Frame::data(piece))))
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
    use multer::Multipart;
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
            let mut pieces = write(DetailsForm::Json, verification, &source, &keep).unwrap();
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
        let mut pieces = write(
            DetailsForm::Json,
            Verification::default(),
            &Bytes::new(),
            &keep,
        )
        .unwrap();
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
        for (_, file) in verification.files_mut() {
            if matches!(file.content, Cow::Borrowed(content) if !content.is_empty()) {
                file.content = Cow::Borrowed(borrowed);
            }
        }
        let mut pieces = write(DetailsForm::Json, verification, &source, &()).unwrap();
        assert_eq!(pieces.size_hint().exact(), Some(expected.len() as u64));
        let shared = pieces.pieces.iter().filter(
            |piece| matches!(piece, Piece::AsIs(bytes) if bytes.as_ptr() == borrowed.as_ptr()),
        );
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

    #[tokio::test]
    async fn as_multipart_each_file_is_as_it_is_under_the_name_of_its_place() {
        // A file of several chunks, and one of each padding.
        let large: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
        let contents = [&large[..], b"a", b"ab", b"abc", b"abcd"];
        let mut verification = verification();
        let files = verification
            .files_mut()
            .filter(|(_, file)| !file.content.is_empty());
        for ((_, file), content) in files.zip(contents) {
            file.content = STANDARD.encode_to_string(content).into();
        }
        let source = Bytes::new();
        let body = write(DetailsForm::Multipart, verification, &source, &()).unwrap();
        let length = body.size_hint().exact();
        let boundary = body
            .content_type
            .split_once("boundary=")
            .unwrap()
            .1
            .to_owned();
        let bytes = body.collect().await.unwrap().to_bytes();
        assert_eq!(length, Some(bytes.len() as u64));
        let mut parts = Multipart::with_reader(&bytes[..], boundary);
        let texts = parts.next_field().await.unwrap().unwrap();
        assert_eq!(
            (texts.name(), texts.file_name()),
            (Some("verification"), None)
        );
        let texts = texts.bytes().await.unwrap();
        let mut texts: Verification<'_> = serde_json::from_slice(&texts).unwrap();
        assert!(texts.files_mut().all(|(_, file)| file.content.is_empty()));
        for (place, content) in [
            "livenessFaceImage",
            "documents.0.croppedFrontImage",
            "documents.0.croppedBackImage",
            "documents.1.faceImage",
            "addressProofDocument",
        ]
        .into_iter()
        .zip(contents)
        {
            let file = parts.next_field().await.unwrap().unwrap();
            assert_eq!((file.name(), file.file_name()), (Some(place), Some(place)));
            assert_eq!(file.content_type().map(AsRef::as_ref), Some("image/png"));
            assert_eq!(file.bytes().await.unwrap(), content, "{place}");
        }
        assert!(parts.next_field().await.unwrap().is_none());
    }
}
