//! `newsvane feeds`: all feeds with their health.

use crate::command::output::show;
use crate::daemon::FeedStatistics;
use crate::model::FeedId;
use crate::store::{FeedFilter, FeedState, Store};
use crate::web::views::feeds::FeedLine;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Articles that the delay is taken from are no older than this.
const RECENT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A feed as the page shows it, with what is worked out from its articles.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    line: FeedLine,
    /// The median time from an entry's publication to its article's reading.
    median_delay_s: Option<f64>,
}

pub(super) async fn list(store: &Arc<dyn Store>, json: bool) -> anyhow::Result<ExitCode> {
    let now = Timestamp::now();
    let feeds = store.feeds(FeedFilter::All).await?;
    let delays = store.feed_delays(now - RECENT).await?;
    let delays: HashMap<FeedId, Duration> = delays.into_iter().collect();
    let rows: Vec<Row> = feeds
        .into_iter()
        .map(|feed| Row {
            median_delay_s: delays.get(&feed.id).map(Duration::as_secs_f64),
            line: FeedLine::of(feed, FeedStatistics::of, now),
        })
        .collect();
    if json {
        for row in &rows {
            anstream::println!("{}", serde_json::to_string(row)?);
        }
    } else if rows.is_empty() {
        anstream::println!(
            "none yet; they stand in watchlist.toml, and `newsvane run` takes them over"
        );
    } else {
        let head = [
            "FEED",
            "LAST SUCCESS",
            "NEXT POLL",
            "ENTRIES",
            "A DAY",
            "DELAY",
            "LAST NEW",
            "HEALTH",
        ];
        let cells: Vec<_> = rows.iter().map(|row| cells(row, now)).collect();
        anstream::print!("{}", show::table(&head, &cells));
    }
    let is_troubled = rows.iter().any(|Row { line, .. }| {
        let feed = &line.feed;
        let is_well = feed.failures == 0 && feed.silent_since.is_none();
        feed.state == FeedState::Gone || (feed.state == FeedState::Active && !is_well)
    });
    Ok(if is_troubled {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

fn cells(row: &Row, now: Timestamp) -> Vec<String> {
    let feed = &row.line.feed;
    let when =
        |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), |at| show::distance(at, now));
    let nothing = || "-".to_owned();
    vec![
        show::line(feed.title.as_deref().unwrap_or(&feed.url), 40),
        when(feed.succeeded),
        when(feed.next.filter(|_| feed.state == FeedState::Active)),
        feed.entries.to_string(),
        row.line.entries_a_day.map_or_else(nothing, rhythm),
        row.median_delay_s.map_or_else(nothing, delay),
        when(feed.last_new),
        health(row, now),
    ]
}

/// `0.3`, `12`: no more digits than are known.
fn rhythm(entries_a_day: f64) -> String {
    if entries_a_day < 10.0 {
        format!("{entries_a_day:.1}")
    } else {
        format!("{entries_a_day:.0}")
    }
}

fn delay(seconds: f64) -> String {
    match seconds {
        s if s < 60.0 => format!("{s:.0} s"),
        s if s < 3_600.0 => format!("{:.0} min", s / 60.0),
        s if s < 48.0 * 3_600.0 => format!("{:.0} h", s / 3_600.0),
        s => format!("{:.0} d", s / 86_400.0),
    }
}

/// How a feed is, and what to do where something is wrong with it.
fn health(row: &Row, now: Timestamp) -> String {
    let feed = &row.line.feed;
    match feed.state {
        FeedState::Gone => format!(
            "gone for good (410): take {} out of the watchlist, or set its new address",
            feed.url
        ),
        FeedState::Removed => "not in the watchlist".to_owned(),
        FeedState::Active if row.line.held_until.is_some() => format!(
            "on hold until {} UTC: its host asked clients to wait (429 or Retry-After)",
            row.line.held_until.map(show::time).unwrap_or_default()
        ),
        FeedState::Active => match &feed.error {
            Some(error) => format!(
                "failed {}{}: {} ({})",
                feed.in_a_row(),
                row.line
                    .failing_since
                    .map(|since| format!(" since {} UTC", show::time(since)))
                    .unwrap_or_default(),
                show::line(error, 160),
                feed.url
            ),
            None if feed.polled.is_none() => "not polled yet".to_owned(),
            None if feed.entries == 0 => format!(
                "ok, but without entries: is {} the right address?",
                feed.url
            ),
            None => feed.silent_since.map_or_else(
                || "ok".to_owned(),
                |since| {
                    format!(
                        "no new entry since {}, which is unusual for it: has {} moved?",
                        show::distance(since, now),
                        feed.url
                    )
                },
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_no_more_digits_than_are_known() {
        assert_eq!([0.04, 3.21, 48.6].map(rhythm), ["0.0", "3.2", "49"]);
        assert_eq!(
            [12.4, 90.0, 7_200.0, 400_000.0].map(delay),
            ["12 s", "2 min", "2 h", "5 d"]
        );
    }
}
