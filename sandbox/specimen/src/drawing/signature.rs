//! Invented signatures.

use std::fmt::Write;

use super::rng::SeededRng;
use crate::persona::Persona;

/// The positions of letters, in a box of 240 by 60.
const LINE: f64 = 44.0;
const RIGHT: f64 = 214.0;

/// The data of an SVG path in a box of 240 by 60: the person's own, or a scribble that is always
/// the same for the same person.
pub(super) fn of(person: &Persona) -> String {
    match person.look.signature {
        Some(own) => own.to_owned(),
        None => scribble(person.key),
    }
}

/// A large loop for the initial, then small letters of which some go up or down, and a stroke.
fn scribble(seed: &str) -> String {
    let mut rng = SeededRng::of(seed);
    let (tall, lean) = (rng.between(24.0, 42.0), rng.between(-6.0, 22.0));
    let mut path = format!(
        "M10 {LINE:.0}c{:.0} {:.0} {lean:.0} -{tall:.0} 22 -{tall:.0}s{lean:.0} 20 -10 {:.0}s20 {:.0} 26 {:.0}",
        lean / 2.0,
        -tall / 2.0,
        tall * 0.7,
        rng.between(4.0, 12.0),
        tall * 0.3 - 4.0,
    );
    let mut x = 48.0;
    while x < RIGHT {
        let width = rng.between(9.0, 19.0);
        let height = match rng.byte() {
            0..=50 => rng.between(24.0, 34.0),
            51..=80 => rng.between(-16.0, -8.0),
            _ => rng.between(8.0, 15.0),
        };
        let top = LINE - height;
        let next = x + width;
        write!(
            path,
            "C{:.1} {top:.1} {:.1} {top:.1} {:.1} {:.1}S{:.1} {:.1} {next:.1} {:.1}",
            x + width * 0.3,
            x + width * 0.75,
            x + width * 0.55,
            LINE - height * 0.3,
            x + width * 0.8,
            LINE + 3.0,
            LINE - rng.between(2.0, 6.0),
        )
        .expect("a string takes every character");
        x = next;
    }
    let fall = rng.between(4.0, 10.0);
    write!(
        path,
        "c6 -4 12 -8 16 -{fall:.0}M40 {:.0}q90 -{fall:.0} 176 {:.0}",
        LINE + 9.0,
        -fall / 2.0
    )
    .expect("a string takes every character");
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_writes_differently_and_always_alike() {
        assert_eq!(scribble("nfc"), scribble("nfc"));
        assert_ne!(scribble("nfc"), scribble("passport"));
    }
}
