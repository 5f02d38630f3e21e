//! The time that one piece of work may take.

use std::time::Duration;

/// Looked at between the stages of the work: a stage that has begun ends. It counts the processor's time for
/// this program, so that a busy machine makes work slow and not impossible; on Windows it counts all time.
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

    /// # Errors
    /// When it has passed.
    pub(crate) fn look(self) -> Result<(), Late> {
        if spent() < self.0 { Ok(()) } else { Err(Late) }
    }
}

/// The time that this program has used so far.
#[cfg(unix)]
fn spent() -> Duration {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike,
    };
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("every process has its times");
    let time = usage.user_time() + usage.system_time();
    Duration::from_micros(time.num_microseconds().cast_unsigned())
}

#[cfg(not(unix))]
fn spent() -> Duration {
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
    }
}
