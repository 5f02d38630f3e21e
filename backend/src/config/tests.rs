//! Valid and invalid settings.

mod api;
mod form;
#[cfg(feature = "store")]
mod store;

use secrecy::ExposeSecret;

use super::*;

const SECRET: &str = "client!+%&secret";
const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
const OPERATOR_KEY: &str = "operator!key-of-32-characters-or-more";

type Change = fn(&mut Settings);
type Holds = fn(&Config) -> bool;

fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings {
        client_id: Some("com.example.shop".into()),
        client_secret: Some(SECRET.into()),
        public_url: Some("https://shop.example/kyc/".into()),
        ..Settings::default()
    };
    change(&mut settings);
    settings
}

fn site(returns: &[(&str, &str)], origins: &[&str]) -> SiteSettings {
    let owned = |(key, url): &(&str, &str)| ((*key).to_owned(), (*url).to_owned());
    SiteSettings {
        name: "Shop".into(),
        returns: returns.iter().map(owned).collect(),
        origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        ..SiteSettings::default()
    }
}

#[test]
fn the_defaults_are_those_of_authenteq() {
    let config = Config::from_settings(settings(|_| {})).unwrap();
    assert_eq!(
        config.endpoints.identity.as_str(),
        "https://identity.authenteq.com/"
    );
    assert_eq!(config.endpoints.api.as_str(), "https://api.authenteq.com/");
    assert_eq!(
        config.endpoints.export.as_str(),
        "https://api.app.authenteq.com/"
    );
    assert_eq!(config.redirect.uri, "https://shop.example/kyc/results");
    assert_eq!(config.redirect.back_url, None);
    assert_eq!(config.public_url.origin, "https://shop.example");
    assert_eq!(config.public_url.host, "shop.example");
    assert_eq!(config.public_url.path, "/kyc");
    assert_eq!(config.client.grant_type, "authorization_code");
    assert_eq!(config.listeners.public.to_string(), "127.0.0.1:8080");
    assert!(config.listeners.trusted_proxies.is_empty() && config.listeners.operator.is_none());
    assert_eq!(config.log, "info");
    let pages = if cfg!(feature = "pages") {
        "inside this program"
    } else {
        "in dist"
    };
    assert_eq!(config.assets.to_string(), pages);
    let noted = [
        "WEBKYC_CLIENT_SECRET",
        "WEBKYC_COOKIE_KEYS",
        "WEBKYC_TRUSTED_PROXIES",
    ];
    assert_eq!(config.warnings.len(), noted.len(), "{:?}", config.warnings);
    for (warning, setting) in config.warnings.iter().zip(noted) {
        assert!(warning.starts_with(setting), "{warning}");
    }
}

