//! The machine-readable zone of an ID-1 card: TD1 of ICAO Doc 9303, parts 3 and 5.

/// What a TD1 zone says. Dates are `YYYY-MM-DD`.
pub(crate) struct Td1<'a> {
    /// Two characters at most: `ID`, `I`.
    pub(crate) document_code: &'a str,
    /// The issuing state in ICAO's own list, where Germany is `D`.
    pub(crate) issuer: &'a str,
    /// The document number, of any length up to 22.
    pub(crate) number: &'a str,
    /// The holder's nationality in ICAO's own list.
    pub(crate) nationality: &'a str,
    pub(crate) date_of_birth: &'a str,
    pub(crate) date_of_expiry: &'a str,
    /// `F`, `M`; anything else is written as unspecified.
    pub(crate) sex: &'a str,
    /// The primary identifier, in any Latin spelling.
    pub(crate) surname: &'a str,
    /// The secondary identifiers, separated by spaces.
    pub(crate) given_names: &'a str,
}

const WIDTH: usize = 30;
const NUMBER_WIDTH: usize = 9;

impl Td1<'_> {
    /// The three lines of thirty characters.
    pub(crate) fn lines(&self) -> [String; 3] {
        let upper = format!(
            "{}{}{}",
            field(self.document_code, 2),
            field(self.issuer, 3),
            number_and_optional_data(&filled(self.number)),
        );
        let birth = with_check_digit(&short_date(self.date_of_birth));
        let expiry = with_check_digit(&short_date(self.date_of_expiry));
        let sex = match self.sex {
            "F" | "M" => self.sex,
            _ => "<",
        };
        let optional = field("", 11);
        let overall = check_digit(&format!("{}{birth}{expiry}{optional}", &upper[5..]));
        let nationality = field(self.nationality, 3);
        let middle = format!("{birth}{sex}{expiry}{nationality}{optional}{overall}");
        [upper, middle, names(self.surname, self.given_names)]
    }
}

/// Characters 6 to 30 of the upper line. A number longer than its field leaves the field's check
/// digit empty and goes on in the optional data, where its check digit follows it (part 5, 4.2.2,
/// note on the document number).
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

fn names(surname: &str, given_names: &str) -> String {
    let mut line: Vec<char> = format!("{}<<{}", filled(surname), filled(given_names))
        .chars()
        .collect();
    // A filler in the last position would say that the name is complete: a cut name ends in a
    // letter (part 5, 4.2.3).
    while line.len() > WIDTH && line[WIDTH - 1] == '<' {
        let Some(letter) = line[..WIDTH].iter().rposition(|c| *c != '<') else {
            break;
        };
        line.remove(letter);
    }
    field(&line.into_iter().collect::<String>(), WIDTH)
}

/// The text in the zone's alphabet: transliterated, separators as fillers.
fn filled(text: &str) -> String {
    let mut zone = String::new();
    for c in text.chars().flat_map(char::to_uppercase) {
        match c {
            'A'..='Z' | '0'..='9' => zone.push(c),
            ' ' | '-' | ',' if !zone.ends_with('<') => zone.push('<'),
            _ => zone.push_str(transliteration(c)),
        }
    }
    zone.trim_matches('<').to_owned()
}

/// Part 3, section 6 A, for the letters of the languages written in Latin script. An apostrophe
/// and whatever the table does not name leaves no trace.
fn transliteration(c: char) -> &'static str {
    match c {
        'Á' | 'À' | 'Â' | 'Ã' | 'Ă' | 'Ā' | 'Ą' => "A",
        'Ä' | 'Æ' => "AE",
        'Å' => "AA",
        'Ć' | 'Ĉ' | 'Č' | 'Ċ' | 'Ç' => "C",
        'Đ' | 'Ď' | 'Ð' => "D",
        'É' | 'È' | 'Ê' | 'Ë' | 'Ě' | 'Ė' | 'Ē' | 'Ę' | 'Ĕ' => "E",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
        'Ĥ' | 'Ħ' => "H",
        'Í' | 'Ì' | 'Î' | 'Ï' | 'Ĩ' | 'İ' | 'Ī' | 'Į' | 'Ĭ' => "I",
        'Ĳ' => "IJ",
        'Ĵ' => "J",
        'Ķ' => "K",
        'Ł' | 'Ĺ' | 'Ľ' | 'Ļ' | 'Ŀ' => "L",
        'Ń' | 'Ñ' | 'Ň' | 'Ņ' | 'Ŋ' => "N",
        'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ő' | 'Ō' | 'Ŏ' => "O",
        'Ö' | 'Ø' | 'Œ' => "OE",
        'Ŕ' | 'Ř' | 'Ŗ' => "R",
        'Ś' | 'Ŝ' | 'Š' | 'Ş' | 'Ș' => "S",
        'ẞ' => "SS",
        'Ť' | 'Ţ' | 'Ț' | 'Ŧ' => "T",
        'Þ' => "TH",
        'Ú' | 'Ù' | 'Û' | 'Ũ' | 'Ŭ' | 'Ű' | 'Ů' | 'Ū' | 'Ų' => "U",
        'Ü' => "UE",
        'Ŵ' => "W",
        'Ý' | 'Ŷ' | 'Ÿ' => "Y",
        'Ź' | 'Ž' | 'Ż' => "Z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERIKSSON: Td1<'_> = Td1 {
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
            ERIKSSON.lines(),
            [
                "I<UTOD231458907<<<<<<<<<<<<<<<",
                "7408122F1204159UTO<<<<<<<<<<<6",
                "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
            ]
        );
    }

    #[test]
    fn the_zone_of_icaos_long_number_comes_out_as_printed() {
        let stevenson = Td1 {
            number: "D23145890734",
            date_of_birth: "1934-07-12",
            date_of_expiry: "1995-07-12",
            sex: "M",
            surname: "Stevenson",
            given_names: "Peter John",
            ..ERIKSSON
        };
        assert_eq!(
            stevenson.lines(),
            [
                "I<UTOD23145890<7349<<<<<<<<<<<",
                "3407127M9507122UTO<<<<<<<<<<<2",
                "STEVENSON<<PETER<JOHN<<<<<<<<<",
            ]
        );
    }

    #[test]
    fn an_independent_reader_confirms_a_ten_digit_number() {
        let lines = Td1 {
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
        .lines();
        let read = mrz::parse_td1(&lines[0], &lines[1], &lines[2]).unwrap();
        assert!(read.valid(), "{:?}", read.checks);
        assert_eq!(read.full_document_number(), "8136431812");
        assert_eq!(read.surname, "SCHMIDT");
        assert_eq!(read.given_names, "ANNA MARIA");
    }

    #[test]
    fn names_are_transliterated() {
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
            let line = names(
                &"A".repeat(length),
                "Bea Cleo Dora Eva Finja Gesa Hanna Ida",
            );
            assert_eq!(line.len(), WIDTH);
            assert!(!line.ends_with('<'), "{line}");
        }
    }
}
