//! The poll stage: feeds in their turn, each asked and judged, and what came of
//! it committed or noted.

pub(super) mod attempt;
pub(super) mod diff;
pub(super) mod queue;
pub(super) mod feed_memory;
pub(super) mod events;
pub(super) mod archive;
pub(super) mod budget;
pub(super) mod entry;

use super::stage::{self, Stage, TICK};
use crate::daemon::poll::attempt::{Polled, is_to_read};
use crate::daemon::poll::budget::Budget;
use crate::daemon::poll::queue::{Claim, Outcome};
use crate::daemon::runtime::failpoint;
use crate::daemon::{Daemon, Health};
use crate::http::FetchError;
use crate::policy::PollFailure;
use crate::store::{PollNote, StoreError};
use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Tries of a document that no poll finished: what it serves ends the process.
const MAX_TRIES: u32 = 3;

/// Turns that brought nothing wait so long at most for being written down: a
/// crash loses no more of them than are had again in seconds, and the disk is
/// waited for less often.
const NOTES_EVERY: Duration = Duration::from_secs(5);

/// Feeds due within this time of each other are claimed together.
const TOGETHER: Duration = Duration::from_millis(25);

/// Longest time that a run with `--once` waits for a busy host.
const PATIENCE: Duration = Duration::from_secs(10);

/// The poll stage.
pub(super) struct Poll {
    daemon: Arc<Daemon>,
    /// Feeds due later than this are not polled: the end of a run with `--once`.
    last: Option<Timestamp>,
    budget: Mutex<Budget>,
}

impl Poll {
    pub(super) fn new(daemon: Arc<Daemon>, last: Option<Timestamp>) -> Self {
        // A run with `--once` is for now, not for an hour's pace.
        let polls_per_hour = match last {
            Some(_) => 0,
            None => daemon.settings.scheduler.polls_per_hour,
        };
        Self {
            daemon,
            last,
            budget: Mutex::new(Budget::new(polls_per_hour)),
        }
    }

    fn with_budget<T>(&self, with: impl FnOnce(&mut Budget) -> T) -> T {
        with(&mut self.budget.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// When to come back to a host that is closed for `wait`. A run that polls
    /// everything once waits here for it, unless that is for long.
    async fn reopening(&self, now: Timestamp, wait: Duration) -> Timestamp {
        match self.last {
            Some(last) if wait <= PATIENCE => {
                tokio::time::sleep(wait).await;
                last
            }
            Some(_) | None => now.saturating_add(wait).unwrap_or(Timestamp::MAX),
        }
    }
}

impl Stage for Poll {
    type Lease = Claim;
    const NAME: &'static str = "poll";

    fn health(&self) -> &Health {
        &self.daemon.health
    }

    fn slots(&self) -> usize {
        self.daemon.settings.daemon.polls
    }

    fn wake(&self) -> &Notify {
        &self.daemon.wakes.poll
    }

    fn pause(&self) -> Duration {
        let now = self.daemon.now();
        let next = self.daemon.rota.next_due();
        let wait = next.and_then(|at| Duration::try_from(at.duration_since(now)).ok());
        match next {
            Some(_) => wait.unwrap_or_default().clamp(TOGETHER, TICK),
            None => TICK,
        }
    }

    async fn lease(&self, free: usize) -> Result<Vec<Claim>, StoreError> {
        let now = self.daemon.now();
        let due = self.last.map_or(now, |last| last.min(now));
        let n = self.with_budget(|budget| budget.available(free, now));
        if n == 0 {
            return Ok(Vec::new());
        }
        let claims = self.daemon.rota.claim(due, n);
        self.with_budget(|budget| budget.spend(claims.len()));
        Ok(claims)
    }

    async fn work(self: Arc<Self>, claim: Claim) -> Result<(), StoreError> {
        let daemon = &self.daemon;
        let now = daemon.now();
        daemon.observe_poll(claim.subscription.due, now);
        let watched = daemon.watched();
        let poll = Polled {
            daemon,
            feed: watched.feed(&claim.subscription.url),
            known: &claim,
            now,
        };
        let mut outcome = if claim.subscription.tries >= MAX_TRIES {
            let error = "reading it ended the process three times in a row".to_owned();
            poll.failed(None, error, PollFailure::Trouble)
        } else {
            match poll.fetch().await {
                Ok((get, fetched)) => poll.judge(get, fetched).await?,
                Err(FetchError::Postponed { retry_in, .. }) => {
                    self.with_budget(Budget::give_back);
                    claim.postpone(self.reopening(now, retry_in).await);
                    return Ok(());
                }
                Err(err) => poll.failed(None, err.to_string(), PollFailure::Trouble),
            }
        };
        self.rest(&claim, &mut outcome);
        failpoint::reached("fetched");
        poll.log(&outcome.record);
        self.keep(claim, outcome).await
    }
}

impl Poll {
    /// A feed that costs too much has its next turn later.
    fn rest(&self, claim: &Claim, outcome: &mut Outcome) {
        let rest = self.daemon.effort.rest(claim.subscription.id);
        if let Some(next) = outcome.record.next.as_mut().filter(|_| !rest.is_zero()) {
            let rested = self.daemon.now().saturating_add(rest);
            *next = rested.unwrap_or(Timestamp::MAX).max(*next);
        }
    }

    /// Commits what a poll found, or notes that it found nothing.
    async fn keep(&self, claim: Claim, mut outcome: Outcome) -> Result<(), StoreError> {
        let daemon = &self.daemon;
        let id = claim.subscription.id;
        if !outcome.is_news() {
            daemon
                .rota
                .note(id, PollNote::Polled(Box::new(outcome.record.clone())));
            claim.settle(outcome);
            return Ok(());
        }
        daemon.rota.supersede(id, &mut outcome.record);
        let record = &outcome.record;
        stage::record(&daemon.health, || {
            daemon.store.finish_poll(id, record.clone())
        })
        .await?;
        failpoint::reached("polled");
        if record.entries.iter().any(is_to_read) {
            daemon.wakes.read.notify_one();
        }
        if !record.alerts.is_empty() {
            daemon.wakes.deliver.notify_one();
        }
        claim.settle(outcome);
        Ok(())
    }
}

/// Hands the notes of polls without news to the store until `stop`.
pub(super) async fn write_notes(daemon: Arc<Daemon>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(NOTES_EVERY) => hand_in(&daemon).await,
        }
    }
}

/// Writes down all that is noted. What cannot be written waits for the next time.
pub(super) async fn hand_in(daemon: &Daemon) {
    let notes = daemon.rota.take_notes();
    if notes.is_empty() {
        return;
    }
    if let Err(err) = daemon.store.note_polls(notes.clone()).await {
        daemon.health.store_refuses(&err);
        daemon.rota.put_back(notes);
    } else {
        daemon.health.store_writes();
    }
}
