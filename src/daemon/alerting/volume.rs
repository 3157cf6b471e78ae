//! The alert about a spike or a silence of a watch.

use super::{alert_record, computed_id, hold, watch_ref};
use crate::config::settings::AlertTerms;
use crate::config::watchlist::WatchSpec;
use crate::model::ArticleId;
use crate::notify::payload::{Event, Volume, VolumeStory};
use crate::policy::{VolumeChange, Wanted};
use crate::store::{AlertRecord, Recent, StoryVolume};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A spike or silence that a watch found, and what its alert says about it.
pub(in crate::daemon) struct Amount<'a> {
    /// The spike or silence.
    pub turn: &'a VolumeChange,
    /// Whether it is a spike or a silence.
    pub wanted: Wanted,
    /// The last article counted: with the watch, the alert's identity. Neither a spike
    /// nor a silence is repeated without an article between.
    pub article: ArticleId,
    /// The stories with the most articles.
    pub stories: Vec<StoryVolume>,
    /// What the watch sent recently.
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
    let article = amount.article.0.to_le_bytes();
    let id = computed_id(&[event.name(), watch.id.as_str()], article);
    AlertRecord {
        watch: Some(watch.id.clone()),
        held: hold::held(terms, amount.recent, zone, now),
        ..alert_record(id, event, terms.to.clone(), now)
    }
}
