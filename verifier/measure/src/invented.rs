//! Documents of persons that a seed invents: TD1, TD2 and TD3 with zones in OCR-B.

use std::{
    fmt::Write,
    sync::{Arc, LazyLock},
};

use image::{RgbImage, imageops};
use mrz::{Sex, Td1Fields, Td2Fields, Td3Fields};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};
use webkyc_specimen::{OCR_B, Picture, ROBOTO_BOLD, ROBOTO_REGULAR, jpeg, persona::Persona};

use crate::{
    cards::{Card, Shown, Truth},
    specimens::{decoded, zone_date},
};

/// Pixels to a millimetre.
const SCALE: f32 = 10.0;
/// The distance of characters in a zone, in pixels: ten to the inch (ICAO Doc 9303 part 3, 4.2).
const PITCH: f32 = 25.4;

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in [ROBOTO_REGULAR, ROBOTO_BOLD, OCR_B] {
        fonts.load_font_data(font.to_vec());
    }
    Options {
        fontdb: Arc::new(fonts),
        font_family: "Roboto".to_owned(),
        ..Options::default()
    }
});

const STARTS: [&str; 20] = [
    "B", "BR", "D", "F", "G", "H", "K", "KL", "L", "M", "N", "O", "P", "QU", "R", "S", "ST", "T",
    "V", "W",
];
const MIDDLES: [&str; 16] = [
    "A", "E", "I", "O", "U", "EI", "IE", "AU", "Ä", "Ö", "Ü", "É", "OO", "Y", "IA", "Ø",
];
const ENDS: [&str; 12] = [
    "", "N", "R", "S", "LL", "CK", "M", "ND", "RT", "X", "Ç", "Š",
];
const COUNTRIES: [&str; 12] = [
    "D", "AUT", "FRA", "NLD", "ITA", "ESP", "POL", "SWE", "PRT", "FIN", "HRV", "GRC",
];
/// Most issuers write no vowels and none of the letters that look like digits.
const CLEAR: &[u8] = b"CFGHJKLMNPRTVWXYZ0123456789";
const ALL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

