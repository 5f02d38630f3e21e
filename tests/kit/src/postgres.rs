//! A PostgreSQL of our own: a server in a temporary folder, with a database for each test.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use nix::unistd::{Uid, User};
use tempfile::TempDir;

use crate::program::{Program, Signal, free_port};

/// The user of all databases.
const USER: &str = "webkyc";

const MISSING: &str = "the tests need the programs of PostgreSQL on PATH or in \
    /usr/lib/postgresql (Debian: apt-get install postgresql)";

/// A running server, which ends when it is dropped.
pub struct Postgres {
    /// `Program` alone is for one thread.
    program: Mutex<Program>,
    port: u16,
    programs: PathBuf,
    databases: AtomicUsize,
    folder: TempDir,
}

/// A database of a server that several tests share.
pub struct Database {
    server: Arc<Postgres>,
    name: String,
}

impl Database {
    /// An empty database. The server runs while a test of this process has one.
    pub fn create() -> Self {
        static SERVER: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut running = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
        let server = running.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Postgres::start(&[]));
            *running = Arc::downgrade(&server);
            server
        });
        drop(running);
        let name = server.create_database();
        Self { server, name }
    }

    /// `postgres://…`
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// The answer of one statement: rows of values, as `psql` writes them.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        self.server.query(&self.name, sql)
    }
}

impl Postgres {
    /// Starts a server with these settings (`name=value`) on a port of its own.
    pub fn start(settings: &[&str]) -> Self {
        let programs = programs();
        let folder = tempfile::tempdir().unwrap();
        let user = server_user();
        if let Some(user) = &user {
            let (uid, gid) = (user.uid.as_raw(), user.gid.as_raw());
            std::os::unix::fs::chown(folder.path(), Some(uid), Some(gid)).unwrap();
        }
        let data = folder.path().join("data");
        let run = |name: &str| {
            let mut command = Command::new(programs.join(name));
            if let Some(user) = &user {
                use std::os::unix::process::CommandExt;
                command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
            }
            command.current_dir(folder.path()).env("LC_ALL", "C");
            command
        };
        let mut initdb = run("initdb");
        initdb.arg("--pgdata").arg(&data);
        initdb.args(["--username", USER, "--auth", "trust", "--encoding", "UTF8"]);
        output(initdb.args(["--no-sync", "--no-instructions"]));
        // Another program may take the port before the server does.
        for _ in 0..10 {
            let port = free_port();
            let mut command = run("postgres");
            command.arg("-D").arg(&data);
            command.args(["-p", &port.to_string()]);
            let socket = format!("unix_socket_directories={}", folder.path().display());
            for setting in ["listen_addresses=127.0.0.1", "max_connections=300", &socket] {
                command.args(["-c", setting]);
            }
            for setting in settings {
                command.args(["-c", setting]);
            }
            let mut program = Program::spawn(command);
            let ready = program.try_next_log_line("ready to accept connections");
            if ready.is_some() {
                return Self {
                    program: Mutex::new(program),
                    port,
                    programs,
                    databases: AtomicUsize::default(),
                    folder,
                };
            }
            let log = program.log();
            assert!(log.contains("Address already in use"), "{log}");
        }
        panic!("no port stayed free");
    }

    /// Makes an empty database and returns its name.
    pub fn create_database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::SeqCst);
        let name = format!("test_{number}");
        self.query("postgres", &format!("CREATE DATABASE {name}"));
        name
    }

    /// `postgres://…`
    pub fn url(&self, database: &str) -> String {
        let port = self.port;
        format!("postgres://{USER}@127.0.0.1:{port}/{database}")
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The answer of one statement: rows of values, as `psql` writes them.
    #[track_caller]
    pub fn query(&self, database: &str, sql: &str) -> Vec<Vec<String>> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--no-align", "--tuples-only", "--quiet"]);
        psql.args(["--set", "ON_ERROR_STOP=1", "--field-separator", "\u{1f}"]);
        psql.arg("--host").arg(self.folder.path());
        psql.args(["--port", &self.port.to_string(), "--username", USER]);
        let answer = output(psql.args(["--dbname", database, "--command", sql]));
        let rows = answer.lines();
        rows.map(|row| row.split('\u{1f}').map(str::to_owned).collect())
            .collect()
    }

    /// Makes it hang, as a server does whose machine is gone.
    pub fn pause(&self) {
        self.signal_all(Signal::SIGSTOP);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal_all(Signal::SIGCONT);
    }

    fn program(&self) -> MutexGuard<'_, Program> {
        self.program.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server and the processes of its connections.
    fn signal_all(&self, signal: Signal) {
        let program = self.program();
        program.signal(signal);
        let children = format!("/proc/{0}/task/{0}/children", program.id());
        let children = fs::read_to_string(children).unwrap();
        for child in children.split_whitespace() {
            let child = nix::unistd::Pid::from_raw(child.parse().unwrap());
            // It may have ended meanwhile.
            let _ = nix::sys::signal::kill(child, signal);
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.resume();
        // An immediate end, of its child processes too.
        let mut program = self.program();
        program.signal(Signal::SIGQUIT);
        program.wait();
    }
}

/// The folder of its programs; Debian keeps them off PATH.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let debian = versions.flatten().map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::split_paths(&path).collect::<Vec<_>>();
    let mut folders = debian.chain(path);
    let has_programs = |folder: &PathBuf| {
        let programs = ["initdb", "postgres", "psql"];
        programs
            .iter()
            .all(|name| Path::new(folder).join(name).is_file())
    };
    folders.find(has_programs).expect(MISSING)
}

/// The server refuses to run as root.
fn server_user() -> Option<User> {
    if !Uid::effective().is_root() {
        return None;
    }
    let mut users = ["postgres", "nobody"].into_iter();
    let user = users.find_map(|name| User::from_name(name).unwrap());
    Some(user.expect("a user to run PostgreSQL as"))
}

#[track_caller]
fn output(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {log}");
    String::from_utf8(output.stdout).unwrap()
}
