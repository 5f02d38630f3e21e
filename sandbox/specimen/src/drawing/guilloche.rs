//! The fine line patterns of security printing, as data of SVG paths.

use std::{f64::consts::TAU, fmt::Write};

/// A bundle of waves from left to right, each a little later in phase than the one above.
pub(crate) fn waves(
    width: f64,
    from: f64,
    to: f64,
    lines: u32,
    amplitude: f64,
    periods: f64,
) -> String {
    let mut path = String::new();
    for line in 0..lines {
        let part = f64::from(line) / f64::from(lines.max(2) - 1);
        let base = from + (to - from) * part;
        curve(&mut path, 90, |t| {
            let swing = (t * periods * TAU + part * 5.0).sin()
                + 0.45 * (t * periods * 2.3 * TAU - part * 7.0).cos();
            (t * width, base + amplitude * swing)
        });
    }
    path
}

/// A rosette: one closed curve, turned many times about its centre.
pub(crate) fn rosette(x: f64, y: f64, inner: f64, outer: f64, petals: f64, turns: u32) -> String {
    let mut path = String::new();
    let (middle, swing) = ((inner + outer) / 2.0, (outer - inner) / 2.0);
    for turn in 0..turns {
        let offset = f64::from(turn) / f64::from(turns) * TAU;
        curve(&mut path, 150, |t| {
            let radius = middle + swing * (petals * t * TAU + offset).sin();
            let angle = t * TAU;
            (x + radius * angle.cos(), y + radius * angle.sin())
        });
    }
    path
}

fn curve(path: &mut String, steps: u32, point: impl Fn(f64) -> (f64, f64)) {
    for step in 0..=steps {
        let (x, y) = point(f64::from(step) / f64::from(steps));
        let command = if step == 0 { 'M' } else { 'L' };
        write!(path, "{command}{x:.1} {y:.1}").expect("a string takes every character");
    }
}
