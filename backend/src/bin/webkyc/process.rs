//! What this process asks of the operating system before it holds anything secret.

#[cfg(unix)]
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// No core dump, which would hold the secret and people's data; on Linux nobody of the same user
/// reads our memory either. And as many open files as we may have: the usual soft limit of 1,024
/// is less than the connections we accept.
pub(crate) fn prepare() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
        // Some systems refuse "unlimited"; then it stays as it was.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_dumpable(false)?;
    Ok(())
}
