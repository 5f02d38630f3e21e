//! The tools that build the pages: the compiler's WebAssembly target, Trunk, wasm-bindgen.
//!
//! They are installed in pinned versions into the user's cache folder, once for all checkouts. Other
//! installations of the user stay as they are.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    files,
    processes::{answer, cargo, executable, find_on_path},
    root,
    steps::Step,
};

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Names the version of wasm-bindgen for Trunk and for us.
const TRUNK_CONFIGURATION: &str = include_str!("../../Trunk.toml");

struct Tool {
    package: &'static str,
    version: &'static str,
    /// Its `--version` is the version of the package.
    program: &'static str,
    /// The least with which it is not too slow.
    opt_level: &'static str,
    takes: &'static str,
}

/// The driver of Firefox, installed when it is missing.
pub(crate) fn geckodriver() -> Result<PathBuf> {
    let tool = Tool {
        package: "geckodriver",
        version: "0.37.1",
        program: "geckodriver",
        opt_level: "0",
        takes: "once; 2 to 4 minutes",
    };
    let folder = tool.find_or_install(&cache_folder()?)?;
    Ok(executable(&folder, tool.program))
}

/// The folder of cargo-fuzz, installed when it is missing.
pub(crate) fn cargo_fuzz() -> Result<PathBuf> {
    let tool = Tool {
        package: "cargo-fuzz",
        version: "0.13.2",
        program: "cargo-fuzz",
        opt_level: "0",
        takes: "once; a minute",
    };
    tool.find_or_install(&cache_folder()?)
}

/// The tools' folders.
pub(crate) struct Tools {
    trunk: PathBuf,
    wasm_bindgen: PathBuf,
}

impl Tools {
    /// Installs the missing ones.
    pub(crate) fn install() -> Result<Self> {
        add_wasm_target()?;
        let trunk = Tool {
            package: "trunk",
            version: "0.21.14",
            program: "trunk",
            opt_level: "0",
            takes: "once; 5 to 8 minutes",
        };
        let wasm_bindgen = Tool {
            package: "wasm-bindgen-cli",
            version: wasm_bindgen_version(),
            program: "wasm-bindgen",
            // Without any, it takes six seconds for the tests' program, not two.
            opt_level: "1",
            takes: "once; 3 to 5 minutes",
        };
        let cache = cache_folder()?;
        Ok(Self {
            trunk: trunk.find_or_install(&cache)?,
            wasm_bindgen: wasm_bindgen.find_or_install(&cache)?,
        })
    }

    pub(crate) fn trunk(&self) -> PathBuf {
        executable(&self.trunk, "trunk")
    }

    pub(crate) fn wasm_test_runner(&self) -> PathBuf {
        executable(&self.wasm_bindgen, "wasm-bindgen-test-runner")
    }

    pub(crate) fn folders(&self) -> [PathBuf; 2] {
        [self.trunk.clone(), self.wasm_bindgen.clone()]
    }
}

impl Tool {
    /// The folder the program lies in.
    fn find_or_install(&self, cache: &Path) -> Result<PathBuf> {
        let home = cache.join(format!("{}-{}", self.package, self.version));
        let folder = home.join("bin");
        if self.is_in(&folder) {
            return Ok(folder);
        }
        if let Some(other) = find_on_path(self.program)
            && let Some(other) = other.parent()
            && self.is_in(other)
        {
            return Ok(other.to_owned());
        }

        let _lock = lock(&home, self.package)?;
        // Another xtask may have installed it while we waited.
        if !self.is_in(&folder) {
            self.install(&home)?;
        }
        Ok(folder)
    }

    /// Installs beside the final folder and renames, so that an interrupted installation is not used.
    fn install(&self, home: &Path) -> Result<()> {
        let unfinished = home.with_added_extension("unfinished");
        let build = home.with_added_extension("build");
        files::remove_folder(&unfinished)?;
        files::remove_folder(home)?;
        let mut command = cargo();
        command
            .args(["install", "--locked", "--force", "--version", self.version])
            .arg(self.package)
            .arg("--root")
            .arg(&unfinished)
            // Quick to compile rather than quick to run; kept when it is interrupted.
            .env("CARGO_TARGET_DIR", &build)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env_remove("CARGO_BUILD_TARGET");
        Step {
            doing: &format!("Installing {} {}", self.package, self.version),
            takes: self.takes,
            log: self.package,
        }
        .run(&mut command)?;
        let folder = unfinished.join("bin");
        ensure!(
            self.is_in(&folder),
            "{} was installed, but does not run or is not version {}",
            self.package,
            self.version
        );
        fs::rename(&unfinished, home).with_context(|| format!("cannot make {}", home.display()))?;
        files::remove_folder(&build)
    }

