#![doc = include_str!("../README.md")]

mod camera;
mod cards;
mod count;
mod deck;
mod invented;
mod specimens;
mod table;

pub use self::{
    camera::{Camera, Severity},
    cards::{Card, Shown, Truth},
    count::Share,
    deck::deal,
    table::{Row, read_cards},
};
