//! Checks that need both files: whether every receiver that is named exists, and
//! whether every watch has a receiver.

use crate::config::diagnostic::Diagnostic;
use crate::config::settings::Settings;
use crate::config::watchlist::{FeedSpec, WatchSpec, Watchlist};
use crate::extract::{Overrides, SelectorError};
use crate::matcher::Problem;

/// Where `settings` and `list` contradict each other, and which CSS selectors of
/// feeds are invalid. `receivers` are the names of all receivers.
#[must_use]
pub fn disagreements(settings: &Settings, list: &Watchlist, receivers: &[&str]) -> Vec<Diagnostic> {
    let known = format!("its receivers are: {}", receivers.join(", "));
    let is_unknown = |name: &&String| !receivers.contains(&name.as_str());
    let mut found = Vec::new();
    for watch in &list.watches {
        let Some(alert) = &watch.alert else { continue };
        for name in alert.to.iter().flatten().filter(is_unknown) {
            let message = format!(
                "watch \"{}\": newsvane.toml has no receiver {name:?}",
                watch.id
            );
            found.push(at(list, alert.at, message, &known));
        }
    }
    let defaults = &settings.defaults;
    for (key, names) in [
        ("alert.to", &defaults.alert.to),
        ("health", &defaults.health),
    ] {
        for name in names.iter().filter(is_unknown) {
            let message = format!("defaults.{key}: there is no [receiver.{name}]");
            found.push(Diagnostic::whole("newsvane.toml", message).with_help(known.clone()));
        }
    }
    for feed in &list.feeds {
        if let Err(err) = overrides(feed) {
            let help = "write a CSS selector, as in \"article .story-body\"";
            found.push(at(
                list,
                feed.at,
                format!("feed {}: {err}", crate::http::shown_url(&feed.url)),
                help,
            ));
        }
    }
    found
}

/// The watches of `list` without a receiver: their alerts are recorded, but sent to
/// nobody.
pub fn without_receiver<'l>(
    settings: &Settings,
    list: &'l Watchlist,
) -> impl Iterator<Item = &'l WatchSpec> {
    let has_default = !settings.defaults.alert.to.is_empty();
    list.watches.iter().filter(move |watch| {
        let own = watch.alert.as_ref().and_then(|alert| alert.to.as_ref());
        own.map_or(!has_default, Vec::is_empty)
    })
}

/// A warning for each watch without a receiver, at most [`MAX_WITHOUT_RECEIVER`].
#[must_use]
pub fn receiver_warnings(
    settings: &Settings,
    list: &Watchlist,
    receivers: &[&str],
) -> Vec<Diagnostic> {
    let help = match receivers {
        [] => format!("add a [receiver.NAME] to newsvane.toml, and {HOW_TO_NAME_RECEIVER}"),
        names => format!("{HOW_TO_NAME_RECEIVER}; receivers: {}", names.join(", ")),
    };
    let mut found: Vec<Diagnostic> = without_receiver(settings, list)
        .take(MAX_WITHOUT_RECEIVER)
        .map(|watch| {
            let alert = watch.alert.as_ref().filter(|alert| alert.to.is_some());
            let place = alert.map_or(watch.at, |alert| alert.at);
            let message = format!("watch \"{}\" alerts nobody: it has no receiver", watch.id);
            at(list, place, message, &help).as_warning()
        })
        .collect();
    let n_more = without_receiver(settings, list)
        .skip(MAX_WITHOUT_RECEIVER)
        .count();
    if let Some(last) = found.last_mut().filter(|_| n_more > 0) {
        last.message = format!("{}; {n_more} more have none either", last.message);
    }
    found
}

/// Most watches without a receiver that are reported one by one: if the settings
/// have no receiver at all, there may be a hundred thousand.
pub const MAX_WITHOUT_RECEIVER: usize = 20;

/// How to give a watch a receiver.
pub const HOW_TO_NAME_RECEIVER: &str =
    "name a receiver in its alert = { to = [...] } or in [defaults] alert.to";

/// The feed's own rules for its pages.
///
/// # Errors
/// If a CSS selector is invalid.
pub fn overrides(feed: &FeedSpec) -> Result<Overrides, SelectorError> {
    Overrides::new(feed.article_selector.as_deref(), &feed.remove)
}

fn at(list: &Watchlist, at: u64, message: String, help: &str) -> Diagnostic {
    list.diagnostic(&Problem {
        at,
        span: 0..0,
        message,
        help: Some(help.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::watchlist;

    /// Checks the warning about a watch with these settings and this alert.
    fn check(settings: &str, alert: &str, wanted: Option<&str>) {
        let settings: Settings = toml::from_str(settings).expect("the settings are valid");
        let text = format!("[[watch]]\nid = \"ferry\"\nany = [\"ferry\"]\n{alert}\n");
        let list = watchlist::load_str("w.toml", &text).expect("the list is valid");
        let names: Vec<&str> = settings.receiver.keys().map(String::as_str).collect();
        let found = receiver_warnings(&settings, &list, &names);
        let shown = found.first().map(ToString::to_string);
        assert_eq!(shown.is_some(), wanted.is_some(), "{shown:?}");
        for (shown, wanted) in shown.iter().zip(wanted) {
            assert!(
                shown.contains("warning: watch \"ferry\" alerts nobody"),
                "{shown}"
            );
            assert!(shown.contains(wanted), "{shown}");
        }
    }

    const OPS: &str = "[receiver.ops]\ntype = \"stdout\"\n";

    #[test]
    fn a_watch_without_a_receiver_gets_a_warning() {
        let defaults = format!("{OPS}[defaults]\nalert = {{ to = [\"ops\"] }}\n");
        check(OPS, "", Some("w.toml:1:1"));
        check(
            OPS,
            "alert = { severity = \"high\" }",
            Some("receivers: ops"),
        );
        check(OPS, "alert = { to = [\"ops\"] }", None);
        check(&defaults, "", None);
        check(&defaults, "alert = { severity = \"high\" }", None);
        check(&defaults, "alert = { to = [] }", Some("w.toml:4:9"));
        check("", "", Some("add a [receiver.NAME]"));
    }

    #[test]
    fn of_many_watches_without_a_receiver_the_first_get_a_warning() {
        let text: String = (0..100)
            .map(|n| format!("[[watch]]\nid = \"w{n}\"\nany = [\"ferry\"]\n"))
            .collect();
        let list = watchlist::load_str("w.toml", &text).expect("the list is valid");
        let found = receiver_warnings(&Settings::default(), &list, &[]);
        assert_eq!(found.len(), MAX_WITHOUT_RECEIVER);
        let last = &found[MAX_WITHOUT_RECEIVER - 1].message;
        assert!(last.ends_with("80 more have none either"), "{last}");
    }
}
