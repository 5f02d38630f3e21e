#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should end there"
)]

use std::time::Duration;

pub mod browser;
pub mod built;
pub mod driver;
pub mod fault_proxy;
pub mod http;
#[cfg(unix)]
pub mod postgres;
pub mod program;
pub mod raw_server;
pub mod relay;
pub mod stack;
pub mod trap_proxy;
pub mod wire;

/// How long a wait lasts before it fails, on slow machines too.
const TIMEOUT: Duration = Duration::from_secs(60);
