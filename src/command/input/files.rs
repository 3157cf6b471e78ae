//! The options `--config` and `--watchlist`: which files a command reads.

use crate::config::settings::Settings;
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// Where newsvane.toml and the watchlist are.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Files {
    /// The service's settings [default: newsvane.toml in $CONFIGURATION_DIRECTORY, ./config or /etc/newsvane]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Feeds, entities and watches [default: watchlist.toml, looked for in the same places]
    #[arg(long, value_name = "FILE", global = true)]
    pub watchlist: Option<PathBuf>,
}

impl Files {
    /// The settings: the defaults, the file if there is one, the environment.
    ///
    /// # Errors
    /// When the given file does not exist, or holds an unknown key or a wrong value.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        Settings::load(self.settings_file().as_deref())
    }

    /// The path of newsvane.toml; `None` where none is given and none is found.
    #[must_use]
    pub fn settings_file(&self) -> Option<PathBuf> {
        self.config
            .clone()
            .or_else(|| crate::config::find("newsvane.toml").ok())
    }

    /// The path of the watchlist.
    ///
    /// # Errors
    /// When none is given and none is found.
    pub fn watchlist(&self) -> anyhow::Result<PathBuf> {
        let found = match &self.watchlist {
            Some(given) => given.clone(),
            None => crate::config::find("watchlist.toml").context(
                "give one with --watchlist FILE, or run in the folder that holds `config/`",
            )?,
        };
        anyhow::ensure!(
            Path::new(&found).exists(),
            "there is no {}",
            found.display()
        );
        Ok(found)
    }
}
