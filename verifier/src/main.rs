//! The program: command line, start, signals.

use std::{fs, io::Write, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use clap::{Parser, Subcommand};
use jiff::Zoned;
use webkyc_reading::combine;
use webkyc_verifier::{
    Deadline, ListenAddress, Look, MOST_FRAMES, Server, Verifier, claims, default_folder, router,
};

/// Reads documents, asks for liveness and compares faces, on this machine and offline. Nothing it answers is evidence.
///
/// It reads passports, identity cards and residence permits with a machine-readable zone. It does not know
/// whether a document is genuine, and is certified for nothing.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = claims())]
struct Arguments {
    /// An address of this machine alone, or unix: and the path of a socket; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8095")]
    listen: ListenAddress,

    #[command(flatten)]
    models: ModelsOption,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Args)]
struct ModelsOption {
    /// The folder of the models, where it is not the user's cache (`cargo xtask models` fills that)
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Reads the pictures of all sides of one document and prints what counts, as JSON
    Read {
        /// JPEG or PNG files
        #[arg(required = true)]
        pictures: Vec<PathBuf>,
        #[command(flatten)]
        models: ModelsOption,
    },
}

/// What may be said of its answers, and what not.
fn claims() -> String {
    let list = |title: &str, lines: &[&str]| {
        let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
        format!("{title}:\n{lines}")
    };
    let parts = [
        list("What may be said of its answers", claims::MAY_BE_SAID),
        list("What may not", claims::MAY_NOT_BE_SAID),
        list("What is not known", claims::NOT_KNOWN),
    ];
    parts.join("\n")
}

/// For one picture, without others before it.
const LONGEST: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Some(Command::Read { pictures, models }) => read(&pictures, models),
        None => serve(arguments.listen, arguments.models),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "webkyc-verifier: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn open(models: ModelsOption) -> anyhow::Result<Verifier> {
    let folder = models.models.map_or_else(default_folder, Ok)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Verifier::open(&folder, cores)?)
}

fn read(pictures: &[PathBuf], models: ModelsOption) -> anyhow::Result<()> {
    let verifier = open(models)?;
    let today = Zoned::now().date();
    let mut sides = Vec::new();
    for file in pictures {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let look = Look {
            today,
            expects_zone: false,
            deadline: Deadline::after(LONGEST),
        };
        let side = verifier.read_side(&bytes, look);
        sides.push(side.with_context(|| format!("cannot read {}", file.display()))?);
    }
    let reading = serde_json::to_string_pretty(&combine(&sides, today))?;
    writeln!(std::io::stdout(), "{reading}")?;
    Ok(())
}

/// One thread for pictures, the others for frames. More of them would each keep the memory of what they did last.
fn serve(place: ListenAddress, models: ModelsOption) -> anyhow::Result<()> {
    give_memory_back();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1 + MOST_FRAMES)
        .enable_all()
        .build()?;
    runtime.block_on(serve_until_stopped(place, models))
}

/// A picture takes a hundred megabytes for a moment. The C library of Linux returns large blocks to the system as long as
/// it maps each by itself, and by default it stops doing so. It reads the limit once, when a program starts: so this
/// one starts again in its own place.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn give_memory_back() {
    use std::{env, os::unix::process::CommandExt, process};
    const LIMIT: &str = "MALLOC_MMAP_THRESHOLD_";
    if env::var_os(LIMIT).is_some() {
        return;
    }
    if let Ok(program) = env::current_exe() {
        let mut again = process::Command::new(program);
        // It returns when that cannot be done; then all goes on with more memory.
        let _ = again
            .args(env::args_os().skip(1))
            .env(LIMIT, "262144")
            .exec();
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_memory_back() {}

async fn serve_until_stopped(place: ListenAddress, models: ModelsOption) -> anyhow::Result<()> {
    let server = Server::at(place).await?;
    let stop = stop_signal().context("cannot wait for signals")?;
    let router = router(Arc::new(open(models)?));
    // A parent process may wait for this line.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "webkyc-verifier listening on {}", server.origin()?)
        .and_then(|()| stdout.flush());
    server.serve(router, stop).await?;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
