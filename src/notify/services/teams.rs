//! `type = "teams"`: a workflow ("When a Teams webhook request is received") that
//! posts an adaptive card.
//!
//! The flow answers 202 before it posts: Teams cannot say whether the card arrived.
//! A card's `TextRun` shows its text as it is, so that nothing a feed wrote can
//! become markup or a mention. Source: learn.microsoft.com/microsoftteams.

use crate::http::{Answer, Client, one_line};
use crate::notify::ReceiverError;
use crate::notify::message::layout::{self, Line, Style};
use crate::notify::message::markup::href;
use crate::notify::message::{Message, Unit, cut};
use crate::notify::messenger::keys::{Common, SecretUrl};
use crate::notify::messenger::rate::Pace;
use crate::notify::messenger::service::{DEFAULT_WAIT, Request, Service, Verdict, by_status};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as object};
use std::time::Duration;
use url::Url;

/// Most bytes of the card's text. Teams takes 28 KB after it expanded the card, and
/// each piece of text takes some hundred bytes besides.
const MAX_BYTES: usize = 8_000;

/// What a piece of text takes in the card besides its own bytes.
const PIECE: usize = 80;

/// `[receiver.NAME]` with `type = "teams"`: `url_file` (or `url_env`,
/// `url_credential`) with the workflow's URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    url: SecretUrl,
    #[serde(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug)]
struct Teams {
    url: Url,
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    Ok(Box::new(Teams {
        url: settings.url.read(client)?,
    }))
}

impl Service for Teams {
    fn destination(&self) -> String {
        format!("teams {}", self.url)
    }

    fn pace(&self) -> Pace {
        Pace {
            burst: 4,
            every: Duration::from_millis(500),
        }
    }

    fn post(&self, message: &Message, _thread: Option<&str>, _now: Timestamp) -> Request {
        let lines = layout::fit(layout::lines(message, false), MAX_BYTES, PIECE, |span| {
            span.text.len() + PIECE
        });
        let mut card = object!({
            "type": "AdaptiveCard",
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "version": "1.4",
            "fallbackText": cut(&message.title(), 500, Unit::Bytes),
            "msteams": { "width": "Full" },
            "body": lines.iter().map(block).collect::<Vec<Value>>(),
        });
        if let Some(link) = &message.link {
            card["actions"] = object!([
                { "type": "Action.OpenUrl", "title": "Open the article", "url": href(link) },
            ]);
        }
        let body = object!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": card,
            }],
        });
        Request::json("POST", self.url.clone(), &body)
    }

    /// A 200 may hold an error as text.
    fn verdict(&self, answer: &Answer) -> Verdict {
        let line = one_line(&answer.body);
        let is_failed = line.contains("failed with error") || line.contains("HTTP error");
        match answer.status {
            200..=299 if is_failed && line.contains("429") => Verdict::Throttled(DEFAULT_WAIT),
            200..=299 if is_failed && line.contains("413") => Verdict::Rejected(line),
            200..=299 if is_failed => Verdict::Failed(line),
            _ => by_status(answer),
        }
    }
}

fn block(line: &Line) -> Value {
    let inlines = line
        .iter()
        .filter(|span| !span.text.is_empty())
        .map(|span| {
            let mut run = object!({ "type": "TextRun", "text": span.text });
            match &span.style {
                Style::Plain => {}
                Style::Bold => run["weight"] = "Bolder".into(),
                Style::Link(url) => {
                    run["weight"] = "Bolder".into();
                    run["selectAction"] = object!({ "type": "Action.OpenUrl", "url": href(url) });
                }
            }
            run
        });
    object!({ "type": "RichTextBlock", "inlines": inlines.collect::<Vec<Value>>() })
}
