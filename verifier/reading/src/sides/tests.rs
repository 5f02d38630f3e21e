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
    // A filler that may be a zero leaves nothing open.
    let open = "L898902C36UTO7408122F<<<<<<0ZE184226B<<<<<10";
    let doubt = zone_of(&[PASSPORT[0], open], &[(1, 21, b'0', 0.3)]);
    let reading = combine(&[side(Some(doubt), &PAGE)], TODAY);
    assert_eq!(reading.lacks, Some(Lack::Field));
    // Nor does a zero that was read as one.
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
