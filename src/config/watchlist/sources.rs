//! Lints about feeds, and about the sources and tags that watches name.

use super::Watchlist;
use super::doubt::{problem, strings};
use crate::matcher::{Problem, Source, Written, folded, nearest};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// Most names in one help text.
const MAX_LISTED: usize = 12;

/// Feeds that are in the list twice.
pub(super) fn same_feeds(list: &Watchlist, out: &mut Vec<Problem>) {
    let mut known: FxHashMap<&str, u64> = FxHashMap::default();
    for feed in &list.feeds {
        let Some(&first) = known.get(feed.url.as_str()) else {
            known.insert(feed.url.as_str(), feed.at);
            continue;
        };
        let warning = |at, message| Problem {
            at,
            span: 0..0,
            message,
            help: Some(
                "remove one of the two; the feed is polled once, with the keys of the last"
                    .to_owned(),
            ),
        };
        let first = list.diagnostic(&warning(first, String::new()));
        let message = format!(
            "feed {} is already in {} line {}",
            crate::http::shown_url(&feed.url),
            first.file,
            first.line
        );
        out.push(warning(feed.at, message));
    }
}

/// Tags and names in watches that no feed has. A list without feeds (for
/// `newsvane match`) is not checked: its sources are not known.
pub(super) fn unknown_sources(list: &Watchlist, out: &mut Vec<Problem>) {
    if list.feeds.is_empty() {
        return;
    }
    let known = FeedNames::new(list);
    for conditions in &list.conditions {
        let id = &conditions.id.text;
        let sources = conditions
            .only_sources
            .iter()
            .chain(&conditions.not_sources);
        let missing = sources.filter_map(|written| Some((written, known.missing(written)?)));
        out.extend(missing.map(|(written, (what, help))| {
            problem(
                written,
                format!("watch \"{id}\": no feed has {what}"),
                &help,
            )
        }));
        for written in strings(conditions) {
            for (span, tag) in tags_in(&written.text) {
                if !known.has_tag_with(tag) {
                    let message = format!("watch \"{id}\": no feed has the tag {tag:?}");
                    let help = known.tag_help(tag);
                    out.push(Problem {
                        span,
                        ..problem(written, message, &help)
                    });
                }
            }
        }
    }
}

/// Sources that a watch names both in `only` and in `not`.
pub(super) fn contradictions(list: &Watchlist, out: &mut Vec<Problem>) {
    let key = |written: &Written| match Source::read(&written.text) {
        Source::Tag(tag) => Source::Tag(tag.to_lowercase()),
        other => other,
    };
    for conditions in &list.conditions {
        let only: Vec<Source> = conditions.only_sources.iter().map(key).collect();
        let both = conditions
            .not_sources
            .iter()
            .filter(|not| only.contains(&key(not)));
        out.extend(both.map(|written| {
            let message = format!(
                "watch \"{}\": sources.only and sources.not both name {:?}",
                conditions.id.text, written.text
            );
            problem(
                written,
                message,
                "remove it from one of the two: not excludes it",
            )
        }));
    }
}

/// The names and tags of all feeds.
struct FeedNames<'l> {
    /// The tags in lower case, once each.
    tags: FxHashSet<String>,
    /// The folded tags, each with a space on either side.
    tag_words: Vec<String>,
    /// The names by their folded form.
    names: FxHashMap<String, &'l str>,
    /// Whether every feed has a name. Otherwise the feed's own title may be meant.
    is_all_named: bool,
}

impl<'l> FeedNames<'l> {
    fn new(list: &'l Watchlist) -> Self {
        let tags = list.feeds.iter().flat_map(|feed| &feed.tags);
        let tags: FxHashSet<String> = tags.map(|tag| tag.to_lowercase()).collect();
        let names = list.feeds.iter().filter_map(|feed| feed.name.as_deref());
        Self {
            tag_words: tags
                .iter()
                .map(|tag| format!(" {} ", folded(tag)))
                .collect(),
            tags,
            names: names.map(|name| (folded(name), name)).collect(),
            is_all_named: list.feeds.iter().all(|feed| feed.name.is_some()),
        }
    }

    /// The tag or name of a source that no feed has, and what may be meant.
    fn missing(&self, written: &Written) -> Option<(String, String)> {
        match Source::read(&written.text) {
            Source::Tag(tag) => {
                let is_known = self.tags.contains(&tag.to_lowercase());
                (!is_known).then(|| (format!("the tag {tag:?}"), self.tag_help(&tag)))
            }
            // The host of an article may differ from that of its feed.
            Source::Host(_) => None,
            Source::Name(name) if self.names.contains_key(&name) => None,
            Source::Name(name) => {
                let what = format!("the name {:?}", written.text);
                if self.tags.contains(&name) {
                    return Some((what, format!("did you mean \"tag:{name}\"?")));
                }
                self.is_all_named
                    .then(|| (what, self.name_help(&written.text)))
            }
        }
    }

