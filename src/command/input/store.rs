//! Which store the commands read: the one of the daemon that runs here.
//!
//! A person's own `newsvane run` keeps its store below the home folder, the
//! service keeps it in `/var/lib/newsvane`. A command looks in both places, so
//! that `sudo newsvane alerts list` shows what the service sent.

use crate::command::input::files::Files;
use crate::config::settings::{Settings, state_dir};
use crate::control::{self, Answer, Request};
use crate::store::{self, Store};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the shipped unit keeps the state. With `DynamicUser=` the first is a
/// link to the second, which only root may enter.
const SERVICE_DIRS: [&str; 2] = ["/var/lib/newsvane", "/var/lib/private/newsvane"];

/// Opens the store that newsvane.toml names. A daemon may be running.
///
/// # Errors
/// When there is no store, or it may not be read; the message says where it was
/// looked for and what to do.
pub(in crate::command) fn open(files: &Files) -> anyhow::Result<Arc<dyn Store>> {
    let settings = files.settings()?;
    let folder = folder_of(&settings)?;
    Ok(store::open(&settings.store.url, &folder)?)
}

/// The file of the store that newsvane.toml names.
///
/// # Errors
/// As [`open`].
pub(in crate::command) fn path(files: &Files) -> anyhow::Result<PathBuf> {
    let settings = files.settings()?;
    let folder = folder(&settings.store.url, &folders())?;
    Ok(store::sqlite_path(&settings.store.url, &folder)?)
}

/// Asks the daemon that runs on the store which newsvane.toml names.
///
/// # Errors
/// As [`open`], and when no daemon answers.
pub(in crate::command) async fn ask(files: &Files, request: &Request) -> anyhow::Result<Answer> {
    match control::ask(&control::path(&path(files)?), request).await? {
        Answer::Refused { error } => anyhow::bail!(error),
        answer => Ok(answer),
    }
}

/// The error for an answer of the daemon that does not fit the request.
pub(in crate::command) fn unexpected() -> anyhow::Error {
    anyhow::anyhow!(
        "the daemon's answer does not fit the request: it may be of another version; restart it"
    )
}

/// The folder that holds the store which the settings name.
///
/// # Errors
/// As [`open`].
pub(in crate::command) fn folder_of(settings: &Settings) -> anyhow::Result<PathBuf> {
    folder(&settings.store.url, &folders())
}

/// The folders that may hold the store, the likeliest first.
fn folders() -> Vec<PathBuf> {
    let own = state_dir().ok();
    let is_given = std::env::var_os("STATE_DIRECTORY").is_some_and(|dir| !dir.is_empty());
    let service = SERVICE_DIRS.iter().map(PathBuf::from);
    own.into_iter()
        .chain(service.filter(|_| !is_given))
        .collect()
}

/// The first of `folders` that holds the store of `url`.
fn folder(url: &str, folders: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let mut refused = None;
    for folder in folders {
        let path = store::sqlite_path(url, folder)?;
        match std::fs::File::open(&path) {
            Ok(_) => return Ok(folder.clone()),
            Err(err) if err.kind() == io::ErrorKind::PermissionDenied => {
                refused.get_or_insert(path);
            }
            Err(_) => {}
        }
    }
    if let Some(path) = refused {
        anyhow::bail!(
            "cannot read {}: permission denied; ask as root, as in `sudo newsvane status`",
            path.display()
        );
    }
    let looked: Vec<String> = folders.iter().map(|folder| shown(url, folder)).collect();
    anyhow::bail!(
        "there is no store yet: looked for {}; `newsvane run` makes one, STATE_DIRECTORY names another folder",
        looked.join(", ")
    )
}

fn shown(url: &str, folder: &Path) -> String {
    store::sqlite_path(url, folder).map_or_else(
        |_| folder.display().to_string(),
        |path| path.display().to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_with_a_store_is_read() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (home, service) = (root.path().join("home"), root.path().join("service"));
        for dir in [&home, &service] {
            std::fs::create_dir(dir).expect("the folder is new");
        }
        let both = [home.clone(), service.clone()];
        let url = "sqlite:newsvane.db";
        let err = folder(url, &both).expect_err("both are empty").to_string();
        assert!(
            err.contains("home/newsvane.db") && err.contains("service/newsvane.db"),
            "{err}"
        );
        std::fs::write(service.join("newsvane.db"), "").expect("a file is written");
        assert_eq!(folder(url, &both).expect("one has it"), service);
        std::fs::write(home.join("newsvane.db"), "").expect("a file is written");
        assert_eq!(folder(url, &both).expect("both have it"), home);
    }
}
