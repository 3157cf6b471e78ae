//! `newsvane schema`: the JSON Schema of a configuration file, for editors.

use crate::config::settings::Settings;
use crate::config::watchlist;
use std::process::ExitCode;

/// Arguments of `newsvane schema`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which file's schema
    #[arg(value_enum, default_value = "watchlist")]
    file: File,
}

/// A file that has a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum File {
    /// watchlist.toml
    Watchlist,
    /// newsvane.toml
    Newsvane,
}

/// Runs the command.
///
/// # Errors
/// When its output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let schema = match args.file {
        File::Watchlist => watchlist::schema(),
        File::Newsvane => serde_json::to_value(schemars::schema_for!(Settings))?,
    };
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(ExitCode::SUCCESS)
}
