//! Reads the files that settings name. A path may lead to any kind of file, so every read has a
//! time limit.

use std::{
    fs,
    io::{self, Read},
    path::Path,
    sync::mpsc,
    thread,
    time::Duration,
};

/// More than a network file system needs in normal operation.
pub(crate) const OPEN_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs `work` on a separate thread and waits for it no longer than this. A thread that a hung
/// mount blocks cannot be cancelled, so it is abandoned.
///
/// # Errors
/// When the work does not end in time.
pub(crate) fn in_time<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (done, outcome) = mpsc::sync_channel(1);
    thread::Builder::new().name("file".into()).spawn(move || {
        // The receiver may have timed out.
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

/// Opens a regular file only: opening a FIFO blocks until a writer opens it.
pub(crate) fn open(path: &Path) -> io::Result<fs::File> {
    // Checks the path first, because opening alone has side effects on many devices.
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

/// Reads to the end, unless that is more than `limit` bytes. Some files report a smaller size than
/// their content.
pub(crate) fn read(from: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    from.take(limit + 1).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(io::Error::other("it is too large"));
    }
    Ok(content)
}

/// Text, or an error that does not quote the invalid bytes.
pub(crate) fn text(content: Vec<u8>) -> io::Result<String> {
    String::from_utf8(content).map_err(|_| io::Error::other("it is not UTF-8"))
}

/// Whether users other than owner and group may open the file.
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
    /// A time limit that even slow machines meet.
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
