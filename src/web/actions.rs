//! What a person may do from the page or the API. Each is logged with who did it.

use super::Shared;
use super::access::Visitor;
use super::views::ViewError;
use crate::model::AlertId;
use crate::notify;
use crate::policy::AttemptOutcome;
use crate::store::Redeliver;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// What came of an action.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Done {
    /// Whether it did what was asked for.
    pub(crate) ok: bool,
    /// What came of it, in words.
    pub(crate) told: String,
}

/// Sends the dead letters of an alert again, under their old ids.
pub(super) async fn redeliver_alert(
    shared: &Shared,
    visitor: &Visitor,
    id: &str,
) -> Result<Done, ViewError> {
    redeliver(shared, visitor, Redeliver::Alert(AlertId::from(id)), id).await
}

/// Sends all dead letters of a receiver again.
pub(super) async fn redeliver_all(
    shared: &Shared,
    visitor: &Visitor,
    receiver: &str,
) -> Result<Done, ViewError> {
    let which = Redeliver::AllDead(Some(receiver.to_owned()));
    redeliver(shared, visitor, which, receiver).await
}

async fn redeliver(
    shared: &Shared,
    visitor: &Visitor,
    which: Redeliver,
    what: &str,
) -> Result<Done, ViewError> {
    let n = shared
        .source
        .store
        .redeliver(which, Timestamp::now())
        .await?;
    (shared.source.wake_deliveries)();
    tracing::info!(who = %visitor.name, of = what, deliveries = n, "redelivered from the page");
    Ok(Done {
        ok: n > 0,
        told: match n {
            0 => "There was no dead letter to send again.".to_owned(),
            1 => "One delivery is tried again now.".to_owned(),
            n => format!("{n} deliveries are tried again now."),
        },
    })
}

/// Sends a `test.ping` to a receiver, and says what it answered.
pub(super) async fn test_receiver(
    shared: &Shared,
    visitor: &Visitor,
    name: &str,
) -> Result<Done, ViewError> {
    let receiver = shared.source.receivers.get(name);
    let receiver = receiver.ok_or_else(|| {
        ViewError::NotFound(format!("there is no receiver {name} in the settings"))
    })?;
    // The answer to the person must begin before the page gives up on it.
    let sending = notify::send_test(receiver.as_ref(), name, Timestamp::now());
    let limit = std::time::Duration::from_secs(4);
    let Ok((alert, attempt)) = tokio::time::timeout(limit, sending).await else {
        return Ok(Done {
            ok: false,
            told: format!("{name} has not answered within {} s.", limit.as_secs()),
        });
    };
    let status = attempt
        .status
        .map(|status| format!(" with status {status}"));
    let (ok, said) = match &attempt.outcome {
        AttemptOutcome::Accepted => (true, "accepted it".to_owned()),
        AttemptOutcome::Transient { reason, .. } | AttemptOutcome::Permanent { reason } => {
            (false, format!("did not accept it: {reason}"))
        }
        AttemptOutcome::Gone => (
            false,
            "answered that it is gone (410); the daemon would disable it".to_owned(),
        ),
    };
    tracing::info!(who = %visitor.name, receiver = name, alert = %alert, ok, "tested a receiver from the page");
    Ok(Done {
        ok,
        told: format!(
            "{name} {said}{}, after {} ms. The test was {alert}.",
            status.unwrap_or_default(),
            attempt.elapsed.as_millis()
        ),
    })
}
