//! What an edited watch would have found in the archive. Nothing is written.

use super::ViewError;
use super::why::{WithWatchlist, why_not};
use crate::config::diagnostic::Diagnostic;
use crate::config::watchlist::{Watchlist, load_draft, source_of};
use crate::matcher::{Doc, Scratch};
use crate::model::{ArticleId, Evidence, StoryId, WatchId};
use crate::store::{ArchivedArticle, Store};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long articles are matched. A larger archive is tried on its newest articles.
const BUDGET: Duration = Duration::from_millis(800);

/// Articles read from the store at a time.
const BATCH: usize = 512;

/// Articles of each list that are shown.
const SHOWN: usize = 6;

/// Most articles that are looked at for near misses.
const MAX_EXPLAINED: usize = 400;

/// Hits shown of an article.
const HITS: usize = 2;

/// An edited watch.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct TrialQuery {
    /// The watch in TOML: a `[[watch]]` table, with entities of its own if it needs any.
    pub(crate) text: String,
}

/// What it would have found.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Trial {
    /// What is wrong in the text; then nothing was tried.
    pub(crate) errors: Vec<Diagnostic>,
    /// The watch's id.
    pub(crate) watch: String,
    /// The articles that were tried: the newest ones.
    pub(crate) articles: u64,
    /// When the oldest of them was read.
    pub(crate) since: Option<Timestamp>,
    /// Whether there are older ones that were not tried, for lack of time.
    pub(crate) is_partial: bool,
    /// The articles that it matches.
    pub(crate) found: u64,
    /// Their stories.
    pub(crate) stories: u64,
    /// Matched articles by day, the days counted from 1970 in UTC.
    pub(crate) days: Vec<(i64, u64)>,
    /// The newest of them.
    pub(crate) newest: Vec<TrialHit>,
    /// Those with the least evidence.
    pub(crate) doubtful: Vec<TrialHit>,
    /// The newest articles that fail in one condition.
    pub(crate) near_misses: Vec<NearMiss>,
    /// Matched now, but not by the watch in force.
    pub(crate) gained: u64,
    /// Matched by the watch in force, but no longer.
    pub(crate) lost: u64,
    /// Some of these.
    pub(crate) lost_articles: Vec<TrialHit>,
    /// The tried watch compared line by line with the one in force; empty if they are the
    /// same, or no watch with its id is in force.
    pub(crate) diff: Vec<DiffLine>,
}

/// A matched article.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TrialHit {
    /// The article.
    pub(crate) id: ArticleId,
    /// Its story.
    pub(crate) story: StoryId,
    /// Its title.
    pub(crate) title: String,
    /// The outlet.
    pub(crate) source: String,
    /// When it was read.
    pub(crate) fetched: Timestamp,
    /// Why it matches.
    pub(crate) why: Vec<Evidence>,
}

/// An article that fails in one condition.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct NearMiss {
    /// The article.
    pub(crate) id: ArticleId,
    /// Its title.
    pub(crate) title: String,
    /// The outlet.
    pub(crate) source: String,
    /// The condition.
    pub(crate) reason: String,
}

/// A line of a comparison of two texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct DiffLine {
    /// `+` for a new line, `-` for one that is gone, a space for others.
    pub(crate) sign: char,
    /// The line.
    pub(crate) text: String,
}

/// A draft and the watch in force, each as a list of its own.
struct Lists {
    new: Watchlist,
    old: Option<Watchlist>,
    tags: HashMap<String, Vec<String>>,
    diff: Vec<DiffLine>,
}

