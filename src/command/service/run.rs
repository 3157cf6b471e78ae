//! `newsvane run`: the daemon.

use crate::command::input::arenas;
use crate::command::input::files::Files;
use crate::command::input::process::{runtime, stop_signal};
use crate::command::output::logging;
use crate::config::settings::state_dir;
use crate::daemon::{self, Extent, Parts};
use crate::notify::Receivers;
use crate::store;
use std::process::ExitCode;

/// Arguments of `newsvane run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// Poll everything that is due once, deliver, exit
    #[arg(long)]
    once: bool,
    /// Only check whether it could run with its files, as before a start
    #[arg(long, conflicts_with = "once")]
    check_only: bool,
}

/// Runs the command.
///
/// # Errors
/// When the daemon cannot start. The message says what is wrong, where, and
/// what to do.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.check_only {
        daemon::check(&args.files.settings()?, &args.files.watchlist()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    start(args).inspect_err(|err| daemon::tell_supervisor(&format!("{err:#}")))
}

fn start(args: &Args) -> anyhow::Result<ExitCode> {
    arenas::settle();
    let settings = args.files.settings()?;
    let _last_lines = logging::start(&settings.log)?;
    let watchlist = args.files.watchlist()?;
    let state_dir = state_dir()?;
    let _lock = store::lock(&settings.store.url, &state_dir)?;
    let extent = if args.once {
        Extent::Once
    } else {
        Extent::Endless
    };
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let parts = Parts {
            settings,
            settings_file: args.files.settings_file(),
            watchlist,
            state_dir,
            receivers: Receivers::default(),
        };
        let daemon = daemon::build(parts)?;
        daemon::run(daemon, extent, stop_signal()?).await
    });
    // A page that is still being parsed must not delay the exit. Nothing of it
    // was recorded, so the next start reads it again.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    done.map(|()| ExitCode::SUCCESS)
}
