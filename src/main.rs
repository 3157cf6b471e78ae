//! The `newsvane` program: parses arguments and sets the exit status. Everything
//! else is in the library.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    newsvane::command::complete::answer_shell();
    let cli = newsvane::command::Cli::parse();
    if !cli.command.is_daemon() {
        // `newsvane … | head` ends quietly, like other commands. The daemon must
        // not end that way: a program that it hands an alert may exit early.
        sigpipe::reset();
    }
    newsvane::command::run(&cli.command).unwrap_or_else(|err| {
        eprintln!("newsvane: {err:#}");
        ExitCode::from(1)
    })
}
