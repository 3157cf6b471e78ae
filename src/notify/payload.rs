//! The payload of an alert: `{"type","timestamp","data"}`.
//!
//! Its JSON is written once, when the alert is made, and stored. Every attempt
//! sends the same bytes, so that receivers can recognise repetitions.

use crate::model::{AlertId, CoverageKind, Evidence, FactKind, Field, Novelty, WatchId};
use jiff::Timestamp;
use serde::de::Error as _;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The version of `data`. It is increased when a field changes its meaning, not
/// when one is added.
pub const SCHEMA: u32 = 1;

/// One event, as receivers get it.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// When the alert was made.
    pub timestamp: Timestamp,
    /// Its id, the same as `webhook-id`.
    pub alert: AlertId,
    /// What happened.
    pub event: Event,
}

/// What happened, with its details.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// The first article of a story that matches the watch.
    #[serde(rename = "story.opened")]
    StoryOpened(Box<Coverage>),
    /// An article adds new facts to a story.
    #[serde(rename = "story.developed")]
    StoryDeveloped(Box<Coverage>),
    /// An article of another kind that the watch alerts on.
    #[serde(rename = "story.covered")]
    StoryCovered(Box<Coverage>),
    /// An article matched a watch that alerts on every article.
    #[serde(rename = "watch.matched")]
    WatchMatched(Box<Coverage>),
    /// An article was changed substantially.
    #[serde(rename = "article.revised")]
    ArticleRevised(Box<Coverage>),
    /// A summary of held alerts.
    #[serde(rename = "watch.digest")]
    WatchDigest(Digest),
    /// Far more coverage than is usual for the watch.
    #[serde(rename = "watch.spike")]
    WatchSpike(Volume),
    /// Far less coverage than is usual for the watch.
    #[serde(rename = "watch.silent")]
    WatchSilent(Volume),
    /// A feed fails repeatedly.
    #[serde(rename = "feed.failing")]
    FeedFailing(FeedHealth),
    /// A feed has had no new entry for much longer than is usual for it.
    #[serde(rename = "feed.silent")]
    FeedSilent(FeedHealth),
    /// A feed that failed or was silent works again.
    #[serde(rename = "feed.recovered")]
    FeedRecovered(FeedHealth),
    /// Extraction no longer finds articles in a site's pages.
    #[serde(rename = "extraction.degraded")]
    ExtractionDegraded(FeedHealth),
    /// A delivery to another receiver was given up.
    #[serde(rename = "delivery.dead")]
    DeliveryDead(DeadDelivery),
    /// A test of the receiver, started by a person.
    #[serde(rename = "test.ping")]
    TestPing(Ping),
}

/// An article that matched a watch, with its story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// The watch.
    pub watch: WatchRef,
    /// The story.
    pub story: StoryRef,
    /// The article.
    pub article: ArticleRef,
    /// Why it matched.
    pub why: Vec<Why>,
    /// Its new sentences.
    #[serde(default)]
    pub new: Vec<NewSentence>,
    /// How many elements of both lists were left out to keep the body small.
    #[serde(default, skip_serializing_if = "Cut::is_nothing")]
    pub cut: Cut,
}

/// How many elements of each list were left out of the payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Left out of `why`.
    pub why: usize,
    /// Left out of `new`.
    pub new: usize,
    /// Left out of a digest's `coverage`.
    #[serde(default)]
    pub coverage: usize,
}

impl Cut {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A reference to a watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchRef {
    /// Its id in the watchlist.
    pub id: WatchId,
    /// Its name; the id if it has none.
    pub name: String,
    /// The `severity` set for the watch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
}

/// A story, including this article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryRef {
    /// Its id.
    pub id: String,
    /// The title of its first article.
    pub title: String,
    /// The number of articles in it.
    pub articles: usize,
    /// The number of outlets in it.
    pub sources: usize,
    /// The number of outlets with their own report.
    pub independent: usize,
    /// When its first article was read.
    pub first_seen: Timestamp,
    /// When this article was read.
    pub last_seen: Timestamp,
    /// Older stories that turned out to be about the same events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<String>,
    /// The number of this alert among the watch's alerts on the story, from 1, for
    /// receivers that group alerts. `None` in a digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_number: Option<u32>,
}

