//! One document out of the pictures of its sides.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    names,
    side::{PageLine, Side},
    side_text::SideText,
    zone::{DocumentKind, Field, Format, Zone},
};

/// The fields of a document that count. A field that was not read surely is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// The kind of document.
    pub kind: Option<DocumentKind>,
    /// Three letters.
    pub issuing_country: Option<String>,
    /// As in the zone.
    pub document_number: Option<String>,
    /// As the page writes it, where its transliteration is the zone's; else as the zone does.
    pub surname: Option<String>,
    /// As the surname.
    pub given_names: Option<String>,
    /// Three letters.
    pub nationality: Option<String>,
    /// `F` or `M`.
    pub sex: Option<String>,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// `YYYY-MM-DD`.
    pub date_of_expiry: Option<String>,
    /// Whether the expiry has passed. It is no reason to refuse here.
    pub expired: bool,
    /// Why the document counts for nothing yet.
    pub lacks: Option<Lack>,
}

/// Why a document counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Lack {
    /// No picture shows a machine-readable zone.
    Zone,
    /// It is a visa, a crew member's certificate, or another document that is not read here.
    OtherDocument,
    /// No country has the issuer's code.
    UnknownIssuer,
    /// A field that every document has was not read surely.
    Field,
}

/// Joins all pictures of all sides, in any order. A field counts when one zone has it surely, or two pictures
/// have the same; number and names only when a page has them too, and the others only beside that number. Pictures of
/// one document are misread alike: `W67ZZ15QW` became `W672215QW` five times of six, with the right check digit, while
/// its page was right.
#[must_use]
pub fn combine(sides: &[Side], today: Date) -> Reading {
    let zones = sides.iter().filter_map(|side| side.zone.as_ref());
    let pages = sides.iter().flat_map(|side| &side.page);
    joined(zones.collect(), pages, today)
}

/// The same of texts alone. Of the pages only that beside the portrait confirms number and names, so that they are
/// those of the person on it.
#[must_use]
pub fn combine_texts(texts: &[SideText], beside_portrait: &[PageLine], today: Date) -> Reading {
    let zones = texts.iter().filter_map(|text| text.zone.as_ref());
    joined(zones.collect(), beside_portrait.iter(), today)
}

fn joined<'a>(
    zones: Vec<&Zone>,
    pages: impl Iterator<Item = &'a PageLine>,
    today: Date,
) -> Reading {
    let Some(first) = zones.first() else {
        return Reading {
            lacks: Some(Lack::Zone),
            ..Reading::default()
        };
    };
    let pages: Vec<&str> = pages.map(|line| line.text.as_str()).collect();
    let always = |_: &str| true;
    let number = |number: &str| names::number_on_page(number, &pages);
    let document_number = counting(
        &zones,
        |it| (it.fields.document_number.as_ref(), it.check_digits.all()),
        &number,
    );
    // A zone with another number may be of another document.
    let of_document = zones.iter().copied().filter(|zone| {
        let number = zone.fields.document_number.as_ref();
        document_number.is_none() || number.map(|number| &number.value) == document_number.as_ref()
    });
    let zones: Vec<&Zone> = of_document.collect();
    let is_cut = zones.iter().any(|zone| zone.fields.names_are_cut);
    let is_surname_cut = zones.iter().any(|zone| zone.fields.surname_is_cut());
    let surname = |name: &str| names::on_page(name, is_surname_cut, &pages).is_some();
    // One letter after a cut surname is found in any word: the surname is confirmed beside it.
    let given_names = |name: &str| {
        is_surname_cut && name.len() == 1 || names::on_page(name, is_cut, &pages).is_some()
    };
    let counting = |get: fn(&Zone) -> (Option<&Field>, bool), confirmed: &dyn Fn(&str) -> bool| {
        counting(&zones, get, confirmed)
    };
    let spelt = |zone: Option<String>, is_cut: bool| {
        zone.map(|zone| names::on_page(&zone, is_cut, &pages).unwrap_or(zone))
    };
    let mut reading = Reading {
        kind: zones.iter().find_map(|zone| zone.fields.kind),
        issuing_country: counting(|it| (it.fields.issuing_country.as_ref(), true), &always),
        document_number,
        surname: spelt(
            counting(|it| (it.fields.surname.as_ref(), true), &surname),
            is_surname_cut,
        ),
        given_names: spelt(
            counting(|it| (it.fields.given_names.as_ref(), true), &given_names),
            is_cut,
        ),
        nationality: counting(|it| (it.fields.nationality.as_ref(), true), &always),
        sex: counting(|it| (it.fields.sex.as_ref(), true), &always),
        date_of_birth: counting(
            |it| (it.fields.date_of_birth.as_ref(), it.check_digits.all()),
            &always,
        ),
        date_of_expiry: counting(
            |it| (it.fields.date_of_expiry.as_ref(), it.check_digits.all()),
            &always,
        ),
        ..Reading::default()
    };
    let expiry = reading
        .date_of_expiry
        .as_ref()
        .and_then(|day| day.parse::<Date>().ok());
    reading.expired = expiry.is_some_and(|day| day < today);
    reading.lacks = lack(&reading, zones.first().unwrap_or(first), &zones);
    reading
}

