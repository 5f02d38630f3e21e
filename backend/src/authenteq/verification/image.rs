//! Reads an image's size from its header, as every decoder does.
//!
//! Crates that guess a size from the beginning of a file skip bytes that decoders do not skip (a
//! fill byte before a marker), and then report a size that differs from the drawn one. A file with
//! anything unusual before its frame is not accepted as an image.

use webkyc_shared::verification::FileType;

/// The type, width and height of an image that begins with these bytes.
pub(super) fn kind_and_size(bytes: &[u8]) -> Option<(FileType, usize, usize)> {
    if bytes.starts_with(&[0xff, 0xd8]) {
        let (width, height) = jpeg(&bytes[2..])?;
        Some((FileType::Jpeg, width, height))
    } else {
        let (width, height) = png(bytes)?;
        Some((FileType::Png, width, height))
    }
}

/// ITU T.81, annex B: segments until the frame header.
fn jpeg(mut rest: &[u8]) -> Option<(usize, usize)> {
    loop {
        rest = rest.strip_prefix(&[0xff])?;
        // "Any marker may optionally be preceded by any number of fill bytes" (B.1.1.2).
        while let [0xff, more @ ..] = rest {
            rest = more;
        }
        let (marker, segment) = rest.split_first()?;
        let length = usize::from(word(segment, 0)?);
        match marker {
            // DHT, JPG and DAC have codes among those of the frame headers.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(marker) => {
                let (height, width) = (word(segment, 3)?, word(segment, 5)?);
                return Some((width.into(), height.into()));
            }
            // Tables, comments, application data.
            0xc4 | 0xcc | 0xdb | 0xdd | 0xe0..=0xef | 0xfe => {
                rest = segment.get(length.max(2)..)?;
            }
            _ => return None,
        }
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

/// The header is the first chunk (PNG specification, section 5.6).
fn png(bytes: &[u8]) -> Option<(usize, usize)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let (width, rest) = header.split_first_chunk::<4>()?;
    let (height, _) = rest.split_first_chunk::<4>()?;
    let side = |bytes: &[u8; 4]| usize::try_from(u32::from_be_bytes(*bytes)).ok();
    Some((side(width)?, side(height)?))
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
        kind_and_size(&[&[0xff, 0xd8], parts.concat().as_slice()].concat())
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
        ] {
            assert_eq!(jpeg_of(&[odd, &small]), None, "{odd:x?}");
        }
        assert_eq!(jpeg_of(&[&small[..6]]), None);
    }
}
