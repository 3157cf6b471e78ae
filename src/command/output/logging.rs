//! Where the log goes: to the journal under systemd, readable lines on a
//! terminal, JSON lines elsewhere.

use super::journal::{Journal, Socket};
use super::log_writer::{LastLines, LogWriter};
use crate::config::services::Fault;
use crate::config::settings::{Log, LogFormat};
use anyhow::Context as _;
use std::io::IsTerminal as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// The default level: `info` for newsvane, warnings for its libraries.
const DEFAULT_LEVEL: &str = "warn,newsvane=info";

/// Starts logging to standard error; standard output is for alerts. What it gives
/// waits for the last lines when it is dropped.
///
/// # Errors
/// When the level is not valid, or the journal is chosen and cannot be reached.
pub fn start(log: &Log) -> anyhow::Result<LastLines> {
    let format = match log.format {
        LogFormat::Auto if std::env::var_os("JOURNAL_STREAM").is_some() => LogFormat::Journald,
        LogFormat::Auto if std::io::stderr().is_terminal() => LogFormat::Pretty,
        LogFormat::Auto => LogFormat::Json,
        chosen => chosen,
    };
    let (writer, last_lines) = if format == LogFormat::Journald {
        LogWriter::start(Socket::open().context("cannot reach the journal")?)
    } else {
        LogWriter::start(std::io::stderr())
    }
    .context("cannot start the log's thread")?;
    let layer = match format {
        LogFormat::Journald => Journal::new(writer).boxed(),
        LogFormat::Pretty => tracing_subscriber::fmt::layer()
            .with_writer(writer)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .boxed(),
        LogFormat::Auto | LogFormat::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_writer(writer)
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
    // A panic is logged as well: the default writes to standard error, and waits
    // for whoever reads it.
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(err = %panic, "panicked; please report it");
    }));
    Ok(last_lines)
}

/// What is wrong with the `[log]` settings, if anything.
pub(crate) fn fault(log: &Log) -> Option<Fault> {
    let err = filter(log.level.as_deref()?).err()?;
    Some(Fault::new(&["log", "level"], err.to_string()))
}

/// The levels by name, as `tracing` knows them.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

fn filter(level: &str) -> anyhow::Result<EnvFilter> {
    // A single word that is no level would be taken for a module, and everything else
    // would be silent.
    for word in level.split(',').map(str::trim) {
        let is_level = LEVELS.iter().any(|known| known.eq_ignore_ascii_case(word));
        let is_module = word.contains(['=', ':', '[']) || word.starts_with("newsvane");
        if !word.is_empty() && !is_level && !is_module {
            let near = crate::matcher::nearest(word, LEVELS);
            let meant = near.map_or_else(String::new, |near| format!(" (did you mean {near}?)"));
            anyhow::bail!(
                "{word:?} is not a log level{meant}; write error, warn, info, debug or trace, or a module with its level, such as newsvane=debug"
            );
        }
    }
    EnvFilter::try_new(level).with_context(|| {
        format!("the log level {level:?} is not understood; write \"info\" or \"newsvane=debug\"")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_level_is_refused() {
        for level in [
            "info",
            "WARN",
            "newsvane=debug",
            "warn,newsvane::daemon=trace",
            "newsvane",
        ] {
            assert!(filter(level).is_ok(), "{level}");
        }
        for level in ["verbose", "info,verbose", "debg", "newsvane=verbose"] {
            let log = Log {
                level: Some(level.to_owned()),
                ..Log::default()
            };
            assert!(fault(&log).is_some(), "{level}");
        }
        let shown = filter("debg").unwrap_err().to_string();
        assert!(shown.contains("did you mean debug?"), "{shown}");
    }
}
