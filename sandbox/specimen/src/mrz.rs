//! Machine-readable zones by ICAO Doc 9303: TD1 of cards (part 5), TD3 of passports (part 4), and
//! their common rules (part 3).

mod alphabet;

#[cfg(test)]
pub(crate) use alphabet::named as letters;
use alphabet::{filled, named};

/// The data of a zone. Dates are `YYYY-MM-DD`.
pub(crate) struct Zone<'a> {
    /// Two characters at most: `ID`, `I`, `P`.
    pub(crate) document_code: &'a str,
    /// The issuing state in ICAO's own list, where Germany is `D`.
    pub(crate) issuer: &'a str,
    /// The document number: up to 22 characters on a card, up to 9 in a passport.
    pub(crate) number: &'a str,
    /// The holder's nationality in ICAO's own list.
    pub(crate) nationality: &'a str,
    pub(crate) date_of_birth: &'a str,
    pub(crate) date_of_expiry: &'a str,
    /// `F`, `M`; any other value is written as unspecified.
    pub(crate) sex: &'a str,
    /// The primary identifier, in any Latin spelling.
    pub(crate) surname: &'a str,
    /// The secondary identifiers, separated by spaces.
    pub(crate) given_names: &'a str,
}

const CARD_WIDTH: usize = 30;
const PASSPORT_WIDTH: usize = 44;
const NUMBER_WIDTH: usize = 9;

impl Zone<'_> {
    /// TD1: three lines of thirty characters.
    pub(crate) fn td1(&self) -> [String; 3] {
        let upper = format!(
            "{}{}{}",
            field(self.document_code, 2),
            field(self.issuer, 3),
            number_and_optional_data(&filled(self.number)),
        );
        let birth = with_check_digit(&short_date(self.date_of_birth));
        let expiry = with_check_digit(&short_date(self.date_of_expiry));
        let sex = self.sex();
        let optional = field("", 11);
        let overall = check_digit(&format!("{}{birth}{expiry}{optional}", &upper[5..]));
        let nationality = field(self.nationality, 3);
        let middle = format!("{birth}{sex}{expiry}{nationality}{optional}{overall}");
        [upper, middle, self.names(CARD_WIDTH)]
    }

    /// TD3: two lines of forty-four characters. A number longer than 9 characters is cut; the
    /// standard allows none.
    pub(crate) fn td3(&self) -> [String; 2] {
        let head = format!("{}{}", field(self.document_code, 2), field(self.issuer, 3));
        let upper = format!("{head}{}", self.names(PASSPORT_WIDTH - head.len()));
        let number = with_check_digit(&field(&filled(self.number), NUMBER_WIDTH));
        let nationality = field(self.nationality, 3);
        let birth = with_check_digit(&short_date(self.date_of_birth));
        let sex = self.sex();
        let expiry = with_check_digit(&short_date(self.date_of_expiry));
        // Nothing optional: the field and its check digit stay empty (part 4, 4.2.2).
        let optional = field("", 15);
        let overall = check_digit(&format!("{number}{birth}{expiry}{optional}"));
        let lower = format!("{number}{nationality}{birth}{sex}{expiry}{optional}{overall}");
        [upper, lower]
    }

    fn sex(&self) -> &str {
        match self.sex {
            "F" | "M" => self.sex,
            _ => "<",
        }
    }

    /// Primary and secondary identifier. A holder with one name has no secondary identifier, and
    /// fillers after the primary one mean only the end; what is left where nothing of the surname
    /// can be written is such a name.
    fn names(&self, width: usize) -> String {
        let (primary, secondary) = (named(self.surname), named(self.given_names));
        if primary.is_empty() || secondary.is_empty() {
            return cut(&format!("{primary}{secondary}"), width);
        }
        // Even after a long primary identifier, at least one letter of the secondary one remains
        // (part 4, 4.2.3).
        let primary = cut(&primary, primary.len().min(width - 3));
        cut(&format!("{primary}<<{secondary}"), width)
    }
}

