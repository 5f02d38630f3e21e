//! A proxy of axum and reqwest that passes answers on unread: an upper limit for our backend, which is
//! built with both.

use std::{env, net::Ipv4Addr, process::Command};

use anyhow::{Context, Result};
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::net::TcpListener;
use webkyc_test_kit::{http, program::Program};

/// With this variable, which holds the URL of the upstream, the program is the proxy.
pub(crate) const VARIABLE: &str = "WEBKYC_BENCH_BARE";

#[derive(Clone)]
struct Upstream {
    http: reqwest::Client,
    url: String,
}

/// Starts it as a process of its own. Returns its URL.
pub(crate) fn start(upstream: &str) -> Result<(Program, String)> {
    let mut command = Command::new(env::current_exe()?);
    command.env(VARIABLE, upstream);
    let (program, [url]) = Program::start(command, ["listening on "]);
    Ok((program, url))
}

/// Runs the proxy.
#[expect(clippy::print_stdout, reason = "its parent reads the address")]
pub(crate) async fn serve(upstream: String) -> Result<()> {
    let upstream = Upstream {
        http: http::client(),
        url: format!("{upstream}/v2/web-kyc/details"),
    };
    let router = Router::new()
        .route("/v2/web-kyc/details", get(details))
        .with_state(upstream);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await.context("cannot serve")
}

async fn details(
    State(upstream): State<Upstream>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let authorization = headers.get(header::AUTHORIZATION);
    let authorization = authorization.ok_or(StatusCode::UNAUTHORIZED)?.clone();
    let request = upstream.http.get(&upstream.url);
    let answer = request.header(header::AUTHORIZATION, authorization).send();
    let answer = answer.await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let length = answer.headers().get(header::CONTENT_LENGTH).cloned();
    let body = Body::from_stream(answer.bytes_stream());
    let json = (header::CONTENT_TYPE, "application/json");
    let length = length.map(|length| [(header::CONTENT_LENGTH, length)]);
    Ok(match length {
        Some(length) => ([json], length, body).into_response(),
        None => ([json], body).into_response(),
    })
}
