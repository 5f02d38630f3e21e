//! Visitors at each step of a sign-up.

use serde_json::json;

use crate::harness::{Answer, STATE, TestApp, Visitor};

/// Browsers after each step of a sign-up.
pub(super) struct People<'a> {
    pub(super) begun: Visitor<'a>,
    /// Without the details.
    pub(super) signed_in: Visitor<'a>,
    /// With an id that the exports take.
    pub(super) john: Visitor<'a>,
    /// Without one.
    pub(super) anna: Visitor<'a>,
}

impl<'a> People<'a> {
    pub(super) async fn sign_up(app: &'a TestApp) -> Self {
        let mut begun = app.visitor();
        begun.begin(STATE).await;
        let mut people = Vec::new();
        for person in ["john", "anna"] {
            let mut visitor = app.signed_up_as(person).await;
            people.push(visitor.clone());
            visitor.get("/api/details").await.assert_ok();
            people.push(visitor);
        }
        let [signed_in, john, _, anna] = people.try_into().ok().unwrap();
        Self {
            begun,
            signed_in,
            john,
            anna,
        }
    }
}

/// Calls a route of `app` as a visitor or operator who is allowed to.
pub(super) async fn ask(app: &TestApp, route: &str, format: &str, people: &People<'_>) -> Answer {
    let as_of = |visitor: &Visitor<'_>| Visitor {
        app,
        cookies: visitor.cookies.clone(),
        from: None,
    };
    match route {
        "POST /api/begin" => {
            as_of(&people.begun)
                .post("/api/begin", json!({"state": STATE}))
                .await
        }
        "POST /api/exchange" => as_of(&people.begun).exchange("code", STATE).await,
        "GET /api/details" => as_of(&people.signed_in).get("/api/details").await,
        "GET /api/export/{format}" => {
            let path = format!("/api/export/{format}");
            as_of(&people.john).get(&path).await
        }
        other => panic!("{other} is not one of the calls"),
    }
}
