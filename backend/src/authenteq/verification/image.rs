//! Reads an image's size from its header, as every decoder does.
//!
//! Crates that guess a size from the beginning of a file skip bytes that decoders do not skip (a
//! fill byte before a marker), and then report a size that differs from the drawn one. A file with
//! anything unusual before its frame is not accepted as an image.

use base64::{Engine, prelude::BASE64_STANDARD};
use webkyc_shared::verification::FileType;

/// More fill bytes in a row than a writer has a reason for.
const FILL_LIMIT: usize = 64 << 10;

/// A file in base64. Only the few bytes that are asked for are decoded, wherever they are: a camera may
/// write a megabyte of previews and maps before the size of its picture.
pub(in crate::authenteq) struct Encoded<'a>(&'a [u8]);

impl<'a> Encoded<'a> {
    /// Takes base64 of the standard alphabet, with padding.
    pub(in crate::authenteq) fn new(content: &'a str) -> Self {
        Self(content.as_bytes())
    }

    /// The `N` bytes from this place on, at most 24; `None` beyond the end.
    pub(super) fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let (start, end) = (at / 3 * 4, (at + N).div_ceil(3) * 4);
        let mut decoded = [0; 27];
        let length = BASE64_STANDARD
            .decode_slice(self.0.get(start..end)?, &mut decoded)
            .ok()?;
        decoded[..length].get(at % 3..at % 3 + N)?.try_into().ok()
    }
}

/// The type, width and height of an image.
pub(in crate::authenteq) fn kind_and_size(file: &Encoded<'_>) -> Option<(FileType, usize, usize)> {
    if file.bytes(0) == Some([0xff, 0xd8]) {
        let (width, height) = jpeg(file)?;
        Some((FileType::Jpeg, width, height))
    } else {
        let (width, height) = png(file)?;
        Some((FileType::Png, width, height))
    }
}

/// ITU T.81, annex B: segments until the frame header.
fn jpeg(file: &Encoded<'_>) -> Option<(usize, usize)> {
    let mut at = 2;
    loop {
        // "Any marker may optionally be preceded by any number of fill bytes" (B.1.1.2).
        let before = (at..at + FILL_LIMIT).take_while(|at| file.bytes(*at) == Some([0xff]));
        let before = before.count();
        if before == 0 {
            return None;
        }
        at += before;
        let [marker, high, low] = file.bytes(at)?;
        match marker {
            // Baseline, extended and progressive. A decoder that knows no other kind of frame may skip
            // one, and take its size from the next.
            0xc0..=0xc2 => {
                let [height, width] = [at + 4, at + 6].map(|at| file.bytes(at));
                let [height, width] = [height?, width?].map(u16::from_be_bytes);
                return Some((width.into(), height.into()));
            }
            // Tables, comments, application data.
            0xc4 | 0xcc | 0xdb | 0xdd | 0xe0..=0xef | 0xfe => {
                at += 1 + usize::from(u16::from_be_bytes([high, low])).max(2);
            }
            _ => return None,
        }
    }
}

