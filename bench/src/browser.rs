//! The times that a visitor waits for, in Chromium.

use anyhow::Result;
use webkyc_test_kit::{driver::Driver, program::free_port};

use crate::{
    backend::Backend,
    callback,
    figures::{Figure, Goal, Peer, Rounds, Unit},
    nginx::{self, Location, Nginx},
    page_load::visit,
    pages, peers, requests,
    setup::{Group, ROUNDS, Setup},
};

/// Who does the least that a sign-in can be begun with.
const YARDSTICK: &str = "oidc-client-ts";
/// Who is measured when there is little time.
const FEW: [&str; 2] = [YARDSTICK, "@auth0/auth0-spa-js"];

pub(crate) async fn measure(setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    let driver = setup.driver();
    let mut peers = peers::PEERS.to_vec();
    if setup.quick {
        peers.retain(|peer| FEW.iter().any(|name| peer.is(name)));
    }
    let site = Site::open(setup, upstream, &peers).await?;
    let mut figures = site.button(&driver, &peers).await?;
    figures.push(callback::measure(setup, &driver, upstream).await?);
    figures.extend(site.requests(&driver).await?);
    Ok(figures)
}

/// The numbers of requests, which need no clock.
#[cfg(test)]
pub(crate) async fn requests(setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    let driver = setup.driver();
    let site = Site::open(setup, upstream, &[]).await?;
    site.requests(&driver).await
}

/// A site whose web server passes `/kyc/` on to the backend.
struct Site {
    url: String,
    _nginx: Nginx,
    _backend: Backend,
}

impl Site {
    async fn open(setup: &Setup, upstream: &str, peers: &[peers::Peer]) -> Result<Self> {
        let port = free_port();
        let url = format!("http://localhost:{port}");
        let back = format!("{url}/verified.html");
        let settings = [("WEBKYC_REDIRECT_URI", back.as_str())];
        let backend = Backend::start_at(setup, upstream, &format!("{url}/kyc"), &settings);
        let pages = pages::serve(setup, peers).await?;
        let locations = [
            Location {
                path: "/kyc/",
                upstreams: &[&backend.address],
            },
            Location {
                path: "/",
                upstreams: &[&pages],
            },
        ];
        Ok(Self {
            _nginx: nginx::start_at(setup, port, &locations)?,
            _backend: backend,
            url,
        })
    }

    /// How much is asked for, on the portal and by what is embedded.
    async fn requests(&self, driver: &Driver) -> Result<Vec<Figure>> {
        let portal = format!("{}/kyc", self.url);
        let mut figures = Vec::from(requests::of_link(driver, &portal).await?);
        for (what, url, most) in [
            // Two are for the language: the script that chooses it, and its texts, beside the program. The last,
            // once the page is drawn, asks whether verifications are of test persons.
            ("a first visit of /", format!("{portal}/"), 11.0),
            (
                "a first visit of /results",
                format!("{portal}/results"),
                12.0,
            ),
            (
                "a page with the button",
                format!("{}{}", self.url, pages::OURS),
                5.0,
            ),
        ] {
            figures.extend(requests::measure(driver, what, &url, most).await?);
        }
        Ok(figures)
    }

    /// The button beside what peers load instead, in turns.
    async fn button(&self, driver: &Driver, peers: &[peers::Peer]) -> Result<Vec<Figure>> {
        let mut paths = vec![pages::OURS.to_owned(), pages::PLAIN.to_owned()];
        paths.extend(peers.iter().map(pages::path_of));
        let before = format!("{}{}", self.url, pages::BEFORE);
        let mut painted = vec![Rounds::default(); paths.len()];
        let (mut works, mut drawn) = (painted.clone(), Rounds::default());
        // The first of each opens connections and fills caches.
        for round in 0..=ROUNDS {
            for turn in 0..paths.len() {
                // Each round begins with another.
                let place = (round + turn) % paths.len();
                let path = &paths[place];
                let seen = visit(driver, &before, &format!("{}{path}", self.url)).await?;
                if round > 0 {
                    painted[place].0.push(seen.painted);
                    works[place].0.push(seen.works);
                    if path == pages::OURS {
                        drawn.0.push(seen.drawn);
                    }
                }
            }
        }
        let link = row(
            "the button in a page, until its link works",
            painted.swap_remove(0),
            "a link alone".to_owned(),
            works[1].clone(),
            Some(Goal::AtMost(300.0)),
        );
        let heard = Figure {
            peer: None,
            ..row(
                "the button in a page, until a click is heard",
                works[0].clone(),
                String::new(),
                Rounds::default(),
                None,
            )
        };
        let mut figures = vec![link, heard];
        for (peer, rounds) in peers.iter().zip(&works[2..]) {
            let goal = peer.is(YARDSTICK).then_some(Goal::RatioAtMost(1.0));
            figures.push(row(
                "the button in a page, until a click begins a sign-up",
                drawn.clone(),
                peer.title(),
                rounds.clone(),
                goal,
            ));
        }
        Ok(figures)
    }
}

fn row(what: &str, ours: Rounds, name: String, rounds: Rounds, goal: Option<Goal>) -> Figure {
    Figure {
        group: Group::Browser,
        what: what.to_owned(),
        unit: Unit::Milliseconds,
        ours,
        peer: Some(Peer { name, rounds }),
        goal,
    }
}