/// Tries `query` on the newest articles.
///
/// # Errors
/// If the store cannot be read.
pub(crate) async fn run(
    store: &Arc<dyn Store>,
    watchlist: &WithWatchlist,
    query: &TrialQuery,
) -> Result<Trial, ViewError> {
    let mut lists = None;
    let text = query.text.replace("\r\n", "\n");
    watchlist(&mut |list: &Watchlist| lists = Some(read(&text, list)));
    let lists = match lists {
        Some(Ok(lists)) => Arc::new(lists),
        Some(Err(errors)) => {
            return Ok(Trial {
                errors,
                ..Trial::default()
            });
        }
        None => return Ok(Trial::default()),
    };
    let begun = Instant::now();
    let mut tally = Tally::new(&lists);
    let mut below = ArticleId(i64::MAX);
    loop {
        let batch = store.archived_below(below, BATCH).await?;
        let Some(last) = batch.last() else { break };
        below = last.id;
        let shared = Arc::clone(&lists);
        let counted = tokio::task::spawn_blocking(move || {
            tally.add(&shared, batch);
            tally
        });
        tally = counted
            .await
            .map_err(|_| ViewError::BadRequest("the trial could not be finished".to_owned()))?;
        if begun.elapsed() > BUDGET {
            tally.trial.is_partial = true;
            break;
        }
    }
    Ok(tally.finish(&lists))
}

fn read(text: &str, list: &Watchlist) -> Result<Lists, Vec<Diagnostic>> {
    let new = load_draft("watch", text, list)?;
    let Some(first) = new.watches.first() else {
        let none = Diagnostic::whole("watch", "there is no [[watch]] in it");
        return Err(vec![none.with_help("write [[watch]] above its keys")]);
    };
    let before = source_of(list, &first.id);
    let old = before
        .as_ref()
        .and_then(|before| load_draft("watch", before, list).ok());
    let tags = list.feeds.iter();
    Ok(Lists {
        diff: before.map_or_else(Vec::new, |before| diff(&before, text)),
        tags: tags
            .map(|feed| (feed.url.to_string(), feed.tags.clone()))
            .collect(),
        old,
        new,
    })
}

struct Tally {
    trial: Trial,
    id: WatchId,
    stories: HashSet<StoryId>,
    days: BTreeMap<i64, u64>,
    doubtful: Vec<(usize, TrialHit)>,
    n_explained: usize,
    scratch: Scratch,
    old_scratch: Scratch,
}

impl Tally {
    fn new(lists: &Lists) -> Self {
        let id = lists.new.watches[0].id.clone();
        Self {
            trial: Trial {
                watch: id.to_string(),
                ..Trial::default()
            },
            id,
            stories: HashSet::new(),
            days: BTreeMap::new(),
            doubtful: Vec::new(),
            n_explained: 0,
            scratch: Scratch::new(),
            old_scratch: Scratch::new(),
        }
    }

    fn add(&mut self, lists: &Lists, batch: Vec<ArchivedArticle>) {
        for article in batch {
            self.trial.articles += 1;
            self.trial.since = Some(article.fetched);
            let url = article.feed_url.as_deref().unwrap_or_default();
            let tags = lists.tags.get(url).map_or(&[][..], Vec::as_slice);
            let doc = doc(&article, tags);
            let evidence = |list: &Watchlist, scratch: &mut Scratch| {
                let found = list.matcher.matches(scratch, &doc).into_iter();
                let mut own = found.filter(|found| found.watch == self.id);
                own.next().map(|found| found.why)
            };
            let now = evidence(&lists.new, &mut self.scratch);
            let then = lists
                .old
                .as_ref()
                .map(|old| evidence(old, &mut self.old_scratch));
            match (now, then) {
                (Some(why), then) => {
                    self.trial.gained += u64::from(matches!(then, Some(None)));
                    self.hit(&article, why);
                }
                (None, Some(Some(why))) => {
                    self.trial.lost += 1;
                    if self.trial.lost_articles.len() < SHOWN {
                        self.trial.lost_articles.push(hit(&article, why));
                    }
                }
                (None, _) => self.miss(lists, &article, &doc),
            }
        }
    }

    fn hit(&mut self, article: &ArchivedArticle, why: Vec<Evidence>) {
        self.trial.found += 1;
        self.stories.insert(article.story);
        let day = article.fetched.as_second().div_euclid(86_400);
        *self.days.entry(day).or_default() += 1;
        let strength = why.iter().map(|hit| hit.marks.len()).sum();
        if self.trial.newest.len() < SHOWN {
            self.trial.newest.push(hit(article, why));
        } else if self.doubtful.len() < SHOWN
            || self.doubtful.last().is_some_and(|worst| strength < worst.0)
        {
            self.doubtful.push((strength, hit(article, why)));
            self.doubtful.sort_by_key(|doubt| doubt.0);
            self.doubtful.truncate(SHOWN);
        }
    }

