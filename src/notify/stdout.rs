//! `type = "stdout"`: readable text on a terminal, else one line of JSON.

use super::payload::{
    ArticleRef, Coverage, Event, FeedHealth, NewSentence, Payload, StoryRef, Volume, WatchRef, Why,
};
use super::{Attempt, Outgoing, Receiver};
use crate::model::outermost;
use crate::model::shown_term;
use crate::text::{is_printable, printable};
use anstyle::{AnsiColor, Style};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::Instant;

/// `[receiver.NAME]` with `type = "stdout"`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The format of alerts.
    #[serde(default)]
    pub format: Format,
}

/// The format of alerts on standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// Always a few lines of text.
    Text,
    /// Always the payload on one line.
    Json,
}

/// A receiver that writes to standard output.
#[derive(Debug)]
pub(crate) struct Stdout {
    is_text: bool,
}

impl Stdout {
    /// A receiver with these settings.
    #[must_use]
    pub(crate) fn new(settings: &Settings) -> Self {
        let is_text = match settings.format {
            Format::Auto => io::stdout().is_terminal(),
            Format::Text => true,
            Format::Json => false,
        };
        Self { is_text }
    }
}

impl Receiver for Stdout {
    fn send<'a>(&'a self, outgoing: &'a Outgoing, _now: Timestamp) -> BoxFuture<'a, Attempt> {
        let (body, is_text) = (outgoing.body.clone(), self.is_text);
        async move {
            let begun = Instant::now();
            // A terminal or a pipe can block; a thread of the runtime must not.
            let written = tokio::task::spawn_blocking(move || write(&body, is_text)).await;
            match written
                .map_err(io::Error::other)
                .and_then(|written| written)
            {
                Ok(()) => Attempt::accepted(begun.elapsed()),
                Err(err) => Attempt::transient(
                    format!("cannot write to standard output: {err}"),
                    begun.elapsed(),
                ),
            }
        }
        .boxed()
    }
}

