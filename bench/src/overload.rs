//! Our backend and nginx under more and more connections, and under twice the requests that ours answers.
//! Probes of health come meanwhile.

use anyhow::Result;

use crate::{
    figures::{Figure, Goal, Peer, Rounds, Unit},
    open_loop,
    probes::Probes,
    servers::Servers,
    setup::{Group, ROUNDS, Setup},
    soak::samples::at,
    upstream::Size,
};

const CONNECTIONS: [u32; 5] = [16, 64, 256, 1024, 2048];
const FEW: [u32; 2] = [64, 1024];
/// Those with goals: more connections than the backend has calls at once.
const MANY: u32 = 1024;
/// The rate of the open loop, as a multiple of the best rate of a closed loop.
const TWICE: f64 = 2.0;

/// The answers and probes under one load, for each round.
#[derive(Clone, Default)]
struct Seen {
    good: Rounds,
    refused: Rounds,
    /// The 99th percentile of the probes, in milliseconds.
    health: Rounds,
}

impl Seen {
    fn push(&mut self, good: f64, refused: f64, mut probed: Vec<f64>) {
        self.good.0.push(good);
        self.refused.0.push(refused);
        self.health.0.push(at(&mut probed, 99));
    }
}

pub(crate) async fn measure(setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    let servers = Servers::start(setup, upstream).await?;
    let mut loads = Vec::new();
    let connections = if setup.quick { &FEW[..] } else { &CONNECTIONS };
    for &connections in connections {
        let [ours, nginx, ..] = servers.loads(Size::Small, connections).await?;
        loads.push((ours, nginx));
    }
    let mut closed = vec![Seen::default(); loads.len()];
    let mut nginx = vec![Rounds::default(); loads.len()];
    let mut open = Seen::default();
    // The first round opens connections and fills caches, and does not count.
    for round in 0..=ROUNDS {
        let mut best = f64::NAN;
        for turn in 0..loads.len() {
            // Each round begins with another.
            let place = (round + turn) % loads.len();
            let (ours, theirs) = &loads[place];
            let probes = Probes::start(servers.address())?;
            let answers = ours.run(setup, setup.seconds())?;
            let probed = probes.stop()?;
            let of_nginx = theirs.run(setup, setup.seconds())?;
            best = answers.good.max(best);
            if round > 0 {
                closed[place].push(answers.good, answers.refused, probed);
                nginx[place].0.push(of_nginx.good);
            }
        }
        let probes = Probes::start(servers.address())?;
        let answers = open_loop::run(&loads[0].0, TWICE * best, setup.seconds())?;
        let probed = probes.stop()?;
        if round > 0 {
            open.push(answers.good, answers.refused, probed);
        }
    }
    Ok(figures(connections, &closed, &nginx, open))
}

fn figures(connections: &[u32], closed: &[Seen], nginx: &[Rounds], open: Seen) -> Vec<Figure> {
    let mut figures = Vec::new();
    for ((connections, seen), nginx) in connections.iter().zip(closed).zip(nginx) {
        let what = format!("details without pictures, {connections} connections");
        let peer = Some(("nginx proxy_pass".to_owned(), nginx.clone()));
        figures.push(row(what, Unit::RequestsPerSecond, &seen.good, peer, None));
    }
    let by_goodput = |one: &(_, &Seen), other: &(_, &Seen)| {
        let [one, other] = [one.1, other.1].map(|it| it.good.median());
        one.total_cmp(&other)
    };
    let best = connections.iter().zip(closed).max_by(by_goodput);
    let Some((at_best, best)) = best else {
        return figures;
    };
    let best = (
        format!("our best, at {at_best} connections"),
        best.good.clone(),
    );
    let closed = connections.iter().zip(closed.iter().cloned());
    let closed = closed.filter(|(connections, _)| **connections >= MANY);
    let closed = closed.map(|(connections, seen)| {
        let refused = Some(Goal::AtMost(1.0));
        (format!("{connections} connections"), seen, refused)
    });
    let open = (OPEN.to_owned(), open, None);
    for (load, seen, refused) in closed.chain([open]) {
        let best = Some(best.clone());
        let goal = Some(Goal::RatioAtLeast(0.8));
        let what = |what: &str| format!("{load}: {what}");
        let per_second = Unit::RequestsPerSecond;
        figures.extend([
            row(what("good answers"), per_second, &seen.good, best, goal),
            row(what("refused"), Unit::Percent, &seen.refused, None, refused),
            row(
                what("99 % of probes of health take at most"),
                Unit::Milliseconds,
                &seen.health,
                None,
                Some(Goal::AtMost(250.0)),
            ),
        ]);
    }
    figures
}

const OPEN: &str = "twice as many requests as it answers";

fn row(
    what: String,
    unit: Unit,
    ours: &Rounds,
    peer: Option<(String, Rounds)>,
    goal: Option<Goal>,
) -> Figure {
    Figure {
        group: Group::Overload,
        what,
        unit,
        ours: ours.clone(),
        peer: peer.map(|(name, rounds)| Peer { name, rounds }),
        goal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_goals_are_of_many_connections_and_of_the_open_loop_beside_our_best() {
        let seen = |good: f64| {
            let mut seen = Seen::default();
            seen.push(good, 0.5, vec![3.0]);
            seen
        };
        let closed = [10.0, 20.0, 40.0, 36.0, 30.0].map(seen);
        let nginx = vec![Rounds::once(100.0); 5];
        let figures = figures(&CONNECTIONS, &closed, &nginx, seen(35.0));
        let goals = figures.iter().filter_map(|figure| {
            let is_met = figure.is_met()?;
            Some((figure.what.as_str(), figure.ratio(), is_met))
        });
        assert_eq!(
            goals.collect::<Vec<_>>(),
            [
                ("1024 connections: good answers", Some(0.9), true),
                ("1024 connections: refused", None, true),
                (
                    "1024 connections: 99 % of probes of health take at most",
                    None,
                    true
                ),
                ("2048 connections: good answers", Some(0.75), false),
                ("2048 connections: refused", None, true),
                (
                    "2048 connections: 99 % of probes of health take at most",
                    None,
                    true
                ),
                (
                    "twice as many requests as it answers: good answers",
                    Some(0.875),
                    true
                ),
                (
                    "twice as many requests as it answers: 99 % of probes of health take at most",
                    None,
                    true
                ),
            ]
        );
    }
}
