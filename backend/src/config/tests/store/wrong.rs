//! Values that are refused.

use super::*;

#[test]
fn ops_23_a_wrong_store_is_named_and_never_its_password_or_keys() {
    let table: [(&str, &str, Change); 24] = [
        ("[store] url", "name a database", |s| {
            store(s).url = Some("postgres://kyc:canary@db.example".into());
        }),
        ("[store] url", "give one", |s| {
            store(s).url_file = Some("/canary".into());
        }),
        ("[store] url_file", "No such file", |s| {
            (store(s).url, store(s).url_file) = (None, Some("/nowhere".into()));
        }),
        ("[store] url", "absolute path", |s| {
            store(s).url = Some("mysql://kyc:canary@db.example/kyc".into());
        }),
        ("[store] url", "absolute path", |s| {
            store(s).url = Some("sqlite://canary.db".into());
        }),
        ("[store] url", "absolute path", |s| {
            store(s).url = Some("sqlite::memory:".into());
        }),
        ("[store] url", "absolute path", |s| {
            store(s).url = Some("sqlite:///canary/".into());
        }),
        ("[store] url", "absolute path", |s| {
            store(s).url = Some("sqlite:///canary.db?mode=memory".into());
        }),
        ("[store] url", "absolute path", |s| {
            store(s).url = Some("sqlite:///can%61ry.db".into());
        }),
        ("[store] url", "absolute path", |s| {
            store(s).url = Some("sqlite:///canary\n.db".into());
        }),
        ("[store] url", "absolute path", |s| {
            store(s).url = Some("/canary.db".into());
        }),
        ("[store] keys_file", "No such file", |s| {
            store(s).keys_file = Some("/nowhere".into());
        }),
        ("[store] keep_claims", "from 1h to 30d", |s| {
            store(s).keep_claims = Some("59m".into());
        }),
        ("[store] keep_claims", "from 1h to 30d", |s| {
            store(s).keep_claims = Some("31d".into());
        }),
        ("[store] keep_claims", "must be a duration", |s| {
            store(s).keep_claims = Some("7".into());
        }),
        ("[store] keep_claims", "must be a duration", |s| {
            store(s).keep_claims = Some("-7d".into());
        }),
        ("[store] keep_claims", "must be a duration", |s| {
            store(s).keep_claims = Some("1 month".into());
        }),
        ("[store] keep_sign_ups", "not be shorter", |s| {
            store(s).keep_sign_ups = Some("6d".into());
        }),
        ("WEBKYC_TIME_ZONE", "IANA", |s| {
            s.time_zone = Some("Europe/Nowhere".into());
        }),
        ("[sites.shop] time_zone", "IANA", |s| {
            shop(s).time_zone = Some("+02:00".into());
        }),
        ("[sites.shop] key_file", "No such file", |s| {
            shop(s).key_file = Some("/nowhere".into());
        }),
        ("[sites.shop] claims", "twice", |s| {
            shop(s).claims = ["age_over_18", "age_over_18"].map(Into::into).into();
        }),
        (
            "[sites.shop] claims",
            "has \"age_over_200\": a claim must be",
            |s| {
                shop(s).claims = vec!["age_over_200".into()];
            },
        ),
        ("[sites.shop] key_file", "ends with a quote", |s| {
            shop(s).key_file = Some("/run/secrets/shop'".into());
        }),
    ];
    let files = Files::new();
    for (setting, said, change) in table {
        let messages = errors(stored(&files, change));
        let [message] = messages.as_slice() else {
            panic!("{setting}: {messages:?}");
        };
        assert!(message.starts_with(&format!("{setting} ")), "{message}");
        assert!(message.contains(said), "{message}");
        assert!(!message.contains("canary"), "{message}");
    }
    for (setting, said, content) in [
        ("store-keys", "key 1 must be 32", "c2hvcnQ="),
        ("store-keys", "more than 8", &[KEY; 9].join("\n")),
        ("shop-key", "32 visible ASCII", "canary"),
        ("shop-key", "32 visible ASCII", &SITE_KEY.replace('!', " ")),
    ] {
        let mut path = String::new();
        let messages = errors(stored(&files, |_| path = files.write(setting, content)));
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(
            messages[0].contains(&format!("names {path:?}: ")),
            "{messages:?}"
        );
        assert!(
            messages[0].contains(said) && !messages[0].contains(content),
            "{messages:?}"
        );
    }
}

#[test]
fn ops_20_no_value_of_the_store_has_something_odd_at_its_ends() {
    type Place = fn(&mut Settings, String);
    let places: [(&str, Place); 3] = [
        ("[store] url", |s, odd| store(s).url = Some(odd)),
        ("[store] keys_file", |s, odd| store(s).keys_file = Some(odd)),
        ("[sites.shop] key_file", |s, odd| {
            shop(s).key_file = Some(odd)
        }),
    ];
    let files = Files::new();
    for (before, after, said) in ODD {
        for (setting, place) in places {
            let odd = format!("{before}sqlite:///canary{after}");
            let messages = errors(stored(&files, |s| place(s, odd)));
            assert_eq!(messages, [format!("{setting} {said}")]);
        }
    }
}
