//! `newsvane status`: the running daemon at a glance.

use super::run::runtime;
use crate::command::input::files::Files;
use crate::command::input::store::open as open_store;
use crate::command::output::show;
use crate::http::{Client, Get, Kind};
use crate::store::{FeedView, Numbers};
use crate::web::{Running, Status};
use jiff::Timestamp;
use std::net::SocketAddr;
use std::process::ExitCode;

/// Arguments of `newsvane status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// The whole state as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command. Exit status 1 if no daemon answers or the watchlist has errors.
///
/// # Errors
/// When neither the daemon nor its store can be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let status = match ask_daemon(&args.files).await {
            Some(status) => status,
            None => Status::gather(&open_store(&args.files)?, None, Timestamp::now()).await?,
        };
        if args.json {
            anstream::println!("{}", serde_json::to_string_pretty(&status)?);
        } else {
            print(&status, Timestamp::now());
        }
        let is_well = matches!(&status.running, Some(running) if running.watchlist_error.is_none());
        Ok(if is_well {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        })
    })
}

/// The daemon's own answer, through its page; `None` if no daemon answers.
async fn ask_daemon(files: &Files) -> Option<Status> {
    let settings = files.settings().ok()?;
    let address: SocketAddr = settings.web.listen.parse().ok()?;
    let url = format!("http://{address}/api/status").parse().ok()?;
    let mut get = Get::new(url, Kind::Robots);
    if let Some(token) = settings.web.token().ok()? {
        get.headers.push((
            "authorization".to_owned(),
            format!("Bearer {}", token.reveal()),
        ));
    }
    let mut http = settings.http;
    http.allow_addresses.push(address.ip().into());
    let fetched = Client::new(&http).ok()?.get(&get).await.ok()?;
    if fetched.is_success() {
        serde_json::from_slice(&fetched.body).ok()
    } else {
        None
    }
}

fn print(status: &Status, now: Timestamp) {
    print_running(status.running.as_ref(), now);
    print_numbers(&status.numbers);
    if let Some(next) = status.next_poll {
        anstream::println!("next poll  {}", show::distance(next, now));
    }
    for (name, reason) in &status.disabled_receivers {
        let (name, reason) = (show::line(name, 200), show::line(reason, 200));
        anstream::println!("\nreceiver {name} is disabled: {reason}");
        anstream::println!(
            "  correct this, then run: newsvane alerts redeliver --all-dead --receiver {name}"
        );
    }
    if !status.troubled.is_empty() {
        anstream::println!("\nFeeds with problems:");
        for feed in &status.troubled {
            print_problem(feed, now);
        }
        let n_more = status.troubled_total.saturating_sub(status.troubled.len());
        if n_more > 0 {
            anstream::println!("  and {n_more} more: newsvane feeds");
        }
    }
}

fn print_running(running: Option<&Running>, now: Timestamp) {
    let Some(running) = running else {
        anstream::println!("newsvane is not running; these are the numbers of its store");
        return;
    };
    anstream::println!(
        "newsvane {}, running since {} ({}), {} watches",
        show::line(&running.version, 200),
        show::time(running.since),
        show::distance(running.since, now),
        running.watches
    );
    if let Some(error) = &running.watchlist_error {
        anstream::println!(
            "\nThe current watchlist file is NOT in force, because it has errors. The one that was loaded before is still in force.\n{error}\n"
        );
    }
}

fn print_numbers(n: &Numbers) {
    anstream::println!(
        "feeds      {:>8}   failing   {:>8}   silent {:>6}",
        n.feeds,
        n.failing,
        n.silent
    );
    anstream::println!("entries    {:>8}   to read   {:>8}", n.entries, n.unread);
    anstream::println!("articles   {:>8}   stories   {:>8}", n.articles, n.stories);
    anstream::println!(
        "alerts     {:>8}   on way    {:>8}   dead {:>8}",
        n.alerts,
        n.pending,
        n.dead
    );
}

fn print_problem(feed: &FeedView, now: Timestamp) {
    let next = feed
        .next
        .map_or_else(|| "never".to_owned(), |at| show::distance(at, now));
    let problem = match (&feed.error, feed.silent_since) {
        (None, Some(since)) => format!(
            "no new entry since {}, which is unusual for it: has it moved?",
            show::distance(since, now)
        ),
        (error, _) => show::line(error.as_deref().unwrap_or_default(), 200),
    };
    let url = show::line(&feed.url, 200);
    anstream::println!("  {url}\n    {problem}; next poll {next}");
}
