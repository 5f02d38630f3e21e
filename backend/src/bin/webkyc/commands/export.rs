//! `webkyc export`: one verification as a file.

use std::{
    io::{IsTerminal, Write, stdout},
    path::{Path, PathBuf},
    pin::pin,
};

use anyhow::{Context, bail, ensure};
use clap::{Args, ValueEnum};
use futures_util::TryStreamExt;
use tempfile::NamedTempFile;
use webkyc_backend::{
    authenteq::{self, CallLimits, Client, VerificationId},
    config::Config,
    metrics::Metrics,
};

use super::NO_CLIENT;
use crate::signals::Signals;

#[derive(Args)]
pub(crate) struct ExportArguments {
    /// The id of the verification: a UUID in lower case, as in the details
    id: String,
    /// As what
    #[arg(long, value_enum)]
    format: FileFormat,
    /// Where to; the file is complete or is not there [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileFormat {
    Json,
    Multipart,
    Pdf,
}

impl From<FileFormat> for authenteq::Format {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Json => Self::Json,
            FileFormat::Multipart => Self::Multipart,
            FileFormat::Pdf => Self::Pdf,
        }
    }
}

/// Fetches the file and writes it.
pub(crate) async fn run(config: Config, arguments: ExportArguments) -> anyhow::Result<()> {
    let id = VerificationId::parse(&arguments.id).with_context(|| {
        format!(
            "{:?} is no verification id: give a UUID in lower case",
            arguments.id
        )
    })?;
    if arguments.output.is_none() && arguments.format != FileFormat::Json && stdout().is_terminal()
    {
        bail!("this file is not for a terminal: name one with -o FILE");
    }
    // On any signal, an incomplete file is removed first.
    let mut signals = Signals::new()?;
    tokio::select! {
        written = write(&config, id, &arguments) => written,
        signal = signals.next() => bail!("stopped by a signal ({signal:?})"),
    }
}

async fn write(
    config: &Config,
    id: VerificationId,
    arguments: &ExportArguments,
) -> anyhow::Result<()> {
    let client = Client::new(config, CallLimits::default(), Metrics::new()?).context(NO_CLIENT)?;
    let format = arguments.format.into();
    let export = client.export(format, id, None).await?.export;
    let pieces = pin!(export.into_stream());
    match &arguments.output {
        Some(path) => save(pieces, path).await,
        None => copy(pieces, &mut stdout().lock()).await,
    }
}

/// Writes to a temporary file of this folder that only we may read, and renames it when it is
/// complete.
async fn save(
    pieces: impl TryStreamExt<Ok = bytes::Bytes, Error = std::io::Error> + Unpin,
    path: &Path,
) -> anyhow::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    // Do not replace a device, a pipe or a link with a file.
    if let Ok(there) = path.symlink_metadata() {
        ensure!(there.is_file(), "{path:?} is there and is no file");
    }
    let file = NamedTempFile::new_in(folder);
    let mut file = file.with_context(|| format!("cannot write into {folder:?}"))?;
    copy(pieces, &mut file).await?;
    file.persist(path)
        .with_context(|| format!("cannot write {path:?}"))?;
    Ok(())
}

async fn copy(
    mut pieces: impl TryStreamExt<Ok = bytes::Bytes, Error = std::io::Error> + Unpin,
    to: &mut impl Write,
) -> anyhow::Result<()> {
    while let Some(piece) = pieces.try_next().await.context("the export broke off")? {
        to.write_all(&piece).context("cannot write")?;
    }
    to.flush().context("cannot write")
}
