use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use webkyc_shared::{
    api::{BeginRequest, SignUpRequest},
    problem::ErrorCode,
    sign_up::FailureReason,
};

use crate::{
    api::json,
    sign_up::{
        callback::{CallbackQuery, check::check},
        handle::{self, Kept, Opened},
        state::{self, Flow, Taken},
        storage,
        ways::Ways,
    },
};

const HANDLE: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq83";
const NOW: u64 = 1_700_000_000_000;

fn empty_storage() {
    for key in storage::keys("").expect("storage works") {
        storage::remove(&key).expect("storage works");
    }
}

fn kept(id: &str) -> Kept {
    let handle = HANDLE.to_owned().try_into().expect("is one");
    Kept {
        id: id.to_owned(),
        handle,
    }
}

/// Opens `/start` with this query, in place of the page of the tests.
fn open_with(search: &str) -> Result<Opened, FailureReason> {
    let window = web_sys::window().expect("has a window");
    let history = window.history().expect("has a history");
    let before = window.location().href().expect("has an address");
    let go = |address: &str| {
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(address))
            .expect("is an address");
    };
    go(&["?", search].concat());
    let opened = handle::take();
    go(&before);
    opened
}

#[wasm_bindgen_test]
fn a_kept_handle_is_found_by_its_id_and_by_no_other() {
    empty_storage();
    handle::keep(&kept("one"), NOW).expect("is kept");
    let found = open_with("kept=one");
    let Ok(Opened::SignUp(found)) = found else {
        panic!("is not found")
    };
    assert_eq!((found.id.as_str(), found.handle.as_str()), ("one", HANDLE));
    for other in ["kept=two", "kept="] {
        let refused = open_with(other).err();
        assert_eq!(
            refused,
            Some(FailureReason::Backend(ErrorCode::SignUpNotFound))
        );
    }
    assert!(matches!(open_with("site=shop"), Ok(Opened::Link)));
}

#[wasm_bindgen_test]
fn the_ninth_handle_drops_the_oldest() {
    empty_storage();
    for n in 0..9_u64 {
        handle::keep(&kept(&n.to_string()), NOW + n).expect("is kept");
    }
    assert!(open_with("kept=0").is_err());
    assert!(open_with("kept=1").is_ok());
}

#[wasm_bindgen_test]
fn a_logout_forgets_handles_too() {
    empty_storage();
    handle::keep(&kept("one"), NOW).expect("is kept");
    storage::forget_all();
    assert_eq!(storage::keys(""), Ok(vec![]));
}

#[wasm_bindgen_test]
fn a_flow_of_a_sign_up_begins_again_with_the_same_handle() {
    empty_storage();
    let flow = Flow {
        began_at: NOW,
        site_return: None,
        kept: Some("one".to_owned()),
    };
    let state = state::mint().expect("has Web Crypto");
    state::keep(&state, &flow).expect("is kept");
    assert_eq!(state::waiting(), Some((state.clone(), flow.clone())));
    let taken = state::take(Some(&state), NOW).expect("is taken");
    assert_eq!(taken.flow, Some(flow.clone()));
    let mut ways = Ways::from(flow.clone());
    assert_eq!(ways.start_address().as_deref(), Some("start?kept=one"));
    ways.is_over = true;
    assert_eq!(ways.start_address(), None);
    // Taken twice, it is still known what it was for.
    let again = state::take(Some(&state), NOW + 1).expect("is taken");
    assert_eq!(
        again,
        Taken {
            used: Some(flow),
            ..Taken::default()
        }
    );
    assert_eq!(state::waiting(), None);
    let query = CallbackQuery::parse(&["?code=c&state=", state.as_str()].concat());
    let query = query.expect("is a callback");
    let refused = check(&query, &again, NOW + 1).err();
    assert_eq!(refused, Some(FailureReason::AlreadyUsed));
}

#[wasm_bindgen_test]
fn a_way_back_that_would_run_a_script_is_none() {
    for url in ["javascript:alert(1)", "data:text/html,x", "//other.example"] {
        let ways = Ways {
            return_url: Some(url.to_owned()),
            ..Ways::default()
        };
        assert_eq!(ways.back(), None, "{url}");
    }
}

#[wasm_bindgen_test]
fn the_requests_of_a_sign_up_are_those_of_the_backend() {
    let read = |members: &[(&str, Option<&str>)]| {
        let text = json::object(members).expect("can be written");
        js_sys::JSON::parse(&text).expect("is JSON")
    };
    let state = state::mint().expect("has Web Crypto");
    let begin = read(&[("state", Some(state.as_str())), ("signUp", Some(HANDLE))]);
    let begin: BeginRequest = json::from_parsed(begin).expect("is one");
    let open: SignUpRequest = json::from_parsed(read(&[("signUp", Some(HANDLE))])).expect("is one");
    assert_eq!(begin.sign_up, Some(open.sign_up));
}
