//! See [`crate::authenteq::fuzzing`].

use bytes::Bytes;

use super::{FileEnding, HELD, boundary, let_go, preamble};
use crate::authenteq::members::Members;

/// An export, whatever the pieces in which it comes: all of it is passed on, the last bytes are held
/// back, and its end is the same. The first line is a `Content-Type`.
///
/// # Panics
/// When that does not hold.
pub fn export(bytes: &[u8]) {
    let (line, file) = match bytes.iter().position(|b| *b == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[][..]),
    };
    let boundary = str::from_utf8(line).ok().and_then(boundary);
    let mark = boundary.map_or("%%EOF".to_owned(), |boundary| {
        let opening = format!("--{boundary}");
        if let Some(start) = preamble(file, opening.as_bytes()) {
            assert!(file[start..].starts_with(opening.as_bytes()));
        }
        format!("\n--{boundary}--")
    });
    let whole = passed(file, file.len().max(1), &mark);
    for size in [1, 7, 4096] {
        assert_eq!(passed(file, size, &mark), whole);
    }
}

/// Whether the file ends as it should, as JSON and by its mark, in pieces of this size.
fn passed(file: &[u8], size: usize, mark: &str) -> [bool; 2] {
    let mut endings = [
        FileEnding {
            members: Some(Members::default()),
            ..FileEnding::new("}", 0)
        },
        FileEnding::new(mark, 1024),
    ];
    let (mut sent, mut held) = (Vec::new(), Vec::new());
    for piece in file.chunks(size) {
        endings.iter_mut().for_each(|ending| ending.pass(piece));
        let pieces = let_go(&mut held, &Bytes::copy_from_slice(piece));
        pieces
            .iter()
            .for_each(|piece| sent.extend_from_slice(piece));
        assert!(held.len() <= HELD);
    }
    assert!(held.len() == file.len().min(HELD));
    assert_eq!([&sent[..], &held].concat(), file);
    endings.each_ref().map(|ending| ending.is_in(&held))
}
