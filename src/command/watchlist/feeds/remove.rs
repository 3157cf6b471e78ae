//! `newsvane feeds remove`: takes a feed out of the watchlist's file. The rest of the
//! file stays as it is, comments and all.

use super::append;
use anyhow::Context as _;
use std::path::Path;
use std::process::ExitCode;
use url::Url;

/// Removes the feed, and says so. Exit status 1 if it is not in the watchlist.
pub(super) fn remove(file: &Path, url: &Url) -> anyhow::Result<ExitCode> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let Some(text) = without_feed(&text, url) else {
        let elsewhere = append::addresses(file)?.contains(url.as_str());
        anyhow::ensure!(
            !elsewhere,
            "{url} is in another file of the watchlist, not in {}; remove it there",
            file.display()
        );
        anstream::println!("{url} is not in the watchlist");
        return Ok(ExitCode::from(1));
    };
    append::replace(file, &text)
        .context("nothing was removed: the watchlist would not be valid")?;
    anstream::println!("removed {url} from {}", file.display());
    Ok(ExitCode::SUCCESS)
}

/// The text of a watchlist without the `[[feed]]` of this address; `None` if it has none.
fn without_feed(text: &str, url: &Url) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_head = |line: &&str| line.trim_start().starts_with('[');
    let mut start = 0;
    loop {
        let is_feed = |line: &&str| line.trim_start().starts_with("[[feed]]");
        start += lines[start..].iter().position(is_feed)?;
        let n_lines = lines[start + 1..].iter().position(is_head);
        let end = n_lines.map_or(lines.len(), |n_lines| start + 1 + n_lines);
        // Comments above the next table belong to it.
        let is_comment =
            |line: &&&str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let n_after = lines[start..end]
            .iter()
            .rev()
            .take_while(is_comment)
            .count();
        if is_of(&lines[start..end].concat(), url) {
            let after = if end == lines.len() {
                end
            } else {
                end - n_after
            };
            return Some([&lines[..start], &lines[after..]].concat().concat());
        }
        start = end.min(lines.len());
    }
}

/// Whether a `[[feed]]` has this address.
fn is_of(table: &str, url: &Url) -> bool {
    let Ok(table) = table.parse::<toml::Table>() else {
        return false;
    };
    let feed = table.get("feed").and_then(|feeds| feeds.get(0));
    let written = feed
        .and_then(|feed| feed.get("url"))
        .and_then(toml::Value::as_str);
    written.is_some_and(|written| Url::parse(written).is_ok_and(|written| written == *url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_feeds_own_lines_are_removed() {
        let text = "# mine\n[[feed]]\nurl = \"https://a.example/rss\" # first\n\n\
            [[feed]]\nurl = \"https://b.example/rss\"\ntags = [\"x\"]\n\n# alarms\n[[watch]]\nid = \"w\"\n";
        let check = |url: &str, wanted: Option<&str>| {
            let found = without_feed(text, &Url::parse(url).unwrap());
            assert_eq!(found.as_deref(), wanted, "{url}");
        };
        check(
            "https://B.example/rss",
            Some(
                "# mine\n[[feed]]\nurl = \"https://a.example/rss\" # first\n\n\
                 \n# alarms\n[[watch]]\nid = \"w\"\n",
            ),
        );
        check("https://c.example/rss", None);
        assert_eq!(
            without_feed("", &Url::parse("https://a.example/").unwrap()),
            None
        );
        let last = "[[feed]]\nurl = 'https://a.example/'\n";
        let found = without_feed(last, &Url::parse("https://a.example/").unwrap());
        assert_eq!(found.as_deref(), Some(""));
    }
}
