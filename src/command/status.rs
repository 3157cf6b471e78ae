//! `newsvane status`: the running daemon at a glance.

use super::run::runtime;
use crate::command::input::files::Files;
use crate::command::input::store::open as open_store;
use crate::command::output::show;
use crate::http::{Client, Get, Kind};
use crate::web::Status;
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

/// Runs the command. Exit status 1 where no daemon answers or something needs a look.
///
/// # Errors
/// When neither the daemon nor its store can be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let status = match ask_daemon(&args.files).await {
            Some(status) => status,
            None => {
                let status =
                    Status::gather(&open_store(&args.files)?, None, Timestamp::now()).await?;
                serde_json::to_value(&status)?
            }
        };
        if args.json {
            anstream::println!("{}", serde_json::to_string_pretty(&status)?);
        } else {
            print(&status);
        }
        let is_well =
            !status["running"].is_null() && status["running"]["watchlist_error"].is_null();
        Ok(if is_well {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        })
    })
}

/// The daemon's own answer, through its page; `None` where none answers.
async fn ask_daemon(files: &Files) -> Option<serde_json::Value> {
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

fn print(status: &serde_json::Value) {
    let now = Timestamp::now();
    let time =
        |value: &serde_json::Value| value.as_str().and_then(|at| at.parse::<Timestamp>().ok());
    let text = |value: &serde_json::Value| {
        value
            .as_str()
            .map(|text| show::line(text, 200))
            .unwrap_or_default()
    };
    let running = &status["running"];
    match time(&running["since"]) {
        Some(since) => anstream::println!(
            "newsvane {} runs since {} ({}), {} watches",
            text(&running["version"]),
            show::time(since),
            show::distance(since, now),
            running["watches"]
        ),
        None => anstream::println!("newsvane does not run; this is what its store says"),
    }
    if let Some(error) = running["watchlist_error"].as_str() {
        anstream::println!(
            "\nThe watchlist as it is now is NOT in force; the one before is:\n{error}\n"
        );
    }
    let n = &status["numbers"];
    anstream::println!(
        "feeds      {:>8}   failing   {:>8}   silent {:>6}",
        n["feeds"],
        n["failing"],
        n["silent"]
    );
    anstream::println!(
        "entries    {:>8}   to read   {:>8}",
        n["entries"],
        n["unread"]
    );
    anstream::println!(
        "articles   {:>8}   stories   {:>8}",
        n["articles"],
        n["stories"]
    );
    anstream::println!(
        "alerts     {:>8}   on way    {:>8}   dead {:>8}",
        n["alerts"],
        n["pending"],
        n["dead"]
    );
    if let Some(next) = time(&status["next_poll"]) {
        anstream::println!("next poll  {}", show::distance(next, now));
    }
    for receiver in status["disabled_receivers"]
        .as_array()
        .into_iter()
        .flatten()
    {
        anstream::println!(
            "\nreceiver {} is disabled: {}",
            text(&receiver[0]),
            text(&receiver[1])
        );
        anstream::println!(
            "  mend it, then: newsvane alerts redeliver --all-dead --receiver {}",
            text(&receiver[0])
        );
    }
    let troubled = status["troubled"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if !troubled.is_empty() {
        anstream::println!("\nFeeds that need a look:");
        for feed in troubled {
            let next = time(&feed["next"])
                .map_or_else(|| "never".to_owned(), |at| show::distance(at, now));
            let what = match time(&feed["silent_since"]) {
                Some(since) if feed["error"].is_null() => format!(
                    "silent against its rhythm, last new entry {}: has it moved?",
                    show::distance(since, now)
                ),
                _ => text(&feed["error"]),
            };
            anstream::println!("  {}\n    {what}; next poll {next}", text(&feed["url"]));
        }
    }
}
