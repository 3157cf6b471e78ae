//! `newsvane receivers`: lists the receivers; sends one of them a test; shows what
//! one would be sent.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::open as open_store;
use crate::command::output::show;
use crate::config::settings::Settings;
use crate::http::Client;
use crate::model::AlertId;
use crate::notify::{self, Outgoing, Receiver, Receivers};
use crate::policy::AttemptOutcome;
use crate::web::views::receivers::{self as view, ReceiverLine};
use anyhow::Context as _;
use jiff::Timestamp;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `newsvane receivers`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// As JSON, a line for each
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// The receivers in newsvane.toml, with their queues and last answers
    List,
    /// Send a `test.ping` to one receiver
    Test {
        /// The receiver's name
        #[arg(add = crate::command::complete::receivers())]
        name: String,
    },
    /// Show what one receiver would be sent; nothing is sent
    Render {
        /// The receiver's name
        #[arg(add = crate::command::complete::receivers())]
        name: String,
        /// The alert's id [default: an invented alert]
        alert: Option<String>,
    },
}

/// Runs the command.
///
/// # Errors
/// When the settings are wrong or there is no such receiver.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = args.files.settings()?;
    runtime()?.block_on(async {
        match &args.action {
            None | Some(Action::List) => list(args, &settings).await,
            Some(Action::Test { name }) => {
                let receivers = build(&settings)?;
                test(find(&receivers, name)?.as_ref(), name).await
            }
            Some(Action::Render { name, alert }) => {
                let receivers = build(&settings)?;
                let receiver = find(&receivers, name)?;
                render(args, receiver.as_ref(), alert.as_deref()).await
            }
        }
    })
}

fn build(settings: &Settings) -> anyhow::Result<Receivers> {
    let client = Client::new(&settings.http)?;
    Receivers::build(&settings.receiver, &client).map_err(|problems| {
        let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(messages.join("\n"))
    })
}

fn find<'a>(receivers: &'a Receivers, name: &str) -> anyhow::Result<&'a Arc<dyn Receiver>> {
    receivers.get(name).with_context(|| {
        let known: Vec<_> = receivers.names().collect();
        format!(
            "there is no [receiver.{name}] in newsvane.toml; there are: {}",
            known.join(", ")
        )
    })
}

async fn list(args: &Args, settings: &Settings) -> anyhow::Result<ExitCode> {
    // Without a store nothing was sent yet.
    let lines = match open_store(&args.files) {
        Ok(store) => view::list(&store, settings).await?,
        Err(err) => {
            tracing::debug!(err = format!("{err:#}"), "no store to read the queues from");
            view::unused(settings)
        }
    };
    if args.json {
        for line in &lines {
            anstream::println!("{}", serde_json::to_string(line)?);
        }
    } else if lines.is_empty() {
        anstream::println!("none: newsvane.toml has no [receiver.NAME]");
    } else {
        let now = Timestamp::now();
        let rows: Vec<_> = lines.iter().map(|line| row(line, now)).collect();
        let head = ["NAME", "TYPE", "TO", "QUEUE", "DEAD", "LAST", "STATE"];
        anstream::print!("{}", show::table(&head, &rows));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(line: &ReceiverLine, now: Timestamp) -> Vec<String> {
    let facts = &line.facts;
    let last = facts.last_delivered;
    vec![
        show::line(&facts.name, 30),
        line.kind
            .clone()
            .unwrap_or_else(|| "(not in newsvane.toml)".to_owned()),
        show::line(line.destination.as_deref().unwrap_or_default(), 60),
        facts.pending.to_string(),
        facts.dead.to_string(),
        last.map_or_else(|| "never".to_owned(), |at| show::distance(at, now)),
        show::line(line.trouble.as_deref().unwrap_or("ok"), 200),
    ]
}

async fn test(receiver: &dyn Receiver, name: &str) -> anyhow::Result<ExitCode> {
    let (alert, attempt) = notify::send_test(receiver, name, Timestamp::now()).await;
    let status = attempt
        .status
        .map(|status| format!(" (status {status})"))
        .unwrap_or_default();
    let elapsed_ms = attempt.elapsed.as_millis();
    match attempt.outcome {
        AttemptOutcome::Accepted => {
            anstream::eprintln!("{name} took {alert}{status} in {elapsed_ms} ms");
            Ok(ExitCode::SUCCESS)
        }
        AttemptOutcome::Transient { reason, .. } | AttemptOutcome::Permanent { reason } => {
            anyhow::bail!("{name} did not accept the test{status}: {reason}")
        }
        AttemptOutcome::Throttled { retry_after } => {
            let seconds = retry_after.as_secs();
            anyhow::bail!("{name} takes no more for {seconds} s; try again then")
        }
        AttemptOutcome::Refused { reason } => {
            anyhow::bail!(
                "{name} refuses newsvane: {reason}; the daemon would disable this receiver"
            )
        }
        AttemptOutcome::Gone => {
            anyhow::bail!("{name} answered 410 (gone); the daemon would disable this receiver")
        }
    }
}

async fn render(
    args: &Args,
    receiver: &dyn Receiver,
    alert: Option<&str>,
) -> anyhow::Result<ExitCode> {
    let now = Timestamp::now();
    let (id, body) = match alert {
        None => {
            let example = notify::example::development(now);
            (example.alert.clone(), example.to_body())
        }
        Some(id) => {
            let id = AlertId::from(id);
            let body = open_store(&args.files)?.alert_body(id.clone()).await?;
            let body = body.with_context(|| {
                format!("there is no alert {id}; `newsvane alerts list` shows the newest")
            })?;
            (id, body)
        }
    };
    let outgoing = Outgoing {
        alert: id,
        body: body.clone().into(),
        thread: None,
    };
    let shown = receiver.render(&outgoing, now).unwrap_or(body);
    anstream::println!("{}", shown.trim_end());
    Ok(ExitCode::SUCCESS)
}
