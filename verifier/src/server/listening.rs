//! Where the server listens: on an address of this machine alone, or on a Unix socket.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use axum::Router;
use tokio::net::TcpListener;

/// Where programs of this machine find the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// A loopback address.
    Address(SocketAddr),
    /// A Unix socket, which only its owner may use.
    Socket(PathBuf),
}

impl FromStr for ListenAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("unix:") {
            Some(path) if cfg!(unix) && path.starts_with('/') => Ok(Self::Socket(path.into())),
            Some(_) => Err("unix: and the absolute path of a socket, on a system that has them"),
            None => text.parse().map(Self::Address).map_err(|_| {
                "an address in numbers and a port, such as 127.0.0.1:8095, or unix:/run/webkyc/verifier.sock"
            }),
        }
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Pictures of persons stay on this machine.
    #[error("{0} is no address of this machine alone, such as 127.0.0.1 or [::1]")]
    NotLoopback(SocketAddr),
    /// The address is taken.
    #[error("cannot listen on {address}")]
    Taken {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The socket is taken, or there can be none at this place.
    #[error("cannot listen on unix:{}", path.display())]
    Socket {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Listens on a loopback address.
///
/// # Errors
/// When it is another address, or taken.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    if !address.ip().is_loopback() {
        return Err(ListenError::NotLoopback(address));
    }
    let listener = TcpListener::bind(address).await;
    listener.map_err(|source| ListenError::Taken { address, source })
}

/// A server that has its place.
pub struct Server(Listener);

enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(socket::Socket),
}

impl Server {
    /// Takes a place.
    ///
    /// # Errors
    /// When it is taken, or not of this machine alone.
    pub async fn at(place: ListenAddress) -> Result<Self, ListenError> {
        match place {
            ListenAddress::Address(address) => Ok(Self(Listener::Tcp(listen(address).await?))),
            #[cfg(unix)]
            ListenAddress::Socket(path) => match socket::Socket::bind(&path) {
                Ok(socket) => Ok(Self(Listener::Unix(socket))),
                Err(source) => Err(ListenError::Socket { path, source }),
            },
            #[cfg(not(unix))]
            ListenAddress::Socket(path) => Err(ListenError::Socket {
                path,
                source: std::io::ErrorKind::Unsupported.into(),
            }),
        }
    }

    /// The origin that a sandbox is given.
    ///
    /// # Errors
    /// When the system does not know the address.
    pub fn origin(&self) -> std::io::Result<String> {
        match &self.0 {
            Listener::Tcp(listener) => Ok(format!("http://{}", listener.local_addr()?)),
            #[cfg(unix)]
            Listener::Unix(socket) => Ok(format!("unix:{}", socket.path().display())),
        }
    }

    /// Serves until `stop`.
    ///
    /// # Errors
    /// When the system gives no more connections.
    pub async fn serve(
        self,
        router: Router,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        match self.0 {
            Listener::Tcp(listener) => {
                let serving = axum::serve(listener, router);
                serving.with_graceful_shutdown(stop).await
            }
            #[cfg(unix)]
            Listener::Unix(socket) => {
                let (listener, _file) = socket.into_parts();
                let serving = axum::serve(listener, router);
                serving.with_graceful_shutdown(stop).await
            }
        }
    }
}

#[cfg(unix)]
mod socket {
    use std::{
        fs::{self, Permissions},
        io::{Error, ErrorKind, Result},
        os::unix::{
            fs::{FileTypeExt, PermissionsExt},
            net::UnixStream,
        },
        path::{Path, PathBuf},
    };

    use tokio::net::UnixListener;

    /// A socket, and its file, which ends with it.
    pub(super) struct Socket {
        listener: UnixListener,
        file: SocketFile,
    }

    pub(super) struct SocketFile(PathBuf);

    impl Socket {
        pub(super) fn bind(path: &Path) -> Result<Self> {
            remove_left_over(path)?;
            let listener = UnixListener::bind(path)?;
            let file = SocketFile(path.to_owned());
            fs::set_permissions(path, Permissions::from_mode(0o600))?;
            Ok(Self { listener, file })
        }

        pub(super) fn path(&self) -> &Path {
            &self.file.0
        }

        pub(super) fn into_parts(self) -> (UnixListener, SocketFile) {
            (self.listener, self.file)
        }
    }

    /// A server that was killed left its socket behind. A file of another kind, or a socket with a server, stays.
    fn remove_left_over(path: &Path) -> Result<()> {
        let Ok(metadata) = fs::symlink_metadata(path) else {
            return Ok(());
        };
        if !metadata.file_type().is_socket() {
            return Err(Error::from(ErrorKind::AlreadyExists));
        }
        match UnixStream::connect(path) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path),
            _ => Err(Error::from(ErrorKind::AddrInUse)),
        }
    }

    impl Drop for SocketFile {
        fn drop(&mut self) {
            // Another may have removed it.
            let _ = fs::remove_file(&self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_an_address_or_the_path_of_a_socket() {
        assert_eq!(
            "127.0.0.1:0".parse(),
            Ok(ListenAddress::Address(([127, 0, 0, 1], 0).into()))
        );
        if cfg!(unix) {
            assert_eq!(
                "unix:/a b/c".parse(),
                Ok(ListenAddress::Socket("/a b/c".into()))
            );
        }
        for wrong in [
            "localhost:1",
            "unix:",
            "unix:c",
            "/run/c",
            "http://127.0.0.1:1",
            "",
        ] {
            assert!(wrong.parse::<ListenAddress>().is_err(), "{wrong}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_socket_is_its_owners_and_takes_no_others_place() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("verifier.sock");
        let place = ListenAddress::Socket(path.clone());
        let first = Server::at(place.clone()).await.unwrap();
        assert_eq!(first.origin().unwrap(), format!("unix:{}", path.display()));
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let second = Server::at(place.clone()).await;
        assert!(matches!(second, Err(ListenError::Socket { .. })));
        // The file went with the server.
        drop(first);
        assert!(!path.exists());
        // One that was left behind is no hindrance, and a file of another kind stays.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        drop(Server::at(place.clone()).await.unwrap());
        std::fs::write(&path, "mine").unwrap();
        assert!(Server::at(place).await.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    }
}
