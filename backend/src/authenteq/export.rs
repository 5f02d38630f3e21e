//! A verification as a file, passed on piece by piece. Its beginning and its end are checked.

use std::{fmt, io, mem};

use bytes::Bytes;
use futures_util::{
    Stream, TryStreamExt,
    future::ready,
    stream::{self, try_unfold},
};
use hyper::header;
use memchr::memmem;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Error, http::UpstreamAnswer, members::Members, rejection};

/// Bytes of the beginning that must arrive before anything is passed on. An answer that ends or
/// breaks off within them gets the status of its error.
const START: usize = 64 << 10;
/// Bytes of the end that are checked. A PDF ends with `%%EOF` somewhere in its last kilobyte.
const END: usize = 1024;
/// The end, and white space that may follow it.
const HELD: usize = 2 * END;

/// The three formats of the Export reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The result as JSON, images in base64.
    Json,
    /// The result as JSON and each image as a separate part.
    Multipart,
    /// A report to read.
    Pdf,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Json, Self::Multipart, Self::Pdf];

    /// `json`, `multipart` or `pdf`: the name in our paths and in Authenteq's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Multipart => "multipart",
            Self::Pdf => "pdf",
        }
    }

    /// Our name for the file. Authenteq's name is ignored.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Json => "verification.json",
            Self::Multipart => "verification.multipart",
            Self::Pdf => "verification.pdf",
        }
    }

    pub(super) fn accept(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Multipart => "multipart/mixed, multipart/form-data",
            Self::Pdf => "application/pdf",
        }
    }
}

/// The id of a verification: a UUID in its canonical form, which is safe in a URL.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationId(Uuid);

impl VerificationId {
    /// Takes 36 characters of lower-case hexadecimal digits and dashes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let id = Uuid::try_parse(text).ok()?;
        (id.hyphenated().to_string() == text).then_some(Self(id))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl From<Uuid> for VerificationId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for VerificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The id leads to a person's documents, so it is never logged.
impl fmt::Debug for VerificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationId([redacted])")
    }
}

/// A file in transfer. Its beginning fits its format.
pub struct Export {
    /// `application/json`, `application/pdf`, or `multipart/form-data` with its boundary, which
    /// browsers can parse themselves.
    pub content_type: String,
    /// The length, if Authenteq sent one.
    pub length: Option<usize>,
    answer: UpstreamAnswer,
    start: Bytes,
    ending: FileEnding,
    limit: usize,
}

/// The required end of a file.
struct FileEnding {
    /// The end of JSON, whose last byte may also occur in the middle.
    members: Option<Members>,
    mark: Vec<u8>,
    /// Maximum distance of the mark from the end, not counting white space.
    within: usize,
}

impl Export {
    /// Reads the beginning of an answer and checks that it has this format.
    pub(super) async fn begin(
        format: Format,
        mut answer: UpstreamAnswer,
        limit: usize,
    ) -> Result<Self, Error> {
        let mut length = answer.announced_within(limit)?;
        let call = super::Call::Export(format);
        let media_type = answer.media_type();
        let (content_type, opening, mut ending) = match (format, media_type.as_str()) {
            (Format::Json, "application/json") => (
                "application/json".to_owned(),
                b"{".to_vec(),
                FileEnding {
                    members: Some(Members::default()),
                    ..FileEnding::new("}", 0)
                },
            ),
            // The reference calls it "PDF file", so its declared type may be that of any file.
            (Format::Pdf, "application/pdf" | "application/octet-stream") => {
                let ending = FileEnding::new("%%EOF", END);
                ("application/pdf".to_owned(), b"%PDF-".to_vec(), ending)
            }
            (Format::Multipart, "multipart/mixed" | "multipart/form-data") => {
                let content_type = answer.header(header::CONTENT_TYPE);
                let boundary = boundary(content_type.unwrap_or_default());
                let boundary = boundary.ok_or(Error::BadMultipart)?;
                let opening = format!("--{boundary}").into_bytes();
                // An epilogue may follow; readers ignore it (RFC 2046, section 5.1.1).
                let ending = FileEnding::new(&format!("\n--{boundary}--"), END);
                let content_type = format!("multipart/form-data; boundary=\"{boundary}\"");
                (content_type, opening, ending)
            }
            (_, "application/json") => {
                let (start, is_over) = start_of(&mut answer).await?;
                let refused = is_over.then(|| rejection::in_success(call, answer.status(), &start));
                let refused = refused.flatten();
                return Err(refused.unwrap_or(Error::BadType { call }));
            }
            _ => return Err(Error::BadType { call }),
        };
        let (start, is_over) = start_of(&mut answer).await?;
        let mut start = Bytes::from(start);
        match format {
            Format::Json
                if is_over
                    && let Some(error) = rejection::in_success(call, answer.status(), &start) =>
            {
                return Err(error);
            }
            Format::Json if !start.trim_ascii_start().starts_with(&opening) => {
                return Err(Error::Unreadable("an export that is no JSON object"));
            }
            Format::Pdf if !start.trim_ascii_start().starts_with(&opening) => {
                return Err(Error::Unreadable("an export that is no PDF"));
            }
            Format::Json | Format::Pdf => {}
            Format::Multipart => {
                let preamble = preamble(&start, &opening).ok_or(Error::BadMultipart)?;
                // The preamble carries no data, and some readers do not skip it.
                start = start.slice(preamble..);
                length = length.map(|length| length.saturating_sub(preamble));
            }
        }
        ending.pass(&start);
        if is_over && !ending.is_in(&start) {
            return Err(Error::Unreadable("an export cut short"));
        }
        Ok(Self {
            content_type,
            length,
            answer,
            start,
            ending,
            limit,
        })
    }

