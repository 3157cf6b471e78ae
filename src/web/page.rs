//! The page as HTML: one document without scripts, readable on a phone.

use super::Status;
use crate::store::{AlertView, DeliveryState, FeedState, FeedView, Mute, Muted};
use crate::text::{escape_markup, printable_lines};
use jiff::Timestamp;
use std::fmt::Write as _;

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .75rem; }
dt { font-size: .8rem; opacity: .7; } dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem .3rem 0; vertical-align: top; border-top: 1px solid #8884; }
th { font-size: .8rem; opacity: .7; border: 0; } small { opacity: .7; }
pre { background: #8882; padding: .75rem; overflow-x: auto; } .bad { color: #c33; }
";

/// Most feeds with problems in one part of the list.
pub(super) const MAX_ROWS: usize = 100;

/// The page. `part` is the part of the feeds with problems that `status` contains,
/// from 1.
pub(super) fn render(status: &Status, part: usize) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"refresh\" content=\"10\"><title>newsvane</title><style>{STYLE}</style><h1>newsvane</h1>"
    );
    running(&mut html, status);
    numbers(&mut html, status);
    problems(&mut html, status, part);
    mutes(&mut html, &status.mutes);
    alerts(&mut html, &status.alerts);
    html
}

fn running(html: &mut String, status: &Status) {
    let Some(running) = &status.running else {
        html.push_str("<p class=bad>The daemon is not running.");
        return;
    };
    let _ = write!(
        html,
        "<p>Version {}, running since {}. {} watches, loaded {}.",
        running.version,
        time(running.since),
        running.watches,
        time(running.watchlist_read)
    );
    for trouble in &running.progress.troubles {
        let _ = write!(
            html,
            "<p class=bad>It does not work: {}.",
            escape_markup(trouble)
        );
    }
    if let Some(first) = running.progress.damaged_rows.first() {
        let _ = write!(
            html,
            "<p class=bad>{} rows of the store are damaged, such as {} {} ({}: {}). Everything else goes on; <code>newsvane store check</code> lists them.",
            running.progress.damaged_rows.len(),
            escape_markup(&first.table),
            escape_markup(&first.id),
            escape_markup(&first.column),
            escape_markup(&first.what)
        );
    }
    if let Some(error) = &running.watchlist_error {
        let _ = write!(
            html,
            "<p class=bad>The current watchlist file has errors. The watchlist that was loaded before is still in force.<pre>{}</pre>",
            escape(error)
        );
    }
}

fn numbers(html: &mut String, status: &Status) {
    let n = &status.numbers;
    html.push_str("<dl>");
    for (name, value) in [
        ("feeds", n.feeds),
        ("failing", n.failing),
        ("silent", n.silent),
        ("entries to read", n.unread),
        ("articles", n.articles),
        ("stories", n.stories),
        ("alerts", n.alerts),
        ("to deliver", n.pending),
        ("dead letters", n.dead),
    ] {
        let _ = write!(html, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    html.push_str("</dl>");
}

fn problems(html: &mut String, status: &Status, part: usize) {
    for (name, reason) in &status.disabled_receivers {
        let _ = write!(
            html,
            "<p class=bad>Receiver {} is disabled: {}. Correct this, then run <code>newsvane alerts redeliver --all-dead</code>.",
            escape(name),
            escape(reason)
        );
    }
    if status.troubled_total == 0 {
        return;
    }
    html.push_str("<h2>Feeds with problems</h2><table><tr><th>Feed<th>Problem<th>Next poll");
    for feed in &status.troubled {
        let _ = write!(
            html,
            "<tr><td>{}<td>{}<td>{}",
            escape(feed.title.as_deref().unwrap_or(&feed.url)),
            problem_of(feed),
            feed.next.map_or_else(|| "never".to_owned(), time),
        );
    }
    html.push_str("</table>");
    parts(html, status.troubled_total, part);
}

/// Links to the other parts of the feeds with problems.
fn parts(html: &mut String, n_feeds: usize, part: usize) {
    let n_parts = n_feeds.div_ceil(MAX_ROWS);
    if n_parts < 2 {
        return;
    }
    let _ = write!(html, "<p>{n_feeds} feeds, part {part} of {n_parts}.");
    for (to, name) in [(part.wrapping_sub(1), "Previous"), (part + 1, "Next")] {
        if (1..=n_parts).contains(&to) {
            let _ = write!(html, " <a href=\"?page={to}\">{name}</a>");
        }
    }
}

fn problem_of(feed: &FeedView) -> String {
    let (error, silent_since) = (feed.error.as_deref(), feed.silent_since);
    match (feed.state, error, silent_since) {
        (FeedState::Gone, ..) => "answered 410 Gone; remove it from the watchlist".to_owned(),
        (FeedState::Active | FeedState::Removed, None, Some(since)) => format!(
            "no new entry since {}, which is unusual for it: has it moved?",
            time(since)
        ),
        (FeedState::Active | FeedState::Removed, error, _) => format!(
            "{} <small>{}</small>",
            escape(error.unwrap_or("not polled successfully yet")),
            feed.in_a_row()
        ),
    }
}

fn mutes(html: &mut String, mutes: &[Mute]) {
    for mute in mutes {
        let (kind, name) = match &mute.muted {
            Muted::Watch(id) => ("Watch", id.as_str()),
            Muted::Feed(url) => ("Feed", url.as_str()),
        };
        let reason = mute
            .reason
            .as_deref()
            .map(|why| format!(" ({})", escape(why)));
        let _ = write!(
            html,
            "<p>{kind} {} is muted until {}{}.",
            escape(name),
            time(mute.until),
            reason.unwrap_or_default()
        );
    }
}

fn alerts(html: &mut String, alerts: &[AlertView]) {
    html.push_str("<h2>Newest alerts</h2>");
    if alerts.is_empty() {
        html.push_str("<p>None yet.");
        return;
    }
    html.push_str("<table><tr><th>Time<th>Article<th>Watch<th>Delivered");
    for alert in alerts {
        let delivered = |state| {
            alert
                .deliveries
                .iter()
                .filter(|delivery| delivery.state == state)
                .count()
        };
        let _ = write!(
            html,
            "<tr><td>{}<td>{}<br><small>{} {}</small><td>{}<td>{} of {}",
            time(alert.created),
            escape(alert.title.as_deref().unwrap_or("")),
            escape(&alert.kind),
            escape(alert.source.as_deref().unwrap_or("")),
            escape(alert.watch.as_ref().map_or("", |watch| watch.as_str())),
            delivered(DeliveryState::Delivered),
            alert.deliveries.len(),
        );
    }
    html.push_str("</table>");
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Text of feeds for the page: never markup, and without characters that change the
/// direction of the text after it.
fn escape(text: &str) -> String {
    escape_markup(&printable_lines(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_has_links_to_its_other_parts() {
        let check = |n_feeds, part, want: &str| {
            let mut html = String::new();
            parts(&mut html, n_feeds, part);
            assert_eq!(html, want);
        };
        check(100, 1, "");
        check(
            250,
            2,
            "<p>250 feeds, part 2 of 3. <a href=\"?page=1\">Previous</a> <a href=\"?page=3\">Next</a>",
        );
        check(
            250,
            3,
            "<p>250 feeds, part 3 of 3. <a href=\"?page=2\">Previous</a>",
        );
    }

    #[test]
    fn text_of_feeds_is_escaped_on_the_page() {
        assert_eq!(
            escape("<b onclick='x'>\u{1b}&"),
            "&lt;b onclick=&#39;x&#39;&gt; &amp;"
        );
    }
}
