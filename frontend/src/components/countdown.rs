//! The time until the session ends.

use std::time::Duration;

use leptos::prelude::*;

use crate::texts::locale::Locale;

const LAST_MINUTE: i64 = 60;

/// Minutes and seconds until `ends`, and `on_end` once when they are over. A browser that translates the
/// page replaces text nodes, so the clock, which changes, is not for translation.
#[component]
pub(crate) fn Countdown(
    /// In milliseconds of `Date.now()`.
    ends: i64,
    /// Called once at the end.
    on_end: impl Fn() + 'static,
) -> impl IntoView {
    let texts = Locale::current().results_texts();
    let left = RwSignal::new(seconds_left(ends, js_sys::Date::now()));
    // Set once, so that it is announced once.
    let last_minute = RwSignal::new(left.get_untracked() <= LAST_MINUTE);
    let tick = move || {
        let seconds = seconds_left(ends, js_sys::Date::now());
        left.set(seconds);
        if seconds <= LAST_MINUTE && !last_minute.get_untracked() {
            last_minute.set(true);
        }
        if seconds == 0 {
            on_end();
        }
    };
    // Fails only without a window.
    if let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || interval.clear());
    }
    view! {
        <p class="countdown">
            <span>{texts.time_left()}</span>
            " "
            <span class="countdown-clock" role="timer" data-test="countdown" translate="no">
                {move || clock(left.get())}
            </span>
        </p>
        <p class="countdown-warning" role="status">
            {move || if last_minute.get() { texts.one_minute_left() } else { "" }}
        </p>
    }
}

fn seconds_left(ends: i64, now: f64) -> i64 {
    // Rounded up: at 0:00 the time is really over.
    (ends - now as i64 + 999).max(0) / 1000
}

fn clock(seconds: i64) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let zero = if seconds < 10 { ":0" } else { ":" };
    [&minutes.to_string(), zero, &seconds.to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_written_as_minutes_and_seconds() {
        assert_eq!(clock(900), "15:00");
        assert_eq!(clock(61), "1:01");
        assert_eq!(clock(0), "0:00");
    }

    #[test]
    fn nothing_is_left_exactly_at_the_end() {
        assert_eq!(seconds_left(10_000, 9_001.0), 1);
        assert_eq!(seconds_left(10_000, 10_000.0), 0);
        assert_eq!(seconds_left(10_000, 99_000.0), 0);
    }
}
