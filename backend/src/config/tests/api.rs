//! The settings of Web IDV.

use super::*;

fn web_idv(change: impl FnOnce(&mut Settings)) -> Settings {
    settings(|settings| {
        settings.flow = Some("web-idv".into());
        change(settings);
    })
}

#[test]
fn web_idv_has_a_server_for_visitors_and_settings_of_its_own() {
    let config = Config::from_settings(settings(|s| s.flow = Some("web-kyc".into()))).unwrap();
    assert_eq!(config.api, Api::WebKyc);
    let config = Config::from_settings(web_idv(|_| {})).unwrap();
    assert_eq!(config.api, Api::WebIdv(WebIdv::default()));
    let url = "https://web-idv.app.authenteq.com/";
    assert_eq!(config.endpoints.identity.as_str(), url);
    let config = Config::from_settings(web_idv(|settings| {
        settings.idv_flow_slug = Some("adults".into());
        settings.idv_multi_document = Some("true".into());
        settings.identity_url = Some("https://identity.example".into());
    }));
    let config = config.unwrap();
    let expected = WebIdv {
        flow_slug: Some("adults".into()),
        multi_document: true,
    };
    assert_eq!(config.api, Api::WebIdv(expected));
    let url = "https://identity.example/";
    assert_eq!(config.endpoints.identity.as_str(), url);
}

#[test]
fn web_idv_may_be_chosen_in_the_file() {
    for (multi_document, expected) in [("true", true), ("\"true\"", true), ("false", false)] {
        let text = format!(
            "flow = \"web-idv\"\nidv_flow_slug = \"adults\"\nidv_multi_document = {multi_document}"
        );
        let file: Settings = toml::from_str(&text).unwrap();
        let config = Config::from_settings(settings(|_| {}).or(file)).unwrap();
        let expected = WebIdv {
            flow_slug: Some("adults".into()),
            multi_document: expected,
        };
        assert_eq!(config.api, Api::WebIdv(expected), "{multi_document}");
    }
}

#[test]
fn a_setting_of_the_other_flow_is_refused_and_named() {
    let table: [(Settings, &str, &str); 8] = [
        (
            settings(|s| s.flow = Some("WEB-IDV".into())),
            "WEBKYC_FLOW",
            "must be web-kyc or web-idv, not \"WEB-IDV\"",
        ),
        (
            settings(|s| s.idv_flow_slug = Some("adults".into())),
            "WEBKYC_IDV_FLOW_SLUG",
            "means nothing unless WEBKYC_FLOW is web-idv",
        ),
        (
            settings(|s| s.idv_multi_document = Some("false".into())),
            "WEBKYC_IDV_MULTI_DOCUMENT",
            "means nothing unless WEBKYC_FLOW is web-idv",
        ),
        (
            web_idv(|s| s.api_url = Some("https://api.example".into())),
            "WEBKYC_API_URL",
            "means nothing unless WEBKYC_FLOW is web-kyc",
        ),
        (
            web_idv(|s| s.back_url = Some("https://shop.example".into())),
            "WEBKYC_BACK_URL",
            "means nothing unless WEBKYC_FLOW is web-kyc",
        ),
        (
            web_idv(|s| s.grant_type = Some("authorizationCode".into())),
            "WEBKYC_GRANT_TYPE",
            "means nothing unless WEBKYC_FLOW is web-kyc",
        ),
        (
            web_idv(|s| s.idv_multi_document = Some("On".into())),
            "WEBKYC_IDV_MULTI_DOCUMENT",
            "must be true or false, not \"On\"",
        ),
        (
            web_idv(|s| s.idv_flow_slug = Some("for adults".into())),
            "WEBKYC_IDV_FLOW_SLUG",
            "must be visible ASCII characters, not \"for adults\"",
        ),
    ];
    for (settings, setting, problem) in table {
        let Err(Errors(errors)) = Config::from_settings(settings) else {
            panic!("{setting} was accepted");
        };
        assert_eq!(errors, [wrong(setting, problem)]);
    }
}

#[test]
fn what_is_added_to_a_redirect_uri_is_not_in_it_before() {
    for query in ["?code=1", "?a=b&state=1", "?webkyc_flow=1", "?st%61te=1"] {
        let uri = format!("https://shop.example/kyc/results{query}");
        let Err(Errors(errors)) = Config::from_settings(settings(|s| s.redirect_uri = Some(uri)))
        else {
            panic!("{query} was accepted");
        };
        assert_eq!(errors[0].setting, "WEBKYC_REDIRECT_URI");
    }
    for (uri, of_flow) in [
        (
            "https://shop.example/kyc/results",
            "https://shop.example/kyc/results?state=s&webkyc_flow=f",
        ),
        (
            "https://shop.example/kyc/results?a=b",
            "https://shop.example/kyc/results?a=b&state=s&webkyc_flow=f",
        ),
    ] {
        let given = settings(|s| s.redirect_uri = Some(uri.into()));
        let redirect = Config::from_settings(given).unwrap().redirect;
        assert_eq!(redirect.of_flow("s", "f"), of_flow);
        assert_eq!(redirect.place(), "https://shop.example/kyc/results");
    }
}
