//! Lines with as many characters as their form has, whatever was lost or seen twice.

use super::glyph::{Glyph, ZONE_ALPHABET};

/// Characters that may be missing at the ends of a line.
const MOST_MISSING: usize = 8;
/// Characters that may be too many at its ends.
const MOST_EXTRA: usize = 4;

/// The ways in which the characters can fill a line of `width` places, the likeliest first.
pub(super) fn fillings(glyphs: &[Glyph], width: usize) -> Vec<Vec<Glyph>> {
    let line = spaced(glyphs);
    if line.len() + MOST_MISSING < width || line.len() > width + MOST_EXTRA || line.len() < 10 {
        return Vec::new();
    }
    if let Some(extra) = line.len().checked_sub(width) {
        // Characters beyond the form may stand at either end.
        let at_end = (0..=extra).map(|start| line[start..start + width].to_vec());
        return at_end.collect();
    }
    let missing = width - line.len();
    // Most lines end in fillers, which are the first to be lost.
    let fillings = (0..=missing.min(2)).map(|start| {
        let lost = |number: usize, filler: f32| std::iter::repeat_n(hole(filler), number);
        let ends_empty = line.last().is_some_and(|last| last.best().0 == b'<');
        let at_end = if ends_empty { FILLED } else { UNKNOWN };
        lost(start, UNKNOWN)
            .chain(line.iter().cloned())
            .chain(lost(missing - start, at_end))
            .collect()
    });
    fillings.collect()
}

/// How far a hole's filler leads everything else.
const FILLED: f32 = 4.0;
const UNKNOWN: f32 = 0.5;

/// A place where nothing was seen: probably a filler.
fn hole(lead: f32) -> Glyph {
    let mut scores = [-lead - 0.7; 37];
    scores[0] = -0.7;
    debug_assert_eq!(ZONE_ALPHABET[0], b'<');
    Glyph { scores, place: 0.0 }
}

/// Puts holes where the gap between two characters is wide, and drops the less likely of two that stand at
/// one place.
fn spaced(glyphs: &[Glyph]) -> Vec<Glyph> {
    let Some(first) = glyphs.first() else {
        return Vec::new();
    };
    let mut line = vec![first.clone()];
    for (at, pair) in glyphs.windows(2).enumerate() {
        let gap = ((pair[1].place - pair[0].place) / pitch(glyphs, at)).round() as usize;
        let last = line.len() - 1;
        if gap == 0 {
            if pair[1].best().1 > line[last].best().1 {
                line[last] = pair[1].clone();
            }
            continue;
        }
        let between_fillers = pair.iter().all(|glyph| glyph.best().0 == b'<');
        let lead = if between_fillers { FILLED } else { UNKNOWN };
        line.extend(std::iter::repeat_n(hole(lead), (gap - 1).min(MOST_MISSING)));
        line.push(pair[1].clone());
    }
    line
}

/// The usual distance of neighbours near a place: a page that leans away is narrower at one end.
fn pitch(glyphs: &[Glyph], at: usize) -> f32 {
    const NEAR: usize = 9;
    let start = at.saturating_sub(NEAR);
    let end = (at + NEAR + 2).min(glyphs.len());
    let near = glyphs[start..end].windows(2);
    let mut distances: Vec<f32> = near.map(|pair| pair[1].place - pair[0].place).collect();
    distances.sort_by(f32::total_cmp);
    distances[distances.len() / 2].max(1e-4)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters of a line of `width`; a blank is none.
    fn line(text: &str) -> Vec<Glyph> {
        let width = text.len() as f32;
        let characters = text.bytes().enumerate().filter(|(_, byte)| *byte != b' ');
        characters
            .map(|(at, byte)| {
                let mut scores = [-9.0; 37];
                scores[ZONE_ALPHABET.iter().position(|it| *it == byte).unwrap()] = -0.1;
                let place = (at as f32 + 0.5) / width;
                Glyph { scores, place }
            })
            .collect()
    }

    fn text(glyphs: &[Glyph]) -> String {
        let characters = glyphs.iter().map(|glyph| char::from(glyph.best().0));
        characters.collect()
    }

    #[test]
    fn a_character_that_was_lost_leaves_its_place() {
        let fillings = fillings(&line("L898902C3 UTO7408122F"), 21);
        assert_eq!(fillings.len(), 1);
        assert_eq!(text(&fillings[0]), "L898902C3<UTO7408122F");
        let margin = fillings[0][9].scores[0] - fillings[0][9].scores[1];
        assert!(margin < 1.0);
    }

    #[test]
    fn fillers_lost_at_the_end_come_back() {
        let fillings = fillings(&line("ERIKSSON<<ANNA<"), 20);
        assert_eq!(text(&fillings[0]), "ERIKSSON<<ANNA<<<<<<");
        assert_eq!(text(&fillings[1]), "<ERIKSSON<<ANNA<<<<<");
    }

    #[test]
    fn a_speck_before_a_line_can_be_left_out() {
        let fillings = fillings(&line("1ERIKSSON<<ANNA"), 14);
        let texts: Vec<String> = fillings.iter().map(|it| text(it)).collect();
        assert_eq!(texts, ["1ERIKSSON<<ANN", "ERIKSSON<<ANNA"]);
    }

    #[test]
    fn a_line_much_too_short_fills_none() {
        assert!(fillings(&line("ERIKSSON<<ANNA"), 30).is_empty());
    }
}
