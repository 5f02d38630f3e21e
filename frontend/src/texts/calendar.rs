//! Calendar dates: read, and compared with today.

use js_sys::Date;

/// A day of the calendar: year, month, day.
pub(crate) type Day = (u16, u8, u8);

/// Today in the visitor's time zone.
pub(crate) fn today() -> Day {
    let now = Date::new_0();
    let (month, day) = (now.get_month() + 1, now.get_date());
    (now.get_full_year() as u16, month as u8, day as u8)
}

/// Whether a `YYYY-MM-DD` is before today; `false` for any other text.
pub(crate) fn is_over(date: &str, today: Day) -> bool {
    calendar_date(date).is_some_and(|date| date < today)
}

/// Reads a `YYYY-MM-DD`; `None` for a day that does not exist.
pub(super) fn calendar_date(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse::<u16>().ok())?
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    // Below 100 the browser would read a year of the twentieth century.
    let possible = year >= 100 && (1..=days).contains(&day);
    possible.then(|| Some((year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn con_10_only_dates_that_exist_are_rewritten() {
        assert_eq!(calendar_date("1987-01-12"), Some((1987, 1, 12)));
        assert_eq!(calendar_date("2000-02-29"), Some((2000, 2, 29)));
        for text in [
            "2021-02-29",
            "1900-02-29",
            "2021-13-01",
            "2021-00-10",
            "2021-01-32",
            "0021-01-01",
        ] {
            assert_eq!(calendar_date(text), None, "{text}");
        }
    }

    #[test]
    fn con_10_any_other_text_is_left_alone() {
        for text in [
            "",
            "12.01.1987",
            "1987-1-12",
            "1987-01-12T00:00",
            "+987-01-12",
            "198é-01-1",
            "19é7-01-1",
        ] {
            assert_eq!(calendar_date(text), None, "{text}");
        }
    }

    #[test]
    fn con_10_a_date_is_over_the_day_after() {
        let today = (2022, 12, 30);
        for (date, over) in [
            ("2022-12-29", true),
            ("2022-12-30", false),
            ("2022-12-31", false),
            ("2021-12-31", true),
            ("2023-01-01", false),
            ("2022-11-31", false),
            ("never", false),
        ] {
            assert_eq!(is_over(date, today), over, "{date}");
        }
    }
}
