//! The poll stage: a conditional request, the document read, and its entries
//! committed together with the validators and the next poll's time.

use super::budget::Budget;
use super::feed_events::{self, FeedEvent, Named, Turn};
use super::judge::{self, Case};
use super::point;
use super::schedule::{self, Memory};
use super::stage::{self, Stage};
use super::{Daemon, archive};
use crate::config::watchlist::FeedSpec;
use crate::feed::identity::Flood;
use crate::feed::{self, Hints, ParsedFeed};
use crate::http::{BasicAuth, FetchError, Fetched, Get, Kind, SecretSource, Validators, shown_url};
use crate::policy::{Moved, PollFailure};
use crate::store::{AlertRecord, EntryChange, FeedLease, PollRecord, ReadPlan, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use url::Url;

/// How long a feed is lent: the longest request, with waiting for its host.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// Leases in a row that no poll finished: what it serves ends the process.
const MAX_TRIES: u32 = 3;

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
    type Lease = FeedLease;
    const NAME: &'static str = "poll";

    fn slots(&self) -> usize {
        self.daemon.settings.daemon.polls
    }

    fn wake(&self) -> &Notify {
        &self.daemon.wakes.poll
    }

    async fn lease(&self, free: usize) -> Result<Vec<FeedLease>, StoreError> {
        let now = self.daemon.now();
        let due = self.last.map_or(now, |last| last.min(now));
        let n = self.with_budget(|budget| budget.available(free, now));
        if n == 0 {
            return Ok(Vec::new());
        }
        let leases = self.daemon.store.lease_feeds(due, now + LEASE, n).await?;
        self.with_budget(|budget| budget.spend(leases.len()));
        point::reached("feeds-lent");
        Ok(leases)
    }

    async fn work(self: Arc<Self>, lease: FeedLease) -> Result<(), StoreError> {
        let daemon = &self.daemon;
        daemon.observe_poll(lease.due, daemon.now());
        let watched = daemon.watched();
        let feed = watched.feed(&lease.url);
        let poll = Polled {
            daemon,
            lease: &lease,
            feed,
            memory: Memory::from_json(&lease.memory),
            now: daemon.now(),
        };
        let record = if lease.tries > MAX_TRIES {
            let error = "reading it ended the process three times in a row".to_owned();
            poll.failed(None, error, PollFailure::Trouble)
        } else {
            match poll.fetch().await {
                Ok((get, fetched)) => poll.judge(&get, fetched).await?,
                Err(FetchError::HostClosed { retry_in, .. }) => {
                    self.with_budget(Budget::give_back);
                    let at = self.reopening(poll.now, retry_in).await;
                    return daemon.store.postpone_poll(&lease, at).await;
                }
                Err(err) => poll.failed(None, err.to_string(), PollFailure::Trouble),
            }
        };
        let n_new = record
            .entries
            .iter()
            .filter(|change| is_to_read(change))
            .count();
        poll.log(&record);
        let tells = !record.alerts.is_empty();
        point::reached("fetched");
        stage::record(|| daemon.store.finish_poll(&lease, record.clone())).await?;
        point::reached("polled");
        if n_new > 0 {
            daemon.wakes.read.notify_one();
        }
        if tells {
            daemon.wakes.deliver.notify_one();
        }
        Ok(())
    }
}

fn is_to_read(change: &EntryChange) -> bool {
    match change {
        EntryChange::New(entry) | EntryChange::Edited(_, entry) => entry.plan != ReadPlan::Record,
        EntryChange::Seen(_) | EntryChange::Renamed(..) => false,
    }
}

/// A poll under way.
struct Polled<'a> {
    daemon: &'a Arc<Daemon>,
    lease: &'a FeedLease,
    feed: Option<&'a FeedSpec>,
    memory: Memory,
    now: Timestamp,
}

