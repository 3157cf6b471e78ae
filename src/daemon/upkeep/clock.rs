//! The system clock, and what is done when it is set back.
//!
//! Due times are times of the system clock. If it is set back by a day, for example on a
//! machine that started with a wrong date, feeds, entries and deliveries would wait for a
//! day. So their due times are moved back with the clock. A clock that is set forward
//! makes everything due at once, as after a sleep of the machine; the loops work through
//! it in their slots.

use crate::daemon::Daemon;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the clock is checked.
const LOOK: Duration = Duration::from_secs(1);

/// A step back by more than this moves due times; a smaller one is a correction that does
/// no harm.
const JUMP: SignedDuration = SignedDuration::from_secs(30);

/// The clock, and the latest time that it gave.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    latest_ms: AtomicI64,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let now = wall();
        self.latest_ms
            .fetch_max(now.as_millisecond(), Ordering::Relaxed);
        now
    }

    /// By how much the clock has been set back since this was last asked.
    fn set_back(&self) -> Option<SignedDuration> {
        let now = wall().as_millisecond();
        let latest = self.latest_ms.load(Ordering::Relaxed);
        let back = SignedDuration::from_millis(latest.saturating_sub(now));
        (back > JUMP).then(|| {
            self.latest_ms.store(now, Ordering::Relaxed);
            back
        })
    }
}

/// The time of day. A debug build adds the seconds in the file that
/// `NEWSVANE_CLOCK` names: for the tests of a clock that jumps.
fn wall() -> Timestamp {
    Timestamp::now() + ahead()
}

#[cfg(debug_assertions)]
fn ahead() -> SignedDuration {
    use std::sync::LazyLock;
    static FILE: LazyLock<Option<std::ffi::OsString>> =
        LazyLock::new(|| std::env::var_os("NEWSVANE_CLOCK"));
    let written = FILE
        .as_ref()
        .and_then(|file| std::fs::read_to_string(file).ok());
    let secs = written.and_then(|text| text.trim().parse().ok());
    SignedDuration::from_secs(secs.unwrap_or(0))
}

#[cfg(not(debug_assertions))]
const fn ahead() -> SignedDuration {
    SignedDuration::ZERO
}

/// Checks the clock until `stop`.
pub(crate) async fn watch(daemon: Arc<Daemon>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        if let Some(back) = daemon.clock.set_back() {
            tracing::warn!(
                back_s = back.as_secs(),
                "the clock was set back; due times were moved back as well"
            );
            turn_back(&daemon, back).await;
        }
    }
}

/// Makes due times earlier by `back`, but not earlier than now.
pub(crate) async fn turn_back(daemon: &Daemon, back: SignedDuration) {
    daemon.poll_queue.turn_back(daemon.now(), back);
    if let Err(err) = daemon.store.turn_back(daemon.now(), back).await {
        tracing::error!(err = %err, back_s = back.as_secs(), "the clock was set back, but due times in the store could not be moved with it; feeds, entries and deliveries wait that much longer");
    }
    daemon.wakes.poll.notify_one();
    daemon.wakes.read.notify_one();
    daemon.wakes.deliver.notify_one();
}
