//! A sibling host that plants cookies under names which look like ours: over https, where browsers enforce
//! the prefix `__Host-`.

mod sibling;

use std::{collections::BTreeSet, mem};

use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use self::sibling::{PATHS, SIBLING, beside, plant, spellings};
use crate::{
    pages::{sees_failure, sees_the_results, signed_up},
    stack::Stack,
};

/// The cookies of the portal and of its sibling, as DevTools list them: all but the sandbox's own.
async fn jar(browser: &Browser) -> Vec<Value> {
    let mut answer = browser.devtools("Storage.getCookies", json!({})).await;
    let mut cookies = mem::take(answer["cookies"].as_array_mut().unwrap());
    cookies.retain(|it| it["name"] != "sandbox-visitor");
    cookies
}

/// Replaces all cookies by these.
async fn keep(browser: &Browser, stack: &Stack, cookies: &[Value]) {
    browser.devtools("Storage.clearCookies", json!({})).await;
    let again: Vec<Value> = cookies
        .iter()
        .map(|cookie| {
            // By the address, or it would not be of the one host.
            json!({
                "url": stack.page("/"), "name": cookie["name"], "value": cookie["value"], "path": "/",
                "secure": true, "httpOnly": true, "sameSite": "Strict", "expires": cookie["expires"],
            })
        })
        .collect();
    browser
        .devtools("Storage.setCookies", json!({"cookies": again}))
        .await;
    assert_eq!(names(&jar(browser).await), names(cookies));
}

fn names(cookies: &[Value]) -> BTreeSet<String> {
    let names = cookies
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned());
    names.collect()
}

/// The sibling's gifts to its victim: a stranger's session, and a cookie that would spoil her own.
fn planted(strangers: &[Value]) -> Vec<[String; 2]> {
    let mut all: Vec<[String; 2]> = strangers
        .iter()
        .map(|it| ["name", "value"].map(|member| it[member].as_str().unwrap().to_owned()))
        .collect();
    let session = all.iter().find(|[name, _]| name.ends_with("-session"));
    let rest = format!("{}1", session.unwrap()[0]);
    all.push([rest, "spoilt".to_owned()]);
    all
}

/// Whose session a page of the portal has, by its id; or the status of the refusal.
async fn whose(browser: &Browser) -> Value {
    let ask = "const answer = await fetch('api/session', { headers: { 'x-webkyc': '1' } });
        return answer.ok ? (await answer.json()).sessionId : answer.status";
    browser.run_async(ask).await
}

#[tokio::test]
async fn ses_15_cookies_that_a_sibling_host_plants_change_nothing_in_any_spelling() {
    beside(async |stack, browser, site| {
        signed_up(stack, browser, "john").await;
        let strangers = jar(browser).await;
        let strangers_session = whose(browser).await;
        assert!(strangers.iter().all(|it| {
            it["name"]
                .as_str()
                .unwrap()
                .starts_with("__Host-Http-webkyc-")
        }));
        let gifts = planted(&strangers);
        browser.devtools("Storage.clearCookies", json!({})).await;

        signed_up(stack, browser, "anna").await;
        let own = jar(browser).await;
        let own_session = whose(browser).await;
        assert!(own_session.is_string() && own_session != strangers_session);
        // The stranger's works where it is not planted by a sibling, so there is something to win.
        keep(browser, stack, &strangers).await;
        assert_eq!(whose(browser).await, strangers_session);

        let portal = browser.client.window().await.unwrap();
        let other = browser.client.new_window(true).await.unwrap().handle;
        browser
            .client
            .switch_to_window(other.clone())
            .await
            .unwrap();
        browser
            .open_page(&site.url(SIBLING).replace("http://", "https://"))
            .await;
        let mut kept = [0, 0];
        for (number, spelling) in spellings().iter().enumerate() {
            for way in [0, 1] {
                for victims in [&own, &Vec::new()] {
                    keep(browser, stack, victims).await;
                    let plant = plant(number, spelling, way, &gifts, &PATHS);
                    browser
                        .client
                        .switch_to_window(other.clone())
                        .await
                        .unwrap();
                    browser.run_async(&plant).await;
                    let is_kept = jar(browser).await.len() > victims.len();
                    kept[way] += usize::from(is_kept);
                    browser
                        .client
                        .switch_to_window(portal.clone())
                        .await
                        .unwrap();
                    let expected = if victims.is_empty() {
                        json!(401)
                    } else {
                        own_session.clone()
                    };
                    let spelt = (spelling.name)(&gifts[0][0]);
                    assert_eq!(
                        whose(browser).await,
                        expected,
                        "{:?}{spelt}{:?}, way {way}, kept: {is_kept}",
                        spelling.before,
                        spelling.after
                    );
                    assert!(names(&jar(browser).await).is_superset(&names(victims)));
                }
            }
        }
        // The browser keeps most of them, from a script and from a header, and refuses the rest.
        println!("kept: {kept:?} of {}", 2 * spellings().len());
        assert!(
            kept.iter().all(|kept| *kept > spellings().len()),
            "{kept:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn ses_15_a_page_looks_the_same_with_everything_planted_at_once() {
    beside(async |stack, browser, site| {
        signed_up(stack, browser, "anna").await;
        let own = jar(browser).await;
        // One cookie for each spelling: of more than 180 for a site, a browser drops the oldest of any host.
        let gifts = planted(&own);
        let session = gifts.iter().find(|[name, _]| name.ends_with("-session"));
        let session = session.unwrap()[0].clone();
        let gift = [[session, "x".to_owned()]];
        let sibling = site.url(SIBLING).replace("http://", "https://");
        for victims in [own.clone(), Vec::new()] {
            keep(browser, stack, &victims).await;
            browser.open_page(&sibling).await;
            for (number, spelling) in spellings().iter().enumerate() {
                let plant = plant(number, spelling, 0, &gift, &PATHS[1..]);
                browser.run_async(&plant).await;
            }
            assert!(names(&jar(browser).await).is_superset(&names(&victims)));
            assert!(jar(browser).await.len() > 60);
            browser.open_page(&stack.page("/results")).await;
            if victims.is_empty() {
                sees_failure(browser, "NOTHING_HERE").await;
            } else {
                sees_the_results(browser).await;
                let name = browser.find(".person-name").await.text().await.unwrap();
                assert!(name.contains("SCHMIDT"), "{name}");
            }
        }
    })
    .await;
}