/// The value that counts: confirmed, and sure in one zone or the same in two. None when another zone surely has
/// another.
fn counting(
    zones: &[&Zone],
    get: fn(&Zone) -> (Option<&Field>, bool),
    confirmed: &dyn Fn(&str) -> bool,
) -> Option<String> {
    /// Zones that have a value, and those among them that have it surely.
    #[derive(Default)]
    struct Votes {
        all: usize,
        sure: usize,
    }
    let mut votes = BTreeMap::<&str, Votes>::new();
    for (field, agrees) in zones.iter().map(|zone| get(zone)) {
        if let Some(field) = field.filter(|_| agrees) {
            let votes = votes.entry(&field.value).or_default();
            votes.all += 1;
            votes.sure += usize::from(field.sure);
        }
    }
    let surely = votes.values().filter(|votes| votes.sure > 0).count();
    let mut counting = votes
        .iter()
        .filter(|(value, votes)| (votes.all > 1 || votes.sure > 0) && confirmed(value));
    let (value, votes) = counting.next()?;
    let has_rival = counting.next().is_some() || surely > usize::from(votes.sure > 0);
    (!has_rival).then(|| (*value).to_owned())
}

fn lack(reading: &Reading, first: &Zone, zones: &[&Zone]) -> Option<Lack> {
    if reading.kind.is_none() {
        return Some(Lack::OtherDocument);
    }
    let knows_issuer = zones
        .iter()
        .any(|zone| zone.fields.issuing_country.is_some());
    if !knows_issuer {
        return Some(Lack::UnknownIssuer);
    }
    // One name alone is a surname; a birth may be unknown to the issuer, and a document may have no end. A filler in
    // a day counts as much for its check digit as the zero that it was misread from.
    let has_given_names = zones.iter().any(|zone| zone.fields.given_names.is_some());
    let birth_is_open = zones.iter().all(|zone| zone.birth_is_open());
    let expiry_is_open = zones.iter().all(|zone| zone.expiry_is_open());
    let is_complete = reading.issuing_country.is_some()
        && reading.document_number.is_some()
        && reading.surname.is_some()
        && (reading.given_names.is_some() || !has_given_names)
        && reading.nationality.is_some()
        && (reading.date_of_birth.is_some() || birth_is_open)
        && (reading.date_of_expiry.is_some() || expiry_is_open);
    // A zone of a passport with the first letter of a card was misread.
    let fits = (first.format == Format::Td3) == (reading.kind == Some(DocumentKind::Passport));
    (!is_complete || !fits).then_some(Lack::Field)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{jpeg::Jpeg, zone::tests::zone_of};

    const TODAY: Date = date(2026, 6, 15);

    const PASSPORT: [&str; 2] = [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ];

    fn side(zone: Option<Zone>, page: &[&str]) -> Side {
        let line = |text: &&str| PageLine {
            text: (*text).to_owned(),
            confidence: 0.9,
        };
        Side {
            zone,
            page: page.iter().map(line).collect(),
            portrait: None,
            picture: Jpeg(Vec::new()),
            retake: None,
        }
    }

    const PAGE: [&str; 3] = ["Surname Eriksson", "Anna Maria", "L898902C3"];

    #[test]
    fn a_passport_counts_when_page_and_zone_say_the_same() {
        let reading = combine(&[side(Some(zone_of(&PASSPORT, &[])), &PAGE)], TODAY);
        assert_eq!(reading.lacks, None);
        assert_eq!(reading.surname.as_deref(), Some("Eriksson"));
        assert_eq!(reading.given_names.as_deref(), Some("Anna Maria"));
        assert_eq!(reading.document_number.as_deref(), Some("L898902C3"));
        assert!(reading.expired);
    }

    #[test]
    fn a_number_that_the_page_does_not_have_is_absent() {
        let page = ["Eriksson", "Anna Maria", "L898902O3"];
        let reading = combine(&[side(Some(zone_of(&PASSPORT, &[])), &page)], TODAY);
        assert_eq!(reading.document_number, None);
        assert_eq!(reading.lacks, Some(Lack::Field));
        assert!(reading.surname.is_some());
    }

    #[test]
    fn two_pictures_that_say_the_same_make_sure_what_the_page_has() {
        let picture = |page| side(Some(zone_of(&PASSPORT, &[(0, 7, b'L', 0.3)])), page);
        assert_eq!(combine(&[picture(&PAGE)], TODAY).lacks, Some(Lack::Field));
        let both = [picture(&PAGE), picture(&[])];
        assert_eq!(combine(&both, TODAY).lacks, None);
        let without_page = [picture(&[]), picture(&[])];
        assert_eq!(combine(&without_page, TODAY).lacks, Some(Lack::Field));
    }

    #[test]
    fn a_number_that_is_misread_twice_with_its_check_digit_does_not_count() {
        // Z and 2 at these places change the sum by a multiple of ten.
        let zone = || {
            zone_of(
                &[
                    "P<FRATUESSERSTAEMKAEX<<SOECKMEIRT<<<<<<<<<<<",
                    "W672215QW5FRA5603185M3308040<<<<<<<<<<<<<<06",
                ],
                &[],
            )
        };
        assert!(zone().check_digits.all());
        let page = ["TÜSSERSTÄMKÄX", "SÖCKMEIRT", "W67ZZ15QW"];
        let reading = combine(
            &[side(Some(zone()), &page), side(Some(zone()), &page)],
            TODAY,
        );
        assert_eq!(reading.document_number, None);
        assert_eq!(reading.lacks, Some(Lack::Field));
    }

    #[test]
    fn a_zone_without_room_for_the_given_names_leaves_a_letter_that_no_page_spells() {
        let names = "P<UTOWOLFESCHLEGELSTEINHAUSENBERGERDORFF<<M<";
        let names = names.replace("DORFF<<M<", "DORFFX<<M");
        let zone = zone_of(&[&names, PASSPORT[1]], &[]);
        let page = ["WOLFESCHLEGELSTEINHAUSENBERGERDORFFXY", "MONT", "L898902C3"];
        let reading = combine(&[side(Some(zone), &page)], TODAY);
        assert_eq!(reading.lacks, None);
        let whole = "WOLFESCHLEGELSTEINHAUSENBERGERDORFFXY";
        assert_eq!(reading.surname.as_deref(), Some(whole));
        assert_eq!(reading.given_names.as_deref(), Some("M"));
    }

    #[test]
    fn short_given_names_at_the_end_of_a_full_zone_need_the_page() {
        let names = "P<UTOBENNELONG<WOOLOOM<WARRAND<WARNAMXY<<EWA";
        let page = [
            "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMXYZ",
            "L898902C3",
            "EVA",
        ];
        let reading = |page: &[&str]| {
            let zone = zone_of(&[names, PASSPORT[1]], &[]);
            combine(&[side(Some(zone), page)], TODAY)
        };
        assert_eq!(reading(&page).given_names, None);
        let read = reading(&[page[0], page[1], "EWA"]);
        assert_eq!(read.given_names.as_deref(), Some("EWA"));
        assert_eq!(read.surname.as_deref(), Some(page[0]));
    }

    #[test]
    fn the_names_of_another_document_make_none_of_this_one_a_cut_name() {
        let full = "P<UTOANNA<<ANNA<MARIA<CHRISTINA<ELISABETHXYZ";
        let mut other = zone_of(&[full, PASSPORT[1]], &[]);
        let number = other.fields.document_number.as_mut().unwrap();
        (number.value, number.sure) = ("X1234567A".to_owned(), false);
        let own = "P<UTOERIKSSON<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<";
        let own = zone_of(&[own, PASSPORT[1]], &[]);
        let sides = [
            side(Some(own), &["ERIKSSON", "ANNABELLE", "L898902C3"]),
            side(Some(other), &[]),
        ];
        assert_eq!(combine(&sides, TODAY).given_names, None);
    }

    #[test]
    fn a_surname_before_cut_given_names_is_whole() {
        let names = "P<UTOLI<<ANNA<MARIA<CHRISTINA<ELISABETH<JOHA";
        let page = [
            "LIMA",
            "ANNA MARIA CHRISTINA ELISABETH JOHANNA",
            "L898902C3",
        ];
        let zone = || zone_of(&[names, PASSPORT[1]], &[]);
        let reading = combine(&[side(Some(zone()), &page)], TODAY);
        assert_eq!(reading.surname, None);
        let page = [&page[..], &["LI"]].concat();
        let reading = combine(&[side(Some(zone()), &page)], TODAY);
        assert_eq!(reading.surname.as_deref(), Some("LI"));
        let given = "ANNA MARIA CHRISTINA ELISABETH JOHANNA";
        assert_eq!(reading.given_names.as_deref(), Some(given));
    }

    #[test]
    fn sure_zones_that_differ_count_for_nothing() {
        let other = [PASSPORT[0].replace("ANNA", "ANKA"), PASSPORT[1].to_owned()];
        let other = zone_of(&[&other[0], &other[1]], &[]);
        let page = [&PAGE[..], &["ANKA MARIA"]].concat();
        let sides = [
            side(Some(zone_of(&PASSPORT, &[])), &page),
            side(Some(other), &page),
        ];
        let reading = combine(&sides, TODAY);
        assert_eq!(reading.given_names, None);
        assert_eq!(reading.surname.as_deref(), Some("Eriksson"));
    }

    #[test]
    fn liv_06_a_zone_with_another_number_adds_no_field() {
        let mut unsure = zone_of(&PASSPORT, &[]);
        unsure.fields.date_of_birth.as_mut().unwrap().sure = false;
        let mut other = zone_of(&PASSPORT, &[]);
        let number = other.fields.document_number.as_mut().unwrap();
        (number.value, number.sure) = ("X1234567A".to_owned(), false);
        let sides = [side(Some(unsure), &PAGE), side(Some(other), &[])];
        let reading = combine(&sides, TODAY);
        assert_eq!(reading.document_number.as_deref(), Some("L898902C3"));
        assert_eq!(reading.date_of_birth, None);
    }

    #[test]
    fn the_front_of_a_card_confirms_the_zone_of_its_back() {
        let card = [
            "I<UTOD231458907<<<<<<<<<<<<<<<",
            "7408122F1204159UTO<<<<<<<<<<<6",
            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ];
        let back = side(Some(zone_of(&card, &[])), &["Address"]);
        let front = side(None, &["ERIKSSON", "ANNA MARIA", "D23145890"]);
        assert_eq!(
            combine(std::slice::from_ref(&back), TODAY).lacks,
            Some(Lack::Field)
        );
        assert_eq!(combine(&[front, back], TODAY).lacks, None);
    }

    #[test]
    fn a_day_that_the_issuer_left_open_is_absent() {
        for (lower, birth, expiry) in [
            (
                "L898902C36UTO7408122F<<<<<<0ZE184226B<<<<<10",
                Some("1974-08-12"),
                None,
            ),
            (
                "L898902C36UTO7400001F1204159ZE184226B<<<<<18",
                None,
                Some("2012-04-15"),
            ),
            (
                "L898902C36UTO<<<<<<0F1204159ZE184226B<<<<<10",
                None,
                Some("2012-04-15"),
            ),
        ] {
            let reading = combine(
                &[side(Some(zone_of(&[PASSPORT[0], lower], &[])), &PAGE)],
                TODAY,
            );
            assert_eq!(reading.lacks, None, "{lower}");
            assert_eq!(reading.date_of_birth.as_deref(), birth);
            assert_eq!(reading.date_of_expiry.as_deref(), expiry);
            assert_eq!(reading.expired, expiry.is_some());
        }
        // A zero that was read as a filler leaves nothing open.
        let misread = "L898902C36UTO7408122F12<4159ZE184226B<<<<<10";
        let reading = combine(
            &[side(Some(zone_of(&[PASSPORT[0], misread], &[])), &PAGE)],
            TODAY,
        );
        assert_eq!(reading.lacks, Some(Lack::Field));
    }

    #[test]
    fn documents_that_cannot_be_read_here_are_recognised() {
        assert_eq!(combine(&[side(None, &PAGE)], TODAY).lacks, Some(Lack::Zone));
        let unknown = [PASSPORT[0].replace("UTO", "QQQ"), PASSPORT[1].to_owned()];
        let unknown = zone_of(&[&unknown[0], &unknown[1]], &[]);
        let reading = combine(&[side(Some(unknown), &PAGE)], TODAY);
        assert_eq!(reading.lacks, Some(Lack::UnknownIssuer));
    }
}
