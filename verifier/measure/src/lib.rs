#![doc = include_str!("../README.md")]

mod camera;
mod cards;
mod count;
mod deck;
mod faces;
mod heads;
mod invented;
mod specimens;
mod table;

pub use self::{
    camera::{Camera, Severity},
    cards::{Card, Shown, Truth},
    count::Share,
    deck::deal,
    faces::{Likeness, Turns, compare_drawn, drawn_portraits, turn_about},
    heads::{Surface, shown},
    table::{Row, read_cards},
};
