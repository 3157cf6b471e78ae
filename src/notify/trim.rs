//! Writes a payload's JSON within its size limit, leaving out as little as possible.

use super::payload::{Event, NewSentence, Payload, Why};

/// Largest body. Chat services and mail gateways that receivers pass alerts to accept this size.
const MAX_BODY_BYTES: usize = 20_000;

/// Longest sentence that is sent, in characters. A longer one is a page without
/// full stops.
const MAX_SENTENCE: usize = 600;

/// Most outlets and stories in a list, and the longest name of one. Together they
/// fit into the body in any script.
const MAX_LISTED: usize = 12;
const MAX_LISTED_NAME: usize = 120;

/// Most figures, names and quotes marked in one sentence.
const MAX_MARKED: usize = 12;

/// Longest title or name that is sent, in characters.
const MAX_NAME: usize = 300;

impl Payload {
    /// The body to sign and send: always smaller than 20,000 bytes.
    ///
    /// Sentences that are too long are shortened around their marks. Then evidence
    /// is left out from the end, from the longer list first; `data.cut` says how
    /// much.
    #[must_use]
    pub fn to_body(&self) -> String {
        let mut payload = self.clone();
        payload.shorten();
        loop {
            // Writing plain data with string keys cannot fail.
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

    /// Leaves out about `n_bytes`; false if nothing more can be left out.
    fn leave_out(&mut self, n_bytes: usize) -> bool {
        match &mut self.event {
            Event::StoryOpened(coverage)
            | Event::StoryDeveloped(coverage)
            | Event::StoryCovered(coverage)
            | Event::WatchMatched(coverage)
            | Event::ArticleRevised(coverage) => {
                let (why, new) = (why_size(&coverage.why), new_size(&coverage.new));
                if why >= new && why > 0 {
                    coverage.cut.why += pop(&mut coverage.why, n_bytes, |why| why.sentence.len());
                } else if new > 0 {
                    coverage.cut.new += pop(&mut coverage.new, n_bytes, sentence_size);
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

/// Removes elements from the end, at least one, until about `n_bytes` or half of
/// the list are removed. Because of the second limit, two long lists are
/// shortened equally. Returns how many were removed.
fn pop<T>(list: &mut Vec<T>, n_bytes: usize, size: impl Fn(&T) -> usize) -> usize {
    let (mut n_cut, mut freed) = (0, 0);
    let most = list.len().div_ceil(2);
    while n_cut < most && (n_cut == 0 || freed < n_bytes) {
        let Some(last) = list.pop() else { break };
        freed += size(&last) + 60;
        n_cut += 1;
    }
    n_cut
}

/// The approximate size of a list; zero only if it is empty.
fn why_size(why: &[Why]) -> usize {
    why.iter()
        .map(|why| why.sentence.len() + why.term.len() + why.marks.len() * 8 + 60)
        .sum()
}

fn new_size(new: &[NewSentence]) -> usize {
    new.iter().map(sentence_size).sum()
}

fn sentence_size(new: &NewSentence) -> usize {
    let marks = new.marks.iter().map(|mark| mark.text.len() + 50);
    new.sentence.len() + 60 + marks.sum::<usize>()
}

fn shorten_story(story: &mut super::payload::StoryRef) {
    truncate(&mut story.title, MAX_NAME);
    story.linked.truncate(MAX_LISTED);
}

/// Shortens a new sentence at its end, and removes the marks that were there.
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
    // A shortened URL does not work, but browsers do not accept longer ones either.
    truncate(&mut article.url, 2_000);
    if let Some(author) = &mut article.author {
        truncate(author, MAX_NAME);
    }
}

/// Shortens a sentence to a part that starts a little before its first mark, and
/// shifts the marks accordingly.
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
    let mut part: String = why.sentence.chars().skip(from).take(MAX_SENTENCE).collect();
    let lead = if from > 0 { "…" } else { "" };
    let tail = if from + MAX_SENTENCE < n_chars {
        "…"
    } else {
        ""
    };
    part = format!("{lead}{part}{tail}");
    let (low, high) = (from, from + MAX_SENTENCE);
    let shift = lead.chars().count();
    why.marks
        .retain(|(start, end)| *start >= low && *end <= high);
    for (start, end) in &mut why.marks {
        *start = *start - from + shift;
        *end = *end - from + shift;
    }
    why.sentence = part;
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
