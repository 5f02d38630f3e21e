//! What an orchestrator asks.

use reqwest::Method;

use crate::harness::TestApp;

#[tokio::test]
async fn ops_01_readiness_ends_as_soon_as_the_end_is_announced_and_answers_go_on() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let get = async |path: &str| app.bare(Method::GET, path).send().await.unwrap();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(get(path).await.status(), 200);
    }
    app.stop.announce();
    let unready = get("/readyz").await;
    assert_eq!(unready.status(), 503);
    assert_eq!(unready.headers()["connection"], "close");
    assert_eq!(unready.text().await.unwrap(), "draining\n");
    assert_eq!(
        get("/healthz").await.status(),
        200,
        "not a reason to be killed"
    );
    assert_eq!(get("/").await.status(), 200, "nor to turn visitors away");
}
