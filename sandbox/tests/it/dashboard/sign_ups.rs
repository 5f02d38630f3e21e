//! The list of sign-ups, and the page that says why one failed.

use std::time::Duration;

use super::between;
use crate::{
    harness::{SECRET, Stack},
    sign_up::SignUp,
};

#[tokio::test]
async fn a_row_tells_who_signed_up_how_far_it_came_and_what_stopped_it() {
    let stack = Stack::start().await;
    let code = stack.code("arabic").await;
    let form = Stack::token_form(&code);
    stack.exchange(&form).await;
    stack.exchange(&form).await;
    let list = stack.page("/_sandbox/").await;
    let row = between(&list, "<tr id=", "</tr>").unwrap();
    for expected in [
        "سليمان",
        "Shop &#60;&#38;&#62; Co",
        "Web KYC",
        "Authorize: done",
        "Return: done",
        "Token: failed",
        "Details: not reached",
        "class=\"bad\"",
        "This code came before, and counts once.",
    ] {
        assert!(row.contains(expected), "{expected}\n{row}");
    }
    assert_eq!(list.matches("<tr id=").count(), 1, "{list}");
}

#[tokio::test]
async fn a_failure_that_a_visitor_chose_is_found_in_every_language() {
    let stack = Stack::start().await;
    stack.approve("anna").await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let first = ["introduction"];
    sign_up.go_through("code-refused", &first).await;
    for (query, rows) in [
        ("", 2),
        ("?q=code-refused", 1),
        ("?q=%22Code+refused%22", 1),
        ("?q=%22Code+abgelehnt%22", 1),
        ("?q=%22Code+refus%C3%A9%22", 1),
    ] {
        let page = stack.page(&format!("/_sandbox/{query}")).await;
        assert_eq!(page.matches("<tr id=").count(), rows, "{query}");
    }
}

#[tokio::test]
async fn the_list_is_narrowed_down_by_words_and_by_client() {
    let stack = Stack::start().await;
    stack.approve("anna").await;
    stack.approve("cancelled").await;
    let demo = "/authorize?response_type=code&client_id=com.authenteq.demo\
                &redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fresults&scope=kyc&sandbox_scenario=john";
    stack.get(demo).await;
    for (query, rows) in [
        ("", 3),
        ("?q=", 3),
        ("?q=RETURNED+without", 1),
        ("?q=%22returned+WITHOUT+a+code%22", 1),
        ("?q=%22without+returned%22", 0),
        ("?q=without+returned", 1),
        // As another language shows it.
        ("?q=%22kam+ohne+Code%22", 1),
        ("?q=doe+%22returned+with%22", 2),
        ("?q=%22returned+without", 1),
        ("?failed=true", 1),
        ("?failed=true&q=anna", 0),
        ("?failed=&q=anna", 1),
        ("?failed=true&client=com.authenteq.demo", 0),
        ("?page=0", 3),
        ("?page=99", 3),
        ("?page=x", 3),
        ("?q=doe", 2),
        ("?q=doe+anna", 0),
        ("?q=cancelled", 1),
        ("?q=anna", 1),
        ("?client=com.authenteq.demo", 1),
        ("?client=client!%2BID", 2),
        ("?client=client!%2BID&q=doe", 1),
        ("?client=nobody", 0),
        ("?secrets=shown&q=anna", 1),
    ] {
        let page = stack.page(&format!("/_sandbox/{query}")).await;
        assert_eq!(page.matches("<tr id=").count(), rows, "{query}");
        if rows == 0 {
            assert!(page.contains("Nothing found"), "{query}");
        }
    }
    let page = stack.page("/_sandbox/?q=an%22na&client=client!%2BID").await;
    assert!(page.contains("value=\"an&#34;na\""), "{page}");
    assert!(page.contains("value=\"client!+ID\" selected"), "{page}");
}

