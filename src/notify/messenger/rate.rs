//! How often each destination is called: receivers with the same channel, chat or
//! key share its rate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How often a destination may be called: `burst` calls at once, and one more each
/// `every`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    pub(crate) burst: u32,
    pub(crate) every: Duration,
}

/// The destinations of all receivers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rates {
    by_destination: Arc<Mutex<HashMap<String, Arc<Rate>>>>,
}

impl Rates {
    /// The rate of a destination; the first receiver that names it sets the pace.
    pub(crate) fn of(&self, destination: String, pace: Pace) -> Arc<Rate> {
        let mut known = self
            .by_destination
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let rate = known.entry(destination).or_insert_with(|| {
            Arc::new(Rate {
                pace,
                state: Mutex::default(),
            })
        });
        Arc::clone(rate)
    }
}

/// The calls to one destination.
#[derive(Debug)]
pub(crate) struct Rate {
    pace: Pace,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the calls so far would be due if they came evenly
    /// (the generic cell rate algorithm).
    due: Option<Instant>,
    /// Until when the service asked to wait.
    held: Option<Instant>,
}

impl Rate {
    /// Waits for its turn, up to `patience`. The error says how long to wait
    /// instead; nothing is taken then.
    pub(crate) async fn turn(&self, patience: Duration) -> Result<(), Duration> {
        let turn = self.take(Instant::now(), patience)?;
        tokio::time::sleep_until(turn).await;
        // The service may have asked to wait meanwhile.
        match self.held(Instant::now()) {
            Some(wait) => Err(wait),
            None => Ok(()),
        }
    }

    /// Calls nothing for a while, because the service asked for it.
    pub(crate) fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait.min(MAX_HOLD);
        let mut state = self.state();
        state.held = state.held.max(Some(until));
    }

    fn take(&self, now: Instant, patience: Duration) -> Result<Instant, Duration> {
        let mut state = self.state();
        let due = state.due.map_or(now, |due| due.max(now));
        let ahead = self.pace.every * self.pace.burst.saturating_sub(1);
        let turn = due.checked_sub(ahead).unwrap_or(now).max(now);
        let turn = state.held.map_or(turn, |held| held.max(turn));
        let wait = turn.duration_since(now);
        if wait > patience {
            return Err(wait);
        }
        state.due = Some(due + self.pace.every);
        Ok(turn)
    }

    fn held(&self, now: Instant) -> Option<Duration> {
        let until = self.state().held?;
        (until > now).then(|| until - now)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Longest wait that a service may ask for. A quota of a month is asked again each day.
const MAX_HOLD: Duration = Duration::from_secs(86_400);

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace {
        burst: 2,
        every: Duration::from_secs(5),
    };

    fn rate() -> Arc<Rate> {
        Rates::default().of("room".to_owned(), PACE)
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_the_next_waits_for_its_turn() {
        let rate = rate();
        let begun = Instant::now();
        let mut at = Vec::new();
        for _ in 0..4 {
            rate.turn(Duration::from_secs(60)).await.unwrap();
            at.push(begun.elapsed().as_secs());
        }
        assert_eq!(at, [0, 0, 5, 10]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_would_wait_too_long_is_told_how_long_and_takes_nothing() {
        let rate = rate();
        for _ in 0..2 {
            rate.turn(Duration::ZERO).await.unwrap();
        }
        for _ in 0..3 {
            let wait = rate.turn(Duration::from_secs(4)).await.unwrap_err();
            assert_eq!(wait, Duration::from_secs(5));
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        rate.turn(Duration::ZERO).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_that_came_meanwhile_is_kept() {
        let rate = rate();
        for _ in 0..2 {
            rate.turn(Duration::ZERO).await.unwrap();
        }
        let waiting = rate.turn(Duration::from_secs(9));
        let holding = async {
            rate.hold(Duration::from_secs(30));
        };
        let (waited, ()) = tokio::join!(waiting, holding);
        assert_eq!(waited, Err(Duration::from_secs(25)));
    }

    #[test]
    fn receivers_of_one_destination_share_its_rate() {
        let rates = Rates::default();
        let (a, b) = (rates.of("x".into(), PACE), rates.of("x".into(), PACE));
        assert!(Arc::ptr_eq(&a, &b));
    }
}
