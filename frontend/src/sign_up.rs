//! A visitor's way from the button to the verified data: begin, callback, results.

pub mod begin;
pub mod callback;
pub mod failure;
pub mod results;
pub mod state;
pub mod storage;
