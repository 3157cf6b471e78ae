//! What a reload changes, in words: "2 feeds added, watch x changed".

use crate::config::settings::Settings;
use crate::config::watchlist::{FeedSpec, WatchSpec, Watchlist};
use crate::http::feed_name;
use crate::matcher::{Conditions, EntitySpec};
use rustc_hash::FxHasher;
use serde_json::Value;
use std::collections::HashMap;
use std::hash::Hasher as _;

/// Most names in one phrase; more are counted.
const MAX_NAMED: usize = 3;

/// What `after` has that `before` had not, and the other way round.
pub(crate) fn between(before: &Watchlist, after: &Watchlist) -> Vec<String> {
    let mut changes = Vec::new();
    compare("feed", &feeds(before), &feeds(after), &mut changes);
    compare("entity", &entities(before), &entities(after), &mut changes);
    compare("watch", &watches(before), &watches(after), &mut changes);
    changes
}

/// Whether two feeds have the same settings, wherever they stand in their files.
pub(crate) fn is_same_feed(one: Option<&FeedSpec>, other: Option<&FeedSpec>) -> bool {
    let without_place = |feed: &FeedSpec| FeedSpec {
        at: 0,
        ..feed.clone()
    };
    one.map(without_place) == other.map(without_place)
}

/// The keys that differ, such as `http.timeout` and `receiver.ops`. Never a value:
/// it may be a secret.
pub(crate) fn keys(before: &Settings, after: &Settings) -> Vec<String> {
    let json = |settings| serde_json::to_value(settings).unwrap_or_default();
    let mut keys = Vec::new();
    add_keys("", &json(before), &json(after), &mut keys);
    keys
}

fn add_keys(at: &str, before: &Value, after: &Value, keys: &mut Vec<String>) {
    if before == after {
        return;
    }
    let depth = at.split('.').filter(|part| !part.is_empty()).count();
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        keys.push(at.to_owned());
        return;
    };
    if depth == 2 {
        keys.push(at.to_owned());
        return;
    }
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let inner = if at.is_empty() {
            name.clone()
        } else {
            format!("{at}.{name}")
        };
        let none = Value::Null;
        let [before, after] = [before, after].map(|table| table.get(name).unwrap_or(&none));
        add_keys(&inner, before, after, keys);
    }
}

/// Names with a fingerprint of what is written under each, without its place.
type Written = Vec<(String, u64)>;

fn feeds(list: &Watchlist) -> Written {
    let one = |feed: &FeedSpec| {
        let bare = FeedSpec {
            at: 0,
            ..feed.clone()
        };
        (feed_name(&feed.url), fingerprint(&format!("{bare:?}")))
    };
    list.feeds.iter().map(one).collect()
}

fn entities(list: &Watchlist) -> Written {
    let one = |entity: &EntitySpec| (format!("@{}", entity.name.text), fingerprint(entity));
    list.entities.iter().map(one).collect()
}

fn watches(list: &Watchlist) -> Written {
    let one = |(watch, conditions): (&WatchSpec, &Conditions)| {
        let mut alert = watch.alert.clone();
        if let Some(alert) = &mut alert {
            alert.at = 0;
        }
        let terms = format!("{} {alert:?}", watch.name);
        (watch.id.to_string(), fingerprint(&(terms, conditions)))
    };
    list.watches.iter().zip(&list.conditions).map(one).collect()
}

fn fingerprint(written: &impl std::hash::Hash) -> u64 {
    let mut hasher = FxHasher::default();
    written.hash(&mut hasher);
    hasher.finish()
}

fn compare(what: &str, before: &Written, after: &Written, changes: &mut Vec<String>) {
    let was: HashMap<&str, u64> = before
        .iter()
        .map(|(name, hash)| (name.as_str(), *hash))
        .collect();
    let is: HashMap<&str, u64> = after
        .iter()
        .map(|(name, hash)| (name.as_str(), *hash))
        .collect();
    let name = |(name, _): &'_ &(String, u64)| name.clone();
    let added = after
        .iter()
        .filter(|(name, _)| !was.contains_key(name.as_str()));
    let removed = before
        .iter()
        .filter(|(name, _)| !is.contains_key(name.as_str()));
    let changed = after
        .iter()
        .filter(|(name, hash)| was.get(name.as_str()).is_some_and(|was| was != hash));
    let added: Vec<String> = added.map(|one| name(&one)).collect();
    let removed: Vec<String> = removed.map(|one| name(&one)).collect();
    let changed: Vec<String> = changed.map(|one| name(&one)).collect();
    for (names, verb) in [(added, "added"), (removed, "removed"), (changed, "changed")] {
        match names.len() {
            0 => {}
            n if n <= MAX_NAMED => {
                changes.push(format!("{} {} {verb}", plural(n, what), names.join(", ")));
            }
            n => changes.push(format!("{n} {} {verb}", plural(n, what))),
        }
    }
}

fn plural(n: usize, what: &str) -> String {
    match (n, what) {
        (1, _) => what.to_owned(),
        (_, "entity") => "entities".to_owned(),
        (_, "watch") => "watches".to_owned(),
        _ => format!("{what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::watchlist::load_str;

    fn check(before: &str, after: &str, wanted: &[&str]) {
        let list = |text: &str| load_str("watchlist.toml", text).unwrap();
        assert_eq!(between(&list(before), &list(after)), wanted);
    }

    const FEED: &str = "[[feed]]\nurl = \"https://paper.example/rss\"\n";
    const WATCH: &str = "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\n";

    #[test]
    fn what_changed_is_named_and_what_only_moved_is_not() {
        let both = format!("{FEED}{WATCH}");
        check(&both, &both, &[]);
        check(&both, &format!("# A remark.\n\n{WATCH}\n{FEED}"), &[]);
        check(FEED, &both, &["watch lights added"]);
        check(&both, WATCH, &["feed https://paper.example/rss removed"]);
        check(
            &both,
            &both.replace("house", "ship"),
            &["watch lights changed"],
        );
        let every = format!("{both}alert = {{ mode = \"every\" }}\n");
        check(&both, &every, &["watch lights changed"]);
        let faster = format!("{FEED}every = \"5m\"\n{WATCH}");
        check(&both, &faster, &["feed https://paper.example/rss changed"]);
        let many = (0..4).map(|n| FEED.replace("paper", &format!("paper{n}")));
        check("# none", &many.collect::<String>(), &["4 feeds added"]);
    }

    #[test]
    fn keys_are_named_without_their_values() {
        let mut other = Settings::default();
        other.http.timeout = crate::model::Span::secs(7);
        other.web.listen = String::new();
        let keys = keys(&Settings::default(), &other);
        assert_eq!(keys, ["http.timeout", "web.listen"]);
    }
}
