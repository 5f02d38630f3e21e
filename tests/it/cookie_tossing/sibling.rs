//! The portal and its sibling, which sets cookies for both in many spellings.

use serde_json::json;
use webkyc_test_kit::{browser::Browser, driver::Options};

use crate::{
    setup::{Setup, test_in},
    site::{Building, Site},
    stack::{Deployment, Stack},
};

pub(super) const PORTAL: &str = "kyc.shop.localhost";
pub(super) const SIBLING: &str = "evil.shop.localhost";

/// Characters that some program treats as white space or ignores.
pub(super) const BLANKS: &str = "\t \u{b}\u{c}\u{1c}\u{1f}\u{85}\u{a0}\u{ad}\u{1680}\u{180e}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\
    \u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{200b}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";

/// Where a planted cookie is sent. The longest comes first.
pub(super) const PATHS: [&str; 2] = ["/", "/api"];

/// A way to write a name: characters before and after it, and a change of the name itself.
#[derive(Clone)]
pub(super) struct Spelling {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) name: fn(&str) -> String,
}

pub(super) fn spellings() -> Vec<Spelling> {
    let around = |before: &str, after: &str| Spelling {
        before: before.to_owned(),
        after: after.to_owned(),
        name: str::to_owned,
    };
    let mut all = Vec::new();
    for blank in BLANKS.chars().map(String::from) {
        all.push(around(&blank, ""));
        all.push(around("", &blank));
        all.push(around(&blank.repeat(2), ""));
        all.push(around(&format!(" {blank}"), &blank));
    }
    // Without a name, and with marks that one reader or another takes off.
    for before in ["", "=", " =", "==", "\"", "'", "$", ",", "x, ", "%20"] {
        all.push(around(before, ""));
    }
    let otherwise: [fn(&str) -> String; 8] = [
        str::to_lowercase,
        str::to_uppercase,
        |name| name.replacen("__Host", "__host", 1),
        |name| name.replacen("__Host", "__HOST", 1),
        |name| name.replacen("Http", "http", 1),
        |name| name.replacen("__Host-Http-", "", 1),
        |name| name.replacen("__Host-Http-", "__Secure-", 1),
        |name| name.replacen('_', "%5F", 1),
    ];
    all.extend(otherwise.map(|name| Spelling {
        before: String::new(),
        after: String::new(),
        name,
    }));
    all
}

/// One server for both hosts. The sibling sets the cookies that the test asks for.
pub(super) fn configuration(building: &Building, backend: &str) -> String {
    let mut plants = String::new();
    for (number, Spelling { before, after, .. }) in spellings().iter().enumerate() {
        let quoted = |text: &str| {
            text.replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('$', "${dollar}")
        };
        let (before, after) = (quoted(before), quoted(after));
        plants += &format!(
            "location = /plant/{number} {{
                add_header Set-Cookie \"{before}$arg_name{after}=$arg_value; Domain=shop.localhost; Path=$arg_path; Secure\";
                return 204;
            }}\n"
        );
    }
    format!(
        "pid nginx.pid; error_log stderr; events {{}}
        http {{
            access_log off; client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
            uwsgi_temp_path tmp; scgi_temp_path tmp; large_client_header_buffers 4 32k; default_type text/html;
            geo $dollar {{ default \"$\"; }}
            ssl_certificate certificate.pem; ssl_certificate_key key.pem;
            server {{
                listen unix:{socket} ssl;
                server_name {PORTAL};
                location / {{
                    proxy_pass http://{backend};
                    proxy_http_version 1.1;
                    proxy_set_header Connection \"\";
                    proxy_set_header Host $http_host;
                    proxy_buffer_size 16k;
                    proxy_buffers 8 16k;
                    proxy_max_temp_file_size 0;
                }}
            }}
            server {{
                listen unix:{socket} ssl;
                server_name {SIBLING};
                root site;
                {plants}
            }}
        }}",
        socket = building.socket().display()
    )
}

/// A portal over https and its sibling.
pub(super) async fn beside(body: impl AsyncFnOnce(&Stack, &Browser, &Site)) {
    let building = Building::start().await;
    building.page(
        "index.html",
        "<!doctype html><title>Win a car</title><h1>Win a car</h1>",
    );
    let names = [PORTAL, SIBLING].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    building.file("certificate.pem", &made.cert.pem());
    building.file("key.pem", &made.signing_key.serialize_pem());
    let setup = Setup {
        browser: Options {
            takes_any_certificate: true,
            ..Options::default()
        },
        deployment: Deployment {
            public_url: Some(building.url(PORTAL).replace("http://", "https://")),
            ..Deployment::default()
        },
        time_zone: None,
    };
    test_in(setup, async |stack, browser| {
        let configuration = configuration(&building, &stack.public.host());
        let site = building.open_with(&configuration);
        body(stack, browser, &site).await;
    })
    .await;
}

/// A script of the sibling's page that plants all of these in this spelling: by itself, or by an answer.
pub(super) fn plant(
    number: usize,
    spelling: &Spelling,
    way: usize,
    gifts: &[[String; 2]],
    paths: &[&str],
) -> String {
    let Spelling {
        before,
        after,
        name,
    } = spelling;
    let gifts: Vec<_> = gifts
        .iter()
        .map(|[given, value]| [name(given), value.clone()])
        .collect();
    format!(
        "for (const [name, value] of {gifts}) for (const path of {paths}) {{
            if ({way} === 0)
                document.cookie = {before} + name + {after} + `=${{value}}; Domain=shop.localhost; Path=${{path}}; Secure`;
            else await fetch(`/plant/{number}?name=${{name}}&value=${{value}}&path=${{path}}`);
        }}",
        gifts = json!(gifts),
        paths = json!(paths),
        before = json!(before),
        after = json!(after),
    )
}
