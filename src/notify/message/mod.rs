//! One message for people, made once from an alert's payload. Each kind of
//! receiver lays it out ([`layout`]), cuts it as text to its own limit ([`fit`]),
//! and only then marks it up ([`markup`]).
//!
//! All texts of feeds pass [`clean`] here, so that no control character and no
//! override of the direction reaches a receiver.

mod clean;
mod events;
pub(crate) mod fit;
pub(crate) mod layout;
pub(crate) mod markup;

pub(crate) use clean::clean;
pub(crate) use fit::{Unit, cut};

use super::payload::{Coverage, Event, NewSentence, Payload, Ping, Why};
use crate::model::{AlertId, CoverageKind, outermost};
use url::Url;

/// An alert as a message.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    /// The alert's id.
    pub(crate) alert: AlertId,
    /// The event's name, such as `story.opened`.
    pub(crate) event: &'static str,
    /// The name of the watch; of what newsvane reports about itself, "newsvane".
    pub(crate) watch: String,
    /// The id of the watch; empty without one.
    pub(crate) watch_id: String,
    /// What happened, such as "new development".
    pub(crate) kind: &'static str,
    /// The severity set for the watch.
    pub(crate) severity: Option<String>,
    /// The headline; never empty.
    pub(crate) headline: String,
    /// The article's URL, if it is a valid one of http or https.
    pub(crate) link: Option<Url>,
    /// The outlet; may be empty.
    pub(crate) outlet: String,
    /// The story.
    pub(crate) story: Option<Story>,
    /// Sentences that matched, with the terms bold.
    pub(crate) why: Vec<Passage>,
    /// New sentences, with figures, names and quotes bold.
    pub(crate) new: Vec<Passage>,
    /// Other lines, such as the stories of a digest.
    pub(crate) more: Vec<Passage>,
    /// How many elements the payload left out.
    pub(crate) n_cut: usize,
}

/// The story of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Story {
    /// Its id.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// The number of this alert among the watch's alerts on it, from 1.
    pub(crate) number: u32,
    /// The number of articles, of outlets, and of outlets with their own report.
    pub(crate) counts: (usize, usize, usize),
}

/// A sentence, with the parts of it that are bold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Its parts in order; those with `true` are bold.
    pub(crate) parts: Vec<(String, bool)>,
    /// The URL that it leads to.
    pub(crate) link: Option<Url>,
}

impl Passage {
    fn plain(text: &str) -> Self {
        Self {
            parts: vec![(clean(text), false)],
            link: None,
        }
    }

    /// `text` with the character ranges `marks` bold.
    fn marked(text: &str, marks: &[(usize, usize)]) -> Self {
        let mut parts: Vec<(String, bool)> = Vec::new();
        for (at, c) in text.chars().enumerate() {
            let is_bold = marks
                .iter()
                .any(|(start, end)| (*start..*end).contains(&at));
            match parts.last_mut() {
                Some((part, bold)) if *bold == is_bold => part.push(c),
                Some(_) | None => parts.push((c.to_string(), is_bold)),
            }
        }
        let parts = parts
            .into_iter()
            .map(|(part, is_bold)| (clean::clean_part(&part), is_bold));
        Self {
            parts: parts.filter(|(part, _)| !part.is_empty()).collect(),
            link: None,
        }
    }

    /// Its text without marks.
    pub(crate) fn text(&self) -> String {
        self.parts.iter().map(|(part, _)| part.as_str()).collect()
    }
}

impl Message {
    /// The message of an alert's stored body; `None` if it is not a payload that
    /// this program knows.
    pub(crate) fn from_body(body: &[u8]) -> Option<Self> {
        let payload: Payload = serde_json::from_slice(body).ok()?;
        Some(Self::new(&payload))
    }

    /// A message that is never sent.
    pub(crate) fn sample() -> Self {
        let ping = Ping {
            receiver: String::new(),
            message: "sample".to_owned(),
        };
        events::without_article(&Event::TestPing(ping))
    }

    /// The message of a payload.
    pub(crate) fn new(payload: &Payload) -> Self {
        let mut message = match payload.event.coverage() {
            Some(coverage) => of_coverage(coverage),
            None => events::without_article(&payload.event),
        };
        message.alert = payload.alert.clone();
        message.event = payload.event.name();
        if message.headline.is_empty() {
            message.headline = "(without a headline)".to_owned();
        }
        message
    }

    /// What all alerts of the same watch on the same story share; of other alerts,
    /// their own id.
    pub(crate) fn key(&self) -> String {
        match &self.story {
            Some(story) => format!("newsvane/{}/{}", self.watch_id, story.id),
            None => format!("newsvane/{}", self.alert),
        }
    }

    /// Takes the counts of a later message on the same story.
    pub(crate) fn take_counts(&mut self, newest: &Self) {
        if let (Some(own), Some(newest)) = (&mut self.story, &newest.story) {
            own.counts = newest.counts;
        }
    }

    /// The counts in words, such as "4 articles from 3 outlets, 2 independent".
    pub(crate) fn counts(&self) -> Option<String> {
        let (articles, sources, independent) = self.story.as_ref()?.counts;
        Some(format!(
            "{} from {}, {independent} independent",
            counted(articles, "article"),
            counted(sources, "outlet")
        ))
    }

    /// The headline with the outlet, as one line of text.
    pub(crate) fn title(&self) -> String {
        match self.outlet.as_str() {
            "" => self.headline.clone(),
            outlet => format!("{} ({outlet})", self.headline),
        }
    }
}

/// "1 article", "2 articles".
fn counted(n: usize, noun: &str) -> String {
    let ending = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{ending}")
}

fn of_coverage(coverage: &Coverage) -> Message {
    let Coverage {
        watch,
        story,
        article,
        why,
        new,
        cut,
    } = coverage;
    Message {
        alert: AlertId::from(""),
        event: "",
        watch: clean(&watch.name),
        watch_id: watch.id.to_string(),
        kind: kind(article.kind),
        severity: watch.severity.as_deref().map(clean),
        headline: clean(&article.title),
        link: link(&article.url),
        outlet: clean(&article.source),
        story: Some(Story {
            id: story.id.clone(),
            title: clean(&story.title),
            number: story.alert_number.unwrap_or(1),
            counts: (story.articles, story.sources, story.independent),
        }),
        why: why.iter().map(passage_of_why).collect(),
        new: new.iter().map(passage_of_new).collect(),
        more: Vec::new(),
        n_cut: cut.why + cut.new,
    }
}

fn kind(kind: CoverageKind) -> &'static str {
    match kind {
        CoverageKind::First => "new story",
        CoverageKind::Independent => "independent report",
        CoverageKind::Development => "new development",
        CoverageKind::Rewrite => "rewrite",
        CoverageKind::Duplicate => "copy",
        CoverageKind::Revision => "corrected article",
    }
}

fn passage_of_why(why: &Why) -> Passage {
    Passage::marked(&why.sentence, &why.marks)
}

fn passage_of_new(new: &NewSentence) -> Passage {
    let marks = outermost(new.marks.iter().map(|mark| mark.span));
    Passage::marked(&new.sentence, &marks)
}

/// The URL, if a browser would open it as a page. One that was shortened, or that
/// shows a user in front of its host, is left out: it would lead elsewhere than it
/// seems to.
fn link(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let is_page = matches!(url.scheme(), "http" | "https") && url.has_host();
    let is_whole = !url.as_str().ends_with("%E2%80%A6");
    (is_page && is_whole && url.username().is_empty() && url.password().is_none()).then_some(url)
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
