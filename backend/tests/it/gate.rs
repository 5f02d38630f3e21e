//! Only requests of our own pages, or of an operator, reach a handler: tested for every path of the
//! server, with every method, on both listeners.

use std::{collections::BTreeMap, fs, path::Path};

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Answer, OPERATOR_KEY, PUBLIC_URL, SCRIPT, STATE, TestApp};

const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE",
];

fn method(name: &str) -> Method {
    name.parse().unwrap()
}

/// An address that matches the template.
fn example(path: &str) -> String {
    path.replace("{format}", "json")
        .replace("{file}", SCRIPT)
        .replace("{id}", "su_1")
}

/// The paths of a document with their methods.
fn routes(document: &Value) -> BTreeMap<String, Vec<String>> {
    let paths = document["paths"].as_object().unwrap();
    let routes = paths.iter().map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        (path.clone(), methods.map(|m| m.to_uppercase()).collect())
    });
    routes.collect()
}

/// The paths of the API with their one method, as the server's own document has them.
async fn api_routes(app: &TestApp) -> BTreeMap<String, String> {
    let document = app.visitor().get("/api/openapi.json").await.assert_ok();
    let routes = routes(&document).into_iter().map(|(path, methods)| {
        assert_eq!(methods.len(), 1, "{path}: {methods:?}");
        (path, methods[0].clone())
    });
    let routes: BTreeMap<_, _> = routes.collect();
    assert!(routes.len() >= 10, "{routes:?}");
    routes
}

/// The paths of the operators' listener with their methods, in the same way.
async fn operator_routes(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let document = Answer::read(app.operator("/openapi.json")).await;
    let routes = routes(&document.assert_ok());
    assert!(routes.len() >= 9, "{routes:?}");
    routes
}

/// A request as sent by one of our pages, POST or not.
fn from_a_page(app: &TestApp, name: &str, path: &str) -> RequestBuilder {
    let request = app.bare(method(name), path).header("x-webkyc", "1");
    request.header("origin", PUBLIC_URL)
}

#[tokio::test]
async fn xo_02_no_path_of_the_api_answers_any_method_without_the_header() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let mut paths: Vec<String> = api_routes(&app).await.into_keys().collect();
    paths.extend(["/api/".into(), "/api/new".into(), "/api/begin/".into()]);
    for path in paths {
        for name in METHODS {
            let bare = || app.bare(method(name), &example(&path));
            let page = || bare().header("origin", PUBLIC_URL);
            for request in [bare(), page(), bare().header("x-webkyc", "yes")] {
                let answer = Answer::read(request).await;
                assert_eq!(answer.status, 403, "{name} {path}");
                if name != "HEAD" {
                    answer.assert_problem(403, "CSRF_HEADER_MISSING");
                }
            }
        }
    }
}

#[tokio::test]
async fn acc_10_methods_that_a_route_does_not_have_are_refused() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for (path, own) in api_routes(&app).await {
        for name in METHODS {
            let answer = Answer::read(from_a_page(&app, name, &example(&path))).await;
            if name == own {
                assert_ne!(answer.status, 405, "{name} {path}");
                assert_ne!(answer.status, 403, "{name} {path}");
                continue;
            }
            assert_eq!(answer.status, 405, "{name} {path}");
            let allowed: Vec<_> = answer.headers.get_all("allow").iter().collect();
            assert_eq!(allowed, [own.as_str()], "{name} {path}");
            if name != "HEAD" {
                answer.assert_problem(405, "METHOD_NOT_ALLOWED");
            }
        }
    }
    for path in ["/", "/start", "/results", "/integrate", "/{file}"] {
        for name in METHODS {
            let answer = Answer::read(app.bare(method(name), &example(path))).await;
            if ["GET", "HEAD"].contains(&name) {
                assert_eq!(answer.status, 200, "{name} {path}");
                continue;
            }
            assert_eq!(answer.status, 405, "{name} {path}");
            let allowed = answer.headers["allow"].to_str().unwrap();
            assert_eq!(allowed.replace(' ', ""), "GET,HEAD", "{name} {path}");
        }
    }
}

