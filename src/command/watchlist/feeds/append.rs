//! Feeds at the end of the watchlist's file. What a person wrote stays as it
//! is, comments and all; the file with the new feeds is checked whole before it
//! takes the old one's place, and it takes it in one step.

use crate::config::{self, watchlist};
use anyhow::Context as _;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use url::Url;

/// A feed to add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NewFeed {
    pub url: String,
    pub name: Option<String>,
    pub tags: Vec<String>,
}

impl NewFeed {
    /// Its `[[feed]]`.
    pub(super) fn toml(&self) -> String {
        let text = |text: &str| toml::Value::from(text).to_string();
        let mut written = format!("[[feed]]\nurl = {}\n", text(&self.url));
        if let Some(name) = &self.name {
            let _ = writeln!(written, "name = {}", text(name));
        }
        if !self.tags.is_empty() {
            let tags: Vec<_> = self.tags.iter().map(|tag| text(tag)).collect();
            let _ = writeln!(written, "tags = [{}]", tags.join(", "));
        }
        written
    }
}

/// Adds one feed, and says so.
pub(super) fn add(file: &Path, feed: NewFeed) -> anyhow::Result<ExitCode> {
    let (new, known) = sort_out(&addresses(file)?, vec![feed]);
    for feed in &known {
        anstream::println!("{} is in the watchlist already", feed.url);
    }
    if new.is_empty() {
        return Ok(ExitCode::from(1));
    }
    append(file, &new)?;
    for feed in &new {
        anstream::print!("{}", feed.toml());
    }
    anstream::println!("added to {}", file.display());
    Ok(ExitCode::SUCCESS)
}

/// The addresses of the feeds that the watchlist has.
pub(super) fn addresses(file: &Path) -> anyhow::Result<HashSet<String>> {
    let list = load(&config::watchlist_files(Some(file))?, None)?;
    Ok(list
        .feeds
        .iter()
        .map(|feed| same(feed.url.as_str()))
        .collect())
}

/// The feeds that are new, each once, and those that are known.
pub(super) fn sort_out(
    known: &HashSet<String>,
    feeds: Vec<NewFeed>,
) -> (Vec<NewFeed>, Vec<NewFeed>) {
    let mut seen = known.clone();
    feeds
        .into_iter()
        .partition(|feed| seen.insert(same(&feed.url)))
}

/// The form in which two addresses of one feed are the same.
fn same(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.to_string())
}

/// Adds `feeds` to the end of `file`.
///
/// # Errors
/// When the watchlist would not be sound with them, and when the file cannot be
/// written; it is then as it was.
pub(super) fn append(file: &Path, feeds: &[NewFeed]) -> anyhow::Result<()> {
    let mut text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for feed in feeds {
        text.push('\n');
        text.push_str(&feed.toml());
    }
    replace(file, &text).context("nothing was added: the watchlist would not be valid")
}

/// Replaces the text of `file`.
///
/// # Errors
/// If the watchlist would not be valid with it, or the file cannot be written; it is then
/// as it was.
pub(super) fn replace(file: &Path, text: &str) -> anyhow::Result<()> {
    // A link stays a link: the file that it points to is replaced.
    let target =
        std::fs::canonicalize(file).with_context(|| format!("cannot read {}", file.display()))?;
    let draft = Draft::write(&target, text)?;
    let mut files = config::watchlist_files(Some(file))?;
    files[0].clone_from(&draft.0);
    load(&files, Some((&draft.0, file)))?;
    draft.replace(&target)
}

/// Loads the files; in what is wrong with them, `shown.0` is called `shown.1`.
fn load(files: &[PathBuf], shown: Option<(&Path, &Path)>) -> anyhow::Result<watchlist::Watchlist> {
    watchlist::load(files, None).map_err(|found| {
        let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
        let text = texts.join("\n");
        match shown {
            Some((draft, file)) => anyhow::anyhow!(
                text.replace(&draft.display().to_string(), &file.display().to_string())
            ),
            None => anyhow::anyhow!(text),
        }
    })
}

/// A temporary file next to the one that it will replace; removed if it replaces nothing.
struct Draft(PathBuf);

impl Draft {
    fn write(target: &Path, text: &str) -> anyhow::Result<Self> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        // No `.toml` at its end: the watchlist's folder is read by that.
        let path = target.with_file_name(format!(".{name}.{}", std::process::id()));
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::File::create(&path)?;
            file.set_permissions(std::fs::metadata(target)?.permissions())?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        let draft = Self(path.clone());
        write().with_context(|| format!("cannot write {}", path.display()))?;
        Ok(draft)
    }

    fn replace(&self, target: &Path) -> anyhow::Result<()> {
        std::fs::rename(&self.0, target)
            .with_context(|| format!("cannot replace {}", target.display()))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Not there any more once it took the other's place.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(url: &str) -> NewFeed {
        NewFeed {
            url: url.to_owned(),
            name: Some("A \"quoted\" name".to_owned()),
            tags: vec!["wire".to_owned()],
        }
    }

    /// What becomes of a file of this text; `None` if it is refused.
    fn check(before: &str, url: &str, after: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("watchlist.toml");
        std::fs::write(&file, before).unwrap();
        let added = append(&file, &[feed(url)]);
        assert_eq!(added.is_ok(), after.is_some(), "{added:?}");
        let found = std::fs::read_to_string(&file).unwrap();
        assert_eq!(found, after.unwrap_or(before));
        let n_files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(n_files, 1, "nothing is left behind");
    }

    #[test]
    fn what_stood_there_stays_with_its_comments() {
        check(
            "# mine\n[[watch]] # the only one\nid = \"a\"\nany = [\"b\"]",
            "https://a.example/rss",
            Some(
                "# mine\n[[watch]] # the only one\nid = \"a\"\nany = [\"b\"]\n\n[[feed]]\n\
                 url = \"https://a.example/rss\"\nname = 'A \"quoted\" name'\ntags = [\"wire\"]\n",
            ),
        );
    }

    #[test]
    fn a_list_that_would_not_be_sound_is_left_as_it_was() {
        check("[[feed]]\nurl = 3\n", "https://a.example/rss", None);
        check("feed = []\n", "https://a.example/rss", None);
        check("", "ftp://a.example/rss", None);
    }

    #[test]
    fn a_feed_comes_into_the_list_once() {
        let known = HashSet::from(["https://a.example/".to_owned()]);
        let feeds = [
            "https://A.example",
            "https://b.example/",
            "https://b.example",
        ]
        .map(feed);
        let (new, known) = sort_out(&known, feeds.to_vec());
        assert_eq!((new.len(), known.len()), (1, 2));
    }
}
