//! `newsvane backup` and `newsvane restore`: a copy of the store, and back.

use crate::command::input::files::Files;
use crate::command::input::store::folder_of;
use crate::config::settings::state_dir;
use crate::store;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `newsvane backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// The new file to write; it must not exist yet
    file: PathBuf,
}

/// Arguments of `newsvane restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    #[command(flatten)]
    files: Files,
    /// A file that `newsvane backup` wrote
    file: PathBuf,
}

/// Copies the store, which may be in use.
///
/// # Errors
/// When there is no store, or the file exists or cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = args.files.settings()?;
    let folder = folder_of(&settings)?;
    store::backup(&settings.store.url, &folder, &args.file)?;
    let n_bytes = std::fs::metadata(&args.file)?.len();
    anstream::println!(
        "{} holds a checked copy of the store ({:.1} MB); `newsvane restore` puts it back",
        args.file.display(),
        n_bytes as f64 / 1e6
    );
    Ok(ExitCode::SUCCESS)
}

/// Puts a backup in the store's place. The daemon must be stopped.
///
/// # Errors
/// When the daemon runs, the backup is not sound, or a file cannot be written.
pub fn restore(args: &RestoreArgs) -> anyhow::Result<ExitCode> {
    let settings = args.files.settings()?;
    let folder = folder_of(&settings).or_else(|_| state_dir())?;
    let _lock = store::lock(&settings.store.url, &folder)?;
    let kept = store::restore(&settings.store.url, &folder, &args.file)?;
    anstream::println!("the store was restored from {}", args.file.display());
    if let Some(kept) = kept {
        anstream::println!("the old store is kept as {}", kept.display());
    }
    anstream::println!(
        "entries that it does not know will be read, and may alert, at the next start"
    );
    Ok(ExitCode::SUCCESS)
}
