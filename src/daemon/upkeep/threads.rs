//! Stories that have ended, told to the services that keep something open for them.

use crate::daemon::Daemon;
use crate::policy::AttemptOutcome;
use jiff::{SignedDuration, Timestamp};

/// Threads of one receiver that one round ends.
const A_ROUND: usize = 20;

/// Ends the threads whose stories can get no further article: an incident that was
/// opened for a story is resolved.
pub(super) async fn end_threads(daemon: &Daemon, now: Timestamp) -> anyhow::Result<()> {
    let window = daemon.settings.story.window.0;
    let window = SignedDuration::try_from(window).unwrap_or(SignedDuration::MAX);
    let before = now.saturating_sub(window)?;
    for name in daemon.receivers.names() {
        let Some(receiver) = daemon.receivers.get(name) else {
            continue;
        };
        if !receiver.keeps_threads() {
            continue;
        }
        let ended = daemon.store.ended_threads(name.to_owned(), before, A_ROUND);
        for thread in ended.await? {
            let Some(telling) = receiver.end(&thread.reference) else {
                break;
            };
            match telling.await.outcome {
                AttemptOutcome::Accepted | AttemptOutcome::Permanent { .. } => {
                    daemon.store.forget_thread(&thread).await?;
                    tracing::info!(receiver = name, story = %thread.story, "a story has ended; the service was told");
                }
                outcome => {
                    tracing::warn!(receiver = name, story = %thread.story, ?outcome, "a service could not be told that a story has ended; it is tried again in the next round");
                    break;
                }
            }
        }
    }
    Ok(())
}
