//! A watch that is being edited: read with the entities and feeds of the list in
//! force, and written back as it stands in its file.

use super::reader::{self, Reader};
use super::{Diagnostic, MAX_REPORTED, SourceFile, Watchlist, explain, in_order};
use crate::matcher::Matcher;
use crate::model::WatchId;

/// Largest edited text, in bytes.
pub(crate) const MAX_DRAFT: usize = 64 << 10;

/// Reads and compiles the watches in `text`. They may name the entities of `base`, and
/// bring entities of their own; feeds are those of `base`.
///
/// # Errors
/// Everything that is wrong in `text`, in its order.
pub(crate) fn load_draft(
    name: &str,
    text: &str,
    base: &Watchlist,
) -> Result<Watchlist, Vec<Diagnostic>> {
    if text.len() > MAX_DRAFT {
        let message = format!("it has more than {} KiB", MAX_DRAFT >> 10);
        return Err(vec![Diagnostic::whole(name, message)]);
    }
    let files = vec![SourceFile {
        name: name.to_owned(),
        text: text.to_owned(),
    }];
    let mut reader = Reader::new(&files);
    let parts = reader.read();
    let mut diagnostics = reader.into_diagnostics();
    let mut entities = parts.entities;
    let is_own = |name: &str| entities.iter().any(|own| own.name.text == name);
    let others = base.entities.iter();
    let others: Vec<_> = others
        .filter(|entity| !is_own(&entity.name.text))
        .cloned()
        .collect();
    entities.extend(others);
    match Matcher::compile(&parts.conditions, &entities, None) {
        Ok(matcher) if diagnostics.is_empty() => Ok(Watchlist {
            feeds: base.feeds.clone(),
            watches: parts.watches,
            matcher,
            conditions: parts.conditions,
            entities,
            files: files.into(),
        }),
        Ok(_) => Err(in_order(&files, diagnostics)),
        Err(problems) => {
            let problems = problems.iter().take(MAX_REPORTED);
            diagnostics.extend(problems.map(|problem| explain(&files, problem)));
            Err(in_order(&files, diagnostics))
        }
    }
}

/// The text of the watch `id` as it stands in its file, with its tests; `None` where
/// there is no such watch, or where it is not written as a `[[watch]]` table.
pub(crate) fn source_of(list: &Watchlist, id: &WatchId) -> Option<String> {
    let watch = list.watches.iter().find(|watch| watch.id == *id)?;
    let (file, at) = reader::file_and_byte(watch.at);
    let text = &list.files.get(file)?.text;
    let end_of_line = text.get(at..)?.find('\n').map_or(text.len(), |n| at + n);
    let start = text[..end_of_line].rfind("[[watch]]")?;
    let end = start + section(&text[start..]);
    Some(without_trailing_comments(&text[start..end]))
}

/// How many bytes the first table of `text` takes, its sub-tables included.
fn section(text: &str) -> usize {
    let mut length = 0;
    let mut string: Option<&str> = None;
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let head = line.trim_start();
        let is_header = string.is_none() && head.starts_with('[');
        let is_own = head.starts_with("[watch.") || head.starts_with("[[watch.");
        // An array that goes on over several lines may begin a line with a bracket,
        // but not in the first column.
        if n > 0 && is_header && !is_own && line.starts_with('[') {
            break;
        }
        string = string_after(line, string);
        length += line.len();
    }
    length
}

/// The quotes of the string that is still open after `line`, if one of several lines is.
fn string_after<'q>(line: &str, mut open: Option<&'q str>) -> Option<&'q str> {
    let mut rest = line;
    loop {
        let next = match open {
            Some(quotes) => rest.find(quotes).map(|at| (at, quotes)),
            None => ["\"\"\"", "'''"]
                .iter()
                .filter_map(|quotes| rest.find(quotes).map(|at| (at, *quotes)))
                .min(),
        };
        let Some((at, quotes)) = next else {
            return open;
        };
        open = if open.is_some() { None } else { Some(quotes) };
        rest = &rest[at + quotes.len()..];
    }
}

/// Comments at the end belong to the table that follows.
fn without_trailing_comments(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    while lines
        .last()
        .is_some_and(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        lines.pop();
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::super::load_str;
    use super::*;

    const LIST: &str = "\
[[feed]]\nurl = \"https://harbour-courier.example/news.rss\"\n\n\
[entity.ferry]\nnames = [\"ferry\", \"ferries\"]\n\n\
# The first one.\n[[watch]]\nid = \"ferries\"\nall = [\n  \"@ferry\",\n]\n\
  [[watch.test]]\n  text = \"\"\"\n[[watch]] is only text: a ferry\n\"\"\"\n  match = true\n\n\
# The second one.\n[[watch]]\nid = \"piers\"\nany = [\"pier\"]\n";

    #[test]
    fn a_watch_is_written_back_as_it_stands() {
        let list = load_str("watchlist.toml", LIST).unwrap();
        let of = |id: &str| source_of(&list, &WatchId::from(id)).unwrap();
        assert_eq!(of("piers"), "[[watch]]\nid = \"piers\"\nany = [\"pier\"]\n");
        let ferries = of("ferries");
        assert!(
            ferries.starts_with("[[watch]]\nid = \"ferries\""),
            "{ferries}"
        );
        assert!(ferries.ends_with("match = true\n"), "{ferries}");
        assert_eq!(source_of(&list, &WatchId::from("none")), None);
    }

    #[test]
    fn a_draft_knows_the_entities_of_the_list() {
        let list = load_str("watchlist.toml", LIST).unwrap();
        let text = source_of(&list, &WatchId::from("ferries")).unwrap();
        let draft = load_draft("watch", &text, &list).unwrap();
        assert_eq!(draft.watches.len(), 1);
        assert_eq!(draft.feeds.len(), 1);
        let wrong = text.replace("@ferry", "@fery");
        let errors = load_draft("watch", &wrong, &list).unwrap_err();
        assert_eq!((errors.len(), errors[0].line), (1, 4), "{errors:?}");
    }
}
