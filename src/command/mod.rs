//! The commands, one thin file each: arguments in, one call down, answer out.
//!
//! To add one: a file with `Args` and `run`, a variant of [`Command`], an arm
//! in [`fn@run`].
//!
//! Exit status: 0 done, 1 the answer is no or something was wrong with the
//! input, 2 usage.

pub mod input;
pub mod output;
pub mod alerts;
pub mod backtest;
pub mod check;
pub mod entities;
pub mod demo;
pub mod extract;
pub mod feed;
pub mod feeds;
pub mod matching;
pub mod receivers;
pub mod replay;
pub mod run;
pub mod schema;
pub mod status;
pub mod stories;
mod would_alert;

use std::process::ExitCode;

/// What newsvane is asked to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Run the daemon
    Run(run::Args),
    /// Watch the daemon at work on an embedded newsroom, without a network
    Demo(demo::Args),
    /// Check both files, run the watches' own tests, lint
    Check(check::Args),
    /// Show what a feed says, as the daemon would take it
    Feed(feed::Args),
    /// Show an article: clean text, metadata, and every removed block with its reason
    Extract(extract::Args),
    /// Show which watches match an article, and why
    Match(matching::Args),
    /// List the feeds with their health
    Feeds(feeds::Args),
    /// List stories; show how one was told
    Stories(stories::Args),
    /// List alerts and deliveries; send dead ones again
    Alerts(alerts::Args),
    /// List receivers; send a test
    Receivers(receivers::Args),
    /// Show the running daemon's state at a glance
    Status(status::Args),
    /// Turn lists of names into entities of a watchlist
    Entities(entities::Args),
    /// Print the JSON Schema of a file, for editors
    Schema(schema::Args),
    /// Run articles through match and story in virtual time
    Replay(replay::Args),
    /// Show what the watches would have found in the archive
    Backtest(backtest::Args),
}

impl Command {
    /// Whether it goes on until it is told to stop.
    #[must_use]
    pub fn is_daemon(&self) -> bool {
        matches!(self, Self::Run(_) | Self::Demo(_))
    }
}

/// Runs `command` to its end.
///
/// # Errors
/// Whatever the command could not do, told for the person at the terminal.
pub fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run(args) => run::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Feeds(args) => feeds::run(args),
        Command::Stories(args) => stories::run(args),
        Command::Alerts(args) => alerts::run(args),
        Command::Receivers(args) => receivers::run(args),
        Command::Status(args) => status::run(args),
        Command::Check(args) => check::run(args),
        Command::Feed(args) => feed::run(args),
        Command::Extract(args) => extract::run(args),
        Command::Match(args) => matching::run(args),
        Command::Entities(args) => entities::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Backtest(args) => backtest::run(args),
    }
}
