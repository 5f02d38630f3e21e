//! The browser of the tests, and its driver.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{
    debian,
    processes::{answer, find_on_path},
    tools,
};

const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// The places on macOS, which are not on PATH.
const MAC_BROWSER: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const MAC_FIREFOX: &str = "/Applications/Firefox.app/Contents/MacOS/firefox";

const MISSING: &str = "the tests need Chromium or Chrome, and chromedriver of the same version, on PATH \
     (Debian: apt-get install chromium chromium-driver; elsewhere: \
     https://googlechromelabs.github.io/chrome-for-testing); \
     CHROME and CHROMEDRIVER may name the programs instead";

const NO_FIREFOX: &str = "these tests need Firefox on PATH (Debian: apt-get install firefox-esr); \
     FIREFOX may name the program instead";

const NO_WEBKIT: &str = "these tests need WebKitGTK with its driver (Debian: apt-get install webkit2gtk-driver); \
     WEBKITDRIVER and MINIBROWSER may name the programs instead";

pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

impl Browser {
    pub(crate) fn find_or_install() -> Result<Self> {
        let found = Self::find();
        if found.is_none() && debian::can_install() {
            let packages = ["chromium", "chromium-driver"];
            debian::install("Chromium and its driver", &packages).context(MISSING)?;
        }
        let Some(browser) = found.or_else(Self::find) else {
            anyhow::bail!(MISSING);
        };
        browser.ensure_same_version()?;
        Ok(browser)
    }

    fn find() -> Option<Self> {
        let on_path = || BROWSERS.iter().find_map(|name| find_on_path(name));
        let on_mac = || Some(PathBuf::from(MAC_BROWSER)).filter(|file| file.is_file());
        Some(Self {
            program: named_by("CHROME").or_else(on_path).or_else(on_mac)?,
            driver: named_by("CHROMEDRIVER").or_else(|| find_on_path("chromedriver"))?,
        })
    }

    /// A driver refuses a browser of another major version, and reports that only in its own log.
    fn ensure_same_version(&self) -> Result<()> {
        let browser = answer(Command::new(&self.program).arg("--version"))?;
        let driver = answer(Command::new(&self.driver).arg("--version"))?;
        ensure!(
            major_version(&browser) == major_version(&driver),
            "browser and driver are not of the same version ({browser}; {driver}): {MISSING}"
        );
        Ok(())
    }
}

/// Firefox and its driver, installed when they are missing.
pub(crate) fn firefox() -> Result<Browser> {
    let find = || {
        named_by("FIREFOX")
            .or_else(|| find_on_path("firefox-esr"))
            .or_else(|| find_on_path("firefox"))
            .or_else(|| Some(PathBuf::from(MAC_FIREFOX)).filter(|file| file.is_file()))
    };
    let mut found = find();
    if found.is_none() && debian::can_install() {
        debian::install("Firefox", &["firefox-esr"]).context(NO_FIREFOX)?;
        found = find();
    }
    Ok(Browser {
        program: found.context(NO_FIREFOX)?,
        driver: tools::geckodriver()?,
    })
}

/// WebKitGTK's small browser and its driver, installed when they are missing.
pub(crate) fn webkit() -> Result<Browser> {
    let find = || {
        Some(Browser {
            driver: named_by("WEBKITDRIVER").or_else(|| find_on_path("WebKitWebDriver"))?,
            program: named_by("MINIBROWSER").or_else(mini_browser)?,
        })
    };
    let mut found = find();
    if found.is_none() && debian::can_install() {
        debian::install("WebKit and its driver", &["webkit2gtk-driver"]).context(NO_WEBKIT)?;
        found = find();
    }
    found.context(NO_WEBKIT)
}

/// Beside WebKit's library, in a folder of the processor's name: it is not meant to be on PATH.
fn mini_browser() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    let places = folders.flat_map(|folder| {
        ["webkit2gtk-4.1", "webkitgtk-6.0"].map(|version| folder.path().join(version))
    });
    places
        .map(|place| place.join("MiniBrowser"))
        .find(|file| file.is_file())
}

fn named_by(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|file| file.is_file())
}

/// `142` of `Chromium 142.0.7444.59 built on Debian`.
fn major_version(said: &str) -> Option<&str> {
    said.split_whitespace()
        .filter_map(|word| word.split_once('.'))
        .map(|(major, _)| major)
        .find(|major| major.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_and_driver_are_compared_by_major_version() {
        for said in [
            "Chromium 142.0.7444.59 built on Debian GNU/Linux 12 (bookworm)",
            "Google Chrome 142.0.1.2",
            "ChromeDriver 142.0.7444.175 (c4d2b07e2d04-refs/branch-heads/7444@{#2500})",
        ] {
            assert_eq!(major_version(said), Some("142"), "{said}");
        }
        assert_eq!(major_version("nothing. at all"), None);
    }
}
