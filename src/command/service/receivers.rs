//! `newsvane receivers`: lists the receivers; sends one of them a test.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::http::Client;
use crate::notify::{self, Receivers};
use crate::policy::AttemptOutcome;
use jiff::Timestamp;
use std::process::ExitCode;

/// Arguments of `newsvane receivers`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// The receivers in newsvane.toml
    List,
    /// Send a `test.ping` to one receiver
    Test {
        /// The receiver's name
        #[arg(add = crate::command::complete::receivers())]
        name: String,
    },
}

/// Runs the command.
///
/// # Errors
/// When the settings are wrong or there is no such receiver.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = args.files.settings()?;
    runtime()?.block_on(async {
        let client = Client::new(&settings.http)?;
        let receivers = Receivers::build(&settings.receiver, &client).map_err(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            anyhow::anyhow!(told.join("\n"))
        })?;
        match &args.action {
            None | Some(Action::List) => {
                receivers
                    .names()
                    .for_each(|name| anstream::println!("{name}"));
                Ok(ExitCode::SUCCESS)
            }
            Some(Action::Test { name }) => test(&receivers, name).await,
        }
    })
}

async fn test(receivers: &Receivers, name: &str) -> anyhow::Result<ExitCode> {
    let Some(receiver) = receivers.get(name) else {
        let known: Vec<_> = receivers.names().collect();
        anyhow::bail!(
            "there is no [receiver.{name}] in newsvane.toml; there are: {}",
            known.join(", ")
        );
    };
    let (alert, attempt) = notify::send_test(receiver.as_ref(), name, Timestamp::now()).await;
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
        AttemptOutcome::Gone => {
            anyhow::bail!("{name} answered 410 (gone); the daemon would disable this receiver")
        }
    }
}
