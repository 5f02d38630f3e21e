//! Documents photographed and read, counted.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use jiff::civil::Date;
use rand::{SeedableRng, rngs::StdRng};
use webkyc_reading::{Reading, Retake, Side, combine};
use webkyc_verifier::{Deadline, Look, Verifier};

use crate::{
    camera::{Camera, Severity},
    cards::{Card, Truth},
    count::Share,
};

/// The day on which everything is read.
pub(crate) const TODAY: Date = jiff::civil::date(2026, 6, 15);
/// How often a visitor may take a picture of a side.
const TRIES: usize = 3;

/// The results for the documents of one severity.
#[derive(Debug, Default)]
pub struct Row {
    /// Zones of the first pictures that are right to the letter.
    pub exact: Share,
    /// Zones of the first pictures whose check digits agree, but which are wrong.
    pub valid_but_wrong: Share,
    /// Documents that counted after one picture of each side.
    pub at_first: Share,
    /// Documents that counted after three at most.
    pub within_three: Share,
    /// Documents that counted with a text that is not on them.
    pub wrong: Share,
    /// Documents that counted with a name that lost or gained an accent: its letters are those of the zone.
    pub accents: Share,
    /// First pictures in which the portrait was found, of sides that have one.
    pub portraits: Share,
    /// Why pictures were refused.
    pub refusals: BTreeMap<String, usize>,
    /// Usual and longest time for one picture.
    pub time: [Duration; 2],
    /// Notes for people on what was wrong or refused; they quote drawn text alone.
    pub notes: Vec<String>,
}

/// Photographs each card and reads it, with up to three tries.
///
/// # Panics
/// When the verifier fails with a picture that is one.
pub fn read_cards(
    verifier: &Verifier,
    cards: impl Iterator<Item = Card>,
    severity: Severity,
    seed: u64,
) -> Row {
    let mut row = Row::default();
    let mut times = Vec::new();
    for (at, card) in cards.enumerate() {
        let mut random = StdRng::seed_from_u64(seed ^ (at as u64 + 1).wrapping_mul(0x9e37_79b9));
        let mut sides = Vec::new();
        let mut counted = None;
        for number in 0..TRIES {
            for shown in &card.sides {
                let camera = &mut Camera {
                    severity,
                    random: &mut random,
                };
                let jpeg = camera.take(&shown.picture);
                let started = Instant::now();
                let look = Look {
                    today: TODAY,
                    expects_zone: shown.has_zone,
                    deadline: Deadline::after(Duration::from_secs(60)),
                };
                let side = verifier
                    .read_side(&jpeg, look)
                    .expect("drawn pictures can be read");
                times.push(started.elapsed());
                row.count_side(&side, &card.truth, shown.has_zone, number == 0);
                sides.push(side);
            }
            let reading = combine(&sides, TODAY);
            if number == 0 {
                row.at_first.count(reading.lacks.is_none());
            }
            if reading.lacks.is_none() {
                counted = Some(reading);
                break;
            }
        }
        row.within_three.count(counted.is_some());
        if let Some(reading) = counted {
            let wrong = wrong_fields(&reading, &card.truth);
            let (lost, wrong): (Vec<_>, Vec<_>) = wrong.into_iter().partition(|it| it.is_accent);
            row.accents.count(!lost.is_empty());
            row.wrong.count(!wrong.is_empty());
            let notes = wrong
                .iter()
                .chain(&lost)
                .map(|it| format!("wrong: {}", it.text));
            row.notes.extend(notes);
        } else {
            row.notes.push(uncounted(&sides, &card.truth));
        }
    }
    times.sort();
    row.time = [times.get(times.len() / 2), times.last()].map(|it| it.copied().unwrap_or_default());
    row
}

impl Row {
    fn count_side(&mut self, side: &Side, truth: &Truth, has_zone: bool, is_first: bool) {
        if let Some(retake) = side.retake {
            *self.refusals.entry(reason(retake)).or_default() += 1;
        }
        if !is_first {
            return;
        }
        if has_zone {
            let is_exact = side
                .zone
                .as_ref()
                .is_some_and(|zone| zone.lines == truth.zone);
            let is_valid = side
                .zone
                .as_ref()
                .is_some_and(|zone| zone.check_digits.all());
            self.exact.count(is_exact);
            self.valid_but_wrong.count(is_valid && !is_exact);
            if !is_exact {
                let read = side
                    .zone
                    .as_ref()
                    .map_or("no zone".to_owned(), |zone| zone.lines.join("|"));
                self.notes
                    .push(format!("{} read as {read}", truth.zone.join("|")));
            }
        }
        if !has_zone || truth.zone.len() == 2 {
            self.portraits.count(side.portrait.is_some());
        }
    }
}

/// What a document that did not count lacks, and every line that its pages were read as.
fn uncounted(sides: &[Side], truth: &Truth) -> String {
    let reading = combine(sides, TODAY);
    let fields = [
        (&reading.document_number, &truth.number),
        (&reading.surname, &truth.surname),
        (&reading.given_names, &truth.given_names),
        (&reading.nationality, &truth.nationality),
        (&reading.date_of_birth, &truth.date_of_birth),
        (&reading.date_of_expiry, &truth.date_of_expiry),
    ];
    let absent = fields.into_iter().filter(|(read, _)| read.is_none());
    let absent: Vec<&str> = absent.map(|(_, printed)| printed.as_str()).collect();
    let zones = sides.iter().filter_map(|side| side.zone.as_ref());
    let zones: Vec<String> = zones.map(|zone| zone.lines.join("|")).collect();
    let pages = sides.iter().flat_map(|side| &side.page);
    let pages: Vec<&str> = pages.map(|line| line.text.as_str()).collect();
    format!(
        "not counted, lacks {absent:?}: {:?}, zones {zones:?}, pages {pages:?}",
        reading.lacks
    )
}

fn reason(retake: Retake) -> String {
    format!("{retake:?}")
}

/// A field that is not as it is printed.
struct Wrong {
    text: String,
    /// Whether it is a name whose letters are right without their accents.
    is_accent: bool,
}

/// Fields of a reading that are not what is printed. Names may be written as in the zone.
fn wrong_fields(reading: &Reading, truth: &Truth) -> Vec<Wrong> {
    let in_zone = mrz::encode_name_component;
    let fields = [
        (&reading.document_number, &truth.number, false),
        (&reading.surname, &truth.surname, true),
        (&reading.given_names, &truth.given_names, true),
        (&reading.nationality, &truth.nationality, false),
        (&reading.date_of_birth, &truth.date_of_birth, false),
        (&reading.date_of_expiry, &truth.date_of_expiry, false),
    ];
    let wrong = fields.into_iter().filter_map(|(read, printed, is_name)| {
        let read = read.as_ref()?;
        let (read_in_zone, printed_in_zone) = (in_zone(read), in_zone(printed));
        let is_of_zone =
            read_in_zone == read.replace(' ', "<") && printed_in_zone.starts_with(&read_in_zone);
        let is_right = read == printed || is_name && is_of_zone;
        (!is_right).then(|| Wrong {
            text: format!("{read} for {printed}"),
            is_accent: is_name && bare(read) == bare(printed),
        })
    });
    wrong.collect()
}

/// A name without accents.
fn bare(name: &str) -> String {
    mrz::transliterate(name, mrz::TransliterationStyle::Simple)
}
