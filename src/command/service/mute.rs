//! `newsvane mute`, `unmute` and `mutes`: alerts of a watch or a feed are held back
//! until a time, and told in one summary then. The store keeps it, so that it holds
//! whether the daemon runs or not.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::open as open_store;
use crate::command::input::watches;
use crate::command::output::show;
use crate::config::{self, watchlist};
use crate::http::feed_name;
use crate::matcher::nearest;
use crate::model::{Span, WatchId};
use crate::store::{FeedFilter, Mute, Muted, Store};
use anyhow::Context as _;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `newsvane mute`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// The watch's id, or the feed's address or name
    #[arg(value_name = "WATCH|FEED", add = crate::command::complete::watches())]
    what: String,
    /// For how long, as 30m, 2h or 3d
    #[arg(long = "for", value_name = "SPAN", required_unless_present = "until")]
    span: Option<Span>,
    /// Until when: 18:00, "2031-05-04 18:00", or a time with its zone
    #[arg(long, value_name = "TIME", conflicts_with = "span")]
    until: Option<String>,
    /// Why, for those who look at the status
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Arguments of `newsvane unmute`.
#[derive(Debug, clap::Args)]
pub struct UnmuteArgs {
    #[command(flatten)]
    files: Files,
    /// The watch's id, or the feed's address or name
    #[arg(value_name = "WATCH|FEED", required_unless_present = "all")]
    what: Option<String>,
    /// Everything that is muted
    #[arg(long, conflicts_with = "what")]
    all: bool,
}

/// Arguments of `newsvane mutes`.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    files: Files,
    /// Print one JSON object per mute
    #[arg(long)]
    json: bool,
}

/// Runs `newsvane mute`.
///
/// # Errors
/// For an unknown watch or feed, a time that is over, or a store that cannot be
/// written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.files)?;
    runtime()?.block_on(async {
        let now = Timestamp::now();
        let until = match (&args.span, &args.until) {
            (Some(span), _) => SignedDuration::try_from(span.0)
                .ok()
                .and_then(|span| now.checked_add(span).ok())
                .context("that is too long")?,
            (None, Some(until)) => time(until, &TimeZone::system(), now)?,
            (None, None) => anyhow::bail!("say how long, as in --for 2h, or until when, as in --until 18:00"),
        };
        anyhow::ensure!(until > now, "{} is over", show::time(until));
        let muted = find(&store, &args.files, &args.what).await?;
        let mute = Mute {
            muted,
            since: now,
            until,
            reason: args.reason.clone(),
        };
        let name = name(&mute.muted);
        store.mute(mute).await?;
        anstream::println!(
            "{name} is muted until {} UTC ({}); what it would have sent is listed in one summary then",
            show::time(until),
            show::distance(until, now)
        );
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs `newsvane unmute`. Exit status 1 if nothing was muted.
///
/// # Errors
/// For an unknown watch or feed, or a store that cannot be written.
pub fn unmute(args: &UnmuteArgs) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.files)?;
    runtime()?.block_on(async {
        let now = Timestamp::now();
        let mutes = store.mutes(now).await?;
        let muted = match &args.what {
            Some(what) => {
                let is_meant = |mute: &Mute| written(&mute.muted) == what.trim();
                match mutes.iter().find(|mute| is_meant(mute)) {
                    Some(mute) => vec![mute.muted.clone()],
                    None => vec![find(&store, &args.files, what).await?],
                }
            }
            None => mutes.into_iter().map(|mute| mute.muted).collect(),
        };
        let mut n_ended = 0;
        for muted in muted {
            let name = name(&muted);
            if store.unmute(muted, now).await? {
                n_ended += 1;
                anstream::println!("{name} is no longer muted; what was held comes in a summary");
            } else {
                anstream::println!("{name} was not muted");
            }
        }
        if n_ended == 0 && args.what.is_none() {
            anstream::println!("nothing is muted");
        }
        Ok(ExitCode::from(u8::from(n_ended == 0)))
    })
}

