//! Exports: their first line is a `Content-Type`, the rest the file.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| webkyc_backend::authenteq::fuzzing::export(bytes));
