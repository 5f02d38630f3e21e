//! Pages of a site: one with our button, and one with each peer in its place.

use std::{collections::HashMap, net::Ipv4Addr, sync::Arc};

use anyhow::{Context, Result, ensure};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    peers::{Kind, Peer},
    setup::Setup,
};

/// The example for developers.
const EXAMPLE: &str = include_str!("../../examples/in-page/site/index.html");
/// The example's own style sheet, which no page here loads.
const STYLE: &str = r#"<link rel="stylesheet" href="shop.css">"#;
/// The last element of the head.
const SCRIPT: &str = r#"<script type="module" src="/kyc/elements.js"></script>"#;
const LINK: &str = r#"<a href="/kyc/start">Sign Up with Authenteq</a>"#;

pub(crate) const OURS: &str = "/ours.html";
/// With a link and without a script.
pub(crate) const PLAIN: &str = "/plain.html";
/// The same page, from which visitors come.
pub(crate) const BEFORE: &str = "/before.html";

struct Served {
    media_type: &'static str,
    brotli: Bytes,
}

/// Serves them and the peers' files from memory, compressed. Returns `HOST:PORT`.
pub(crate) async fn serve(setup: &Setup, peers: &[Peer]) -> Result<String> {
    let mut files = vec![
        (OURS.to_owned(), with_our_button()?.into_bytes()),
        (PLAIN.to_owned(), with_a_link("")?.into_bytes()),
        (BEFORE.to_owned(), with_a_link("")?.into_bytes()),
    ];
    for peer in peers {
        files.push((path_of(peer), with_a_link(&head_of(peer))?.into_bytes()));
        for file in peer.files {
            files.push((path_of_file(peer, file), peer.read(setup, file)?));
        }
    }
    let mut compressing = JoinSet::new();
    for (path, raw) in files {
        compressing.spawn_blocking(move || -> Result<(String, Served)> {
            let media_type = media_type(&path);
            let brotli = brotli(&raw)?.into();
            Ok((path, Served { media_type, brotli }))
        });
    }
    let mut served = HashMap::new();
    while let Some(compressed) = compressing.join_next().await {
        let (path, file) = compressed??;
        served.insert(path, file);
    }
    let router = Router::new().fallback(answer).with_state(Arc::new(served));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(address)
}

/// With quality 11, as the kit's own files.
pub(crate) fn brotli(raw: &[u8]) -> Result<Vec<u8>> {
    let best = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: raw.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &raw[..], &mut small, &best)?;
    Ok(small)
}

async fn answer(State(served): State<Arc<HashMap<String, Served>>>, uri: Uri) -> Response {
    let Some(Served { media_type, brotli }) = served.get(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, *media_type),
        (header::CONTENT_ENCODING, "br"),
    ];
    (headers, brotli.clone()).into_response()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        _ => "text/javascript",
    }
}

/// The path of the page with this peer.
pub(crate) fn path_of(peer: &Peer) -> String {
    format!("/{}.html", peer.slug())
}

fn path_of_file(peer: &Peer, file: &str) -> String {
    format!("/{}/{file}", peer.slug())
}

fn with_our_button() -> Result<String> {
    replaced(EXAMPLE, STYLE, "")
}

/// The example with a link in the place of the button, and with this in the place of our script.
fn with_a_link(head: &str) -> Result<String> {
    let page = with_our_button()?;
    let (before, rest) = page.split_once(SCRIPT).context("no script")?;
    let (_, after) = rest.split_once("</head>").context("no end of the head")?;
    let page = [before, head, "</head>", after].concat();
    let (before, rest) = page.split_once("<authenteq-button").context("no button")?;
    let (button, after) = rest.split_once("</authenteq-button>").context("no end")?;
    ensure!(button.contains(LINK), "another link is in the button");
    Ok([before, LINK, after].concat())
}

fn replaced(page: &str, before: &str, after: &str) -> Result<String> {
    ensure!(page.contains(before), "the example is without {before}");
    Ok(page.replace(before, after))
}

/// Loads the files that the peer's guide names without blocking the page, and measures when the peer
/// would handle a click on the link.
fn head_of(peer: &Peer) -> String {
    let mut head = String::new();
    let mut import = String::new();
    for (place, file) in peer.files.iter().enumerate() {
        let path = path_of_file(peer, file);
        head += &if file.ends_with(".css") {
            format!("<link rel=\"stylesheet\" href=\"{path}\">\n")
        } else if peer.kind == Kind::Module {
            if place == 0 {
                import = format!("import * as sdk from \"{path}\";\n");
            }
            format!("<link rel=\"modulepreload\" href=\"{path}\">\n")
        } else {
            format!("<script src=\"{path}\" defer></script>\n")
        };
    }
    // Deferred scripts and modules run in their order.
    head += &format!(
        "<script type=\"module\">
        {import}const offered = {};
        if (!offered) throw new Error(\"it exports nothing\");
        const link = document.querySelector(\"a\");
        link.addEventListener(\"click\", (event) => event.preventDefault());
        bench.works();
        </script>",
        peer.works
    );
    head
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::PEERS;

    #[test]
    fn our_page_is_the_example_without_its_style_sheet() {
        let page = with_our_button().unwrap();
        assert!(page.contains(SCRIPT), "{page}");
        assert!(page.contains("<authenteq-button "), "{page}");
        assert!(!page.contains("shop.css"), "{page}");
    }

    #[test]
    fn the_page_of_a_peer_differs_in_script_and_button_alone() {
        let plain = with_a_link("").unwrap();
        assert!(!plain.contains("<script"), "{plain}");
        assert!(!plain.contains("authenteq-button"), "{plain}");
        for peer in PEERS {
            let head = head_of(&peer);
            let page = with_a_link(&head).unwrap();
            assert_eq!(page.replace(&head, ""), plain);
            for file in peer.files {
                assert!(head.contains(&path_of_file(&peer, file)), "{head}");
            }
        }
    }
}
