//! `--config` and `--watchlist`: which files a command works with.

use crate::config::settings::Settings;
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// Where the two files are.
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
    /// The settings, with their file if there is one.
    ///
    /// # Errors
    /// When the file given is not there, or says something that is not known.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        Settings::load(self.settings_file().as_deref())
    }

    /// The settings' file; none where none is given and none is found.
    #[must_use]
    pub fn settings_file(&self) -> Option<PathBuf> {
        self.config
            .clone()
            .or_else(|| crate::config::find("newsvane.toml").ok())
    }

    /// The watchlist's file.
    ///
    /// # Errors
    /// When none is given and none is found.
    pub fn watchlist(&self) -> anyhow::Result<PathBuf> {
        let found = match &self.watchlist {
            Some(given) => given.clone(),
            None => crate::config::find("watchlist.toml").context(
                "give one with --watchlist FILE, or start from the config folder of newsvane",
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
