//! One alert that tells what a watch's held ones would have told: after a
//! cooldown, after a budget's stretch, or as the day's digest.

use super::watch_ref;
use crate::config::settings::AlertDefaults;
use crate::config::watchlist::WatchSpec;
use crate::model::{AlertId, WatchId};
use crate::notify::payload::{Coverage, Cut, Digest, DigestLine, Event, Payload, WatchRef};
use crate::store::{AlertRecord, Untold};
use jiff::Timestamp;
use xxhash_rust::xxh3::Xxh3;

/// Stories that a summary has lines for; more do not fit its body anyway, and
/// are counted.
pub(in crate::daemon) const LINES: usize = 100;

/// The summary of what `id` held back. A watch that was taken out meanwhile
/// (`None`) still owes it, to those who get alerts by default.
pub(in crate::daemon) fn summary(
    id: &WatchId,
    watch: Option<&WatchSpec>,
    untold: &Untold,
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
    let coverage: Vec<_> = untold.bodies.iter().filter_map(|body| line(body)).collect();
    let n_stories = usize::try_from(untold.n_stories).unwrap_or(usize::MAX);
    let cut = Cut {
        coverage: n_stories.saturating_sub(coverage.len()),
        ..Cut::default()
    };
    let event = Event::WatchDigest(Digest {
        watch,
        since: untold.since,
        until: now,
        reason: untold.reason.clone(),
        alerts: untold.n_alerts,
        coverage,
        cut,
    });
    let alert = summary_id(id, untold);
    let kind = event.name().to_owned();
    let payload = Payload {
        timestamp: now,
        alert: alert.clone(),
        event,
    };
    AlertRecord {
        id: alert,
        kind,
        watch: Some(id.clone()),
        story: None,
        article: None,
        body: payload.to_body(),
        created: now,
        to,
        held: None,
    }
}

/// The same after a crash, and another for each summary: an alert is told of
/// in one summary only, so its oldest is never that of two.
fn summary_id(watch: &WatchId, untold: &Untold) -> AlertId {
    let mut hash = Xxh3::new();
    for part in ["digest", watch.as_str(), untold.first.as_str()] {
        hash.update(part.as_bytes());
        hash.update(&[0xff]); // no part holds this byte: it is not UTF-8
    }
    hash.update(&untold.since.as_millisecond().to_le_bytes());
    AlertId::from(format!("al_{:032x}", hash.digest128()))
}

/// What a held alert would have told, in a line.
fn line(body: &str) -> Option<DigestLine> {
    let payload: Payload = serde_json::from_str(body).ok()?;
    let Coverage { story, article, .. } = match payload.event {
        Event::StoryOpened(coverage)
        | Event::StoryDeveloped(coverage)
        | Event::StoryCovered(coverage)
        | Event::WatchMatched(coverage)
        | Event::ArticleRevised(coverage) => *coverage,
        Event::WatchDigest(_)
        | Event::WatchSpike(_)
        | Event::WatchSilent(_)
        | Event::FeedFailing(_)
        | Event::FeedSilent(_)
        | Event::FeedRecovered(_)
        | Event::ExtractionDegraded(_)
        | Event::DeliveryDead(_)
        | Event::TestPing(_) => return None,
    };
    Some(DigestLine { story, article })
}
