//! `newsvane.toml`: built-in defaults, overridden by the file, overridden by the
//! environment (`NEWSVANE__STORE__URL=...`).
//!
//! The keys of most tables are defined in the module that uses them
//! (`http::Settings`, `store::Settings`, ...). They are put together here.

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
    /// Where state is kept, and for how long.
    pub store: store::Settings,
    /// How newsvane fetches and posts.
    pub http: http::Settings,
    /// When feeds are polled.
    pub scheduler: SchedulerSettings,
    /// How many articles are remembered to recognise a story.
    pub story: StorySettings,
    /// How much is done at the same time.
    pub daemon: DaemonSettings,
    /// Where alerts go, by name.
    pub receiver: BTreeMap<String, ReceiverSettings>,
    /// Defaults for watches that do not set these keys.
    pub defaults: Defaults,
    /// The status page.
    pub web: Web,
    /// The log.
    pub log: Log,
}

/// `[daemon]`: how much is done at the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DaemonSettings {
    /// Most polls at the same time.
    pub polls: usize,
    /// Most articles read at the same time.
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

/// `[defaults]`: defaults for watches that do not set these keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// When and where watches alert.
    pub alert: AlertDefaults,
    /// The receivers of newsvane's own problems: a feed that fails, is unusually
    /// silent, or has recovered. Empty: they are only in the log and in
    /// `newsvane feeds`.
    pub health: Vec<String>,
}

/// `[defaults] alert = { ... }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AlertDefaults {
    /// When a watch alerts: `every` | `first` | `story`.
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

/// When watches alert that do not set a mode.
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
    /// How long the watch is quiet after an alert.
    pub cooldown: Option<std::time::Duration>,
    /// Most alerts in a period.
    pub budget: Option<Budget>,
    /// How urgent its alerts are.
    pub severity: Option<Severity>,
    /// The least number of independent outlets for a spike.
    pub min_sources: u32,
    /// How much of an article has to be new for a development, if the watch sets
    /// its own limit.
    pub development: Option<f32>,
}

/// The least number of independent outlets for a spike, for watches that do not set it.
pub const MIN_SOURCES: u32 = 3;

impl AlertTerms {
    /// The kind of an article for a watch with these terms. The watch's own limit
    /// decides between developments and independent reports with little that is
    /// new. `newness` is how much of the article is new to its story; `None` if
    /// that was not recorded.
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

    /// What the watch looks for over time, if it alerts on spikes or silences.
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
    /// The format of log lines.
    pub format: LogFormat,
    /// What is logged, such as `info` or `newsvane=debug`. The variable `RUST_LOG`
    /// overrides it.
    pub level: Option<String>,
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// `journald` under systemd, `pretty` on a terminal, else `json`.
    #[default]
    Auto,
    /// For people.
    Pretty,
    /// One JSON object per line.
    Json,
    /// The systemd journal, with fields.
    Journald,
}

impl Settings {
    /// The built-in defaults, overridden by `file` if there is one, overridden by
    /// the environment.
    ///
    /// # Errors
    /// If the file cannot be read or has an unknown key or value; the error says
    /// where, and what may have been meant.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let text = match file {
            Some(file) => std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?,
            None => String::new(),
        };
        // Errors of `config` have no line; those of `toml` do.
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
            .context("a NEWSVANE__... environment variable is not a key of newsvane.toml or has a bad value")
    }
}

/// Where state is kept: `$STATE_DIRECTORY` (set by systemd), else
/// `$XDG_STATE_HOME/newsvane`, else `~/.local/state/newsvane`.
///
/// # Errors
/// If none of these variables is set.
pub fn state_dir() -> anyhow::Result<PathBuf> {
    let var = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    // systemd separates several directories by colons; the first one is used.
    let systemd = std::env::var("STATE_DIRECTORY").ok();
    let systemd = systemd
        .as_deref()
        .and_then(|dirs| dirs.split(':').find(|dir| !dir.is_empty()))
        .map(PathBuf::from);
    systemd
        .or_else(|| var("XDG_STATE_HOME").map(|dir| dir.join("newsvane")))
        .or_else(|| var("HOME").map(|dir| dir.join(".local/state/newsvane")))
        .context("there is no directory for state: set STATE_DIRECTORY, XDG_STATE_HOME or HOME")
}
