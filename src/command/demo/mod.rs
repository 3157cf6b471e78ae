//! `newsvane demo`: the daemon of `newsvane run` on an embedded newsroom, all on
//! loopback and in a temporary folder.
//!
//! - `script`: which outlet publishes what, and when; the texts are in `articles/`
//! - `newsroom`, `pages`: the outlets' servers, and the pages around the articles
//! - `receiver`: the webhook receiver that the alerts go to
//! - `folder`: settings, watchlist and store, for as long as the demo runs
//! - `observer`, `show`: what the daemon made of each article, printed

mod folder;
mod newsroom;
mod observer;
mod pages;
mod receiver;
mod script;
mod show;

use crate::command::input::process;
use crate::command::output::logging;
use crate::command::output::show::count;
use crate::config::settings::{Log, Settings};
use crate::daemon::{self, Daemon, Extent, Parts};
use crate::matcher::{Doc, Scratch};
use crate::notify::Receivers;
use anyhow::Context as _;
use folder::Folder;
use jiff::Timestamp;
use newsroom::Newsroom;
use observer::{Observer, Tally};
use receiver::Receiver;
use script::{HOSTILE, OUTLETS, Piece, STEPS};
use show::Paper;
use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Arguments of `newsvane demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Exit at the end of the story instead of waiting for ctrl-c
    #[arg(long)]
    exit: bool,
    /// Play the story this many times faster
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// Show the daemon's own log too, on standard error
    #[arg(short, long)]
    verbose: bool,
}

/// How the story is played.
struct Pace {
    speed: f64,
    /// Exit at the end of the story.
    ends: bool,
}

/// How long the demo waits after the last article, so that an alert that must
/// not come has time to show up.
const QUIET: Duration = Duration::from_secs(3);

fn speed(written: &str) -> Result<f64, String> {
    let speed = written.parse::<f64>().ok();
    speed
        .filter(|speed| (0.1..=1000.0).contains(speed))
        .ok_or_else(|| "write a number from 0.1 to 1000".to_owned())
}

/// Runs the command.
///
/// # Errors
/// When the demo cannot start. The message says what is wrong and what to do.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.verbose {
        logging::start(&Log::default())?;
    }
    let pace = Pace {
        speed: args.speed,
        ends: args.exit,
    };
    process::runtime()?.block_on(async {
        let mut out = anstream::stdout();
        let has_colour = out.current_choice() != anstream::ColorChoice::Never;
        let stop = process::stop_signal()?;
        let played = play(&pace, Paper::new(&mut out, has_colour), stop).await?;
        Ok(match played {
            Some((_, problems)) if !problems.is_empty() => ExitCode::from(1),
            Some(_) | None => ExitCode::SUCCESS,
        })
    })
}

/// Plays the story; gives the counts and what went wrong. `None` if `stop` came
/// before the end.
async fn play(
    pace: &Pace,
    paper: Paper<'_>,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<Option<(Tally, Vec<String>)>> {
    let folder = Folder::create()?;
    let newsroom = Newsroom::open(Timestamp::now()).await?;
    let receiver = Receiver::open().await?;
    folder.write_files(&newsroom, &receiver, pace.speed)?;
    let daemon = build(&folder)?;
    let receiver_url = receiver.url();
    let Receiver {
        inbox,
        server: _server,
        ..
    } = receiver;

    let token = CancellationToken::new();
    let stopped = token.clone();
    let running = daemon::run(Arc::clone(&daemon), Extent::Endless, async move {
        stopped.cancelled().await;
    });
    let mut running = tokio::spawn(running);
    let mut observer = Observer::new(paper, Arc::clone(daemon.store()), inbox);
    header(&mut observer.paper, &daemon, &receiver_url, pace)?;
    let played = tokio::select! {
        played = story(&mut observer, &newsroom, &daemon, pace) => played.map(|()| true),
        () = stop => Ok(false),
        ended = &mut running => match ended.context("the daemon panicked") {
            Ok(Ok(())) => anyhow::bail!("the daemon stopped by itself"),
            Ok(Err(err)) | Err(err) => return Err(err),
        },
    };
    token.cancel();
    running.await.context("the daemon panicked")??;
    let has_ended = played?;
    if !has_ended {
        observer.paper.line("\nStopped; nothing is left behind.")?;
        return Ok(None);
    }
    Ok(Some((observer.tally, observer.problems)))
}

/// The daemon that `newsvane run` would be with the folder's files.
fn build(folder: &Folder) -> anyhow::Result<Arc<Daemon>> {
    daemon::build(Parts {
        settings: Settings::load(Some(&folder.path().join("newsvane.toml")))?,
        settings_file: None,
        watchlist: folder.path().join("watchlist.toml"),
        state_dir: folder.path().to_owned(),
        receivers: Receivers::default(),
    })
}

fn header(
    paper: &mut Paper<'_>,
    daemon: &Daemon,
    receiver: &str,
    pace: &Pace,
) -> std::io::Result<()> {
    let watches: Vec<String> = daemon
        .watched()
        .list
        .watches
        .iter()
        .map(|watch| watch.name.clone())
        .collect();
    let outlets: Vec<&str> = OUTLETS.iter().map(|outlet| outlet.name).collect();
    let hostile: Vec<&str> = HOSTILE.iter().map(|(name, _)| *name).collect();
    let seconds = STEPS.last().map_or(0.0, |step| step.at) / pace.speed;
    paper.head("newsvane demo: the real daemon on an invented newsroom, all on this machine")?;
    paper.line("")?;
    paper.line(&format!("  outlets      {}", outlets[..3].join(", ")))?;
    paper.line(&format!("               {}", outlets[3..].join(", ")))?;
    paper.line(&format!("  bad feeds    {}", hostile.join(", ")))?;
    paper.line(&format!("  watches      {}", watches.join(", ")))?;
    paper.line(&format!("  receiver     {receiver} checks every signature"))?;
    paper.line(&format!(
        "  status page  http://{}/",
        daemon.settings().web.listen
    ))?;
    paper.line(&format!(
        "  story        {seconds:.0} s; ctrl-c ends it at any time"
    ))?;
    paper.line("")
}

/// Plays the newsroom's day, from the first poll to the summary.
async fn story(
    observer: &mut Observer<'_>,
    newsroom: &Newsroom,
    daemon: &Arc<Daemon>,
    pace: &Pace,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    let n_before = observer.first_polls(OUTLETS.len() + HOSTILE.len()).await?;
    observer.paper.note(
        "first poll",
        &format!(
            "{n_before} entries were in the feeds before; they are recorded and cause no alert"
        ),
    )?;
    for step in &STEPS {
        observer
            .follow(begun + Duration::from_secs_f64(step.at / pace.speed))
            .await?;
        for piece in step.pieces {
            publish(observer, newsroom, daemon, piece)?;
        }
        // Each step is over before the next begins, at any speed: who came
        // first is what the story is about.
        observer.settle().await?;
    }
    observer
        .follow(Instant::now() + QUIET.div_f64(pace.speed).max(Duration::from_millis(600)))
        .await?;
    summary(observer, newsroom)?;
    if !pace.ends {
        let page = &daemon.settings().web.listen;
        observer.paper.line(&format!(
            "\nThe newsroom stays open: see http://{page}/ for the daemon's own page, or end with ctrl-c."
        ))?;
        loop {
            observer
                .follow(Instant::now() + Duration::from_secs(60))
                .await?;
        }
    }
    Ok(())
}

fn publish(
    observer: &mut Observer<'_>,
    newsroom: &Newsroom,
    daemon: &Daemon,
    piece: &'static Piece,
) -> std::io::Result<()> {
    let (url, page) = newsroom.publish(piece, Timestamp::now());
    let outlet = OUTLETS[piece.outlet].name;
    let title = pages::Text::parse(piece.text).title;
    observer
        .paper
        .published(outlet, title, observer.knows(&url))?;
    observer.expect(piece, url, naive_alarms(daemon, piece, &page));
    Ok(())
}

/// Watches that the words of the whole page would meet, but the article does
/// not: what menus, teasers and captions cost a reader that cannot tell.
fn naive_alarms(daemon: &Daemon, piece: &Piece, page: &str) -> usize {
    let body = pages::everything(page);
    let doc = Doc {
        body: &body,
        language: Some("en"),
        ..Doc::default()
    };
    let found = daemon
        .watched()
        .list
        .matcher
        .matches(&mut Scratch::default(), &doc);
    found
        .iter()
        .filter(|found| piece.about != Some(found.watch.as_str()))
        .count()
}

fn summary(observer: &mut Observer<'_>, newsroom: &Newsroom) -> std::io::Result<()> {
    let tally = &observer.tally;
    let (n_polls, n_unchanged) = newsroom.polls();
    let repeats = match tally.repeats {
        0 => "none came twice".to_owned(),
        n => format!("{n} came twice, under the id they had"),
    };
    let signatures = match tally.refused {
        0 => "every signature verified".to_owned(),
        n => format!("{} refused", count(n, "post")),
    };
    let lines = [
        format!(
            "{} and {} published, {} read, in {} of which {n_unchanged} brought nothing new (304)",
            count(tally.published - tally.corrections, "article"),
            count(tally.corrections, "correction"),
            tally.read,
            count(n_polls, "poll"),
        ),
        format!(
            "{} arrived, {signatures}, {repeats}",
            count(tally.alerts, "alert")
        ),
        format!(
            "{} without an alert: copies, rewrites and reports without news; {} recorded",
            tally.copies,
            count(tally.corrections, "correction")
        ),
        format!(
            "{}; matching the whole pages would have made {}",
            count(tally.false_alarms, "false alarm"),
            tally.naive_alarms
        ),
        format!(
            "{}: one line each, and no other feed waited for them",
            count(tally.bad_feeds, "bad feed")
        ),
    ];
    observer.paper.line("")?;
    observer.paper.head("The story is over")?;
    for line in lines {
        observer.paper.line(&format!("  {line}"))?;
    }
    for problem in &observer.problems {
        observer.paper.line(&format!(
            "
  wrong: {problem}"
        ))?;
    }
    observer.paper.line("")?;
    observer.paper.line(
        "Next: put your feeds and watches into config/watchlist.toml, then start `newsvane run`.",
    )
}

#[cfg(test)]
mod tests;
