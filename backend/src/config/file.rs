//! Files that settings name. Whatever stands behind such a name, nobody waits for it for long.

use std::{
    fs,
    io::{self, Read},
    path::Path,
    sync::mpsc,
    thread,
    time::Duration,
};

/// More than a network's file system needs while it works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Does `work` on a thread of its own and waits no longer than this for it. Nothing can call back a
/// thread that a hung mount holds: it is left to itself.
///
/// # Errors
/// When the work does not end in time.
pub(crate) fn in_time<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (done, outcome) = mpsc::sync_channel(1);
    thread::Builder::new().name("file".into()).spawn(move || {
        // Nobody may be waiting any more.
        let _ = done.send(work());
    })?;
    outcome
        .recv_timeout(limit)
        .unwrap_or_else(|_| Err(too_slow(limit)))
}

pub(crate) fn too_slow(limit: Duration) -> io::Error {
    let problem = format!("it did not open within {} s", limit.as_secs());
    io::Error::new(io::ErrorKind::TimedOut, problem)
}

/// Opens a file, and nothing else: to open a FIFO is to wait for its writer.
pub(crate) fn open(path: &Path) -> io::Result<fs::File> {
    // First by its name, because opening alone does something to many a device.
    expect_file(&fs::metadata(path)?)?;
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits());
    }
    let file = options.open(path)?;
    expect_file(&file.metadata()?)?;
    Ok(file)
}

fn expect_file(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        Ok(())
    } else {
        Err(io::Error::other("it is no file"))
    }
}

/// All that is to be read here, if it is no more than `limit` bytes. Some files announce less than
/// they hold.
pub(crate) fn read(from: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    from.take(limit + 1).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(io::Error::other("it is too large"));
    }
    Ok(content)
}

/// Text, or an error that does not quote what is none.
pub(crate) fn text(content: Vec<u8>) -> io::Result<String> {
    String::from_utf8(content).map_err(|_| io::Error::other("it is not UTF-8"))
}

/// Whether others than owner and group may open it.
#[cfg(unix)]
pub(crate) fn is_open_to_all(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o007 != 0
}

#[cfg(not(unix))]
pub(crate) fn is_open_to_all(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);
    /// What ends within this time has ended. Much more than anything takes, for slow machines.
    const DEADLINE: Duration = Duration::from_secs(20);

    #[test]
    fn ops_19_what_does_not_end_is_left_alone_after_the_limit() {
        let (mut nothing_comes, writer) = io::pipe().unwrap();
        let began = Instant::now();
        let (woken, wakes) = mpsc::channel();
        let read = in_time(SHORT, move || {
            let read = nothing_comes.read_to_end(&mut Vec::new());
            woken.send(()).unwrap();
            read
        });
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= SHORT);
        assert!(wakes.try_recv().is_err(), "it is still at it");
        drop(writer);
        wakes.recv_timeout(DEADLINE).unwrap();
        assert_eq!(in_time(DEADLINE, || Ok(7)).unwrap(), 7);
    }

    #[test]
    #[cfg(unix)]
    fn ops_19_what_is_no_file_is_not_even_opened() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let socket = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let zero = Path::new("/dev/zero");
        for path in [fifo.as_path(), &socket, zero, folder.path()] {
            let path = path.to_owned();
            let opened = in_time(DEADLINE, move || open(&path));
            assert_eq!(opened.unwrap_err().to_string(), "it is no file");
        }
    }

    #[test]
    fn ops_19_a_file_without_an_end_is_not_read_to_its_end() {
        let read = read(io::repeat(b'x'), 1000);
        assert_eq!(read.unwrap_err().to_string(), "it is too large");
        assert_eq!(super::read(&b"1234"[..], 4).unwrap(), b"1234");
    }
}
