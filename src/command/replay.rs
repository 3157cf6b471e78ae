//! `newsvane replay`.

use crate::model::{ArticleId, Match, Novelty};
use crate::story::{Incoming, Placement, Settings, Stories};
use anyhow::Context as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Longest line taken, in bytes.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// Arguments of `newsvane replay`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Articles in the order of arrival, one JSON object a line; - for standard input
    file: PathBuf,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    url: Option<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    dek: String,
    #[serde(default)]
    text: String,
    published: Option<Timestamp>,
    language: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    story: String,
    kind: crate::model::CoverageKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
    new: &'a [Novelty],
    matches: Vec<Match>,
    alerts: Vec<()>,
}

/// Runs the command.
///
/// # Errors
/// When its input cannot be read or its output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(
            File::open(&args.file)
                .with_context(|| format!("cannot open {}", args.file.display()))?,
        )
    };
    let mut output = BufWriter::new(std::io::stdout().lock());
    replay(BufReader::new(input), &mut output)?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn replay(mut input: impl BufRead, output: &mut impl Write) -> anyhow::Result<()> {
    let mut stories = Stories::new(Settings::default());
    let mut ids: Vec<String> = Vec::new();
    let mut now = Timestamp::UNIX_EPOCH;
    let mut line = String::new();
    loop {
        line.clear();
        if (&mut input).take(MAX_LINE_BYTES).read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line.trim().is_empty() {
            continue;
        }
        let n_line = ids.len() + 1;
        let read: Line =
            serde_json::from_str(&line).with_context(|| format!("line {n_line} is no article"))?;
        now = read.published.unwrap_or(now);
        let incoming = Incoming {
            id: ArticleId(ids.len() as i64),
            url: read.url.as_deref(),
            source: &read.source,
            title: &read.title,
            dek: &read.dek,
            text: &read.text,
            language: read.language.as_deref(),
            at: now,
            same_as: None,
        };
        let placement = stories.plan(&incoming);
        stories.apply(&incoming, &placement);
        ids.push(read.id);
        serde_json::to_writer(&mut *output, &answer(&placement, &ids))?;
        output.write_all(b"\n")?;
    }
}

fn answer<'a>(placement: &'a Placement, ids: &'a [String]) -> Answer<'a> {
    let id = |article: ArticleId| {
        usize::try_from(article.0)
            .ok()
            .and_then(|at| ids.get(at))
            .map(String::as_str)
    };
    Answer {
        id: id(placement.article).unwrap_or_default(),
        story: placement.story.to_string(),
        kind: placement.kind,
        of: placement.of.and_then(id),
        new: &placement.new,
        matches: Vec::new(),
        alerts: Vec::new(),
    }
}
