//! What to do next, and when: pure functions of what happened. The time (`now`)
//! and the random number (`jitter`, 0 to 1) are arguments.
//!
//! - [`Planner::after_poll`]: the next poll after a success, from the feed's
//!   [`Rhythm`] and from what server and feed ask for ([`Hints`])
//! - [`after_failure`]: the next poll after a failure
//! - [`Moved`]: whether a feed's new address is used
//! - [`Volume`]: whether a watch matches far more or far less than usual
//! - [`after_attempt`]: the next attempt of a delivery
//! - [`Shares`]: how much of a common resource one feed may use
//!
//! Not here: doing it (`daemon`), remembering it (`store`).

mod settings;
mod rhythm;
mod pool;
mod profile;
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
pub use retry::{AttemptOutcome, Next, after_attempt};
pub use rhythm::Rhythm;
pub use settings::{FirstRun, SchedulerSettings};
pub use shares::{Limits, Shares};
pub use volume::{Volume, VolumeChange, Wanted};

use jiff::{SignedDuration, Timestamp};

/// The time `wait_s` seconds after `now`; the largest time if that overflows.
fn after(now: Timestamp, wait_s: f64) -> Timestamp {
    SignedDuration::try_from_secs_f64(wait_s)
        .ok()
        .and_then(|wait| now.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX)
}
