//! A payload's JSON, kept under its size by leaving out the least of it.

use super::payload::{Event, NewSentence, Payload, Why};

/// Most bytes of a body: what chat services and mail gateways behind a
/// receiver still take.
pub const MAX_BODY_BYTES: usize = 20_000;

/// Longest sentence sent, in characters; a "sentence" beyond it is a page
/// without full stops.
const MAX_SENTENCE: usize = 600;

/// Most outlets and stories named in a list, and the longest of their names:
/// together they fit the body whatever the script.
const MAX_LISTED: usize = 12;
const MAX_LISTED_NAME: usize = 120;

/// Most figures, names and quotes marked in one sentence.
const MAX_MARKED: usize = 12;

/// Longest title, name or address sent, in characters.
const MAX_NAME: usize = 300;

impl Payload {
    /// The body to sign and send: always under [`MAX_BODY_BYTES`].
    ///
    /// Overlong sentences are shortened around their marks, then evidence is
    /// left out from the end, the longer list first; `data.cut` says how much.
    #[must_use]
    pub fn to_body(&self) -> String {
        let mut payload = self.clone();
        payload.shorten();
        loop {
            // Plain data with string keys: there is nothing that could fail.
            let body = serde_json::to_string(&payload).unwrap_or_default();
            if body.len() < MAX_BODY_BYTES || !payload.leave_out(body.len() - MAX_BODY_BYTES) {
                return body;
            }
        }
    }

    fn shorten(&mut self) {
        match &mut self.event {
            Event::StoryOpened(coverage)
            | Event::StoryDeveloped(coverage)
            | Event::StoryCovered(coverage)
            | Event::WatchMatched(coverage)
            | Event::ArticleRevised(coverage) => {
                coverage.why.iter_mut().for_each(shorten_why);
                for new in &mut coverage.new {
                    shorten_new(new);
                }
                shorten_story(&mut coverage.story);
                shorten_article(&mut coverage.article);
                truncate(&mut coverage.watch.name, MAX_NAME);
            }
            Event::WatchDigest(digest) => {
                for line in &mut digest.coverage {
                    shorten_story(&mut line.story);
                    shorten_article(&mut line.article);
                }
                truncate(&mut digest.watch.name, MAX_NAME);
            }
            Event::WatchSpike(volume) | Event::WatchSilent(volume) => {
                truncate(&mut volume.watch.name, MAX_NAME);
                volume.outlets.truncate(MAX_LISTED);
                volume.stories.truncate(MAX_LISTED);
                let stories = volume.stories.iter_mut().map(|story| &mut story.title);
                for name in volume.outlets.iter_mut().chain(stories) {
                    truncate(name, MAX_LISTED_NAME);
                }
            }
            Event::FeedFailing(health)
            | Event::FeedSilent(health)
            | Event::FeedRecovered(health)
            | Event::ExtractionDegraded(health) => {
                truncate(&mut health.name, MAX_NAME);
                truncate(&mut health.url, MAX_NAME);
                truncate(&mut health.reason, MAX_NAME);
            }
            Event::DeliveryDead(dead) => truncate(&mut dead.reason, MAX_NAME),
            Event::TestPing(ping) => truncate(&mut ping.message, MAX_NAME),
        }
    }

    /// Leaves out roughly `n_bytes`; false if there is nothing left to leave out.
    fn leave_out(&mut self, n_bytes: usize) -> bool {
        match &mut self.event {
            Event::StoryOpened(coverage)
            | Event::StoryDeveloped(coverage)
            | Event::StoryCovered(coverage)
            | Event::WatchMatched(coverage)
            | Event::ArticleRevised(coverage) => {
                let (why, new) = (why_bytes(&coverage.why), new_bytes(&coverage.new));
                if why >= new && why > 0 {
                    coverage.cut.why += pop(&mut coverage.why, n_bytes, |why| why.sentence.len());
                } else if new > 0 {
                    coverage.cut.new += pop(&mut coverage.new, n_bytes, new_weight);
                }
                why + new > 0
            }
            Event::WatchDigest(digest) => {
                let n_cut = pop(&mut digest.coverage, n_bytes, |line| {
                    line.article.title.len()
                });
                digest.cut.coverage += n_cut;
                n_cut > 0
            }
            Event::WatchSpike(_)
            | Event::WatchSilent(_)
            | Event::FeedFailing(_)
            | Event::FeedSilent(_)
            | Event::FeedRecovered(_)
            | Event::ExtractionDegraded(_)
            | Event::DeliveryDead(_)
            | Event::TestPing(_) => false,
        }
    }
}

