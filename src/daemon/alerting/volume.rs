//! The alert of a watch that found far more, or far less, than is usual for it.

use super::{hold, watch_ref};
use crate::config::settings::AlertTerms;
use crate::config::watchlist::WatchSpec;
use crate::model::{AlertId, ArticleId};
use crate::notify::payload::{Event, Payload, Volume, VolumeStory};
use crate::policy::{Turn, Wanted};
use crate::store::{AlertRecord, Recent, StoryVolume};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use xxhash_rust::xxh3::Xxh3;

/// What a watch found.
pub(in crate::daemon) struct Amount<'a> {
    /// The spike or silence.
    pub turn: &'a Turn,
    /// Which of the two.
    pub wanted: Wanted,
    /// The last article taken into account: with the watch, the alert's identity.
    /// Neither a spike nor a silence comes again without an article between.
    pub article: ArticleId,
    /// The stories with the most articles.
    pub stories: Vec<StoryVolume>,
    /// What the watch sent of late.
    pub recent: Recent,
}

/// The alert for `amount`.
pub(in crate::daemon) fn volume(
    watch: &WatchSpec,
    terms: &AlertTerms,
    amount: Amount<'_>,
    zone: &TimeZone,
    now: Timestamp,
) -> AlertRecord {
    let turn = amount.turn;
    let stories = amount.stories.into_iter().map(|story| VolumeStory {
        id: story.story.to_string(),
        title: story.title,
        articles: story.articles,
    });
    let is_silence = amount.wanted == Wanted::Silence;
    let volume = Volume {
        watch: watch_ref(watch, terms),
        since: turn.since,
        until: turn.until,
        articles: turn.articles as usize,
        sources: if turn.articles == 0 {
            0
        } else {
            turn.outlets.len()
        },
        expected: (turn.expected * 100.0).round() / 100.0,
        outlets: turn.outlets.clone(),
        stories: stories.collect(),
    };
    let event = if is_silence {
        Event::WatchSilent(volume)
    } else {
        Event::WatchSpike(volume)
    };
    let kind = event.name();
    let id = alert_id(kind, watch, amount.article);
    let payload = Payload {
        timestamp: now,
        alert: id.clone(),
        event,
    };
    AlertRecord {
        id,
        kind: kind.to_owned(),
        watch: Some(watch.id.clone()),
        story: None,
        article: None,
        body: payload.to_body(),
        created: now,
        held: hold::held(terms, amount.recent, zone, now),
        to: terms.to.clone(),
    }
}

/// The same however often it is worked out.
fn alert_id(kind: &str, watch: &WatchSpec, article: ArticleId) -> AlertId {
    let mut hash = Xxh3::new();
    for part in [kind, watch.id.as_str()] {
        hash.update(part.as_bytes());
        hash.update(&[0xff]); // no part holds this byte: it is not UTF-8
    }
    hash.update(&article.0.to_le_bytes());
    AlertId::from(format!("al_{:032x}", hash.digest128()))
}
