//! The figures of all runs (`docs/benchmarks.json`), and what is made of them: the page of the ten that
//! matter (`BENCHMARKS.md`), their picture (`docs/benchmarks.svg`) and the tables of all
//! (`docs/benchmarks-details.md`).

mod about;
mod picture;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::Parser;
use serde::{Deserialize, Serialize};

use crate::{
    figures::{Figure, Goal, table_with_commits},
    setup::Setup,
};

const BEGIN: &str = "<!-- figures: written by cargo xtask bench -->\n";
const END: &str = "<!-- end of figures -->";

const FIGURES: &str = "docs/benchmarks.json";
const PICTURE: &str = "docs/benchmarks.svg";
const PAGE: &str = "BENCHMARKS.md";
const DETAILS: &str = "docs/benchmarks-details.md";

/// Makes page, picture and tables anew from `docs/benchmarks.json`. `cargo xtask bench --draw` runs it.
#[derive(Parser)]
pub(crate) struct Options {
    /// The folder of the repository
    #[arg(long)]
    documents: PathBuf,
}

/// All figures, each of the last run that measured its group.
#[derive(Default, Serialize, Deserialize)]
struct Figures {
    /// By commit: when and where it was measured.
    runs: BTreeMap<String, String>,
    figures: Vec<Measured>,
}

#[derive(Serialize, Deserialize)]
struct Measured {
    /// With a `+` when files had changed since.
    commit: String,
    #[serde(flatten)]
    figure: Figure,
}

/// One of the ten figures that matter.
struct Headline {
    /// For the picture.
    title: &'static str,
    /// The row's first cell begins so.
    what: &'static str,
    /// And its peer's name so.
    peer: &'static str,
}

const fn headline(title: &'static str, what: &'static str, peer: &'static str) -> Headline {
    Headline { title, what, peer }
}

const HEADLINES: [Headline; 10] = [
    headline("The button: bytes", "The button, brotli 11", ""),
    headline(
        "The button: until a click begins a sign-up",
        "the button in a page, until a click begins a sign-up",
        "oidc-client-ts",
    ),
    headline(
        "A callback: until 2 MiB of details are seen",
        "a callback, until 2 MiB of details are seen",
        "the same pictures",
    ),
    headline(
        "Small details: processor time of an answer",
        "details without pictures, 64 connections: processor time",
        "",
    ),
    headline(
        "Small details: answers, beside Express",
        "details without pictures, 64 connections",
        "Express",
    ),
    headline(
        "2 MiB of details: answers, beside nginx",
        "details of 2 MiB, 64 connections",
        "nginx",
    ),
    headline(
        "2,048 connections: answers, beside our best",
        "2048 connections: good answers",
        "our best",
    ),
    headline(
        "Twice as many requests as it answers: a probe of health",
        "twice as many requests as it answers: 99 % of probes",
        "",
    ),
    headline(
        "200 times 8 MiB of details: memory",
        "memory at its peak, 200 times",
        "",
    ),
    headline(
        "50 times 30 MiB of PDF: memory above rest",
        "memory at its peak less at rest, 50 times",
        "",
    ),
];

/// Puts figures that were just measured in the place of those of their groups.
pub(crate) fn add(root: &Path, setup: &Setup, figures: &[Figure]) -> Result<()> {
    let commit = about::commit(root)?;
    let mut all = read(root)?;
    all.replace(&commit, about::run(setup)?, figures);
    let json = serde_json::to_string_pretty(&all)? + "\n";
    write(root, FIGURES, &json)?;
    all.draw(root)
}

/// Makes the documents anew.
pub(crate) fn draw(options: &Options) -> Result<()> {
    read(&options.documents)?.draw(&options.documents)
}

fn read(root: &Path) -> Result<Figures> {
    let path = root.join(FIGURES);
    let json = fs::read_to_string(&path);
    let json = json.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(serde_json::from_str(&json)?)
}

fn write(root: &Path, name: &str, text: &str) -> Result<()> {
    fs::write(root.join(name), text).with_context(|| format!("cannot write {name}"))
}

impl Figures {
    fn replace(&mut self, commit: &str, about: String, figures: &[Figure]) {
        let is_new = |old: &Measured| figures.iter().any(|it| it.group == old.figure.group);
        self.figures.retain(|old| !is_new(old));
        self.figures.extend(figures.iter().map(|figure| Measured {
            commit: commit.to_owned(),
            figure: figure.clone(),
        }));
        self.figures.sort_by_key(|it| it.figure.group);
        self.runs.insert(commit.to_owned(), about);
        let figures = &self.figures;
        self.runs
            .retain(|commit, _| figures.iter().any(|it| it.commit == *commit));
    }

    fn draw(&self, root: &Path) -> Result<()> {
        for (name, section) in [(PAGE, self.page()), (DETAILS, self.details())] {
            let text = fs::read_to_string(root.join(name));
            let text = text.with_context(|| format!("cannot read {name}"))?;
            let text = replaced(&text, &section);
            let text = text.with_context(|| format!("{name} lacks the marks of the figures"))?;
            write(root, name, &text)?;
        }
        picture::draw(&root.join(PICTURE), &self.headlines())
    }

