//! The `newsvane` program: arguments, exit status; everything else is in the library.

use clap::Parser;
use std::process::ExitCode;

/// Watches news feeds and tells you, once, when a topic you care about gets new coverage.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: newsvane::command::Command,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if !cli.command.is_daemon() {
        // `newsvane … | head` ends quietly, as other commands do. Not for the
        // daemon: a program it feeds an alert may end early as well.
        sigpipe::reset();
    }
    newsvane::command::run(&cli.command).unwrap_or_else(|err| {
        eprintln!("newsvane: {err:#}");
        ExitCode::from(1)
    })
}
