//! The output of `newsvane backtest`, for a person or for a program.

use super::tally::{Found, Sample, Tally, WatchTally};
use crate::command::output::show;
use crate::command::output::show::marked;
use jiff::Timestamp;
use serde_json::json;
use std::io::{IsTerminal as _, Write};

/// Prints the tally of the period from `since` to `now`.
pub(super) fn print(
    tally: &Tally,
    since: Timestamp,
    now: Timestamp,
    as_json: bool,
) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    // If the archive is younger than `since`, rates over the whole period would be
    // too low.
    let since = tally.first.map_or(since, |first| first.max(since));
    let days = (now.duration_since(since).as_secs_f64() / 86_400.0).max(1.0);
    if as_json {
        for watch in &tally.watches {
            writeln!(out, "{}", as_value(watch, days, tally.has_diff))?;
        }
        return Ok(());
    }
    writeln!(
        out,
        "{} articles since {}",
        tally.n_articles,
        show::time(since)
    )?;
    let head = [
        "MATCHES", "STORIES", "ALERTS", "A DAY", "GAINED", "LOST", "WATCH",
    ];
    let rows: Vec<_> = tally
        .watches
        .iter()
        .map(|watch| row(watch, days, tally.has_diff))
        .collect();
    write!(out, "{}", show::table(&head, &rows))?;
    let is_terminal = std::io::stdout().is_terminal();
    for watch in &tally.watches {
        let parts = [
            ("gained", &watch.gained),
            ("lost", &watch.lost),
            ("found", &watch.found),
        ];
        // With another list, only the difference is shown.
        let parts = parts
            .into_iter()
            .filter(|(name, _)| (*name == "found") != tally.has_diff);
        for (name, found) in parts {
            samples(&mut out, watch, name, found, is_terminal)?;
        }
    }
    Ok(())
}

fn row(watch: &WatchTally, days: f64, has_diff: bool) -> Vec<String> {
    let diff = |found: &Found| {
        if has_diff {
            found.n.to_string()
        } else {
            "-".to_owned()
        }
    };
    vec![
        watch.found.n.to_string(),
        watch.n_stories().to_string(),
        watch.n_alerts().to_string(),
        format!("{:.1}", a_day(watch.found.n, days)),
        diff(&watch.gained),
        diff(&watch.lost),
        show::line(watch.id.as_str(), 60),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn a_day(n: u64, days: f64) -> f64 {
    n as f64 / days
}

fn as_value(watch: &WatchTally, days: f64, has_diff: bool) -> serde_json::Value {
    let mut value = json!({
        "watch": watch.id,
        "matches": watch.found.n,
        "stories": watch.n_stories(),
        "alerts": watch.n_alerts(),
        "matches_a_day": a_day(watch.found.n, days),
        "alerts_a_day": a_day(watch.n_alerts(), days),
        "samples": watch.found.samples,
    });
    if has_diff {
        for (name, found) in [("gained", &watch.gained), ("lost", &watch.lost)] {
            value[name] = json!({ "articles": found.n, "samples": found.samples });
        }
    }
    value
}

fn samples(
    out: &mut impl Write,
    watch: &WatchTally,
    name: &str,
    found: &Found,
    is_terminal: bool,
) -> anyhow::Result<()> {
    if found.n == 0 {
        return Ok(());
    }
    writeln!(out, "\n{}: {name} {}", watch.id, found.n)?;
    for sample in found.samples.iter().rev() {
        writeln!(out, "  {}", heading(sample))?;
        for hit in &sample.why {
            let sentence = marked(&hit.sentence, &hit.marks, is_terminal);
            writeln!(out, "    {}: {sentence}", show::line(&hit.shown_term(), 40))?;
        }
    }
    Ok(())
}

fn heading(sample: &Sample) -> String {
    format!(
        "{}  {}  {}  {}",
        show::time(sample.fetched),
        sample.story,
        show::line(&sample.source, 40),
        show::line(&sample.title, 110)
    )
}
