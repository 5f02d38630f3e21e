//! Addresses in requests: none of them is followed or returned.

use std::collections::BTreeSet;

use reqwest::{Method, header};
use serde_json::{Value, json};
use webkyc_backend::config::SiteSettings;

use crate::harness::{Answer, CLIENT_ID, PAGE, STATE, TestApp};

/// A stranger's addresses, in every spelling that a parser may take for one of ours or for none.
fn foreign_addresses() -> BTreeSet<String> {
    let starts = [
        "",
        "//",
        "///",
        "////",
        "/\\",
        "\\\\",
        "\\/",
        "\\",
        "/\t/",
        "/\n/",
        "/\r\n/",
        "/\u{b}/",
        "/\u{a0}/",
        "http://",
        "https://",
        "https:",
        "https:/",
        "https:///",
        "http:\\\\",
        "HTTPS://",
        "hTTp://",
        "ftp://",
        "file://",
        "data:text/html,",
        "javascript:alert(1)//",
        "java\tscript:",
        "vbscript:",
        "blob:https://",
        "view-source:",
        "/%2f",
        "/%5c",
        "%2f%2f",
        "%5c%5c",
        "%252f%252f",
        "/%09/",
        "/%0d%0a/",
        "/.//",
        "/..//",
        "/;//",
        "/.%2f/",
        "?//",
        "#//",
        " //",
        "\t//",
        "\u{0}//",
        "%00//",
        "\u{2215}\u{2215}",
        "\u{ff0f}\u{ff0f}",
        "\u{2044}\u{2044}",
        "https://shop.example@",
        "https://shop.example:443@",
        "https://shop.example%40",
        "https://shop.example.",
        "https://shop.example#@",
        "https://shop.example?@",
        "https://shop.example\\@",
        "https://shop.example%23@",
        "https://shop.example%2f@",
        "//shop.example@",
        "done//",
        "done@",
        "done\n//",
        "https://shop.example/done?x=1@",
    ];
    let ends = [
        "evil.example",
        "EVIL.example/",
        "evil.example:443",
        "evil.example%00",
        "evil.example%2f..",
        "evil.example#shop.example",
        "evil\u{3002}example",
        "\u{435}vil-evil.example",
        "xn--evil.example/done",
        "[::1]/evil",
        "2130706433/evil",
        "127.1/evil",
    ];
    let all = starts
        .iter()
        .flat_map(|start| ends.map(|end| format!("{start}{end}")));
    all.collect()
}

#[track_caller]
fn leads_nowhere(answer: &Answer, what: &str) {
    assert!(!answer.headers.contains_key(header::LOCATION), "{what:?}");
    assert!(!answer.headers.contains_key("refresh"), "{what:?}");
    let text = format!("{:?} {}", answer.headers, answer.body).to_lowercase();
    assert!(!text.contains("evil"), "{what:?}: {text}");
}

#[tokio::test]
async fn red_01_no_address_of_a_stranger_leads_anywhere_or_comes_back() {
    let app = TestApp::start_with("http://127.0.0.1:9", |settings| {
        let site = SiteSettings {
            name: "Shop".into(),
            returns: [("done".into(), "https://shop.example/done?x=1".into())].into(),
            ..SiteSettings::default()
        };
        settings.sites = [("shop".into(), site)].into();
    })
    .await;
    let addresses = foreign_addresses();
    assert!(addresses.len() >= 600, "{}", addresses.len());
    for address in &addresses {
        for (site, return_key, code) in [
            (json!("shop"), json!(address), "UNKNOWN_RETURN"),
            (json!(address), json!("done"), "UNKNOWN_SITE"),
            (Value::Null, json!(address), "UNKNOWN_RETURN"),
        ] {
            let body = json!({"state": STATE, "site": site, "return": return_key});
            let answer = app.visitor().post("/api/begin", body).await;
            leads_nowhere(&answer, address);
            assert!(answer.set_cookies().is_empty());
            answer.assert_problem(400, code);
        }
        let mut query = url_query(
            &["site", "return", "redirect", "redirect_uri", "next", "url"],
            address,
        );
        query.truncate(3_000);
        for page in ["/", "/start", "/results", "/integrate"] {
            let response = app
                .bare(Method::GET, &format!("{page}?{query}"))
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), 200, "{address:?}");
            assert!(
                !response.headers().contains_key(header::LOCATION),
                "{address:?}"
            );
            assert_eq!(response.text().await.unwrap(), PAGE);
        }
        let answer = app.visitor().get(&format!("/api/config?{query}")).await;
        leads_nowhere(&answer, address);
        answer.assert_ok();
    }
}

/// The same value for each of these names.
pub(crate) fn url_query(names: &[&str], value: &str) -> String {
    let mut url: reqwest::Url = "https://kyc.example/".parse().unwrap();
    let pairs = names.iter().map(|name| (name, value));
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap().to_owned()
}

#[tokio::test]
async fn red_01_no_path_leads_to_a_stranger_not_even_where_there_is_a_redirect() {
    for mount in ["", "/kyc"] {
        let app = TestApp::start_with("http://127.0.0.1:9", |settings| {
            settings.public_url = Some(format!("https://kyc.example{mount}"));
        })
        .await;
        let mut asked = 0;
        for address in foreign_addresses() {
            if !address.bytes().all(|b| b.is_ascii_graphic()) {
                continue;
            }
            for target in [
                format!("/{address}"),
                format!("{mount}{address}"),
                format!("{mount}/{address}"),
            ] {
                let request = format!(
                    "GET {target} HTTP/1.1\r\nHost: kyc.example\r\nConnection: close\r\n\r\n"
                );
                let answer = Answer::ask(&app.address, &request).await;
                let location = answer.headers.get(header::LOCATION);
                assert!(
                    location.is_none_or(|to| to == "/kyc/"),
                    "{target}: {location:?}"
                );
                assert!(!answer.body.to_string().contains("evil"), "{target}");
                asked += 1;
            }
        }
        assert!(asked > 1_000, "{asked}");
    }
}

#[tokio::test]
async fn red_02_the_way_back_is_the_configured_address_encoded_once() {
    let back = "https://shop.example/?a=b&client_id=evil&state=x#%26redirect_uri=yz\u{e4}+";
    let mut url = None;
    for given in [back, "https://shop.example/%2Fdone"] {
        let app =
            TestApp::start_with("http://127.0.0.1:9", |s| s.back_url = Some(given.into())).await;
        let begun = app.visitor().begin(STATE).await;
        let pairs: Vec<_> = begun.query_pairs().into_owned().collect();
        let names: Vec<_> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "back_url",
        ];
        assert_eq!(names, expected);
        let normal = reqwest::Url::parse(given).unwrap();
        let sent = &pairs[5].1;
        assert!(sent == given || sent == normal.as_str(), "{sent}");
        assert_eq!(pairs[1].1, CLIENT_ID);
        assert_eq!(begun.fragment(), None);
        url = Some(begun);
    }
    assert!(
        url.unwrap()
            .as_str()
            .contains("back_url=https%3A%2F%2Fshop.example%2F%252Fdone")
    );
}