/// Runs `newsvane mutes`.
///
/// # Errors
/// When the store cannot be read.
pub fn list(args: &ListArgs) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.files)?;
    runtime()?.block_on(async {
        let now = Timestamp::now();
        let mutes = store.mutes(now).await?;
        if args.json {
            for mute in &mutes {
                anstream::println!("{}", serde_json::to_string(mute)?);
            }
        } else if mutes.is_empty() {
            anstream::println!("nothing is muted");
        }
        for mute in mutes.iter().filter(|_| !args.json) {
            anstream::println!("{}", line(mute, now));
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// A mute in one line.
pub(super) fn line(mute: &Mute, now: Timestamp) -> String {
    let reason = mute
        .reason
        .as_ref()
        .map(|why| format!(" ({})", show::line(why, 200)));
    format!(
        "{} is muted until {} UTC, {}{}",
        show::line(&name(&mute.muted), 200),
        show::time(mute.until),
        show::distance(mute.until, now),
        reason.unwrap_or_default()
    )
}

fn name(muted: &Muted) -> String {
    match muted {
        Muted::Watch(_) => format!("watch {}", written(muted)),
        Muted::Feed(_) => format!("feed {}", written(muted)),
    }
}

fn written(muted: &Muted) -> &str {
    match muted {
        Muted::Watch(id) => id.as_str(),
        Muted::Feed(url) => url,
    }
}

/// The watch or feed that `what` names.
async fn find(store: &Arc<dyn Store>, files: &Files, what: &str) -> anyhow::Result<Muted> {
    let what = what.trim();
    let paths = config::watchlist_files(files.watchlist.as_deref()).ok();
    let list = paths.and_then(|paths| watchlist::load(&paths, None).ok());
    let feeds = store.feeds(FeedFilter::All).await?;
    if let Some(list) = &list {
        if list.watches.iter().any(|watch| watch.id.as_str() == what) {
            return Ok(Muted::Watch(WatchId::from(what)));
        }
        let feed = list
            .feeds
            .iter()
            .find(|feed| feed.url.as_str() == what || feed.name.as_deref() == Some(what));
        if let Some(feed) = feed {
            return Ok(Muted::Feed(feed_name(&feed.url)));
        }
    }
    let feed = feeds
        .iter()
        .find(|feed| feed.url == what || feed.title.as_deref() == Some(what));
    if let Some(feed) = feed {
        return Ok(Muted::Feed(feed.url.clone()));
    }
    let titles = feeds.iter().filter_map(|feed| feed.title.as_deref());
    let known = feeds.iter().map(|feed| feed.url.as_str()).chain(titles);
    match (nearest(what, known), list) {
        (Some(near), _) => {
            anyhow::bail!("there is no watch or feed {what:?}; did you mean {near:?}?")
        }
        (None, Some(list)) => anyhow::bail!(
            "{}, and no feed of this address or name",
            watches::unknown_watch(&list, what)
        ),
        (None, None) => anyhow::bail!(
            "there is no feed {what:?}, and the watchlist cannot be read to look for a watch: `newsvane check` says why"
        ),
    }
}

/// The time that a person writes; a time of day is the next one.
fn time(written: &str, zone: &TimeZone, now: Timestamp) -> anyhow::Result<Timestamp> {
    let written = written.trim();
    if let Ok(at) = written.parse::<Timestamp>() {
        return Ok(at);
    }
    let local = |at: DateTime| at.to_zoned(zone.clone()).map(|at| at.timestamp());
    // A date with a time first: `Time` reads the time of one, too.
    if let Ok(at) = written.parse::<DateTime>() {
        return Ok(local(at)?);
    }
    let at = written.parse::<Time>().map_err(|_| {
        anyhow::anyhow!(
            "{written:?} is no time; write 18:00, \"2031-05-04 18:00\", or 2031-05-04T18:00:00Z"
        )
    })?;
    let today = now.to_zoned(zone.clone()).date();
    let at_today = local(today.to_datetime(at))?;
    if at_today > now {
        return Ok(at_today);
    }
    Ok(local(today.checked_add(1.day())?.to_datetime(at))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_the_next_one() {
        let now: Timestamp = "2031-05-04T12:00:00Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let check = |written: &str, wanted: Option<&str>| {
            let found = time(written, &zone, now).ok();
            assert_eq!(found, wanted.map(|at| at.parse().unwrap()), "{written}");
        };
        check("18:00", Some("2031-05-04T16:00:00Z"));
        check("09:30", Some("2031-05-05T07:30:00Z"));
        check("2031-05-06 08:00", Some("2031-05-06T06:00:00Z"));
        check("2031-05-06T08:00:00Z", Some("2031-05-06T08:00:00Z"));
        check("soon", None);
    }
}
