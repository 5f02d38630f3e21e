//! The figures of a soak over time.

use serde::Serialize;

/// The figures of one step.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Sample {
    /// Since the beginning, without the time to warm up.
    pub(crate) seconds: f64,
    pub(crate) mebibytes: f64,
    pub(crate) descriptors: f64,
    pub(crate) answers: Answers,
}

/// The answers in one step.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct Answers {
    /// Good ones of any kind.
    pub(crate) good: usize,
    /// Expected failures: faults of the upstream, and refusals.
    pub(crate) failed: usize,
    /// Milliseconds of small details.
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    /// The slowest probe of health, in milliseconds.
    pub(crate) health: f64,
}

/// The value in the middle.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    at(&mut values.collect::<Vec<_>>(), 50)
}

/// The value below which so many of a hundred are; 0 without values.
pub(crate) fn at(values: &mut [f64], percent: usize) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let place = (values.len() * percent / 100).min(values.len().saturating_sub(1));
    values.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_at_a_percentage_is_one_of_the_values() {
        let mut values = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(at(&mut values, 50), 3.0);
        assert_eq!(at(&mut values, 99), 5.0);
        assert_eq!(at(&mut values, 0), 1.0);
        assert_eq!(at(&mut [], 50), 0.0);
    }
}