    /// The file as a stream. A slow reader slows Authenteq down and fills no memory here. A broken
    /// connection, a file over the size limit and a wrong end are errors of the stream.
    ///
    /// The last bytes are held back until the end has been checked. A client that knows the length
    /// and has received all bytes would otherwise miss the error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + use<> {
        struct Rest {
            answer: UpstreamAnswer,
            start: Option<Bytes>,
            held: Vec<u8>,
            ending: FileEnding,
            left: usize,
            is_over: bool,
        }
        let rest = Rest {
            answer: self.answer,
            start: Some(self.start),
            held: Vec::new(),
            ending: self.ending,
            left: self.limit,
            is_over: false,
        };
        let pieces = try_unfold(rest, async |mut rest| {
            if rest.is_over {
                return Ok(None);
            }
            let chunk = match rest.start.take() {
                // The end has been checked.
                Some(start) => Some(start),
                None => {
                    let chunk = rest.answer.chunk().await.map_err(io::Error::other)?;
                    if let Some(chunk) = &chunk {
                        rest.ending.pass(chunk);
                    }
                    chunk
                }
            };
            let Some(chunk) = chunk else {
                if !rest.ending.is_in(&rest.held) {
                    return Err(io::Error::other(Error::Unreadable("an export cut short")));
                }
                rest.is_over = true;
                return Ok(Some((
                    [mem::take(&mut rest.held).into(), Bytes::new()],
                    rest,
                )));
            };
            rest.left = match rest.left.checked_sub(chunk.len()) {
                Some(left) => left,
                None => return Err(io::Error::other(Error::TooLarge)),
            };
            Ok::<_, io::Error>(Some((let_go(&mut rest.held, &chunk), rest)))
        });
        let pieces = pieces.map_ok(|pieces| stream::iter(pieces.map(Ok)));
        pieces
            .try_flatten()
            .try_filter(|piece| ready(!piece.is_empty()))
    }
}

/// The beginning of an answer, and whether the answer ends there.
async fn start_of(answer: &mut UpstreamAnswer) -> Result<(Vec<u8>, bool), Error> {
    let mut start = Vec::new();
    while start.len() < START {
        match answer.chunk().await? {
            Some(chunk) => start.extend_from_slice(&chunk),
            None => return Ok((start, true)),
        }
    }
    Ok((start, false))
}

/// The length of the preamble before the first boundary. The boundary is a whole line, with or
/// without trailing spaces and tabs, that ends with LF or CRLF.
fn preamble(start: &[u8], opening: &[u8]) -> Option<usize> {
    memmem::find_iter(start, opening).find(|&at| {
        let rest = &start[at + opening.len()..];
        let padding = rest.iter().take_while(|b| b" \t".contains(b)).count();
        let is_line = rest[padding..].starts_with(b"\r\n") || rest[padding..].starts_with(b"\n");
        is_line && (at == 0 || start[at - 1] == b'\n')
    })
}

/// Holds back the last [`HELD`] bytes received and returns the bytes before them. They are copied,
/// because a slice would keep the socket's whole buffer.
fn let_go(held: &mut Vec<u8>, chunk: &Bytes) -> [Bytes; 2] {
    let keep = chunk.len().min(HELD);
    let first = held.len().saturating_sub(HELD - keep);
    let before = Bytes::from(held.drain(..first).collect::<Vec<_>>());
    let (go, keep) = chunk.split_at(chunk.len() - keep);
    held.extend_from_slice(keep);
    [before, chunk.slice_ref(go)]
}

impl FileEnding {
    fn new(mark: &str, within: usize) -> Self {
        Self {
            members: None,
            mark: mark.as_bytes().to_vec(),
            within,
        }
    }

    /// Checks the next piece.
    fn pass(&mut self, piece: &[u8]) {
        let mut piece = piece;
        if let Some(members) = &mut self.members {
            while members.next(&mut piece).is_some() {}
        }
    }

    fn is_in(&self, end: &[u8]) -> bool {
        if !self.members.as_ref().is_none_or(Members::is_closed) {
            return false;
        }
        let end = end.trim_ascii_end();
        let first = end.len().saturating_sub(self.mark.len() + self.within);
        end[first..]
            .windows(self.mark.len())
            .any(|window| window == self.mark)
    }
}

/// The boundary parameter (RFC 2046 section 5.1.1): 1 to 70 characters of a short list. We allow no
/// spaces: a boundary cannot end with one, and none seen so far contains one.
fn boundary(content_type: &str) -> Option<&str> {
    let mut parameters = content_type.split(';').skip(1).map(str::trim);
    let value = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then_some(value.trim())
    })?;
    let unquoted = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let boundary = unquoted.unwrap_or(value);
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&b);
    let fits = (1..=70).contains(&boundary.len()) && boundary.bytes().all(is_allowed);
    fits.then_some(boundary)
}

#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
#[cfg(test)]
mod tests;
