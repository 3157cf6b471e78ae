//! What an alert says: `{"type","timestamp","data"}`.
//!
//! The JSON is made once, when the alert is, and stored; every attempt sends
//! the same bytes, which is what the receiver's idempotency rests on.

use crate::model::{AlertId, CoverageKind, Evidence, FactKind, Field, Novelty, WatchId};
use jiff::Timestamp;
use serde::de::Error as _;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The form of `data`; raised when a field changes its meaning, not when one is added.
pub const SCHEMA: u32 = 1;

/// One event as receivers get it.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// When the alert was made.
    pub timestamp: Timestamp,
    /// Its id, the same as `webhook-id`.
    pub alert: AlertId,
    /// What happened.
    pub event: Event,
}

/// What happened, with what is known about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// A watch's first article of a story.
    #[serde(rename = "story.opened")]
    StoryOpened(Box<Coverage>),
    /// An article brings new facts to a story.
    #[serde(rename = "story.developed")]
    StoryDeveloped(Box<Coverage>),
    /// An article of another kind that the watch wants to hear of.
    #[serde(rename = "story.covered")]
    StoryCovered(Box<Coverage>),
    /// An article matched, for a watch that does not care about stories.
    #[serde(rename = "watch.matched")]
    WatchMatched(Box<Coverage>),
    /// An article was changed in substance.
    #[serde(rename = "article.revised")]
    ArticleRevised(Box<Coverage>),
    /// What a watch found since the last digest.
    #[serde(rename = "watch.digest")]
    WatchDigest(Digest),
    /// Coverage far above a watch's own rhythm.
    #[serde(rename = "watch.spike")]
    WatchSpike(Volume),
    /// Coverage far below a watch's own rhythm.
    #[serde(rename = "watch.silent")]
    WatchSilent(Volume),
    /// A feed fails again and again.
    #[serde(rename = "feed.failing")]
    FeedFailing(FeedHealth),
    /// A feed is silent against its own rhythm.
    #[serde(rename = "feed.silent")]
    FeedSilent(FeedHealth),
    /// A feed that failed or was silent is back.
    #[serde(rename = "feed.recovered")]
    FeedRecovered(FeedHealth),
    /// A site's pages no longer give an article.
    #[serde(rename = "extraction.degraded")]
    ExtractionDegraded(FeedHealth),
    /// A delivery to another receiver was given up.
    #[serde(rename = "delivery.dead")]
    DeliveryDead(DeadDelivery),
    /// A person asked whether the receiver works.
    #[serde(rename = "test.ping")]
    TestPing(Ping),
}

/// An article that met a watch, and its story.
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
    /// What is new in it.
    #[serde(default)]
    pub new: Vec<NewSentence>,
    /// How much of the two lists was cut to keep the body small.
    #[serde(default, skip_serializing_if = "Cut::is_nothing")]
    pub cut: Cut,
}

/// How many elements of a list do not stand in the payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Of `why`.
    pub why: usize,
    /// Of `new`.
    pub new: usize,
    /// Of a digest's `coverage`.
    #[serde(default)]
    pub coverage: usize,
}

impl Cut {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A watch, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchRef {
    /// Its id in the watchlist.
    pub id: WatchId,
    /// Its name, or the id again.
    pub name: String,
    /// As set in the watch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
}

/// A story as it stands with this article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryRef {
    /// Its id.
    pub id: String,
    /// The title of its first article.
    pub title: String,
    /// Articles in it.
    pub articles: usize,
    /// Outlets in it.
    pub sources: usize,
    /// Outlets with a report of their own.
    pub independent: usize,
    /// When its first article arrived.
    pub first_seen: Timestamp,
    /// When this article arrived.
    pub last_seen: Timestamp,
    /// Older stories that turned out to be one with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<String>,
    /// Which alert on this story this is for the watch, from 1: receivers thread
    /// by it. None in a digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_number: Option<u32>,
}

/// An article, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleRef {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub url: String,
    /// Its headline.
    pub title: String,
    /// The outlet.
    pub source: String,
    /// The authors.
    pub author: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// When it was published, by its own word.
    pub published: Option<Timestamp>,
    /// When newsvane read it.
    pub fetched: Timestamp,
    /// Words of its text.
    pub words: usize,
    /// What it is to the story.
    pub kind: CoverageKind,
    /// The article that it copies, rewrites or revises.
    pub copy_of: Option<String>,
}

/// One term's hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The term as written in the watchlist.
    pub term: String,
    /// Where it stands.
    pub field: Field,
    /// The sentence around it.
    pub sentence: String,
    /// Character ranges within the sentence.
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

/// A sentence that the story did not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewSentence {
    /// The sentence.
    pub sentence: String,
    /// How much of it is new: 0 nothing, 1 all.
    pub novelty: f32,
    /// Figures, names and quotes in it that no earlier article of the story had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<NewMark>,
}

/// A figure, name or quote that is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMark {
    /// What it is.
    pub kind: FactKind,
    /// As it is written.
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

/// A watch's findings over a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The watch.
    pub watch: WatchRef,
    /// From then.
    pub since: Timestamp,
    /// Until then.
    pub until: Timestamp,
    /// Why they did not come one by one.
    #[serde(default)]
    pub reason: String,
    /// Alerts that it stands for.
    #[serde(default)]
    pub alerts: u64,
    /// The stories with their newest article, the newest first.
    pub coverage: Vec<DigestLine>,
    /// How much was cut to keep the body small.
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

/// How much a watch found, against what is usual for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    /// The watch.
    pub watch: WatchRef,
    /// From then.
    pub since: Timestamp,
    /// Until then.
    pub until: Timestamp,
    /// Articles found.
    pub articles: usize,
    /// Independent outlets among them.
    pub sources: usize,
    /// Articles that would be usual.
    pub expected: f64,
    /// The outlets, the latest first; of a silence, those that were heard last.
    #[serde(default)]
    pub outlets: Vec<String>,
    /// The stories with the most of the articles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stories: Vec<VolumeStory>,
}

/// A story's share in a spike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeStory {
    /// Its id.
    pub id: String,
    /// The title of its first article.
    pub title: String,
    /// Articles of it.
    pub articles: u64,
}

/// How a feed is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedHealth {
    /// Its id.
    pub feed: String,
    /// Its name.
    pub name: String,
    /// Its address, without what may be a token.
    pub url: String,
    /// What happened, and what to do.
    pub reason: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When it is polled next; none if it is not.
    pub next_poll: Option<Timestamp>,
}

/// A delivery that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadDelivery {
    /// The receiver that did not take it.
    pub receiver: String,
    /// The alert's id, under which it can be redelivered.
    pub delivery_of: AlertId,
    /// Why.
    pub reason: String,
    /// How often it was tried.
    pub tries: u32,
}

/// A test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ping {
    /// The receiver that is tested.
    pub receiver: String,
    /// A word to the reader.
    pub message: String,
}

impl Event {
    /// The event's name, as it stands in `type`.
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

    /// The article and its story; none for an event that is about neither.
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

/// `data` as it is written: what all events have, then the event's own.
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
