//! What the two files must agree on: receivers that are named and there, and
//! somebody to tell for each watch.

use crate::config::diagnostic::Diagnostic;
use crate::config::settings::Settings;
use crate::config::watchlist::{FeedSpec, WatchSpec, Watchlist};
use crate::extract::{Overrides, SelectorError};
use crate::matcher::Problem;

/// What is wrong between `settings` and `list`, and in the feeds' selectors.
/// `receivers` are the names that alerts can go to.
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

/// The watches of `list` whose alerts go to no receiver: they are recorded, and
/// nobody hears of them.
pub fn untold<'l>(settings: &Settings, list: &'l Watchlist) -> impl Iterator<Item = &'l WatchSpec> {
    let is_told = !settings.defaults.alert.to.is_empty();
    list.watches.iter().filter(move |watch| {
        let own = watch.alert.as_ref().and_then(|alert| alert.to.as_ref());
        own.map_or(!is_told, Vec::is_empty)
    })
}

/// A warning for each watch that tells nobody, up to [`MAX_UNTOLD`].
#[must_use]
pub fn untold_warnings(
    settings: &Settings,
    list: &Watchlist,
    receivers: &[&str],
) -> Vec<Diagnostic> {
    let help = match receivers {
        [] => format!("add a [receiver.NAME] to newsvane.toml, and {WHERE_TO_NAME}"),
        names => format!("{WHERE_TO_NAME}; receivers: {}", names.join(", ")),
    };
    let mut found: Vec<Diagnostic> = untold(settings, list)
        .take(MAX_UNTOLD)
        .map(|watch| {
            let alert = watch.alert.as_ref().filter(|alert| alert.to.is_some());
            let place = alert.map_or(watch.at, |alert| alert.at);
            let message = format!("watch \"{}\" tells nobody", watch.id);
            at(list, place, message, &help).as_warning()
        })
        .collect();
    let n_more = untold(settings, list).skip(MAX_UNTOLD).count();
    if let Some(last) = found.last_mut().filter(|_| n_more > 0) {
        last.message = format!("{}, and so do {n_more} more", last.message);
    }
    found
}

/// Most watches that are told of as telling nobody: with no receiver at all
/// they may be a hundred thousand.
pub const MAX_UNTOLD: usize = 20;

/// What to do about a watch that tells nobody.
pub const WHERE_TO_NAME: &str =
    "name a receiver in its alert = { to = [...] } or in [defaults] alert.to";

/// The feed's own rules for its pages.
///
/// # Errors
/// A selector that is no CSS.
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

    /// Which watches tell nobody, with these settings and this alert.
    fn check(settings: &str, alert: &str, wanted: Option<&str>) {
        let settings: Settings = toml::from_str(settings).expect("the settings are right");
        let text = format!("[[watch]]\nid = \"ferry\"\nany = [\"ferry\"]\n{alert}\n");
        let list = watchlist::load_str("w.toml", &text).expect("the list is right");
        let names: Vec<&str> = settings.receiver.keys().map(String::as_str).collect();
        let found = untold_warnings(&settings, &list, &names);
        let told = found.first().map(ToString::to_string);
        assert_eq!(told.is_some(), wanted.is_some(), "{told:?}");
        for (told, wanted) in told.iter().zip(wanted) {
            assert!(
                told.contains("warning: watch \"ferry\" tells nobody"),
                "{told}"
            );
            assert!(told.contains(wanted), "{told}");
        }
    }

    const OPS: &str = "[receiver.ops]\ntype = \"stdout\"\n";

    #[test]
    fn a_watch_whose_alerts_go_to_no_receiver_is_warned_of() {
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
    fn of_very_many_watches_that_tell_nobody_the_first_are_told_of() {
        let text: String = (0..100)
            .map(|n| format!("[[watch]]\nid = \"w{n}\"\nany = [\"ferry\"]\n"))
            .collect();
        let list = watchlist::load_str("w.toml", &text).expect("the list is right");
        let found = untold_warnings(&Settings::default(), &list, &[]);
        assert_eq!(found.len(), MAX_UNTOLD);
        let last = &found[MAX_UNTOLD - 1].message;
        assert!(last.ends_with("and so do 80 more"), "{last}");
    }
}