/// A reference to an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleRef {
    /// Its id.
    pub id: String,
    /// Its URL; empty if it has none.
    pub url: String,
    /// Its headline.
    pub title: String,
    /// The outlet.
    pub source: String,
    /// The authors.
    pub author: Option<String>,
    /// The language as a BCP 47 tag.
    pub language: Option<String>,
    /// When it was published, according to its feed or page.
    pub published: Option<Timestamp>,
    /// When newsvane read it.
    pub fetched: Timestamp,
    /// The number of words in its text.
    pub words: usize,
    /// Its kind of coverage.
    pub kind: CoverageKind,
    /// The article that it copies, rewrites or revises.
    pub copy_of: Option<String>,
}

/// A term that matched, with one sentence in which it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The term as written in the watchlist.
    pub term: String,
    /// The field in which it occurs.
    pub field: Field,
    /// The sentence in which it occurs.
    pub sentence: String,
    /// The character ranges of its occurrences within the sentence.
    pub marks: Vec<(usize, usize)>,
}

impl From<&Evidence> for Why {
    fn from(evidence: &Evidence) -> Self {
        Self {
            term: evidence.term.to_string(),
            field: evidence.field,
            sentence: evidence.sentence.to_string(),
            marks: evidence.marks.to_vec(),
        }
    }
}

/// A sentence that no earlier article of the story covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewSentence {
    /// The sentence.
    pub sentence: String,
    /// How much of it is new, from 0 (nothing) to 1 (all).
    pub novelty: f32,
    /// Figures, names and quotes in it that no earlier article of the story contains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<NewMark>,
}

/// A figure, name or quote that is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMark {
    /// What it is.
    pub kind: FactKind,
    /// Its text in the article.
    pub text: String,
    /// Its range of characters within the sentence.
    pub span: (usize, usize),
}

impl From<&Novelty> for NewSentence {
    fn from(new: &Novelty) -> Self {
        let mark = |mark: &crate::model::NewFact| NewMark {
            kind: mark.kind,
            text: mark.text(&new.sentence),
            span: mark.span,
        };
        Self {
            sentence: new.sentence.clone(),
            novelty: new.novelty,
            marks: new.marks.iter().map(mark).collect(),
        }
    }
}

/// A summary of a watch's held alerts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The watch.
    pub watch: WatchRef,
    /// The start of the period.
    pub since: Timestamp,
    /// The end of the period.
    pub until: Timestamp,
    /// Why the alerts were held.
    #[serde(default)]
    pub reason: String,
    /// The number of alerts that it summarises.
    #[serde(default)]
    pub alerts: u64,
    /// The stories, each with its newest article, the newest first.
    pub coverage: Vec<DigestLine>,
    /// How many elements were left out to keep the body small.
    #[serde(default, skip_serializing_if = "Cut::is_nothing")]
    pub cut: Cut,
}

/// One story in a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestLine {
    /// The story.
    pub story: StoryRef,
    /// Its newest article.
    pub article: ArticleRef,
}

/// How much coverage a watch found, compared with what is usual for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    /// The watch.
    pub watch: WatchRef,
    /// The start of the period.
    pub since: Timestamp,
    /// The end of the period.
    pub until: Timestamp,
    /// The number of articles found.
    pub articles: usize,
    /// The number of independent outlets among them.
    pub sources: usize,
    /// The number of articles that would be usual.
    pub expected: f64,
    /// The outlets, the latest first; for a silence, those with the last articles.
    #[serde(default)]
    pub outlets: Vec<String>,
    /// The stories with most of the articles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stories: Vec<VolumeStory>,
}

/// A story that contributes to a spike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeStory {
    /// Its id.
    pub id: String,
    /// The title of its first article.
    pub title: String,
    /// The number of its articles in the spike.
    pub articles: u64,
}