#[tokio::test]
async fn long_lists_have_pages() {
    let stack = Stack::start().await;
    for number in 0..230 {
        let path = format!("/v2/web-kyc/details?number={number}-");
        stack.get(&path).await;
    }
    for person in ["anna"; 101] {
        stack.approve(person).await;
    }
    let rows = |page: &str| page.matches("<tr id=").count();
    let mut path = "/_sandbox/?q=bearer".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = stack.page(&path).await;
        let older = between(&page, "rel=\"next\" href=\"", "\"").map(str::to_owned);
        assert_eq!(page.contains("rel=\"prev\""), !pages.is_empty(), "{page}");
        pages.push(rows(&page));
        match older {
            Some(older) => path = format!("/_sandbox/{}", older.replace("&#38;", "&")),
            None => break,
        }
    }
    assert_eq!(pages, [100, 100, 30]);
    assert!(path.ends_with("?q=bearer&page=3"), "{path}");
    let list = stack.page("/_sandbox/verifications").await;
    assert!(
        rows(&list) == 100 && list.contains("1 to 100 of 101"),
        "{list}"
    );
    let list = stack.page("/_sandbox/verifications?page=2").await;
    assert!(
        rows(&list) == 1 && list.contains("rel=\"prev\" href=\"?\""),
        "{list}"
    );
}

#[tokio::test]
async fn the_page_of_a_sign_up_says_why_it_failed_and_what_happened_before() {
    let stack = Stack::start().await;
    let code = stack.code("john").await;
    let mut form = Stack::token_form(&code);
    form.insert("clientSecret", format!(" {SECRET}"));
    stack.exchange(&form).await;
    let page = stack.page(&stack.newest().await).await;
    let heading = between(&page, "<h1>", "</h1>").unwrap();
    assert!(heading.contains("white space around it"), "{heading}");
    let mut rest = page.as_str();
    for part in [
        "<h3><span lang=\"en\">Authorize",
        "sandbox_scenario=john",
        "<h3>Return</h3>",
        "<h3><span lang=\"en\">Token",
        "401</span>",
        "<caption>Form</caption>",
        "<caption>Headers</caption>",
        "&#34;errorCode&#34;: &#34;API_KEYS_BAD&#34;",
        "--data-urlencode",
    ] {
        let found = rest.split_once(part);
        rest = found.unwrap_or_else(|| panic!("no {part}\n{page}")).1;
    }
    assert!(page.contains("class=\"remark\""), "{page}");
    assert!(page.contains("/_sandbox/verifications/"), "{page}");
}

