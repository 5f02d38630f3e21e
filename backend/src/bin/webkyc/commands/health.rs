//! `webkyc health`: probes the running server like an orchestrator, in images without curl.

use std::{
    io::{Write, stdout},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use clap::Args;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Shorter than the usual 5 seconds of a health check, and longer than any useful answer takes.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Longer than our own server's answer.
const ANSWER_LIMIT: u64 = 4 << 10;

#[derive(Args)]
pub(crate) struct HealthArguments {
    /// Ask whether it takes new visitors (/readyz), not only whether it lives (/healthz)
    #[arg(long)]
    ready: bool,
}

/// Prints the answer of the server on this address; fails unless it is healthy.
pub(crate) async fn run(listen: SocketAddr, arguments: &HealthArguments) -> anyhow::Result<()> {
    let address = reachable(listen);
    let path = if arguments.ready {
        "/readyz"
    } else {
        "/healthz"
    };
    let asked = format!("http://{address}{path}");
    ensure!(
        address.port() != 0,
        "WEBKYC_LISTEN names port 0: the running program chose a port that this command cannot know"
    );
    let (status, says) = match timeout(TIMEOUT, ask(address, path)).await {
        Ok(answer) => answer.with_context(|| asked.clone())?,
        Err(_) => bail!("{asked}: no answer within {} s", TIMEOUT.as_secs()),
    };
    if status != "200" {
        bail!("{asked} answers {status}: {says}");
    }
    let _ = writeln!(stdout(), "{asked}: {says}");
    Ok(())
}

/// The address at which a server that listens here can be called: an unspecified address becomes
/// loopback.
pub(super) fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip().to_canonical() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        _ => return listen,
    };
    SocketAddr::new(ip, listen.port())
}

/// Parses the answer's status and the first line of its body.
async fn ask(address: SocketAddr, path: &str) -> anyhow::Result<(String, String)> {
    let mut stream = TcpStream::connect(address)
        .await
        .context("no program listens there")?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_LIMIT).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split_whitespace().nth(1))
        .context("what answers speaks no HTTP")?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let says = body.lines().next().unwrap_or_default();
    // Another program may listen there: do not print its text to our terminal.
    let says = says.chars().filter(|c| !c.is_control()).take(80).collect();
    Ok((status.chars().take(3).collect(), says))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_21_who_listens_everywhere_is_asked_on_loopback() {
        for (listen, asked) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("[::ffff:0.0.0.0]:80", "127.0.0.1:80"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("192.0.2.7:80", "192.0.2.7:80"),
            ("[::1]:80", "[::1]:80"),
        ] {
            let listen = listen.parse().unwrap();
            assert_eq!(reachable(listen).to_string(), asked);
        }
    }
}
