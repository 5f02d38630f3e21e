//! `[store]`, and the part of `[sites.KEY]` that needs it.

mod webhook;
mod wrong;

use std::fs;

use super::*;
use crate::{claims::Claim, config::Reread};

const SITE_KEY: &str = "site!key-of-32-characters-or-more-1";
const OTHER_KEY: &str = "site!key-of-32-characters-or-more-2";

/// Files of secrets, in a folder of their own.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path.display().to_string()
    }
}

/// Settings that are right, with a store and one site.
fn stored(files: &Files, change: impl FnOnce(&mut Settings)) -> Settings {
    settings(|s| {
        s.live = Some("true".into());
        s.operator_listen = Some("127.0.0.1:9090".into());
        s.operator_key_file = Some(files.write("operator-key", OPERATOR_KEY));
        s.cookie_keys_file = Some(files.write("cookie-keys", KEY));
        s.store = Some(StoreSettings {
            url: Some("sqlite:///var/lib/webkyc/webkyc.db".into()),
            keys_file: Some(files.write("store-keys", KEY)),
            ..StoreSettings::default()
        });
        let shop = SiteSettings {
            key_file: Some(files.write("shop-key", SITE_KEY)),
            ..site(&[("done", "https://shop.example/done")], &[])
        };
        s.sites = [("shop".to_owned(), shop)].into();
        change(s);
    })
}

fn errors(settings: Settings) -> Vec<String> {
    let errors = Config::from_settings(settings).err();
    let errors = errors.map_or_else(Vec::new, |Errors(errors)| errors);
    errors.iter().map(ToString::to_string).collect()
}

fn store(s: &mut Settings) -> &mut StoreSettings {
    s.store.as_mut().unwrap()
}

fn shop(s: &mut Settings) -> &mut SiteSettings {
    s.sites.get_mut("shop").unwrap()
}

#[test]
fn a_store_and_a_site_have_defaults() {
    let files = Files::new();
    let config = Config::from_settings(stored(&files, |_| {})).unwrap();
    assert!(config.live);
    assert_eq!(config.time_zone, TimeZone::UTC);
    let store = config.store.as_ref().unwrap();
    let location = store.location.to_string();
    assert_eq!(location, "\"/var/lib/webkyc/webkyc.db\"");
    assert_eq!(store.keys.get().fingerprints().len(), 1);
    assert_eq!(
        (store.keep_claims, store.keep_sign_ups),
        (7 * 86_400, 400 * 86_400)
    );
    let shop = config.sites.get("shop").unwrap();
    let key = shop.key.as_ref().unwrap().get();
    assert_eq!(key.expose_secret(), SITE_KEY);
    assert!(shop.claims.is_empty());
    assert_eq!(
        (shop.after, shop.release),
        (After::Show, Release::Immediately)
    );
    assert_eq!(shop.time_zone, TimeZone::UTC);
    let files: Vec<_> = config.secret_files();
    let named: Vec<_> = files.iter().map(|file| &file.setting).collect();
    let expected = [
        "WEBKYC_COOKIE_KEYS_FILE",
        "WEBKYC_OPERATOR_KEY_FILE",
        "[store] keys_file",
        "[sites.shop] key_file",
    ];
    assert_eq!(named, expected);
}

#[test]
fn a_file_sets_all_of_it() {
    let files = Files::new();
    let mut given: Settings = toml::from_str(
        r#"
            live = false
            time_zone = "Europe/Berlin"
            [store]
            url = "sqlite:///srv/web kyc.db"
            keep_claims = "36h"
            keep_sign_ups = "2 weeks"
            [sites.shop]
            name = "Shop"
            returns = { done = "https://shop.example/done" }
            claims = ["age_over_18", "name_match"]
            after = "return"
            release = "on-return"
            [sites.kiosk]
            name = "Kiosk"
            time_zone = "America/Sao_Paulo"
        "#,
    )
    .unwrap();
    store(&mut given).keys_file = Some(files.write("store-keys", KEY));
    let settings = stored(&files, |s| {
        (s.live, s.time_zone) = (given.live, given.time_zone);
        (s.store, s.sites) = (given.store, given.sites);
    });
    let config = Config::from_settings(settings).unwrap();
    assert!(!config.live);
    let zone = |zone: &TimeZone| zone.iana_name().map(str::to_owned);
    assert_eq!(zone(&config.time_zone).as_deref(), Some("Europe/Berlin"));
    let store = config.store.unwrap();
    assert_eq!(store.location.to_string(), "\"/srv/web kyc.db\"");
    assert_eq!(
        (store.keep_claims, store.keep_sign_ups),
        (36 * 3600, 14 * 86_400)
    );
    let [kiosk, shop] = ["kiosk", "shop"].map(|key| config.sites.get(key).unwrap());
    assert_eq!(shop.claims, [Claim::AgeOver(18), Claim::NameMatch]);
    assert_eq!(
        (shop.after, shop.release),
        (After::Return, Release::OnReturn)
    );
    assert!(shop.key.is_none(), "the operator may create its sign-ups");
    assert_eq!(zone(&shop.time_zone).as_deref(), Some("Europe/Berlin"));
    assert_eq!(zone(&kiosk.time_zone).as_deref(), Some("America/Sao_Paulo"));
}

