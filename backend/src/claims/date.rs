use jiff::civil::Date;

/// A day of the calendar as `YYYY-MM-DD` to the letter; `None` for anything partial or impossible.
pub(super) fn read(text: &str) -> Option<Date> {
    let [y, z, a, b, b'-', m, n, b'-', d, e] = text.as_bytes() else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + i16::from(digit - b'0'))
        })
    };
    let year = number(&[*y, *z, *a, *b])?;
    let month = i8::try_from(number(&[*m, *n])?).ok()?;
    let day = i8::try_from(number(&[*d, *e])?).ok()?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn exactly_the_days_of_the_calendar_are_read() {
        let mut days = 0;
        for year in 1900..=2030 {
            for month in 0..=13 {
                for day in 0..=32 {
                    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
                    let last = match month {
                        2 if leap => 29,
                        2 => 28,
                        4 | 6 | 9 | 11 => 30,
                        1..=12 => 31,
                        _ => 0,
                    };
                    let text = format!("{year}-{month:02}-{day:02}");
                    let is_day = (1..=last).contains(&day);
                    let expected = is_day.then(|| date(year, month, day));
                    assert_eq!(read(&text), expected, "{text}");
                    days += u32::from(is_day);
                }
            }
        }
        assert_eq!(days, 131 * 365 + 32);
    }

    #[test]
    fn another_form_of_a_date_is_not_read() {
        for text in [
            "",
            "1990",
            "1990-05",
            "1990-5-12",
            "19900512",
            "1990-05-12T00:00",
            "1990-05-12Z",
            " 1990-05-12",
            "12-05-1990",
            "12.05.1990",
            "1990/05/12",
            "+1990-05-1",
            "-990-05-12",
            "1990-0５-2",
            "1990-05-1x",
            "0000-00-00",
            "1990-00-00",
            "1990-05-00",
            "1990-W20-1",
            "1990-132-1",
            "<<<<-<<-<<",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read("9999-12-31"), Some(Date::MAX));
    }
}