    fn is_in(&self, folder: &Path) -> bool {
        answer(Command::new(executable(folder, self.program)).arg("--version"))
            .is_ok_and(|said| said.split_whitespace().any(|word| word == self.version))
    }
}

/// Waits until no other xtask installs `what` into this folder. Dropping the file ends the lock.
pub(crate) fn lock(home: &Path, what: &str) -> Result<File> {
    let file = home.with_added_extension("lock");
    if let Some(cache) = file.parent() {
        files::make_folder(cache)?;
    }
    let lock = File::create(&file).with_context(|| format!("cannot write {}", file.display()))?;
    if lock.try_lock().is_err() {
        println!("Waiting for another cargo xtask that installs {what}");
        lock.lock()
            .context("cannot wait for the other installation")?;
    }
    Ok(lock)
}

/// Adds the target to the toolchain, if it is missing.
pub(crate) fn add_wasm_target() -> Result<()> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = answer(
        Command::new(rustc)
            .args(["--print", "sysroot"])
            .current_dir(root()),
    )?;
    if Path::new(&sysroot)
        .join("lib/rustlib")
        .join(WASM_TARGET)
        .is_dir()
    {
        return Ok(());
    }
    if find_on_path("rustup").is_none() {
        bail!(
            "this Rust cannot compile for {WASM_TARGET}: install Rust with rustup (https://rustup.rs)"
        );
    }
    Step {
        doing: "Adding Rust's WebAssembly target",
        takes: "once; a minute",
        log: "rustup",
    }
    .run(
        Command::new("rustup")
            .args(["target", "add", WASM_TARGET])
            .current_dir(root()),
    )
}

fn wasm_bindgen_version() -> &'static str {
    TRUNK_CONFIGURATION
        .lines()
        .find_map(|line| quoted_value(line, "wasm_bindgen"))
        .expect("Trunk.toml names the version of wasm-bindgen")
}

/// `value` of a line `key = "value"`.
fn quoted_value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let value = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
    value.trim().strip_prefix('"')?.strip_suffix('"')
}

/// `webkyc/tools` in the user's cache folder.
pub(crate) fn cache_folder() -> Result<PathBuf> {
    Ok(user_cache()?.join("tools"))
}

/// `webkyc` in the user's cache folder.
pub(crate) fn user_cache() -> Result<PathBuf> {
    let local = if cfg!(windows) {
        "LOCALAPPDATA"
    } else {
        "XDG_CACHE_HOME"
    };
    env::var_os(local)
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| Some(env::home_dir()?.join(".cache")))
        .map(|folder| folder.join("webkyc"))
        .context("this user has no home folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_and_the_program_of_wasm_bindgen_have_one_version() {
        let manifest = include_str!("../../Cargo.toml");
        let library = manifest
            .lines()
            .find_map(|line| quoted_value(line, "wasm-bindgen"))
            .unwrap();
        assert_eq!(library, format!("={}", wasm_bindgen_version()));
    }

    #[test]
    fn an_empty_folder_is_not_an_installation() {
        let folder = tempfile::tempdir().unwrap();
        let tool = Tool {
            package: "trunk",
            version: "0.21.14",
            program: "trunk",
            opt_level: "0",
            takes: "",
        };
        assert!(!tool.is_in(folder.path()));
    }

    #[cfg(unix)]
    #[test]
    fn another_version_is_not_the_pinned_one() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("trunk");
        fs::write(&program, "#!/bin/sh\necho trunk 0.21.14\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let tool = |version| Tool {
            package: "trunk",
            version,
            program: "trunk",
            opt_level: "0",
            takes: "",
        };
        assert!(tool("0.21.14").is_in(folder.path()));
        assert!(!tool("0.21.1").is_in(folder.path()));
    }
}