/// Characters 6 to 30 of the upper line. A number longer than its field leaves the field's check
/// digit empty and continues in the optional data, followed by its check digit (part 5, 4.2.2, note
/// on the document number).
fn number_and_optional_data(number: &str) -> String {
    if number.len() <= NUMBER_WIDTH {
        let number = with_check_digit(&field(number, NUMBER_WIDTH));
        format!("{number}{}", field("", 15))
    } else {
        let (principal, rest) = number.split_at(NUMBER_WIDTH);
        let rest = format!("{rest}{}", check_digit(number));
        format!("{principal}<{}", field(&rest, 15))
    }
}

/// Weights 7, 3, 1 over the values 0-9, A-Z as 10-35, filler as 0; modulo 10 (part 3, 4.9).
fn check_digit(text: &str) -> u32 {
    let value = |c: char| c.to_digit(36).unwrap_or(0);
    text.chars()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(c, weight)| value(c) * weight)
        .sum::<u32>()
        % 10
}

fn with_check_digit(text: &str) -> String {
    format!("{text}{}", check_digit(text))
}

/// `1987-01-12` as `870112`.
fn short_date(date: &str) -> String {
    let digits: String = date.chars().filter(char::is_ascii_digit).collect();
    field(digits.get(2..).unwrap_or_default(), 6)
}

fn field(text: &str, width: usize) -> String {
    format!("{text:<<width$.width$}")
}

