//! Documents photographed and read, counted.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use jiff::civil::Date;
use rand::{SeedableRng, rngs::StdRng};
use webkyc_reading::{
    Burst, Lack, PageLine, Reading, Retake, Side, SideText, TRIES, combine_texts,
};
use webkyc_verifier::{Deadline, LONGEST_READING, Look, ReadError, Verifier};

use crate::{
    camera::{Camera, Severity},
    cards::{Card, Shown, Truth},
    count::Share,
};

/// The day on which everything is read.
pub(crate) const TODAY: Date = jiff::civil::date(2026, 6, 15);

/// The results for the documents of one severity.
#[derive(Debug, Default)]
pub struct Row {
    /// Zones of the first pictures that are right to the letter.
    pub exact: Share,
    /// Zones of the first pictures whose check digits agree, but which are wrong.
    pub valid_but_wrong: Share,
    /// Documents that counted without a refusal, and without a picture that took too long.
    pub at_first: Share,
    /// Documents that counted before the third refusal.
    pub within_three: Share,
    /// Documents that counted with a text that is not on them.
    pub wrong: Share,
    /// Documents that counted with a name that lost or gained an accent: its letters are those of the zone.
    pub accents: Share,
    /// First pictures in which the portrait was found, of sides that have one.
    pub portraits: Share,
    /// Why pictures and documents were refused.
    pub refusals: BTreeMap<String, usize>,
    /// Usual and longest time for one picture.
    pub time: [Duration; 2],
    /// Notes for people on what was wrong or refused; they quote drawn text alone.
    pub notes: Vec<String>,
}

/// Photographs each card, which comes with its number, and has it read, as the sandbox does with visitors: a picture that
/// will not do is taken again, a document of which too little was read is shown again, and the third refusal is the last.
///
/// # Panics
/// When the verifier fails with a picture that is one.
pub fn read_cards(
    verifier: &Verifier,
    cards: impl Iterator<Item = (usize, Card)>,
    severity: Severity,
    seed: u64,
) -> Row {
    let mut row = Row::default();
    let mut times = Vec::new();
    for (at, card) in cards {
        let mut random = StdRng::seed_from_u64(seed ^ (at as u64 + 1).wrapping_mul(0x9e37_79b9));
        let mut photograph = |shown: &Shown| {
            let camera = &mut Camera {
                severity,
                random: &mut random,
            };
            let jpeg = camera.take(&shown.picture);
            let look = Look {
                today: TODAY,
                expects_zone: shown.has_zone,
                deadline: Deadline::after(LONGEST_READING),
            };
            let started = Instant::now();
            let side = match verifier.read_side(&jpeg, look) {
                Ok(side) => Some(side),
                Err(ReadError::Late(_)) => None,
                Err(error) => panic!("drawn pictures can be read: {error}"),
            };
            times.push(started.elapsed());
            side
        };
        let mut submission = Submission::of(card.sides.len());
        let mut seen = 0;
        let counted = loop {
            let shown = &card.sides[submission.at];
            let side = photograph(shown);
            if seen == submission.at {
                row.count_side(side.as_ref(), &card.truth, shown.has_zone);
                seen += 1;
            }
            if let Some(reading) = submission.take(side, &mut row.refusals) {
                break Some(reading);
            }
            if submission.refused.max(submission.late) == usize::from(TRIES) {
                break None;
            }
        };
        row.at_first
            .count(counted.is_some() && submission.refused + submission.late == 0);
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
            row.notes.push(submission.uncounted(&card.truth));
        }
    }
    times.sort();
    row.time = [times.get(times.len() / 2), times.last()].map(|it| it.copied().unwrap_or_default());
    row
}

/// The pictures of one document, as a visitor submits them to the sandbox.
struct Submission {
    /// The pictures that are kept of each side: their texts, and whether they have a portrait.
    kept: Vec<Burst<(SideText, bool)>>,
    /// The side that is shown next.
    at: usize,
    refused: usize,
    /// Pictures that took too long, which cost no try.
    late: usize,
}

impl Submission {
    fn of(sides: usize) -> Self {
        Self {
            kept: vec![Burst::default(); sides],
            at: 0,
            refused: 0,
            late: 0,
        }
    }

