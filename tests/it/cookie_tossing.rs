//! A sibling host that plants cookies under names which look like ours: over https, where browsers know what a
//! name that begins with `__Host-` promises.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use webkyc_test_kit::{browser::Browser, driver::Options};

use crate::{
    pages::{sees_failure, sees_the_results, sign_up},
    setup::{Setup, test_in},
    site::{Building, Site},
    stack::{Deployment, Stack},
};

const PORTAL: &str = "kyc.shop.localhost";
const SIBLING: &str = "evil.shop.localhost";

/// What somebody, somewhere, takes for white space, or for nothing at all.
const BLANKS: &str = "\t \u{b}\u{c}\u{1c}\u{1f}\u{85}\u{a0}\u{ad}\u{1680}\u{180e}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\
    \u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{200b}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";

/// Where a planted cookie is sent. The longest comes first.
const PATHS: [&str; 2] = ["/", "/api"];

/// A way to write a name: what stands before and behind, and what becomes of the name itself.
#[derive(Clone)]
struct Spelling {
    before: String,
    after: String,
    name: fn(&str) -> String,
}

fn spellings() -> Vec<Spelling> {
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

/// One server for both hosts. The sibling sets what the test asks it to set.
fn configuration(building: &Building, backend: &str) -> String {
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
async fn beside(body: impl AsyncFnOnce(&Stack, &Browser, &Site)) {
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
        let site = building.open_with(&configuration).await;
        body(stack, browser, &site).await;
    })
    .await;
}

/// All that the browser keeps, as DevTools see it.
async fn jar(browser: &Browser) -> Vec<Value> {
    let answer = browser.devtools("Storage.getCookies", json!({})).await;
    answer["cookies"].as_array().unwrap().clone()
}

/// Nothing but these is kept from now on.
async fn keep(browser: &Browser, stack: &Stack, cookies: &[Value]) {
    browser.devtools("Storage.clearCookies", json!({})).await;
    let again: Vec<Value> = cookies
        .iter()
        .map(|cookie| {
            // By the address, or it would not be of the one host.
            json!({
                "url": stack.page("/"), "name": cookie["name"], "value": cookie["value"], "path": "/",
                "secure": true, "httpOnly": true, "sameSite": "Strict", "expires": cookie["expires"],
            })
        })
        .collect();
    browser
        .devtools("Storage.setCookies", json!({"cookies": again}))
        .await;
    assert_eq!(names(&jar(browser).await), names(cookies));
}

fn names(cookies: &[Value]) -> BTreeSet<String> {
    let names = cookies
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned());
    names.collect()
}

/// What the sibling gives to its victim: a session of somebody else's, and what would spoil one of her own.
fn planted(strangers: &[Value]) -> Vec<[String; 2]> {
    let mut all: Vec<[String; 2]> = strangers
        .iter()
        .map(|it| ["name", "value"].map(|member| it[member].as_str().unwrap().to_owned()))
        .collect();
    let session = all.iter().find(|[name, _]| name.ends_with("-session"));
    let rest = format!("{}1", session.unwrap()[0]);
    all.push([rest, "spoilt".to_owned()]);
    all
}

/// Whose session a page of the portal has, by its id; or the status of the refusal.
async fn whose(browser: &Browser) -> Value {
    let ask = "const answer = await fetch('api/session', { headers: { 'x-webkyc': '1' } });
        return answer.ok ? (await answer.json()).sessionId : answer.status";
    browser.run_async(ask).await
}

#[tokio::test]
async fn ses_15_what_a_sibling_host_plants_changes_nothing_in_whatever_spelling() {
    beside(async |stack, browser, site| {
        sign_up(stack, browser, "john").await;
        sees_the_results(browser).await;
        let strangers = jar(browser).await;
        let strangers_session = whose(browser).await;
        assert!(strangers.iter().all(|it| {
            it["name"]
                .as_str()
                .unwrap()
                .starts_with("__Host-Http-webkyc-")
        }));
        let gifts = planted(&strangers);
        browser.devtools("Storage.clearCookies", json!({})).await;

        sign_up(stack, browser, "anna").await;
        sees_the_results(browser).await;
        let own = jar(browser).await;
        let own_session = whose(browser).await;
        assert!(own_session.is_string() && own_session != strangers_session);
        // The stranger's works where it is not planted by a sibling, so there is something to win.
        keep(browser, stack, &strangers).await;
        assert_eq!(whose(browser).await, strangers_session);

        let portal = browser.client.window().await.unwrap();
        let other = browser.client.new_window(true).await.unwrap().handle;
        browser
            .client
            .switch_to_window(other.clone())
            .await
            .unwrap();
        browser
            .open_page(&site.url(SIBLING).replace("http://", "https://"))
            .await;
        let mut kept = [0, 0];
        for (number, spelling) in spellings().iter().enumerate() {
            for way in [0, 1] {
                for victims in [&own, &Vec::new()] {
                    keep(browser, stack, victims).await;
                    let plant = plant(number, spelling, way, &gifts, &PATHS);
                    browser
                        .client
                        .switch_to_window(other.clone())
                        .await
                        .unwrap();
                    browser.run_async(&plant).await;
                    let is_kept = jar(browser).await.len() > victims.len();
                    kept[way] += usize::from(is_kept);
                    browser
                        .client
                        .switch_to_window(portal.clone())
                        .await
                        .unwrap();
                    let expected = if victims.is_empty() {
                        json!(401)
                    } else {
                        own_session.clone()
                    };
                    let spelt = (spelling.name)(&gifts[0][0]);
                    assert_eq!(
                        whose(browser).await,
                        expected,
                        "{:?}{spelt}{:?}, way {way}, kept: {is_kept}",
                        spelling.before,
                        spelling.after
                    );
                    assert!(names(&jar(browser).await).is_superset(&names(victims)));
                }
            }
        }
        // Most are kept, by a script and by a header: what is left out is left out by the browser.
        println!("kept: {kept:?} of {}", 2 * spellings().len());
        assert!(
            kept.iter().all(|kept| *kept > spellings().len()),
            "{kept:?}"
        );
    })
    .await;
}

/// A script of the sibling's page that plants all of these in this spelling: by itself, or by an answer.
fn plant(
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

#[tokio::test]
async fn ses_15_a_page_looks_the_same_with_everything_planted_at_once() {
    beside(async |stack, browser, site| {
        sign_up(stack, browser, "anna").await;
        sees_the_results(browser).await;
        let own = jar(browser).await;
        // One cookie for each spelling: of more than 180 for a site, a browser drops what is oldest, whosever it is.
        let gifts = planted(&own);
        let session = gifts.iter().find(|[name, _]| name.ends_with("-session"));
        let session = session.unwrap()[0].clone();
        let gift = [[session, "x".to_owned()]];
        let sibling = site.url(SIBLING).replace("http://", "https://");
        for victims in [own.clone(), Vec::new()] {
            keep(browser, stack, &victims).await;
            browser.open_page(&sibling).await;
            for (number, spelling) in spellings().iter().enumerate() {
                let plant = plant(number, spelling, 0, &gift, &PATHS[1..]);
                browser.run_async(&plant).await;
            }
            assert!(names(&jar(browser).await).is_superset(&names(&victims)));
            assert!(jar(browser).await.len() > 60);
            browser.open_page(&stack.page("/results")).await;
            if victims.is_empty() {
                sees_failure(browser, "NOTHING_HERE").await;
            } else {
                sees_the_results(browser).await;
                let name = browser.find(".person-name").await.text().await.unwrap();
                assert!(name.contains("SCHMIDT"), "{name}");
            }
        }
    })
    .await;
}
