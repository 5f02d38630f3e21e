use super::*;

/// Every setting and its form, from the command line's definition.
fn flags() -> Vec<(String, String)> {
    let command = <Settings as clap::Args>::augment_args(clap::Command::new("webkyc"));
    let flag = |argument: &clap::Arg| {
        let variable = argument.get_env().unwrap().to_str().unwrap();
        (argument.get_id().to_string(), variable.to_owned())
    };
    command.get_arguments().map(flag).collect()
}

#[test]
fn ops_20_no_setting_has_something_odd_at_its_ends() {
    let flags = flags();
    let names: Vec<_> = flags.iter().map(|(_, name)| name.as_str()).collect();
    let none = Settings::default();
    let checked = none.values().map(|value| value.setting);
    assert!(checked.eq(names), "none is forgotten");
    for (before, after, said) in ODD {
        for (key, name) in &flags {
            let is_secret =
                ["client_secret", "operator_key", "cookie_keys"].contains(&key.as_str());
            if is_secret && said.ends_with("with a quote") {
                continue;
            }
            let value = toml::Value::String(format!("{before}canary{after}"));
            let errors = match toml::from_str(&format!("{key} = {value}")) {
                Ok(settings) => Config::from_settings(settings).err().unwrap().0,
                Err(error) => panic!("{key}: {error}"),
            };
            let of_it = errors.iter().filter(|error| error.setting == *name);
            let of_it: Vec<_> = of_it.map(ToString::to_string).collect();
            assert_eq!(of_it, [format!("{name} {said}")]);
            assert!(errors.iter().all(|e| !e.to_string().contains("canary")));
        }
    }
}

#[test]
fn ops_20_no_site_has_something_odd_at_its_ends() {
    type Place = fn(&str) -> (&str, SiteSettings);
    let places: [(&str, Place); 3] = [
        ("name", |odd| {
            let name = odd.replace("https://shop.example", "Shop");
            (
                "shop",
                SiteSettings {
                    name,
                    ..site(&[], &[])
                },
            )
        }),
        ("return done", |odd| ("shop", site(&[("done", odd)], &[]))),
        ("origin", |odd| ("shop", site(&[], &[odd]))),
    ];
    let refusal = |key: &str, site: SiteSettings| {
        let sites = [(key.to_owned(), site)].into();
        let config = Config::from_settings(settings(|s| s.sites = sites));
        config.err().map(|errors| errors.to_string())
    };
    for (before, after, said) in ODD {
        let odd = format!("{before}https://shop.example{after}");
        for (what, place) in places {
            if what == "name" && said.ends_with("with a quote") {
                continue;
            }
            let (key, site) = place(&odd);
            let message = refusal(key, site).unwrap();
            assert_eq!(message, format!("[sites.shop] {what} {said}"));
        }
        let key = format!("{before}shop{after}");
        let message = refusal(&key, site(&[], &[])).unwrap();
        assert!(message.contains("has the key"), "{message}");
    }
    let named = |name: &str| SiteSettings {
        name: name.into(),
        ..site(&[], &[])
    };
    assert!(refusal("shop", named("")).unwrap().contains("is empty"));
    assert!(refusal("shop", named("a\nb")).unwrap().contains("control"));
    assert_eq!(refusal("shop", named("Bob's \"Best\"")), None);
    assert_eq!(refusal("shop", named("«Shop»")), None);
}

#[test]
fn ops_20_an_address_is_written_as_it_is_sent() {
    for (url, said) in [
        ("https://shop.example/\tresults", "holds a tab"),
        (
            "https://shop.example/kyc/re\r\nsults",
            "holds a carriage return",
        ),
        ("https://shop.example/a b", "holds a blank"),
        ("https://shop.example/\u{200b}x", "U+200B"),
        ("https:shop.example/kyc/results", "SCHEME://HOST"),
        ("https:///shop.example/kyc/results", "SCHEME://HOST"),
        ("https:\\\\shop.example\\kyc", "SCHEME://HOST"),
        ("https://shop.example/kyc\\results", "SCHEME://HOST"),
        ("https://@shop.example/kyc/results", "user name"),
    ] {
        let places: [(&str, Settings); 4] = [
            (
                "WEBKYC_PUBLIC_URL",
                settings(|s| s.public_url = Some(url.into())),
            ),
            (
                "WEBKYC_REDIRECT_URI",
                settings(|s| s.redirect_uri = Some(url.into())),
            ),
            (
                "WEBKYC_BACK_URL",
                settings(|s| s.back_url = Some(url.into())),
            ),
            (
                "[sites.shop]",
                settings(|s| {
                    s.sites = [("shop".into(), site(&[("done", url)], &[]))].into();
                }),
            ),
        ];
        for (setting, settings) in places {
            let message = Config::from_settings(settings).err().unwrap().to_string();
            assert!(
                message.starts_with(setting) && message.contains(said),
                "{message}"
            );
        }
    }
    let redirect =
        |uri: &str| Config::from_settings(settings(|s| s.redirect_uri = Some(uri.into())));
    assert!(redirect("https://shop.example/kyc/results?a=\u{e4}").is_err());
    for (setting, change) in [
        (
            "WEBKYC_CLIENT_ID",
            (|s| s.client_id = Some("com.example shop".into())) as Change,
        ),
        ("WEBKYC_CLIENT_ID", |s| {
            s.client_id = Some("com.ex\u{e4}mple".into())
        }),
        ("WEBKYC_GRANT_TYPE", |s| {
            s.grant_type = Some("authorization code".into())
        }),
    ] {
        let message = Config::from_settings(settings(change))
            .err()
            .unwrap()
            .to_string();
        assert!(
            message.starts_with(&format!("{setting} must be visible")),
            "{message}"
        );
    }
}
