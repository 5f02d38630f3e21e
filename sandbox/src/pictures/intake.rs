//! Makes a picture of a file: decodes it, turns it upright, makes it smaller and encodes it again,
//! so that nothing of the file itself remains.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage,
    error::{ImageError, LimitErrorKind},
    imageops::FilterType,
};
use webkyc_specimen::to_ordinary_jpeg;

/// In bytes.
pub(crate) const LARGEST_FILE: usize = 8 * 1024 * 1024;
/// Cameras of 12 megapixels make 4032 by 3024.
const MOST_PIXELS: u64 = 12_600_000;
/// The memory for decoding: the most pixels, in four colours.
const MOST_MEMORY: u64 = 4 * MOST_PIXELS;
/// Of the longer side, in pixels.
const LONGEST: u32 = 1600;

/// Why a file does not become a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnfitPicture {
    /// More bytes than [`LARGEST_FILE`].
    TooLarge,
    /// More pixels than a camera has. The file itself may be small.
    TooManyPixels,
    /// A document that no page shows as a picture.
    Pdf,
    /// What iPhones make, and few programs read.
    Heic,
    /// Neither JPEG nor PNG, by its first bytes.
    OfAnotherKind,
    /// It begins as one of these, and cannot be decoded to its end.
    Broken,
}

/// The file as an upright JPEG of ordinary size. Takes a while.
pub(crate) fn prepared(file: &[u8]) -> Result<Vec<u8>, UnfitPicture> {
    if file.len() > LARGEST_FILE {
        return Err(UnfitPicture::TooLarge);
    }
    let mut reader = ImageReader::new(Cursor::new(file))
        .with_guessed_format()
        .map_err(|_| UnfitPicture::Broken)?;
    match reader.format() {
        // The decoder fills missing parts of a JPEG with grey.
        Some(ImageFormat::Jpeg) if !has_its_end(file) => return Err(UnfitPicture::Broken),
        Some(ImageFormat::Jpeg | ImageFormat::Png) => {}
        _ if file.starts_with(b"%PDF-") => return Err(UnfitPicture::Pdf),
        _ if is_heic(file) => return Err(UnfitPicture::Heic),
        _ => return Err(UnfitPicture::OfAnotherKind),
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| unfit(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(UnfitPicture::TooManyPixels);
    }
    let orientation = decoder.orientation().map_err(|error| unfit(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| unfit(&error))?;
    if width.max(height) > LONGEST {
        picture = picture.resize(LONGEST, LONGEST, FilterType::Triangle);
    }
    picture.apply_orientation(orientation);
    Ok(to_ordinary_jpeg(&on_white(&picture)))
}

/// By the brand after the box that every such file begins with (ISO/IEC 23008-12).
fn is_heic(file: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [
        b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1",
    ];
    file.get(4..8) == Some(b"ftyp") && file.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

fn unfit(error: &ImageError) -> UnfitPicture {
    match error {
        ImageError::Limits(error)
            if matches!(
                error.kind(),
                LimitErrorKind::DimensionError | LimitErrorKind::InsufficientMemory
            ) =>
        {
            UnfitPicture::TooManyPixels
        }
        _ => UnfitPicture::Broken,
    }
}

/// A JPEG has no transparency, and invisible parts must stay invisible.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u16::from);
        let seen = |colour| ((colour * alpha + 255 * (255 - alpha)) / 255) as u8;
        [red, green, blue].map(seen).into()
    })
}

/// Whether the marker that ends a JPEG follows its first scan. Segments before that, which may hold
/// a preview with an end of its own, are passed over; bytes after the end do not matter.
fn has_its_end(file: &[u8]) -> bool {
    const SCAN: u8 = 0xda;
    const END: [u8; 2] = [0xff, 0xd9];
    let mut at = 2;
    while let Some(&[0xff, marker, high, low]) = file.get(at..at + 4) {
        if marker == SCAN {
            return file[at..].windows(END.len()).any(|pair| pair == END);
        }
        if marker == 0xff {
            // Markers may be filled up to a boundary.
            at += 1;
        } else {
            at += 2 + usize::from(u16::from_be_bytes([high, low]));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use image::{Rgb, Rgba, RgbaImage};

    use super::*;

    fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.into().write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn read(jpeg: &[u8]) -> RgbImage {
        assert_eq!(image::guess_format(jpeg).unwrap(), ImageFormat::Jpeg);
        image::load_from_memory(jpeg).unwrap().into_rgb8()
    }

    #[test]
    fn a_picture_is_made_smaller_but_never_larger() {
        for (size, expected) in [((2000, 500), (1600, 400)), ((30, 40), (30, 40))] {
            let picture = RgbImage::from_pixel(size.0, size.1, Rgb([200, 100, 50]));
            let prepared = read(&prepared(&file(picture, ImageFormat::Jpeg)).unwrap());
            assert_eq!(prepared.dimensions(), expected);
        }
    }

    #[test]
    fn what_is_transparent_becomes_white() {
        let picture = RgbaImage::from_pixel(16, 16, Rgba([0, 0, 0, 0]));
        let prepared = read(&prepared(&file(picture, ImageFormat::Png)).unwrap());
        assert!(prepared.get_pixel(8, 8).0.iter().all(|value| *value > 250));
    }

    #[test]
    fn a_jpeg_without_its_end_is_broken_even_if_a_preview_has_one() {
        let whole = file(RgbImage::new(64, 64), ImageFormat::Jpeg);
        let mut preview = vec![0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9];
        preview.extend_from_slice(&whole[2..whole.len() - 2]);
        let mut cut = whole[..2].to_vec();
        cut.extend(preview);
        assert_eq!(prepared(&cut), Err(UnfitPicture::Broken));
        cut.extend([0xff, 0xd9]);
        assert!(prepared(&cut).is_ok());
        cut.extend(b"what some cameras append");
        assert!(prepared(&cut).is_ok());
    }

    #[test]
    fn pixels_are_counted_before_they_are_decoded() {
        let mut bomb = file(RgbImage::new(1, 1), ImageFormat::Png);
        // Width and height follow the signature, the length and the name of the first chunk.
        bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let checksum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(prepared(&bomb), Err(UnfitPicture::TooManyPixels));
    }

    #[test]
    fn a_verifier_takes_as_much_and_so_does_the_script_of_the_page() {
        assert_eq!(MOST_PIXELS, webkyc_verifier::MOST_PIXELS);
        assert_eq!(LARGEST_FILE, webkyc_verifier::MOST_BYTES);
        let script = include_str!("../../assets/file_check.js");
        assert!(script.contains("const MOST_PIXELS = 12_600_000;"));
        const { assert!(4032 * 3024 <= MOST_PIXELS) };
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }
}
