//! `newsvane feeds`: the feeds and how each is doing.

use super::alerts::open_store;
use super::files::Files;
use super::run::runtime;
use super::show;
use crate::store::{FeedState, FeedView, Store};
use jiff::Timestamp;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `newsvane feeds`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// One JSON object a feed
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// All feeds with their health (what `feeds` alone shows)
    List,
}

/// Runs the command. Exit status 1 where a feed needs a look.
///
/// # Errors
/// When the store cannot be opened or read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match args.action {
        None | Some(Action::List) => {
            runtime()?.block_on(list(&open_store(&args.files)?, args.json))
        }
    }
}

async fn list(store: &Arc<dyn Store>, json: bool) -> anyhow::Result<ExitCode> {
    let feeds = store.feeds().await?;
    if json {
        for feed in &feeds {
            anstream::println!("{}", serde_json::to_string(feed)?);
        }
    } else if feeds.is_empty() {
        anstream::println!(
            "none yet; they stand in watchlist.toml, and `newsvane run` takes them over"
        );
    } else {
        let now = Timestamp::now();
        let rows: Vec<_> = feeds.iter().map(|feed| row(feed, now)).collect();
        let head = [
            "FEED",
            "LAST SUCCESS",
            "NEXT POLL",
            "ENTRIES",
            "LAST NEW",
            "HEALTH",
        ];
        anstream::print!("{}", show::table(&head, &rows));
    }
    let is_troubled = feeds
        .iter()
        .any(|feed| feed.state == FeedState::Gone || feed.failures > 0);
    Ok(if is_troubled {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

fn row(feed: &FeedView, now: Timestamp) -> Vec<String> {
    let when =
        |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), |at| show::distance(at, now));
    vec![
        show::line(feed.title.as_deref().unwrap_or(&feed.url), 40),
        when(feed.succeeded),
        when(feed.next.filter(|_| feed.state == FeedState::Active)),
        feed.entries.to_string(),
        when(feed.last_new),
        health(feed),
    ]
}

fn health(feed: &FeedView) -> String {
    match feed.state {
        FeedState::Gone => "gone for good (410): take it out of the watchlist".to_owned(),
        FeedState::Removed => "not in the watchlist".to_owned(),
        FeedState::Active => match &feed.error {
            Some(error) => format!("failed {} times: {}", feed.failures, show::line(error, 120)),
            None if feed.polled.is_none() => "not polled yet".to_owned(),
            None => "ok".to_owned(),
        },
    }
}