#[test]
fn what_is_wrong_is_named_and_never_the_secret() {
    let table: [(&str, Change); 38] = [
        ("WEBKYC_CLIENT_ID", |s| s.client_id = None),
        ("WEBKYC_CLIENT_SECRET", |s| s.client_secret = None),
        ("WEBKYC_CLIENT_SECRET", |s| {
            s.client_secret_file = Some("x".into())
        }),
        ("WEBKYC_CLIENT_SECRET_FILE", |s| {
            s.client_secret = None;
            s.client_secret_file = Some("/nowhere".into());
        }),
        ("WEBKYC_CLIENT_SECRET", |s| {
            s.client_secret = Some(String::new())
        }),
        ("WEBKYC_CLIENT_SECRET", |s| {
            s.client_secret = Some(format!("{SECRET}\n"))
        }),
        ("WEBKYC_PUBLIC_URL", |s| s.public_url = None),
        ("WEBKYC_PUBLIC_URL", |s| {
            s.public_url = Some("shop.example".into())
        }),
        ("WEBKYC_PUBLIC_URL", |s| {
            s.public_url = Some("http://shop.example".into())
        }),
        ("WEBKYC_PUBLIC_URL", |s| {
            s.public_url = Some("https://a:b@shop.example".into())
        }),
        ("WEBKYC_PUBLIC_URL", |s| {
            s.public_url = Some("https://shop.example/?x".into())
        }),
        ("WEBKYC_PUBLIC_URL", |s| {
            s.public_url = Some("https://shop.example/{a}".into())
        }),
        ("WEBKYC_PUBLIC_URL", |s| {
            s.public_url = Some("file:///kyc".into())
        }),
        ("WEBKYC_REDIRECT_URI", |s| {
            s.redirect_uri = Some("/results".into())
        }),
        ("WEBKYC_REDIRECT_URI", |s| {
            s.redirect_uri = Some("https://a.example/#x".into())
        }),
        ("WEBKYC_REDIRECT_URI", |s| {
            s.redirect_uri = Some("https://another.example/results".into())
        }),
        ("WEBKYC_REDIRECT_URI", |s| {
            s.redirect_uri = Some("https://shop.example/kyc/start".into())
        }),
        ("WEBKYC_BACK_URL", |s| {
            s.back_url = Some("javascript:alert(1)".into())
        }),
        ("WEBKYC_IDENTITY_URL", |s| {
            s.identity_url = Some("http://id.example".into())
        }),
        ("WEBKYC_API_URL", |s| {
            s.api_url = Some("http://169.254.169.254".into())
        }),
        ("WEBKYC_EXPORT_URL", |s| {
            s.export_url = Some("ftp://api.example".into())
        }),
        ("WEBKYC_LISTEN", |s| s.listen = Some("8080".into())),
        ("WEBKYC_TRUSTED_PROXIES", |s| {
            s.trusted_proxies = Some("10.0.0.0/33".into())
        }),
        ("WEBKYC_TRUSTED_PROXIES", |s| {
            s.trusted_proxies = Some("nginx".into())
        }),
        ("WEBKYC_OPERATOR_LISTEN", |s| {
            s.operator_listen = Some("127.0.0.1:0".into())
        }),
        ("WEBKYC_OPERATOR_LISTEN", |s| {
            s.operator_listen = Some("operator".into());
            s.operator_key = Some(OPERATOR_KEY.into());
        }),
        ("WEBKYC_OPERATOR_LISTEN", |s| {
            s.operator_listen = Some("127.0.0.1:8080".into());
            s.operator_key = Some(OPERATOR_KEY.into());
        }),
        ("WEBKYC_LOG", |s| s.log = Some("info,[[x=".into())),
        ("WEBKYC_OPERATOR_LISTEN", |s| {
            s.operator_key = Some(OPERATOR_KEY.into())
        }),
        ("WEBKYC_OPERATOR_KEY", |s| {
            s.operator_key = Some("short".into())
        }),
        ("WEBKYC_OPERATOR_KEY", |s| {
            s.operator_key = Some(format!("{OPERATOR_KEY} x"))
        }),
        ("WEBKYC_COOKIE_KEYS", |s| {
            s.cookie_keys = Some("c2hvcnQ=".into())
        }),
        ("WEBKYC_COOKIE_KEYS", |s| {
            s.cookie_keys = Some(KEY.into());
            s.cookie_keys_file = Some("x".into());
        }),
        ("[sites]", |s| {
            s.sites = [("x".repeat(33), site(&[], &[]))].into()
        }),
        ("[sites]", |s| {
            s.sites = [("a".into(), site(&[("b/c", "https://a.example")], &[]))].into()
        }),
        ("[sites.a] return b", |s| {
            s.sites = [("a".into(), site(&[("b", "//a.example")], &[]))].into()
        }),
        ("[sites.a] origin", |s| {
            s.sites = [("a".into(), site(&[], &["*"]))].into()
        }),
        ("[sites.a] origin", |s| {
            s.sites = [("a".into(), site(&[], &["https://a.example/"]))].into()
        }),
    ];
    for (setting, change) in table {
        let Err(errors) = Config::from_settings(settings(change)) else {
            panic!("{setting} was accepted");
        };
        let message = errors.to_string();
        assert!(message.starts_with(&format!("{setting} ")), "{message}");
        for secret in [SECRET, OPERATOR_KEY, KEY] {
            assert!(!message.contains(secret), "{message}");
        }
    }
}