    /// Whether a term `tag:word` can hit any feed.
    fn has_tag_with(&self, word: &str) -> bool {
        let word = format!(" {} ", folded(word));
        self.tag_words.iter().any(|tag| tag.contains(&word))
    }

    fn tag_help(&self, tag: &str) -> String {
        match nearest(tag, self.tags.iter().map(String::as_str)) {
            Some(near) => format!("did you mean \"tag:{near}\"?"),
            None => listed("tags", self.tags.iter().map(String::as_str)),
        }
    }

    fn name_help(&self, name: &str) -> String {
        match nearest(name, self.names.values().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => listed("names", self.names.values().copied()),
        }
    }
}

/// `the feeds' tags are eu, wire`.
fn listed<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    let more = if names.len() > MAX_LISTED {
        ", ..."
    } else {
        ""
    };
    names.truncate(MAX_LISTED);
    match names.join(", ").as_str() {
        "" => format!("the feeds have no {what}; write tags = [\"...\"] below a [[feed]]"),
        names => format!("the feeds' {what} are {names}{more}"),
    }
}

/// The words after each `tag:` of a term or query, with their place; without those
/// that have wildcards or other signs.
fn tags_in(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let at_a_start = |&(at, _): &(usize, &str)| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ',' | '-'))
    };
    let found = text.match_indices("tag:").filter(at_a_start);
    found.filter_map(|(at, tag)| {
        let rest = text[at + tag.len()..].trim_start();
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',');
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let end = text.len() - rest.len() + word.len();
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        (!word.is_empty() && word.chars().all(is_plain)).then_some((at..end, word))
    })
}

#[cfg(test)]
mod tests {
    use crate::config::watchlist::{lint, load_str};

    const FEEDS: &str = "[[feed]]\nurl = \"https://a.example/rss\"\nname = \"Harbour Wire\"\ntags = [\"wire\", \"EU\"]\n";

    /// Checks the warnings about `feeds` and a watch with the lines `more`.
    fn check(feeds: &str, more: &str, wanted: &[(usize, &str)]) {
        let text = format!("{feeds}[[watch]]\nid = \"ferry\"\n{more}\n");
        let list = load_str("w.toml", &text).expect("the list is right");
        let found = lint(&list);
        assert_eq!(found.len(), wanted.len(), "{more}: {found:#?}");
        for (found, (line, part)) in found.iter().zip(wanted) {
            assert_eq!(found.line, *line, "{found}");
            assert!(found.to_string().contains(part), "{found}");
        }
    }

    #[test]
    fn a_feed_that_is_listed_twice_is_reported_at_the_second_place() {
        let ferry = "any = [\"ferry\"]";
        let again = format!("{FEEDS}[[feed]]\nurl = \"https://A.example/rss\"\n");
        check(&again, ferry, &[(5, "is already in w.toml line 1")]);
        check(FEEDS, ferry, &[]);
    }

    #[test]
    fn a_source_that_no_feed_has_is_reported_with_the_nearest() {
        let check = |sources: &str, wanted: &[(usize, &str)]| {
            let more = format!("any = [\"ferry\"]\nsources = {{ {sources} }}");
            check(FEEDS, &more, wanted);
        };
        check("only = [\"tag:wire\", \"tag:eu\", \"harbour wire\"]", &[]);
        check(
            "only = [\"tag:wires\"]",
            &[(8, "did you mean \"tag:wire\"?")],
        );
        check("not = [\"tag:aggregator\"]", &[(8, "tags are eu, wire")]);
        check("only = [\"wire\"]", &[(8, "did you mean \"tag:wire\"?")]);
        check(
            "only = [\"Harbor Wire\"]",
            &[(8, "did you mean \"Harbour Wire\"?")],
        );
        // The articles of a feed may be on another host.
        check("only = [\"b.example\"]", &[]);
    }

    #[test]
    fn a_tag_that_no_feed_has_is_reported_in_a_query_too() {
        check(FEEDS, "query = 'ferry AND (tag:wire OR tag:eu)'", &[]);
        check(FEEDS, "query = 'ferry AND tag:wir*'", &[]);
        check(
            FEEDS,
            "query = 'ferry AND tag:wier'",
            &[(7, "no feed has the tag \"wier\"")],
        );
        check(
            FEEDS,
            "any = [\"ferry\"]\nnone = [\"tag:sport\"]",
            &[(8, "no feed has the tag \"sport\"")],
        );
    }

    #[test]
    fn names_that_may_be_a_feed_s_own_title_get_no_warning() {
        let nameless = "[[feed]]\nurl = \"https://a.example/rss\"\n";
        let more = "any = [\"ferry\"]\nsources = { only = [\"Harbour Wire\"] }";
        check(nameless, more, &[]);
        check(
            "",
            "any = [\"ferry\"]\nsources = { only = [\"tag:wire\"] }",
            &[],
        );
    }
}
