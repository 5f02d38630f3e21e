//! The likeliest zone that its form and its check digits allow.

use super::form::{Check, Format, NUMBER_CHECK, Span};
use super::glyph::{Glyph, ZONE_ALPHABET};

/// By how much each character of a sure field leads its best rival. See MEASURED.md.
pub(super) const LEAST_LEAD: f32 = 1.5;
/// How many characters a repair may change in a whole zone.
const MOST_REPAIRED: usize = 2;
/// How much less likely than what was seen a repair may be, as a difference of logarithms.
const DEAREST_REPAIR: f32 = 5.5;
/// Characters that no reader tells apart by their shape alone. In a number, whose check digit tells them apart, taking
/// one for the other costs so much that only one is changed.
const LOOK_ALIKE: [(u8, u8); 2] = [(b'0', b'O'), (b'O', b'0')];
const LOOK_ALIKE_REPAIR: f32 = 3.0;
/// How many characters a repair tries.
const MOST_TRIED: usize = 14;
/// How many rivals of a character a repair looks at, besides its look-alike.
const MOST_RIVALS: usize = 3;
/// A character without a rival leads by this much.
const ALONE: f32 = 9.0;

/// A zone in one form.
#[derive(Clone)]
pub(super) struct Solution {
    pub(super) format: Format,
    pub(super) lines: Vec<Vec<u8>>,
    /// By how much each character leads its best rival, as a difference of logarithms; 0 where it was
    /// repaired.
    pub(super) leads: Vec<Vec<f32>>,
    /// Whether each check digit of the form agrees.
    pub(super) checks: Vec<bool>,
    /// How much less likely the zone is than what was seen.
    cost: f32,
}

/// A character, and how much less likely it is than the likeliest at its place.
type Candidate = (u8, f32);

struct Place {
    line: usize,
    at: usize,
}

impl Solution {
    pub(super) fn of(format: Format, glyphs: &[Vec<Glyph>]) -> Self {
        let candidates: Vec<Vec<Vec<Candidate>>> = glyphs
            .iter()
            .enumerate()
            .map(|(line, glyphs)| {
                let cells = glyphs.iter().enumerate();
                cells
                    .map(|(at, glyph)| candidates(format, line, at, glyph))
                    .collect()
            })
            .collect();
        let mut solution = Self::likeliest(format, &candidates);
        solution.repair(&candidates);
        solution
    }

    fn likeliest(format: Format, candidates: &[Vec<Vec<Candidate>>]) -> Self {
        let first = |cell: &Vec<Candidate>| cell[0].0;
        let lead = |cell: &Vec<Candidate>| cell.get(1).map_or(ALONE, |it| it.1 - cell[0].1);
        let mut solution = Self {
            format,
            lines: candidates
                .iter()
                .map(|line| line.iter().map(first).collect())
                .collect(),
            leads: candidates
                .iter()
                .map(|line| line.iter().map(lead).collect())
                .collect(),
            checks: Vec::new(),
            cost: candidates.iter().flatten().map(|cell| cell[0].1).sum(),
        };
        solution.checks = solution.checked();
        solution
    }

    fn checked(&self) -> Vec<bool> {
        let checks = self.format.layout().checks.iter();
        checks.map(|check| self.agrees(check)).collect()
    }

    fn agrees(&self, check: &Check) -> bool {
        let (line, at) = check.digit;
        let digit = self.lines[line][at];
        let body: String = check.covers.iter().map(|span| self.text(span)).collect();
        let is_empty = body.bytes().all(|byte| byte == b'<');
        // A card's number that goes on has no digit of its own; the last one covers all of it.
        let goes_on = check.covers == [(0, 5..14)] && body.as_bytes()[8] != b'<';
        if digit == b'<' {
            return check.may_be_empty && (is_empty || goes_on);
        }
        mrz::verify(&body, char::from(digit))
    }

    pub(super) fn text(&self, (line, span): &Span) -> String {
        let bytes = self.lines[*line][span.clone()].iter();
        bytes.map(|byte| char::from(*byte)).collect()
    }

    /// The smallest lead among the characters of a span.
    pub(super) fn lead(&self, (line, span): &Span) -> f32 {
        let leads = self.leads[*line][span.clone()].iter();
        leads.copied().fold(ALONE, f32::min)
    }

