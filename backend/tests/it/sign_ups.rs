//! Sign-ups that a site's server creates: from creation to the event.

mod attacks;
#[cfg(unix)]
mod changed_flow;
#[cfg(unix)]
mod check;
mod claimed;
mod closed_tabs;
mod developer;
mod endpoints;
mod fence;
mod foreign_ids;
mod given_up;
#[cfg(unix)]
mod kills;
mod late_workers;
#[cfg(unix)]
mod migrations;
mod personal_data;
mod receiver;
mod replicas;
#[cfg(unix)]
mod retention;
mod rules;
#[cfg(unix)]
mod start;
#[cfg(unix)]
mod unknown_claims;
mod visitors;
#[cfg(unix)]
mod webhook_kills;
mod webhooks;
mod wrong_members;
