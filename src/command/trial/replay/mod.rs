//! `newsvane replay`: which stories and alerts a list of articles would have
//! led to, in virtual time.
//!
//! Every run gives the same answer: the clock is the articles' own dates, and no
//! state is kept between runs.

mod watcher;

use crate::command::input::files::Files;
use crate::command::input::watches;
use crate::model::{ArticleId, CoverageKind, Match, Novelty, StoryId};
use crate::story::{Incoming, Placement, Settings, Stories};
use anyhow::Context as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use watcher::{Alerted, Watcher};

/// The longest accepted input line, in bytes.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// Arguments of `newsvane replay`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Articles in order of arrival, one JSON object per line; - for standard input
    file: PathBuf,
    /// Match against this watchlist and list the alerts it would have sent
    #[arg(long, value_name = "FILE")]
    watchlist: Option<PathBuf>,
    /// Take the alert defaults from this newsvane.toml [default: the one that `run` would use]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
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
    #[serde(default)]
    author: String,
    #[serde(default)]
    tags: Vec<String>,
    published: Option<Timestamp>,
    language: Option<String>,
}

impl Line {
    fn incoming(&self, id: ArticleId, at: Timestamp) -> Incoming<'_> {
        Incoming {
            id,
            url: self.url.as_deref(),
            source: &self.source,
            title: &self.title,
            dek: &self.dek,
            text: &self.text,
            language: self.language.as_deref(),
            at,
            same_as: None,
        }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    story: String,
    kind: CoverageKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
    /// Other stories that turn out to be the same event, because of this article.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    linked: Vec<String>,
    new: &'a [Novelty],
    /// The sentences that earlier articles cover, each with the one that covers most of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    covered: Vec<CoveredSentence<'a>>,
    matches: Vec<Match>,
    alerts: Vec<Alerted>,
}

/// A sentence that is not new, and the earlier article that has it.
#[derive(Serialize)]
struct CoveredSentence<'a> {
    sentence: &'a str,
    by: &'a str,
}

impl<'a> Answer<'a> {
    /// `ids` are the articles' own, by their numbers.
    fn new(
        read: &'a Line,
        placement: &'a Placement,
        ids: &'a [String],
        matches: Vec<Match>,
        alerts: Vec<Alerted>,
    ) -> Self {
        let id = |article: ArticleId| {
            let at = usize::try_from(article.0).ok()?;
            ids.get(at).map(String::as_str)
        };
        let covered = placement.covered.iter().filter_map(|covered| {
            Some(CoveredSentence {
                sentence: read.text.get(covered.sentence.clone())?,
                by: id(covered.by)?,
            })
        });
        Answer {
            id: id(placement.article).unwrap_or_default(),
            story: placement.story.to_string(),
            kind: placement.kind,
            of: placement.of.and_then(id),
            linked: placement.linked.iter().map(StoryId::to_string).collect(),
            new: &placement.new,
            covered: covered.collect(),
            matches,
            alerts,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When its input cannot be read or its output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut watcher = None;
    if let Some(file) = &args.watchlist {
        let Some(list) = watches::load(Some(file))? else {
            return Ok(ExitCode::from(1));
        };
        let files = Files {
            config: args.config.clone(),
            watchlist: args.watchlist.clone(),
        };
        watcher = Some(Watcher::new(list, files.settings()?.defaults.alert));
    }
    let input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(
            File::open(&args.file)
                .with_context(|| format!("cannot open {}", args.file.display()))?,
        )
    };
    let mut output = BufWriter::new(std::io::stdout().lock());
    replay(BufReader::new(input), &mut output, watcher.as_mut())?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn replay(
    mut input: impl BufRead,
    output: &mut impl Write,
    mut watcher: Option<&mut Watcher>,
) -> anyhow::Result<()> {
    let mut stories = Stories::new(Settings::default());
    let mut ids: Vec<String> = Vec::new();
    let mut now = Timestamp::UNIX_EPOCH;
    let mut line = String::new();
    loop {
        line.clear();
        // A line cut at the limit is no valid JSON, so it fails below with its number.
        if (&mut input).take(MAX_LINE_BYTES).read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line.trim().is_empty() {
            continue;
        }
        let n_line = ids.len() + 1;
        let read: Line = serde_json::from_str(&line)
            .with_context(|| format!("line {n_line} is not an article in JSON"))?;
        now = read.published.unwrap_or(now);
        let incoming = read.incoming(ArticleId(ids.len() as i64), now);
        let placement = stories.plan(&incoming);
        let boilerplate = match watcher {
            Some(_) => stories.boilerplate(&incoming, placement.story),
            None => Vec::new(),
        };
        stories.apply(&incoming, &placement);
        let (mut matches, mut alerts) = (Vec::new(), Vec::new());
        if let Some(watcher) = &mut watcher {
            matches = watcher.matches(&read, &boilerplate);
            let own: Vec<Match> = matches
                .iter()
                .filter(|found| !found.boilerplate)
                .cloned()
                .collect();
            alerts = watcher.alerts(&own, &placement);
            alerts.extend(watcher.turns(&read, &own, placement.kind, now));
        }
        ids.push(read.id.clone());
        let answer = Answer::new(&read, &placement, &ids, matches, alerts);
        serde_json::to_writer(&mut *output, &answer)?;
        output.write_all(b"\n")?;
    }
}
