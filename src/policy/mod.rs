//! What to do next, and when: pure functions of what happened; `now` and the
//! die (`jitter`, 0 to 1) are arguments.
//!
//! - [`after_attempt`]: a delivery after an attempt
//! - [`Planner`]: a feed after a poll, from its learnt [`Rhythm`]
//!
//! Not here: doing it (`daemon`), remembering it (`store`).

mod retry;

pub use retry::{AttemptOutcome, MAX_TRIES, Next, after_attempt};
