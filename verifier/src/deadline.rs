//! The time that one piece of work may take.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// The processor's microseconds for work beside: the faces in the frames of other visitors.
static BESIDE: AtomicU64 = AtomicU64::new(0);

/// Looked at between the stages of the work: a stage that has begun ends. It counts the processor's time for
/// this program without that for work beside, so that a busy machine makes work slow and not impossible; on
/// Windows it counts all time.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Duration);

/// The work took too long.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading the picture took too long")]
pub struct Late;

impl Deadline {
    /// Ends `time` from now, as [`Deadline`] counts it.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(spent() + time)
    }

    /// Whether so much time is left before it.
    pub(crate) fn leaves(self, time: Duration) -> bool {
        spent() + time < self.0
    }

    /// # Errors
    /// When it has passed.
    pub(crate) fn look(self) -> Result<(), Late> {
        if spent() < self.0 { Ok(()) } else { Err(Late) }
    }
}

/// Does work that no deadline counts, all of it on this thread.
pub(crate) fn beside<T>(work: impl FnOnce() -> T) -> T {
    let before = thread_time();
    let result = work();
    let time = thread_time().saturating_sub(before).as_micros();
    BESIDE.fetch_add(time.try_into().unwrap_or_default(), Ordering::Relaxed);
    result
}

fn spent() -> Duration {
    let beside = Duration::from_micros(BESIDE.load(Ordering::Relaxed));
    processor_time().saturating_sub(beside)
}

/// The processor's time that this thread has used so far.
#[cfg(target_os = "linux")]
fn thread_time() -> Duration {
    used_by(nix::sys::resource::UsageWho::RUSAGE_THREAD)
}

/// Elsewhere all time is counted.
#[cfg(not(target_os = "linux"))]
fn thread_time() -> Duration {
    Duration::ZERO
}

/// The processor's time that this program has used so far.
#[cfg(unix)]
#[must_use]
pub fn processor_time() -> Duration {
    used_by(nix::sys::resource::UsageWho::RUSAGE_SELF)
}

#[cfg(unix)]
fn used_by(who: nix::sys::resource::UsageWho) -> Duration {
    use nix::sys::{resource::getrusage, time::TimeValLike};
    let usage = getrusage(who).expect("every process and thread has its times");
    let time = usage.user_time() + usage.system_time();
    Duration::from_micros(time.num_microseconds().cast_unsigned())
}

/// The time since the first call.
#[cfg(not(unix))]
#[must_use]
pub fn processor_time() -> Duration {
    use std::{sync::LazyLock, time::Instant};
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_late_once_its_time_is_spent() {
        assert_eq!(Deadline::after(Duration::from_secs(3600)).look(), Ok(()));
        assert_eq!(Deadline::after(Duration::ZERO).look(), Err(Late));
        let hour = Deadline::after(Duration::from_secs(3600));
        assert!(hour.leaves(Duration::from_secs(1800)) && !hour.leaves(Duration::from_secs(3600)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_beside_uses_up_no_deadline() {
        let busy = || {
            let until = thread_time() + Duration::from_millis(300);
            while thread_time() < until {}
        };
        // Other tests of this process need the processor too, but not for so long.
        let before = (processor_time(), spent());
        beside(busy);
        let (all, counted) = (processor_time() - before.0, spent() - before.1);
        assert!(
            all - counted >= Duration::from_millis(299),
            "{all:?} {counted:?}"
        );
    }
}
