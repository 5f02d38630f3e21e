//! Long lists, a page at a time, newest first.

use std::ops::Range;

use url::form_urlencoded::Serializer;

use crate::texts::{Texts, fill};

/// As many rows as one looks through.
const ROWS: usize = 100;

/// The links below a list.
pub(super) struct Paging {
    pub(super) newer: Option<String>,
    pub(super) older: Option<String>,
    /// The first and last row of this page, counted from one, and of how many.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) total: usize,
}

impl Paging {
    /// The page that was asked for, or the last one there is. `filter` is what else stands in the
    /// address of a list.
    pub(super) fn of(total: usize, asked: &str, filter: &[(&str, &str)]) -> (Range<usize>, Self) {
        let last = total.div_ceil(ROWS).max(1);
        let page = asked.parse::<usize>().unwrap_or(1).clamp(1, last);
        let rows = (page - 1) * ROWS..total.min(page * ROWS);
        let address = |page: usize| {
            let mut query = Serializer::new(String::new());
            query.extend_pairs(filter.iter().filter(|(_, value)| !value.is_empty()));
            if page > 1 {
                query.append_pair("page", &page.to_string());
            }
            format!("?{}", query.finish())
        };
        let paging = Self {
            newer: (page > 1).then(|| address(page - 1)),
            older: (page < last).then(|| address(page + 1)),
            from: rows.start + 1,
            to: rows.end,
            total,
        };
        (rows, paging)
    }

    /// Which rows of how many are on this page.
    pub(super) fn rows(&self, texts: &Texts) -> String {
        let numbers = [self.from, self.to, self.total];
        let text = texts.dashboard.rows.to_owned();
        let filled = numbers.into_iter();
        filled.fold(text, |text, number| fill(&text, &number.to_string()))
    }

    pub(super) fn is_needed(&self) -> bool {
        self.newer.is_some() || self.older.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_on_one_page_and_no_page_is_beside_the_list() {
        for total in [0_usize, 1, 99, 100, 101, 250] {
            let pages = total.div_ceil(ROWS).max(1);
            let mut seen = 0;
            for page in 1..=pages {
                let (rows, paging) = Paging::of(total, &page.to_string(), &[]);
                assert_eq!(rows.start, seen, "{total}");
                assert_eq!(paging.newer.is_some(), page > 1);
                assert_eq!(paging.older.is_some(), page < pages);
                seen = rows.end;
            }
            assert_eq!(seen, total);
        }
        for asked in ["", "0", "-1", "x", "1"] {
            assert_eq!(Paging::of(250, asked, &[]).0, 0..100, "{asked}");
        }
        assert_eq!(Paging::of(250, "18446744073709551615", &[]).0, 200..250);
    }

    #[test]
    fn a_link_keeps_the_filter() {
        let (_, paging) = Paging::of(250, "2", &[("q", "a \"b&c\""), ("client", "")]);
        assert_eq!(paging.newer.unwrap(), "?q=a+%22b%26c%22");
        assert_eq!(paging.older.unwrap(), "?q=a+%22b%26c%22&page=3");
    }
}
