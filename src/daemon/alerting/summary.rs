//! One alert that lists the held alerts of a watch: after a cooldown, after a budget
//! period, or as the day's digest.

use super::{alert_record, computed_id, watch_ref};
use crate::config::settings::AlertDefaults;
use crate::config::watchlist::WatchSpec;
use crate::model::WatchId;
use crate::notify::payload::{
    Coverage, Cut, Digest, DigestLine, Event, Payload, StoryRef, WatchRef,
};
use crate::store::{AlertRecord, PendingSummary};
use jiff::Timestamp;

/// Stories that a summary lists; more would not fit its body, and are counted.
pub(in crate::daemon) const LINES: usize = 100;

/// The summary of the held alerts of `id`. If the watch was removed meanwhile
/// (`None`), the summary goes to the default receivers.
pub(in crate::daemon) fn summary(
    id: &WatchId,
    watch: Option<&WatchSpec>,
    pending: &PendingSummary,
    defaults: &AlertDefaults,
    now: Timestamp,
) -> AlertRecord {
    let (watch, to) = match watch {
        Some(watch) => {
            let terms = defaults.terms(watch);
            (watch_ref(watch, &terms), terms.to)
        }
        None => {
            let (id, name) = (id.clone(), id.to_string());
            let watch = WatchRef {
                id,
                name,
                severity: None,
            };
            (watch, defaults.to.clone())
        }
    };
    let coverage: Vec<_> = pending
        .bodies
        .iter()
        .filter_map(|body| line(body))
        .collect();
    let n_stories = usize::try_from(pending.n_stories).unwrap_or(usize::MAX);
    let cut = Cut {
        coverage: n_stories.saturating_sub(coverage.len()),
        ..Cut::default()
    };
    let event = Event::WatchDigest(Digest {
        watch,
        since: pending.since,
        until: now,
        reason: pending.reason.clone(),
        alerts: pending.n_alerts,
        coverage,
        cut,
    });
    // Each summary has its own id: an alert is listed in one summary only, so no two
    // have the same oldest alert.
    let since = pending.since.as_millisecond().to_le_bytes();
    let alert = computed_id(&["digest", id.as_str(), pending.first.as_str()], since);
    AlertRecord {
        watch: Some(id.clone()),
        ..alert_record(alert, event, to, now)
    }
}

/// A held alert as a line of the summary.
fn line(body: &str) -> Option<DigestLine> {
    let payload: Payload = serde_json::from_str(body).ok()?;
    let Coverage { story, article, .. } = payload.event.coverage()?;
    Some(DigestLine {
        story: StoryRef {
            // The number was given before a mute held the alert, so it may be wrong by
            // now.
            alert_number: None,
            ..story.clone()
        },
        article: article.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::DefaultMode;
    use crate::model::AlertId;
    use serde_json::{Value, json};

    fn pending_summary(bodies: Vec<String>) -> PendingSummary {
        PendingSummary {
            n_alerts: 3,
            first: AlertId::from("al_1"),
            reason: "the budget of 2 alerts in 1d is used up".to_owned(),
            since: Timestamp::UNIX_EPOCH,
            n_stories: 2,
            bodies,
        }
    }

    fn held_body() -> String {
        let at = "2031-05-04T12:00:00Z";
        json!({ "type": "story.opened", "timestamp": at, "data": {
            "schema": 1, "alert": "al_1", "watch": { "id": "ferries", "name": "Ferries" },
            "story": { "id": "s1", "title": "Ferry aground", "articles": 1, "sources": 1,
                "independent": 1, "first_seen": at, "last_seen": at },
            "article": { "id": "a1", "url": "https://harbour-courier.example/1", "title": "Ferry aground",
                "source": "Harbour Courier", "author": null, "language": "en", "published": null,
                "fetched": at, "words": 9, "kind": "first", "copy_of": null },
            "why": [], "new": [],
        }})
        .to_string()
    }

    /// The summary for a watch that was taken out meanwhile.
    fn check(pending: &PendingSummary) -> (AlertRecord, Value) {
        let defaults = AlertDefaults {
            mode: DefaultMode::Story,
            updates: Vec::new(),
            to: vec!["ops".to_owned()],
        };
        let now = "2031-05-05T00:00:00Z".parse().unwrap();
        let summary = summary(&WatchId::from("ferries"), None, pending, &defaults, now);
        let body = serde_json::from_str(&summary.body).unwrap();
        (summary, body)
    }

    #[test]
    fn a_summary_says_why_how_much_and_what_even_for_a_watch_that_was_removed() {
        let (summary, body) = check(&pending_summary(vec![held_body()]));
        assert_eq!(summary.to, ["ops"]);
        assert_eq!(body["type"], "watch.digest");
        let data = &body["data"];
        assert_eq!(data["reason"], "the budget of 2 alerts in 1d is used up");
        assert_eq!(
            (&data["alerts"], &data["cut"]["coverage"]),
            (&3.into(), &1.into())
        );
        assert_eq!(data["coverage"][0]["article"]["source"], "Harbour Courier");
        assert_eq!(data["coverage"][0]["story"]["id"], "s1");
    }

    #[test]
    fn a_body_that_cannot_be_read_is_counted_as_cut() {
        let (_, body) = check(&pending_summary(vec!["{}".to_owned()]));
        assert_eq!(body["data"]["cut"]["coverage"], 2);
    }

    #[test]
    fn its_id_is_the_same_each_time_and_another_for_other_alerts() {
        let (first, _) = check(&pending_summary(Vec::new()));
        let (again, _) = check(&pending_summary(vec![held_body()]));
        assert_eq!(first.id, again.id);
        let other = PendingSummary {
            first: AlertId::from("al_2"),
            ..pending_summary(Vec::new())
        };
        assert_ne!(check(&other).0.id, first.id);
    }
}
