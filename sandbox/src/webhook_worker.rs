//! The worker that delivers webhook messages: the schedule of the tries.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc::UnboundedReceiver, oneshot},
    task::JoinSet,
};

use crate::{
    app_state::AppState,
    eviction::KEPT,
    pictures,
    webhook::{Delivery, DeliveryOutcome, Message, QueuedDelivery, failure, http_client},
};

/// From the start of one try to the start of the next, which is also how long a receiver may
/// take. At Authenteq it is an hour.
const PACE: Duration = Duration::from_secs(10);
/// As many as a week has hours.
const TRIES: u16 = 168;
/// The most messages under way to one client: each can have many megabytes.
const AT_ONCE: usize = 8;

/// Works on the queue until the task is aborted, which ends every delivery as well.
pub(crate) async fn run(app: Arc<AppState>, mut queue: UnboundedReceiver<QueuedDelivery>) {
    let worker = Arc::new(Worker {
        app,
        http: OnceLock::new(),
        places: Mutex::default(),
    });
    let mut under_way = JoinSet::new();
    // To replace a sender is to drop it, which the delivery that waits for it takes as its end.
    let mut newest: HashMap<String, oneshot::Sender<()>> = HashMap::new();
    loop {
        tokio::select! {
            Some(_) = under_way.join_next() => {
                newest.retain(|_, delivery| !delivery.is_closed());
            }
            queued = queue.recv() => {
                let Some(queued) = queued else { return };
                // Beyond this number, new messages are dropped.
                if under_way.len() < KEPT {
                    let (sender, replaced) = oneshot::channel();
                    newest.insert(queued.verification_id.clone(), sender);
                    under_way.spawn(Arc::clone(&worker).deliver(queued, replaced));
                }
            }
        }
    }
}

struct Worker {
    app: Arc<AppState>,
    /// Made at the first try: it reads all certificates of the machine.
    http: OnceLock<Result<reqwest::Client, reqwest::Error>>,
    places: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Worker {
    /// Tries until the receiver answers 200, the schedule ends, or client, webhook, verification or something
    /// that its visitor has shown is gone.
    async fn deliver(self: Arc<Self>, queued: QueuedDelivery, mut replaced: oneshot::Receiver<()>) {
        for number in 1..=TRIES {
            let place = self.place(&queued.client_id).await;
            let Some(message) = self.pack(&queued).await else {
                return;
            };
            let url = message.address();
            let era = self.app.clock.era_of(&queued.client_id);
            let at = self.app.clock.now_of(&queued.client_id);
            // Begins before the try, so that a test that has seen the try can move the clock.
            let next_is_due = self.app.clock.pass(&queued.client_id, PACE).shared();
            let outcome = tokio::select! {
                biased;
                () = next_is_due.clone() => failure::no_answer(),
                outcome = self.post(message) => outcome,
            };
            drop(place);
            if self.app.clock.era_of(&queued.client_id) != era {
                // The client was reset, and the verification is gone with it.
                return;
            }
            let is_over = outcome.is_success();
            self.app.deliveries.keep(Delivery {
                verification_id: queued.verification_id.clone(),
                client_id: queued.client_id.clone(),
                url,
                number,
                at,
                outcome,
            });
            self.app.journal.tell();
            if is_over {
                return;
            }
            tokio::select! {
                biased;
                _ = &mut replaced => return,
                () = next_is_due => {}
            }
        }
    }

    /// The message, made anew for each try.
    async fn pack(&self, queued: &QueuedDelivery) -> Option<Message> {
        let client = self.app.client(&queued.client_id)?;
        client.webhook_url.as_ref()?;
        let verification = self.app.store.to_hand_over(&queued.verification_id)?;
        pictures::drawing(move || Message::of(&verification, &client)).await
    }

    async fn post(&self, message: Message) -> DeliveryOutcome {
        match self.http.get_or_init(|| http_client(PACE)) {
            Ok(http) => message.post(http).await,
            Err(error) => failure::cause(error),
        }
    }

    /// Each client has its own, so that a silent receiver delays only its own messages.
    async fn place(&self, client_id: &str) -> Option<OwnedSemaphorePermit> {
        let places = {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            let places = places
                .entry(client_id.to_owned())
                .or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE)));
            Arc::clone(places)
        };
        places.acquire_owned().await.ok()
    }
}

/// Why a delivery cannot be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResendError {
    /// There is no verification of this id, or what its visitor has shown was erased.
    #[error("there is no verification of this id")]
    UnknownVerification,
    /// The client has no webhook URL.
    #[error("the client of this verification has no webhook URL")]
    NoWebhook,
}

/// Delivers a verification again, from the start of the schedule. The rest of an earlier delivery lapses.
pub(crate) fn resend(app: &AppState, verification_id: &str) -> Result<(), ResendError> {
    let verification = app
        .store
        .to_hand_over(verification_id)
        .ok_or(ResendError::UnknownVerification)?;
    let client = app.client(&verification.client_id);
    if client.is_none_or(|client| client.webhook_url.is_none()) {
        return Err(ResendError::NoWebhook);
    }
    app.delivery_queue.push(&verification);
    Ok(())
}
