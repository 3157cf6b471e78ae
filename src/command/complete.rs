//! `newsvane completions` and `newsvane man`: what a package installs beside the
//! program. Completions ask the program itself, so that they know the names in
//! the watchlist and in newsvane.toml.

use crate::command::input::files::Files;
use crate::config::{self, watchlist};
use clap::CommandFactory as _;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// The environment variable by which a shell asks for completions.
const VARIABLE: &str = "COMPLETE";

/// Arguments of `newsvane completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell to write the completions for
    #[arg(value_parser = ["bash", "zsh", "fish", "elvish", "powershell"])]
    shell: String,
}

/// Arguments of `newsvane man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// Write a page for each command into this folder, instead of one page to
    /// standard output
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints the script that a shell reads.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let shells = Shells::builtins();
    let shell = shells
        .completer(&args.shell)
        .ok_or_else(|| anyhow::anyhow!("{} is not a known shell", args.shell))?;
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, "newsvane", "newsvane", "newsvane", &mut script)?;
    std::io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the manual page, or writes one for each command.
///
/// # Errors
/// When a file cannot be written.
pub fn man(args: &ManArgs) -> anyhow::Result<ExitCode> {
    let command = super::Cli::command();
    match &args.folder {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            clap_mangen::generate_to(command, folder)?;
        }
        None => clap_mangen::Man::new(command).render(&mut std::io::stdout())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Answers a shell that asks for completions and exits; does nothing otherwise.
pub fn answer_shell() {
    clap_complete::CompleteEnv::with_factory(super::Cli::command)
        .var(VARIABLE)
        .complete();
}

/// The ids of the watches in the watchlist.
pub(super) fn watches() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let list = config::watchlist_files(None)
            .ok()
            .and_then(|files| watchlist::load(&files, None).ok());
        let watches = list.iter().flat_map(|list| list.watches.iter());
        watches
            .map(|watch| CompletionCandidate::new(watch.id.as_str()))
            .collect()
    })
}

/// The names of the receivers in newsvane.toml.
pub(super) fn receivers() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let settings = Files::default().settings().ok();
        let names = settings
            .iter()
            .flat_map(|settings| settings.receiver.keys());
        names.map(CompletionCandidate::new).collect()
    })
}
