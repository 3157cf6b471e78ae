//! Answers commands on the daemon's socket.

use crate::config::watchlist::FeedSpec;
use crate::control::{self, Answer, Answered, Polled, Request};
use crate::daemon::upkeep::subscriptions::{seeds, sync_feeds};
use crate::daemon::{Daemon, poll};
use crate::http::{feed_name, shown_url};
use crate::matcher::nearest;
use crate::web::Status;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Answers commands until `stop`. If the socket cannot be opened, the daemon works
/// without it; only commands that need a running daemon fail.
pub(crate) async fn run(daemon: Arc<Daemon>, stop: CancellationToken) {
    match control::bind(&daemon.socket) {
        Ok(door) => {
            let answer = move |request| -> Answered {
                let daemon = Arc::clone(&daemon);
                Box::pin(async move {
                    let answered = answer(&daemon, request).await;
                    answered.unwrap_or_else(|err| Answer::Refused {
                        error: format!("{err:#}"),
                    })
                })
            };
            control::serve(door, answer, stop).await;
        }
        Err(err) => {
            tracing::warn!(socket = %daemon.socket.display(), err = %err, "there is no socket for commands: `feeds poll` and `reload` cannot reach this daemon");
            stop.cancelled().await;
        }
    }
}

async fn answer(daemon: &Arc<Daemon>, request: Request) -> anyhow::Result<Answer> {
    Ok(match request {
        Request::Poll { feed } => Answer::Polled(poll_now(daemon, &feed).await?),
        Request::Reload => {
            let (answer, answered) = oneshot::channel();
            daemon.reload_requests().push(answer);
            daemon.wakes.reload.notify_one();
            Answer::Reloaded(answered.await?)
        }
        Request::Status => {
            let (store, running) = (daemon.store(), Some(daemon.running()));
            Answer::Status(Box::new(
                Status::gather(store, running, daemon.now()).await?,
            ))
        }
    })
}

/// Polls a feed now; whether that succeeded, and what it brought or why not.
pub(crate) async fn poll_for_page(daemon: &Arc<Daemon>, feed: &str) -> (bool, String) {
    match poll_now(daemon, feed).await {
        Ok(polled) => (polled.error.is_none(), polled.outcome()),
        Err(err) => (false, format!("{err:#}")),
    }
}

/// Polls a feed now, also one that answered 410 Gone.
async fn poll_now(daemon: &Arc<Daemon>, written: &str) -> anyhow::Result<Polled> {
    let watched = daemon.watched();
    let feed = find(&watched.list.feeds, written)?;
    let name = feed_name(&feed.url);
    let now = daemon.now();
    if daemon.store.revive_feed(name.clone(), now).await? {
        sync_feeds(daemon, &watched, seeds(daemon, &watched.list)).await?;
    }
    let known = daemon.store.subscriptions().await?;
    let known = known.iter().find(|known| known.url == name);
    let id = known.map(|known| known.id).ok_or_else(|| {
        anyhow::anyhow!(
            "{} is not polled; `newsvane feeds` says why",
            shown_url(&feed.url)
        )
    })?;
    let polled = daemon.poll_queue.ask(id, now);
    daemon.wakes.poll.notify_one();
    let polled = polled.await?;
    // Flushed first, so that `status` and `feeds` show the poll once the command has its
    // answer.
    poll::flush(daemon).await;
    Ok(polled)
}

/// The feed of this URL or name.
fn find<'a>(feeds: &'a [FeedSpec], written: &str) -> anyhow::Result<&'a FeedSpec> {
    let written = written.trim();
    let is_meant = |feed: &&FeedSpec| {
        let has_name = feed.name.as_deref().is_some_and(|name| name == written);
        has_name
            || feed.url.as_str() == written
            || feed.url.as_str().trim_end_matches('/') == written
            || shown_url(&feed.url) == written
            || feed_name(&feed.url) == written
    };
    feeds.iter().find(is_meant).ok_or_else(|| {
        let urls = feeds.iter().map(|feed| feed.url.as_str());
        let names = feeds.iter().filter_map(|feed| feed.name.as_deref());
        match nearest(written, urls.chain(names)) {
            Some(near) => {
                anyhow::anyhow!("the watchlist has no feed {written:?}; did you mean {near:?}?")
            }
            None => anyhow::anyhow!(
                "the watchlist has no feed {written:?}; `newsvane feeds` lists them"
            ),
        }
    })
}
