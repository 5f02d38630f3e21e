//! The alphabet of machine-readable zones: A to Z, digits, and a filler.

/// The text in the zone's alphabet: transliterated, separators as fillers.
pub(crate) fn filled(text: &str) -> String {
    let mut zone = String::new();
    for c in text.chars().flat_map(char::to_uppercase) {
        match c {
            'A'..='Z' | '0'..='9' => zone.push(c),
            _ if separates(c) => {
                if !zone.ends_with('<') {
                    zone.push('<');
                }
            }
            _ => zone.push_str(transliteration(c)),
        }
    }
    zone.trim_matches('<').to_owned()
}

/// The same for names, which have letters and fillers only (part 3, on writing the
/// holder's name): digits are omitted.
pub(crate) fn named(text: &str) -> String {
    let letters = |c: &char| !c.is_ascii_digit();
    filled(&text.chars().filter(letters).collect::<String>())
}

/// White space, a comma, and every hyphen and dash.
fn separates(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '-' | '\u{2010}'..='\u{2015}')
}

/// Part 3, section 6 A, for the letters of the languages written in Latin script. An apostrophe,
/// and any character that is not in the table, is omitted.
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
