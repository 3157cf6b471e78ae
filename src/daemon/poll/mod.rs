//! The poll stage: polls the feeds that are due, and commits or collects the
//! outcomes.
//!
//! - `attempt`: one poll: the request and what the response means
//! - `document`, `parse`, `diff`: a changed feed, compared with the known entries
//! - `queue`: the feeds ordered by when they are due
//! - `feed_memory`: what is remembered of a feed, and when it is polled next
//! - `report`, `events`: log lines and health alerts
//! - `parts`: the sitemaps of an index
//! - `archive`: earlier documents of a feed (RFC 5005)
//! - `budget`: the limit on polls per hour
//! - `entry`: an entry on its way to the read stage

pub(super) mod attempt;
mod document;
mod parse;
mod parts;
pub(super) mod diff;
pub(super) mod queue;
pub(super) mod feed_memory;
mod report;
pub(super) mod events;
mod archive;
mod budget;
pub(super) mod entry;

use super::stage::{self, Stage, TICK};
use crate::daemon::poll::attempt::PollAttempt;
use crate::daemon::poll::budget::Budget;
use crate::daemon::poll::queue::{Claim, Outcome};
use crate::daemon::poll::report::is_to_read;
use crate::daemon::runtime::failpoint;
use crate::daemon::{Daemon, Health};
use crate::http::{FetchError, Kind, Wait};
use crate::policy::PollFailure;
use crate::store::{PollNote, StoreError, Subscription};
use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// After this many polls in a row that did not finish, a feed counts as failed: its
/// document probably ends the process.
const MAX_TRIES: u32 = 3;

/// How often polls without news are flushed to the store. A crash loses at most this
/// much, and only facts that the next poll finds again.
const FLUSH_EVERY: Duration = Duration::from_secs(5);

/// Feeds that are due within this time of each other are claimed together.
const CLAIM_WINDOW: Duration = Duration::from_millis(25);

/// Longest time that a run with `--once` waits for a host.
const MAX_WAIT_ONCE: Duration = Duration::from_secs(10);

/// The poll stage.
pub(super) struct Poll {
    daemon: Arc<Daemon>,
    /// With `--once`: feeds that are due later than this are not polled.
    last: Option<Timestamp>,
    budget: Mutex<Budget>,
}

