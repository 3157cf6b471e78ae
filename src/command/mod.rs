//! The commands of the `newsvane` program. Each file parses its arguments, calls
//! the library and prints the answer.
//!
//! To add a command: write a file with `Args` and `run` in the folder of its kind,
//! and add a variant to [`Command`] and an arm to [`fn@run`].
//!
//! Exit status: 0 when done, 1 when the answer is no or the input was wrong,
//! 2 when the command line was wrong.

pub mod input;
pub mod output;
pub mod service;
pub mod archive;
pub mod trial;
pub mod watchlist;
pub mod demo;
pub mod complete;

use archive::{alerts, backup, store, stories, why};
use service::{mute, receivers, reload, run as daemon, status};
use std::process::ExitCode;
use std::sync::LazyLock;
use trial::{backtest, check, extract, feed, matching, replay};
use watchlist::{entities, feeds, init, schema};

/// The version, and the commit for bug reports.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (commit ",
    env!("NEWSVANE_COMMIT"),
    ")"
);

/// Watches news feeds and alerts you, once, when a topic you care about gets new coverage.
#[derive(Debug, clap::Parser)]
#[command(name = "newsvane", version = VERSION, long_version = LONG_VERSION.as_str(), about, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// As [`VERSION`], with the version of the store that this program writes.
static LONG_VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{VERSION}\nstore version {}", crate::store::version()));

/// A subcommand with its arguments.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Run the daemon
    Run(daemon::Args),
    /// Watch the daemon at work on an embedded newsroom, without a network
    Demo(demo::Args),
    /// Check both files, run the tests of the watches, and warn of likely mistakes
    Check(check::Args),
    /// Show the entries of a feed as the daemon would read them
    Feed(feed::Args),
    /// Show an article: clean text, metadata, and every removed block with its reason
    Extract(extract::Args),
    /// Show which watches match an article, and why
    Match(matching::Args),
    /// List the feeds with their health
    Feeds(feeds::Args),
    /// List stories; show who covered one, who copied whom, and what was new
    Stories(stories::Args),
    /// Show what was done with an article, and why an alert came or did not
    Why(why::Args),
    /// List alerts and their deliveries; redeliver dead letters
    Alerts(alerts::Args),
    /// List receivers; send a test alert to one
    Receivers(receivers::Args),
    /// Show the state of the running daemon
    Status(status::Args),
    /// Have the running daemon read its watchlist again, and say what changed
    Reload(reload::Args),
    /// Hold back the alerts of a watch or a feed for a while
    Mute(mute::Args),
    /// End a mute; what was held comes in a summary
    Unmute(mute::UnmuteArgs),
    /// List what is muted
    Mutes(mute::ListArgs),
    /// Look for damage in the store; save what can be read of a damaged one
    Store(store::Args),
    /// Turn lists of names into entities of a watchlist
    Entities(entities::Args),
    /// Print the JSON Schema of a file, for editors
    Schema(schema::Args),
    /// Show the alerts that a list of articles would have caused, in virtual time
    Replay(replay::Args),
    /// Show what the watches would have found in the archive
    Backtest(backtest::Args),
    /// Write both files to start from, with a first feed and watch
    Init(init::Args),
    /// Copy the store, which may be in use, into a new file
    Backup(backup::Args),
    /// Put a backup in the store's place; the daemon must be stopped
    Restore(backup::RestoreArgs),
    /// Print the completions for a shell
    Completions(complete::Args),
    /// Print the manual page
    Man(complete::ManArgs),
}

impl Command {
    /// Whether the command runs until it is stopped by a signal.
    #[must_use]
    pub fn is_daemon(&self) -> bool {
        matches!(self, Self::Run(_) | Self::Demo(_))
    }
}

/// Runs `command` to its end.
///
/// # Errors
/// When the command fails. The message is written for the person at the
/// terminal.
pub fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run(args) => daemon::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Feeds(args) => feeds::run(args),
        Command::Stories(args) => stories::run(args),
        Command::Why(args) => why::run(args),
        Command::Alerts(args) => alerts::run(args),
        Command::Receivers(args) => receivers::run(args),
        Command::Status(args) => status::run(args),
        Command::Reload(args) => reload::run(args),
        Command::Mute(args) => mute::run(args),
        Command::Unmute(args) => mute::unmute(args),
        Command::Mutes(args) => mute::list(args),
        Command::Store(args) => store::run(args),
        Command::Check(args) => check::run(args),
        Command::Feed(args) => feed::run(args),
        Command::Extract(args) => extract::run(args),
        Command::Match(args) => matching::run(args),
        Command::Entities(args) => entities::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Backtest(args) => backtest::run(args),
        Command::Init(args) => init::run(args),
        Command::Backup(args) => backup::run(args),
        Command::Restore(args) => backup::restore(args),
        Command::Completions(args) => complete::run(args),
        Command::Man(args) => complete::man(args),
    }
}
