//! What to do next, and when: pure functions of what happened; `now` and the
//! die (`jitter`, 0 to 1) are arguments.
//!
//! - [`Planner::after_poll`]: a feed after a poll that went well, from its
//!   learnt [`Rhythm`] and what server and feed ask for ([`Hints`])
//! - [`after_failure`]: a feed after one that did not
//! - [`Moved`]: whether a feed's new address is believed
//! - [`Volume`]: whether a watch finds far more or far less than usual
//! - [`after_attempt`]: a delivery after an attempt
//! - [`Shares`]: what a feed may take of what all of them need
//!
//! Not here: doing it (`daemon`), remembering it (`store`).

mod settings;
mod rhythm;
mod pool;
mod poll;
mod hints;
mod failure;
mod moved;
mod retry;
mod shares;
mod volume;

pub use failure::{PollFailure, PollNext, after_failure};
pub use hints::Hints;
pub use moved::Moved;
pub use poll::Planner;
pub use pool::Pool;
pub use retry::{AttemptOutcome, MAX_TRIES, Next, after_attempt};
pub use rhythm::Rhythm;
pub use settings::{FirstRun, SchedulerSettings};
pub use shares::{Limits, Shares};
pub use volume::{Turn, Volume, Wanted};

use jiff::{SignedDuration, Timestamp};

/// `now` and so many seconds; the end of time for what does not fit.
fn after(now: Timestamp, wait_s: f64) -> Timestamp {
    SignedDuration::try_from_secs_f64(wait_s)
        .ok()
        .and_then(|wait| now.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX)
}
