use std::collections::HashSet;

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsValue, prelude::Closure};
use wasm_bindgen_test::wasm_bindgen_test;
use webkyc_shared::sign_up::{FailureReason, SignUpState, SiteReturn};

use crate::sign_up::{
    callback::{CallbackQuery, check::check},
    state::{self, Flow},
    storage::{self, StorageBlocked},
    ways::Ways,
};

const NOW: u64 = 1_700_000_000_000;

fn empty_storage() {
    for key in storage::keys("").expect("storage works") {
        storage::remove(&key).expect("storage works");
    }
}

fn flow(began_at: u64) -> Flow {
    Flow {
        began_at,
        site_return: None,
        kept: None,
    }
}

fn start(began_at: u64) -> SignUpState {
    let state = state::mint().expect("has Web Crypto");
    state::keep(&state, &flow(began_at)).expect("is kept");
    state
}

/// Comes back with a code; the reason, if that is refused.
fn come_back(state: &str) -> Option<FailureReason> {
    let search = ["?code=abc&state=", state].concat();
    let query = CallbackQuery::parse(&search).expect("is a callback");
    let taken = state::take(query.sign_up_state().as_ref(), NOW).expect("is taken");
    check(&query, &taken, NOW).err()
}

/// Runs `act` while reading `sessionStorage` throws.
fn while_blocked<T>(act: impl FnOnce() -> T) -> T {
    let window: Object = web_sys::window().expect("has a window").into();
    let name = JsValue::from_str("sessionStorage");
    let original: Object = Object::get_own_property_descriptor(&window, &name).into();
    let throwing =
        Closure::<dyn FnMut() -> Result<JsValue, JsValue>>::new(|| Err("blocked".into()));
    let blocked = Object::new();
    for (key, value) in [("get", throwing.as_ref()), ("configurable", &JsValue::TRUE)] {
        Reflect::set(&blocked, &key.into(), value).expect("is a plain object");
    }
    Object::define_property(&window, &name, &blocked);
    let seen = act();
    Object::define_property(&window, &name, &original);
    seen
}

#[wasm_bindgen_test]
fn a_minted_state_is_43_characters_and_never_the_same() {
    let states: HashSet<String> = (0..100)
        .map(|_| state::mint().expect("has Web Crypto").as_str().to_owned())
        .collect();
    assert_eq!(states.len(), 100);
    assert!(
        states
            .into_iter()
            .all(|state| SignUpState::try_from(state).is_ok())
    );
}

#[wasm_bindgen_test]
fn the_storage_works_and_the_probe_leaves_nothing() {
    empty_storage();
    assert_eq!(storage::probe(), Ok(()));
    assert_eq!(storage::keys(""), Ok(vec![]));
}

#[wasm_bindgen_test]
fn a_state_is_taken_once() {
    empty_storage();
    let state = start(NOW);
    assert_eq!(come_back(state.as_str()), None);
    assert_eq!(storage::keys("authenteq.state."), Ok(vec![]));
    assert_eq!(come_back(state.as_str()), Some(FailureReason::AlreadyUsed));
}

#[wasm_bindgen_test]
fn oa_01_nothing_stored_means_not_started_here() {
    empty_storage();
    let state = state::mint().expect("has Web Crypto");
    assert_eq!(
        come_back(state.as_str()),
        Some(FailureReason::NotStartedHere)
    );
}

#[wasm_bindgen_test]
fn oa_03_another_state_is_refused_and_the_right_one_still_works() {
    empty_storage();
    let state = start(NOW);
    let other = state::mint().expect("has Web Crypto");
    assert_eq!(come_back(other.as_str()), Some(FailureReason::StateDiffers));
    assert_eq!(come_back("short"), Some(FailureReason::StateDiffers));
    assert_eq!(
        come_back(&state.as_str().to_uppercase()),
        Some(FailureReason::StateDiffers)
    );
    assert_eq!(come_back(state.as_str()), None);
}

#[wasm_bindgen_test]
fn oa_03_a_state_given_twice_is_refused_and_not_spent() {
    empty_storage();
    let state = start(NOW);
    let twice = [state.as_str(), "&state=", state.as_str()].concat();
    assert_eq!(come_back(&twice), Some(FailureReason::BadReturn));
    assert_eq!(come_back(state.as_str()), None);
}