fn name(random: &mut StdRng, syllables: std::ops::RangeInclusive<usize>) -> String {
    let number = random.random_range(syllables);
    let mut pick = |from: &[&'static str]| from.choose(random).copied().unwrap_or_default();
    (0..number)
        .map(|_| format!("{}{}{}", pick(&STARTS), pick(&MIDDLES), pick(&ENDS)))
        .collect()
}

fn number(random: &mut StdRng) -> String {
    let alphabet = if random.random_bool(0.7) { CLEAR } else { ALL };
    let letters = (0..9).map(|_| char::from(*alphabet.choose(random).expect("it is not empty")));
    letters.collect()
}

fn date(random: &mut StdRng, years: std::ops::Range<i32>) -> String {
    let (month, day) = (random.random_range(1..=12), random.random_range(1..=28));
    format!("{}-{month:02}-{day:02}", random.random_range(years))
}

pub(crate) fn card(random: &mut StdRng) -> Card {
    let form = random.random_range(0..3);
    let country = (*COUNTRIES.choose(random).expect("there are some")).to_owned();
    let mut given_names = name(random, 1..=3);
    if random.random_bool(0.4) {
        given_names = format!("{given_names} {}", name(random, 1..=3));
    }
    let is_woman = random.random_bool(0.5);
    let mut truth = Truth {
        zone: Vec::new(),
        number: number(random),
        surname: name(random, 1..=4),
        given_names,
        nationality: if country == "D" {
            "DEU".to_owned()
        } else {
            country.clone()
        },
        date_of_birth: date(random, 1940..2008),
        date_of_expiry: date(random, 2027..2036),
    };
    truth.zone = zone(form, &truth, &country, is_woman);
    let (width, height) = [(85.6, 54.0), (105.0, 74.0), (125.0, 88.0)][form];
    let person = Persona::ALL.choose(random).expect("there are some");
    let portrait = decoded(jpeg(person, Picture::Face(0)));
    let look = Look::of(random, width * SCALE, height * SCALE);
    let front_zone: &[String] = if form == 0 { &[] } else { &truth.zone };
    let front = look.draw(&look.fields(&truth, is_woman), front_zone, Some(&portrait));
    let mut sides = vec![Shown {
        picture: front,
        has_zone: form != 0,
    }];
    if form == 0 {
        let address = look.address(random);
        sides.push(Shown {
            picture: look.draw(&address, &truth.zone, None),
            has_zone: true,
        });
    }
    Card { sides, truth }
}

fn zone(form: usize, truth: &Truth, country: &str, is_woman: bool) -> Vec<String> {
    let sex = if is_woman { Sex::Female } else { Sex::Male };
    let (surname, given_names) = (truth.surname.clone(), truth.given_names.clone());
    let (document_number, nationality) = (truth.number.clone(), country.to_owned());
    let issuing_country = country.to_owned();
    let date_of_birth = zone_date(&truth.date_of_birth);
    let date_of_expiry = zone_date(&truth.date_of_expiry);
    let text = match form {
        0 => mrz::format_td1(&Td1Fields {
            document_code: "ID".to_owned(),
            issuing_country,
            document_number,
            surname,
            given_names,
            nationality,
            date_of_birth,
            sex,
            date_of_expiry,
            ..Td1Fields::default()
        }),
        1 => mrz::format_td2(&Td2Fields {
            document_code: "I".to_owned(),
            issuing_country,
            document_number,
            surname,
            given_names,
            nationality,
            date_of_birth,
            sex,
            date_of_expiry,
            ..Td2Fields::default()
        }),
        _ => mrz::format_td3(&Td3Fields {
            document_code: "P".to_owned(),
            issuing_country,
            document_number,
            surname,
            given_names,
            nationality,
            date_of_birth,
            sex,
            date_of_expiry,
            ..Td3Fields::default()
        }),
    };
    text.lines().map(str::to_owned).collect()
}

/// Colours and lines of an issuer.
struct Look {
    width: f32,
    height: f32,
    paper: String,
    ink: String,
    waves: String,
}

impl Look {
    fn of(random: &mut StdRng, width: f32, height: f32) -> Self {
        let hue = random.random_range(0..360);
        let mut waves = String::new();
        let (start, swing) = (
            random.random_range(0.0..6.0),
            random.random_range(10.0..40.0_f32),
        );
        for line in 0..24 {
            let y = height * line as f32 / 24.0;
            write!(waves, "M0 {y:.1}").expect("a string takes all");
            for x in (0..=width as u32 + 40).step_by(40) {
                let phase = start + x as f32 / 90.0 + line as f32 / 7.0;
                write!(waves, " L{x} {:.1}", y + swing * phase.sin()).expect("a string takes all");
            }
        }
        Self {
            width,
            height,
            paper: format!("hsl({hue}, 32%, 90%)"),
            ink: format!("hsl({}, 40%, 72%)", (hue + 40) % 360),
            waves,
        }
    }

    /// Labels and values, in two columns beside the portrait.
    fn fields(&self, truth: &Truth, is_woman: bool) -> String {
        let left = self.width * 0.36;
        let right = self.width * 0.68;
        let day = |text: &str| format!("{}.{}.{}", &text[8..10], &text[5..7], &text[..4]);
        let sex = if is_woman { "F" } else { "M" };
        let rows: [(f32, &str, &str); 7] = [
            (left, "Surname / Nom", &truth.surname),
            (left, "Given names / Prénoms", &truth.given_names),
            (left, "Date of birth", &day(&truth.date_of_birth)),
            (right, "Sex", sex),
            (left, "Document No", &truth.number),
            (right, "Nationality", &truth.nationality),
            (left, "Date of expiry", &day(&truth.date_of_expiry)),
        ];
        let mut text = String::new();
        let mut y = self.height * 0.2;
        for (at, (x, label, value)) in rows.iter().enumerate() {
            if at > 0 && *x == left {
                y += 76.0_f32.min(self.height * 0.135);
            }
            write!(
                text,
                r##"<text x="{x}" y="{}" font-size="15" fill="#445">{label}</text><text x="{x}" y="{}" font-size="29" font-weight="500" fill="#111">{value}</text>"##,
                y - 27.0,
                y,
            )
            .expect("a string takes all");
        }
        text
    }

    fn address(&self, random: &mut StdRng) -> String {
        let (street, town) = (name(random, 2..=4), name(random, 2..=3));
        let house = random.random_range(1..200);
        format!(
            r##"<text x="60" y="110" font-size="15" fill="#445">Address</text><text x="60" y="142" font-size="27">{street} {house}</text><text x="60" y="176" font-size="27">{} {town}</text>"##,
            random.random_range(10000..99999)
        )
    }

    fn draw(&self, text: &str, zone: &[String], portrait: Option<&RgbImage>) -> RgbImage {
        let Self {
            width,
            height,
            paper,
            ink,
            waves,
        } = self;
        let mut lines = String::new();
        for (at, line) in zone.iter().rev().enumerate() {
            // The lowest line's middle is 9.4 mm above the edge, the others 6.35 mm above each other.
            let y = height - 94.0 - 63.5 * at as f32 + 12.0;
            let start = (width - PITCH * line.len() as f32) / 2.0;
            let places: Vec<String> = (0..line.len())
                .map(|at| format!("{:.1}", start + PITCH * at as f32))
                .collect();
            let text = line.replace('<', "&lt;");
            let places = places.join(" ");
            write!(lines, r#"<text x="{places}" y="{y}">{text}</text>"#)
                .expect("a string takes all");
        }
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">
<rect width="100%" height="100%" fill="{paper}"/>
<path d="{waves}" fill="none" stroke="{ink}" stroke-width="1.2"/>
<text x="40" y="62" font-size="30" font-weight="700" fill="#223">SPECIMEN · NOT A DOCUMENT</text>
{text}<g font-family="OCR B" font-size="35" fill="#151515">{lines}</g></svg>"##
        );
        let tree = Tree::from_str(&svg, &OPTIONS).expect("drawings are part of the program");
        let mut pixels = Pixmap::new(*width as u32, *height as u32).expect("it has a size");
        pixels.fill(Color::WHITE);
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        let colours = pixels
            .pixels()
            .iter()
            .flat_map(|it| [it.red(), it.green(), it.blue()]);
        let picture = RgbImage::from_raw(pixels.width(), pixels.height(), colours.collect());
        let mut picture = picture.expect("a pixmap has all its pixels");
        if let Some(portrait) = portrait {
            let height = (self.height * 0.46) as u32;
            let width = portrait.width() * height / portrait.height();
            let small = imageops::thumbnail(portrait, width, height);
            imageops::overlay(&mut picture, &small, 44, (self.height * 0.14) as i64);
        }
        picture
    }
}
