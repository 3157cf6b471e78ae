//! `newsvane store`: checks the store's file for damage, saves what can be read of a
//! damaged one, and makes it smaller.

use crate::command::input::files::Files;
use crate::command::input::store::{folder_of, path};
use crate::command::output::show;
use crate::store::{self, Salvaged};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `newsvane store`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Look for damage: pages, indexes, and every row; also beside a running daemon
    Check {
        /// The store's file [default: the one of newsvane.toml]
        file: Option<PathBuf>,
    },
    /// Give the disk back what deleted articles and entries took
    ///
    /// Stop the daemon before. For a moment, the store needs its size again on the disk.
    Compact,
    /// Write what can still be read of a damaged store into a new one
    ///
    /// Stop the daemon first. The damaged file is not changed; move the new file to
    /// its place yourself.
    Salvage {
        /// The new store's file; it must not exist yet
        to: PathBuf,
        /// The damaged store's file [default: the one of newsvane.toml]
        #[arg(long)]
        from: Option<PathBuf>,
    },
}

/// Runs the command.
///
/// # Errors
/// When the store cannot be found or opened at all.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let of = |file: &Option<PathBuf>| match file {
        Some(file) => Ok(file.clone()),
        None => path(&args.files),
    };
    match &args.action {
        Action::Check { file } => check(&of(file)?),
        Action::Compact => compact(&args.files),
        Action::Salvage { to, from } => salvage(&of(from)?, to),
    }
}

fn check(file: &std::path::Path) -> anyhow::Result<ExitCode> {
    let findings = store::check(file)?;
    if findings.is_empty() {
        anstream::println!("{} is whole", file.display());
        return Ok(ExitCode::SUCCESS);
    }
    for finding in &findings {
        let place = match (&finding.table, &finding.id) {
            (Some(table), Some(id)) => format!("{table} {}: ", show::line(id, 80)),
            (Some(table), None) => format!("{table}: "),
            (None, _) => String::new(),
        };
        anstream::println!("{place}{}", show::line(&finding.what, 200));
    }
    anstream::println!(
        "\n{} is damaged. Of rows named here, newsvane uses what can be read. If pages are damaged, stop newsvane and run `newsvane restore BACKUP`, or `newsvane store salvage NEW-FILE`",
        file.display()
    );
    Ok(ExitCode::from(1))
}

fn compact(files: &Files) -> anyhow::Result<ExitCode> {
    let settings = files.settings()?;
    let folder = folder_of(&settings)?;
    let _lock = store::lock(&settings.store.url, &folder)?;
    let (before, after) = store::compact(&settings.store.url, &folder)?;
    anstream::println!(
        "the store takes {:.1} MB; it took {:.1} MB",
        after as f64 / 1e6,
        before as f64 / 1e6
    );
    Ok(ExitCode::SUCCESS)
}

fn salvage(from: &std::path::Path, to: &std::path::Path) -> anyhow::Result<ExitCode> {
    let outcome = store::salvage(from, to)?;
    let mut n_lost = 0;
    for (
        table,
        Salvaged {
            n_saved,
            n_lost: lost,
        },
    ) in &outcome
    {
        n_lost += lost;
        if n_saved + lost > 0 {
            anstream::println!("{table:<16} {n_saved:>9} rows saved   {lost:>6} lost");
        }
    }
    anstream::println!(
        "\n{} holds what could be read of {}. Look at it with `newsvane store check {}`, then put it in the place of the damaged file and start newsvane.",
        to.display(),
        from.display(),
        to.display()
    );
    Ok(ExitCode::from(u8::from(n_lost > 0)))
}
