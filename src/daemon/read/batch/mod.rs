//! Places articles that are ready at the same time one after the other, and commits them
//! together. With a commit for each article, only about 300 articles a second could be
//! placed, and commits would take a fifth of the processor time.

use super::place::Planned;
use super::{Read, Reading};
use crate::daemon::read::restore;
use crate::daemon::read::site_health::Sites;
use crate::daemon::runtime::failpoint;
use crate::daemon::{Placer, stage};
use crate::model::WatchId;
use crate::store::{EntryLease, ReadOutcome, StoreError};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot::{self, error::TryRecvError};

/// The most articles in one commit. It bounds how long the first of them waits until the
/// last is placed.
const TOGETHER: usize = 32;

/// The articles that wait to be placed.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Waiting>>,
}

/// Tells the worker that read an article how the commit ended.
type Done = oneshot::Sender<Result<(), StoreError>>;

struct Waiting {
    lease: EntryLease,
    reading: Reading,
    done: Done,
    /// Whether it is committed by itself, because a commit with others failed.
    is_alone: bool,
}

/// The articles placed since the last commit.
#[derive(Default)]
pub(super) struct Batch {
    placed: Vec<(Planned, Done)>,
    /// For each article, its lease and what is committed.
    outcomes: Vec<(EntryLease, ReadOutcome)>,
    /// How many of them are in the story index.
    n_taken: usize,
    is_alone: bool,
    /// The watches that they match.
    watches: HashSet<WatchId>,
    has_links: bool,
    /// The health of their sites, as it will be after the commit.
    sites: Sites,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next article, if it can be committed with those of `batch`.
    fn next(&self, batch: &Batch) -> Option<Waiting> {
        let mut waiting = self.waiting();
        let is_taken = waiting.front().is_some_and(|next| batch.takes(next));
        if is_taken { waiting.pop_front() } else { None }
    }
}

impl Batch {
    fn takes(&self, next: &Waiting) -> bool {
        let is_full = self.is_alone || next.is_alone || self.placed.len() >= TOGETHER;
        self.placed.is_empty() || !(is_full || self.affects(&next.reading))
    }

    /// Whether these articles may change the alerts of `reading`: what its watches
    /// were alerted about is read from the store, where these are not yet.
    fn affects(&self, reading: &Reading) -> bool {
        let mut met = reading.matches.iter().map(|matched| &matched.watch);
        !reading.matches.is_empty()
            && (self.has_links || met.any(|watch| self.watches.contains(watch)))
    }

    fn add(&mut self, lease: EntryLease, (planned, outcome): (Planned, ReadOutcome), done: Done) {
        let matches = &planned.reading.matches;
        self.watches
            .extend(matches.iter().map(|matched| matched.watch.clone()));
        self.has_links |= !planned.placement.linked.is_empty();
        self.placed.push((planned, done));
        self.outcomes.push((lease, outcome));
    }

    /// Adds the articles of the batch that are not in the story index yet.
    fn add_to_index(&mut self, placer: &mut Placer) {
        for (planned, _) in &self.placed[self.n_taken..] {
            placer
                .stories
                .apply(&planned.incoming(), &planned.placement);
            placer.next_article = planned.next_id();
        }
        self.n_taken = self.placed.len();
    }
}

impl Read {
    /// Places the article and commits it with everything that follows from it,
    /// perhaps along with others: the worker that gets the lock places for all that wait.
    pub(super) async fn place(
        &self,
        lease: EntryLease,
        reading: Reading,
    ) -> Result<(), StoreError> {
        let (done, mut settled) = oneshot::channel();
        self.queue.waiting().push_back(Waiting {
            lease,
            reading,
            done,
            is_alone: false,
        });
        let cut_off = || StoreError::Database("placing an article was cut off".to_owned());
        let mut placer = tokio::select! {
            biased;
            outcome = &mut settled => return outcome.unwrap_or_else(|_| Err(cut_off())),
            placer = self.daemon.stories.lock() => placer,
        };
        loop {
            match settled.try_recv() {
                Ok(outcome) => return outcome,
                Err(TryRecvError::Closed) => return Err(cut_off()),
                Err(TryRecvError::Empty) => self.place_next(&mut placer).await,
            }
        }
    }

    /// Places the next batch.
    async fn place_next(&self, placer: &mut Placer) {
        if placer.is_ahead
            && let Err(err) = restore::again(&self.daemon, placer).await
        {
            let err = StoreError::Database(format!("the stories cannot be rebuilt: {err:#}"));
            if let Some(next) = self.queue.waiting().pop_front() {
                let _ = next.done.send(Err(err));
            }
            return;
        }
        let mut batch = Batch::default();
        while let Some(next) = self.queue.next(&batch) {
            batch.is_alone = next.is_alone;
            if !batch.placed.is_empty() {
                // Each is placed against all before it. The last is added to the
                // index only once it is committed.
                placer.is_ahead = true;
                batch.add_to_index(placer);
            }
            let begun = Instant::now();
            let planned = self.plan(placer, &mut batch.sites, &next.lease, next.reading);
            match planned.await {
                Ok(planned) => {
                    self.charge(&next.lease, begun.elapsed());
                    batch.add(next.lease, planned, next.done);
                }
                Err(err) => {
                    let _ = next.done.send(Err(err));
                }
            }
        }
        if !batch.placed.is_empty() {
            self.commit(placer, batch).await;
        }
    }

    async fn commit(&self, placer: &mut Placer, mut batch: Batch) {
        let daemon = &self.daemon;
        let begun = Instant::now();
        failpoint::reached("placed");
        let outcomes: Arc<[_]> = std::mem::take(&mut batch.outcomes).into();
        let written = stage::record(&daemon.health, || {
            daemon.store.finish_reads(Arc::clone(&outcomes))
        });
        match written.await {
            Ok(()) => {
                failpoint::reached("read");
                batch.add_to_index(placer);
                placer.is_ahead = false;
                let part = begun.elapsed() / outcomes.len().max(1) as u32;
                outcomes
                    .iter()
                    .for_each(|(lease, _)| self.charge(lease, part));
                if batch.placed.iter().any(|(planned, _)| planned.n_alerts > 0) {
                    daemon.wakes.deliver.notify_one();
                }
                for (_, done) in batch.placed {
                    let _ = done.send(Ok(()));
                }
            }
            Err(err) => self.failed(batch, &outcomes, &err),
        }
    }

    /// Charges the lease's feed for the time that its article kept all others waiting.
    fn charge(&self, lease: &EntryLease, held_up: Duration) {
        let feed = (lease.feed, lease.feed_url.as_str());
        self.daemon.charge_placing(feed, held_up);
    }

    /// The commit failed. If it had several articles, one of them may be the cause: each
    /// is placed again by itself.
    fn failed(&self, batch: Batch, outcomes: &[(EntryLease, ReadOutcome)], err: &StoreError) {
        let n_articles = batch.placed.len();
        let placed = batch.placed.into_iter().zip(outcomes);
        if n_articles == 1 {
            for ((_, done), _) in placed {
                let _ = done.send(Err(err.clone()));
            }
            return;
        }
        tracing::warn!(articles = n_articles, err = %err, "articles could not be committed together; each is placed again by itself");
        let mut waiting = self.queue.waiting();
        for ((planned, done), (lease, _)) in placed.rev() {
            waiting.push_front(Waiting {
                lease: lease.clone(),
                reading: planned.reading,
                done,
                is_alone: true,
            });
        }
    }
}

#[cfg(test)]
mod tests;
