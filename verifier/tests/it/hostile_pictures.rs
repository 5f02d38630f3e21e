//! Bytes that mean harm: each is refused or decoded within the bounds, and none ends the program.

use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, codecs::png::PngEncoder};
use rand::{Rng, SeedableRng, rngs::StdRng};
use webkyc_verifier::{MOST_BYTES, MOST_PIXELS, PictureError, decode};

fn picture() -> RgbImage {
    RgbImage::from_fn(96, 64, |x, y| {
        Rgb([x as u8 * 2, y as u8 * 3, (x * y) as u8])
    })
}

pub(crate) fn jpeg() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture()
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new(&mut bytes);
    encoder
        .write_image(&picture(), 96, 64, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

/// CRC-32 of PNG, annex D.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                0xedb8_8320 ^ (crc >> 1)
            } else {
                crc >> 1
            }
        })
    })
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &body, &crc(&body).to_be_bytes()].concat()
}

/// The picture with another size in its header: the header's data is bytes 16 to 29.
fn resized_png(width: u32, height: u32, depth: u8) -> Vec<u8> {
    let mut header = png()[16..29].to_vec();
    header[..4].copy_from_slice(&width.to_be_bytes());
    header[4..8].copy_from_slice(&height.to_be_bytes());
    header[8] = depth;
    [&png()[..8], &chunk(b"IHDR", &header), &png()[33..]].concat()
}

/// The place of the frame's header, which holds height and width.
fn frame_of(jpeg: &[u8]) -> usize {
    jpeg.windows(2).position(|it| it == [0xff, 0xc0]).unwrap()
}

