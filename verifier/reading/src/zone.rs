//! Machine-readable zones: found among the lines of a page, read, and judged character by character.
//!
//! Why not the crate `mrz` alone: its search starts from text, so it cannot know how sure each character is.
//! It computes the check digits here, takes the fields apart, and knows countries and transliterations.

mod fields;
mod form;
mod glyph;
mod grid;
mod solve;

use std::ops::Range;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    fields::{DocumentKind, Field, ZoneFields},
    form::Format,
    glyph::{Glyph, ZONE_ALPHABET},
};
use self::{
    form::{BIRTH_CHECK, EXPIRY_CHECK, NUMBER_CHECK},
    grid::fillings,
    solve::Solution,
};

/// A machine-readable zone as it was read.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Zone {
    /// The form, by the number of lines and characters.
    pub format: Format,
    /// Its lines, letters of `A-Z0-9<`.
    pub lines: Vec<String>,
    /// Which check digits agree.
    pub check_digits: CheckDigits,
    /// By how much the least sure character leads its best rival, as a difference of logarithms; 0 where a
    /// character was repaired.
    pub least_lead: f32,
    /// Its fields. One that was not read, or is empty, is absent.
    pub fields: ZoneFields,
}

/// Whether each check digit agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckDigits {
    /// Of the document's number.
    pub document_number: bool,
    /// Of the date of birth.
    pub date_of_birth: bool,
    /// Of the date of expiry.
    pub date_of_expiry: bool,
    /// Of the whole zone, and of a passport's optional data.
    pub composite: bool,
}

impl CheckDigits {
    fn of(checks: &[bool]) -> Self {
        Self {
            document_number: checks[NUMBER_CHECK],
            date_of_birth: checks[BIRTH_CHECK],
            date_of_expiry: checks[EXPIRY_CHECK],
            composite: checks[EXPIRY_CHECK + 1..].iter().all(|agrees| *agrees),
        }
    }

    /// Whether all of them agree.
    #[must_use]
    pub fn all(self) -> bool {
        self.document_number && self.date_of_birth && self.date_of_expiry && self.composite
    }
}

/// A zone, and where it was read.
#[derive(Clone, Debug)]
pub struct ZoneRead {
    /// The zone.
    pub zone: Zone,
    /// The lines that it is made of.
    pub lines: Range<usize>,
    /// Its characters with their rivals.
    pub places: Places,
}

/// A character, with its rivals, for each place of a form.
#[derive(Clone, Debug)]
pub struct Places {
    format: Format,
    lines: Vec<Vec<Glyph>>,
}

/// The likeliest zone among lines that follow one another.
#[must_use]
pub fn read(lines: &[Vec<Glyph>], today: Date) -> Option<ZoneRead> {
    let mut best: Option<(Solution, Places, Range<usize>)> = None;
    for format in Format::ALL {
        let layout = format.layout();
        for (start, window) in lines.windows(layout.lines).enumerate() {
            let fillings: Vec<_> = window
                .iter()
                .map(|line| fillings(line, layout.width))
                .collect();
            let likely = most_likely(format, &fillings);
            let is_better = |(solution, _): &(Solution, Places)| {
                best.as_ref()
                    .is_none_or(|(best, ..)| solution.quality() > best.quality())
            };
            if let Some((solution, places)) = likely.filter(is_better) {
                best = Some((solution, places, start..start + layout.lines));
            }
        }
    }
    let (solution, places, lines) = best?;
    Some(ZoneRead {
        zone: zone(&solution, today)?,
        lines,
        places,
    })
}

/// The zone that several readings of one picture say together: of each character the mean of its logarithms, so that one
/// in doubt is decided by the readings that saw it well. One that two of them surely saw as different characters is not
/// sure. Readings in another form than the latest do not count; none when only one does.
#[must_use]
pub fn read_together(readings: &[Places], today: Date) -> Option<Zone> {
    let format = readings.last()?.format;
    let alike = readings.iter().filter(|it| it.format == format);
    let alike: Vec<&Places> = alike.collect();
    if alike.len() < 2 {
        return None;
    }
    let mut lines = alike[0].lines.clone();
    for (at, line) in lines.iter_mut().enumerate() {
        for (place, glyph) in line.iter_mut().enumerate() {
            for (character, score) in glyph.scores.iter_mut().enumerate() {
                let all = alike.iter().map(|it| it.lines[at][place].scores[character]);
                *score = all.sum::<f32>() / alike.len() as f32;
            }
        }
    }
    let mut solution = Solution::of(format, &lines);
    let alone = alike.iter().map(|it| Solution::of(format, &it.lines));
    solution.doubt_where_they_differ(&alone.collect::<Vec<_>>());
    zone(&solution, today)
}

