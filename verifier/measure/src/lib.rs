#![doc = include_str!("../README.md")]

mod camera;
mod cards;
mod count;
mod deck;
mod faces;
mod heads;
mod invented;
mod load;
mod pairs;
mod specimens;
mod table;
mod times;
mod visitor;

pub use self::{
    camera::{Camera, Severity},
    cards::{Card, Shown, Truth},
    count::Share,
    deck::deal,
    faces::{Likeness, Turns, compare_drawn, drawn_portraits, turn_about},
    heads::{Surface, shown},
    load::{Load, Served, put_under_load},
    pairs::{Pairs, compare_folder},
    table::{Row, read_cards},
    times::{Times, measure_times},
    visitor::{Head, Visitor},
};
