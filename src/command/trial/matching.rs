//! `newsvane match`: which watches match an article, and why.

use crate::command::input::watches::{load, unknown_watch};
use crate::command::input::{batch, source};
use crate::command::output::show::marked;
use crate::config::watchlist::Watchlist;
use crate::extract::{self, Options};
use crate::matcher::{Doc, Explanation, Scratch};
use crate::model::{Match, RemovedKind};
use anyhow::Context as _;
use serde::Deserialize;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `newsvane match`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit status: 0 if a watch matched, 1 if none did, 2 if something went wrong."
)]
pub struct Args {
    /// Articles: a page's file or URL, or text with the title in the first line; - for standard input
    #[arg(value_name = "SRC", required_unless_present = "jsonl")]
    sources: Vec<String>,
    /// The watchlist; by default watchlist.toml in the configuration's folder
    #[arg(long, value_name = "FILE")]
    watchlist: Option<PathBuf>,
    /// Also explain why this watch matches or does not
    #[arg(long, value_name = "WATCH", conflicts_with = "jsonl")]
    explain: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// Read articles as JSON lines from standard input, answer in JSON lines
    #[arg(long, conflicts_with_all = ["json", "sources"])]
    jsonl: bool,
}

/// One article of `--jsonl`.
#[derive(Debug, Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    dek: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    captions: Vec<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    language: Option<String>,
}

impl Line {
    fn doc(&self) -> Doc<'_> {
        Doc {
            title: self.title.as_deref().unwrap_or_default(),
            dek: self.dek.as_deref().unwrap_or_default(),
            body: &self.text,
            captions: &self.captions,
            author: self.author.as_deref().unwrap_or_default(),
            source: self.source.as_deref().unwrap_or_default(),
            tags: &self.tags,
            url: self.url.as_deref().unwrap_or_default(),
            language: self.language.as_deref(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Never: an error is printed, and the exit status is 2.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match matched(args) {
        Ok(code) => Ok(code),
        Err(err) => {
            eprintln!("newsvane: {err:#}");
            Ok(ExitCode::from(FAILED))
        }
    }
}

/// The exit statuses of `newsvane match`, like those of `grep`.
const NO_MATCH: u8 = 1;
const FAILED: u8 = 2;

fn matched(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(list) = load(args.watchlist.as_deref())? else {
        return Ok(ExitCode::from(FAILED));
    };
    if args.jsonl {
        return jsonl(&list);
    }
    if let Some(id) = &args.explain {
        let is_known = list.watches.iter().any(|watch| watch.id.as_str() == id);
        anyhow::ensure!(is_known, "{}", unknown_watch(&list, id));
    }
    let mut scratch = Scratch::new();
    let (mut has_matched, mut has_failed) = (false, false);
    for src in &args.sources {
        let article = match read(src) {
            Ok(article) => article,
            Err(err) => {
                eprintln!("newsvane: {err:#}");
                has_failed = true;
                continue;
            }
        };
        let doc = article.doc();
        let matches = list.matcher.matches(&mut scratch, &doc);
        has_matched |= !matches.is_empty();
        if args.json {
            println!("{}", serde_json::json!({ "id": src, "matches": matches }));
        } else {
            print_matches(src, &matches)?;
        }
        if let Some(id) = &args.explain {
            let explained = list.matcher.explain(&mut scratch, id, &doc);
            let explained = explained.with_context(|| unknown_watch(&list, id))?;
            print_explanation(&explained, args.json)?;
        }
    }
    Ok(match (has_failed, has_matched) {
        (true, _) => ExitCode::from(FAILED),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::from(NO_MATCH),
    })
}

fn jsonl(list: &Watchlist) -> anyhow::Result<ExitCode> {
    batch::jsonl(std::io::stdin(), std::io::stdout(), || {
        let mut scratch = Scratch::new();
        move |line: &str| {
            match serde_json::from_str::<Line>(line) {
            Ok(article) => {
                let matches = list.matcher.matches(&mut scratch, &article.doc());
                serde_json::json!({ "id": article.id, "matches": matches }).to_string()
            }
            Err(err) => serde_json::json!({ "id": null, "ok": false, "error": err.to_string(), "matches": [] }).to_string(),
        }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Reads an article: a page, which is extracted, or text, whose first line is the
/// title.
fn read(src: &str) -> anyhow::Result<Line> {
    let source = source::read(src)?;
    let is_page = source.url.is_some() || source.bytes.trim_ascii_start().starts_with(b"<");
    let article = if is_page {
        let options = Options {
            url: source.url.as_deref(),
            content_type: source.content_type.as_deref(),
            ..Options::default()
        };
        extract::from_html(&source.bytes, &options).with_context(|| src.to_owned())?
    } else {
        let text =
            String::from_utf8(source.bytes).with_context(|| format!("{src} is not UTF-8"))?;
        extract::from_text(&text, &Options::default())
    };
    let captions = article
        .removed
        .iter()
        .filter(|removed| removed.kind == RemovedKind::Caption);
    Ok(Line {
        id: src.to_owned(),
        text: article.text(),
        captions: captions.map(|removed| removed.text.clone()).collect(),
        title: article.title,
        dek: article.dek,
        url: source.url,
        source: article.site,
        author: article.author,
        tags: Vec::new(),
        language: article.language,
    })
}

fn print_matches(src: &str, matches: &[Match]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let is_terminal = out.is_terminal();
    if matches.is_empty() {
        writeln!(out, "{src}: no watch matches")?;
    }
    for found in matches {
        writeln!(out, "{src}: {}", found.watch)?;
        for evidence in &found.why {
            let field = serde_json::to_value(evidence.field)?;
            let field = field.as_str().unwrap_or_default();
            writeln!(
                out,
                "  {}  ({field} {}..{})",
                evidence.shown_term(),
                evidence.start,
                evidence.end
            )?;
            writeln!(
                out,
                "    {}",
                marked(&evidence.sentence, &evidence.marks, is_terminal)
            )?;
        }
    }
    Ok(())
}

fn print_explanation(explained: &Explanation, as_json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if as_json {
        writeln!(out, "{}", serde_json::to_string(explained)?)?;
        return Ok(());
    }
    match &explained.reason {
        None => writeln!(out, "\n{} matches:", explained.watch)?,
        Some(reason) => writeln!(out, "\n{} does not match: {reason}", explained.watch)?,
    }
    for step in &explained.steps {
        let mark = if step.is_met { "yes" } else { "no " };
        writeln!(
            out,
            "  {mark} {:indent$}{}",
            "",
            step.text,
            indent = 2 * step.depth
        )?;
    }
    Ok(())
}