/// The header is the first chunk (PNG specification, section 5.6).
fn png(file: &Encoded<'_>) -> Option<(usize, usize)> {
    if file.bytes(0)? != *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" {
        return None;
    }
    let [width, height] = [16, 20].map(|at| file.bytes(at));
    let side = |bytes| usize::try_from(u32::from_be_bytes(bytes)).ok();
    Some((side(width?)?, side(height?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame header of this height and width.
    fn frame(height: u16, width: u16) -> Vec<u8> {
        let [h, w] = [height.to_be_bytes(), width.to_be_bytes()];
        [
            &[0xff, 0xc0, 0, 17, 8][..],
            &h,
            &w,
            &[3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0],
        ]
        .concat()
    }

    fn jpeg_of(parts: &[&[u8]]) -> Option<(FileType, usize, usize)> {
        let bytes = [&[0xff, 0xd8], parts.concat().as_slice()].concat();
        kind_and_size(&Encoded::new(&BASE64_STANDARD.encode(bytes)))
    }

    #[test]
    fn con_04_a_jpeg_is_as_large_as_a_decoder_finds_it() {
        let (large, small) = (frame(65_500, 65_500), frame(16, 16));
        let size = |height, width| Some((FileType::Jpeg, width, height));
        let comment = [&[0xff, 0xfe, 0, 21][..], &small].concat();
        assert_eq!(jpeg_of(&[&frame(3, 4)]), size(3, 4));
        assert_eq!(jpeg_of(&[&comment, &large]), size(65_500, 65_500));
        // Fill bytes before the real frame, and another frame inside a comment.
        for fill in 1..5 {
            let fill = vec![0xff; fill];
            assert_eq!(jpeg_of(&[&comment, &fill, &large]), size(65_500, 65_500));
            assert_eq!(
                jpeg_of(&[&fill, &comment, &fill, &large, &small]),
                size(65_500, 65_500)
            );
            assert_eq!(jpeg_of(&[&fill, &frame(3, 4)]), size(3, 4), "a legal file");
        }
    }

    #[test]
    fn con_04_the_size_of_a_jpeg_follows_whatever_segments_come_before_it() {
        let size = Some((FileType::Jpeg, 4, 3));
        // Cameras put previews, colour profiles and maps into these; each may be 64 KiB.
        let segment = |marker: u8, length: u16| {
            let [high, low] = length.to_be_bytes();
            let content = vec![0xff; usize::from(length) - 2];
            [&[0xff, marker, high, low][..], &content].concat()
        };
        let frame = frame(3, 4);
        for marker in (0xe0..=0xef).chain([0xc4, 0xcc, 0xdb, 0xdd, 0xfe]) {
            for length in [2, 3, 200, u16::MAX] {
                let segment = segment(marker, length);
                assert_eq!(jpeg_of(&[&segment, &frame]), size, "{marker:x}, {length}");
                let filled = jpeg_of(&[&[0xff], &segment, &[0xff; 9], &segment, &[0xff], &frame]);
                assert_eq!(filled, size, "{marker:x}, {length}");
                assert_eq!(jpeg_of(&[&segment[..segment.len() - 1]]), None);
            }
        }
        // Two megabytes of them.
        let many = segment(0xe2, u16::MAX).repeat(32);
        assert_eq!(jpeg_of(&[&many, &frame]), size);
        assert_eq!(jpeg_of(&[&many, &vec![0xff; 1 << 20], &frame]), None);
        let whole = [segment(0xe1, 40), vec![0xff; 3], frame].concat();
        let needed = whole.len() - 10;
        for end in 0..whole.len() {
            let expected = size.filter(|_| end >= needed);
            assert_eq!(jpeg_of(&[&whole[..end]]), expected, "{end} bytes");
        }
    }

    #[test]
    fn con_04_a_jpeg_with_anything_odd_before_its_frame_is_none() {
        let small = frame(16, 16);
        for odd in [
            &[0][..],
            &[0xff, 0],
            &[0xff, 0xd8],
            &[0xff, 0xd9],
            &[0xff, 0xd0],
            &[0xff, 0x01],
            &[0xff, 0xda, 0, 2],
            &[0xff, 0xc8, 0, 2],
            &[0xff, 0xfe, 0, 200],
            // Lossless, hierarchical and arithmetic frames.
            &[0xff, 0xc3, 0, 2],
            &[0xff, 0xc6, 0, 2],
            &[0xff, 0xc9, 0, 2],
            &[0xff, 0xcf, 0, 2],
        ] {
            assert_eq!(jpeg_of(&[odd, &small]), None, "{odd:x?}");
        }
        assert_eq!(jpeg_of(&[&small[..6]]), None);
        // A segment that ends in 0xff is no beginning of a marker.
        assert_eq!(jpeg_of(&[&[0xff, 0xfe, 0, 3, 0xff], &small[1..]]), None);
    }
}
