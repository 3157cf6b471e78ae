//! `newsvane stories`: lists stories; shows one story's articles, who was first,
//! who copied whom and what each added; searches the archive.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::open as open_store;
use crate::command::input::watches::check_watch;
use crate::command::output::show;
use crate::command::output::show::marked;
use crate::model::{ArticleId, CoverageKind, Novelty, Span, StoryId, WatchId, outermost};
use crate::store::{ArticleView, Store, StoryFilter, StoryView};
use crate::text::printable;
use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;

/// How many new sentences of an article are shown.
const NEW_SHOWN: usize = 3;
/// How many characters of each are shown.
const NEW_WIDTH: usize = 200;

/// Arguments of `newsvane stories`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// Print one JSON object per story or article
    #[arg(long, global = true)]
    json: bool,
    /// How many to list
    #[arg(long, short = 'n', default_value_t = 20)]
    limit: usize,
    /// Only stories that this watch follows
    #[arg(long, add = crate::command::complete::watches())]
    watch: Option<String>,
    /// Only stories that changed within this time, as 24h or 7d
    #[arg(long, value_name = "SPAN")]
    since: Option<Span>,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the stories, the last changed first
    List,
    /// Show one story's articles: who was first, who copied, what each added
    Show {
        /// The story's id, as `s12`
        id: String,
    },
    /// Search the archive: articles with all of these words, the best first
    Search {
        /// Words, phrases in quotes, beginnings of words (harbo*)
        #[arg(required = true)]
        words: Vec<String>,
        /// How many to list
        #[arg(long, short = 'n', default_value_t = 20)]
        limit: usize,
    },
}

/// Runs the command.
///
/// # Errors
/// When the store cannot be opened or read, or there is no such story.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.files)?;
    runtime()?.block_on(async {
        match &args.action {
            None | Some(Action::List) => list(&store, args).await,
            Some(Action::Show { id }) => show_one(&store, id, args.json).await,
            Some(Action::Search { words, limit }) => {
                search(&store, words.clone(), *limit, args.json).await
            }
        }
    })
}

async fn list(store: &Arc<dyn Store>, args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(id) = &args.watch {
        check_watch(store, &args.files, id).await?;
    }
    let filter = StoryFilter {
        watch: args.watch.as_deref().map(WatchId::from),
        below: None,
        limit: args.limit,
    };
    let mut stories = store.story_part(filter).await?;
    if let Some(since) = args
        .since
        .and_then(|span| SignedDuration::try_from(span.0).ok())
    {
        let earliest = Timestamp::now().saturating_sub(since)?;
        stories.retain(|story| story.last_seen >= earliest);
    }
    if args.json {
        for story in &stories {
            anstream::println!("{}", serde_json::to_string(story)?);
        }
    } else if stories.is_empty() {
        anstream::println!("none yet");
    } else {
        let now = Timestamp::now();
        let rows: Vec<_> = stories.iter().map(|story| row(story, now)).collect();
        let head = [
            "ID", "LAST", "ARTICLES", "SOURCES", "OWN", "WATCHES", "TITLE",
        ];
        anstream::print!("{}", show::table(&head, &rows));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(story: &StoryView, now: Timestamp) -> Vec<String> {
    vec![
        story.id.to_string(),
        show::distance(story.last_seen, now),
        story.articles.to_string(),
        story.sources.to_string(),
        story.independent.to_string(),
        show::line(&story.watches.join(", "), 30),
        show::line(&story.title, 90),
    ]
}

async fn show_one(store: &Arc<dyn Store>, id: &str, json: bool) -> anyhow::Result<ExitCode> {
    let story: StoryId = id
        .parse()
        .with_context(|| format!("{id:?} is not a story's id, such as s12"))?;
    let articles = store.story_articles(story).await?;
    anyhow::ensure!(
        !articles.is_empty(),
        "there is no story {story}; `newsvane stories` lists them"
    );
    let linked = store.story_links(story).await?;
    let is_terminal = std::io::stdout().is_terminal();
    for article in &articles {
        if json {
            let mut line = serde_json::to_value(article)?;
            if !linked.is_empty() {
                line["linked"] = linked.iter().map(|other| other.id.to_string()).collect();
            }
            anstream::println!("{line}");
        } else {
            anstream::println!("{}", timeline(article, &articles, is_terminal));
        }
    }
    for other in linked.iter().filter(|_| !json) {
        let title = show::line(&other.title, 110);
        anstream::println!("same event as {}  {title}", other.id);
    }
    Ok(ExitCode::SUCCESS)
}

async fn search(
    store: &Arc<dyn Store>,
    words: Vec<String>,
    limit: usize,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let found = store.search(words, limit).await?;
    let is_terminal = std::io::stdout().is_terminal();
    for article in &found {
        if json {
            anstream::println!("{}", serde_json::to_string(article)?);
            continue;
        }
        anstream::println!(
            "{}  {}  {}  {}",
            show::time(article.at),
            article.story,
            show::line(&article.source, 40),
            show::line(&article.title, 110)
        );
        anstream::println!(
            "    {}",
            marked(&article.snippet, &article.marks, is_terminal)
        );
    }
    if found.is_empty() && !json {
        anstream::println!("no article has all of these words");
    }
    Ok(ExitCode::from(u8::from(found.is_empty())))
}

/// One article of a story, as lines of text.
fn timeline(article: &ArticleView, all: &[ArticleView], is_terminal: bool) -> String {
    let mut lines = vec![
        format!(
            "{}  {}  {}",
            show::time(article.at),
            show::line(&article.source, 40),
            kind(article, all)
        ),
        format!("    {}", show::line(&article.title, 110)),
    ];
    lines.extend(
        article
            .url
            .iter()
            .map(|url| format!("    {}", show::line(url, 200))),
    );
    let new = article.new.iter().take(NEW_SHOWN);
    lines.extend(new.map(|new| format!("    + {}", new_line(new, is_terminal))));
    let n_more = article.new.len().saturating_sub(NEW_SHOWN);
    if n_more > 0 {
        lines.push(format!("    + {n_more} more"));
    }
    if !article.watches.is_empty() {
        lines.push(format!(
            "    watches: {}",
            show::line(&article.watches.join(", "), 150)
        ));
    }
    lines.join("\n")
}

/// A new sentence with its new figures, names and quotes marked.
fn new_line(new: &Novelty, is_terminal: bool) -> String {
    let shown = new.marks.iter().map(|fact| fact.span);
    let facts = outermost(shown.filter(|span| span.1 < NEW_WIDTH));
    let mut sentence: String = printable(&new.sentence).chars().take(NEW_WIDTH).collect();
    if new.sentence.chars().nth(NEW_WIDTH).is_some() {
        sentence.pop();
        sentence.push('…');
    }
    marked(&sentence, &facts, is_terminal)
}

fn kind(article: &ArticleView, all: &[ArticleView]) -> String {
    let of = article
        .of
        .and_then(|of: ArticleId| all.iter().find(|other| other.id == of));
    let of = of.map_or_else(
        || "an earlier article".to_owned(),
        |of| show::line(&of.source, 40),
    );
    match article.kind {
        CoverageKind::First => "was first".to_owned(),
        CoverageKind::Independent => "its own report, with little that is new".to_owned(),
        CoverageKind::Development => "adds news".to_owned(),
        CoverageKind::Rewrite => format!("rewords {of}"),
        CoverageKind::Duplicate => format!("repeats {of}"),
        CoverageKind::Revision => "changed its article".to_owned(),
    }
}
