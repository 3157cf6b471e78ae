//! Reads and checks the files that a person edits, and explains what is wrong in
//! them. The terms and queries of the watchlist are parsed by `matcher`.

pub mod cross_check;
pub mod services;
pub mod diagnostic;
pub mod watchlist;
pub mod settings;
pub mod web;

use std::path::{Path, PathBuf};

/// Where the files are searched, in this order: `$CONFIGURATION_DIRECTORY` (set
/// by systemd), `./config`, `/etc/newsvane`.
#[must_use]
pub fn directories() -> Vec<PathBuf> {
    let given = std::env::var_os("CONFIGURATION_DIRECTORY");
    // systemd separates several directories by colons.
    let given = given.iter().flat_map(std::env::split_paths);
    given
        .chain(["config", "/etc/newsvane"].map(PathBuf::from))
        .collect()
}

/// The file called `name` in the first of [`directories`] that has it.
///
/// # Errors
/// If none has it; the message names the directories.
pub fn find(name: &str) -> anyhow::Result<PathBuf> {
    let directories = directories();
    let found = directories
        .iter()
        .map(|directory| directory.join(name))
        .find(|path| path.is_file());
    found.ok_or_else(|| {
        let places: Vec<String> = directories
            .iter()
            .map(|directory| directory.display().to_string())
            .collect();
        anyhow::anyhow!("there is no {name} in {}", places.join(", "))
    })
}

/// Whether a file of `watchlist.d` is a part of the watchlist: `*.toml`, but no hidden
/// file. Editors and copying programs leave hidden ones, such as `.#x.toml` or
/// `._x.toml`.
fn is_list(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with(['.', '#']) && name.ends_with(".toml") && !path.is_dir()
}

/// The files of the watchlist: `given`, else the one that [`find`] finds; then the
/// `*.toml` files of the folder `watchlist.d` beside it, sorted by name.
///
/// # Errors
/// If no file is given or found, or if the folder cannot be read.
pub fn watchlist_files(given: Option<&Path>) -> anyhow::Result<Vec<PathBuf>> {
    let main = match given {
        Some(path) => path.to_owned(),
        None => find("watchlist.toml")?,
    };
    let mut files = vec![main.clone()];
    let directory = main.with_extension("d");
    if directory.is_dir() {
        let entries = std::fs::read_dir(&directory)
            .map_err(|err| anyhow::anyhow!("cannot read {}: {err}", directory.display()))?;
        let mut more: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| is_list(path))
            .collect();
        more.sort();
        files.append(&mut more);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_editors_leave_are_not_part_of_the_watchlist() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("watchlist.toml");
        let more = folder.path().join("watchlist.d");
        std::fs::write(&main, "").unwrap();
        std::fs::create_dir_all(more.join("old.toml")).unwrap();
        for name in [
            "b.toml",
            "a.toml",
            "._a.toml",
            ".a.toml",
            "a.toml~",
            ".a.toml.swp",
            "#a.toml#",
        ] {
            std::fs::write(more.join(name), "").unwrap();
        }
        // What Emacs leaves beside an edited file: a link that leads nowhere.
        std::os::unix::fs::symlink("me@host.1:2", more.join(".#b.toml")).unwrap();
        let files = watchlist_files(Some(&main)).unwrap();
        assert_eq!(files, [main, more.join("a.toml"), more.join("b.toml")]);
    }
}