#[wasm_bindgen_test]
fn oa_05_two_sign_ups_finish_in_any_order() {
    for first in [0, 1] {
        empty_storage();
        let states = [start(NOW), start(NOW + 1)];
        assert_eq!(come_back(states[first].as_str()), None);
        assert_eq!(come_back(states[1 - first].as_str()), None);
    }
}

#[wasm_bindgen_test]
fn oa_05_the_fifth_sign_up_drops_the_oldest() {
    empty_storage();
    let states: Vec<SignUpState> = (0..5).map(|n| start(NOW + n)).collect();
    assert_eq!(
        come_back(states[0].as_str()),
        Some(FailureReason::StateDiffers)
    );
    for state in &states[1..] {
        assert_eq!(come_back(state.as_str()), None);
    }
}

#[wasm_bindgen_test]
fn oa_14_an_error_spends_the_state() {
    empty_storage();
    let state = start(NOW);
    let search = [
        "?error=access_denied&error_description=<b>x</b>&state=",
        state.as_str(),
    ]
    .concat();
    let query = CallbackQuery::parse(&search).expect("is a callback");
    let taken = state::take(query.sign_up_state().as_ref(), NOW).expect("is taken");
    assert_eq!(
        check(&query, &taken, NOW).err(),
        Some(FailureReason::ProviderError)
    );
    assert_eq!(come_back(state.as_str()), Some(FailureReason::AlreadyUsed));
}

#[wasm_bindgen_test]
fn marks_of_used_states_do_not_pile_up() {
    empty_storage();
    for n in 0..20 {
        assert_eq!(come_back(start(NOW - n).as_str()), None);
    }
    let marks = storage::keys("authenteq.used.").expect("storage works");
    assert_eq!(marks.len(), 8);
}

#[wasm_bindgen_test]
fn a_damaged_entry_is_refused() {
    empty_storage();
    let state = start(NOW);
    let key = ["authenteq.state.", state.as_str()].concat();
    storage::set(&key, "{").expect("storage works");
    assert_eq!(
        come_back(state.as_str()),
        Some(FailureReason::NotStartedHere)
    );
}

#[wasm_bindgen_test]
fn a_query_without_callback_parameters_is_no_callback() {
    assert!(CallbackQuery::parse("").is_none());
    assert!(CallbackQuery::parse("?utm_source=mail").is_none());
    assert!(CallbackQuery::parse("?state[]=x").is_none());
    assert!(CallbackQuery::parse("?%00=%ff&code=").is_some());
}

#[wasm_bindgen_test]
fn oa_08_a_blocked_storage_is_an_error_and_not_a_panic() {
    let state = state::mint().expect("has Web Crypto");
    let seen = while_blocked(|| {
        (
            storage::probe(),
            state::keep(&state, &flow(NOW)),
            state::take(Some(&state), NOW),
        )
    });
    assert_eq!(
        seen,
        (
            Err(StorageBlocked),
            Err(StorageBlocked),
            Err(StorageBlocked)
        )
    );
    assert_eq!(storage::probe(), Ok(()));
}

#[wasm_bindgen_test]
fn starting_again_goes_back_to_the_same_site() {
    let from_shop = SiteReturn {
        site: "shop".to_owned(),
        return_key: Some("a&b".to_owned()),
    };
    let address = |ways: Ways| ways.start_address();
    assert_eq!(
        address(Some(from_shop).into()).as_deref(),
        Some("start?site=shop&return=a%26b")
    );
    assert_eq!(address(Ways::default()).as_deref(), Some("start"));
}

#[wasm_bindgen_test]
fn a_flow_is_kept_as_a_short_query() {
    empty_storage();
    let state = start(NOW);
    let kept = storage::get(&["authenteq.state.", state.as_str()].concat());
    assert_eq!(kept, Ok(Some("born=1700000000000".to_owned())));
    let from_shop = Flow {
        site_return: Some(SiteReturn {
            site: "shop".to_owned(),
            return_key: Some("a&b".to_owned()),
        }),
        ..flow(NOW)
    };
    let state = state::mint().expect("has Web Crypto");
    state::keep(&state, &from_shop).expect("is kept");
    let kept = storage::get(&["authenteq.state.", state.as_str()].concat());
    let short = "born=1700000000000&site=shop&return=a%26b";
    assert_eq!(kept, Ok(Some(short.to_owned())));
    let taken = state::take(Some(&state), NOW).expect("is taken");
    assert_eq!(taken.flow, Some(from_shop));
}
