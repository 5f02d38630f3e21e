//! Measured figures and their goals.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::setup::Group;

/// One row: our figure, and a peer's beside it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) group: Group,
    pub(crate) what: String,
    pub(crate) unit: Unit,
    pub(crate) ours: Rounds,
    pub(crate) peer: Option<Peer>,
    pub(crate) goal: Option<Goal>,
}

/// The same figure of a peer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) rounds: Rounds,
}

/// The goal of a figure.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Goal {
    /// Of our figure, in its unit.
    AtMost(f64),
    /// Of our figure divided by the peer's.
    RatioAtMost(f64),
    /// Of our figure divided by the peer's.
    RatioAtLeast(f64),
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Unit {
    #[serde(rename = "bytes")]
    Bytes,
    #[serde(rename = "KiB")]
    Kibibytes,
    #[serde(rename = "MiB")]
    Mebibytes,
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "µs")]
    Microseconds,
    #[serde(rename = "%")]
    Percent,
    #[serde(rename = "requests/s")]
    RequestsPerSecond,
    #[serde(rename = "count")]
    Count,
}

/// The measured values, in the order of the rounds.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Rounds(pub(crate) Vec<f64>);

impl Rounds {
    /// For a value that is the same in each round.
    pub(crate) fn once(value: f64) -> Self {
        Self(vec![value])
    }

    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match sorted.len() {
            0 => f64::NAN,
            odd if odd % 2 == 1 => sorted[odd / 2],
            even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
        }
    }

    fn least(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn most(&self) -> f64 {
        self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }
}

impl Figure {
    /// Our median divided by the peer's.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let peer = self.peer.as_ref()?;
        Some(self.ours.median() / peer.rounds.median())
    }

    /// `None` without a goal.
    pub(crate) fn is_met(&self) -> Option<bool> {
        let ours = self.ours.median();
        // A value that is not a number meets no goal.
        Some(match self.goal? {
            Goal::AtMost(most) => ours <= most,
            Goal::RatioAtMost(most) => self.ratio()? <= most,
            Goal::RatioAtLeast(least) => self.ratio()? >= least,
        })
    }

    /// The part of the goal that is used: at most 1 where it is met.
    pub(crate) fn used(&self) -> Option<f64> {
        let ours = self.ours.median();
        Some(match self.goal? {
            Goal::AtMost(most) => ours / most,
            Goal::RatioAtMost(most) => self.ratio()? / most,
            Goal::RatioAtLeast(least) => least / self.ratio()?,
        })
    }

    /// The goal as a reader sees it.
    pub(crate) fn shown_goal(&self) -> String {
        match self.goal {
            Some(Goal::AtMost(most)) => format!("≤ {}", with_unit(most, self.unit)),
            Some(Goal::RatioAtMost(most)) => format!("ratio ≤ {most:.1}"),
            Some(Goal::RatioAtLeast(least)) => format!("ratio ≥ {least:.1}"),
            None => String::new(),
        }
    }

    /// The figure that the goal is of: a ratio, or the median.
    pub(crate) fn shown(&self) -> String {
        match (self.goal, self.ratio()) {
            (Some(Goal::RatioAtMost(_) | Goal::RatioAtLeast(_)), Some(ratio)) => {
                format!("ratio {ratio:.2}")
            }
            _ => with_unit(self.ours.median(), self.unit),
        }
    }

    /// The cells of its row, in the order of [`HEAD`].
    pub(crate) fn cells(&self) -> [String; 6] {
        let shown = |rounds: &Rounds| Shown(rounds, self.unit).to_string();
        let peer = self.peer.as_ref();
        let peer = peer.map(|peer| format!("{}: {}", peer.name, shown(&peer.rounds)));
        let met = self
            .is_met()
            .map(|is_met| if is_met { "yes" } else { "**no**" });
        [
            self.what.clone(),
            shown(&self.ours),
            peer.unwrap_or_default(),
            self.ratio()
                .map(|it| format!("{it:.2}"))
                .unwrap_or_default(),
            self.shown_goal(),
            met.unwrap_or_default().to_owned(),
        ]
    }
}

/// `512 (498–530) ms`
struct Shown<'a>(&'a Rounds, Unit);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(rounds, unit) = self;
        if rounds.0.len() < 2 {
            return f.write_str(&with_unit(rounds.median(), *unit));
        }
        let [median, least, most] =
            [rounds.median(), rounds.least(), rounds.most()].map(|it| number(it, *unit));
        write!(f, "{median} ({least}–{most}){}", name(*unit))
    }
}

