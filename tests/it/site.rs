//! A web site that is not ours: nginx with somebody's pages, which may pass `/kyc/` on to a backend.

use std::{
    env, fs,
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{program::Program, relay::Relay};

/// What the example says all that the elements need.
const DOCUMENTED_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

pub(crate) struct Site {
    relay: Relay,
    _nginx: Program,
    _folder: TempDir,
}

/// A site whose address is known, and that is not there yet.
pub(crate) struct Building {
    relay: Relay,
    folder: TempDir,
}

pub(crate) fn nginx() -> PathBuf {
    env::var_os("WEBKYC_TEST_NGINX").map_or("nginx".into(), PathBuf::from)
}

pub(crate) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

impl Building {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // nginx, started by root, works as somebody else.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(folder.path().join("site")).unwrap();
        Self {
            relay: Relay::bind().await,
            folder,
        }
    }

    /// `http://HOST:PORT`, for a host that is this machine.
    pub(crate) fn url(&self, host: &str) -> String {
        self.relay.url_at(host)
    }

    /// One more page, or what a page loads.
    pub(crate) fn page(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join("site").join(name), text).unwrap();
    }

    /// All that lies in this folder.
    pub(crate) fn pages_of(&self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let to = self
                    .folder
                    .path()
                    .join("site")
                    .join(path.file_name().unwrap());
                fs::copy(&path, to).unwrap();
            }
        }
    }

    /// Opens the site: the nginx of `examples/in-page`, on a socket of its own, before `backend`
    /// (`HOST:PORT`), under another policy if one is given.
    pub(crate) async fn open(self, backend: &str, policy: Option<&str>) -> Site {
        let mut changes = vec![("http://127.0.0.1:8080;", format!("http://{backend};"))];
        changes.extend(policy.map(|policy| (DOCUMENTED_POLICY, policy.to_owned())));
        self.serve(changes).await
    }

    /// Opens a site that may do whatever a browser lets a site do, also to the windows it opens.
    pub(crate) async fn open_without_rules(self) -> Site {
        let isolation = "add_header Cross-Origin-Opener-Policy same-origin;";
        let anything = "default-src * blob: data: 'unsafe-inline' 'unsafe-eval'";
        let changes = [
            (isolation, String::new()),
            (DOCUMENTED_POLICY, anything.to_owned()),
        ];
        self.serve(changes.into()).await
    }

    async fn serve(self, changes: Vec<(&str, String)>) -> Site {
        let Self { mut relay, folder } = self;
        let at = |name: &str| folder.path().join(name);
        let mut configuration = fs::read_to_string(examples().join("in-page/nginx.conf")).unwrap();
        let mut put = |before: &str, after: String| {
            assert!(configuration.contains(before), "{before}");
            configuration = configuration.replace(before, &after);
        };
        let socket = at("nginx.sock");
        put(
            "listen 127.0.0.1:8000;",
            format!("listen unix:{};", socket.display()),
        );
        for (before, after) in changes {
            put(before, after);
        }
        fs::write(at("nginx.conf"), configuration).unwrap();
        let mut command = Command::new(nginx());
        command
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf"]);
        command.args(["-g", "daemon off; master_process off;"]);
        let nginx = Program::spawn(command, at("nginx.log"));
        let began = Instant::now();
        while UnixStream::connect(&socket).is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "{}", nginx.log());
            tokio::task::yield_now().await;
        }
        relay.pass_to(socket);
        Site {
            relay,
            _nginx: nginx,
            _folder: folder,
        }
    }
}

impl Site {
    pub(crate) fn url(&self, host: &str) -> String {
        self.relay.url_at(host)
    }

    /// All that visitors were answered.
    pub(crate) fn responses(&self) -> Vec<u8> {
        self.relay.responses()
    }
}