#[test]
fn what_is_right_is_taken_as_it_is() {
    let table: [(Change, Holds); 12] = [
        (
            |s| s.client_secret = Some("\"a: b%+ä'".into()),
            |c| c.client.secret.get().expose_secret() == "\"a: b%+ä'",
        ),
        (
            |s| s.public_url = Some("https://SHOP.example:443".into()),
            |c| c.public_url.url == "https://shop.example" && c.public_url.path.is_empty(),
        ),
        (
            |s| s.public_url = Some("https://shop.example:8443/a/b/".into()),
            |c| c.public_url.host == "shop.example:8443" && c.public_url.path == "/a/b",
        ),
        (
            |s| s.redirect_uri = Some("https://shop.example/kyc/results?a=%41".into()),
            |c| c.redirect.uri == "https://shop.example/kyc/results?a=%41",
        ),
        (
            |s| s.back_url = Some("https://shop.example/basket?x=1".into()),
            |c| c.redirect.back_url.as_deref() == Some("https://shop.example/basket?x=1"),
        ),
        (
            |s| s.api_url = Some("http://[::1]:8090/base".into()),
            |c| c.endpoints.api.as_str() == "http://[::1]:8090/base",
        ),
        (
            |s| s.grant_type = Some("authorizationCode".into()),
            |c| c.client.grant_type == "authorizationCode",
        ),
        (
            |s| s.listen = Some("[::]:80".into()),
            |c| c.listeners.public.port() == 80,
        ),
        (
            |s| s.trusted_proxies = Some("10.0.0.0/8, 192.0.2.7 fd00::/8".into()),
            |c| {
                c.listeners.trusted_proxies.len() == 3
                    && c.listeners.trusted_proxies[1]
                        .contains(&std::net::IpAddr::from([192, 0, 2, 7]))
            },
        ),
        (
            |s| {
                s.operator_listen = Some("127.0.0.1:9090".into());
                s.operator_key = Some(OPERATOR_KEY.into());
            },
            |c| {
                c.listeners
                    .operator
                    .as_ref()
                    .is_some_and(|o| o.key.get().expose_secret() == OPERATOR_KEY)
            },
        ),
        (
            |s| s.cookie_keys = Some(format!("{KEY}\n{KEY}")),
            |c| c.cookie_keys.get().iter().count() == 2,
        ),
        (
            |s| {
                let origins = ["https://www.shop.example", "https://m.shop.example:8443"];
                s.sites = [(
                    "shop".into(),
                    site(&[("done", "https://shop.example/x?y")], &origins),
                )]
                .into();
            },
            |c| {
                c.sites.return_url("shop", "done") == Some("https://shop.example/x?y")
                    && c.sites.return_url("shop", "x").is_none()
                    && c.sites.list_origin("https://m.shop.example:8443")
                    && !c.sites.list_origin("https://m.shop.example")
            },
        ),
    ];
    for (i, (change, holds)) in table.into_iter().enumerate() {
        let config = Config::from_settings(settings(change)).unwrap();
        assert!(holds(&config), "row {i}");
    }
}

#[test]
fn all_errors_are_reported_at_once() {
    let settings = Settings {
        public_url: Some("nonsense".into()),
        listen: Some("nonsense".into()),
        ..Settings::default()
    };
    let Errors(errors) = Config::from_settings(settings).err().unwrap();
    let settings: Vec<_> = errors.iter().map(|error| &error.setting).collect();
    let expected = [
        "WEBKYC_CLIENT_ID",
        "WEBKYC_CLIENT_SECRET",
        "WEBKYC_PUBLIC_URL",
        "WEBKYC_LISTEN",
    ];
    assert_eq!(settings, expected);
    let first = Errors(errors).to_string();
    assert!(
        first.contains("CLIENT_ID") && first.contains("and 3 more"),
        "{first}"
    );
}

#[test]
fn http_is_for_loopback_only_and_said_to_be_for_development() {
    for url in [
        "http://localhost:8080",
        "http://127.0.0.1:1",
        "http://[::1]:1",
    ] {
        let config = Config::from_settings(settings(|s| s.public_url = Some(url.into()))).unwrap();
        assert!(!config.public_url.secure);
        let warnings = config.warnings.join("\n");
        assert!(warnings.contains("development only") && !warnings.contains("as a value"));
    }
}

#[test]
fn an_empty_setting_is_not_given() {
    let config = Config::from_settings(settings(|s| {
        for empty in [
            &mut s.client_secret_file,
            &mut s.cookie_keys_file,
            &mut s.identity_url,
            &mut s.operator_listen,
            &mut s.operator_key_file,
            &mut s.trusted_proxies,
        ] {
            *empty = Some(String::new());
        }
    }));
    let config = config.unwrap();
    assert_eq!(
        config.endpoints.identity.as_str(),
        "https://identity.authenteq.com/"
    );
    assert!(config.listeners.operator.is_none() && config.listeners.trusted_proxies.is_empty());
}

/// Invalid characters at the ends of a value, and the error for each.
const ODD: [(&str, &str, &str); 12] = [
    ("", "\r", "ends with a carriage return"),
    ("", "\n", "ends with a line break"),
    ("", " ", "ends with a blank"),
    (" ", "", "begins with a blank"),
    ("\t", "", "begins with a tab"),
    ("", "\u{a0}", "ends with an invisible character (U+00A0)"),
    ("\u{feff}", "", "begins with a byte order mark"),
    ("", "\u{feff}", "ends with a byte order mark"),
    ("\"", "\"", "is in quotes: leave them out"),
    ("'", "'", "is in quotes: leave them out"),
    ("\"", "", "begins with a quote"),
    ("", "'", "ends with a quote"),
];
