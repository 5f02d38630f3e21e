//! Six digits of a zone as a day of the calendar.

use jiff::civil::Date;

/// Years before today in which an expiry may lie.
const EXPIRED_YEARS: i16 = 30;
/// Years after today in which an expiry may lie.
const VALID_YEARS: i16 = 50;

/// The latest day not after today that `YYMMDD` can mean. Unknown parts (`00`, `<`) make it none.
pub(crate) fn birth(text: &str, today: Date) -> Option<Date> {
    let century = today.year() / 100 * 100;
    let mut days = [century, century - 100].into_iter();
    days.find_map(|century| day(text, century).filter(|day| *day <= today))
}

/// The day of `YYMMDD` from 30 years before today to 50 years after it.
pub(crate) fn expiry(text: &str, today: Date) -> Option<Date> {
    let century = today.year() / 100 * 100;
    let years = today.year() - EXPIRED_YEARS..=today.year() + VALID_YEARS;
    let mut days = [century - 100, century, century + 100].into_iter();
    days.find_map(|century| day(text, century).filter(|day| years.contains(&day.year())))
}

/// Whether the issuer left the day of `YYMMDD` open, or the month too, or all of it, as `<<` or `00` (ICAO Doc 9303
/// part 3, 4.8). Anything else that is no day was misread.
pub(crate) fn is_open(text: &str) -> bool {
    let is_unknown = |part: &str| matches!(part, "<<" | "00");
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (Some(year), Some(month), Some(day)) = (text.get(..2), text.get(2..4), text.get(4..))
    else {
        return false;
    };
    let has_month = is_number(month) && ("01"..="12").contains(&month);
    let has_year = is_number(year);
    is_unknown(day) && (has_year && (has_month || is_unknown(month)) || [year, month] == ["<<"; 2])
}

fn day(text: &str, century: i16) -> Option<Date> {
    let number = |at: usize| text.get(at..at + 2)?.parse::<i8>().ok();
    let is_digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month, day) = (number(0)?, number(2)?, number(4)?);
    let date = Date::new(century + i16::from(year), month, day).ok();
    date.filter(|_| is_digits)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 6, 15);

    #[test]
    fn a_birth_is_the_latest_day_that_has_been() {
        assert_eq!(birth("260615", TODAY), Some(TODAY));
        assert_eq!(birth("260616", TODAY), Some(date(1926, 6, 16)));
        assert_eq!(birth("740812", TODAY), Some(date(1974, 8, 12)));
    }

    #[test]
    fn a_leap_day_is_a_birth_in_a_leap_year_alone() {
        assert_eq!(birth("000229", TODAY), Some(date(2000, 2, 29)));
        assert_eq!(birth("010229", TODAY), None);
    }

    #[test]
    fn only_whole_parts_are_left_open() {
        for open in ["<<<<<<", "74<<<<", "7400<<", "7408<<", "740800", "000000"] {
            assert!(is_open(open), "{open}");
        }
        for other in [
            "740812", "744812", "000229", "74<812", "7<<<<<", "<<<<<", "74A0<<",
        ] {
            assert!(!is_open(other), "{other}");
        }
    }

    #[test]
    fn an_expiry_lies_within_eighty_years() {
        assert_eq!(expiry("960615", TODAY), Some(date(1996, 6, 15)));
        assert_eq!(expiry("761231", TODAY), Some(date(2076, 12, 31)));
        assert_eq!(expiry("770101", TODAY), None);
        assert_eq!(expiry("950101", TODAY), None);
        assert_eq!(expiry("310701", TODAY), Some(date(2031, 7, 1)));
    }

    #[test]
    fn an_expiry_late_in_a_century_lies_in_the_next() {
        let today = date(2090, 1, 1);
        assert_eq!(expiry("050101", today), Some(date(2105, 1, 1)));
    }

    #[test]
    fn parts_that_are_unknown_make_no_day() {
        for text in ["740000", "7408<<", "<<<<<<", "74081", "+7+8+1", "741301"] {
            assert_eq!(birth(text, TODAY), None, "{text}");
            assert_eq!(expiry(text, TODAY), None, "{text}");
        }
    }
}
