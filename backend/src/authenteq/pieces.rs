//! JSON that shares the memory of what it was made from: the megabytes of a picture are in memory
//! once, from the upstream's socket to the browser's.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::HttpBody;
use bytes::{Bytes, BytesMut};
use hyper::body::{Frame, SizeHint};
use serde::Serialize;

/// What is shorter is copied: a piece costs more than that.
const SHARED: usize = 4 << 10;

/// A body of an answer, and what has to live until the last of it has been sent.
pub struct Pieces<Keep> {
    pieces: VecDeque<Bytes>,
    length: u64,
    _keep: Keep,
}

/// Writes `value` as JSON. What it borrows from `source` is not copied, unless it is short or has
/// to be escaped.
///
/// # Errors
/// When the value is none that JSON has.
pub(super) fn write<Keep>(
    value: &impl Serialize,
    source: &Bytes,
    keep: Keep,
) -> serde_json::Result<Pieces<Keep>> {
    let mut writer = Writer {
        source,
        pieces: VecDeque::new(),
        own: BytesMut::new(),
        length: 0,
    };
    serde_json::to_writer(&mut writer, value)?;
    writer.finish_own();
    Ok(Pieces {
        pieces: writer.pieces,
        length: writer.length as u64,
        _keep: keep,
    })
}

struct Writer<'a> {
    source: &'a Bytes,
    pieces: VecDeque<Bytes>,
    /// What is not shared, since the last piece that is.
    own: BytesMut,
    length: usize,
}

impl Writer<'_> {
    fn finish_own(&mut self) {
        if !self.own.is_empty() {
            self.pieces.push_back(self.own.split().freeze());
        }
    }

    fn is_shared(&self, bytes: &[u8]) -> bool {
        let (source, bytes) = (self.source.as_ptr_range(), bytes.as_ptr_range());
        source.start <= bytes.start && bytes.end <= source.end
    }
}

impl io::Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length += bytes.len();
        if bytes.len() >= SHARED && self.is_shared(bytes) {
            self.finish_own();
            self.pieces.push_back(self.source.slice_ref(bytes));
        } else {
            self.own.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<Keep: Unpin> HttpBody for Pieces<Keep> {
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
    use std::borrow::Cow;

    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn what_is_long_is_not_copied_and_the_rest_is_the_same_json() {
        let long = "x".repeat(2 * SHARED);
        let source = Bytes::from(format!("{long}\"{}", "é".repeat(SHARED)));
        let text = str::from_utf8(&source).unwrap();
        let (long, escaped) = text.split_at(long.len());
        let value = [
            Cow::Borrowed("short"),
            long.into(),
            escaped.into(),
            "end".into(),
        ];

        let mut pieces = write(&value, &source, ()).unwrap();

        assert_eq!(pieces.size_hint().exact(), Some(pieces.length));
        let shared = source.as_ptr_range();
        let of_source = |piece: &Bytes| shared.contains(&piece.as_ptr());
        assert!(
            pieces
                .pieces
                .iter()
                .any(|piece| piece == long && of_source(piece))
        );
        let mut json = Vec::new();
        while let Some(frame) = pieces.frame().await {
            json.extend_from_slice(&frame.unwrap().into_data().unwrap());
        }
        assert_eq!(json, serde_json::to_vec(&value).unwrap());
        assert_eq!(pieces.size_hint().exact(), Some(0));
    }
}
