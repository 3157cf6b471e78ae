//! `newsvane extract`: an article as the daemon would read it.

use crate::command::input::{batch, source};
use crate::extract::{self, ExtractError, Options, Overrides};
use crate::model::{Article, Block, BlockKind, Removed};
use crate::text::printable_lines;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::process::ExitCode;

/// Arguments of `newsvane extract`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A page: a file, a URL, or `-` for standard input
    #[arg(default_value = "-")]
    src: String,
    /// The input is plain text, one block a line
    #[arg(long, conflicts_with = "jsonl")]
    text: bool,
    /// The page's address, where SRC is not a URL
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// CSS selector of the element that holds the article
    #[arg(long, value_name = "CSS")]
    article_selector: Option<String>,
    /// CSS selector of parts to leave out; may be given more than once
    #[arg(long, value_name = "CSS")]
    remove: Vec<String>,
    /// Print one JSON object
    #[arg(long, conflicts_with = "jsonl")]
    json: bool,
    /// Read one JSON object per line and print one for each
    #[arg(long)]
    jsonl: bool,
}

/// One line of the input of `--jsonl`.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    id: serde_json::Value,
    html: Option<String>,
    text: Option<String>,
    file: Option<String>,
    url: Option<String>,
}

/// One line of the output of `--jsonl`.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: &'a serde_json::Value,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dek: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<jiff::Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dateline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_from: Option<crate::model::TextFrom>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_cut: bool,
    text: String,
    blocks: &'a [Block],
    removed: &'a [Removed],
}

/// Runs the command.
///
/// # Errors
/// When its input cannot be read or its output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.jsonl {
        let input: Box<dyn io::Read> = if args.src == "-" {
            Box::new(io::stdin())
        } else {
            Box::new(
                std::fs::File::open(&args.src)
                    .with_context(|| format!("cannot open {}", args.src))?,
            )
        };
        batch::jsonl(input, io::stdout(), || answer)?;
        return Ok(ExitCode::SUCCESS);
    }
    let source = source::read(&args.src)?;
    let options = Options {
        url: source.url.as_deref().or(args.url.as_deref()),
        content_type: source.content_type.as_deref(),
        overrides: Some(&Overrides::new(
            args.article_selector.as_deref(),
            &args.remove,
        )?),
        ..Options::default()
    };
    let article = if args.text {
        Ok(extract::from_text(
            &String::from_utf8_lossy(&source.bytes),
            &options,
        ))
    } else {
        extract::from_html(&source.bytes, &options)
    };
    let id = serde_json::Value::from(args.src.as_str());
    let mut out = anstream::stdout().lock();
    match &article {
        _ if args.json => writeln!(out, "{}", to_json(&to_answer(&id, article.as_ref())))?,
        Ok(article) => show(&mut out, article)?,
        Err(err) => anyhow::bail!("{}: {err}", args.src),
    }
    Ok(ExitCode::from(u8::from(article.is_err())))
}

/// Shown for an article whose page has more tags than are read.
const CUT: &str = "too many tags or lines; only the beginning was read";

/// Shows an article to a person: its fields, its text, then each removed block
/// with the reason.
fn show(out: &mut impl Write, article: &Article) -> io::Result<()> {
    let (bold, dim) = (anstyle::Style::new().bold(), anstyle::Style::new().dimmed());
    let instant = |instant: Option<jiff::Timestamp>| instant.map(|instant| instant.to_string());
    let fields = [
        ("title", article.title.clone()),
        ("dek", article.dek.clone()),
        ("author", article.author.clone()),
        ("published", published(article)),
        ("updated", instant(article.updated)),
        ("language", article.language.clone()),
        ("site", article.site.clone()),
        ("address", article.canonical_url.clone()),
        ("dateline", article.dateline.clone()),
        ("text from", word(&article.text_from)),
        ("cut", article.is_cut.then(|| CUT.to_owned())),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            writeln!(out, "{bold}{name:<10}{bold:#} {}", printable_lines(&value))?;
        }
    }
    for block in &article.blocks {
        let mark = match block.kind {
            BlockKind::Paragraph | BlockKind::Table | BlockKind::Pre => "",
            BlockKind::Heading => "# ",
            BlockKind::ListItem => "- ",
            BlockKind::Quote => "> ",
        };
        writeln!(out, "\n{mark}{}", printable_lines(&block.text))?;
    }
    if !article.removed.is_empty() {
        writeln!(out, "\n{bold}removed{bold:#}")?;
    }
    for removed in &article.removed {
        let kind = word(&removed.kind).unwrap_or_default();
        writeln!(
            out,
            "{kind:<10} {dim}{}{dim:#}",
            shortened(&printable_lines(&removed.text))
        )?;
    }
    Ok(())
}

