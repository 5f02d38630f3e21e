//! From SVG to JPEG, with the sandbox's own fonts and no others.

use std::sync::{Arc, LazyLock};

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

pub(crate) const ROBOTO_REGULAR: &[u8] = include_bytes!("../../fonts/Roboto-Regular.ttf");
pub(crate) const ROBOTO_BOLD: &[u8] = include_bytes!("../../fonts/Roboto-Bold.ttf");
const ROBOTO_MONO_MEDIUM: &[u8] = include_bytes!("../../fonts/RobotoMono-Medium.ttf");

const QUALITY: u8 = 88;

/// The fonts of the machine stay out, so that pictures are the same everywhere.
static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in [ROBOTO_REGULAR, ROBOTO_BOLD, ROBOTO_MONO_MEDIUM] {
        fonts.load_font_data(font.to_vec());
    }
    Options {
        fontdb: Arc::new(fonts),
        font_family: "Roboto".to_owned(),
        ..Options::default()
    }
});

/// Renders a drawing in its own size.
///
/// # Panics
/// When the drawing is not well formed: drawings are part of the program.
pub(crate) fn to_jpeg(svg: &str) -> Vec<u8> {
    let tree = Tree::from_str(svg, &OPTIONS).expect("a drawing is well-formed SVG");
    let size = tree.size().to_int_size();
    let mut pixmap = Pixmap::new(size.width(), size.height()).expect("a drawing has an area");
    pixmap.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());

    let rgb: Vec<u8> = pixmap
        .data()
        .chunks_exact(4)
        .flat_map(|pixel| pixel[..3].to_vec())
        .collect();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .write_image(&rgb, size.width(), size.height(), ExtendedColorType::Rgb8)
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
}
