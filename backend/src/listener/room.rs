//! The places of a listener's connections, and how a newcomer gets one when all are taken.
//!
//! A connection that waits for its next request lends its place. Who needs one takes that of the connection
//! that has waited longest, which then ends, as after the usual time of idleness. A newcomer that finds no
//! place even so is refused, and the next answer of another connection ends that connection.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::Instant,
};

use super::ConnectionLimits;

/// How often an answer ends its connection for newcomers at most: each time costs another handshake.
const TURN: Duration = Duration::from_millis(10);

/// The connections of one listener.
pub(super) struct Room {
    /// For each open connection.
    open: Arc<Semaphore>,
    /// For each connection within the limit.
    places: Arc<Semaphore>,
    /// The lent places, by the time since when their connections are idle, and the number of the loan.
    lent: Mutex<BTreeMap<(Instant, u64), Idle>>,
    loans: AtomicU64,
    min_idle: Duration,
    is_wanted: AtomicBool,
    wanted_last: Mutex<Option<Instant>>,
}

/// A place that its connection does not need now.
struct Idle {
    place: OwnedSemaphorePermit,
    /// Dropped when another takes the place.
    _connection: oneshot::Sender<()>,
}

impl Room {
    pub(super) fn new(limits: &ConnectionLimits) -> Arc<Self> {
        let all = limits.connections + limits.probe_connections;
        Arc::new(Self {
            open: Arc::new(Semaphore::new(all)),
            places: Arc::new(Semaphore::new(limits.connections)),
            lent: Mutex::default(),
            loans: AtomicU64::default(),
            min_idle: limits.min_idle,
            is_wanted: AtomicBool::default(),
            wanted_last: Mutex::default(),
        })
    }

    /// Waits until one more connection may be open. `None` never comes: the semaphore is never closed.
    pub(super) async fn may_open(&self) -> Option<OwnedSemaphorePermit> {
        self.open.clone().acquire_owned().await.ok()
    }

    /// For a new connection, with a place if one is free.
    pub(super) fn enter(self: &Arc<Self>) -> Arc<Place> {
        Arc::new(Place {
            held: Mutex::new(self.free()),
            room: self.clone(),
        })
    }

    /// Whether an answer should end its connection because a newcomer was refused.
    pub(super) fn is_wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed) && self.is_wanted.swap(false, Ordering::Relaxed)
    }

    fn free(&self) -> Option<OwnedSemaphorePermit> {
        self.places.clone().try_acquire_owned().ok()
    }

    /// Takes the place of the connection that has been idle the longest.
    fn longest_idle(&self) -> Option<OwnedSemaphorePermit> {
        let mut lent = locked(&self.lent);
        let first = lent.first_entry()?;
        let (since, _) = *first.key();
        (since.elapsed() >= self.min_idle).then(|| first.remove().place)
    }

    fn want(&self) {
        let mut last = locked(&self.wanted_last);
        if last.is_none_or(|last| last.elapsed() >= TURN) {
            *last = Some(Instant::now());
            self.is_wanted.store(true, Ordering::Relaxed);
        }
    }
}

/// One connection's place, if it has one.
pub(super) struct Place {
    held: Mutex<Option<OwnedSemaphorePermit>>,
    room: Arc<Room>,
}

impl Place {
    pub(super) fn is_held(&self) -> bool {
        locked(&self.held).is_some()
    }

    /// Whether this connection has a place now, perhaps at the cost of an idle one.
    pub(super) fn take(&self) -> bool {
        let mut held = locked(&self.held);
        if held.is_none() {
            *held = self.room.free().or_else(|| self.room.longest_idle());
        }
        if held.is_none() {
            self.room.want();
        }
        held.is_some()
    }

    /// Lends the place while the connection is idle.
    pub(super) fn lend(self: &Arc<Self>) -> Option<Loan> {
        let place = locked(&self.held).take()?;
        let number = self.room.loans.fetch_add(1, Ordering::Relaxed);
        let key = (Instant::now(), number);
        let (connection, taken) = oneshot::channel();
        let idle = Idle {
            place,
            _connection: connection,
        };
        locked(&self.room.lent).insert(key, idle);
        Some(Loan {
            place: self.clone(),
            key,
            taken,
        })
    }
}

/// A lent place. It comes back at the end, unless another has taken it.
pub(super) struct Loan {
    place: Arc<Place>,
    key: (Instant, u64),
    taken: oneshot::Receiver<()>,
}

impl Loan {
    /// Ready once another has taken the place.
    pub(super) fn poll_taken(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.taken).poll(cx).map(|_| ())
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let idle = locked(&self.place.room.lent).remove(&self.key);
        if let Some(idle) = idle {
            *locked(&self.place.held) = Some(idle.place);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