/// Each line has several fillings: first the best for each by itself, then the best of all in turn.
fn most_likely(format: Format, fillings: &[Vec<Vec<Glyph>>]) -> Option<(Solution, Places)> {
    let first: Option<Vec<Vec<Glyph>>> =
        fillings.iter().map(|line| line.first().cloned()).collect();
    let mut lines = first?;
    let mut best = Solution::of(format, &lines);
    for (line, fillings) in fillings.iter().enumerate() {
        for filling in fillings.iter().skip(1) {
            let before = std::mem::replace(&mut lines[line], filling.clone());
            let solution = Solution::of(format, &lines);
            if solution.quality() > best.quality() {
                best = solution;
            } else {
                lines[line] = before;
            }
        }
    }
    Some((best, Places { format, lines }))
}

/// None for what is no zone: fewer than half of its check digits agree, or it begins like no document.
fn zone(solution: &Solution, today: Date) -> Option<Zone> {
    let agree = solution.checks.iter().filter(|agrees| **agrees).count();
    if agree * 2 < solution.checks.len() {
        return None;
    }
    let lines: Vec<String> = solution
        .lines
        .iter()
        .map(|line| line.iter().map(|byte| char::from(*byte)).collect())
        .collect();
    let leads = solution.leads.iter().flatten().copied();
    Some(Zone {
        format: solution.format,
        check_digits: CheckDigits::of(&solution.checks),
        least_lead: leads.fold(f32::MAX, f32::min),
        fields: ZoneFields::of(solution, &lines, today)?,
        lines,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 6, 15);

    /// Characters that were read surely, but for those of `doubts`: line, place, second best, its lead.
    fn glyphs(lines: &[&str], doubts: &[(usize, usize, u8, f32)]) -> Vec<Vec<Glyph>> {
        let at = |byte: u8| ZONE_ALPHABET.iter().position(|it| *it == byte).unwrap();
        let line = |(number, text): (usize, &&str)| {
            let cells = text.bytes().enumerate().map(|(place, byte)| {
                let mut scores = [-12.0; 37];
                scores[at(byte)] = -0.1;
                for (_, _, rival, lead) in
                    doubts.iter().filter(|it| (it.0, it.1) == (number, place))
                {
                    scores[at(*rival)] = -0.1 - lead;
                }
                let place = (place as f32 + 0.5) / text.len() as f32;
                Glyph { scores, place }
            });
            cells.collect()
        };
        lines.iter().enumerate().map(line).collect()
    }

    /// The zone that is read from such characters.
    pub(crate) fn zone_of(lines: &[&str], doubts: &[(usize, usize, u8, f32)]) -> Zone {
        read(&glyphs(lines, doubts), TODAY).unwrap().zone
    }

    fn value(field: Option<&Field>) -> Option<&str> {
        field.map(|field| field.value.as_str())
    }

    const PASSPORT: [&str; 2] = [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ];

    #[test]
    fn the_passport_of_icao_is_read() {
        let ZoneRead { zone, lines, .. } = read(&glyphs(&PASSPORT, &[]), TODAY).unwrap();
        assert_eq!((zone.format, lines), (Format::Td3, 0..2));
        assert!(zone.check_digits.all());
        let fields = &zone.fields;
        assert_eq!(fields.kind, Some(DocumentKind::Passport));
        assert_eq!(value(fields.document_number.as_ref()), Some("L898902C3"));
        assert_eq!(value(fields.surname.as_ref()), Some("ERIKSSON"));
        assert_eq!(value(fields.given_names.as_ref()), Some("ANNA MARIA"));
        assert_eq!(value(fields.date_of_birth.as_ref()), Some("1974-08-12"));
        assert_eq!(value(fields.date_of_expiry.as_ref()), Some("2012-04-15"));
        assert_eq!(value(fields.sex.as_ref()), Some("F"));
        let all = [
            &fields.document_number,
            &fields.surname,
            &fields.date_of_birth,
        ];
        assert!(all.iter().all(|field| field.as_ref().unwrap().sure));
    }

    #[test]
    fn the_cards_of_icao_are_read() {
        let card = [
            "I<UTOD23145890<7349<<<<<<<<<<<",
            "3407127M9507122UTO<<<<<<<<<<<2",
            "STEVENSON<<PETER<JOHN<<<<<<<<<",
        ];
        let zone = zone_of(&card, &[]);
        assert_eq!(zone.format, Format::Td1);
        assert!(zone.check_digits.all(), "{:?}", zone.check_digits);
        let number = value(zone.fields.document_number.as_ref());
        assert_eq!(number, Some("D23145890734"));

        let card = [
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
            "D231458907UTO7408122F1204159<<<<<<<6",
        ];
        let zone = zone_of(&card, &[]);
        assert_eq!(zone.format, Format::Td2);
        assert!(zone.check_digits.all());
    }

    #[test]
    fn a_repaired_character_is_not_sure() {
        let mut lines = PASSPORT;
        lines[1] = "L898902C36UTO7408128F1204159ZE184226B<<<<<10";
        // The digit of the birth was seen as 8, and as a 2 almost as likely.
        let zone = zone_of(&lines, &[(1, 19, b'2', 1.0)]);
        assert!(zone.check_digits.all());
        assert_eq!(zone.lines[1], PASSPORT[1]);
        assert_eq!(zone.least_lead, 0.0);
        assert!(!zone.fields.date_of_birth.unwrap().sure);
    }

    #[test]
    fn an_o_that_was_read_as_a_zero_is_known_by_the_check_digit() {
        let number = |line: &str| {
            let card = ["I<NLDMEND<<STIANRIEN<<<<<<<<<<<<<<<<", line];
            let zone = zone_of(&card, &[]);
            (
                zone.check_digits.all(),
                zone.fields.document_number.unwrap(),
            )
        };
        let (agrees, read) = number("89D3UYI0I7NLD4108281F2904227<<<<<<<0");
        assert!(agrees);
        assert_eq!((read.value.as_str(), read.sure), ("89D3UYIOI", false));
    }

    #[test]
    fn an_o_in_the_optional_data_makes_no_wrong_date_right() {
        let card = |line: &str| zone_of(&["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", line], &[]);
        let right = card("D231458907UTO7408122F290422712030563");
        assert!(right.check_digits.all());
        // Two digits of the birth are others, and its own check digit agrees.
        let misread = card("D231458907UTO1808122F290422712030563");
        assert!(misread.check_digits.date_of_birth && !misread.check_digits.composite);
    }

    #[test]
    fn three_wrong_characters_are_never_repaired() {
        let mut lines = PASSPORT;
        lines[1] = "L898902C36UTO7488128F1284159ZE184226B<<<<<10";
        let doubts = [(1, 15, b'0', 1.0), (1, 19, b'2', 1.0), (1, 23, b'0', 1.0)];
        let zone = zone_of(&lines, &doubts);
        assert!(!zone.check_digits.all());
    }

    #[test]
    fn a_name_in_doubt_is_not_sure() {
        let zone = zone_of(&PASSPORT, &[(0, 7, b'L', 0.5)]);
        assert!(!zone.fields.surname.as_ref().unwrap().sure);
        assert!(zone.fields.document_number.unwrap().sure);
    }

    #[test]
    fn readings_with_doubts_at_different_places_are_sure_together() {
        let places = |doubts: &[_]| read(&glyphs(&PASSPORT, doubts), TODAY).unwrap().places;
        let one = places(&[(0, 7, b'L', 0.5)]);
        let other = places(&[(1, 0, b'1', 0.5)]);
        let zone = read_together(&[one.clone(), other], TODAY).unwrap();
        assert_eq!(zone.lines, PASSPORT);
        assert!(zone.check_digits.all() && zone.fields.are_sure());
        // The same doubt twice stays one.
        let zone = read_together(&[one.clone(), one], TODAY).unwrap();
        assert!(!zone.fields.surname.unwrap().sure);
    }

    #[test]
    fn a_character_that_readings_surely_see_differently_is_not_sure_together() {
        let places = |name: &str, doubts: &[_]| {
            let lines = PASSPORT.map(|line| line.replace("ERIKSSON", name));
            let lines = [lines[0].as_str(), lines[1].as_str()];
            read(&glyphs(&lines, doubts), TODAY).unwrap().places
        };
        let (right, other) = (places("ERIKSSON", &[]), places("ERLKSSON", &[]));
        let less = places("ERIKSSON", &[(0, 7, b'L', 3.0)]);
        let doubtful = places("ERIKSSON", &[(0, 7, b'L', 0.5)]);
        let sure = |readings: &[&Places]| {
            let readings: Vec<Places> = readings.iter().copied().cloned().collect();
            let zone = read_together(&readings, TODAY).unwrap();
            zone.fields.surname.unwrap().sure
        };
        assert!(!sure(&[&right, &other]) && !sure(&[&less, &other]));
        assert!(!sure(&[&right, &other, &other]) && !sure(&[&right, &right, &other]));
        assert!(sure(&[&right, &less]) && sure(&[&doubtful, &right]));
    }

    #[test]
    fn a_reading_alone_or_in_another_form_makes_none_together() {
        let card = [
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
            "D231458907UTO7408122F1204159<<<<<<<6",
        ];
        let places = |lines: &[&str]| read(&glyphs(lines, &[]), TODAY).unwrap().places;
        assert!(read_together(&[], TODAY).is_none());
        assert!(read_together(&[places(&PASSPORT)], TODAY).is_none());
        assert!(read_together(&[places(&PASSPORT), places(&card)], TODAY).is_none());
    }

    #[test]
    fn words_that_are_long_enough_make_no_zone() {
        let page = ["BUNDESREPUBLIKDEUTSCHLANDFEDERALREPUBLICOFGE"; 2];
        assert!(read(&glyphs(&page, &[]), TODAY).is_none());
    }
}
