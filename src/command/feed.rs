//! `newsvane feed`: what a feed says, as the daemon would take it.

use super::{batch, source};
use crate::feed::{self, Hints, ParsedEntry, ParsedFeed};
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
    /// Read `{"file","content_type"?,"base"?}` a line, answer one line each
    #[arg(long)]
    jsonl: bool,
}

/// Runs the command.
///
/// # Errors
/// When its input cannot be read or its output cannot be written.
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
        Err(err) => return Answer::of("", Err(format!("the line is no request: {err}"))).line(),
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
    let mut out = std::io::stdout().lock();
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

fn show_feed(out: &mut impl Write, feed: &ParsedFeed) -> std::io::Result<()> {
    let title = feed.title.as_deref().unwrap_or("(no title)");
    writeln!(out, "{title}")?;
    Ok(())
}
