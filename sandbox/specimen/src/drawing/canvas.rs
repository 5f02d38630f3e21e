//! From SVG to JPEG, with the sandbox's own fonts and no others.

use std::sync::{Arc, LazyLock};

use image::{RgbImage, codecs::jpeg::JpegEncoder};
use resvg::{
    tiny_skia::{Color, IntSize, Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use super::rng::SeededRng;

/// Roboto Regular, a TrueType font.
pub const ROBOTO_REGULAR: &[u8] = include_bytes!("../../fonts/Roboto-Regular.ttf");
/// Roboto Bold, a TrueType font.
pub const ROBOTO_BOLD: &[u8] = include_bytes!("../../fonts/Roboto-Bold.ttf");
const ROBOTO_MONO_MEDIUM: &[u8] = include_bytes!("../../fonts/RobotoMono-Medium.ttf");
/// OCR-B, in which machine-readable zones are printed (ICAO Doc 9303 part 3, 4.2): the family `OCR B`.
pub const OCR_B: &[u8] = include_bytes!("../../fonts/OCRB.otf");
/// Noto Sans Arabic, cut to the letters of the test persons' names and documents.
pub const NOTO_ARABIC: &[u8] = include_bytes!("../../fonts/NotoSansArabic-Names.ttf");
/// Noto Sans SC, cut to the letters of the test persons' names and documents.
pub const NOTO_CHINESE: &[u8] = include_bytes!("../../fonts/NotoSansSC-Names.ttf");

const QUALITY: u8 = 88;
/// The size of a large picture: this many pixels, with so strong a noise that they hardly compress,
/// take six megabytes, or eight in base64.
const LARGE_PIXELS: u32 = 2_150_000;
const LARGE_QUALITY: u8 = 100;

/// Without the machine's fonts, so that pictures are the same everywhere.
static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in [
        ROBOTO_REGULAR,
        ROBOTO_BOLD,
        ROBOTO_MONO_MEDIUM,
        OCR_B,
        NOTO_ARABIC,
        NOTO_CHINESE,
    ] {
        fonts.load_font_data(font.to_vec());
    }
    Options {
        fontdb: Arc::new(fonts),
        font_family: "Roboto".to_owned(),
        ..Options::default()
    }
});

/// Encodes pixels as JPEG, in the quality of all but the large pictures.
pub fn to_ordinary_jpeg(picture: &RgbImage) -> Vec<u8> {
    encoded(picture, QUALITY)
}

/// Renders a drawing in its own size.
///
/// # Panics
/// When the drawing is not well formed: drawings are part of the program.
pub(crate) fn to_jpeg(svg: &str) -> Vec<u8> {
    to_ordinary_jpeg(&drawn(svg))
}

/// Renders a drawing like a camera with many pixels in poor light.
///
/// # Panics
/// As [`to_jpeg`].
pub(crate) fn to_large_jpeg(svg: &str, seed: &str) -> Vec<u8> {
    let picture = drawn(svg);
    let (width, height) = picture.dimensions();
    let factor = (f64::from(LARGE_PIXELS) / (f64::from(width) * f64::from(height))).sqrt();
    let larger = |side: u32| (f64::from(side) * factor).round() as u32;
    let mut rng = SeededRng::of(seed);
    let large = RgbImage::from_fn(larger(width), larger(height), |x, y| {
        let smaller = |at: u32, end: u32| ((f64::from(at) / factor) as u32).min(end - 1);
        let mut pixel = *picture.get_pixel(smaller(x, width), smaller(y, height));
        for value in &mut pixel.0 {
            // Darker first, so that no noise is lost in white.
            *value = *value / 4 * 3 + rng.byte() / 4;
        }
        pixel
    });
    encoded(&large, LARGE_QUALITY)
}

/// Renders a drawing in a size of its own: width and height in pixels.
///
/// # Panics
/// As [`to_jpeg`].
pub(super) fn to_small_jpeg(svg: &str, (width, height): (u32, u32)) -> Vec<u8> {
    let tree = parsed(svg);
    let size = IntSize::from_wh(width, height).expect("a picture has an area");
    to_ordinary_jpeg(&rendered(&tree, size))
}

fn drawn(svg: &str) -> RgbImage {
    let tree = parsed(svg);
    rendered(&tree, tree.size().to_int_size())
}

fn parsed(svg: &str) -> Tree {
    Tree::from_str(svg, &OPTIONS).expect("a drawing is well-formed SVG")
}

fn rendered(tree: &Tree, size: IntSize) -> RgbImage {
    let mut pixmap = Pixmap::new(size.width(), size.height()).expect("a drawing has an area");
    pixmap.fill(Color::WHITE);
    let (drawing, picture) = (tree.size(), size.to_size());
    let scale = Transform::from_scale(
        picture.width() / drawing.width(),
        picture.height() / drawing.height(),
    );
    resvg::render(tree, scale, &mut pixmap.as_mut());

    let mut rgb = Vec::with_capacity(pixmap.data().len() / 4 * 3);
    for pixel in pixmap.data().chunks_exact(4) {
        rgb.extend_from_slice(&pixel[..3]);
    }
    RgbImage::from_raw(size.width(), size.height(), rgb).expect("a pixel has three colours")
}

fn encoded(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality)
        .encode_image(picture)
        .expect("memory takes every picture");
    jpeg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_becomes_a_jpeg_of_its_size() {
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="32" height="16"><rect width="32" height="16" fill="#ff0000"/></svg>"##;
        let picture = image::load_from_memory(&to_jpeg(svg)).unwrap().into_rgb8();
        assert_eq!(picture.dimensions(), (32, 16));
        let [red, green, blue] = picture.get_pixel(16, 8).0;
        assert!(red > 240 && green < 16 && blue < 16);
    }

    #[test]
    fn text_is_drawn_with_the_bundled_fonts() {
        let svg = |text| {
            format!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32"><text x="2" y="24" font-size="24" font-family="Roboto Mono">{text}</text></svg>"#
            )
        };
        assert_ne!(to_jpeg(&svg("A")), to_jpeg(&svg("&lt;&lt;")));
        assert_ne!(to_jpeg(&svg("")), to_jpeg(&svg("AA")));
    }

    #[test]
    fn names_in_other_scripts_are_drawn_letter_by_letter() {
        let svg = |text| {
            format!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" width="96" height="32"><text x="2" y="24" font-size="24" font-family="Roboto Mono">{text}</text></svg>"#
            )
        };
        for (one, other) in [("كريم", "سليم"), ("林美", "美华")] {
            assert_ne!(to_jpeg(&svg(one)), to_jpeg(&svg(other)));
        }
    }
}
