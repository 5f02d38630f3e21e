//! nginx as a proxy with kept connections, set up after its manual.

use std::{
    fmt::Write,
    fs,
    net::{Ipv4Addr, TcpStream},
    process::Command,
    time::Duration,
};

use anyhow::Result;
use webkyc_test_kit::program::{Program, Signal, free_port};

use crate::setup::Setup;

/// How long it may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// An nginx with workers, which a killed nginx would leave behind.
pub(crate) struct Nginx(Program);

impl Drop for Nginx {
    fn drop(&mut self) {
        self.0.signal(Signal::SIGTERM);
        self.0.ended_within(GRACE);
    }
}

/// A path, and the servers that nginx passes its requests on to.
pub(crate) struct Location<'a> {
    pub(crate) path: &'a str,
    /// `HOST:PORT` of each.
    pub(crate) upstreams: &'a [&'a str],
}

/// Passes all requests on to these addresses in turn. Returns its own URL.
pub(crate) fn pass_on(setup: &Setup, upstreams: &[&str]) -> Result<(Nginx, String)> {
    let port = free_port();
    let everything = Location {
        path: "/",
        upstreams,
    };
    let program = start_at(setup, port, &[everything])?;
    Ok((program, format!("http://127.0.0.1:{port}")))
}

/// Buffers answers in memory, because files would make it slower.
pub(crate) fn start_at(setup: &Setup, port: u16, locations: &[Location<'_>]) -> Result<Nginx> {
    let folder = setup.folder.path().join(format!("nginx-{port}"));
    fs::create_dir(&folder)?;
    let (mut behind, mut passed) = (String::new(), String::new());
    for (number, Location { path, upstreams }) in locations.iter().enumerate() {
        let _ = write!(behind, "upstream behind{number} {{ ");
        for address in *upstreams {
            let _ = write!(behind, "server {address}; ");
        }
        behind += "keepalive 1024; }\n";
        let _ = writeln!(
            passed,
            "location {path} {{
                proxy_pass http://behind{number};
                proxy_http_version 1.1;
                proxy_set_header Connection '';
                proxy_set_header Host $http_host;
                proxy_max_temp_file_size 0;
                proxy_buffers 16 64k;
            }}"
        );
    }
    let configuration = folder.join("nginx.conf");
    let folder = folder.display();
    fs::write(
        &configuration,
        format!(
            "daemon off; pid {folder}/pid; worker_processes auto; error_log stderr error;
            events {{ worker_connections 16384; }}
            http {{
                access_log {folder}/access.log;
                client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
                fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
                {behind}
                server {{
                    listen 127.0.0.1:{port} backlog=4096;
                    {passed}
                }}
            }}"
        ),
    )?;
    let mut command = Command::new(&setup.nginx);
    command
        .arg("-c")
        .arg(&configuration)
        .arg("-p")
        .arg(setup.folder.path());
    let mut program = Program::spawn(command);
    program.wait_until(|| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    Ok(Nginx(program))
}
