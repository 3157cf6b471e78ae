//! The clock by which old articles are deleted. It is not the system clock, because one
//! start with a wrong date would then delete everything. It runs only while newsvane
//! runs. If it is behind the system clock, it catches up at eight times the speed of
//! time, so a wrong date deletes only a little too early. After a real pause of newsvane,
//! articles are kept somewhat longer.

use crate::daemon::Daemon;
use crate::store::StoreError;
use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};

/// How many times as fast as time passes the clock catches up.
const CATCH_UP: u32 = 8;

/// The key of the store's note that keeps the clock over a restart.
const NOTE: &str = "retention_clock";

/// The clock of retention.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetentionClock {
    at: Timestamp,
    looked: Instant,
}

impl RetentionClock {
    /// Continues from the stored time. A store without one begins at `last_alive`, when
    /// newsvane last ran, or else at `wall`, the system clock.
    pub(crate) async fn open(
        daemon: &Daemon,
        last_alive: Option<Timestamp>,
        wall: Timestamp,
    ) -> Result<Self, StoreError> {
        let stored = daemon.store.note(NOTE).await?;
        let stored = stored.and_then(|at| at.parse().ok());
        let at = stored.or(last_alive).unwrap_or(wall).min(wall);
        Ok(Self {
            at,
            looked: Instant::now(),
        })
    }

    /// Advances the clock, stores its time and returns it.
    pub(crate) async fn advance(&mut self, daemon: &Daemon) -> Result<Timestamp, StoreError> {
        let looked = Instant::now();
        self.at = advanced(self.at, daemon.now(), looked - self.looked);
        self.looked = looked;
        daemon.store.set_note(NOTE, self.at.to_string()).await?;
        Ok(self.at)
    }
}

/// The clock's time `elapsed` after it was `at`, if the system clock is at `wall`.
fn advanced(at: Timestamp, wall: Timestamp, elapsed: Duration) -> Timestamp {
    let most = SignedDuration::try_from(elapsed * CATCH_UP).unwrap_or(SignedDuration::MAX);
    // If this clock is ahead of the system clock, it has followed a wrong date: it goes
    // back to the system clock.
    at.saturating_add(most).unwrap_or(Timestamp::MAX).min(wall)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(at: &str, wall: &str, secs: u64, wanted: &str) {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let found = advanced(time(at), time(wall), Duration::from_secs(secs));
        assert_eq!(found, time(wanted), "{wall} after {secs} s");
    }

    #[test]
    fn a_clock_a_year_ahead_counts_only_what_was_seen_to_pass() {
        check(
            "2031-05-04T12:00:00Z",
            "2032-05-04T12:00:15Z",
            15,
            "2031-05-04T12:02:00Z",
        );
    }

    #[test]
    fn a_clock_that_runs_as_it_should_is_followed() {
        check(
            "2031-05-04T12:00:00Z",
            "2031-05-04T12:10:00Z",
            600,
            "2031-05-04T12:10:00Z",
        );
    }

    #[test]
    fn a_clock_set_back_is_followed_at_once() {
        check(
            "2031-05-04T12:00:00Z",
            "2030-01-01T00:00:00Z",
            9,
            "2030-01-01T00:00:00Z",
        );
    }
}
