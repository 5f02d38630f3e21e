#![doc = include_str!("../README.md")]

mod challenges;
pub mod claims;
mod deadline;
mod document;
mod faces;
mod geometry;
pub mod liveness;
mod models;
mod network;
mod picture;
mod server;
mod text;
mod verifier;

pub use self::{
    deadline::{Deadline, Late, processor_time},
    document::{LONGEST_READING, Look, ReadError},
    faces::{Area, Face, Template},
    geometry::{Homography, sample},
    models::{ModelError, default_folder},
    network::NetworkError,
    picture::{MOST_BYTES, MOST_PIXELS, PictureError, decode},
    server::{ListenAddress, ListenError, MOST_FRAMES, Server, listen, router},
    verifier::{OpenError, Verifier},
};
