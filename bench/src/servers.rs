//! Answers per second of our backend, nginx, Express and a bare proxy, in front of the same upstream and
//! in turns.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use reqwest::header::SET_COOKIE;
use webkyc_test_kit::{http, program::Program};

use crate::{
    backend::{Backend, Visitor},
    bare_proxy,
    figures::{Figure, Goal, Peer, Rounds, Unit},
    load::Load,
    nginx::{self, Nginx},
    setup::{Group, ROUNDS, Setup},
    upstream::Size,
};

const CONNECTIONS: u32 = 64;

pub(crate) async fn measure(setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let servers = Servers::start(setup, upstream).await?;
    for (size, what, goals, factor) in [
        (
            Size::Small,
            "details without pictures",
            [None, Some(0.7)],
            1,
        ),
        // Long enough for the slowest to answer every connection more than once.
        (Size::Large, "details of 2 MiB", [Some(0.9), None], 2),
    ] {
        let loads = servers.loads(size, CONNECTIONS).await?;
        check(&loads, size).await?;
        let rounds = in_turns(setup, &loads, factor * setup.seconds())?;
        let [ours, nginx, express, bare] = rounds;
        let [nginx_goal, bare_goal] = goals;
        let what = format!("{what}, {CONNECTIONS} connections");
        for (name, peer, least) in [
            ("nginx proxy_pass", nginx.good, nginx_goal),
            ("Express and axios", express.good, Some(5.0)),
            ("axum and reqwest, bare", bare.good, bare_goal),
        ] {
            let goal = least.map(Goal::RatioAtLeast);
            figures.push(row(
                what.clone(),
                ours.good.clone(),
                Some((name, peer)),
                goal,
            ));
        }
        let goal = (size == Size::Small).then_some(Goal::AtMost(150.0));
        figures.push(processor_time(&what, ours.microseconds, goal));
    }
    drop(servers);
    if !setup.quick {
        figures.extend(replicas(setup, upstream).await?);
    }
    Ok(figures)
}

fn processor_time(what: &str, ours: Rounds, goal: Option<Goal>) -> Figure {
    let what = format!("{what}: processor time of an answer");
    Figure {
        unit: Unit::Microseconds,
        ..row(what, ours, None, goal)
    }
}

fn row(what: String, ours: Rounds, peer: Option<(&str, Rounds)>, goal: Option<Goal>) -> Figure {
    Figure {
        group: Group::Servers,
        what,
        unit: Unit::RequestsPerSecond,
        ours,
        peer: peer.map(|(name, rounds)| Peer {
            name: name.to_owned(),
            rounds,
        }),
        goal,
    }
}

/// Runs each load once and then all again, so that other work of the machine slows all of them.
fn in_turns<const N: usize>(
    setup: &Setup,
    loads: &[Load; N],
    seconds: u32,
) -> Result<[Answered; N]> {
    let mut answered = std::array::from_fn(|_| Answered::default());
    // The first run opens connections and fills caches, and does not count.
    for load in loads {
        load.run(setup, seconds)?;
    }
    for round in 0..ROUNDS {
        for turn in 0..N {
            // Each round begins with another load.
            let place = (round + turn) % N;
            let answers = loads[place].run(setup, seconds)?;
            answered[place].good.0.push(answers.good);
            answered[place].microseconds.0.push(answers.microseconds);
        }
    }
    Ok(answered)
}

/// The answers per second in each round, and the processor time for each.
#[derive(Default)]
struct Answered {
    good: Rounds,
    microseconds: Rounds,
}

/// Fails when a server answers less than the details, which would make it faster.
async fn check(loads: &[Load], size: Size) -> Result<()> {
    let http = http::client();
    for load in loads {
        let mut request = http.get(&load.url);
        for (name, value) in &load.headers {
            request = request.header(name, value);
        }
        let answer = request.send().await?.error_for_status()?;
        let length = answer.bytes().await?.len();
        ensure!(
            length >= size.least(),
            "{}: {length} bytes are not all of it",
            load.url
        );
    }
    Ok(())
}

/// How many sessions ask in turn.
const VISITORS: usize = 256;

/// The four servers, running.
pub(crate) struct Servers {
    backend: Backend,
    small: Vec<Visitor>,
    large: Vec<Visitor>,
    _nginx: Nginx,
    nginx_url: String,
    _express: Program,
    express_url: String,
    _bare: Program,
    bare_url: String,
}