    /// Takes the lead from each character that two others of this form have surely and differently.
    pub(super) fn doubt_where_they_differ(&mut self, others: &[Self]) {
        for (line, leads) in self.leads.iter_mut().enumerate() {
            for (at, lead) in leads.iter_mut().enumerate() {
                let sure = others.iter().filter(|it| it.leads[line][at] >= LEAST_LEAD);
                let mut sure = sure.map(|it| it.lines[line][at]);
                let first = sure.next();
                if sure.any(|other| Some(other) != first) {
                    *lead = 0.0;
                }
            }
        }
    }

    /// The larger, the better.
    pub(super) fn quality(&self) -> (usize, f32) {
        let agree = self.checks.iter().filter(|it| **it).count();
        let per_character = self.cost / self.lines.iter().map(Vec::len).sum::<usize>() as f32;
        // A third of all digits more is worth more than any likelihood.
        (agree * 12 / self.checks.len(), -per_character)
    }

    /// Changes one or two characters where that makes a check digit agree and none disagree.
    fn repair(&mut self, candidates: &[Vec<Vec<Candidate>>]) {
        let mut left = MOST_REPAIRED;
        for at in 0..self.checks.len() {
            if self.checks[at] || left == 0 {
                continue;
            }
            if let Some((repaired, changed)) = self.repaired(at, candidates, left) {
                *self = repaired;
                left -= changed;
            }
        }
    }

    fn repaired(
        &self,
        at: usize,
        candidates: &[Vec<Vec<Candidate>>],
        most: usize,
    ) -> Option<(Self, usize)> {
        let check = &self.format.layout().checks[at];
        let is_number = at == NUMBER_CHECK;
        let digit = (check.digit.0, check.digit.1..check.digit.1 + 1);
        let spans = check.covers.iter().cloned().chain([digit]);
        let places = spans.flat_map(|(line, span)| span.map(move |at| Place { line, at }));
        let mut changes: Vec<(f32, Place, u8)> = Vec::new();
        for Place { line, at } in places {
            for (byte, dearer) in rivals(&candidates[line][at], is_number) {
                if dearer < DEAREST_REPAIR {
                    changes.push((dearer, Place { line, at }, byte));
                }
            }
        }
        changes.sort_by(|a, b| a.0.total_cmp(&b.0));
        changes.truncate(MOST_TRIED);
        let ones = (0..changes.len()).map(|one| (changes[one].0, vec![one]));
        let mut sets: Vec<(f32, Vec<usize>)> = ones.collect();
        if most > 1 {
            for one in 0..changes.len() {
                for other in one + 1..changes.len() {
                    let (a, b) = (&changes[one], &changes[other]);
                    if (a.1.line, a.1.at) != (b.1.line, b.1.at) {
                        sets.push((a.0 + b.0, vec![one, other]));
                    }
                }
            }
        }
        sets.sort_by(|a, b| a.0.total_cmp(&b.0));
        let affordable = sets.into_iter().take_while(|set| set.0 <= DEAREST_REPAIR);
        affordable.into_iter().find_map(|(cost, set)| {
            let mut repaired = self.clone();
            repaired.cost += cost;
            for change in &set {
                let (_, Place { line, at }, byte) = &changes[*change];
                repaired.lines[*line][*at] = *byte;
                repaired.leads[*line][*at] = 0.0;
            }
            repaired.checks = repaired.checked();
            let before = self.checks.iter().zip(&repaired.checks);
            let spoils = before.into_iter().any(|(before, now)| *before && !now);
            (repaired.checks[at] && !spoils).then_some((repaired, set.len()))
        })
    }
}

/// What may have been seen in place of the likeliest character, and how much less likely it is.
fn rivals(cell: &[Candidate], is_number: bool) -> impl Iterator<Item = Candidate> {
    let (first, least) = cell[0];
    let others = cell.iter().enumerate().skip(1);
    others.filter_map(move |(rank, (byte, dearer))| {
        if is_number && LOOK_ALIKE.contains(&(first, *byte)) {
            return Some((*byte, LOOK_ALIKE_REPAIR));
        }
        (rank <= MOST_RIVALS).then_some((*byte, dearer - least))
    })
}

/// The characters that the form allows at a place, the likeliest first.
fn candidates(format: Format, line: usize, at: usize, glyph: &Glyph) -> Vec<Candidate> {
    let kind = format.kind(line, at);
    let top = glyph.best().1;
    let scores = ZONE_ALPHABET.iter().zip(glyph.scores);
    let allowed = scores.filter(|(byte, _)| kind.allows(**byte));
    let mut candidates: Vec<Candidate> =
        allowed.map(|(byte, score)| (*byte, top - score)).collect();
    candidates.sort_by(|a, b| a.1.total_cmp(&b.1));
    candidates
}