#[tokio::test]
async fn what_differs_in_an_address_is_marked_and_the_failed_call_is_open() {
    let stack = Stack::start().await;
    let mut form = Stack::token_form(&stack.code("john").await);
    form.insert("redirectUri", "http://localhost:8080/results/".to_owned());
    stack.exchange(&form).await;
    let page = stack.page(&stack.newest().await).await;
    for part in [
        "<dt>Received</dt><dd><code>http://localhost:8080/results<mark>/</mark></code>",
        "<dt>Expected</dt><dd><code>http://localhost:8080/results<mark></mark></code>",
        "A slash at the end is all that differs.",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let open: Vec<bool> = page
        .split("<details id=")
        .skip(1)
        .map(|call| call.split('>').next().unwrap().ends_with(" open"))
        .collect();
    // The link worked, the token call did not.
    assert_eq!(open, [false, true], "{page}");
}

#[tokio::test]
async fn the_visitors_steps_are_listed_between_the_calls() {
    let stack = Stack::start().await;
    let first = crate::harness::location(&stack.get(&stack.authorize_path("")).await);
    let page = stack.page(&stack.newest().await).await;
    assert!(page.contains("The visitor is on the pages."), "{page}");
    assert!(page.contains("No test person"), "{page}");
    stack.submit(first.path(), &[("person", "anna")]).await;
    let page = stack.page(&stack.newest().await).await;
    assert!(
        page.contains("<dd><bdi>Anna Maria Schmidt</bdi> <code>anna</code></dd>"),
        "{page}"
    );
    let sign_up = first.path().strip_suffix("/introduction").unwrap();
    stack.submit(&format!("{sign_up}/cancel"), &[]).await;
    let page = stack.page(&stack.newest().await).await;
    let chosen = page.find("Anna Maria Schmidt (anna) was chosen.").unwrap();
    assert!(chosen < page.find("The visitor cancelled.").unwrap());
    assert!(
        page.contains("The visitor cancelled, and returned without a code."),
        "{page}"
    );
    let list = stack.page("/_sandbox/").await;
    assert!(list.contains("Anna Maria Schmidt"), "{list}");
}

#[tokio::test]
async fn the_outcome_says_why_a_visitor_returned_without_a_code() {
    let stack = Stack::start().await;
    for (scenario, title, outcome) in [
        (
            "cancelled",
            "Cancelled",
            "The visitor cancelled, and returned without a code.",
        ),
        (
            "liveness-failed",
            "Face not recognised",
            "The visitor failed a check, and returned without a code.",
        ),
        ("no-code", "No code", "The visitor returned without a code."),
    ] {
        stack.approve(scenario).await;
        let page = stack.page(&stack.newest().await).await;
        assert!(page.contains(outcome), "{scenario}: {page}");
        let list = stack.page("/_sandbox/").await;
        let newest = list.split("<tr id=").nth(1).unwrap();
        assert!(
            newest.contains(outcome) && newest.contains(title),
            "{scenario}: {newest}"
        );
    }
    // On the pages, too.
    let first = crate::harness::location(&stack.get(&stack.authorize_path("")).await);
    let sign_up = first.path().strip_suffix("/introduction").unwrap();
    stack
        .submit(first.path(), &[("person", "liveness-failed")])
        .await;
    stack.submit(&format!("{sign_up}/liveness"), &[]).await;
    let list = stack.page("/_sandbox/").await;
    let newest = list.split("<tr id=").nth(1).unwrap();
    assert!(newest.contains("The visitor failed a check"), "{newest}");
    assert!(newest.contains("Face not recognised"), "{newest}");
}

#[tokio::test]
async fn a_wrong_secret_is_found_in_the_sign_up_whose_code_came() {
    let stack = Stack::start().await;
    let mut form = Stack::token_form(&stack.code("anna").await);
    form.insert("clientSecret", "wrong".to_owned());
    stack.exchange(&form).await;
    let url = "/web-idv/verification-url?redirectUrl=http%3A%2F%2Flocalhost%3A8080%2Fresults";
    let request = stack
        .http
        .get(stack.at(url))
        .basic_auth("client!+ID", Some(SECRET));
    let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    let opened = answer["verificationUrl"].as_str().unwrap();
    let opened = format!("{opened}&sandbox_scenario=john");
    let back = crate::harness::location(&stack.http.get(opened).send().await.unwrap());
    let code = crate::harness::parameter(&back, "code").unwrap();
    let result = format!("/web-idv/verification-result?redirectUrl=x&code={code}");
    let request = stack
        .http
        .get(stack.at(&result))
        .basic_auth("client!+ID", Some("wrong"));
    request.send().await.unwrap();

    let list = stack.page("/_sandbox/").await;
    assert_eq!(list.matches("<tr id=").count(), 2, "{list}");
    assert_eq!(
        list.matches("The secret is not that of").count(),
        2,
        "{list}"
    );
}

#[tokio::test]
async fn times_are_those_of_the_client() {
    let stack = Stack::start().await;
    stack.approve("anna").await;
    let moved = stack
        .sandbox
        .advance_clock(Duration::from_secs(400 * 86_400));
    stack.approve("john").await;
    let list = stack.page("/_sandbox/").await;
    let day = moved.strftime("%Y-%m-%d").to_string();
    assert_eq!(list.matches(&format!("{day}</span>")).count(), 1, "{list}");
}
