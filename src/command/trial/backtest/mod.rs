//! `newsvane backtest`: what the watches would have matched in the archive, compared
//! with another watchlist if one is given.

mod report;
mod tally;

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::open as open_store;
use crate::command::input::watches;
use crate::config::watchlist::Watchlist;
use crate::matcher::Scratch;
use crate::model::{ArticleId, Match, Span};
use crate::store::ArchivedArticle;
use crate::web::views::trial::doc;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use tally::Tally;

/// Articles read from the store at a time.
const BATCH: usize = 256;

/// Arguments of `newsvane backtest`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// Only this watch
    watch: Option<String>,
    /// How far back, by the time an article was read
    #[arg(long, value_name = "SPAN", default_value = "30d")]
    since: Span,
    /// Show what is gained and lost against this watchlist
    #[arg(long, value_name = "OLD.toml")]
    diff: Option<PathBuf>,
    /// One JSON object per watch
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// If the store cannot be opened or read, or if there is no such watch.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(list) = watches::load(args.files.watchlist.as_deref())? else {
        return Ok(ExitCode::from(1));
    };
    let old = match &args.diff {
        None => None,
        Some(file) => match watches::load(Some(file))? {
            None => return Ok(ExitCode::from(1)),
            old => old,
        },
    };
    if let Some(id) = &args.watch {
        let has = |list: &Watchlist| list.watches.iter().any(|watch| watch.id.as_str() == id);
        anyhow::ensure!(
            has(&list) || old.as_ref().is_some_and(has),
            "{}",
            watches::unknown_watch(&list, id)
        );
    }
    let store = open_store(&args.files)?;
    let defaults = args.files.settings()?.defaults.alert;
    let now = Timestamp::now();
    let since = SignedDuration::try_from(args.since.0)
        .ok()
        .and_then(|back| now.checked_sub(back).ok())
        .unwrap_or(Timestamp::MIN);
    let mut tally = Tally::new(&list, old.as_ref(), args.watch.as_deref(), &defaults);
    let bar = progress_bar(since, now);
    let mut new = ArchiveMatcher::new(&list);
    let mut old = old.as_ref().map(ArchiveMatcher::new);
    let runtime = runtime()?;
    let mut batch = runtime.block_on(store.archived(since, ArticleId(0), BATCH))?;
    while let Some(last) = batch.last() {
        let (after, position) = (last.id, last.fetched);
        let ahead = Arc::clone(&store);
        // The next batch is read while this one is matched.
        let next = runtime.spawn(async move { ahead.archived(since, after, BATCH).await });
        let found = new.matches(&batch);
        let found_before = old.as_mut().map(|old| old.matches(&batch));
        for (at, article) in batch.iter().enumerate() {
            let before = found_before.as_ref().map(|found| found[at].as_slice());
            tally.add(article, &found[at], before);
        }
        bar.set_position(
            position
                .duration_since(since)
                .as_secs()
                .max(0)
                .cast_unsigned(),
        );
        batch = runtime.block_on(next)??;
    }
    bar.finish_and_clear();
    report::print(&tally, since, now, args.json)?;
    Ok(ExitCode::SUCCESS)
}

/// A progress bar over the period; it is drawn only on a terminal.
fn progress_bar(since: Timestamp, now: Timestamp) -> ProgressBar {
    let length = now.duration_since(since).as_secs().max(1).cast_unsigned();
    let style = ProgressStyle::with_template("{bar:40} {percent:>3}%  {eta} left");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Matches archived articles against a watchlist, on all cores.
pub(super) struct ArchiveMatcher<'a> {
    list: &'a Watchlist,
    tags: HashMap<String, &'a [String]>,
    scratches: Vec<Scratch>,
}

impl<'a> ArchiveMatcher<'a> {
    pub(super) fn new(list: &'a Watchlist) -> Self {
        let n_workers = thread::available_parallelism().map_or(1, usize::from);
        let feeds = list.feeds.iter();
        Self {
            list,
            tags: feeds
                .map(|feed| (feed.url.to_string(), feed.tags.as_slice()))
                .collect(),
            scratches: (0..n_workers).map(|_| Scratch::new()).collect(),
        }
    }

    /// The matches of each article, in the order of the articles.
    pub(super) fn matches(&mut self, articles: &[ArchivedArticle]) -> Vec<Vec<Match>> {
        let share = articles.len().div_ceil(self.scratches.len()).max(1);
        let mut found = vec![Vec::new(); articles.len()];
        let (list, tags) = (self.list, &self.tags);
        thread::scope(|scope| {
            let shares = articles.chunks(share).zip(found.chunks_mut(share));
            for ((articles, found), scratch) in shares.zip(&mut self.scratches) {
                scope.spawn(move || {
                    for (article, found) in articles.iter().zip(found) {
                        let url = article.feed_url.as_deref().unwrap_or_default();
                        let tags = tags.get(url).copied().unwrap_or_default();
                        *found = list.matcher.matches(scratch, &doc(article, tags));
                    }
                });
            }
        });
        found
    }
}
