//! The alerts that watches would have had over articles that are gone through
//! again, before cooldown and budget.

use crate::config::settings::AlertTerms;
use crate::daemon::is_alert;
use crate::model::{StoryId, WatchId};
use crate::policy::Volume;
use crate::store::ArchivedArticle;
use std::collections::{HashMap, HashSet};

/// The alerts of one watch.
pub(super) struct WouldAlert {
    terms: AlertTerms,
    /// What is usual for it, where it tells spikes or silences.
    volume: Option<Volume>,
    /// How many they are.
    pub(super) n: u64,
}

impl WouldAlert {
    /// For a watch that alerts on these terms.
    pub(super) fn new(terms: AlertTerms) -> Self {
        Self {
            terms,
            volume: None,
            n: 0,
        }
    }

    /// Whether articles matter to it that it does not find: it tells spikes or
    /// silences, as time goes by.
    pub(super) fn is_counting(&self) -> bool {
        self.terms.wanted().is_some()
    }

    /// An article goes by, found or not.
    pub(super) fn pass(&mut self, article: &ArchivedArticle, is_found: bool) {
        let Some(wanted) = self.terms.wanted() else {
            return;
        };
        let now = article.fetched;
        let volume = self.volume.get_or_insert_with(|| Volume::new(now));
        if is_found && article.kind.is_own() {
            volume.take(now, &article.source);
        }
        self.n += u64::from(volume.look(wanted, now).is_some());
    }

    /// It finds an article; `is_first`: the first that it hears of the story.
    pub(super) fn find(&mut self, article: &ArchivedArticle, is_first: bool) {
        let kind = self.terms.kind(article.kind, article.newness);
        self.n += u64::from(is_alert(kind, &self.terms, !is_first));
    }
}

/// Which watches have met which stories. Stories that turned out to be one
/// count as the oldest of them.
#[derive(Default)]
pub(super) struct Heard {
    older: HashMap<StoryId, StoryId>,
    watches: HashMap<StoryId, HashSet<WatchId>>,
}

impl Heard {
    /// The oldest of the stories that are one with `story`.
    fn oldest(&self, mut story: StoryId) -> StoryId {
        // Each step leads to an older story, so there is an end.
        while let Some(older) = self.older.get(&story) {
            story = *older;
        }
        story
    }

    /// Takes `story` and those that turned out to be one with it for one from now on.
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

    /// Whether it is the first that `watch` hears of `story`; it has heard now.
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
    fn stories_that_turn_out_to_be_one_are_heard_of_once() {
        let mut heard = Heard::default();
        let watch = WatchId::from("ferries");
        assert!(heard.is_first(&watch, StoryId(5)));
        heard.link(StoryId(5), StoryId(3));
        assert!(!heard.is_first(&watch, StoryId(3)));
        heard.link(StoryId(7), StoryId(5));
        assert!(!heard.is_first(&watch, StoryId(7)));
        assert!(heard.is_first(&watch, StoryId(8)));
        assert!(heard.is_first(&WatchId::from("quays"), StoryId(3)));
        heard.link(StoryId(3), StoryId(7));
        heard.link(StoryId(3), StoryId(3));
        assert_eq!(heard.oldest(StoryId(7)), StoryId(3));
    }
}
