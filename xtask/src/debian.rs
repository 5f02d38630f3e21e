//! Installs packages on Debian.

use std::{fs, path::Path, process::Command};

use anyhow::Result;

use crate::{processes::answer, steps::Step};

/// Whether this is Debian, and root rights need no password.
pub(crate) fn can_install() -> bool {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    is_debian(&system) && Path::new("/usr/bin/apt-get").exists() && (is_root() || may_become_root())
}

/// Not Ubuntu, whose Chromium is a snap.
fn is_debian(os_release: &str) -> bool {
    os_release
        .lines()
        .any(|line| line.replace('"', "") == "ID=debian")
}

fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

fn may_become_root() -> bool {
    answer(Command::new("sudo").args(["-n", "true"])).is_ok()
}

/// Installs packages, and names them `what` on the terminal.
pub(crate) fn install(what: &str, packages: &[&str]) -> Result<()> {
    Step {
        doing: "Asking Debian for its packages",
        takes: "once; under a minute",
        log: "apt-update",
    }
    .run(apt_get().arg("update"))?;
    Step {
        doing: &format!("Installing {what}"),
        takes: "once; up to 2 minutes",
        log: "apt-install",
    }
    .run(apt_get().args(["install", "-y"]).args(packages))
}

/// As root and without questions.
fn apt_get() -> Command {
    let mut command = if is_root() {
        Command::new("env")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "env"]);
        sudo
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debian_itself_is_installed_on() {
        assert!(is_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(!is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(!is_debian(""));
    }
}
