//! The checks that one runs against an authorization server, each a test of its own: a sandbox
//! that let through what Authenteq refuses would hide mistakes until they are expensive.

mod addresses;
mod codes;
mod methods;
mod requests;
