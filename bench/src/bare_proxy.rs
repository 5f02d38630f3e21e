//! The least that axum and reqwest can do: pass an answer on and look at nothing. What our backend
//! stands on can be no faster than this.

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

use crate::{program::Program, setup::Setup};

/// Names the upstream to this program when it is to be that server.
pub(crate) const VARIABLE: &str = "WEBKYC_BENCH_BARE";

#[derive(Clone)]
struct Upstream {
    http: reqwest::Client,
    url: String,
}

/// Starts it as a program of its own, and gives its address.
pub(crate) fn start(setup: &Setup, upstream: &str) -> Result<(Program, String)> {
    let mut command = Command::new(env::current_exe()?);
    command.env(VARIABLE, upstream);
    let (program, url) = Program::start(command, "listening on ", &setup.log("bare"))?;
    Ok((program, url.trim().to_owned()))
}

/// Is that server.
#[expect(clippy::print_stdout, reason = "tells who started it where it is")]
pub(crate) async fn serve(upstream: String) -> Result<()> {
    let upstream = Upstream {
        http: reqwest::Client::builder().no_proxy().build()?,
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