    /// Those that were measured, with their titles.
    fn headlines(&self) -> Vec<(&'static str, &Measured)> {
        let of = |headline: &Headline| {
            let is_it = |it: &&Measured| {
                let peer = it.figure.peer.as_ref();
                let peer = peer.map_or("", |peer| peer.name.as_str());
                it.figure.what.starts_with(headline.what)
                    && it.figure.goal.is_some()
                    && (peer.starts_with(headline.peer)
                        && peer.is_empty() == headline.peer.is_empty())
            };
            let measured = self.figures.iter().find(is_it)?;
            Some((headline.title, measured))
        };
        HEADLINES.iter().filter_map(of).collect()
    }

    fn page(&self) -> String {
        let headlines = self.headlines();
        let figures = headlines
            .iter()
            .map(|(_, it)| (&it.figure, it.commit.as_str()));
        let mut page = format!("\n{}", table_with_commits(figures));
        let missing = HEADLINES.iter().filter(|headline| {
            let is_there = |(title, _): &(&str, _)| *title == headline.title;
            !headlines.iter().any(is_there)
        });
        let missing: Vec<&str> = missing.map(|headline| headline.title).collect();
        if !missing.is_empty() {
            page += &format!("\nNot measured yet: {}.\n", missing.join("; "));
        }
        let missed = headlines
            .iter()
            .filter_map(|(title, it)| missed(title, &it.figure));
        for line in missed {
            page += &format!("\n{line}\n");
        }
        page + &self.list_runs() + "\n"
    }

    fn details(&self) -> String {
        let mut details = self.list_runs();
        for rows in self
            .figures
            .chunk_by(|one, other| one.figure.group == other.figure.group)
        {
            let title = rows[0].figure.group.title();
            let rows = rows.iter().map(|it| (&it.figure, it.commit.as_str()));
            details += &format!("\n## {title}\n\n{}", table_with_commits(rows));
        }
        details + "\n"
    }

    /// The newest first.
    fn list_runs(&self) -> String {
        let mut runs: Vec<_> = self.runs.iter().collect();
        runs.sort_by(|one, other| other.1.cmp(one.1));
        let lines = runs
            .iter()
            .map(|(commit, about)| format!("- At `{commit}`: {about}.\n"));
        format!("\n{}", lines.collect::<String>())
    }
}

/// By how much a figure misses its goal.
fn missed(title: &str, figure: &Figure) -> Option<String> {
    if figure.is_met()? {
        return None;
    }
    let by = 100.0 * (figure.used()? - 1.0);
    let direction = match figure.goal? {
        Goal::AtMost(_) | Goal::RatioAtMost(_) => "more than the goal allows",
        Goal::RatioAtLeast(_) => "more answers would be needed",
    };
    Some(format!(
        "**Missed.** {title}: {}, with a goal of {}: {by:.0} % {direction}.",
        figure.shown(),
        figure.shown_goal()
    ))
}

fn replaced(page: &str, section: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some([before, BEGIN, section, END, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        figures::{Rounds, Unit},
        setup::Group,
    };

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    fn figure(group: Group, what: &str) -> Figure {
        Figure {
            group,
            what: what.to_owned(),
            unit: Unit::Kibibytes,
            ours: Rounds::once(33.0),
            peer: None,
            goal: Some(Goal::AtMost(32.0)),
        }
    }

    #[test]
    fn only_the_text_between_the_marks_is_replaced() {
        let page = format!("before\n{BEGIN}old\n{END}\nafter\n");
        let expected = format!("before\n{BEGIN}new\n{END}\nafter\n");
        assert_eq!(replaced(&page, "new\n").as_deref(), Some(&*expected));
        assert_eq!(replaced("no marks", "new"), None);
    }

    #[test]
    fn the_committed_documents_show_the_committed_figures() {
        let figures = read(&root()).unwrap();
        for (name, section) in [(PAGE, figures.page()), (DETAILS, figures.details())] {
            let text = fs::read_to_string(root().join(name)).unwrap();
            let is_new = replaced(&text, &section).as_deref() == Some(&*text);
            assert!(is_new, "{name}: run cargo xtask bench --draw");
        }
    }

    #[test]
    fn a_run_replaces_the_groups_that_it_measured_and_keeps_the_commits_of_others() {
        let mut figures = Figures::default();
        let [old, new] = ["old", "new"].map(str::to_owned);
        let sizes = figure(Group::Sizes, "The button, brotli 11");
        let servers = figure(Group::Servers, "a call");
        figures.replace(&old, "before".into(), &[servers, sizes.clone()]);
        figures.replace(&new, "after".into(), &[sizes]);
        let commits = figures.figures.iter().map(|it| it.commit.as_str());
        assert_eq!(commits.collect::<Vec<_>>(), ["new", "old"]);
        assert_eq!(
            figures.list_runs(),
            "\n- At `old`: before.\n- At `new`: after.\n"
        );
        let page = figures.page();
        assert!(page.contains("Not measured yet: "), "{page}");
        let missed =
            "**Missed.** The button: bytes: 33.0 KiB, with a goal of ≤ 32.0 KiB: 3 % more than";
        assert!(page.contains(missed), "{page}");
        let servers = [figure(Group::Servers, "a call")];
        figures.replace(&new, "after".into(), &servers);
        assert_eq!(figures.runs.keys().collect::<Vec<_>>(), ["new"]);
    }
}
