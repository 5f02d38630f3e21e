//! Lets cargo build what build scripts and macros need with the same features too.

fn main() {}