#[tokio::test]
async fn acc_05_operators_come_with_the_key_and_by_no_browser() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let unknown = ("/new".to_owned(), Vec::new());
    let routes = operator_routes(&app).await;
    for (path, own) in routes.into_iter().chain([unknown]) {
        for name in METHODS {
            let url = format!("{}{}", app.operator_address, example(&path));
            let bare = || app.http.request(method(name), &url);
            let wrong = bare().bearer_auth(&OPERATOR_KEY[1..]);
            let basic = bare().basic_auth("operator", Some(OPERATOR_KEY));
            for request in [bare(), wrong, basic, bare().header("x-webkyc", "1")] {
                let answer = Answer::read(request).await;
                assert_eq!(answer.status, 401, "{name} {path}");
                assert_eq!(answer.headers["www-authenticate"], "Bearer");
                if name != "HEAD" {
                    answer.assert_problem(401, "OPERATOR_KEY_INVALID");
                }
            }
            for header in ["origin", "cookie", "sec-fetch-site"] {
                let browser = bare().bearer_auth(OPERATOR_KEY).header(header, "none");
                let answer = Answer::read(browser).await;
                assert_eq!(answer.status, 403, "{name} {path} {header}");
            }
            let answer = Answer::read(bare().bearer_auth(OPERATOR_KEY)).await;
            if own.is_empty() {
                assert_eq!(answer.status, 404, "{name} {path}");
            } else if own.iter().any(|own| own == name) {
                assert!(![401, 403, 405].contains(&answer.status.as_u16()), "{path}");
            } else {
                assert_eq!(answer.status, 405, "{name} {path}");
                let allowed: Vec<_> = answer.headers.get_all("allow").iter().collect();
                assert_eq!(allowed, [&own.join(", ")], "{name} {path}");
                if name != "HEAD" {
                    answer.assert_problem(405, "METHOD_NOT_ALLOWED");
                }
            }
            // The public listener does not know the same path.
            if path != "/new" {
                let answer = Answer::read(app.bare(method(name), &example(&path))).await;
                let is_file = !path[1..].contains('/') && !["GET", "HEAD"].contains(&name);
                assert_eq!(
                    answer.status,
                    if is_file { 405 } else { 404 },
                    "{name} {path}"
                );
            }
        }
    }
}

/// A new route without an entry here fails this test.
#[tokio::test]
async fn acc_10_xo_02_the_walks_visit_every_route_that_is_registered() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut folders) = (Vec::new(), vec![folder]);
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let (inner, sources): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        folders.extend(inner);
        files.extend(sources);
    }
    files.retain(|file| {
        file.extension().is_some_and(|it| it == "rs") && !file.ends_with("tests.rs")
    });
    files.sort();
    let (mut plain, mut described, mut operations) = (Vec::new(), 0, Vec::new());
    for file in files {
        let source = fs::read_to_string(file).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap();
        // One route may have a handler for each of its methods.
        for named in source.split("routes!(").skip(1) {
            let handlers = named.split(')').next().unwrap();
            described += handlers.split(',').count();
        }
        for line in source.lines().map(str::trim) {
            let other_ways = ["route_service(", "nest_service(", "fallback_service("];
            assert!(other_ways.iter().all(|way| !line.contains(way)), "{line}");
            if line.contains(".route(") {
                plain.push(line.to_owned());
            }
        }
        for operation in source.split("#[utoipa::path(").skip(1) {
            let operation: String = operation.split_whitespace().collect();
            let (method, rest) = operation.split_once(",path=\"").unwrap();
            let path = rest.split('"').next().unwrap();
            operations.push((path.to_owned(), method.to_uppercase()));
        }
    }
    let known = [
        "let mut router = Router::new().route(&format!(\"{path}/{{file}}\"), get(get_asset));",
        // `/`, `/start`, `/results`, `/integrate`
        "router = router.route(&format!(\"{path}{page}\"), get_page);",
        // `/kyc`, of which pages.rs has a test
        "router = router.route(path, get(async move || Redirect::to(&home)));",
        // Their methods are walked in `health.rs`.
        ".route(alive_path, alive)",
        ".route(ready_path, ready)",
    ];
    assert_eq!(plain, known);
    assert_eq!(described, operations.len());
    let mut visited: Vec<_> = api_routes(&app).await.into_iter().collect();
    for (path, methods) in operator_routes(&app).await {
        visited.extend(methods.into_iter().map(|method| (path.clone(), method)));
    }
    visited.sort();
    operations.sort();
    assert_eq!(operations, visited);
}

