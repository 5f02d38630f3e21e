//! The program: prints tables.

#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]

use std::{
    env,
    ops::Range,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use webkyc_specimen::persona::PASSPORT;
use webkyc_verifier::{Verifier, default_folder, liveness::LIMITS};
use webkyc_verifier_measure::{
    Likeness, Load, Served, Severity, Share, Surface, Visitor, compare_drawn, compare_folder, deal,
    drawn_portraits, measure_times, put_under_load, read_cards, turn_about,
};

/// Measures the verifier with drawn pictures.
#[derive(Parser)]
struct Arguments {
    /// The folder of the models, where it is not the user's cache
    #[arg(long, value_name = "DIR", global = true)]
    models: Option<PathBuf>,

    /// Threads of the networks
    #[arg(long, value_name = "NUMBER", default_value_t = 1, global = true)]
    threads: usize,

    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Compares the faces of the sandbox's test persons
    Faces {
        /// A folder of your own with a folder of pictures for each person, in their place
        #[arg(long, value_name = "DIR")]
        pairs: Option<PathBuf>,
    },
    /// Turns prints and heads in front of a camera
    Turns {
        /// A picture of a face, in place of the test persons
        #[arg(long, value_name = "FILE")]
        picture: Option<PathBuf>,
        /// How many test persons
        #[arg(long, value_name = "NUMBER", default_value_t = 4)]
        persons: usize,
    },
    /// Reads drawn documents that were distorted like photographs
    Documents {
        /// `a` to choose thresholds on, `b` to report
        #[arg(long, value_name = "WORD", default_value = "a")]
        seed: String,
        /// How many for each severity
        #[arg(long, value_name = "NUMBER", default_value_t = 60)]
        cards: usize,
        /// Leaves out as many, so that a long measurement can be made in parts
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        skip: usize,
        /// One severity instead of all
        #[arg(long)]
        severity: Option<Severity>,
        /// Also prints what was misread
        #[arg(long)]
        notes: bool,
    },
    /// Takes the processor's time of frames, comparisons and drawn documents
    Times {
        /// The documents are those of this seed
        #[arg(long, value_name = "WORD", default_value = "b")]
        seed: String,
        /// How many documents
        #[arg(long, value_name = "NUMBER", default_value_t = 12)]
        cards: usize,
    },
    /// Starts the verifier beside this program and lets visitors come all at once
    Load {
        /// How many
        #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=100))]
        visitors: u8,
        /// For how long
        #[arg(long, value_name = "NUMBER", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=600))]
        seconds: u16,
    },
    /// Writes a drawn head that turns, and the page of the passport, as pictures to show
    Draw {
        /// The folder
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let folder = arguments.models.map_or_else(default_folder, Ok)?;
    let verifier = Verifier::open(&folder, arguments.threads).context("cannot open the models")?;
    match arguments.what {
        What::Documents {
            seed,
            cards,
            skip,
            severity,
            notes,
        } => {
            println!("seed {seed}, {cards} documents for each severity, after {skip}");
            documents(
                &verifier,
                number(&seed),
                skip..skip + cards,
                severity,
                notes,
            );
        }
        What::Faces { pairs: None } => faces(&verifier)?,
        What::Faces {
            pairs: Some(folder),
        } => println!("{}", compare_folder(&verifier, &folder)?),
        What::Times { seed, cards } => times(&verifier, &seed, cards)?,
        What::Load { visitors, seconds } => {
            let visitor = Visitor::draw(&PASSPORT, &verifier)?;
            drop(verifier);
            load(&visitor, &folder, visitors, seconds)?;
        }
        What::Draw { into } => Visitor::draw(&PASSPORT, &verifier)?
            .write(&into)
            .with_context(|| format!("cannot write into {}", into.display()))?,
        What::Turns { picture, persons } => turns(&verifier, picture, persons)?,
    }
    Ok(())
}

fn documents(
    verifier: &Verifier,
    seed: u64,
    numbers: Range<usize>,
    severity: Option<Severity>,
    notes: bool,
) {
    println!();
    println!(
        "| severity | zone exact | valid, yet wrong | counted at once | within three | wrong text counted | accent lost | portrait found | usual, longest time | refused pictures |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let all = Severity::value_variants();
    for severity in severity.as_ref().map_or(all, std::slice::from_ref) {
        let cards = deal(seed, numbers.end).enumerate().skip(numbers.start);
        let row = read_cards(verifier, cards, *severity, seed);
        let refusals: Vec<String> = row
            .refusals
            .iter()
            .map(|(reason, number)| format!("{reason} {number}"))
            .collect();
        println!(
            "| {severity:?} | {} | {} | {} | {} | {} | {} | {} | {:.1} s, {:.1} s | {} |",
            row.exact,
            row.valid_but_wrong,
            row.at_first,
            row.within_three,
            row.wrong,
            row.accents,
            row.portraits,
            row.time[0].as_secs_f32(),
            row.time[1].as_secs_f32(),
            refusals.join(", "),
        );
        if notes {
            row.notes.iter().for_each(|note| println!("  {note}"));
        }
    }
}

fn faces(verifier: &Verifier) -> anyhow::Result<()> {
    let Likeness {
        within,
        between,
        lost,
    } = compare_drawn(verifier)?;
    for (name, pairs) in [("one person", within), ("two persons", between)] {
        let at = |part: f32| pairs[((pairs.len() - 1) as f32 * part) as usize];
        println!(
            "{name}: {} pairs, from {:.2} to {:.2}, half of them from {:.2} on",
            pairs.len(),
            at(0.0),
            at(1.0),
            at(0.5)
        );
        let alike = pairs.iter().filter(|it| **it >= LIMITS.same_face).count();
        println!("  {alike} at or above {:.2}", LIMITS.same_face);
    }
    println!("without a face: {lost}");
    Ok(())
}

fn times(verifier: &Verifier, seed: &str, cards: usize) -> anyhow::Result<()> {
    println!("| work | how often | usual time | 19 of 20 within | longest | goal |");
    println!("|---|---|---|---|---|---|");
    for times in measure_times(verifier, number(seed), cards)? {
        let [usual, most, longest] = [0.5, 0.95, 1.0].map(|part| milliseconds(times.within(part)));
        let goal = times.goal.map(milliseconds).unwrap_or_default();
        let (what, number) = (times.what, times.number());
        println!("| {what} | {number} | {usual} | {most} | {longest} | {goal} |");
    }
    Ok(())
}

fn load(visitor: &Visitor, models: &Path, visitors: u8, seconds: u16) -> anyhow::Result<()> {
    let beside = env::current_exe()?.with_file_name("webkyc-verifier");
    let mut verifier = Command::new(beside.with_extension(env::consts::EXE_EXTENSION));
    verifier.arg("--models").arg(models);
    let time = Duration::from_secs(seconds.into());
    let load = put_under_load(verifier, visitor, visitors.into(), time)?;
    let Load {
        frames,
        documents,
        matches,
        ..
    } = &load;
    println!("{visitors} visitors, {seconds} s");
    println!();
    println!("| call | answered | usual time | 19 of 20 within | longest | busy | other |");
    println!("|---|---|---|---|---|---|---|");
    for (call, served) in [
        ("frame", frames),
        ("document", documents),
        ("match", matches),
    ] {
        let [usual, most, longest] = [0.5, 0.95, 1.0].map(|part| milliseconds(served.within(part)));
        let Served { busy, other, .. } = served;
        let number = served.number();
        println!("| {call} | {number} | {usual} | {most} | {longest} | {busy} | {other} |");
    }
    println!();
    println!(
        "challenges passed: {}, documents read: {}",
        load.passed, load.read
    );
    for (reason, number) in &load.reasons {
        println!("{number} times {reason}");
    }
    match load.peak_memory_kib {
        Some(kib) => println!("peak memory: {} MiB", kib / 1024),
        None => println!("peak memory: not known on this system"),
    }
    Ok(())
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

/// The bends that prints are tried with, by the distance of the eyes.
const BENDS: [f32; 5] = [0.6, 0.8, 1.0, 1.5, 2.5];
/// How far things are turned, in degrees.
const MOST: [f32; 3] = [20.0, 35.0, 50.0];

fn turns(verifier: &Verifier, picture: Option<PathBuf>, persons: usize) -> anyhow::Result<()> {
    let portraits = match picture {
        None => drawn_portraits(verifier, persons)?,
        Some(file) => {
            let picture =
                image::open(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let picture = picture.into_rgb8();
            let face = verifier.faces(&picture)?.first().copied();
            vec![(picture, face.context("there is no face in it")?)]
        }
    };
    println!("| what | turned by | farthest right, left | frames without a face | pass |");
    println!("|---|---|---|---|---|");
    let bent = BENDS.map(|radius| (Surface::Bent(radius), format!("print, bent by {radius}")));
    let flat = (Surface::Flat, "flat print".to_owned());
    let head = (Surface::Head, "head".to_owned());
    for (surface, name) in [flat].into_iter().chain(bent).chain([head]) {
        for most in MOST {
            let (mut passed, mut lost, mut farthest) = (Share::default(), 0, [0.0_f32; 2]);
            for portrait in &portraits {
                let turns = turn_about(verifier, portrait, surface, most)?;
                passed.count(turns.passes);
                lost += turns.lost;
                farthest[0] = farthest[0].min(turns.farthest[0]);
                farthest[1] = farthest[1].max(turns.farthest[1]);
            }
            let [right, left] = farthest;
            println!("| {name} | {most} | {right:.2}, {left:.2} | {lost} | {passed} |");
        }
    }
    Ok(())
}

/// FNV-1a.
fn number(seed: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    seed.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}