#[test]
fn whether_verifications_are_of_real_people_is_a_word_with_or_without_quotes() {
    for (line, live) in [
        ("live = true", Some("true")),
        ("live = \"false\"", Some("false")),
        ("", None),
    ] {
        let settings: Settings = toml::from_str(line).unwrap();
        assert_eq!(settings.live.as_deref(), live);
    }
    for line in ["live = 1", "live = [true]", "live = { yes = true }"] {
        let error = toml::from_str::<Settings>(line).err().unwrap();
        assert!(
            error.message().contains("expected true or false"),
            "{error}"
        );
    }
    let messages = errors(settings(|s| s.live = Some("yes".into())));
    assert_eq!(messages, ["WEBKYC_LIVE must be true or false, not \"yes\""]);
}

#[test]
fn verifications_of_an_identity_server_on_this_machine_are_of_test_persons_unless_said() {
    let sandbox = "http://127.0.0.1:8090";
    for (identity_url, stated, live) in [
        (None, None, true),
        (None, Some("false"), false),
        (Some(sandbox), None, false),
        (Some("http://localhost:8090"), None, false),
        (Some("https://sandbox.example"), None, true),
        (Some(sandbox), Some("true"), true),
    ] {
        let given = settings(|s| {
            (s.identity_url, s.live) = (identity_url.map(Into::into), stated.map(Into::into));
        });
        let config = Config::from_settings(given).unwrap();
        assert_eq!(config.live, live, "{identity_url:?} {stated:?}");
    }
}

#[test]
fn ops_23_a_store_without_the_settings_that_it_needs_is_refused() {
    let files = Files::new();
    let messages = errors(stored(&files, |s| {
        s.live = None;
        (s.operator_listen, s.operator_key_file) = (None, None);
        s.cookie_keys_file = None;
        s.store = Some(StoreSettings::default());
    }));
    let expected = [
        "WEBKYC_LIVE is required with [store]",
        "WEBKYC_OPERATOR_LISTEN is required with [store]",
        "WEBKYC_COOKIE_KEYS or WEBKYC_COOKIE_KEYS_FILE is required with [store]",
        "[store] url is required",
        "[store] keys_file is required",
    ];
    assert_eq!(messages.len(), expected.len(), "{messages:?}");
    for (message, expected) in messages.iter().zip(expected) {
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn the_url_of_a_database_may_stand_in_a_file_with_its_password() {
    let files = Files::new();
    let url = "postgres://kyc:canary@db.example/kyc?sslmode=require";
    let file = files.write("store-url", url);
    let config = Config::from_settings(stored(&files, |s| {
        (store(s).url, store(s).url_file) = (None, Some(file));
    }));
    let config = config.unwrap();
    let location = &config.store.as_ref().unwrap().location;
    assert_eq!(location.to_string(), "postgres://db.example/kyc");
    let warned = config
        .warnings
        .iter()
        .any(|warning| warning.starts_with("[store] url postgres://db.example/kyc does not check"));
    assert!(warned, "{:?}", config.warnings);
}

#[test]
fn acc_15_two_callers_with_one_key_are_refused() {
    let files = Files::new();
    let with_kiosk = |key: &str| {
        stored(&files, |s| {
            let kiosk = SiteSettings {
                key_file: Some(files.write("kiosk-key", key)),
                ..site(&[], &[])
            };
            s.sites.insert("kiosk".into(), kiosk);
        })
    };
    assert_eq!(errors(with_kiosk(OTHER_KEY)), [""; 0]);
    for (key, other) in [
        (
            OPERATOR_KEY,
            "[sites.kiosk] key_file holds the same key as WEBKYC_OPERATOR_KEY",
        ),
        (
            SITE_KEY,
            "[sites.shop] key_file holds the same key as [sites.kiosk] key_file",
        ),
    ] {
        let messages = errors(with_kiosk(key));
        assert_eq!(messages, [format!("{other}: each needs its own")]);
    }
}

#[test]
fn what_only_a_store_can_do_is_refused_without_one() {
    let table: [(&str, Change); 5] = [
        ("key_file", |_| {}),
        ("claims", |s| shop(s).claims = vec!["age_over_18".into()]),
        ("after", |s| shop(s).after = Some(After::Show)),
        ("release", |s| shop(s).release = Some(Release::Immediately)),
        ("time_zone", |s| shop(s).time_zone = Some("UTC".into())),
    ];
    let files = Files::new();
    for (name, change) in table {
        let messages = errors(stored(&files, |s| {
            s.store = None;
            if name != "key_file" {
                shop(s).key_file = None;
            }
            change(s);
        }));
        assert_eq!(messages.len(), 1, "{messages:?}");
        let expected = format!("[sites.shop] {name} is of no use without [store]");
        assert!(messages[0].starts_with(&expected), "{messages:?}");
    }
    let messages = errors(stored(&files, |s| {
        (s.store, shop(s).key_file) = (None, None);
    }));
    assert_eq!(messages, [""; 0]);
}

#[test]
fn the_keys_of_store_and_site_change_with_their_files() {
    let files = Files::new();
    let config = Config::from_settings(stored(&files, |_| {})).unwrap();
    let store_keys = &config.store.as_ref().unwrap().keys;
    let sealed = store_keys.get().seal("su_1", "token", b"t");
    let newer = "ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A=";
    files.write("store-keys", &format!("{newer}\n{KEY}\n"));
    files.write("shop-key", OTHER_KEY);
    for file in config.secret_files() {
        let is_changed = file.reread(Reread::Now).unwrap();
        assert_eq!(
            is_changed,
            file.setting.starts_with('['),
            "{}",
            file.setting
        );
    }
    let ring = store_keys.get();
    assert_eq!(ring.fingerprints().len(), 2);
    assert!(ring.open("su_1", "token", &sealed).is_some());
    let key = config.sites.get("shop").unwrap().key.as_ref().unwrap();
    assert_eq!(key.get().expose_secret(), OTHER_KEY);
}
