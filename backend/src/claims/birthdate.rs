use jiff::civil::Date;
use webkyc_shared::verification::Document;

use super::{date, present};

/// More years than any human has lived (122): a date of birth that was misread.
const MOST_YEARS: i16 = 130;

/// The date of birth on which all documents that have one agree, with the index of the first of them.
pub(super) fn of(documents: &[Document<'_>], today: Date) -> Option<(usize, Date)> {
    let mut agreed = None;
    for (index, text) in present(documents, |document| &document.date_of_birth) {
        let born = date::read(text)?;
        let issued = documents[index].date_of_issue.as_deref();
        let issued_before = issued
            .and_then(date::read)
            .is_some_and(|issued| issued < born);
        if issued_before || born > today || today.year() - born.year() > MOST_YEARS {
            return None;
        }
        match agreed {
            None => agreed = Some((index, born)),
            Some((_, other)) if other == born => {}
            Some(_) => return None,
        }
    }
    agreed
}

/// The day on which a person born on that day is so many years old.
pub(super) fn turns(born: Date, years: u8) -> Option<Date> {
    let year = born.year().checked_add(i16::from(years))?;
    let birthday = Date::new(year, born.month(), born.day());
    // Only 29 February is missing in some years.
    birthday.or_else(|_| Date::new(year, 3, 1)).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Counts completed years by comparing month and day, as people do.
    fn age(born: Date, today: Date) -> i16 {
        let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
        today.year() - born.year() - i16::from(!had_birthday)
    }

    #[test]
    fn everybody_born_from_1900_to_2030_turns_on_the_day_that_counting_years_gives() {
        let mut people = 0;
        for born in date(1900, 1, 1).series(jiff::Span::new().days(1)) {
            if born.year() > 2030 {
                break;
            }
            for years in [1, 16, 18, 21, 99] {
                let turns = turns(born, years).unwrap();
                let before = turns.yesterday().unwrap();
                assert_eq!(age(born, turns), i16::from(years), "{born}");
                assert_eq!(age(born, before), i16::from(years) - 1, "{born}");
            }
            people += 1;
        }
        assert_eq!(people, 131 * 365 + 32);
    }

    #[test]
    fn a_person_born_on_29_february_turns_on_1_march_in_other_years() {
        assert_eq!(turns(date(2008, 2, 29), 18), Some(date(2026, 3, 1)));
        assert_eq!(turns(date(2008, 2, 29), 20), Some(date(2028, 2, 29)));
        assert_eq!(turns(date(2000, 2, 29), 100), Some(date(2100, 3, 1)));
        assert_eq!(turns(date(9990, 1, 1), 18), None);
    }
}
