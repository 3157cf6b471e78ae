//! Rebuilds the story index from the store after a start.
//!
//! Polls and deliveries do not need it and go on meanwhile. Reading begins when it is
//! done, so that every article is placed against all that were placed before it.

use crate::daemon::read::Read;
use crate::daemon::stage::{REFUSED, Stage as _};
use crate::daemon::{Daemon, Placer};
use crate::model::{ArticleId, StoryId};
use crate::store::{LiveArticle, StoreError};
use crate::story;
use crate::story::{Incoming, Stories};
use anyhow::Context as _;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Articles read back from the store at a time.
const BATCH: usize = 500;

/// Rebuilds the index, trying again until it succeeds or the daemon stops; says
/// whether it succeeded.
pub(crate) async fn until_done(daemon: &Daemon, stop: &CancellationToken) -> bool {
    loop {
        let Err(err) = restore(daemon, stop).await else {
            return !stop.is_cancelled();
        };
        if let Some(err) = err.downcast_ref::<StoreError>() {
            daemon.health.turn_failed(Read::NAME, err);
        }
        tracing::error!(
            err = format!("{err:#}"),
            "the story index cannot be rebuilt from the store; no article is read before that"
        );
        tokio::select! {
            () = stop.cancelled() => return false,
            () = tokio::time::sleep(REFUSED) => {}
        }
    }
}

/// Rebuilds the index; leaves it as it was when the daemon stops meanwhile.
async fn restore(daemon: &Daemon, stop: &CancellationToken) -> anyhow::Result<()> {
    // Locked to the end: nothing may be placed meanwhile.
    let mut placer = daemon.stories.lock().await;
    rebuild(daemon, &mut placer, stop).await
}

/// Rebuilds the index of `placer` after a failed commit, because it has articles that are
/// not in the store.
pub(crate) async fn again(daemon: &Daemon, placer: &mut Placer) -> anyhow::Result<()> {
    rebuild(daemon, placer, &CancellationToken::new()).await
}

async fn rebuild(
    daemon: &Daemon,
    placer: &mut Placer,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    let (last_article, last_story) = daemon.store.highest_ids().await?;
    let settings = story::Settings {
        next_story: StoryId(last_story.0 + 1),
        ..daemon.settings.story.settings()
    };
    let since = daemon.now() - settings.window;
    let first = daemon
        .store
        .first_since(since, settings.min_articles, settings.max_articles)
        .await?;
    let from = story::counted_from(first);
    let mut stories = Stories::new(settings);
    let mut after = ArticleId(0);
    while !stop.is_cancelled() {
        let batch = daemon
            .store
            .live_articles(first, from, after, BATCH)
            .await?;
        let Some(last) = batch.last() else {
            let articles = stories.n_articles();
            *placer = Placer {
                stories,
                next_article: ArticleId(last_article.0 + 1),
                is_ahead: false,
            };
            if articles > 0 {
                let elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
                tracing::info!(articles, elapsed_ms, "stories were rebuilt from the store");
            }
            return Ok(());
        };
        daemon.health.turned(Read::NAME, false);
        after = last.id;
        stories = tokio::task::spawn_blocking(move || add(stories, &batch))
            .await
            .context("an article in the store cannot be added to the story index")?;
    }
    Ok(())
}

fn add(mut stories: Stories, batch: &[LiveArticle]) -> Stories {
    for article in batch {
        let incoming = Incoming {
            id: article.id,
            url: article.canonical_url.as_deref().or(article.url.as_deref()),
            source: &article.source,
            title: &article.title,
            dek: &article.dek,
            text: &article.text,
            language: article.language.as_deref(),
            at: article.at,
            same_as: None,
        };
        stories.restore(&incoming, article.story, article.kind);
    }
    stories
}
