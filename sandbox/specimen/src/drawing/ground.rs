//! The background of an invented country's document: colours and fine lines.

use super::guilloche::{rosette, waves};
use crate::persona::Country;

/// The hues of a country and the curves that cross a document of some size.
pub(super) struct Ground {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) hue: u16,
    pub(super) thread: u16,
    pub(super) waves: String,
    pub(super) counter_waves: String,
    pub(super) rosette: String,
    pub(super) small_rosette: String,
}

impl Ground {
    pub(super) fn of(country: &Country, width: u32, height: u32) -> Self {
        let (w, h) = (f64::from(width), f64::from(height));
        let (hue, thread) = country.hues;
        // The number of petals depends on the country.
        let petals = f64::from(7 + hue % 6);
        Self {
            width,
            height,
            hue,
            thread,
            waves: waves(w, -20.0, h + 20.0, 46, 24.0, 1.2 + f64::from(hue % 5) / 8.0),
            counter_waves: waves(w, h + 20.0, -20.0, 30, 34.0, 0.9),
            rosette: rosette(w * 0.66, h * 0.44, h * 0.09, h * 0.37, petals, 12),
            small_rosette: rosette(w * 0.88, h * 0.29, h * 0.03, h * 0.13, petals - 2.0, 9),
        }
    }
}

/// The size at which a text fits a width, if it has to be smaller than usual. The letters of
/// Roboto Mono are three fifths of their size wide; no other script's here are wider.
pub(super) fn fitting(text: &str, width: f64, usual: f64) -> f64 {
    let letters = text.chars().count().max(1) as f64;
    (width / (letters * 0.6)).min(usual)
}