impl Polled<'_> {
    async fn fetch(&self) -> Result<(Get, Fetched), FetchError> {
        // A new address that fails is doubted again: the old one may know better.
        let moved = self
            .memory
            .moved
            .as_ref()
            .filter(|moved| moved.is_certain(self.now) && self.lease.failures < 3);
        let url = moved.map_or(&self.lease.url, |moved| &moved.to);
        let Ok(url) = Url::parse(url) else {
            // The watchlist was checked; a store edited by hand was not.
            return Err(FetchError::Redirect {
                host: self.lease.url.clone(),
                cause: "not an address".to_owned(),
            });
        };
        let mut get = Get::new(url, Kind::Feed);
        let validators = Validators {
            etag: self.lease.etag.clone(),
            last_modified: self.lease.last_modified.clone(),
        };
        // What changed since then is enough, where the server can tell.
        get.accepts_delta = !validators.is_empty();
        get.validators = Some(validators);
        if let Some(feed) = self.feed {
            get.headers.clone_from(&feed.headers);
            get.user_agent.clone_from(&feed.user_agent);
            get.basic_auth = basic_auth(feed);
        }
        let fetched = self.daemon.client.get(&get).await?;
        Ok((get, fetched))
    }

    async fn judge(&self, get: &Get, fetched: Fetched) -> Result<PollRecord, StoreError> {
        match fetched.status {
            304 => Ok(self.unchanged(&fetched, self.lease.body_hash)),
            200..=299 => self.changed(get, fetched).await,
            status => {
                let failure = PollFailure::of_status(status, fetched.retry_after);
                Ok(self.failed(
                    Some(status),
                    advice(status),
                    failure.unwrap_or(PollFailure::Trouble),
                ))
            }
        }
    }

    /// A record that carries over what a poll without news leaves as it is.
    fn record(&self) -> PollRecord {
        PollRecord {
            at: self.now,
            next: None,
            status: None,
            error: None,
            etag: self.lease.etag.clone(),
            last_modified: self.lease.last_modified.clone(),
            body_hash: self.lease.body_hash,
            title: None,
            is_whole: false,
            memory: None,
            entries: Vec::new(),
            alerts: Vec::new(),
        }
    }

    fn failed(&self, status: Option<u16>, error: String, failure: PollFailure) -> PollRecord {
        let failures = self.lease.failures + 1;
        let longest = self.daemon.settings.scheduler.max_interval.0;
        let next = schedule::after_trouble(failure, failures, longest, self.now);
        let mut memory = self.memory.clone();
        let event =
            feed_events::after_failure(&mut memory, failures, next.is_none(), &error, self.now);
        PollRecord {
            status,
            error: Some(error),
            next,
            memory: self.remembered(&memory),
            alerts: self.alerts(event, next),
            ..self.record()
        }
    }

    /// A poll that went well, and what it makes of the feed's memory.
    fn succeeded(
        &self,
        fetched: &Fetched,
        body_hash: Option<u64>,
        mut memory: Memory,
        found_news: bool,
    ) -> PollRecord {
        let expected = |rhythm: &_, since| self.daemon.expected_entries(rhythm, since, self.now);
        let events = feed_events::after_success(&mut memory, found_news, expected, self.now);
        let fresh_for = fetched.cache.fresh_for();
        let next = Some(
            self.daemon
                .after_success(self.feed, &memory, fresh_for, self.now),
        );
        PollRecord {
            status: Some(fetched.status),
            next,
            etag: fetched.validators.etag.clone(),
            last_modified: fetched.validators.last_modified.clone(),
            body_hash,
            memory: self.remembered(&memory),
            alerts: self.alerts(events, next),
            ..self.record()
        }
    }

    /// Nothing changed; a 304 need not repeat the validators it confirms.
    fn unchanged(&self, fetched: &Fetched, body_hash: Option<u64>) -> PollRecord {
        let memory = Memory {
            moved: self.moved_by(fetched),
            ..self.memory.clone()
        };
        let record = self.succeeded(fetched, body_hash, memory, false);
        PollRecord {
            etag: record.etag.or_else(|| self.lease.etag.clone()),
            last_modified: record
                .last_modified
                .or_else(|| self.lease.last_modified.clone()),
            ..record
        }
    }

    async fn changed(&self, get: &Get, fetched: Fetched) -> Result<PollRecord, StoreError> {
        let is_delta = fetched.is_delta;
        let body_hash = match is_delta {
            // Of a part; the whole document's is still the one before.
            true => self.lease.body_hash,
            false => Some(xxhash_rust::xxh3::xxh3_64(&fetched.body)),
        };
        if !is_delta && self.lease.body_hash == body_hash {
            // With validators as they are now, be it none: 200 is a whole answer.
            let memory = Memory {
                moved: self.moved_by(&fetched),
                ..self.memory.clone()
            };
            return Ok(self.succeeded(&fetched, body_hash, memory, false));
        }
        let known = self.daemon.store.known_entries(self.lease.id).await?;
        let mut parsed = match parse(&fetched).await {
            Ok(parsed) => parsed,
            Err(err) => return Ok(self.failed(Some(fetched.status), err, PollFailure::Trouble)),
        };
        let is_first = self.lease.succeeded.is_none();
        let is_gap = !is_first && !is_delta && parsed.prev_archive.is_some();
        if is_gap && !known.is_empty() && !judge::knows_any(&known, &parsed.entries) {
            archive::fill_gap(self.daemon, (get, &fetched.url), &known, &mut parsed).await;
        }
        let case = Case {
            known: &known,
            by_link: self.memory.by_link,
            first_run: is_first.then_some(self.daemon.settings.scheduler.on_first_run),
            is_delta,
            now: self.now,
        };
        let judged = judge::judge(&case, &parsed);
        self.log_flood(judged.flood);
        let mut memory = Memory {
            moved: self.moved_by(&fetched),
            by_link: judged.by_link,
            ..self.memory.clone()
        };
        memory.learn(&parsed, &judged.published, is_first, self.now);
        let found_news = !judged.published.is_empty();
        Ok(PollRecord {
            title: parsed.title,
            entries: judged.changes,
            is_whole: !is_delta,
            ..self.succeeded(&fetched, body_hash, memory, found_news)
        })
    }

    /// A memory that has changed, as it is stored.
    fn remembered(&self, memory: &Memory) -> Option<String> {
        (*memory != self.memory).then(|| memory.to_json())
    }

    /// Tells of `events`: to the log, and to the receivers for newsvane's own
    /// health, if there are any.
    fn alerts(
        &self,
        events: impl IntoIterator<Item = FeedEvent>,
        next: Option<Timestamp>,
    ) -> Vec<AlertRecord> {
        let to = &self.daemon.settings.defaults.health;
        let named = Named {
            id: self.lease.id.to_string(),
            url: &self.lease.url,
            title: self.lease.title.as_deref(),
        };
        let mut alerts = Vec::new();
        for event in events {
            let (feed, since, reason) = (&self.lease.url, event.since.to_string(), &event.reason);
            match event.turn {
                Turn::Failing => tracing::error!(feed, since, reason, "a feed is failing"),
                Turn::Silent => tracing::warn!(feed, since, reason, "a feed is silent"),
                Turn::Recovered => tracing::info!(feed, since, reason, "a feed has recovered"),
            }
            if !to.is_empty() {
                alerts.push(feed_events::alert(event, &named, next, to, self.now));
            }
        }
        alerts
    }

    fn log_flood(&self, flood: Option<Flood>) {
        if let Some(flood) = flood {
            tracing::warn!(
                feed = %self.lease.url, unknown = flood.n_unknown, recognised = flood.n_recognised,
                quiet = flood.n_quiet,
                "a feed came back under new keys; what could not be recognised is stored without alerting"
            );
        }
    }

    /// Permanent redirects, as far as they agree. Only of documents that could
    /// be read as a feed, or that are unchanged since: others do not get here.
    fn moved_by(&self, fetched: &Fetched) -> Option<Moved> {
        let to = fetched.moved_to().map(Url::as_str);
        schedule::moved(self.memory.moved.as_ref(), to, self.now)
    }

    fn log(&self, record: &PollRecord) {
        let (feed, status) = (&self.lease.url, record.status);
        let next = record.next.map(|at| at.to_string()).unwrap_or_default();
        let elapsed_ms = self.daemon.now().duration_since(self.now).as_millis();
        match &record.error {
            Some(err) => {
                let failures = self.lease.failures + 1;
                tracing::warn!(
                    feed,
                    status,
                    failures,
                    next,
                    elapsed_ms,
                    err,
                    "a poll failed"
                );
            }
            None => {
                let new = record
                    .entries
                    .iter()
                    .filter(|change| matches!(change, EntryChange::New(_)))
                    .count();
                let quiet = record
                    .entries
                    .iter()
                    .filter(|change| !is_to_read(change))
                    .count();
                if new > 0 {
                    tracing::info!(
                        feed,
                        status,
                        new,
                        recorded = quiet,
                        next,
                        elapsed_ms,
                        "polled"
                    );
                } else {
                    tracing::debug!(feed, status, next, elapsed_ms, "polled");
                }
            }
        }
    }
}

