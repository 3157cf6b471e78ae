//! `newsvane reload`: the running daemon reads its watchlist again, and says what
//! changed. The unit's `ExecReload`: it fails when the list is refused.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::{ask, unexpected};
use crate::control::{Answer, Request};
use std::process::ExitCode;

/// Arguments of `newsvane reload`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When no daemon answers, or the watchlist is refused: with file, line and column.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let answer = runtime()?.block_on(ask(&args.files, &Request::Reload))?;
    let Answer::Reloaded(reloaded) = answer else {
        return Err(unexpected());
    };
    if args.json {
        anstream::println!("{}", serde_json::to_string(&reloaded)?);
    }
    if let Some(error) = &reloaded.error {
        anyhow::bail!("the edited watchlist has errors; the old one stays in use\n{error}");
    }
    if args.json {
        return Ok(ExitCode::SUCCESS);
    }
    let changed = if reloaded.changes.is_empty() {
        "nothing changed".to_owned()
    } else {
        reloaded.changes.join(", ")
    };
    anstream::println!("the watchlist was read again: {changed}");
    if !reloaded.restart.is_empty() {
        anstream::println!(
            "newsvane.toml has changed ({}); this takes effect after a restart",
            reloaded.restart.join(", ")
        );
    }
    if let Some(error) = &reloaded.settings_error {
        anstream::println!("newsvane.toml is wrong, so that a restart would fail:\n{error}");
    }
    Ok(ExitCode::SUCCESS)
}
