//! From link to link.

use std::collections::BTreeSet;

use super::{addresses, between};
use crate::harness::{Stack, location};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

#[tokio::test]
async fn the_start_leads_to_the_sign_ups() {
    let stack = Stack::start().await;
    for path in ["/", "/_sandbox"] {
        let target = location(&stack.get(path).await);
        assert_eq!(target.path(), "/_sandbox/");
    }
    let page = stack.page("/_sandbox/").await;
    assert!(page.contains("No sign-up yet"), "{page}");
    let navigation = "<a href=\"/_sandbox/\" aria-current=\"page\">Sign-ups</a>";
    assert!(page.contains(navigation), "{page}");
}

#[tokio::test]
async fn everything_a_page_names_is_there_and_may_load_only_the_sandboxs_own() {
    let stack = Stack::start().await;
    let token = stack.token("proof-of-address").await;
    stack.details(&token).await;
    let (mut found, mut left) = (BTreeSet::new(), vec!["/_sandbox/".to_owned()]);
    while let Some(path) = left.pop() {
        if !path.starts_with("/_sandbox/") || !found.insert(path.clone()) {
            continue;
        }
        let response = stack.get(&path).await;
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let headers = response.headers().clone();
        if !headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
        {
            continue;
        }
        assert_eq!(headers["content-security-policy"], POLICY, "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        let page = response.text().await.unwrap();
        assert_eq!(page.matches("<script").count(), 1, "{path}\n{page}");
        assert!(
            !page.contains("style=") && !page.contains("<style"),
            "{path}"
        );
        assert_eq!(page.matches("<h1>").count(), 1, "{path}");
        let navigation = between(&page, "<nav", "</nav>").unwrap();
        let current = navigation.matches("aria-current=").count();
        assert_eq!(current, 1, "{path}");
        for form in page.split("action=\"").skip(1) {
            let action = form.split('"').next().unwrap();
            // GET of an address that takes nothing but POST says so; of none, that there is none.
            let status = stack.get(action).await.status().as_u16();
            assert!([200, 405].contains(&status), "{action}: {status}");
        }
        left.extend(addresses(&page));
    }
    for kind in [
        "/_sandbox/attempts/",
        "/_sandbox/clients/client",
        "/_sandbox/add-client",
        "/_sandbox/assets/dashboard.js",
        "/_sandbox/images/anna/front.jpeg",
        "/_sandbox/logo/",
        "/_sandbox/persons",
        "/_sandbox/programs",
    ] {
        assert!(found.iter().any(|path| path.starts_with(kind)), "{kind}");
    }
    let of_verification = |end: &str| {
        let mut paths = found.iter();
        paths.any(|path| path.starts_with("/_sandbox/verifications/") && path.ends_with(end))
    };
    assert!(
        of_verification("/images/croppedBackImage.jpeg"),
        "{found:?}"
    );
    assert!(of_verification("/proof-of-address.pdf"), "{found:?}");
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_forgotten() {
    let stack = Stack::start().await;
    for path in [
        "/_sandbox/attempts/x",
        "/_sandbox/clients/x",
        "/_sandbox/verifications/x",
    ] {
        let response = stack.get(path).await;
        assert_eq!(response.status().as_u16(), 404, "{path}");
        let page = response.text().await.unwrap();
        assert!(page.contains("does not exist"), "{page}");
    }
    for path in ["reset", "remove", "next", "faults", "clock", "deactivate"] {
        let path = format!("/_sandbox/clients/x/{path}");
        let status = stack.submit(&path, &[]).await.status();
        assert_eq!(status.as_u16(), 404, "{path}");
    }
}
