//! Formats the `YYYY-MM-DD` dates of the data as documents print them.

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];

/// `1987-01-12` as `12.01.1987`: cards in Europe.
pub(crate) fn dotted(date: &str) -> String {
    date.rsplit('-').collect::<Vec<_>>().join(".")
}

/// `1987-01-12` as `12 JAN 1987`: passports.
pub(crate) fn spelt(date: &str) -> String {
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month
        .and_then(|month| month.parse::<usize>().ok())
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => format!("{day} {month} {year}"),
        _ => date.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_documents_write_them() {
        assert_eq!(dotted("1987-01-12"), "12.01.1987");
        assert_eq!(spelt("1987-12-01"), "01 DEC 1987");
        assert_eq!(spelt("1987-13-01"), "1987-13-01");
    }
}
