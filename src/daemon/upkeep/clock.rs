//! The clock of the wall, and what is done when it is set back.
//!
//! Everything is due at a time of the wall's clock. If that is set back by a day,
//! as on a machine that had a wrong date at its start, feeds, entries and
//! deliveries would wait for that day: so their times are moved back with it. A
//! clock set forward makes everything due, which the loops work off in their
//! slots; a machine that was asleep sees the same.

use crate::daemon::Daemon;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// A step back by more than this is not a mere correction.
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

/// Looks at the clock until `stop`.
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

/// Brings forward what is due by `back`, as far as that is not past.
pub(crate) async fn turn_back(daemon: &Daemon, back: SignedDuration) {
    daemon.poll_queue.turn_back(daemon.now(), back);
    if let Err(err) = daemon.store.turn_back(daemon.now(), back).await {
        tracing::error!(err = %err, back_s = back.as_secs(), "what is due in the store could not be moved with the clock; it waits that much longer");
    }
    daemon.wakes.poll.notify_one();
    daemon.wakes.read.notify_one();
    daemon.wakes.deliver.notify_one();
}
