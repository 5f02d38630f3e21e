//! Pictures as they come: bounded before they are decoded, and turned upright as their EXIF data says.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    codecs::jpeg::JpegEncoder, imageops::FilterType,
};

/// The most bytes of a picture.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The most pixels of a picture: cameras of 12 megapixels make 4032 by 3024.
pub const MOST_PIXELS: u64 = 12_600_000;
/// The most bytes that a decoder allocates: the most pixels of 16 bits in four channels.
const MOST_DECODED: u64 = 8 * MOST_PIXELS;
const QUALITY: u8 = 90;

/// Why bytes are no picture that is taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The bytes are neither JPEG nor PNG.
    #[error("the picture is neither JPEG nor PNG")]
    Kind,
    /// More than 8 MiB or more than 12.6 megapixels.
    #[error("the picture has more than 8 MiB or more than 12.6 megapixels")]
    TooLarge,
    /// The picture is damaged.
    #[error("the picture is damaged")]
    Damaged,
}

/// Decodes a JPEG or PNG of at most [`MOST_BYTES`] and [`MOST_PIXELS`]. Of an animation it takes the first
/// frame; bytes after the picture are ignored.
///
/// # Errors
/// When the bytes are something else, too much, or damaged.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, PictureError> {
    if bytes.len() > MOST_BYTES {
        return Err(PictureError::TooLarge);
    }
    let format = image::guess_format(bytes).map_err(|_| PictureError::Kind)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return Err(PictureError::Kind);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(of_image)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_DECODED {
        return Err(PictureError::TooLarge);
    }
    let orientation = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(of_image)?;
    if let Ok(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture.into_rgb8())
}

fn of_image(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::Damaged,
    }
}

/// The picture as JPEG.
pub(crate) fn to_jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(picture);
    encoded.expect("a vector takes every picture of at most 12.6 megapixels");
    jpeg
}

/// The picture with its longer side at `longest` pixels, or as it is when it is smaller; with the factor.
pub(crate) fn fitted(picture: &RgbImage, longest: u32) -> (RgbImage, f32) {
    let (width, height) = picture.dimensions();
    let factor = longest as f32 / width.max(height) as f32;
    if factor >= 1.0 {
        return (picture.clone(), 1.0);
    }
    let scaled = |length: u32| ((length as f32 * factor).round() as u32).max(1);
    let (width, height) = (scaled(width), scaled(height));
    (resized(picture, width, height), factor)
}

/// The same by averages of whole pixels: a tenth of the work, and good enough for a face that fills the frame.
pub(crate) fn fitted_roughly(picture: &RgbImage, longest: u32) -> (RgbImage, f32) {
    let factor = longest as f32 / picture.width().max(picture.height()) as f32;
    if factor >= 1.0 {
        return (picture.clone(), 1.0);
    }
    let scaled = |length: u32| ((length as f32 * factor).round() as u32).max(1);
    let (width, height) = (scaled(picture.width()), scaled(picture.height()));
    (image::imageops::thumbnail(picture, width, height), factor)
}

/// Averages the pixels where the picture gets smaller.
pub(crate) fn resized(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    image::imageops::resize(picture, width, height, FilterType::Triangle)
}

/// The change that one in a hundred pixels exceeds, by the range of light in the picture.
pub(crate) fn sharpness(picture: &RgbImage) -> f32 {
    let light = |x: u32, y: u32| {
        let [r, g, b] = picture.get_pixel(x, y).0.map(u16::from);
        r + 2 * g + b
    };
    let (mut changes, mut lights) = ([0_u32; 1021], [0_u32; 1021]);
    for y in 0..picture.height() {
        for x in 0..picture.width().saturating_sub(2) {
            let (here, there) = (light(x, y), light(x + 2, y));
            changes[usize::from(here.abs_diff(there))] += 1;
            lights[usize::from(here)] += 1;
        }
    }
    let all: u32 = lights.iter().sum();
    let below = |counts: &[u32], part: f32| {
        let mut left = (all as f32 * part) as u32;
        let at = counts.iter().position(|count| {
            let is_here = *count > left;
            left = left.saturating_sub(*count);
            is_here
        });
        at.unwrap_or(counts.len() - 1) as f32
    };
    let range = below(&lights, 0.98) - below(&lights, 0.02);
    below(&changes, 0.99) / range.max(40.0)
}
