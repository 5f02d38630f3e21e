//! The programs that run the receivers of `examples/webhooks`: Node, Python and PHP, and the packages of
//! their lock files.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{
    debian, files,
    npm::Node,
    processes::{answer, find_on_path},
    root,
    steps::Step,
    tools,
};

const NO_PYTHON: &str = "this needs Python 3.10 or later with venv and pip, on PATH as python3 \
     (Debian: apt-get install python3-venv)";

const NO_PHP: &str = "this needs PHP 8 with pdo_sqlite, on PATH as php \
     (Debian: apt-get install php-cli php-sqlite3)";

/// The programs that run them.
pub(crate) struct Receivers {
    pub(crate) node: PathBuf,
    pub(crate) python: PathBuf,
    pub(crate) php: PathBuf,
}

impl Receivers {
    /// Installs what is missing.
    pub(crate) fn install() -> Result<Self> {
        let node = Node::find_or_install()?;
        let folder = root().join("examples/webhooks");
        node.receiver(&folder.join("express"))?;
        node.receiver(&root().join("tests/production"))?;
        Ok(Self {
            node: node.program,
            python: python(&folder.join("flask/requirements.txt"))?,
            php: php()?,
        })
    }
}

/// Python in an environment of its own, with these packages.
fn python(requirements: &Path) -> Result<PathBuf> {
    let with_venv = || {
        let python = find_on_path("python3")?;
        let check = "import ensurepip, sys; assert sys.version_info >= (3, 10)";
        answer(Command::new(&python).args(["-c", check])).ok()?;
        Some(python)
    };
    let mut found = with_venv();
    if found.is_none() && debian::can_install() {
        debian::install("Python", &["python3-venv"]).context(NO_PYTHON)?;
        found = with_venv();
    }
    let system_python = found.context(NO_PYTHON)?;

    let hash = Sha256::digest(files::read_text(requirements)?);
    let hash: String = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    let home = tools::cache_folder()?.join(format!("webhooks-flask-{hash}"));
    let program = |home: &Path| {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        home.join(folder).join("python")
    };
    let python = program(&home);
    let has_packages = || answer(Command::new(&python).args(["-c", "import flask"])).is_ok();
    let _lock = tools::lock(&home, "Flask")?;
    if has_packages() {
        return Ok(python);
    }
    // Renamed in the end, so that an interrupted installation is not used.
    let unfinished = home.with_added_extension("unfinished");
    files::remove_folder(&unfinished)?;
    files::remove_folder(&home)?;
    let step = Step {
        doing: "Installing Flask and a library of webhooks",
        takes: "once; some seconds",
        log: "pip-install",
    };
    answer(
        Command::new(system_python)
            .args(["-m", "venv"])
            .arg(&unfinished),
    )?;
    step.run(
        Command::new(program(&unfinished))
            .args(["-m", "pip", "install", "--disable-pip-version-check"])
            .args(["--require-hashes", "--only-binary", ":all:", "-r"])
            .arg(requirements),
    )
    .with_context(|| {
        let file = requirements.display();
        format!("pip could not install {file}: it needs a package index that has these versions")
    })?;
    files::rename(&unfinished, &home)?;
    Ok(python)
}

fn php() -> Result<PathBuf> {
    let with_sqlite = || {
        let php = find_on_path("php")?;
        let check = "exit(PHP_MAJOR_VERSION >= 8 && extension_loaded('pdo_sqlite') ? 0 : 1);";
        answer(Command::new(&php).args(["-r", check])).ok()?;
        Some(php)
    };
    let mut found = with_sqlite();
    if found.is_none() && debian::can_install() {
        debian::install("PHP", &["php-cli", "php-sqlite3"]).context(NO_PHP)?;
        found = with_sqlite();
    }
    found.context(NO_PHP)
}
