//! `newsvane feeds import` and `export`: lists of other readers.

use super::append::{self, NewFeed};
use crate::command::input::files::Files;
use crate::command::input::source;
use crate::config::{self, watchlist};
use crate::feed::opml::{self, Outline};
use crate::http::{has_secrets, masked_url};
use anyhow::Context as _;
use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;
use url::Url;

/// Prints the list's feeds as `[[feed]]`s, or adds them to the watchlist. What
/// is left out is said on standard error. Exit status 1 if nothing is left.
pub(super) fn import(files: &Files, file: &str, write: bool) -> anyhow::Result<ExitCode> {
    let list =
        opml::read(&source::read(file)?.bytes).with_context(|| format!("{file} is no OPML"))?;
    let (feeds, no_address): (Vec<_>, Vec<_>) =
        list.into_iter().partition(|feed| is_address(&feed.url));
    for feed in &no_address {
        anstream::eprintln!("left out, because it is not a web address: {}", feed.url);
    }
    let watchlist = files.watchlist();
    let known = match (&watchlist, write) {
        (Ok(file), _) => append::addresses(file)?,
        // Without a watchlist, no feed can be listed already.
        (Err(_), false) => HashSet::new(),
        (Err(err), true) => anyhow::bail!("{err:#}"),
    };
    let (new, known) = append::sort_out(&known, feeds.into_iter().map(new_feed).collect());
    for feed in &known {
        anstream::eprintln!("left out, as it is there already: {}", feed.url);
    }
    match watchlist {
        Ok(file) if write && !new.is_empty() => {
            append::append(&file, &new)?;
            anstream::println!("{} feeds added to {}", new.len(), file.display());
        }
        _ => {
            let texts: Vec<String> = new.iter().map(NewFeed::toml).collect();
            anstream::print!("{}", texts.join("\n"));
        }
    }
    Ok(if new.is_empty() {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// Prints the watchlist's feeds, or writes them to `output`.
pub(super) fn export(files: &Files, output: Option<&Path>) -> anyhow::Result<ExitCode> {
    let paths = config::watchlist_files(Some(&files.watchlist()?))?;
    let list = watchlist::load(&paths, None).map_err(|found| {
        let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(texts.join("\n"))
    })?;
    let n_masked = list
        .feeds
        .iter()
        .filter(|feed| has_secrets(&feed.url))
        .count();
    if n_masked > 0 {
        anstream::eprintln!(
            "the URLs of {n_masked} feeds contain passwords or keys; they are written as ***"
        );
    }
    let feeds: Vec<Outline> = list
        .feeds
        .iter()
        .map(|feed| Outline {
            // A list is passed on to others: without passwords and keys.
            url: masked_url(&feed.url),
            title: feed.name.clone(),
            tags: feed.tags.clone(),
        })
        .collect();
    let text = opml::write("newsvane", &feeds);
    match output {
        Some(file) => std::fs::write(file, text)
            .with_context(|| format!("cannot write {}", file.display()))?,
        None => anstream::print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn is_address(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn new_feed(outline: Outline) -> NewFeed {
    NewFeed {
        url: outline.url,
        name: outline.title,
        tags: outline.tags,
    }
}
