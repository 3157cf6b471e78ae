//! `newsvane.toml`: built-in defaults, then the file, then the environment
//! (`NEWSVANE__STORE__URL=...`).
//!
//! Each part's keys stand beside the part they set (`http::Settings`,
//! `store::Settings`, ...); here they are put together, and here are those
//! that have no other home.

use super::diagnostic::Diagnostic;
use super::watchlist::{AlertMode, Budget, Severity, WatchSpec};
use super::web::Web;
use crate::http;
use crate::model::CoverageKind;
use crate::notify::ReceiverSettings;
use crate::policy::{SchedulerSettings, Wanted};
use crate::store;
use crate::story::StorySettings;
use anyhow::Context as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `newsvane.toml`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where state is kept.
    pub store: store::Settings,
    /// How newsvane fetches and posts.
    pub http: http::Settings,
    /// When feeds are polled.
    pub scheduler: SchedulerSettings,
    /// What is remembered to know a story again.
    pub story: StorySettings,
    /// How much is done at once.
    pub daemon: DaemonSettings,
    /// Where alerts go, by name.
    pub receiver: BTreeMap<String, ReceiverSettings>,
    /// What watches say that say nothing themselves.
    pub defaults: Defaults,
    /// The status page.
    pub web: Web,
    /// The log.
    pub log: Log,
}

/// `[daemon]`: how much is done at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DaemonSettings {
    /// Polls under way at once.
    pub polls: usize,
    /// Articles read at once.
    pub reads: usize,
}

impl Default for DaemonSettings {
    fn default() -> Self {
        Self {
            polls: 64,
            reads: 32,
        }
    }
}

/// `[defaults]`: what watches say that say nothing themselves.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// When and where watches alert.
    pub alert: AlertDefaults,
    /// The receivers told of newsvane's own troubles: a feed that fails, is
    /// silent against its rhythm, or is back. Empty: they stand in the log and
    /// in `newsvane feeds` only.
    pub health: Vec<String>,
}

/// `[defaults] alert = { ... }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AlertDefaults {
    /// When: `every` | `first` | `story`.
    pub mode: DefaultMode,
    /// The coverage kinds that alert after a story's first article.
    pub updates: Vec<CoverageKind>,
    /// The receivers.
    pub to: Vec<String>,
}

impl Default for AlertDefaults {
    fn default() -> Self {
        Self {
            mode: DefaultMode::Story,
            updates: vec![CoverageKind::Development],
            to: Vec::new(),
        }
    }
}

/// When watches alert that do not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DefaultMode {
    /// For each matching article.
    Every,
    /// For the first article of a story.
    First,
    /// For the first article of a story and the kinds in `updates`.
    Story,
}

/// When and where a watch alerts, with the defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertTerms {
    /// When.
    pub mode: AlertMode,
    /// The coverage kinds that alert after a story's first article.
    pub updates: Vec<CoverageKind>,
    /// The receivers.
    pub to: Vec<String>,
    /// The quiet time after an alert.
    pub cooldown: Option<std::time::Duration>,
    /// Most alerts.
    pub budget: Option<Budget>,
    /// How much it matters.
    pub severity: Option<Severity>,
    /// Fewest independent sources of a spike.
    pub min_sources: u32,
    /// How much of an article has to be new for a development, where the watch
    /// says so itself.
    pub development: Option<f32>,
}

/// Fewest independent sources of a spike, for watches that do not say it.
pub const MIN_SOURCES: u32 = 3;

impl AlertTerms {
    /// What an article is to a watch with these terms, of which `newness` is new
    /// to its story: the watch's own limit tells developments from reports with
    /// little news. `None`: nobody kept how much was new.
    #[must_use]
    pub fn kind(&self, kind: CoverageKind, newness: Option<f32>) -> CoverageKind {
        match (kind, self.development, newness) {
            (CoverageKind::Independent | CoverageKind::Development, Some(limit), Some(newness)) => {
                if newness >= limit {
                    CoverageKind::Development
                } else {
                    CoverageKind::Independent
                }
            }
            (kind, _, _) => kind,
        }
    }