#[tokio::test]
async fn xo_01_requests_of_other_sites_are_refused() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    type Change = fn(RequestBuilder) -> RequestBuilder;
    let table: [(&str, Change); 7] = [
        ("cross-site", |r| r.header("sec-fetch-site", "cross-site")),
        ("sibling", |r| r.header("sec-fetch-site", "same-site")),
        ("address bar", |r| r.header("sec-fetch-site", "none")),
        ("image", |r| {
            r.header("sec-fetch-site", "same-origin")
                .header("sec-fetch-dest", "image")
        }),
        ("foreign origin", |r| {
            r.header("origin", "https://kyc.example.evil")
        }),
        ("other scheme", |r| r.header("origin", "http://kyc.example")),
        ("null origin", |r| r.header("origin", "null")),
    ];
    for (path, name) in api_routes(&app).await {
        for (case, change) in table {
            let request = app.bare(method(&name), &example(&path));
            let answer = Answer::read(change(request.header("x-webkyc", "1"))).await;
            assert_eq!(
                answer.body["code"], "CROSS_ORIGIN_REJECTED",
                "{case} {path}"
            );
            answer.assert_problem(403, "CROSS_ORIGIN_REJECTED");
        }
    }
}

#[tokio::test]
async fn xo_10_nothing_but_fetch_may_load_an_answer() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for destination in [
        "image", "script", "style", "document", "iframe", "video", "",
    ] {
        let request = from_a_page(&app, "GET", "/api/config");
        let request = request.header("sec-fetch-site", "same-origin");
        let answer = Answer::read(request.header("sec-fetch-dest", destination)).await;
        answer.assert_problem(403, "CROSS_ORIGIN_REJECTED");
        assert_eq!(
            answer.headers["cross-origin-resource-policy"],
            "same-origin"
        );
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn ses_08_a_header_that_comes_twice_is_refused() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("x-webkyc", "2"),
        ("content-type", "text/plain"),
    ] {
        let request = app.visitor().request(Method::POST, "/api/begin");
        let request = request.json(&json!({"state": STATE})).header(name, value);
        Answer::read(request)
            .await
            .assert_problem(400, "BAD_REQUEST");
    }
}

#[tokio::test]
async fn xo_05_an_old_browser_is_known_by_its_origin() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let begin = || app.bare(Method::POST, "/api/begin").header("x-webkyc", "1");
    let body = json!({"state": STATE});
    let answer = Answer::read(begin().json(&body)).await;
    answer.assert_problem(403, "CROSS_ORIGIN_REJECTED");
    let request = begin().header("origin", PUBLIC_URL).json(&body);
    Answer::read(request).await.assert_ok();
    let request = app.bare(Method::GET, "/api/config").header("x-webkyc", "1");
    Answer::read(request).await.assert_ok();
}

#[tokio::test]
async fn readiness_ends_as_soon_as_the_end_is_announced() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let ask = async |path| app.bare(Method::GET, path).send().await.unwrap().status();
    assert_eq!(
        (ask("/healthz").await, ask("/readyz").await),
        (StatusCode::OK, StatusCode::OK)
    );
    app.stop.announce();
    assert_eq!(ask("/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ask("/healthz").await, StatusCode::OK);
}
