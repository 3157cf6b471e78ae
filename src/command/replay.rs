//! `newsvane replay`: what articles would have caused, in virtual time.
//!
//! The answer is the same however often it is asked: the time is what the
//! articles say, and no state is kept.

use super::files::Files;
use super::matching;
use crate::config::settings::{AlertDefaults, AlertTerms};
use crate::config::watchlist::{AlertMode, Watchlist};
use crate::daemon::is_alert;
use crate::matcher::{Doc, Scratch};
use crate::model::{ArticleId, CoverageKind, Match, Novelty, StoryId, WatchId};
use crate::story::{Incoming, Placement, Settings, Stories};
use anyhow::Context as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
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
    /// Match against this watchlist, and say what would have been alerted
    #[arg(long, value_name = "FILE")]
    watchlist: Option<PathBuf>,
    /// With the alert defaults of this newsvane.toml; else of the one that is found
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

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    story: String,
    kind: CoverageKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
    new: &'a [Novelty],
    matches: Vec<Match>,
    alerts: Vec<Alerted>,
}

/// An alert that would have been sent.
#[derive(Serialize)]
struct Alerted {
    r#type: &'static str,
    watch: WatchId,
    to: Vec<String>,
}

/// The watchlist, and which watches have met which stories.
struct Watcher {
    list: Watchlist,
    defaults: AlertDefaults,
    scratch: Scratch,
    met: HashSet<(WatchId, StoryId)>,
}

impl Watcher {
    fn matches(&mut self, line: &Line) -> Vec<Match> {
        let doc = Doc {
            title: &line.title,
            dek: &line.dek,
            body: &line.text,
            source: &line.source,
            tags: &line.tags,
            url: line.url.as_deref().unwrap_or_default(),
            author: &line.author,
            language: line.language.as_deref(),
            captions: &[],
        };
        self.list.matcher.matches(&mut self.scratch, &doc)
    }

    fn alerts(&mut self, matches: &[Match], placement: &Placement) -> Vec<Alerted> {
        let mut alerts = Vec::new();
        for found in matches {
            let is_first = self.met.insert((found.watch.clone(), placement.story));
            let Some(watch) = self
                .list
                .watches
                .iter()
                .find(|watch| watch.id == found.watch)
            else {
                continue;
            };
            let terms = self.defaults.terms(watch);
            if let Some(r#type) = alert_type(&terms, placement.kind, !is_first) {
                alerts.push(Alerted {
                    r#type,
                    watch: found.watch.clone(),
                    to: terms.to,
                });
            }
        }
        alerts
    }
}

/// The alert that an article causes for a watch it meets; `has_heard`: the
/// watch has met an article of the story before.
fn alert_type(terms: &AlertTerms, kind: CoverageKind, has_heard: bool) -> Option<&'static str> {
    if !is_alert(kind, terms, has_heard) {
        return None;
    }
    match terms.mode {
        AlertMode::Every => Some("watch.matched"),
        AlertMode::Digest { .. } => Some("watch.digest"),
        AlertMode::First | AlertMode::Story if !has_heard => Some("story.opened"),
        AlertMode::First | AlertMode::Story => Some(match kind {
            CoverageKind::Development => "story.developed",
            CoverageKind::Revision => "article.revised",
            CoverageKind::First
            | CoverageKind::Independent
            | CoverageKind::Rewrite
            | CoverageKind::Duplicate => "story.covered",
        }),
        // Told by the hour, not by the article.
        AlertMode::Spike | AlertMode::Silence => None,
    }
}

/// Runs the command.
///
/// # Errors
/// When its input cannot be read or its output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut watcher = None;
    if let Some(file) = &args.watchlist {
        let Some(list) = matching::load(Some(file))? else {
            return Ok(ExitCode::from(1));
        };
        let files = Files {
            config: args.config.clone(),
            watchlist: args.watchlist.clone(),
        };
        watcher = Some(Watcher {
            list,
            defaults: files.settings()?.defaults.alert,
            scratch: Scratch::new(),
            met: HashSet::new(),
        });
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
        // A line that is cut at the cap is no JSON, and says so.
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
        let matches = watcher
            .as_mut()
            .map_or_else(Vec::new, |watcher| watcher.matches(&read));
        let alerts = watcher
            .as_mut()
            .map_or_else(Vec::new, |watcher| watcher.alerts(&matches, &placement));
        ids.push(read.id);
        let id = |article: ArticleId| {
            let at = usize::try_from(article.0).ok()?;
            ids.get(at).map(String::as_str)
        };
        let answer = Answer {
            id: id(placement.article).unwrap_or_default(),
            story: placement.story.to_string(),
            kind: placement.kind,
            of: placement.of.and_then(id),
            new: &placement.new,
            matches,
            alerts,
        };
        serde_json::to_writer(&mut *output, &answer)?;
        output.write_all(b"\n")?;
    }
}
