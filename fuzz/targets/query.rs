//! Values in the query of an authorize URL, as the sandbox writes them anew.

#![no_main]

#[expect(dead_code, reason = "only a part of it is of interest")]
#[path = "../../sandbox/src/query.rs"]
mod query;

use query::{Query, decoded, normalised};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let normal = normalised(text);
    assert!(normal.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+%".contains(&b)));
    assert_eq!(decoded(&normal), decoded(text));
    assert_eq!(normalised(&normal), normal);
    for (name, value) in Query::parse(text).decoded() {
        assert!(!name.contains('&') || text.contains("%26"), "{name}: {value}");
    }
});
