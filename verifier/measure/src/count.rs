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

    /// The highest rate that is likely, at 95 %, each case being independent of the others: Wilson's bound, and
    /// 3/N for none.
    #[must_use]
    pub fn most(&self) -> f64 {
        const Z: f64 = 1.645;
        let all = self.all.max(1) as f64;
        if self.of == 0 {
            return (3.0 / all).min(1.0);
        }
        let rate = self.of as f64 / all;
        let spread = (rate * (1.0 - rate) / all + Z * Z / (4.0 * all * all)).sqrt();
        (rate + Z * Z / (2.0 * all) + Z * spread) / (1.0 + Z * Z / all)
    }
}

/// `0 of 40 (≤ 7.5 %)`: none in N trials bounds the rate to 3/N, at 95 %.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, all } = self;
        if *of == 0 {
            write!(f, "0 of {all} (≤ {:.1} %)", 100.0 * self.most())
        } else {
            let percent = 100.0 * *of as f64 / *all as f64;
            write!(f, "{of} of {all} ({percent:.1} %)")
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
        let most = Share { of: 3, all: 150 }.most();
        assert!((most - 0.0493).abs() < 0.001, "{most}");
    }
}
