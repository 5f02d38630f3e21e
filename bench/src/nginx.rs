//! nginx as a proxy with kept connections, set up after its manual.

use std::{fmt::Write, fs, process::Command};

use anyhow::Result;

use crate::{
    program::{Program, free_port},
    setup::Setup,
};

/// A path, and the servers that nginx passes its requests on to.
pub(crate) struct Location<'a> {
    pub(crate) path: &'a str,
    /// `HOST:PORT` of each.
    pub(crate) upstreams: &'a [&'a str],
}

/// Passes all requests on to these addresses in turn. Returns its own URL.
pub(crate) fn pass_on(setup: &Setup, upstreams: &[&str]) -> Result<(Program, String)> {
    let port = free_port()?;
    let everything = Location {
        path: "/",
        upstreams,
    };
    let program = start_at(setup, port, &[everything])?;
    Ok((program, format!("http://127.0.0.1:{port}")))
}

/// Buffers answers in memory, because files would make it slower.
pub(crate) fn start_at(setup: &Setup, port: u16, locations: &[Location<'_>]) -> Result<Program> {
    let folder = setup.folder.path().join(format!("nginx-{port}"));
    fs::create_dir(&folder)?;
    let (mut behind, mut passed) = (String::new(), String::new());
    for (number, Location { path, upstreams }) in locations.iter().enumerate() {
        let _ = write!(behind, "upstream behind{number} {{ ");
        for address in *upstreams {
            let _ = write!(behind, "server {address}; ");
        }
        behind += "keepalive 128; }\n";
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
            events {{ worker_connections 4096; }}
            http {{
                access_log {folder}/access.log;
                client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
                fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
                {behind}
                server {{
                    listen 127.0.0.1:{port} backlog=2048;
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
    Program::start_at(command, port, &setup.log("nginx"))
}