fn with_unit(value: f64, unit: Unit) -> String {
    number(value, unit) + name(unit)
}

fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => " bytes",
        Unit::Kibibytes => " KiB",
        Unit::Mebibytes => " MiB",
        Unit::Milliseconds => " ms",
        Unit::Microseconds => " µs",
        Unit::Percent => " %",
        Unit::RequestsPerSecond => "/s",
        Unit::Count => "",
    }
}

/// With one decimal below 1,000, unless it is a count.
fn number(value: f64, unit: Unit) -> String {
    let is_whole = matches!(unit, Unit::Bytes | Unit::Count) || value >= 1000.0;
    if is_whole {
        grouped(value)
    } else {
        format!("{value:.1}")
    }
}

/// `12,345`
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

const HEAD: [&str; 6] = ["what", "ours", "compared with", "ratio", "goal", "met"];

/// All rows in Markdown, which a terminal shows well too.
pub(crate) fn table(figures: &[Figure]) -> String {
    markdown(HEAD, figures.iter().map(Figure::cells).collect())
}

/// The same, with the commit of each.
pub(crate) fn table_with_commits<'a>(
    figures: impl Iterator<Item = (&'a Figure, &'a str)>,
) -> String {
    let [what, ours, peer, ratio, goal, met] = HEAD;
    let rows = figures.map(|(figure, commit)| {
        let [what, ours, peer, ratio, goal, met] = figure.cells();
        [what, ours, peer, ratio, goal, met, commit.to_owned()]
    });
    let head = [what, ours, peer, ratio, goal, met, "commit"];
    markdown(head, rows.collect())
}

fn markdown<const N: usize>(head: [&str; N], rows: Vec<[String; N]>) -> String {
    let head = head.map(str::to_owned);
    let widths: [usize; N] = std::array::from_fn(|column| {
        let cells = rows.iter().chain([&head]);
        cells
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    });
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths);
        let cells = cells.map(|(cell, width)| format!(" {cell:width$} |"));
        format!("|{}\n", cells.collect::<String>())
    };
    let rule = widths.map(|width| "-".repeat(width));
    line(&head) + &line(&rule) + &rows.iter().map(line).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(ours: &[f64], peer: &[f64], goal: Goal) -> Figure {
        Figure {
            group: Group::Servers,
            what: "a call".to_owned(),
            unit: Unit::RequestsPerSecond,
            ours: Rounds(ours.to_vec()),
            peer: Some(Peer {
                name: "nginx".to_owned(),
                rounds: Rounds(peer.to_vec()),
            }),
            goal: Some(goal),
        }
    }

    #[test]
    fn one_slow_round_changes_no_median() {
        assert!((Rounds(vec![9.0, 1.0, 10.0, 11.0, 10.0]).median() - 10.0).abs() < 1e-9);
        assert!((Rounds(vec![4.0, 1.0]).median() - 2.5).abs() < 1e-9);
    }

    #[test]
    fn a_goal_is_met_or_not() {
        let met = |goal| figure(&[60.0], &[100.0], goal).is_met();
        assert_eq!(met(Goal::RatioAtLeast(0.6)), Some(true));
        assert_eq!(met(Goal::RatioAtLeast(0.61)), Some(false));
        assert_eq!(met(Goal::RatioAtMost(0.5)), Some(false));
        assert_eq!(met(Goal::AtMost(60.0)), Some(true));
        let used = |goal| figure(&[60.0], &[100.0], goal).used().unwrap();
        assert!((used(Goal::RatioAtLeast(0.3)) - 0.5).abs() < 1e-9);
        assert!((used(Goal::RatioAtMost(0.5)) - 1.2).abs() < 1e-9);
        assert!((used(Goal::AtMost(120.0)) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_figure_without_rounds_meets_no_goal() {
        let nothing = figure(&[], &[], Goal::RatioAtLeast(0.6));
        assert_eq!(nothing.is_met(), Some(false));
    }

    #[test]
    fn a_row_shows_median_and_spread() {
        let row = figure(
            &[12345.0, 12001.0, 13000.0],
            &[1.0, 2.0, 3.0],
            Goal::RatioAtLeast(5.0),
        );
        let [_, ours, peer, ..] = row.cells();
        assert_eq!(ours, "12,345 (12,001–13,000)/s");
        assert_eq!(peer, "nginx: 2.0 (1.0–3.0)/s");
    }
}