/// A filler in the last position would mark the name as complete: a cut name ends in a letter (part
/// 5, 4.2.3).
fn cut(name: &str, width: usize) -> String {
    let mut line: Vec<char> = name.chars().collect();
    while line.len() > width && line[width - 1] == '<' {
        let Some(letter) = line[..width].iter().rposition(|c| *c != '<') else {
            break;
        };
        line.remove(letter);
    }
    field(&line.into_iter().collect::<String>(), width)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERIKSSON: Zone<'_> = Zone {
        document_code: "I",
        issuer: "UTO",
        number: "D23145890",
        nationality: "UTO",
        date_of_birth: "1974-08-12",
        date_of_expiry: "2012-04-15",
        sex: "F",
        surname: "Eriksson",
        given_names: "Anna Maria",
    };

    #[test]
    fn the_zone_of_icaos_specimen_comes_out_as_printed() {
        assert_eq!(
            ERIKSSON.td1(),
            [
                "I<UTOD231458907<<<<<<<<<<<<<<<",
                "7408122F1204159UTO<<<<<<<<<<<6",
                "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
            ]
        );
    }

    #[test]
    fn the_zone_of_icaos_long_number_comes_out_as_printed() {
        let stevenson = Zone {
            number: "D23145890734",
            date_of_birth: "1934-07-12",
            date_of_expiry: "1995-07-12",
            sex: "M",
            surname: "Stevenson",
            given_names: "Peter John",
            ..ERIKSSON
        };
        assert_eq!(
            stevenson.td1(),
            [
                "I<UTOD23145890<7349<<<<<<<<<<<",
                "3407127M9507122UTO<<<<<<<<<<<2",
                "STEVENSON<<PETER<JOHN<<<<<<<<<",
            ]
        );
    }

    #[test]
    fn an_independent_reader_confirms_a_ten_digit_number() {
        let lines = Zone {
            document_code: "ID",
            issuer: "D",
            number: "8136431812",
            nationality: "D",
            date_of_birth: "1987-01-12",
            date_of_expiry: "2027-01-30",
            sex: "F",
            surname: "Schmidt",
            given_names: "Anna Maria",
        }
        .td1();
        let read = mrz::parse_td1(&lines[0], &lines[1], &lines[2]).unwrap();
        assert!(read.valid(), "{:?}", read.checks);
        assert_eq!(read.full_document_number(), "8136431812");
        assert_eq!(read.surname, "SCHMIDT");
        assert_eq!(read.given_names, "ANNA MARIA");
    }

    #[test]
    fn the_zone_of_icaos_passport_comes_out_as_printed() {
        // Without the optional data of the specimen, and so with another overall check digit.
        let passport = Zone {
            document_code: "P",
            number: "L898902C3",
            ..ERIKSSON
        };
        let [upper, lower] = passport.td3();
        assert_eq!(upper, "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<");
        assert_eq!(&lower[..28], "L898902C36UTO7408122F1204159");
        assert!(mrz::parse_td3(&upper, &lower).unwrap().valid());
    }

    #[test]
    fn a_long_primary_identifier_leaves_room_for_a_letter_of_the_secondary() {
        let bennelong = Zone {
            surname: "Bennelong Wooloomooloo Warrandyte Warnambool Bundanoon",
            given_names: "Dingo Potoroo",
            ..ERIKSSON
        };
        let [upper, _] = bennelong.td3();
        assert_eq!(upper, "I<UTOBENNELONG<WOOLOOMOOLOO<WARRANDYTE<WA<<D");
    }

    #[test]
    fn one_name_stands_alone() {
        let wulandari = Zone {
            surname: "Wulandari",
            given_names: "",
            ..ERIKSSON
        };
        assert_eq!(wulandari.names(12), "WULANDARI<<<");
    }

    #[test]
    fn a_name_line_has_letters_and_fillers_only() {
        for (surname, given_names, line) in [
            (
                "<script>alert(1)</script>",
                "Zoe",
                "SCRIPTALERTSCRIPT<<ZOE<<<<<<<<",
            ),
            ("Windsor", "Henry 8", "WINDSOR<<HENRY<<<<<<<<<<<<<<<<"),
            ("Agent 0 0 7", "J4mes", "AGENT<<JMES<<<<<<<<<<<<<<<<<<<"),
            ("1234", "Ada", "ADA<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
            ("Lovelace", "42", "LOVELACE<<<<<<<<<<<<<<<<<<<<<<"),
            ("7", "9", "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
            (
                "\u{661}\u{ff11}\u{b2}",
                "Ada",
                "ADA<<<<<<<<<<<<<<<<<<<<<<<<<<<",
            ),
            (
                "-Ray--Jay-",
                " , Ada,  Eve ",
                "RAY<JAY<<ADA<EVE<<<<<<<<<<<<<<",
            ),
            (
                "van\u{a0}Dyck\u{2013}Roe",
                "Ma\tEve",
                "VAN<DYCK<ROE<<MA<EVE<<<<<<<<<<",
            ),
            (
                "O\u{2019}Neil",
                "D'Arcy Jr.",
                "ONEIL<<DARCY<JR<<<<<<<<<<<<<<<",
            ),
            ("Cafe\u{301}", "\u{fb01}n", "CAFE<<FIN<<<<<<<<<<<<<<<<<<<<<"),
            (
                "\u{6797}",
                "\u{1f600} Mei",
                "MEI<<<<<<<<<<<<<<<<<<<<<<<<<<<",
            ),
            ("A<B", "C<<D", "AB<<CD<<<<<<<<<<<<<<<<<<<<<<<<"),
        ] {
            let zone = Zone {
                surname,
                given_names,
                ..ERIKSSON
            };
            assert_eq!(zone.names(CARD_WIDTH), line, "{surname:?} {given_names:?}");
            for line in [&zone.td1()[2], &zone.td3()[0]] {
                let of_the_alphabet = |byte: u8| byte == b'<' || byte.is_ascii_uppercase();
                assert!(line.bytes().all(of_the_alphabet), "{line}");
            }
        }
    }

    #[test]
    fn names_are_transliterated() {
        let names = |surname, given_names| {
            let zone = Zone {
                surname,
                given_names,
                ..ERIKSSON
            };
            zone.names(CARD_WIDTH)
        };
        assert_eq!(
            names("Großmann-Öztürk", "Jürgen Łukasz"),
            "GROSSMANN<OEZTUERK<<JUERGEN<LU"
        );
        assert_eq!(
            names("O'Connor", "Enya, Siobhan"),
            "OCONNOR<<ENYA<SIOBHAN<<<<<<<<<"
        );
        assert_eq!(names("Þórsdóttir", "Æsa"), "THORSDOTTIR<<AESA<<<<<<<<<<<<<");
    }

    #[test]
    fn a_cut_name_ends_in_a_letter() {
        for length in 20..40 {
            let zone = Zone {
                surname: &"A".repeat(length),
                given_names: "Bea Cleo Dora Eva Finja Gesa Hanna Ida",
                ..ERIKSSON
            };
            let line = zone.names(CARD_WIDTH);
            assert_eq!(line.len(), CARD_WIDTH);
            assert!(!line.ends_with('<'), "{line}");
        }
    }
}