    /// Takes a picture of the side that is shown; the reading once the document counts.
    fn take(
        &mut self,
        side: Option<Side>,
        refusals: &mut BTreeMap<String, usize>,
    ) -> Option<Reading> {
        let Some(side) = side else {
            self.late += 1;
            *refusals.entry("late".to_owned()).or_default() += 1;
            return None;
        };
        if let Some(retake) = self.keep(side) {
            self.refused += 1;
            *refusals.entry(format!("{retake:?}")).or_default() += 1;
            return None;
        }
        self.at += 1;
        if self.at < self.kept.len() {
            return None;
        }
        self.at = 0;
        let reading = self.reading();
        if let Some(lack) = reading.lacks {
            self.refused += 1;
            *refusals.entry(format!("document: {lack:?}")).or_default() += 1;
            return None;
        }
        Some(reading)
    }

    /// Keeps what may be sure together with other pictures. Why another one is needed, if it is.
    fn keep(&mut self, side: Side) -> Option<Retake> {
        let retake = side.retake;
        let text = SideText {
            zone: side.zone,
            page: side.page,
        };
        if let Some(unfit) = text.unfit(retake) {
            return Some(unfit);
        }
        let number = text.number().map(|number| number.value.clone());
        let picture = (text.clone(), side.portrait.is_some());
        self.kept[self.at].add(picture, &text, |(earlier, _)| Some(earlier.clone()));
        let whole = self.reading();
        let is_whole = whole.lacks.is_none() && whole.document_number == number;
        retake.filter(|_| !is_whole)
    }

    /// What all pictures say together, beside the latest portrait with which they suffice.
    fn reading(&self) -> Reading {
        let texts: Vec<SideText> = self.kept.iter().flatten().map(|it| it.0.clone()).collect();
        let beside = |page: &[PageLine]| combine_texts(&texts, page, TODAY);
        let fronts = self.kept.iter().find(|pictures| !pictures.is_empty());
        let with_portrait = fronts.into_iter().flatten().rev().filter(|it| it.1);
        let readings: Vec<_> = with_portrait.map(|it| beside(&it.0.page)).collect();
        let suffices = readings.iter().position(|reading| reading.lacks.is_none());
        let chosen = readings.into_iter().nth(suffices.unwrap_or(0));
        chosen.unwrap_or_else(|| Reading {
            lacks: beside(&[]).lacks.or(Some(Lack::Field)),
            ..Reading::default()
        })
    }

    /// What a document that did not count lacks, and every line that its pages were read as.
    fn uncounted(&self, truth: &Truth) -> String {
        let reading = self.reading();
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
        let texts = || self.kept.iter().flatten().map(|it| &it.0);
        let zones = texts().filter_map(|text| text.zone.as_ref());
        let zones: Vec<String> = zones.map(|zone| zone.lines.join("|")).collect();
        let pages = texts().flat_map(|text| &text.page);
        let pages: Vec<&str> = pages.map(|line| line.text.as_str()).collect();
        format!(
            "not counted, lacks {absent:?}: {:?}, zones {zones:?}, pages {pages:?}",
            reading.lacks
        )
    }
}

impl Row {
    /// The first picture of a side; none if reading it took too long.
    fn count_side(&mut self, side: Option<&Side>, truth: &Truth, has_zone: bool) {
        let zone = side.and_then(|side| side.zone.as_ref());
        if has_zone {
            let is_exact = zone.is_some_and(|zone| zone.lines == truth.zone);
            let is_valid = zone.is_some_and(|zone| zone.check_digits.all());
            self.exact.count(is_exact);
            self.valid_but_wrong.count(is_valid && !is_exact);
            if !is_exact {
                let read = zone.map_or("no zone".to_owned(), |zone| zone.lines.join("|"));
                self.notes
                    .push(format!("{} read as {read}", truth.zone.join("|")));
            }
        }
        if !has_zone || truth.zone.len() == 2 {
            self.portraits
                .count(side.is_some_and(|side| side.portrait.is_some()));
        }
    }
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

/// A name without accents. A zone writes `Ø` as `OE`; a reader who loses its stroke sees an `O`.
fn bare(name: &str) -> String {
    let name = name.replace(['Ø', 'ø'], "O");
    mrz::transliterate(&name, mrz::TransliterationStyle::Simple)
}