impl Poll {
    pub(super) fn new(daemon: Arc<Daemon>, last: Option<Timestamp>) -> Self {
        // A run with `--once` polls everything now, regardless of the hourly budget.
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

    /// When to poll a feed whose host is on hold for `wait`. With `--once` a short
    /// hold is waited for here.
    async fn retry_time(&self, now: Timestamp, wait: Duration) -> Timestamp {
        match self.last {
            Some(last) if wait <= MAX_WAIT_ONCE => {
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
        let next = self.daemon.poll_queue.next_due();
        let wait = next.and_then(|at| Duration::try_from(at.duration_since(now)).ok());
        match next {
            Some(_) => wait.unwrap_or_default().clamp(CLAIM_WINDOW, TICK),
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
        let claims = self.daemon.poll_queue.claim(due, n);
        self.with_budget(|budget| budget.spend(claims.len()));
        Ok(claims)
    }

    async fn work(self: Arc<Self>, claim: Claim) -> Result<(), StoreError> {
        let daemon = &self.daemon;
        let now = daemon.now();
        daemon.observe_poll(claim.subscription.due, now);
        let watched = daemon.watched();
        let poll = PollAttempt {
            daemon,
            feed: watched.feed(&claim.subscription.url),
            known: &claim,
            now,
        };
        // Kept until the outcome is committed: its entries are in memory until then.
        let mut parsing = None;
        let mut outcome = if claim.subscription.tries >= MAX_TRIES {
            let error = "parsing it ended the process three times in a row".to_owned();
            poll.failed(None, error, PollFailure::Trouble)
        } else {
            match poll.fetch().await {
                Ok((get, fetched)) => {
                    if fetched.is_success() {
                        let n_bytes = fetched.body.len();
                        parsing = Some(daemon.client.parsing(Kind::Feed, n_bytes).await);
                    }
                    match poll.handle_response(get, fetched).await {
                        Ok(outcome) => outcome,
                        Err(err) => {
                            answer_failed(daemon, &claim, err.to_string());
                            claim.put_back(now + stage::REFUSED);
                            return Err(err);
                        }
                    }
                }
                Err(FetchError::Postponed { retry_in, why, .. }) => {
                    self.with_budget(Budget::give_back);
                    let at = self.retry_time(now, retry_in).await;
                    answer_failed(daemon, &claim, postponed(why, at));
                    claim.postpone(at, why == Wait::Held);
                    return Ok(());
                }
                Err(err) => poll.failed(None, err.to_string(), PollFailure::Trouble),
            }
        };
        self.delay_throttled(&claim, &mut outcome);
        failpoint::reached("fetched");
        poll.log(&outcome.record);
        let (id, feed) = (claim.subscription.id, claim.subscription.url.clone());
        let polled = report::polled(&claim.subscription.url, &outcome.record);
        let saved = self.save(claim, outcome).await;
        drop(parsing);
        daemon.poll_queue.answer(id, || match &saved {
            Ok(()) => polled,
            Err(err) => report::not_polled(&feed, err.to_string()),
        });
        saved
    }
}

/// Says to those who asked for a poll why there was none.
fn answer_failed(daemon: &Daemon, claim: &Claim, error: String) {
    let (id, feed) = (claim.subscription.id, &claim.subscription.url);
    daemon
        .poll_queue
        .answer(id, || report::not_polled(feed, error));
}

/// Why a poll was put off until `at`.
fn postponed(why: Wait, at: Timestamp) -> String {
    let at = at.strftime("%H:%M:%S UTC on %Y-%m-%d");
    match why {
        Wait::Held => format!("not polled: its host asked clients to wait until {at}"),
        _ => format!("not polled: its host is busy with other requests; it is asked again at {at}"),
    }
}

impl Poll {
    /// A feed that costs too much is polled later.
    fn delay_throttled(&self, claim: &Claim, outcome: &mut Outcome) {
        let wait = self.daemon.costs.throttled_for(claim.subscription.id);
        if let Some(next) = outcome.record.next.as_mut().filter(|_| !wait.is_zero()) {
            let earliest = self.daemon.now().saturating_add(wait);
            *next = earliest.unwrap_or(Timestamp::MAX).max(*next);
        }
    }

    /// Commits an outcome with news; others are collected for the next flush.
    async fn save(&self, claim: Claim, mut outcome: Outcome) -> Result<(), StoreError> {
        let daemon = &self.daemon;
        let id = claim.subscription.id;
        if !outcome.must_be_committed() {
            daemon
                .poll_queue
                .note(id, PollNote::Polled(Box::new(outcome.record.clone())));
            claim.settle(outcome);
            return Ok(());
        }
        daemon.poll_queue.supersede(id, &mut outcome.record);
        let record = &outcome.record;
        let saved = stage::record(&daemon.health, || {
            daemon.store.finish_poll(id, record.clone())
        });
        let n_left_out = match saved.await {
            Ok(n_left_out) => n_left_out,
            // The store failed, not the feed: this does not count as a try of its
            // document.
            Err(err) => {
                claim.put_back(daemon.now() + stage::REFUSED);
                return Err(err);
            }
        };
        failpoint::reached("polled");
        if record.entries.iter().any(is_to_read) {
            daemon.wakes.read.notify_one();
        }
        if !record.alerts.is_empty() {
            daemon.wakes.deliver.notify_one();
        }
        if n_left_out > 0 {
            outcome.forget_validators();
        }
        daemon.note_share(&claim.subscription, n_left_out);
        claim.settle(outcome);
        Ok(())
    }
}

impl Daemon {
    /// Logs once when a feed begins to take its whole share of the store.
    fn note_share(&self, feed: &Subscription, n_left_out: usize) {
        let mut full = self
            .full_feeds
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if n_left_out == 0 {
            full.remove(&feed.id);
        } else if full.insert(feed.id) {
            tracing::warn!(
                feed = feed.url,
                entries = n_left_out,
                "a feed uses its whole share of the store; new entries wait until older ones are read or deleted (store.max_feed_size, store.max_feed_backlog, store.max_size)"
            );
        }
    }
}

/// Flushes polls without news to the store, every few seconds until `stop`.
pub(super) async fn flush_periodically(daemon: Arc<Daemon>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(FLUSH_EVERY) => flush(&daemon).await,
        }
    }
}

/// Flushes all collected outcomes. Outcomes that the store refuses are kept for the next
/// flush.
pub(super) async fn flush(daemon: &Daemon) {
    let notes = daemon.poll_queue.take_notes();
    if notes.is_empty() {
        return;
    }
    if let Err(err) = daemon.store.note_polls(notes.clone()).await {
        daemon.health.work_failed(&err);
        daemon.poll_queue.put_back(notes);
    } else {
        daemon.health.store_writes();
    }
}