/// The credentials of a feed's `basic_auth_file`. Read anew for each poll, so
/// that a changed password needs no restart.
fn basic_auth(feed: &FeedSpec) -> Option<BasicAuth> {
    let file = feed.basic_auth_file.as_ref()?;
    let source = SecretSource {
        secret_file: Some(file.clone()),
        ..SecretSource::default()
    };
    let secret = source.read().inspect_err(|err| {
        tracing::warn!(feed = %shown_url(&feed.url), err = %err, "basic_auth_file cannot be used; the feed is asked without it");
    });
    BasicAuth::parse(&secret.ok()?)
}

/// Reads the document on a thread that may take its time.
pub(super) async fn parse(fetched: &Fetched) -> Result<ParsedFeed, String> {
    let (bytes, content_type) = (fetched.body.clone(), fetched.content_type.clone());
    let base = fetched.url.to_string();
    let work = move || {
        let hints = Hints {
            content_type: content_type.as_deref(),
            base: Some(&base),
        };
        feed::parse(&bytes, &hints).map_err(|err| err.to_string())
    };
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err("reading it panicked; please report it".to_owned()))
}

/// What a status that is no success means, and what to do.
fn advice(status: u16) -> String {
    let advice = match status {
        401 | 403 => "; set user_agent, headers or basic_auth_file for it, or remove it",
        404 => "; has it moved? `newsvane feeds discover` with the site's address finds its feeds",
        410 => ": it is gone for good; take it out of the watchlist",
        429 => "; it is polled less often for now",
        _ => "",
    };
    format!("answered {status}{advice}")
}
