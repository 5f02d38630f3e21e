//! The feed of events: thin, in order, and at least once.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use webkyc_shared::sign_up::SignUpStatus;

use super::{Look, SignUps};
use crate::{
    error::ApiError,
    store::{Event, Feed},
};

/// How many events a page holds at most.
const PAGE_LIMIT: i64 = 100;

/// A page of the feed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventPage {
    /// In the order in which they happened; none when the time of the long poll is over.
    events: Vec<EventView>,
    /// The `after` of the next request. Keep it together with the effects of these events.
    cursor: String,
}

/// An event, in the form of a webhook (Standard Webhooks 1.0). It holds nothing personal but the
/// site's own reference: fetch the sign-up for the result.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    /// `evt_…`: an event may come more than once, with the same id.
    id: String,
    #[serde(flatten)]
    body: EventBody,
}

/// An event as it is sent to a site; its id goes into the header `webhook-id`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventBody {
    /// `sign_up.verified`, `.failed`, `.expired`, `.canceled` or `.redacted`.
    #[serde(rename = "type")]
    kind: String,
    /// When it happened, RFC 3339 in UTC.
    timestamp: String,
    data: EventData,
}

/// The sign-up of an event.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventData {
    /// `su_…`
    id: String,
    /// The key of its site.
    site: String,
    /// The site's own name for its user; absent after redaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    status: SignUpStatus,
    /// The reason for the last failure, as in the sign-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_reason: Option<String>,
    /// Whether verifications are of real people.
    livemode: bool,
}

impl SignUps {
    /// The events of a site, or of all, after a cursor or from the oldest kept; waits up to `wait`
    /// seconds for the first.
    ///
    /// # Errors
    /// [`ApiError::BadRequest`] for a cursor of another form, [`ApiError::CursorExpired`],
    /// [`ApiError::TooManyPolls`], [`ApiError::StoreUnavailable`].
    pub async fn events(
        &self,
        scope: Option<&str>,
        after: Option<&str>,
        wait: u64,
    ) -> Result<EventPage, ApiError> {
        let after = after.map(position_of).transpose()?;
        let look = || async {
            match self.0.store.events(scope, after, PAGE_LIMIT).await? {
                Feed::Expired => Err(ApiError::CursorExpired),
                Feed::Events(events, position) => {
                    let is_empty = events.is_empty();
                    let views = events.iter().map(|event| self.event(event));
                    let page = EventPage {
                        events: views.collect::<Result<_, _>>()?,
                        cursor: BASE64_URL_SAFE_NO_PAD.encode(position.to_be_bytes()),
                    };
                    Ok(if is_empty {
                        Look::Preliminary(page)
                    } else {
                        Look::Final(page)
                    })
                }
            }
        };
        self.poll(scope.unwrap_or_default(), wait, look).await
    }

    fn event(&self, event: &Event) -> Result<EventView, ApiError> {
        Ok(EventView {
            id: event.id.clone(),
            body: self.event_body(event)?,
        })
    }

    pub(super) fn event_body(&self, event: &Event) -> Result<EventBody, ApiError> {
        let sign_up = &event.sign_up;
        let timestamp = Timestamp::from_second(event.created_at).unwrap_or_default();
        Ok(EventBody {
            kind: event.kind.clone(),
            timestamp: timestamp.to_string(),
            data: EventData {
                id: sign_up.id.clone(),
                site: sign_up.site.clone(),
                reference: self.reference(sign_up)?,
                status: sign_up.status,
                last_reason: sign_up.last_reason.clone(),
                livemode: sign_up.livemode,
            },
        })
    }
}

impl SignUps {
    /// Sends an event to its site's webhook once more, from the beginning.
    ///
    /// # Errors
    /// [`ApiError::EventNotFound`], [`ApiError::NoWebhook`], [`ApiError::StoreUnavailable`].
    pub async fn resend(&self, scope: Option<&str>, event: &str) -> Result<(), ApiError> {
        let site = self.0.store.site_of_event(event).await?;
        let site = site.filter(|site| scope.is_none_or(|scope| scope == site));
        let site = site.ok_or(ApiError::EventNotFound)?;
        let configured = self.0.config.sites.get(&site);
        if configured.is_none_or(|site| site.webhook.is_none()) {
            return Err(ApiError::NoWebhook);
        }
        if !self.0.store.resend(scope, event, self.now()).await? {
            return Err(ApiError::EventNotFound);
        }
        self.changed();
        Ok(())
    }
}

fn position_of(cursor: &str) -> Result<i64, ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok();
    let position = bytes.and_then(|bytes| Some(i64::from_be_bytes(bytes.try_into().ok()?)));
    position
        .filter(|position| *position >= 0)
        .ok_or(ApiError::BadRequest(
            "after must be the cursor of a page of events".into(),
        ))
}