impl Servers {
    pub(crate) async fn start(setup: &Setup, upstream: &str) -> Result<Self> {
        let upstream_address = upstream.trim_start_matches("http://");
        let (nginx, nginx_url) = nginx::pass_on(setup, &[upstream_address])?;
        let (express, express_url) = express(setup, upstream);
        let (bare, bare_url) = bare_proxy::start(upstream)?;
        let backend = Backend::start(setup, upstream);
        Ok(Self {
            small: backend.sign_ups(Size::Small, VISITORS).await?,
            large: backend.sign_ups(Size::Large, VISITORS).await?,
            backend,
            _nginx: nginx,
            nginx_url,
            _express: express,
            express_url,
            _bare: bare,
            bare_url,
        })
    }

    /// `HOST:PORT` of our backend.
    pub(crate) fn address(&self) -> &str {
        &self.backend.address
    }

    /// Requests for the same details to each server. Those without sessions get the token in the request.
    pub(crate) async fn loads(&self, size: Size, connections: u32) -> Result<[Load; 4]> {
        let visitors = match size {
            Size::Small => &self.small,
            Size::Large | Size::Huge => &self.large,
        };
        let ours = Load {
            url: self.backend.url("/api/details"),
            headers: visitors[0].headers(),
            cookies: visitors.iter().map(Visitor::cookie).collect(),
            connections,
            processes: vec![self.backend.program.id()],
        };
        let nginx = Load {
            url: format!("{}/v2/web-kyc/details", self.nginx_url),
            headers: vec![("Authorization".into(), format!("Bearer {}", size.word()))],
            cookies: Vec::new(),
            connections,
            processes: Vec::new(),
        };
        let express = Load {
            url: format!("{}/api/details", self.express_url),
            headers: vec![(
                "Cookie".into(),
                express_session(&self.express_url, size).await?,
            )],
            cookies: Vec::new(),
            connections,
            processes: Vec::new(),
        };
        let bare = Load {
            url: format!("{}/v2/web-kyc/details", self.bare_url),
            ..nginx.clone()
        };
        Ok([ours, nginx, express, bare])
    }
}

/// Two and three replicas behind nginx, beside one.
async fn replicas(setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    let backends = [(); 3].map(|()| Backend::start(setup, upstream));
    let addresses: Vec<&str> = backends.iter().map(|it| it.address.as_str()).collect();
    let fronts = [1, 2, 3].map(|count| nginx::pass_on(setup, &addresses[..count]));
    let fronts: Vec<(Nginx, String)> = fronts.into_iter().collect::<Result<_>>()?;
    let visitors = backends[0].sign_ups(Size::Small, VISITORS).await?;
    let loads = [0, 1, 2].map(|i| Load {
        url: format!("{}/api/details", fronts[i].1),
        headers: visitors[0].headers(),
        cookies: visitors.iter().map(Visitor::cookie).collect(),
        connections: CONNECTIONS,
        processes: backends[..=i].iter().map(|it| it.program.id()).collect(),
    });
    let answered = in_turns(setup, &loads, setup.seconds())?;
    let one = answered[0].good.clone();
    let mut figures = Vec::new();
    for (count, answered) in ["one replica", "two replicas", "three replicas"]
        .into_iter()
        .zip(answered)
    {
        let what = format!("details without pictures, {count} behind nginx");
        figures.push(processor_time(&what, answered.microseconds, None));
        let peer = ("one replica behind nginx", one.clone());
        figures.push(row(what, answered.good, Some(peer), None));
    }
    Ok(figures)
}

/// The backend that a web developer writes after the vendor's guide.
fn express(setup: &Setup, upstream: &str) -> (Program, String) {
    let mut command = Command::new(&setup.node);
    command
        .arg("express.js")
        .current_dir(&setup.peers)
        .env("NODE_ENV", "production")
        .env("AUTHENTEQ_API", upstream);
    let (program, [port]) = Program::start(command, ["listening on "]);
    (program, format!("http://127.0.0.1:{port}"))
}

async fn express_session(url: &str, size: Size) -> Result<String> {
    let url = format!("{url}/results?code={}", size.word());
    let http = http::client();
    let answer = http.get(url).send().await?;
    ensure!(
        answer.status().is_success(),
        "Express refuses: {}",
        answer.status()
    );
    let cookie = answer.headers().get(SET_COOKIE);
    let cookie = cookie.context("Express sets no cookie")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}
