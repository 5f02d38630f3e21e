//! Whether a file system can hold the database.

use std::path::Path;

use super::{Error, Result};

/// Checks that the folder of this file exists, that this program may write into it, and, on Linux,
/// that it is on no network file system: there SQLite's locks do not hold, and two processes would
/// damage the file (<https://sqlite.org/faq.html#q5>). Blocks while the file system does.
///
/// # Errors
/// The problem with the folder.
pub(super) fn check(file: &Path) -> Result<()> {
    let folder = file.parent().unwrap_or(file);
    let refuse = |problem: &str| Err(Error(format!("the folder {folder:?} {problem}")));
    match std::fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return refuse("is no folder"),
        Err(error) => return refuse(&format!("cannot be opened: {error}")),
    }
    #[cfg(unix)]
    {
        use nix::unistd::{AccessFlags, access};
        // SQLite makes files beside the database.
        if let Err(error) = access(folder, AccessFlags::W_OK | AccessFlags::X_OK) {
            return refuse(&format!("cannot be written to: {}", error.desc()));
        }
    }
    #[cfg(target_os = "linux")]
    match nix::sys::statfs::statfs(folder) {
        Ok(found) => {
            if let Some(name) = network_file_system(found.filesystem_type().0 as u32) {
                let problem = format!("is on a network file system ({name}): use a local disk");
                return refuse(&problem);
            }
        }
        Err(error) => return refuse(&format!("cannot be looked at: {}", error.desc())),
    }
    Ok(())
}

/// The name of a network file system, by the number that statfs(2) gives. FUSE is not among them:
/// local file systems and the folders that Docker Desktop shares use it too.
#[cfg(target_os = "linux")]
fn network_file_system(number: u32) -> Option<&'static str> {
    let name = match number {
        0x0000_6969 => "NFS",
        0x0000_517b | 0xff53_4d42 | 0xfe53_4d42 => "SMB",
        0x0102_1997 => "9P",
        0x00c3_6400 => "Ceph",
        0x0bd0_0bd0 => "Lustre",
        0x4750_4653 => "GPFS",
        0x5346_414f | 0x6b41_4653 => "AFS",
        0x7375_7245 => "Coda",
        0x0000_564c => "NCP",
        _ => return None,
    };
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(file: &Path) -> String {
        check(file).map_or_else(|Error(problem)| problem, |()| String::new())
    }

    #[test]
    fn a_folder_that_can_be_written_to_is_taken_and_nothing_is_left_in_it() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(problem(&folder.path().join("webkyc.db")), "");
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn ops_23_a_folder_that_is_not_there_or_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let message = problem(&folder.path().join("none/webkyc.db"));
        assert!(message.contains("none\" cannot be opened"), "{message}");
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let message = problem(&file.join("webkyc.db"));
        assert!(message.ends_with("file\" is no folder"), "{message}");
    }

    #[test]
    #[cfg(unix)]
    fn ops_23_a_folder_that_cannot_be_written_to_is_refused() {
        use std::{fs, os::unix::fs::PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
        let message = problem(&folder.path().join("webkyc.db"));
        // Root may write there all the same.
        let may_write = fs::write(folder.path().join("file"), "").is_ok();
        assert_eq!(
            message.contains("cannot be written to"),
            !may_write,
            "{message}"
        );
        assert_eq!(message.is_empty(), may_write, "{message}");
    }

    /// The numbers of linux/magic.h, as the kernel gives them for mounts that no test can make.
    #[test]
    #[cfg(target_os = "linux")]
    fn ops_23_the_network_file_systems_of_linux_are_known() {
        use nix::sys::statfs::{
            AFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, CODA_SUPER_MAGIC, EXT4_SUPER_MAGIC,
            NCP_SUPER_MAGIC, NFS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC, SMB_SUPER_MAGIC, TMPFS_MAGIC,
            XFS_SUPER_MAGIC,
        };
        for (number, name) in [
            (NFS_SUPER_MAGIC, Some("NFS")),
            (SMB_SUPER_MAGIC, Some("SMB")),
            (AFS_SUPER_MAGIC, Some("AFS")),
            (CODA_SUPER_MAGIC, Some("Coda")),
            (NCP_SUPER_MAGIC, Some("NCP")),
            (EXT4_SUPER_MAGIC, None),
            (XFS_SUPER_MAGIC, None),
            (BTRFS_SUPER_MAGIC, None),
            (OVERLAYFS_SUPER_MAGIC, None),
            (TMPFS_MAGIC, None),
        ] {
            assert_eq!(network_file_system(number.0 as u32), name);
        }
    }
}