fn write(body: &[u8], is_text: bool) -> io::Result<()> {
    // anstream removes the colours if the output does not support them.
    let mut out = anstream::stdout().lock();
    match serde_json::from_slice::<Payload>(body) {
        Ok(payload) if is_text => out.write_all(render(&payload).as_bytes())?,
        // A body that was written by a later version may not parse.
        Ok(_) | Err(_) => {
            out.write_all(body)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const MARK: Style = AnsiColor::Yellow.on_default().bold();
const NEW: Style = AnsiColor::Green.on_default();
/// A figure, name or quote in a new sentence.
const NEW_FACT: Style = AnsiColor::Green.on_default().bold().underline();
const ALARM: Style = AnsiColor::Red.on_default().bold();

/// Most outlets that are listed for a spike.
const MAX_OUTLETS: usize = 8;

/// Most sentences of each kind that are shown.
const MAX_SHOWN: usize = 3;

/// An alert as a few lines of text with ANSI colours, followed by an empty line.
/// Control characters in a feed's texts are replaced by spaces.
fn render(payload: &Payload) -> String {
    let mut text = String::new();
    let time = payload.timestamp.strftime("%H:%M:%S");
    let _ = write!(text, "{DIM}{time}{DIM:#} ");
    match &payload.event {
        Event::StoryOpened(coverage) => render_coverage(&mut text, "new story", coverage),
        Event::StoryDeveloped(coverage) => render_coverage(&mut text, "development", coverage),
        Event::StoryCovered(coverage) => render_coverage(&mut text, "coverage", coverage),
        Event::WatchMatched(coverage) => render_coverage(&mut text, "match", coverage),
        Event::ArticleRevised(coverage) => render_coverage(&mut text, "revision", coverage),
        Event::WatchDigest(digest) => {
            head(&mut text, "digest", &digest.watch);
            for line in &digest.coverage {
                render_article(&mut text, &line.article, &line.story);
            }
        }
        Event::WatchSpike(volume) => render_volume(&mut text, "spike", volume),
        Event::WatchSilent(volume) => render_volume(&mut text, "silence", volume),
        Event::FeedFailing(health)
        | Event::FeedSilent(health)
        | Event::FeedRecovered(health)
        | Event::ExtractionDegraded(health) => {
            render_health(&mut text, payload.event.name(), health);
        }
        Event::DeliveryDead(dead) => {
            let _ = writeln!(
                text,
                "{ALARM}delivery given up{ALARM:#} to {BOLD}{}{BOLD:#}",
                printable(&dead.receiver)
            );
            line(&mut text, &dead.reason);
            line(
                &mut text,
                &format!("newsvane alerts redeliver {}", dead.delivery_of),
            );
        }
        Event::TestPing(ping) => {
            let _ = writeln!(text, "test of {BOLD}{}{BOLD:#}", printable(&ping.receiver));
            line(&mut text, &ping.message);
        }
    }
    text.push('\n');
    text
}

fn render_volume(text: &mut String, what: &str, volume: &Volume) {
    head(text, what, &volume.watch);
    let (n, expected, sources) = (volume.articles, volume.expected, volume.sources);
    let since = volume.since.strftime("%Y-%m-%d %H:%M UTC");
    line(
        text,
        &format!("{n} articles from {sources} outlets since {since}; usual: {expected:.1}"),
    );
    let outlets: Vec<&str> = volume.outlets.iter().map(String::as_str).collect();
    match outlets.split_at_checked(MAX_OUTLETS) {
        Some((shown, rest)) if !rest.is_empty() => {
            let (shown, n_more) = (shown.join(", "), rest.len());
            line(text, &format!("{shown} and {n_more} more"));
        }
        _ => line(text, &outlets.join(", ")),
    }
    for story in volume.stories.iter().take(MAX_SHOWN) {
        let (title, id) = (&story.title, &story.id);
        line(text, &format!("{} on {title} ({id})", story.articles));
    }
}

fn render_health(text: &mut String, what: &str, health: &FeedHealth) {
    let _ = writeln!(
        text,
        "{ALARM}{what}{ALARM:#} {BOLD}{}{BOLD:#}",
        printable(&health.name)
    );
    line(text, &health.reason);
    line(text, &health.url);
}

fn head(text: &mut String, what: &str, watch: &WatchRef) {
    let _ = write!(text, "{BOLD}{what}{BOLD:#}  {}", printable(&watch.name));
    if let Some(severity) = &watch.severity {
        let _ = write!(text, "  {ALARM}{}{ALARM:#}", printable(severity));
    }
    text.push('\n');
}

fn line(text: &mut String, content: &str) {
    let _ = writeln!(text, "         {}", printable(content));
}

fn render_coverage(text: &mut String, what: &str, coverage: &Coverage) {
    head(text, what, &coverage.watch);
    render_article(text, &coverage.article, &coverage.story);
    for why in coverage.why.iter().take(MAX_SHOWN) {
        render_why(text, why);
    }
    for new in coverage.new.iter().take(MAX_SHOWN) {
        render_new(text, new);
    }
}

fn render_article(text: &mut String, article: &ArticleRef, story: &StoryRef) {
    let _ = writeln!(text, "         {BOLD}{}{BOLD:#}", printable(&article.title));
    let outlets = if story.sources == 1 {
        "outlet"
    } else {
        "outlets"
    };
    let articles = if story.articles == 1 {
        "article"
    } else {
        "articles"
    };
    let _ = writeln!(
        text,
        "         {DIM}{} · {} {articles} from {} {outlets} · {}{DIM:#}",
        printable(&article.source),
        story.articles,
        story.sources,
        printable(&article.url),
    );
}

fn render_why(text: &mut String, why: &Why) {
    let marked = marked(&why.sentence, &why.marks, MARK, "");
    let _ = writeln!(
        text,
        "         {DIM}why{DIM:#}  {marked}  {DIM}{}{DIM:#}",
        printable(&shown_term(&why.term, &why.sentence, &why.marks))
    );
}

fn render_new(text: &mut String, new: &NewSentence) {
    let facts = outermost(new.marks.iter().map(|mark| mark.span));
    let marked = marked(&new.sentence, &facts, NEW_FACT, &NEW.to_string());
    let _ = writeln!(text, "         {DIM}new{DIM:#}  {NEW}{marked}{NEW:#}");
}

/// A sentence with its marks in `style`; after each mark the style `around` is
/// restored.
fn marked(sentence: &str, marks: &[(usize, usize)], style: Style, around: &str) -> String {
    let mut marked = String::with_capacity(sentence.len());
    for (at, c) in sentence.chars().enumerate() {
        if marks.iter().any(|(start, _)| *start == at) {
            let _ = write!(marked, "{style}");
        }
        marked.push(if is_printable(c) { c } else { ' ' });
        if marks.iter().any(|(_, end)| *end == at + 1) {
            let _ = write!(marked, "{style:#}{around}");
        }
    }
    marked
}

#[cfg(test)]
#[path = "stdout_tests.rs"]
mod tests;
