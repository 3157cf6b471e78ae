//! `newsvane feed`: shows a feed as the daemon reads it.

use crate::command::input::{batch, source};
use crate::command::output::show::count;
use crate::feed::{self, Hints, ParsedEntry, ParsedFeed};
use crate::text::printable;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::process::ExitCode;

/// Arguments of `newsvane feed`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file, a URL, or `-` for standard input
    #[arg(value_name = "SRC", required_unless_present = "jsonl")]
    src: Option<String>,
    /// Answer in JSON
    #[arg(long, conflicts_with = "jsonl")]
    json: bool,
    /// Read one `{"file","content_type"?,"base"?}` per line, answer one line each
    #[arg(long)]
    jsonl: bool,
}

/// Runs the command.
///
/// # Errors
/// If its input cannot be read or its output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.src {
        Some(src) if !args.jsonl => show(src, args.json),
        src => {
            let src = src.as_deref().unwrap_or("-");
            let input: Box<dyn std::io::Read> = match src {
                "-" => Box::new(std::io::stdin().lock()),
                path => Box::new(std::fs::File::open(path)?),
            };
            batch::jsonl(input, std::io::stdout(), || answer)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// One line of the input of `--jsonl`.
#[derive(Deserialize)]
struct Request {
    file: String,
    content_type: Option<String>,
    base: Option<String>,
}

/// A feed in the machine format.
#[derive(Serialize)]
struct Answer<'a> {
    file: &'a str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    feed: Option<FeedAnswer<'a>>,
    entries: Vec<EntryAnswer<'a>>,
}

#[derive(Serialize)]
struct FeedAnswer<'a> {
    kind: String,
    encoding: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repairs: Vec<String>,
    truncated: bool,
}

#[derive(Serialize)]
struct EntryAnswer<'a> {
    key: &'a str,
    id: Option<&'a str>,
    title: Option<&'a str>,
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<jiff::Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<jiff::Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
}

impl<'a> Answer<'a> {
    fn of(file: &'a str, parsed: Result<&'a ParsedFeed, String>) -> Self {
        match parsed {
            Ok(feed) => Self {
                file,
                ok: true,
                error: None,
                feed: Some(FeedAnswer::of(feed)),
                entries: feed.entries.iter().map(EntryAnswer::of).collect(),
            },
            Err(error) => Self {
                file,
                ok: false,
                error: Some(error),
                feed: None,
                entries: Vec::new(),
            },
        }
    }

    fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl<'a> FeedAnswer<'a> {
    fn of(feed: &'a ParsedFeed) -> Self {
        Self {
            kind: feed.kind.to_string(),
            encoding: feed.encoding,
            title: feed.title.as_deref(),
            site: feed.site.as_deref(),
            language: feed.language.as_deref(),
            repairs: feed.repairs.iter().map(ToString::to_string).collect(),
            truncated: feed.truncated,
        }
    }
}

impl<'a> EntryAnswer<'a> {
    fn of(entry: &'a ParsedEntry) -> Self {
        Self {
            key: &entry.key,
            id: entry.id.as_deref(),
            title: entry.title.as_deref(),
            link: entry.link.as_deref(),
            published: entry.published,
            updated: entry.updated,
            author: entry.author.as_deref(),
            summary: entry.summary.as_deref(),
            content: entry.content.as_deref(),
            language: entry.language.as_deref(),
            tags: &entry.tags,
        }
    }
}

/// The answer to one line of `--jsonl`.
fn answer(line: &str) -> String {
    let request: Request = match serde_json::from_str(line) {
        Ok(request) => request,
        Err(err) => return Answer::of("", Err(format!("the line is not a request: {err}"))).line(),
    };
    let read = source::read(&request.file).map_err(|err| format!("{err:#}"));
    let parsed = read.and_then(|source| {
        let hints = Hints {
            content_type: request
                .content_type
                .as_deref()
                .or(source.content_type.as_deref()),
            base: request.base.as_deref().or(source.url.as_deref()),
        };
        feed::parse(&source.bytes, &hints).map_err(|err| err.to_string())
    });
    match &parsed {
        Ok(feed) => Answer::of(&request.file, Ok(feed)).line(),
        Err(err) => Answer::of(&request.file, Err(err.clone())).line(),
    }
}

/// Shows one feed to a person, or as one JSON object.
fn show(src: &str, json: bool) -> anyhow::Result<ExitCode> {
    let source = source::read(src)?;
    let hints = Hints {
        content_type: source.content_type.as_deref(),
        base: source.url.as_deref(),
    };
    let parsed = feed::parse(&source.bytes, &hints);
    // Colours only on a terminal.
    let mut out = anstream::stdout().lock();
    if json {
        let answer = Answer::of(src, parsed.as_ref().map_err(ToString::to_string));
        writeln!(out, "{}", answer.line())?;
    }
    match parsed {
        Ok(feed) if !json => show_feed(&mut out, &feed)?,
        Ok(_) => {}
        Err(_) if json => return Ok(ExitCode::from(1)),
        Err(err) => anyhow::bail!("{src}: {err}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The output for people: the feed, its faults, and each entry.
fn show_feed(out: &mut impl Write, feed: &ParsedFeed) -> std::io::Result<()> {
    let dim = anstyle::Style::new().dimmed();
    let title = printable(feed.title.as_deref().unwrap_or("(no title)"));
    writeln!(out, "{}{title}{}", BOLD.render(), BOLD.render_reset())?;
    let mut about = vec![feed.kind.to_string(), feed.encoding.to_owned()];
    about.extend(feed.language.clone());
    about.extend(feed.site.as_deref().map(printable));
    writeln!(out, "{dim}{}{dim:#}", about.join(" \u{b7} "))?;
    for fault in faults(feed) {
        writeln!(out, "{WARN}!{WARN:#} {fault}")?;
    }
    writeln!(out)?;
    for entry in &feed.entries {
        let date = entry.published.map_or_else(
            || "no date         ".to_owned(),
            |date| date.strftime("%Y-%m-%d %H:%M").to_string(),
        );
        let title = printable(entry.title.as_deref().unwrap_or("(no title)"));
        writeln!(out, "{date}  {title}")?;
        let link = entry.link.as_deref().map(printable);
        let link = link.unwrap_or_else(|| "(no link)".to_owned());
        writeln!(out, "                  {dim}{link}{dim:#}")?;
    }
    let entries = count(feed.entries.len(), "entry");
    writeln!(out, "\n{entries}, dates in UTC")
}

const BOLD: anstyle::Style = anstyle::Style::new().bold();
const WARN: anstyle::Style = anstyle::AnsiColor::Yellow.on_default();

/// What is wrong with a feed, for people who may report it to the publisher.
fn faults(feed: &ParsedFeed) -> Vec<String> {
    let mut faults: Vec<String> = feed
        .repairs
        .iter()
        .map(|repair| format!("repaired: {repair}"))
        .collect();
    let n_without =
        |has: fn(&ParsedEntry) -> bool| feed.entries.iter().filter(|entry| !has(entry)).count();
    let lacks = [
        ("guid", n_without(|entry| entry.id.is_some())),
        ("title", n_without(|entry| entry.title.is_some())),
        ("link", n_without(|entry| entry.link.is_some())),
        ("date", n_without(|entry| entry.published.is_some())),
    ];
    let lacking = lacks.into_iter().filter(|(_, n)| *n > 0);
    faults.extend(
        lacking.map(|(what, n)| format!("{n} of {} entries have no {what}", feed.entries.len())),
    );
    let is_google_news = |entry: &&ParsedEntry| {
        let link = entry.link.as_deref().unwrap_or_default();
        link.starts_with("https://news.google.com/")
    };
    let n_google_news = feed.entries.iter().filter(is_google_news).count();
    if n_google_news > 0 {
        faults.push(format!(
            "{n_google_news} of {} links lead to news.google.com, which hides the article's address from programs: \
             only titles and teasers are read; add the outlets' own feeds",
            feed.entries.len()
        ));
    }
    if !feed.parts.is_empty() {
        let parts = count(feed.parts.len(), "sitemap");
        faults.push(format!(
            "this is an index of {parts}; the daemon reads the latest of them"
        ));
    } else if feed.is_suspicious() {
        faults.push("there are no entries: the feed may be empty, or not what it seems".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_feed_controls_the_terminal() {
        let document = "<rss version='2.0'><channel><title>a\u{202e}b</title><item>\
            <title>gnp.\u{202e}exe\u{200b}</title><link>https://e.example/\u{2066}x</link>\
            </item></channel></rss>";
        let feed = feed::parse(document.as_bytes(), &Hints::default()).unwrap();
        let mut out = Vec::new();
        show_feed(&mut out, &feed).unwrap();
        let shown = String::from_utf8(out).unwrap();
        for hidden in ['\u{202e}', '\u{200b}', '\u{2066}'] {
            assert!(!shown.contains(hidden), "{shown:?}");
        }
    }
}
