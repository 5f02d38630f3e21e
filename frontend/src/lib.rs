#![doc = include_str!("../README.md")]

pub mod app;
pub mod integrate;
pub mod pages;

pub mod components;
pub mod crash;
pub mod locale;
pub mod texts;

pub mod arrival;
pub mod callback;
pub mod departure;
pub mod session_storage;
pub mod sign_in;
pub mod visit;

pub mod api;
pub mod country;
pub mod failure;
pub mod json;
pub mod object_url;
mod random;
pub mod visible_text;
