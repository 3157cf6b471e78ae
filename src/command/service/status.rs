//! `newsvane status`: the running daemon at a glance.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::{ask, open as open_store, unexpected};
use crate::command::output::show;
use crate::command::service::mute;
use crate::control::{Answer, Request};
use crate::http::{Client, Get, Kind};
use crate::store::{FeedView, Numbers};
use crate::web::{Running, Status};
use jiff::Timestamp;
use std::net::SocketAddr;
use std::process::ExitCode;

/// How a problem is shown on a terminal.
const BAD: anstyle::Style = anstyle::AnsiColor::Red.on_default();

/// Arguments of `newsvane status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// The whole state as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command. Exit status 1 if no daemon answers, or something is wrong that a
/// person has to look at.
///
/// # Errors
/// When neither the daemon nor its store can be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let (status, unanswered) = match ask_daemon(&args.files).await {
            Ok(status) => (status, None),
            Err(unanswered) => {
                let store = open_store(&args.files)?;
                let status = Status::gather(&store, None, Timestamp::now()).await?;
                (status, Some(unanswered))
            }
        };
        let problems = problems(&status, unanswered);
        if args.json {
            anstream::println!("{}", serde_json::to_string_pretty(&status)?);
        } else {
            print(&status, &problems, Timestamp::now());
        }
        Ok(if problems.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        })
    })
}

/// The daemon's own answer: by its socket, or else by its page, as that of a daemon
/// on another machine.
///
/// # Errors
/// Why the socket gave no answer, if neither did.
async fn ask_daemon(files: &Files) -> anyhow::Result<Status> {
    match ask(files, &Request::Status).await {
        Ok(Answer::Status(status)) => Ok(*status),
        Ok(_) => Err(unexpected()),
        Err(unanswered) => ask_page(files).await.ok_or(unanswered),
    }
}

/// The answer of the daemon's page; `None` if there is none.
async fn ask_page(files: &Files) -> Option<Status> {
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

/// What a person has to look at, each in words; empty if all is well.
fn problems(status: &Status, unanswered: Option<anyhow::Error>) -> Vec<String> {
    let n = &status.numbers;
    let mut problems = Vec::new();
    if let Some(unanswered) = unanswered {
        problems.push(format!(
            "{unanswered:#}; these are the numbers of its store"
        ));
    }
    if let Some(running) = &status.running {
        problems.extend(
            running
                .progress
                .troubles
                .iter()
                .map(|trouble| format!("it does not work: {}", show::line(trouble, 400))),
        );
        if let Some(first) = running.progress.damaged_rows.first() {
            problems.push(format!(
                "{} of the store damaged, such as {} {}; `newsvane store check` lists them",
                if running.progress.damaged_rows.len() == 1 {
                    "a row is"
                } else {
                    "rows are"
                },
                show::line(&first.table, 40),
                show::line(&first.id, 40)
            ));
        }
        if let Some(error) = &running.watchlist_error {
            problems.push(format!(
                "the edited watchlist is NOT in force, because it has errors; the one that was loaded before is still in force\n{error}"
            ));
        }
    }
    if n.feeds == 0 {
        problems.push("no feed is polled: the watchlist has none, or all are gone".to_owned());
    } else if n.failing == n.feeds {
        problems.push(match n.feeds {
            1 => "the only feed fails".to_owned(),
            n => format!("all {n} feeds fail: is the network, the proxy or the resolver down?"),
        });
    }
    if n.dead > 0 {
        problems.push(format!(
            "{} given up: `newsvane alerts dead` lists them, `newsvane alerts redeliver` sends them again",
            if n.dead == 1 { "1 delivery was".to_owned() } else { format!("{} deliveries were", n.dead) }
        ));
    }
    problems.extend(status.disabled_receivers.iter().map(|(name, reason)| {
        let (name, reason) = (show::line(name, 200), show::line(reason, 200));
        format!("receiver {name} is disabled: {reason}\n  correct this, then run: newsvane alerts redeliver --all-dead --receiver {name}")
    }));
    problems
}

fn print(status: &Status, problems: &[String], now: Timestamp) {
    print_running(status.running.as_ref(), now);
    for problem in problems {
        anstream::println!("{BAD}{problem}{BAD:#}");
    }
    print_numbers(&status.numbers);
    if let Some(next) = status.next_poll {
        anstream::println!("next poll  {}", show::distance(next, now));
    }
    for mute in &status.mutes {
        anstream::println!("{}", mute::line(mute, now));
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
        return;
    };
    anstream::println!(
        "newsvane {}, running since {} ({}), {}",
        show::line(&running.version, 200),
        show::time(running.since),
        show::distance(running.since, now),
        show::count(running.watches, "watch")
    );
    if !running.restart_needed.is_empty() {
        anstream::println!(
            "newsvane.toml has changed ({}); this takes effect after a restart",
            show::line(&running.restart_needed.join(", "), 200)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn status() -> Status {
        Status {
            running: None,
            numbers: Numbers {
                feeds: 2,
                ..Numbers::default()
            },
            troubled: Vec::new(),
            troubled_total: 0,
            next_poll: None,
            disabled_receivers: Vec::new(),
            oldest_undelivered: None,
            alerts: Vec::new(),
            mutes: Vec::new(),
        }
    }

    fn check(change: impl FnOnce(&mut Status), wanted: Option<&str>) {
        let mut status = status();
        change(&mut status);
        let found = problems(&status, None);
        match wanted {
            Some(wanted) => assert!(found.len() == 1 && found[0].contains(wanted), "{found:?}"),
            None => assert_eq!(found, [""; 0]),
        }
    }

    #[test]
    fn what_a_person_has_to_look_at_is_a_problem() {
        check(|_| {}, None);
        check(|status| status.numbers.failing = 1, None);
        check(
            |status| status.numbers.failing = 2,
            Some("all 2 feeds fail"),
        );
        check(|status| status.numbers.feeds = 0, Some("no feed is polled"));
        check(
            |status| status.numbers.dead = 1,
            Some("1 delivery was given up"),
        );
        let gone = ("ops".to_owned(), "it answered 410".to_owned());
        check(
            |status| status.disabled_receivers.push(gone),
            Some("receiver ops is disabled"),
        );
        let found = problems(
            &status(),
            Some(anyhow::anyhow!("newsvane does not run here")),
        );
        assert!(found[0].contains("does not run here"), "{found:?}");
    }
}
