//! `[sites.KEY.webhook]`

use super::*;

/// Where the events of the shop are sent; the file of secrets is there.
fn webhook<'a>(s: &'a mut Settings, files: &Files) -> &'a mut WebhookSettings {
    let secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    shop(s).webhook.insert(WebhookSettings {
        url: Some("https://shop.example/hooks/webkyc?shop=1".into()),
        secret_file: Some(files.write("whsec", secret)),
    })
}

#[test]
fn a_webhook_is_at_https_or_on_this_machine() {
    let files = Files::new();
    for url in [
        "https://shop.example/hooks/webkyc?shop=1",
        "https://shop.example:8443",
        "http://127.0.0.1:8070/hooks/webkyc",
        "http://localhost:8070/hooks/webkyc",
    ] {
        let given = stored(&files, |s| webhook(s, &files).url = Some(url.into()));
        let config = Config::from_settings(given).unwrap();
        let webhook = config.sites.get("shop").unwrap().webhook.as_ref();
        assert_eq!(webhook.unwrap().url, url.parse().unwrap());
        let named = config.secret_files();
        let setting = "[sites.shop.webhook] secret_file";
        assert!(named.iter().any(|file| file.setting == setting));
    }
}

#[test]
fn ops_23_a_wrong_webhook_is_named_and_never_its_password_or_secrets() {
    let table: [(&str, &str, Option<&str>, Option<&str>); 9] = [
        ("url", "is required", None, Some("whsec")),
        (
            "url",
            "must be https",
            Some("http://shop.example/"),
            Some("whsec"),
        ),
        (
            "url",
            "must be https",
            Some("http://10.0.0.7/"),
            Some("whsec"),
        ),
        (
            "url",
            "must be https",
            Some("ftp://shop.example/"),
            Some("whsec"),
        ),
        (
            "url",
            "an absolute URL",
            Some("shop.example/hooks"),
            Some("whsec"),
        ),
        (
            "url",
            "password",
            Some("https://a:canary@shop.example/"),
            Some("whsec"),
        ),
        (
            "url",
            "a fragment",
            Some("https://shop.example/#canary"),
            Some("whsec"),
        ),
        (
            "secret_file",
            "is required",
            Some("https://shop.example/"),
            None,
        ),
        (
            "secret_file",
            "No such file",
            Some("https://shop.example/"),
            Some("none"),
        ),
    ];
    let files = Files::new();
    let owned = |text: &str| text.to_owned();
    for (setting, said, url, file) in table {
        let messages = errors(stored(&files, |s| {
            let webhook = webhook(s, &files);
            webhook.url = url.map(owned);
            webhook.secret_file = file.map(|name| files.0.path().join(name).display().to_string());
        }));
        let [message] = messages.as_slice() else {
            panic!("{url:?} {file:?}: {messages:?}");
        };
        let setting = format!("[sites.shop.webhook] {setting} ");
        assert!(
            message.starts_with(&setting) && message.contains(said),
            "{message}"
        );
        assert!(!message.contains("canary"), "{message}");
    }
    for (said, content) in [
        ("it is empty", "\n"),
        ("secret 1 must be whsec_", "whsec_Y2FuYXJ5"),
        ("secret 1 must be whsec_", KEY),
        (
            "secret 2 must be whsec_",
            &format!("whsec_{KEY}\nwhsec_canary\n"),
        ),
        (
            "more than 8",
            &[&format!("whsec_{KEY}"); 9].map(String::as_str).join("\n"),
        ),
    ] {
        let messages = errors(stored(&files, |s| {
            webhook(s, &files).secret_file = Some(files.write("weak", content));
        }));
        let [message] = messages.as_slice() else {
            panic!("{content:?}: {messages:?}");
        };
        assert!(
            message.starts_with("[sites.shop.webhook] secret_file "),
            "{message}"
        );
        assert!(message.contains(said), "{message}");
        assert!(
            !message.contains("anary") && !message.contains(KEY),
            "{message}"
        );
    }
    let messages = errors(stored(&files, |s| {
        webhook(s, &files);
        s.store = None;
        shop(s).key_file = None;
    }));
    let [message] = messages.as_slice() else {
        panic!("{messages:?}");
    };
    assert!(
        message.starts_with("[sites.shop] webhook is of no use without [store]"),
        "{message}"
    );
}

#[test]
fn ops_20_no_value_of_a_webhook_has_something_odd_at_its_ends() {
    let files = Files::new();
    for (before, after, said) in ODD {
        let odd = |value: &str| Some(format!("{before}{value}{after}"));
        let messages = errors(stored(&files, |s| {
            let webhook = webhook(s, &files);
            webhook.url = odd("https://shop.example/hooks");
            webhook.secret_file = odd("/run/secrets/whsec");
        }));
        let settings = ["url", "secret_file"];
        let expected = settings.map(|name| format!("[sites.shop.webhook] {name} {said}"));
        assert_eq!(messages, expected);
    }
}
