//! What a poll reports: one log line, and events of the feed's health to the log and
//! to the receivers for it.

use crate::control::Polled;
use crate::daemon::poll::attempt::PollAttempt;
use crate::daemon::poll::events::{self, FeedEvent, FeedName, HealthChange};
use crate::store::{AlertRecord, EntryChange, PollRecord, ReadPlan};
use jiff::Timestamp;
use tracing::Level;

impl PollAttempt<'_> {
    /// Logs the events, and makes alerts of them if there are receivers for health
    /// events.
    pub(super) fn alerts(
        &self,
        events: impl IntoIterator<Item = FeedEvent>,
        next: Option<Timestamp>,
    ) -> Vec<AlertRecord> {
        let to = &self.daemon.settings.defaults.health;
        let named = FeedName {
            id: self.known.subscription.id.to_string(),
            url: &self.known.subscription.url,
            title: self.known.subscription.shown_name(),
        };
        let mut alerts = Vec::new();
        for event in events {
            let (feed, since, reason) = (
                &self.known.subscription.url,
                event.since.to_string(),
                &event.reason,
            );
            match event.change {
                HealthChange::Failing => tracing::error!(feed, since, reason, "a feed is failing"),
                HealthChange::Silent => tracing::warn!(feed, since, reason, "a feed is silent"),
                HealthChange::Recovered => {
                    tracing::info!(feed, since, reason, "a feed has recovered");
                }
            }
            if !to.is_empty() {
                alerts.push(AlertRecord {
                    feed: Some(self.known.subscription.id),
                    ..events::alert(event, &named, next, to, self.now)
                });
            }
        }
        alerts
    }

    /// Logs one line about the poll, at debug level if nothing was found.
    pub(crate) fn log(&self, record: &PollRecord) {
        if record.error.is_none() && record.entries.is_empty() && !tracing::enabled!(Level::DEBUG) {
            return;
        }
        let (feed, status) = (&self.known.subscription.url, record.status);
        let next = record.next.map(|at| at.to_string()).unwrap_or_default();
        let elapsed_ms = self.daemon.now().duration_since(self.now).as_millis();
        if let Some(err) = &record.error {
            let failures = self.known.subscription.failures + 1;
            tracing::warn!(
                feed,
                status,
                failures,
                next,
                elapsed_ms,
                err,
                "a poll failed"
            );
            return;
        }
        let count = |is: fn(&EntryChange) -> bool| {
            record.entries.iter().filter(|change| is(change)).count()
        };
        let new = count(|change| matches!(change, EntryChange::New(_)));
        if new > 0 {
            let recorded = count(|change| !is_to_read(change));
            tracing::info!(feed, status, new, recorded, next, elapsed_ms, "polled");
        } else {
            tracing::debug!(feed, status, next, elapsed_ms, "polled");
        }
    }
}

/// What a poll brought, for a person who asked for it.
pub(super) fn polled(feed: &str, record: &PollRecord) -> Polled {
    let mut polled = Polled {
        status: record.status,
        error: record.error.clone(),
        next: record.next,
        ..not_polled(feed, String::new())
    };
    for change in &record.entries {
        match change {
            EntryChange::New(_) if is_to_read(change) => polled.new += 1,
            EntryChange::New(_) => polled.recorded += 1,
            EntryChange::Edited(..) => polled.updated += 1,
            EntryChange::Seen(_) | EntryChange::Renamed(..) => {}
        }
    }
    polled
}

/// Why there was no poll.
pub(super) fn not_polled(feed: &str, error: String) -> Polled {
    Polled {
        feed: feed.to_owned(),
        status: None,
        error: Some(error),
        new: 0,
        recorded: 0,
        updated: 0,
        next: None,
    }
}

/// Whether the read stage has to read it.
pub(crate) fn is_to_read(change: &EntryChange) -> bool {
    match change {
        EntryChange::New(entry) | EntryChange::Edited(_, entry) => entry.plan != ReadPlan::Record,
        EntryChange::Seen(_) | EntryChange::Renamed(..) => false,
    }
}