    fn miss(&mut self, lists: &Lists, article: &ArchivedArticle, doc: &Doc<'_>) {
        if self.n_explained >= MAX_EXPLAINED || self.trial.near_misses.len() >= SHOWN {
            return;
        }
        self.n_explained += 1;
        let matcher = &lists.new.matcher;
        let explained = matcher.explain(&mut self.scratch, self.id.as_str(), doc);
        let Some(not) = explained.map(|explained| why_not(&explained)) else {
            return;
        };
        if not.met > 0 && not.of == not.met + 1 {
            self.trial.near_misses.push(NearMiss {
                id: article.id,
                title: article.title.clone(),
                source: article.source.clone(),
                reason: not.reason,
            });
        }
    }

    fn finish(mut self, lists: &Lists) -> Trial {
        self.trial.stories = self.stories.len() as u64;
        self.trial.days = self.days.into_iter().collect();
        self.trial.doubtful = self.doubtful.into_iter().map(|doubt| doubt.1).collect();
        self.trial.diff.clone_from(&lists.diff);
        self.trial
    }
}

fn hit(article: &ArchivedArticle, why: Vec<Evidence>) -> TrialHit {
    TrialHit {
        id: article.id,
        story: article.story,
        title: article.title.clone(),
        source: article.source.clone(),
        fetched: article.fetched,
        why: why.into_iter().take(HITS).collect(),
    }
}

/// An archived article as the matcher reads it; `tags` are those of its feed.
pub(crate) fn doc<'a>(article: &'a ArchivedArticle, tags: &'a [String]) -> Doc<'a> {
    Doc {
        title: &article.title,
        dek: &article.dek,
        body: &article.text,
        captions: &article.captions,
        author: article.author.as_deref().unwrap_or_default(),
        source: &article.source,
        tags,
        url: article.url.as_deref().unwrap_or_default(),
        language: article.language.as_deref(),
    }
}

/// The lines of `old` and `new`, compared; empty where they are the same.
fn diff(old: &str, new: &str) -> Vec<DiffLine> {
    const MAX_LINES: usize = 400;
    let old: Vec<&str> = old.trim_end().lines().take(MAX_LINES).collect();
    let new: Vec<&str> = new.trim_end().lines().take(MAX_LINES).collect();
    if old == new {
        return Vec::new();
    }
    // The lengths of the longest common sequences of all pairs of ends.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            common[at][to] = if old[at] == new[to] {
                common[at + 1][to + 1] + 1
            } else {
                common[at + 1][to].max(common[at][to + 1])
            };
        }
    }
    let (mut at, mut to) = (0, 0);
    let mut lines = Vec::new();
    while at < old.len() || to < new.len() {
        let (sign, text) = if at < old.len() && to < new.len() && old[at] == new[to] {
            (at, to) = (at + 1, to + 1);
            (' ', old[at - 1])
        } else if to < new.len() && (at == old.len() || common[at][to + 1] > common[at + 1][to]) {
            to += 1;
            ('+', new[to - 1])
        } else {
            at += 1;
            ('-', old[at - 1])
        };
        lines.push(DiffLine {
            sign,
            text: text.to_owned(),
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_is_shown_as_gone_and_new() {
        let lines = diff(
            "[[watch]]\nid = \"a\"\nall = [\"b\"]\n",
            "[[watch]]\nid = \"a\"\nall = [\"c\"]\n",
        );
        let shown: Vec<_> = lines
            .iter()
            .map(|line| format!("{}{}", line.sign, line.text))
            .collect();
        assert_eq!(
            shown,
            [
                " [[watch]]",
                " id = \"a\"",
                "-all = [\"b\"]",
                "+all = [\"c\"]"
            ]
        );
        assert!(diff("a\n", "a").is_empty());
    }
}