/// The health of a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedHealth {
    /// Its id.
    pub feed: String,
    /// Its name.
    pub name: String,
    /// Its URL, without what may be secret.
    pub url: String,
    /// What happened, and what to do.
    pub reason: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When it is polled next; `None` if it is not polled any more.
    pub next_poll: Option<Timestamp>,
}

/// A delivery that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadDelivery {
    /// The receiver that did not accept it.
    pub receiver: String,
    /// The alert's id, with which it can be redelivered.
    pub delivery_of: AlertId,
    /// Why.
    pub reason: String,
    /// The number of attempts.
    pub tries: u32,
}

/// A test message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ping {
    /// The receiver that is tested.
    pub receiver: String,
    /// A text for the person who tests.
    pub message: String,
}

impl Event {
    /// The event's name in `type`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::StoryOpened(_) => "story.opened",
            Self::StoryDeveloped(_) => "story.developed",
            Self::StoryCovered(_) => "story.covered",
            Self::WatchMatched(_) => "watch.matched",
            Self::ArticleRevised(_) => "article.revised",
            Self::WatchDigest(_) => "watch.digest",
            Self::WatchSpike(_) => "watch.spike",
            Self::WatchSilent(_) => "watch.silent",
            Self::FeedFailing(_) => "feed.failing",
            Self::FeedSilent(_) => "feed.silent",
            Self::FeedRecovered(_) => "feed.recovered",
            Self::ExtractionDegraded(_) => "extraction.degraded",
            Self::DeliveryDead(_) => "delivery.dead",
            Self::TestPing(_) => "test.ping",
        }
    }

    /// The article and its story; `None` for events without them.
    #[must_use]
    pub fn coverage(&self) -> Option<&Coverage> {
        match self {
            Self::StoryOpened(coverage)
            | Self::StoryDeveloped(coverage)
            | Self::StoryCovered(coverage)
            | Self::WatchMatched(coverage)
            | Self::ArticleRevised(coverage) => Some(coverage),
            Self::WatchDigest(_)
            | Self::WatchSpike(_)
            | Self::WatchSilent(_)
            | Self::FeedFailing(_)
            | Self::FeedSilent(_)
            | Self::FeedRecovered(_)
            | Self::ExtractionDegraded(_)
            | Self::DeliveryDead(_)
            | Self::TestPing(_) => None,
        }
    }
}

/// `data` in the JSON: the fields of all events, then those of the event.
#[derive(Serialize, Deserialize)]
struct Data<T> {
    schema: u32,
    alert: AlertId,
    #[serde(flatten)]
    own: T,
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Payload", 3)?;
        fields.serialize_field("type", self.event.name())?;
        fields.serialize_field("timestamp", &self.timestamp)?;
        macro_rules! data {
            ($own:expr) => {
                fields.serialize_field(
                    "data",
                    &Data {
                        schema: SCHEMA,
                        alert: self.alert.clone(),
                        own: $own,
                    },
                )?
            };
        }
        match &self.event {
            Event::StoryOpened(own)
            | Event::StoryDeveloped(own)
            | Event::StoryCovered(own)
            | Event::WatchMatched(own)
            | Event::ArticleRevised(own) => data!(own),
            Event::WatchDigest(own) => data!(own),
            Event::WatchSpike(own) | Event::WatchSilent(own) => data!(own),
            Event::FeedFailing(own)
            | Event::FeedSilent(own)
            | Event::FeedRecovered(own)
            | Event::ExtractionDegraded(own) => data!(own),
            Event::DeliveryDead(own) => data!(own),
            Event::TestPing(own) => data!(own),
        }
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            r#type: String,
            timestamp: Timestamp,
            data: serde_json::Value,
        }
        let written = Written::deserialize(deserializer)?;
        let alert = written.data.get("alert").and_then(|alert| alert.as_str());
        let alert = alert
            .ok_or_else(|| D::Error::missing_field("data.alert"))?
            .into();
        let event = serde_json::json!({ "type": written.r#type, "data": written.data });
        Ok(Self {
            timestamp: written.timestamp,
            alert,
            event: serde_json::from_value(event).map_err(D::Error::custom)?,
        })
    }
}
