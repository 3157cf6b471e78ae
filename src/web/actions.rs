//! What a person may do from the page or the API. Each is logged with who did it.

use super::Shared;
use super::access::Visitor;
use super::views::{ViewError, feeds, watches};
use crate::model::{AlertId, Span, WatchId};
use crate::notify;
use crate::policy::AttemptOutcome;
use crate::store::{Mute, Muted, Redeliver};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// How long something is muted at most.
const MAX_MUTE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// For how long to mute, and why.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct MuteQuery {
    /// How long, such as `2h` or `3d`.
    #[serde(rename = "for")]
    pub(crate) length: String,
    /// Why, for the others.
    pub(crate) reason: String,
}

/// The watch `id` of the watchlist in force.
pub(super) fn watch_to_mute(shared: &Shared, id: &str) -> Result<Muted, ViewError> {
    let defaults = &shared.source.settings.defaults.alert;
    let named = shared
        .source
        .with_watchlist(|list| watches::named(list, defaults, id));
    named.ok_or_else(|| ViewError::NotFound("there is no watchlist".to_owned()))??;
    Ok(Muted::Watch(WatchId::from(id)))
}

/// The feed `id` of the store.
pub(super) async fn feed_to_mute(shared: &Shared, id: &str) -> Result<Muted, ViewError> {
    let source = &shared.source;
    let page = feeds::one(&source.store, source.statistics, id, Timestamp::now()).await?;
    Ok(Muted::Feed(page.feed.feed.url))
}

/// Holds back the alerts of a watch or a feed for a time.
pub(super) async fn mute(
    shared: &Shared,
    visitor: &Visitor,
    muted: Muted,
    query: &MuteQuery,
) -> Result<Done, ViewError> {
    let length = query.length.trim().parse::<Span>().ok();
    let length = length
        .and_then(|span| SignedDuration::try_from(span.0).ok())
        .filter(|length| length.is_positive() && *length <= MAX_MUTE);
    let length = length.ok_or_else(|| {
        ViewError::BadRequest(format!(
            "for is a length of time up to 90 days, such as 2h or 3d; this is {:?}",
            query.length
        ))
    })?;
    let now = Timestamp::now();
    let reason: String = query.reason.trim().chars().take(200).collect();
    let until = now + length;
    tracing::info!(who = %visitor.name, muted = ?muted, until = %until, "muted from the page");
    let mute = Mute {
        muted,
        since: now,
        until,
        reason: (!reason.is_empty()).then_some(reason),
    };
    shared.source.store.mute(mute).await?;
    Ok(Done {
        ok: true,
        told: format!("Muted until {}.", until.strftime("%Y-%m-%d %H:%M UTC")),
    })
}

/// Ends a mute.
pub(super) async fn unmute(
    shared: &Shared,
    visitor: &Visitor,
    muted: Muted,
) -> Result<Done, ViewError> {
    tracing::info!(who = %visitor.name, muted = ?muted, "unmuted from the page");
    let was_muted = shared.source.store.unmute(muted, Timestamp::now()).await?;
    (shared.source.wake_deliveries)();
    let told = match was_muted {
        true => "It is not muted any more; what was held is told now.",
        false => "It was not muted.",
    };
    Ok(Done {
        ok: was_muted,
        told: told.to_owned(),
    })
}

/// Polls a feed now, and says what it brought.
pub(super) async fn poll_feed(
    shared: &Shared,
    visitor: &Visitor,
    id: &str,
) -> Result<Done, ViewError> {
    let source = &shared.source;
    let page = feeds::one(&source.store, source.statistics, id, Timestamp::now()).await?;
    let feed = page.feed.feed.url;
    tracing::info!(who = %visitor.name, feed = %feed, "polled from the page");
    // The answer to the person must begin before the page gives up on it; the poll
    // goes on.
    let polling = tokio::spawn((source.poll)(feed));
    let Ok(polled) = tokio::time::timeout(ANSWER_WITHIN, polling).await else {
        return Ok(Done {
            ok: true,
            told: "The poll is under way: its site has not answered yet.".to_owned(),
        });
    };
    let (ok, outcome) = polled.unwrap_or_else(|_| (false, "the poll panicked".to_owned()));
    Ok(Done {
        ok,
        told: format!("Polled now: {outcome}."),
    })
}

/// How long a person waits for the outcome of a poll or a test.
const ANSWER_WITHIN: std::time::Duration = std::time::Duration::from_secs(4);

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
    let Ok((alert, attempt)) = tokio::time::timeout(ANSWER_WITHIN, sending).await else {
        let seconds = ANSWER_WITHIN.as_secs();
        return Ok(Done {
            ok: false,
            told: format!("{name} has not answered within {seconds} s."),
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
        AttemptOutcome::Throttled { retry_after } => (
            false,
            format!("takes no more for {} s", retry_after.as_secs()),
        ),
        AttemptOutcome::Refused { reason } => (
            false,
            format!("refuses newsvane: {reason}; the daemon would disable it"),
        ),
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
