//! Rows as types.

use sqlx::Row as _;
use webkyc_shared::sign_up::SignUpStatus;

use super::Row;
use crate::store::{Digest, Error, Event, Job, Result, SignUp};

/// The columns of [`sign_up`]. They are named one by one: another release may have added some, and
/// PostgreSQL refuses a prepared `SELECT *` after that.
pub(super) const SIGN_UP: &str = "sign_ups.id, sign_ups.site, sign_ups.return_key, sign_ups.claims, \
    sign_ups.webhook, sign_ups.on_return, sign_ups.livemode, sign_ups.status, \
    sign_ups.last_reason, sign_ups.reference, sign_ups.display_name, sign_ups.expected, \
    sign_ups.result, sign_ups.owner, sign_ups.created_at, sign_ups.started_at, \
    sign_ups.returned_at, sign_ups.ended_at, sign_ups.redacted_at, sign_ups.expires_at";

/// The columns of [`job`], beside those of its sign-up.
pub(super) const JOB: &str = "sign_ups.token, sign_ups.exchanged_at, sign_ups.tries";

/// The columns of [`event`], beside those of its sign-up.
pub(super) const EVENT: &str =
    "events.position, events.id AS event_id, events.kind, events.created_at AS happened_at";

pub(super) fn sign_up(row: &Row) -> Result<SignUp> {
    let status: &str = row.try_get("status")?;
    let status: SignUpStatus = status
        .parse()
        .map_err(|_| Error("a status is unknown".to_owned()))?;
    Ok(SignUp {
        id: row.try_get("id")?,
        site: row.try_get("site")?,
        return_key: row.try_get("return_key")?,
        claims: row.try_get("claims")?,
        webhook: row.try_get("webhook")?,
        on_return: row.try_get("on_return")?,
        livemode: row.try_get("livemode")?,
        status,
        last_reason: row.try_get("last_reason")?,
        reference: row.try_get("reference")?,
        display_name: row.try_get("display_name")?,
        expected: row.try_get("expected")?,
        result: row.try_get("result")?,
        owner: digest(row.try_get("owner")?)?,
        created_at: row.try_get("created_at")?,
        started_at: row.try_get("started_at")?,
        returned_at: row.try_get("returned_at")?,
        ended_at: row.try_get("ended_at")?,
        redacted_at: row.try_get("redacted_at")?,
        expires_at: row.try_get("expires_at")?,
    })
}

pub(super) fn job(row: &Row) -> Result<Job> {
    Ok(Job {
        sign_up: sign_up(row)?,
        token: row.try_get("token")?,
        exchanged_at: row.try_get("exchanged_at")?,
        tries: row.try_get("tries")?,
    })
}

pub(super) fn event(row: &Row) -> Result<Event> {
    Ok(Event {
        position: row.try_get("position")?,
        id: row.try_get("event_id")?,
        kind: row.try_get("kind")?,
        created_at: row.try_get("happened_at")?,
        sign_up: sign_up(row)?,
    })
}

fn digest(bytes: Option<&[u8]>) -> Result<Option<Digest>> {
    let digest = bytes.map(Digest::try_from).transpose();
    digest.map_err(|_| Error("a hash has the wrong length".to_owned()))
}
