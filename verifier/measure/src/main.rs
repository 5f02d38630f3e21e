//! The program: prints tables.

#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]

use std::path::PathBuf;

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use webkyc_verifier::{Verifier, default_folder};
use webkyc_verifier_measure::{Severity, deal, read_cards};

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
    /// Reads drawn documents that were distorted like photographs
    Documents {
        /// `a` to choose thresholds on, `b` to report
        #[arg(long, value_name = "WORD", default_value = "a")]
        seed: String,
        /// How many for each severity
        #[arg(long, value_name = "NUMBER", default_value_t = 60)]
        cards: usize,
        /// One severity instead of all
        #[arg(long)]
        severity: Option<Severity>,
        /// Also prints what was misread
        #[arg(long)]
        notes: bool,
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
            severity,
            notes,
        } => {
            println!("seed {seed}, {cards} documents for each severity");
            println!();
            println!(
                "| severity | zone exact | valid, yet wrong | counted at once | within three | wrong text counted | portrait found | usual, longest time | refused pictures |"
            );
            println!("|---|---|---|---|---|---|---|---|---|");
            let all = Severity::value_variants();
            for severity in severity.as_ref().map_or(all, std::slice::from_ref) {
                let row = read_cards(
                    &verifier,
                    deal(number(&seed), cards),
                    *severity,
                    number(&seed),
                );
                let refusals: Vec<String> = row
                    .refusals
                    .iter()
                    .map(|(reason, number)| format!("{reason} {number}"))
                    .collect();
                println!(
                    "| {severity:?} | {} | {} | {} | {} | {} | {} | {:.1} s, {:.1} s | {} |",
                    row.exact,
                    row.valid_but_wrong,
                    row.at_first,
                    row.within_three,
                    row.wrong,
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
    }
    Ok(())
}

/// FNV-1a.
fn number(seed: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    seed.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}
