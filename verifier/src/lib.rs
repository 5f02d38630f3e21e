#![doc = include_str!("../README.md")]

mod challenges;
mod dates;
mod deadline;
mod document;
mod faces;
mod geometry;
pub mod liveness;
mod models;
mod names;
mod network;
mod picture;
mod server;
mod sides;
mod text;
mod verifier;
mod wire;
mod zone;

pub use self::{
    deadline::{Deadline, Late},
    document::{Look, PageLine, ReadError, Retake, Side},
    faces::{Area, Face, Template},
    geometry::{Homography, sample},
    models::{ModelError, default_folder},
    network::NetworkError,
    picture::{MOST_BYTES, MOST_PIXELS, PictureError, decode},
    server::{ListenError, listen, router},
    sides::{Lack, Reading, combine},
    verifier::{OpenError, Verifier},
    wire::Jpeg,
    zone::{CheckDigits, DocumentKind, Field, Format, Zone, ZoneFields},
};
