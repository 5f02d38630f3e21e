//! A line of text, read character by character.

use image::RgbImage;
use rten_tensor::prelude::*;
use webkyc_reading::{Glyph, ZONE_ALPHABET};

use super::Words;
use crate::network::{Network, NetworkError, Range, Threads};

/// The network knows more characters than a zone has; these are what it sees in a `<`.
const LIKE_FILLER: &str = "«‹くΛハヘ∠≤〈《";

pub(super) struct Reader {
    network: Network,
    alphabet: Vec<char>,
    /// The outputs that stand for each character of a zone.
    zone: Vec<Vec<usize>>,
}

/// Probabilities: a row for each step along the line, in which the first stands for no character.
struct Steps {
    values: Vec<f32>,
    width: usize,
}

impl Steps {
    fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width)
    }
}

impl Reader {
    pub(super) fn open(
        content: Vec<u8>,
        alphabet: Vec<char>,
        threads: Threads,
    ) -> Result<Self, NetworkError> {
        let output = |wanted: char| {
            let at = alphabet.iter().position(|c| *c == wanted);
            at.map(|at| at + 1)
        };
        let of_zone = |byte: &u8| {
            let own = output(char::from(*byte));
            let like = LIKE_FILLER.chars().filter_map(output);
            own.into_iter()
                .chain(like.filter(|_| *byte == b'<'))
                .collect()
        };
        Ok(Self {
            network: Network::open(content, threads)?,
            zone: ZONE_ALPHABET.iter().map(of_zone).collect(),
            alphabet,
        })
    }

    fn steps(&self, line: &RgbImage) -> Result<Steps, NetworkError> {
        let output = self.network.run(line, line.dimensions(), Range::Signed)?;
        let Some(output) = output.first() else {
            return Ok(Steps {
                values: Vec::new(),
                width: 1,
            });
        };
        Ok(Steps {
            width: output.shape().last().copied().unwrap_or(1).max(1),
            values: output.to_vec(),
        })
    }

    /// The likeliest text, step by step; a character counts once as long as it lasts.
    pub(super) fn words(&self, line: &RgbImage) -> Result<Words, NetworkError> {
        let steps = self.steps(line)?;
        let (mut text, mut sum, mut last) = (String::new(), 0.0, 0);
        for row in steps.rows() {
            let (at, probability) = highest(row);
            if at != 0 && at != last {
                // The output after the last character of the alphabet is a blank.
                text.push(self.alphabet.get(at - 1).copied().unwrap_or(' '));
                sum += probability;
            }
            last = at;
        }
        let number = text.chars().count().max(1);
        Ok(Words {
            confidence: sum / number as f32,
            text,
        })
    }

    pub(super) fn zone(&self, line: &RgbImage) -> Result<Vec<Glyph>, NetworkError> {
        let steps = self.steps(line)?;
        let number = steps.values.len() / steps.width;
        let rows = steps.rows().map(|row| {
            let sum = |outputs: &Vec<usize>| outputs.iter().filter_map(|at| row.get(*at)).sum();
            let mut characters = [0.0; 37];
            for (to, outputs) in characters.iter_mut().zip(&self.zone) {
                *to = sum(outputs);
            }
            (row[0], characters)
        });
        Ok(glyphs(rows, number))
    }
}

/// The characters of a line: each lasts for some steps and is taken where it is most likely.
fn glyphs(rows: impl Iterator<Item = (f32, [f32; 37])>, number: usize) -> Vec<Glyph> {
    /// A step with less of the alphabet says nothing.
    const LEAST: f32 = 0.02;
    let mut glyphs = Vec::<Glyph>::new();
    let (mut last, mut peak) = (None, 0.0);
    for (step, (none, row)) in rows.enumerate() {
        let (at, probability) = highest(&row);
        let total: f32 = row.iter().sum();
        let is_character = probability > none && total > LEAST;
        let now = is_character.then_some(at);
        if is_character && (now != last || total > peak) {
            if now == last {
                glyphs.pop();
            }
            let score = |value: f32| ((value + 1e-7) / (total + 37e-7)).ln();
            glyphs.push(Glyph {
                scores: row.map(score),
                place: (step as f32 + 0.5) / number as f32,
            });
            peak = total;
        }
        last = now;
    }
    glyphs
}

fn highest(values: &[f32]) -> (usize, f32) {
    let pairs = values.iter().copied().enumerate();
    pairs
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((0, f32::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(none: f32, likely: &[(u8, f32)]) -> (f32, [f32; 37]) {
        let mut row = [0.0; 37];
        for (byte, probability) in likely {
            let at = ZONE_ALPHABET.iter().position(|it| it == byte).unwrap();
            row[at] = *probability;
        }
        (none, row)
    }

    #[test]
    fn a_character_that_lasts_counts_once_and_a_gap_makes_two() {
        let rows = [
            row(0.1, &[(b'A', 0.6)]),
            row(0.0, &[(b'A', 0.9), (b'4', 0.1)]),
            row(0.9, &[(b'A', 0.1)]),
            row(0.2, &[(b'A', 0.8)]),
            row(0.2, &[(b'<', 0.8)]),
        ];
        let read = glyphs(rows.into_iter(), 5);
        let text: Vec<u8> = read.iter().map(|glyph| glyph.best().0).collect();
        assert_eq!(text, b"AA<");
        assert!((read[0].place - 0.3).abs() < 1e-6);
    }
}
