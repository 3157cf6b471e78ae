//! `newsvane init`: writes newsvane.toml and watchlist.toml to start from.

use crate::config::watchlist;
use anyhow::Context as _;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The settings as they are shipped: every key, explained.
const SETTINGS: &str = include_str!("../../../config/newsvane.toml");

/// Arguments of `newsvane init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write to
    #[arg(default_value = "config")]
    folder: PathBuf,
    /// The first feed's URL; asked for on a terminal
    #[arg(long, value_name = "URL")]
    feed: Option<String>,
    /// Words or a name to watch for; asked for on a terminal
    #[arg(long, value_name = "WORDS")]
    watch: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When a file exists already or cannot be written, or an answer makes no valid
/// watchlist; then nothing is written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = args.folder.join("newsvane.toml");
    let list = args.folder.join("watchlist.toml");
    for file in [&settings, &list] {
        anyhow::ensure!(
            fs::symlink_metadata(file).is_err(),
            "{} exists; it is left as it is",
            file.display()
        );
    }
    let feed = given_or_asked(
        args.feed.as_deref(),
        "URL of a feed",
        "https://feeds.bbci.co.uk/news/world/rss.xml",
    )?;
    let words = given_or_asked(
        args.watch.as_deref(),
        "What to watch for (a name or words)",
        "earthquake",
    )?;
    let text = first_watchlist(&feed, &words);
    fs::create_dir_all(&args.folder)
        .with_context(|| format!("cannot create {}", args.folder.display()))?;
    write_new(&list, &text)?;
    if let Err(found) = watchlist::load(std::slice::from_ref(&list), None) {
        fs::remove_file(&list)?;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        anyhow::bail!(found.join("\n"));
    }
    write_new(&settings, SETTINGS)?;
    anstream::println!("wrote {} and {}", settings.display(), list.display());
    anstream::println!(
        "next: `newsvane check`, then `newsvane run`; alerts are printed on the terminal"
    );
    anstream::println!("until a receiver in {} says otherwise", settings.display());
    Ok(ExitCode::SUCCESS)
}

/// The value that was given, else the answer of the person at the terminal,
/// else `example`.
fn given_or_asked(given: Option<&str>, question: &str, example: &str) -> anyhow::Result<String> {
    if let Some(given) = given {
        return Ok(given.trim().to_owned());
    }
    if !io::stdin().is_terminal() {
        return Ok(example.to_owned());
    }
    anstream::print!("{question} [{example}]: ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(if answer.is_empty() { example } else { answer }.to_owned())
}

/// A watchlist with one feed and one watch.
fn first_watchlist(feed: &str, words: &str) -> String {
    // Both are strings from outside: a JSON string is a valid TOML string too.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let id: String = words
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    let id = if id.is_empty() { "first-watch" } else { &id };
    format!(
        "# watchlist.toml: what newsvane reads, and what it alerts you about.
#
# Edit and save: a running newsvane uses the new list at once. `newsvane check`
# says what is wrong with it, by line and column.

# ---- feeds: RSS, Atom or JSON Feed; `newsvane feeds discover SITE` finds them ----

[[feed]]
url = {feed}

# ---- entities: a name with all its spellings, defined once -----------------------

#[entity.kelmere]
#names = [\"Kelmere Dam\", \"Kelmere reservoir\"]
#short = [\"the dam\"]           # counts only where a name is in the article too

# ---- watches: what to find, and where to send it ----------------------------------
# any: one of these terms    all: each of them    none: never with these
# Words match whole words in title and text; `quake*` matches any ending.

[[watch]]
id  = {id}
any = [{words}]
#none = [\"title:opinion\"]
#alert = {{ to = [\"ops\"], severity = \"high\" }}

  [[watch.test]]
  text  = {example}
  match = true
",
        feed = quoted(feed),
        id = quoted(id),
        words = quoted(words),
        example = quoted(&format!("An invented sentence about {words}.")),
    )
}

/// Writes a file that must not exist yet.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || fs::File::create_new(path)?.write_all(text.as_bytes());
    write().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(folder: &Path, feed: &str, watch: &str) -> Args {
        Args {
            folder: folder.to_owned(),
            feed: Some(feed.to_owned()),
            watch: Some(watch.to_owned()),
        }
    }

    #[test]
    fn the_files_are_valid_and_never_overwritten() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = root.path().join("config");
        run(&args(&folder, "https://news.example/rss", "Kelmere Dam")).expect("it is written");
        let list = watchlist::load(&[folder.join("watchlist.toml")], None).expect("it is valid");
        assert_eq!(list.watches[0].id.as_str(), "kelmere-dam");
        let err = run(&args(&folder, "https://other.example/rss", "x")).expect_err("it exists");
        assert!(err.to_string().contains("exists"), "{err}");
    }

    #[test]
    fn an_answer_that_makes_no_valid_list_writes_nothing() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let err = run(&args(root.path(), "not a URL", "dam")).expect_err("it is no URL");
        assert!(err.to_string().contains("not a URL"), "{err}");
        assert_eq!(fs::read_dir(root.path()).expect("it is there").count(), 0);
    }
}
