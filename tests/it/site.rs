//! The web site of another company: nginx with its pages, which may pass `/kyc/` on to a backend.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;
use webkyc_test_kit::{built, program::Program, relay::Relay};

/// Where the example has `webkyc`.
const BACKEND: &str = "http://127.0.0.1:8001;";

/// The policy of the example, which allows no more than the elements need.
const DOCUMENTED_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

pub(crate) struct Site {
    relay: Relay,
    _nginx: Program,
    _folder: TempDir,
}

/// A site with an address that does not answer yet.
pub(crate) struct Building {
    relay: Relay,
    folder: TempDir,
}

pub(crate) fn examples() -> PathBuf {
    built::root().join("examples")
}

/// The configuration of `examples/in-page`.
fn example_configuration() -> String {
    fs::read_to_string(examples().join("in-page/nginx.conf")).unwrap()
}

impl Building {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // An nginx that root starts works as another user.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(folder.path().join("site")).unwrap();
        Self {
            relay: Relay::bind().await,
            folder,
        }
    }

    /// With the pages of `examples/in-page`.
    pub(crate) async fn of_example() -> Self {
        let building = Self::start().await;
        building.pages_of(&examples().join("in-page/site"));
        building
    }

    /// `http://HOST:PORT`, for a host that is this machine.
    pub(crate) fn url(&self, host: &str) -> String {
        self.relay.url_at(host)
    }

    /// Adds a page, or a file that a page loads.
    pub(crate) fn page(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join("site").join(name), text).unwrap();
    }

    /// Adds a file that nginx itself reads.
    pub(crate) fn file(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Adds all files of this folder.
    pub(crate) fn pages_of(&self, folder: &Path) {
        copy_all(folder, &self.folder.path().join("site"));
    }

    /// Opens the site: the nginx of `examples/in-page`, on a socket of its own, before `backend`
    /// (`HOST:PORT`), under another policy if one is given.
    pub(crate) fn open(self, backend: &str, policy: Option<&str>) -> Site {
        let mut changes = vec![(BACKEND, format!("http://{backend};"))];
        changes.extend(policy.map(|policy| (DOCUMENTED_POLICY, policy.to_owned())));
        self.serve(changes)
    }

    /// Opens a site without a policy, which may also reach the windows it opens.
    pub(crate) fn open_without_rules(self) -> Site {
        let isolation = "add_header Cross-Origin-Opener-Policy same-origin;";
        let anything = "default-src * blob: data: 'unsafe-inline' 'unsafe-eval'";
        let changes = [
            (isolation, String::new()),
            (DOCUMENTED_POLICY, anything.to_owned()),
        ];
        self.serve(changes.into())
    }

    /// Opens the site before `backend`, with something of the example's set otherwise.
    pub(crate) fn open_with_setting(self, backend: &str, before: &str, after: &str) -> Site {
        let backend = format!("http://{backend};");
        let changes = vec![(BACKEND, backend), (before, after.to_owned())];
        self.serve(changes)
    }

    /// Opens the site before `backend`, but for one address, where a file of the site's own is.
    pub(crate) fn open_with_one_file(self, backend: &str, address: &str, file: &str) -> Site {
        let start = "location /kyc/ {";
        let own = format!("location = {address} {{ alias site/{file}; }}\n        {start}");
        let backend = format!("http://{backend};");
        self.serve(vec![(BACKEND, backend), (start, own)])
    }

    /// Opens the site with each of these folders before a backend of its own: `("/kyc/", "HOST:PORT")`.
    pub(crate) fn open_before(self, backends: &[(&str, String)]) -> Site {
        let example = example_configuration();
        let start = example.find("location /kyc/ {").unwrap();
        let end = start + example[start..].find('}').unwrap() + 1;
        let location = &example[start..end];
        let locations = backends.iter().map(|(folder, backend)| {
            let location = location.replace("/kyc/", folder);
            location.replace(BACKEND, &format!("http://{backend};"))
        });
        let changes = vec![(location, locations.collect::<Vec<_>>().join("\n"))];
        self.serve(changes)
    }

    /// Opens the site with pages that another server (`HOST:PORT`) has, under this policy.
    pub(crate) fn open_before_server(self, backend: &str, server: &str, policy: &str) -> Site {
        let start = "location /kyc/ {";
        let pages = format!(
            "location / {{ proxy_pass http://{server}; proxy_set_header Host $http_host; }}\n        {start}"
        );
        self.serve(vec![
            (BACKEND, format!("http://{backend};")),
            (DOCUMENTED_POLICY, policy.to_owned()),
            (start, pages),
        ])
    }

    fn serve(self, mut changes: Vec<(&str, String)>) -> Site {
        changes.push((
            "listen 127.0.0.1:8000;",
            format!("listen unix:{};", self.socket().display()),
        ));
        let mut configuration = example_configuration();
        for (before, after) in changes {
            assert!(configuration.contains(before), "{before}");
            configuration = configuration.replace(before, &after);
        }
        self.open_with(&configuration)
    }

    /// The socket of the nginx of this site.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("nginx.sock")
    }

    /// Opens a site with a configuration of the test's own, which listens on [`Self::socket`].
    pub(crate) fn open_with(self, configuration: &str) -> Site {
        let Self { mut relay, folder } = self;
        let at = |name: &str| folder.path().join(name);
        let socket = at("nginx.sock");
        fs::write(at("nginx.conf"), configuration).unwrap();
        let mut command = Command::new(built::nginx());
        command
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf"]);
        command.args(["-g", "daemon off; master_process off;"]);
        let mut nginx = Program::spawn(command);
        nginx.wait_until(|| UnixStream::connect(&socket).is_ok());
        relay.pass_to(socket);
        Site {
            relay,
            _nginx: nginx,
            _folder: folder,
        }
    }
}

/// Copies all files and folders in a folder.
pub(crate) fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&to).unwrap();
            copy_all(&path, &to);
        } else {
            fs::copy(&path, to).unwrap();
        }
    }
}

impl Site {
    pub(crate) fn url(&self, host: &str) -> String {
        self.relay.url_at(host)
    }

    /// The bytes of all requests.
    pub(crate) fn requests(&self) -> Vec<u8> {
        self.relay.requests()
    }

    /// The bytes of all answers.
    pub(crate) fn responses(&self) -> Vec<u8> {
        self.relay.responses()
    }
}
