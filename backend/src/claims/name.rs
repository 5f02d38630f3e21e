use webkyc_shared::verification::Document;

use super::spelling::{Word, are_alike as alike, words};

/// Names of more words are compared in the order in which they came.
const MOST_WORDS_TO_TURN: usize = 16;

/// Titles before a name.
const TITLES: [&str; 8] = ["DR", "PROF", "MR", "MRS", "MS", "MISS", "HERR", "FRAU"];

/// How far an account's name is a document's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Same,
    /// A part of it, or nothing that can be compared.
    Doubtful,
    NothingInCommon,
}

/// Whether the name is that of all documents that have one (`true`) or has nothing in common with any
/// (`false`), with the index of the first.
pub(super) fn matches(expected: &str, documents: &[Document<'_>]) -> Option<(usize, bool)> {
    let expected = words(expected).filter(|words| !words.is_empty())?;
    let mut verdict = None;
    for (index, document) in documents.iter().enumerate() {
        let Some(likeness) = compare(&expected, document) else {
            continue;
        };
        let same = match likeness {
            Likeness::Same => true,
            Likeness::NothingInCommon => false,
            Likeness::Doubtful => return None,
        };
        match verdict {
            None => verdict = Some((index, same)),
            Some((_, other)) if other == same => {}
            Some(_) => return None,
        }
    }
    verdict
}

/// Whether two texts of a field have a spelling in common.
pub(super) fn agree(a: &str, b: &str) -> bool {
    a == b
        || match (words(a), words(b)) {
            (Some(a), Some(b)) => alike(&all(&a), &all(&b)),
            _ => false,
        }
}

/// The texts of a document's name: neither blank nor longer than a name.
struct Printed {
    whole: Vec<Word>,
    surname: Vec<Word>,
    given: Vec<Word>,
    affixes: Vec<Word>,
}

/// `None` if the document has no name.
fn compare(expected: &[Word], document: &Document<'_>) -> Option<Likeness> {
    let fields = [
        &document.surname_and_given_names,
        &document.surname,
        &document.given_names,
        &document.name_prefixes,
        &document.name_suffixes,
    ];
    let [whole, surname, given, prefixes, suffixes] =
        fields.map(|text| words(text.as_deref().unwrap_or_default()));
    let (Some(whole), Some(surname), Some(given), Some(prefixes), Some(suffixes)) =
        (whole, surname, given, prefixes, suffixes)
    else {
        return Some(Likeness::Doubtful);
    };
    let printed = Printed {
        whole,
        surname,
        given,
        affixes: prefixes.into_iter().chain(suffixes).collect(),
    };
    let is_named = fields[..3]
        .iter()
        .any(|text| text.as_deref().is_some_and(|text| !text.trim().is_empty()));
    is_named.then(|| printed.likeness(expected))
}

impl Printed {
    fn likeness(&self, expected: &[Word]) -> Likeness {
        let raw = self.orders(&|words| all(words));
        let bare = self.orders(&|words| self.bare(words));
        if raw.is_none() && bare.is_none() {
            return Likeness::Doubtful;
        }
        let is_one_of = |orders: Option<Vec<Vec<&Word>>>, name: &[&Word]| {
            orders.is_some_and(|orders| orders.iter().any(|order| alike(order, name)))
        };
        let same = is_one_of(raw, &all(expected)) || is_one_of(bare, &self.bare(expected));
        if same && !self.is_of_another_generation(expected) {
            return Likeness::Same;
        }
        let printed = || self.whole.iter().chain(&self.surname).chain(&self.given);
        let comparable = printed().chain(expected).all(Word::is_transliterated);
        let shares = |word: &Word| printed().any(|other| word.resembles(other));
        if same || !comparable || expected.iter().any(shares) {
            Likeness::Doubtful
        } else {
            Likeness::NothingInCommon
        }
    }

    /// The orders in which the name may be written: surname first or last. `None` if a part is missing, or
    /// the document contradicts itself.
    fn orders<'a>(
        &'a self,
        part: &dyn Fn(&'a [Word]) -> Vec<&'a Word>,
    ) -> Option<Vec<Vec<&'a Word>>> {
        let [whole, surname, given] =
            [&self.whole, &self.surname, &self.given].map(|words| part(words));
        if surname.is_empty() || given.is_empty() {
            // Where one name divides from the other is not known.
            let beside = surname.iter().chain(&given);
            let is_inside = |word: &&Word| whole.iter().any(|other| alike(&[word], &[other]));
            let agrees = !whole.is_empty() && beside.copied().all(|word| is_inside(&word));
            let turns = if whole.len() > MOST_WORDS_TO_TURN {
                1
            } else {
                whole.len()
            };
            let turned = |at: usize| [&whole[at..], &whole[..at]].concat();
            return agrees.then(|| (0..turns).map(turned).collect());
        }
        let orders = vec![
            [&surname[..], &given].concat(),
            [&given[..], &surname].concat(),
        ];
        let agrees = whole.is_empty() || orders.iter().any(|order| alike(order, &whole));
        agrees.then_some(orders)
    }

    /// Without titles before it, generations after it, and what the document calls its prefixes and suffixes.
    fn bare<'a>(&self, mut words: &'a [Word]) -> Vec<&'a Word> {
        let is_affix = |word: &Word| self.affixes.iter().any(|affix| alike(&[affix], &[word]));
        while let [first, rest @ ..] = words
            && !rest.is_empty()
            && (TITLES.contains(&first.text().as_str()) || is_affix(first))
        {
            words = rest;
        }
        while let [rest @ .., last] = words
            && !rest.is_empty()
            && (generation(last).is_some() || is_affix(last))
        {
            words = rest;
        }
        all(words)
    }

    /// Whether one is the father and one the son: both say which, and not the same.
    fn is_of_another_generation(&self, expected: &[Word]) -> bool {
        let expected = expected.iter().rev().find_map(generation);
        let parts = self
            .affixes
            .iter()
            .chain(&self.surname)
            .chain(&self.given)
            .chain(&self.whole);
        let printed: Vec<u8> = parts.filter_map(generation).collect();
        expected.is_some_and(|expected| !printed.is_empty() && !printed.contains(&expected))
    }
}

/// The number of a generation: senior is the first.
fn generation(word: &Word) -> Option<u8> {
    match word.text().as_str() {
        "SR" | "1ST" => Some(1),
        "JR" | "II" | "2ND" => Some(2),
        "III" | "3RD" => Some(3),
        "IV" | "4TH" => Some(4),
        "5TH" => Some(5),
        "6TH" => Some(6),
        "7TH" => Some(7),
        "8TH" => Some(8),
        _ => None,
    }
}

fn all(words: &[Word]) -> Vec<&Word> {
    words.iter().collect()
}