/// Takes elements off the end, one at least, until they weigh `n_bytes` or half
/// of the list is gone, so that two long lists are cut alike.
fn pop<T>(list: &mut Vec<T>, n_bytes: usize, weight: impl Fn(&T) -> usize) -> usize {
    let (mut n_cut, mut freed) = (0, 0);
    let most = list.len().div_ceil(2);
    while n_cut < most && (n_cut == 0 || freed < n_bytes) {
        let Some(last) = list.pop() else { break };
        freed += weight(&last) + 60;
        n_cut += 1;
    }
    n_cut
}

/// An empty list weighs nothing, any other something.
fn why_bytes(why: &[Why]) -> usize {
    why.iter()
        .map(|why| why.sentence.len() + why.term.len() + why.marks.len() * 8 + 60)
        .sum()
}

fn new_bytes(new: &[NewSentence]) -> usize {
    new.iter().map(new_weight).sum()
}

fn new_weight(new: &NewSentence) -> usize {
    let marks = new.marks.iter().map(|mark| mark.text.len() + 50);
    new.sentence.len() + 60 + marks.sum::<usize>()
}

fn shorten_story(story: &mut super::payload::StoryRef) {
    truncate(&mut story.title, MAX_NAME);
    story.linked.truncate(MAX_LISTED);
}

/// Cuts a new sentence off at its end, with the marks that stood there.
fn shorten_new(new: &mut NewSentence) {
    if new.sentence.chars().nth(MAX_SENTENCE).is_some() {
        new.marks.retain(|mark| mark.span.1 <= MAX_SENTENCE);
        truncate(&mut new.sentence, MAX_SENTENCE);
    }
    new.marks.truncate(MAX_MARKED);
}

fn shorten_article(article: &mut super::payload::ArticleRef) {
    for text in [&mut article.title, &mut article.source] {
        truncate(text, MAX_NAME);
    }
    // A cut address leads nowhere, but 2 kB is more than browsers' own limit.
    truncate(&mut article.url, 2_000);
    if let Some(author) = &mut article.author {
        truncate(author, MAX_NAME);
    }
}

/// Cuts a hit's sentence to a window that begins a little before its first
/// mark, and moves the marks with it.
fn shorten_why(why: &mut Why) {
    truncate(&mut why.term, MAX_NAME);
    why.marks.truncate(64);
    let n_chars = why.sentence.chars().count();
    if n_chars <= MAX_SENTENCE {
        return;
    }
    let first = why.marks.iter().map(|(start, _)| *start).min().unwrap_or(0);
    let from = first
        .saturating_sub(MAX_SENTENCE / 4)
        .min(n_chars - MAX_SENTENCE);
    let mut window: String = why.sentence.chars().skip(from).take(MAX_SENTENCE).collect();
    let lead = if from > 0 { "…" } else { "" };
    let tail = if from + MAX_SENTENCE < n_chars {
        "…"
    } else {
        ""
    };
    window = format!("{lead}{window}{tail}");
    let (low, high) = (from, from + MAX_SENTENCE);
    let shift = lead.chars().count();
    why.marks
        .retain(|(start, end)| *start >= low && *end <= high);
    for (start, end) in &mut why.marks {
        *start = *start - from + shift;
        *end = *end - from + shift;
    }
    why.sentence = window;
}

fn truncate(text: &mut String, n_chars: usize) {
    if let Some((end, _)) = text.char_indices().nth(n_chars) {
        text.truncate(end);
        text.push('…');
    }
}

#[cfg(test)]
#[path = "trim_tests.rs"]
mod tests;