/// A variant's name as it is in JSON, with spaces for underscores.
fn word<T: Serialize>(variant: &T) -> Option<String> {
    serde_json::to_value(variant)
        .ok()?
        .as_str()
        .map(|word| word.replace('_', " "))
}

/// The beginning of a removed block, enough to recognise it.
fn shortened(text: &str) -> String {
    let line = text.replace(['\n', '\t'], " ");
    if line.chars().count() <= 100 {
        line
    } else {
        line.chars().take(99).chain(['\u{2026}']).collect()
    }
}

fn answer(line: &str) -> String {
    let asked: Asked = match serde_json::from_str(line) {
        Ok(asked) => asked,
        Err(err) => {
            return failed(
                &serde_json::Value::Null,
                &format!("not a valid input object: {err}"),
            );
        }
    };
    let options = Options {
        url: asked.url.as_deref(),
        ..Options::default()
    };
    let article = match (&asked.html, &asked.text, &asked.file) {
        (Some(html), _, _) => extract::from_html(html.as_bytes(), &options),
        (None, Some(text), _) => Ok(extract::from_text(text, &options)),
        (None, None, Some(file)) => match source::read(file) {
            Ok(source) => extract::from_html(&source.bytes, &options),
            Err(err) => return failed(&asked.id, &format!("{err:#}")),
        },
        (None, None, None) => return failed(&asked.id, "give one of `html`, `text` and `file`"),
    };
    to_json(&to_answer(&asked.id, article.as_ref()))
}

/// The publication date (RFC 3339) in the page's own time zone, so that the day
/// is the one the page shows.
fn published(article: &Article) -> Option<String> {
    let offset = article
        .utc_offset_s
        .and_then(|seconds| jiff::tz::Offset::from_seconds(seconds).ok())
        .filter(|offset| *offset != jiff::tz::Offset::UTC);
    article.published.map(|published| match offset {
        Some(offset) => published.display_with_offset(offset).to_string(),
        None => published.to_string(),
    })
}

fn failed(id: &serde_json::Value, error: &str) -> String {
    to_json(&Answer {
        error: Some(error.to_owned()),
        ..nothing(id)
    })
}

fn to_json(answer: &Answer<'_>) -> String {
    serde_json::to_string(answer).expect("strings, numbers and lists always serialise")
}

fn nothing(id: &serde_json::Value) -> Answer<'_> {
    Answer {
        id,
        ok: false,
        error: None,
        title: None,
        dek: None,
        author: None,
        published: None,
        updated: None,
        language: None,
        site: None,
        canonical_url: None,
        dateline: None,
        text_from: None,
        is_cut: false,
        text: String::new(),
        blocks: &[],
        removed: &[],
    }
}

fn to_answer<'a>(
    id: &'a serde_json::Value,
    article: Result<&'a Article, &ExtractError>,
) -> Answer<'a> {
    match article {
        Err(err) => Answer {
            error: Some(err.to_string()),
            ..nothing(id)
        },
        Ok(article) => Answer {
            ok: true,
            title: article.title.as_deref(),
            dek: article.dek.as_deref(),
            author: article.author.as_deref(),
            published: published(article),
            updated: article.updated,
            language: article.language.as_deref(),
            site: article.site.as_deref(),
            canonical_url: article.canonical_url.as_deref(),
            dateline: article.dateline.as_deref(),
            text_from: Some(article.text_from),
            is_cut: article.is_cut,
            text: article.text(),
            blocks: &article.blocks,
            removed: &article.removed,
            ..nothing(id)
        },
    }
}
