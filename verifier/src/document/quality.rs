//! Why a picture of a side cannot be read well.

use image::RgbImage;
use webkyc_reading::{Retake, Zone};

use crate::picture::sharpness;

/// Text of less height in pixels is too small.
const LEAST_HEIGHT: f32 = 14.0;
/// The part of the side that may be white with light.
const MOST_WHITE: f32 = 0.03;
/// How sharp the sharpest parts must be: the change from one pixel to the next but one, as a part of the
/// whole range of light.
const LEAST_SHARPNESS: f32 = 0.16;

/// The properties of a picture besides its text.
pub(super) struct Quality<'a> {
    pub(super) has_text: bool,
    pub(super) has_face: bool,
    pub(super) is_cut_off: bool,
    /// The height of a usual line in pixels of the camera.
    pub(super) text_height: f32,
    /// The side alone.
    pub(super) picture: &'a RgbImage,
}

impl Quality<'_> {
    /// None when the picture will do.
    pub(super) fn retake(&self, zone: Option<&Zone>, expects_zone: bool) -> Option<Retake> {
        if !self.has_text && !self.has_face {
            return Some(Retake::NoDocument);
        }
        let is_read = match zone {
            Some(zone) => zone.check_digits.all() && zone.fields.are_sure(),
            None => !expects_zone && (self.has_text && self.has_face),
        };
        if is_read {
            return None;
        }
        let reasons = [
            (self.is_cut_off, Retake::CutOff),
            (self.text_height < LEAST_HEIGHT, Retake::TooSmall),
            (white_part(self.picture) > MOST_WHITE, Retake::Glare),
            (sharpness(self.picture) < LEAST_SHARPNESS, Retake::Blur),
            (true, Retake::Unsure),
        ];
        let reason = reasons.into_iter().find(|(holds, _)| *holds);
        reason.map(|(_, reason)| reason)
    }
}

fn white_part(picture: &RgbImage) -> f32 {
    let white = picture
        .pixels()
        .filter(|pixel| pixel.0.iter().all(|part| *part >= 253));
    white.count() as f32 / (picture.width() * picture.height()) as f32
}

#[cfg(test)]
mod tests {
    use image::{Rgb, imageops};

    use super::*;

    fn stripes() -> RgbImage {
        RgbImage::from_fn(200, 100, |x, _| {
            // A dark third, and stripes beside it.
            if x < 66 || x / 4 % 2 == 0 {
                Rgb([40; 3])
            } else {
                Rgb([200; 3])
            }
        })
    }

    fn quality(picture: &RgbImage) -> Quality<'_> {
        Quality {
            has_text: true,
            has_face: false,
            is_cut_off: false,
            text_height: 30.0,
            picture,
        }
    }

    #[test]
    fn a_picture_without_face_and_text_shows_no_document() {
        let picture = stripes();
        let quality = Quality {
            has_text: false,
            ..quality(&picture)
        };
        assert_eq!(quality.retake(None, true), Some(Retake::NoDocument));
    }

    #[test]
    fn a_front_without_a_zone_will_do_where_none_is_expected() {
        let picture = stripes();
        let quality = Quality {
            has_face: true,
            ..quality(&picture)
        };
        assert_eq!(quality.retake(None, false), None);
        assert_eq!(quality.retake(None, true), Some(Retake::Unsure));
    }

    #[test]
    fn blur_and_glare_are_distinguished() {
        let sharp = stripes();
        assert_eq!(quality(&sharp).retake(None, true), Some(Retake::Unsure));
        let blurred = imageops::blur(&sharp, 6.0);
        assert_eq!(quality(&blurred).retake(None, true), Some(Retake::Blur));
        let mut glaring = stripes();
        for pixel in glaring.pixels_mut().take(2000) {
            *pixel = Rgb([255; 3]);
        }
        assert_eq!(quality(&glaring).retake(None, true), Some(Retake::Glare));
    }

    #[test]
    fn the_plainest_reason_comes_first() {
        let picture = imageops::blur(&stripes(), 6.0);
        let small = Quality {
            text_height: 9.0,
            ..quality(&picture)
        };
        assert_eq!(small.retake(None, true), Some(Retake::TooSmall));
        let cut = Quality {
            is_cut_off: true,
            ..small
        };
        assert_eq!(cut.retake(None, true), Some(Retake::CutOff));
    }
}