fn resized_jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg();
    let frame = frame_of(&bytes);
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// An EXIF segment that says how the picture is turned.
fn turned_jpeg(orientation: u16) -> Vec<u8> {
    let entry = [
        &[0x12, 1, 3, 0, 1, 0, 0, 0][..],
        &orientation.to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    let tiff = [&b"II*\0\x08\0\0\0\x01\0"[..], &entry, &[0; 4]].concat();
    let body = [&b"Exif\0\0"[..], &tiff].concat();
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    let bytes = jpeg();
    [&bytes[..2], &[0xff, 0xe1], &length, &body, &bytes[2..]].concat()
}

/// A frame of four colours, and so of cyan, magenta, yellow and black, whose data is that of three.
fn four_colours() -> Vec<u8> {
    let mut bytes = jpeg();
    let frame = frame_of(&bytes);
    bytes[frame + 3] += 3;
    bytes[frame + 9] = 4;
    let end = frame + 2 + 8 + 9;
    bytes.splice(end..end, [4, 0x11, 0]);
    bytes
}

#[test]
fn every_beginning_of_a_picture_is_refused_or_a_picture() {
    for whole in [jpeg(), png()] {
        for part in 0..100 {
            let end = whole.len() * part / 100;
            if let Ok(decoded) = decode(&whole[..end]) {
                assert_eq!(decoded.dimensions(), (96, 64));
            }
        }
        assert!(decode(&whole).is_ok());
    }
}

#[test]
fn damaged_bytes_end_in_an_answer() {
    let mut random = StdRng::seed_from_u64(1);
    for whole in [jpeg(), png()] {
        for _ in 0..200 {
            let mut bytes = whole.clone();
            for _ in 0..random.random_range(1..12) {
                let at = random.random_range(8..bytes.len());
                bytes[at] = random.random();
            }
            if let Ok(decoded) = decode(&bytes) {
                assert!(u64::from(decoded.width()) * u64::from(decoded.height()) <= MOST_PIXELS);
            }
        }
    }
}

#[test]
fn a_header_that_promises_too_much_is_refused_before_anything_is_allocated() {
    for (width, height) in [(65_535, 65_535), (65_535, 1000), (4_200, 3_001)] {
        let png = resized_png(width.into(), height.into(), 8);
        assert_eq!(decode(&png), Err(PictureError::TooLarge), "{width}");
        assert_eq!(
            decode(&resized_jpeg(width, height)),
            Err(PictureError::TooLarge),
            "{width}"
        );
    }
    // A phone's camera has as many.
    assert!(decode(&resized_jpeg(4_032, 3_024)).is_ok());
    let huge = resized_png(u32::MAX / 2, u32::MAX / 2, 8);
    assert!(decode(&huge).is_err());
    let deep = resized_png(4_000, 3_000, 16);
    assert!(decode(&deep).is_err());
}

#[test]
fn more_bytes_than_are_taken_are_refused_whatever_they_are() {
    let mut bytes = jpeg();
    bytes.resize(MOST_BYTES + 1, 0);
    assert_eq!(decode(&bytes), Err(PictureError::TooLarge));
}

#[test]
fn a_picture_lies_as_its_exif_data_says() {
    for (orientation, size) in [
        (1, (96, 64)),
        (3, (96, 64)),
        (6, (64, 96)),
        (8, (64, 96)),
        (99, (96, 64)),
    ] {
        let decoded = decode(&turned_jpeg(orientation)).unwrap();
        assert_eq!(decoded.dimensions(), size, "{orientation}");
    }
    let upright = decode(&turned_jpeg(1)).unwrap();
    let turned = decode(&turned_jpeg(6)).unwrap();
    assert_eq!(turned.get_pixel(0, 0), upright.get_pixel(0, 63));
}

#[test]
fn a_picture_for_printers_is_seen_in_its_colours() {
    // Cyan, magenta, yellow, black: of each how much ink.
    for (ink, expected) in [([0, 0, 0, 0], [255; 3]), ([0, 255, 255, 0], [255, 0, 0])] {
        let mut jpeg = Vec::new();
        jpeg_encoder::Encoder::new(&mut jpeg, 95)
            .encode(&ink.repeat(32 * 32), 32, 32, jpeg_encoder::ColorType::Cmyk)
            .unwrap();
        let Rgb(seen) = *decode(&jpeg).unwrap().get_pixel(16, 16);
        let is_like = seen
            .iter()
            .zip(expected)
            .all(|(seen, it)| seen.abs_diff(it) < 24);
        assert!(is_like, "{ink:?}: {seen:?}");
    }
}

#[test]
fn four_colours_with_data_for_three_end_in_an_answer() {
    if let Ok(decoded) = decode(&four_colours()) {
        assert_eq!(decoded.dimensions(), (96, 64));
    }
}

#[test]
fn of_an_animation_the_first_frame_is_taken() {
    let whole = png();
    let animation = chunk(b"acTL", &[0, 0, 0, 200, 0, 0, 0, 0]);
    let control = [
        &0_u32.to_be_bytes()[..],
        &96_u32.to_be_bytes(),
        &64_u32.to_be_bytes(),
        &[0; 14],
    ]
    .concat();
    let frame = chunk(b"fcTL", &control);
    let bytes = [&whole[..33], &animation, &frame, &whole[33..]].concat();
    assert_eq!(decode(&bytes).unwrap(), decode(&whole).unwrap());
}

#[test]
fn a_picture_that_is_something_else_as_well_is_the_picture() {
    let zip = b"PK\x03\x04<script>alert(1)</script>";
    for whole in [jpeg(), png()] {
        let both = [&whole[..], zip].concat();
        assert_eq!(decode(&both).unwrap(), decode(&whole).unwrap());
        let twice = [&whole[..], &png(), &jpeg()].concat();
        assert_eq!(decode(&twice).unwrap(), decode(&whole).unwrap());
    }
    for other in [
        &b"GIF89a"[..],
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"<svg/>",
        b"%PDF-1.7",
        zip,
        b"BM",
        b"",
    ] {
        assert_eq!(decode(other), Err(PictureError::Kind));
    }
}
