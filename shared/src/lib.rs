#![doc = include_str!("../README.md")]

pub mod api;
pub mod problem;
pub mod sign_up;
pub mod verification;
