//! The allocator of programs whose size has a ceiling.

use rlsf::{GlobalTlsf, GlobalTlsfOptions};

/// A kibibyte lighter than the standard one, and as quick with megabytes. Not for the library: an application chooses
/// its own.
pub type Allocator = GlobalTlsf<Options>;

/// As light as it gets with large blocks, which a visitor's pictures are.
#[derive(Debug)]
pub struct Options;

impl GlobalTlsfOptions for Options {
    const ENABLE_REALLOCATION: bool = false;
    const COALESCE_POOLS: bool = true;
}
