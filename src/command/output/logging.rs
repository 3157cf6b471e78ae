//! Where the log goes: to the journal under systemd, readable lines on a
//! terminal, JSON lines elsewhere.

use super::journal::FieldsInMessage;
use crate::config::services::Fault;
use crate::config::settings::{Log, LogFormat};
use anyhow::Context as _;
use std::io::IsTerminal as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// The default level: `info` for newsvane, warnings for its libraries.
const DEFAULT_LEVEL: &str = "warn,newsvane=info";

/// Starts logging to standard error; standard output is for alerts.
///
/// # Errors
/// When the level is not valid, or the journal is chosen and cannot be reached.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let format = match log.format {
        LogFormat::Auto if std::env::var_os("JOURNAL_STREAM").is_some() => LogFormat::Journald,
        LogFormat::Auto if std::io::stderr().is_terminal() => LogFormat::Pretty,
        LogFormat::Auto => LogFormat::Json,
        chosen => chosen,
    };
    let layer = match format {
        LogFormat::Journald => {
            let journal = tracing_journald::layer().context("cannot reach the journal")?;
            FieldsInMessage(journal).boxed()
        }
        LogFormat::Pretty => tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .boxed(),
        LogFormat::Auto | LogFormat::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_writer(std::io::stderr)
            .boxed(),
    };
    let written = std::env::var("RUST_LOG")
        .ok()
        .filter(|level| !level.is_empty());
    let written = written.as_deref().or(log.level.as_deref());
    tracing_subscriber::registry()
        .with(layer)
        .with(filter(written.unwrap_or(DEFAULT_LEVEL))?)
        .init();
    Ok(())
}

/// What is wrong with the `[log]` settings, if anything.
pub(crate) fn fault(log: &Log) -> Option<Fault> {
    let err = filter(log.level.as_deref()?).err()?;
    Some(Fault::new(&["log", "level"], err.to_string()))
}

fn filter(level: &str) -> anyhow::Result<EnvFilter> {
    EnvFilter::try_new(level).with_context(|| {
        format!("the log level {level:?} is not understood; write \"info\" or \"newsvane=debug\"")
    })
}
