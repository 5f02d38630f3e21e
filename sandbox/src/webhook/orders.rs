//! What is to be delivered: every verification as it comes to be, and some once more.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{app_state::AppState, verification::Finished};

/// A verification that its client is to hear of. Looked up at every try, so that what the client
/// has changed meanwhile counts, and no pictures are held.
pub(crate) struct Order {
    pub(super) verification_id: String,
    pub(super) client_id: String,
}

/// Where orders are placed. The default takes them to nobody.
#[derive(Clone, Default)]
pub(crate) struct Orders(Option<UnboundedSender<Order>>);

/// Both ends of the way to [`super::carry_out`].
pub(crate) fn orders() -> (Orders, UnboundedReceiver<Order>) {
    let (sender, receiver) = unbounded_channel();
    (Orders(Some(sender)), receiver)
}

impl Orders {
    /// Waits for nothing, and so is done while others are kept waiting.
    pub(crate) fn place(&self, verification: &Finished) {
        if let Some(sender) = &self.0 {
            // An error means that the sandbox stops.
            let _ = sender.send(Order {
                verification_id: verification.id.clone(),
                client_id: verification.client_id.clone(),
            });
        }
    }
}

/// Why nothing is delivered once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResendError {
    /// There is no verification of this id.
    #[error("there is no verification of this id")]
    UnknownVerification,
    /// The client has no webhook URL.
    #[error("the client of this verification has no webhook URL")]
    NoWebhook,
}

/// Delivers a verification once more, from the start of the schedule. What is left of an earlier
/// delivery of it lapses.
pub(crate) fn resend(app: &AppState, verification_id: &str) -> Result<(), ResendError> {
    let verification = app
        .store
        .finished(verification_id)
        .ok_or(ResendError::UnknownVerification)?;
    let client = app.client(&verification.client_id);
    if client.is_none_or(|client| client.webhook_url.is_none()) {
        return Err(ResendError::NoWebhook);
    }
    app.orders.place(&verification);
    Ok(())
}
