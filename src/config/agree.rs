//! What the two files must agree on: receivers that are named and there.

use super::diagnostic::Diagnostic;
use super::settings::Settings;
use super::watchlist::{FeedSpec, Watchlist};
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
            found.push(at(list, feed.at, format!("feed {}: {err}", feed.url), help));
        }
    }
    found
}

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
