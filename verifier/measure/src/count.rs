//! Counts, and what they bound.

use std::fmt;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub of: usize,
    /// Out of how many.
    pub all: usize,
}

impl Share {
    /// Counts one more.
    pub fn count(&mut self, holds: bool) {
        self.of += usize::from(holds);
        self.all += 1;
    }
}

/// `0 of 40 (≤ 7.5 %)`: none in N trials bounds the rate to 3/N, at 95 %.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, all } = self;
        let percent = |part: usize| 100.0 * part as f64 / (*all).max(1) as f64;
        if *of == 0 {
            write!(f, "0 of {all} (≤ {:.1} %)", percent(3).min(100.0))
        } else {
            write!(f, "{of} of {all} ({:.1} %)", percent(*of))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_of_some_is_a_bound_and_not_a_proof() {
        let share = |of, all| Share { of, all }.to_string();
        assert_eq!(share(0, 60), "0 of 60 (≤ 5.0 %)");
        assert_eq!(share(0, 2), "0 of 2 (≤ 100.0 %)");
        assert_eq!(share(57, 60), "57 of 60 (95.0 %)");
    }
}