    /// What is looked for over time, by a watch that tells spikes or silences.
    #[must_use]
    pub fn wanted(&self) -> Option<Wanted> {
        match self.mode {
            AlertMode::Spike => Some(Wanted::Spike {
                min_sources: self.min_sources,
            }),
            AlertMode::Silence => Some(Wanted::Silence),
            AlertMode::Every | AlertMode::First | AlertMode::Story | AlertMode::Digest { .. } => {
                None
            }
        }
    }
}

impl AlertDefaults {
    /// When and where `watch` alerts.
    #[must_use]
    pub fn terms(&self, watch: &WatchSpec) -> AlertTerms {
        let own = watch.alert.clone().unwrap_or_default();
        let mode = match self.mode {
            DefaultMode::Every => AlertMode::Every,
            DefaultMode::First => AlertMode::First,
            DefaultMode::Story => AlertMode::Story,
        };
        AlertTerms {
            mode: own.mode.unwrap_or(mode),
            updates: own.updates.unwrap_or_else(|| self.updates.clone()),
            to: own.to.unwrap_or_else(|| self.to.clone()),
            cooldown: own.cooldown,
            budget: own.budget,
            severity: own.severity,
            min_sources: own.min_sources.unwrap_or(MIN_SOURCES),
            development: own.development,
        }
    }
}

/// `[log]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// How lines look.
    pub format: LogFormat,
    /// What is logged, as `info` or `newsvane=debug`; the variable `RUST_LOG` goes before it.
    pub level: Option<String>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// The journal under systemd, pretty on a terminal, else JSON.
    #[default]
    Auto,
    /// For a person.
    Pretty,
    /// One JSON object a line.
    Json,
    /// The journal, with fields.
    Journald,
}

impl Settings {
    /// Reads `file` and the environment over the built-in defaults; without a
    /// file, the environment alone.
    ///
    /// # Errors
    /// When the file cannot be read, or says something that is not known: where,
    /// and what it may have meant.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let text = match file {
            Some(file) => std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?,
            None => String::new(),
        };
        // `config` gives no line for what is wrong in a file; `toml` does.
        let name = file.map_or_else(String::new, |file| file.display().to_string());
        toml::from_str::<Self>(&text)
            .map_err(|err| anyhow::Error::msg(Diagnostic::from_toml(&name, &text, &err)))?;
        config::Config::builder()
            .add_source(config::File::from_str(&text, config::FileFormat::Toml))
            .add_source(
                config::Environment::with_prefix("NEWSVANE")
                    .prefix_separator("__")
                    .separator("__")
                    .try_parsing(true),
            )
            .build()
            .and_then(config::Config::try_deserialize)
            .context("the environment's NEWSVANE__... variables do not fit newsvane.toml's keys")
    }
}

/// Where state lies: `$STATE_DIRECTORY` (systemd's), else
/// `$XDG_STATE_HOME/newsvane`, else `~/.local/state/newsvane`.
///
/// # Errors
/// When none of the variables says where.
pub fn state_dir() -> anyhow::Result<PathBuf> {
    let var = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    // systemd separates several directories by colons; the first is ours.
    let systemd = std::env::var("STATE_DIRECTORY").ok();
    let systemd = systemd
        .as_deref()
        .and_then(|dirs| dirs.split(':').find(|dir| !dir.is_empty()))
        .map(PathBuf::from);
    systemd
        .or_else(|| var("XDG_STATE_HOME").map(|dir| dir.join("newsvane")))
        .or_else(|| var("HOME").map(|dir| dir.join(".local/state/newsvane")))
        .context("where to keep state? Set STATE_DIRECTORY, XDG_STATE_HOME or HOME")
}
