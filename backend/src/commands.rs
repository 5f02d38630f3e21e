//! What the program can be told to do.

pub(crate) mod check;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod serve;
