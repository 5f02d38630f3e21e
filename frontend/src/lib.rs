#![doc = include_str!("../README.md")]

pub mod api;
pub mod components;
pub mod integrate;
pub mod pages;
mod random;
pub mod sign_up;
pub mod texts;
