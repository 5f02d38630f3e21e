//! Hardens this process before it holds any secret.

#[cfg(unix)]
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Disables core dumps, which would contain the secret and people's data; on Linux this also keeps
/// other processes of the same user from reading our memory. Raises the limit of open files to its
/// maximum: the usual soft limit of 1,024 is less than the connections we accept.
pub(crate) fn prepare() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
        // Some systems reject "unlimited"; then the limit stays unchanged.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_dumpable(false)?;
    Ok(())
}
