//! The alerts that watches would have made for archived articles, without cooldown
//! and budget.

use crate::config::settings::AlertTerms;
use crate::daemon::is_alert;
use crate::model::{StoryId, WatchId};
use crate::policy::Volume;
use crate::store::ArchivedArticle;
use std::collections::{HashMap, HashSet};

/// Counts the alerts of one watch.
pub(super) struct WouldAlert {
    terms: AlertTerms,
    /// Its usual volume, if it alerts on spikes or silences.
    volume: Option<Volume>,
    /// The number of alerts.
    pub(super) n: u64,
}

impl WouldAlert {
    /// A counter for a watch that alerts on these terms.
    pub(super) fn new(terms: AlertTerms) -> Self {
        Self {
            terms,
            volume: None,
            n: 0,
        }
    }

    /// Whether it alerts on spikes or silences, so that articles that it does not
    /// match count as well: time passes with them.
    pub(super) fn is_counting(&self) -> bool {
        self.terms.wanted().is_some()
    }

    /// Counts an article that the watch matches or not.
    pub(super) fn add_article(&mut self, article: &ArchivedArticle, is_match: bool) {
        let Some(wanted) = self.terms.wanted() else {
            return;
        };
        let now = article.fetched;
        let volume = self.volume.get_or_insert_with(|| Volume::new(now));
        if is_match && article.kind.is_own() {
            volume.take(now, &article.source);
        }
        self.n += u64::from(volume.look(wanted, now).is_some());
    }

    /// Counts an article that the watch matches; `is_first` if it is the watch's
    /// first article of the story.
    pub(super) fn add_match(&mut self, article: &ArchivedArticle, is_first: bool) {
        let kind = self.terms.kind(article.kind, article.newness);
        self.n += u64::from(is_alert(kind, &self.terms, !is_first));
    }
}

/// Which watches have matched which stories. Stories that were linked count as the
/// oldest of them.
#[derive(Default)]
pub(super) struct MatchedStories {
    older: HashMap<StoryId, StoryId>,
    watches: HashMap<StoryId, HashSet<WatchId>>,
}

impl MatchedStories {
    /// The oldest of the stories that are linked with `story`.
    fn oldest(&self, mut story: StoryId) -> StoryId {
        // Each step leads to an older story, so the loop ends.
        while let Some(older) = self.older.get(&story) {
            story = *older;
        }
        story
    }

    /// Links `story` with others: from now on they count as one.
    pub(super) fn link_all(&mut self, story: StoryId, linked: &[StoryId]) {
        for other in linked {
            self.link(story, *other);
        }
    }

    fn link(&mut self, one: StoryId, other: StoryId) {
        let (one, other) = (self.oldest(one), self.oldest(other));
        if one != other {
            let (older, newer) = (one.min(other), one.max(other));
            self.older.insert(newer, older);
            let moved = self.watches.remove(&newer).unwrap_or_default();
            self.watches.entry(older).or_default().extend(moved);
        }
    }

    /// Whether `watch` has not matched `story` before; it has from now on.
    pub(super) fn is_first(&mut self, watch: &WatchId, story: StoryId) -> bool {
        let story = self.oldest(story);
        let watches = self.watches.entry(story).or_default();
        watches.insert(watch.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_stories_count_once() {
        let mut matched = MatchedStories::default();
        let watch = WatchId::from("ferries");
        assert!(matched.is_first(&watch, StoryId(5)));
        matched.link(StoryId(5), StoryId(3));
        assert!(!matched.is_first(&watch, StoryId(3)));
        matched.link(StoryId(7), StoryId(5));
        assert!(!matched.is_first(&watch, StoryId(7)));
        assert!(matched.is_first(&watch, StoryId(8)));
        assert!(matched.is_first(&WatchId::from("quays"), StoryId(3)));
        matched.link(StoryId(3), StoryId(7));
        matched.link(StoryId(3), StoryId(3));
        assert_eq!(matched.oldest(StoryId(7)), StoryId(3));
    }
}
