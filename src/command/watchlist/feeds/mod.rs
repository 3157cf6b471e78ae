//! `newsvane feeds`: the feeds and how each is doing, and the ways by which
//! feeds come into the watchlist and leave it for other readers.
//!
//! - `list`: what `feeds` alone shows
//! - `discover`: a site's feeds
//! - `append`: feeds at the end of the watchlist's file
//! - `remove`: a feed out of the watchlist's file
//! - `poll`: a feed is polled now
//! - `opml`: lists of other readers

mod append;
mod discover;
mod list;
mod opml;
mod poll;
mod remove;

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::open as open_store;
use std::path::PathBuf;
use std::process::ExitCode;
use url::Url;

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
    /// Find the feeds of a site
    Discover {
        /// The address of a page of it, or of a feed
        url: String,
    },
    /// Add a feed to the watchlist
    Add {
        /// The feed's address
        url: String,
        /// Its name, where the feed's own title is not wanted
        #[arg(long)]
        name: Option<String>,
        /// A tag, for the `sources` of watches; may be given again
        #[arg(long = "tag", value_name = "TAG")]
        tags: Vec<String>,
        /// Add it without looking whether it can be read
        #[arg(long)]
        unseen: bool,
    },
    /// Remove a feed from the watchlist
    Remove {
        /// The feed's address
        url: String,
    },
    /// Have the running daemon poll a feed now, and say what came of it
    Poll {
        /// The feed's address or name
        feed: String,
    },
    /// Turn a list of another reader (OPML) into feeds of the watchlist
    Import {
        /// The file, or `-` for standard input
        file: String,
        /// Add them to the watchlist instead of printing them
        #[arg(long)]
        write: bool,
    },
    /// Print the watchlist's feeds as OPML 2.0, for other readers
    Export {
        /// Where to, instead of standard output
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Runs the command. Exit status 1 where a feed needs a look, and where no feed
/// was found or added.
///
/// # Errors
/// When a file, the store or the network cannot be used.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.action {
        None | Some(Action::List) => {
            let store = open_store(&args.files)?;
            runtime()?.block_on(list::list(&store, args.json))
        }
        Some(Action::Discover { url }) => {
            let settings = args.files.settings()?;
            runtime()?.block_on(discover::discover(&settings.http, url, args.json))
        }
        Some(Action::Add {
            url,
            name,
            tags,
            unseen,
        }) => {
            let feed = append::NewFeed {
                url: address(url)?.into(),
                name: name.clone(),
                tags: tags.clone(),
            };
            if !unseen {
                let settings = args.files.settings()?;
                runtime()?.block_on(discover::check(&settings.http, &feed.url))?;
            }
            append::add(&args.files.watchlist()?, feed)
        }
        Some(Action::Remove { url }) => remove::remove(&args.files.watchlist()?, &address(url)?),
        Some(Action::Poll { feed }) => {
            runtime()?.block_on(poll::poll(&args.files, feed, args.json))
        }
        Some(Action::Import { file, write }) => opml::import(&args.files, file, *write),
        Some(Action::Export { output }) => opml::export(&args.files, output.as_deref()),
    }
}

/// A person's address, with or without `https://`.
fn address(written: &str) -> anyhow::Result<Url> {
    let written = written.trim();
    let url = match Url::parse(written) {
        // `paper.example:8080` parses as a scheme and a path.
        Ok(url) if url.has_host() => url,
        _ => Url::parse(&format!("https://{written}"))
            .map_err(|err| anyhow::anyhow!("{written:?} is not a valid URL: {err}"))?,
    };
    anyhow::ensure!(
        matches!(url.scheme(), "http" | "https"),
        "feeds are fetched by HTTP; {written:?} is another scheme"
    );
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_lack_its_scheme() {
        let check = |written: &str, wanted: Option<&str>| {
            let found = address(written).ok().map(String::from);
            assert_eq!(found.as_deref(), wanted, "{written}");
        };
        check("paper.example", Some("https://paper.example/"));
        check("paper.example:8080/a", Some("https://paper.example:8080/a"));
        check(
            " http://paper.example/rss ",
            Some("http://paper.example/rss"),
        );
        check("ftp://paper.example/", None);
        check("", None);
    }
}
