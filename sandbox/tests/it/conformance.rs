//! The usual checks of an authorization server, each a test of its own. A sandbox that accepts more
//! than Authenteq would hide mistakes until production.

mod addresses;
mod codes;
mod methods;
mod requests;
