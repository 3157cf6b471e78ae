//! `newsvane feeds discover`: a site's feeds, each one read before it is shown.

use super::append::NewFeed;
use crate::command::output::show;
use crate::feed::discover::{FeedLink, announced, usual_places};
use crate::feed::{self, Hints, ParsedFeed};
use crate::http::{self, Client, Fetched, Get, Kind};
use anyhow::Context as _;
use serde::Serialize;
use std::process::ExitCode;

/// A feed that was found and read.
#[derive(Debug, Serialize)]
struct Found {
    url: String,
    title: Option<String>,
    kind: String,
    entries: usize,
    newest: Option<jiff::Timestamp>,
}

/// Shows the feeds of the site at `written`. Exit status 1 if there are none.
pub(super) async fn discover(
    settings: &http::Settings,
    written: &str,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let url = super::address(written)?;
    let client = Client::new(settings)?;
    let page = fetch(&client, url.as_str()).await?;
    let mut found = Vec::new();
    match read(&page) {
        Ok(feed) => found.push(Found::of(page.url.as_str(), &feed)),
        Err(_) => {
            anyhow::ensure!(page.is_success(), "{url} answered {}", page.status);
            let base = page.url.to_string();
            let hints = Hints {
                content_type: page.content_type.as_deref(),
                base: Some(&base),
            };
            found = try_all(&client, announced(&page.body, &hints)).await;
            if found.is_empty() {
                found = try_all(&client, usual_places(&base)).await;
            }
        }
    }
    if json {
        for feed in &found {
            anstream::println!("{}", serde_json::to_string(feed)?);
        }
    } else {
        print(&found);
    }
    if found.is_empty() {
        anyhow::bail!(
            "no feed was found at {url}: the page announces none, and there is none at the usual addresses"
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether the feed at `url` can be read.
///
/// # Errors
/// Why not, and what to do.
pub(super) async fn check(settings: &http::Settings, url: &str) -> anyhow::Result<()> {
    let fetched = fetch(&Client::new(settings)?, url).await?;
    anyhow::ensure!(
        fetched.is_success(),
        "{url} answered {}; --unseen adds it all the same",
        fetched.status
    );
    read(&fetched)
        .map(drop)
        .with_context(|| format!("{url} cannot be read as a feed; --unseen adds it all the same"))
}

/// Those of the candidates that are feeds, one after the other: they are all of
/// one site. Two addresses that lead to one feed give it once.
async fn try_all(client: &Client, candidates: Vec<FeedLink>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for candidate in candidates {
        let Ok(fetched) = fetch(client, &candidate.url).await else {
            continue;
        };
        let Ok(feed) = read(&fetched) else { continue };
        let is_known = found.iter().any(|known| known.url == fetched.url.as_str());
        if !is_known {
            let mut feed = Found::of(fetched.url.as_str(), &feed);
            feed.title = feed.title.or(candidate.title);
            found.push(feed);
        }
    }
    found
}

async fn fetch(client: &Client, url: &str) -> anyhow::Result<Fetched> {
    let get = Get::new(url.parse()?, Kind::Feed);
    Ok(client.get(&get).await?)
}

fn read(fetched: &Fetched) -> anyhow::Result<ParsedFeed> {
    anyhow::ensure!(fetched.is_success(), "it answered {}", fetched.status);
    let hints = Hints {
        content_type: fetched.content_type.as_deref(),
        base: Some(fetched.url.as_str()),
    };
    Ok(feed::parse(&fetched.body, &hints)?)
}

impl Found {
    fn of(url: &str, feed: &ParsedFeed) -> Self {
        Self {
            url: url.to_owned(),
            title: feed.title.clone(),
            kind: feed.kind.to_string(),
            entries: feed.entries.len(),
            newest: feed
                .entries
                .iter()
                .filter_map(|entry| entry.published)
                .max(),
        }
    }
}

/// What was found as comments, with the lines to paste: the output as a whole
/// is a piece of a watchlist.
fn print(found: &[Found]) {
    for (n, feed) in found.iter().enumerate() {
        let title = show::line(feed.title.as_deref().unwrap_or("no title"), 80);
        let newest = feed
            .newest
            .map(|at| format!(", the newest of {}", show::time(at)))
            .unwrap_or_default();
        if n > 0 {
            anstream::println!();
        }
        anstream::println!("# {title}: {}, {} entries{newest}", feed.kind, feed.entries);
        let new = NewFeed {
            url: feed.url.clone(),
            ..NewFeed::default()
        };
        anstream::print!("{}", new.toml());
    }
}
