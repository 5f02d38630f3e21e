//! Details, as Authenteq or something between us could send them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| webkyc_backend::authenteq::fuzzing::details(bytes));
