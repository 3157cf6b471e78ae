//! One poll: a conditional request, what the answer means, and what is
//! remembered of it.

use crate::config::watchlist::FeedSpec;
use crate::daemon::poll::archive;
use crate::daemon::poll::diff;
use crate::daemon::poll::diff::Case;
use crate::daemon::poll::events;
use crate::daemon::poll::events::{FeedEvent, Named, Turn};
use crate::daemon::poll::feed_memory;
use crate::daemon::poll::feed_memory::Memory;
use crate::daemon::poll::queue::{Outcome, Scheduled};
use crate::daemon::runtime::cost::metered;
use crate::daemon::runtime::{failpoint, offload};
use crate::daemon::{Daemon, stage};
use crate::feed;
use crate::feed::identity::Flood;
use crate::feed::{Hints, ParsedFeed};
use crate::http::{BasicAuth, FetchError, Fetched, Get, Kind, SecretSource, Validators, shown_url};
use crate::policy::{Moved, PollFailure};
use crate::store::{AlertRecord, EntryChange, KnownEntry, PollRecord, ReadPlan, StoreError};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tracing::Level;
use url::Url;

/// A poll under way.
pub(crate) struct Polled<'a> {
    pub daemon: &'a Arc<Daemon>,
    /// What the watchlist says of the feed; none if it was just taken out.
    pub feed: Option<&'a FeedSpec>,
    pub known: &'a Scheduled,
    pub now: Timestamp,
}

impl Polled<'_> {
    pub(crate) async fn fetch(&self) -> Result<(Get, Fetched), FetchError> {
        // A new address that fails is doubted again: the old one may know better.
        let moved = self
            .known
            .memory
            .moved
            .as_ref()
            .filter(|moved| moved.is_certain(self.now) && self.known.subscription.failures < 3);
        let url = moved.map_or(&self.known.subscription.url, |moved| &moved.to);
        let parsed = self.feed.map(|feed| &feed.url);
        let parsed = parsed.filter(|parsed| parsed.as_str() == url).cloned();
        let Some(url) = parsed.or_else(|| Url::parse(url).ok()) else {
            // The watchlist was checked; a store edited by hand was not.
            return Err(FetchError::Redirect {
                host: self.known.subscription.url.clone(),
                cause: "not an address".to_owned(),
            });
        };
        let mut get = Get::new(url, Kind::Feed);
        let validators = Validators {
            etag: self.known.subscription.etag.clone(),
            last_modified: self.known.subscription.last_modified.clone(),
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

    pub(crate) async fn judge(&self, get: Get, fetched: Fetched) -> Result<Outcome, StoreError> {
        if fetched.status == 304 {
            // Most polls end here: without a document, it costs the feed nothing.
            return Ok(self.unchanged(&fetched, self.known.subscription.body_hash));
        }
        self.charge(Duration::ZERO, fetched.body.len());
        match fetched.status {
            // Boxed: most polls do not come here, and its state is large.
            200..=299 => Box::pin(self.changed(get, fetched)).await,
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

    /// Puts on the feed's account what its poll took.
    fn charge(&self, processor: Duration, n_bytes: usize) {
        let known = &self.known.subscription;
        self.daemon
            .charge_poll((known.id, &known.url), processor, n_bytes);
    }

    /// A record that carries over what a poll without news leaves as it is.
    fn record(&self) -> PollRecord {
        PollRecord {
            at: self.now,
            next: None,
            status: None,
            error: None,
            etag: self.known.subscription.etag.clone(),
            last_modified: self.known.subscription.last_modified.clone(),
            body_hash: self.known.subscription.body_hash,
            title: None,
            is_whole: false,
            memory: None,
            silent_since: None,
            entries: Vec::new(),
            alerts: Vec::new(),
        }
    }

    pub(crate) fn failed(
        &self,
        status: Option<u16>,
        error: String,
        failure: PollFailure,
    ) -> Outcome {
        let failures = self.known.subscription.failures + 1;
        let longest = self.daemon.settings.scheduler.max_interval.0;
        let next = feed_memory::after_trouble(failure, failures, longest, self.now);
        let mut memory = self.known.memory.clone();
        let event = events::after_failure(&mut memory, failures, next.is_none(), &error, self.now);
        let record = PollRecord {
            status,
            error: Some(error),
            next,
            alerts: self.alerts(event, next),
            ..self.record()
        };
        self.outcome(record, memory)
    }

    /// A poll that went well, and what it makes of the feed's memory.
    fn succeeded(
        &self,
        fetched: &Fetched,
        body_hash: Option<u64>,
        mut memory: Memory,
        found_news: bool,
    ) -> Outcome {
        let expected = |rhythm: &_, since| self.daemon.expected_entries(rhythm, since, self.now);
        let events = events::after_success(&mut memory, found_news, expected, self.now);
        let fresh_for = fetched.cache.fresh_for();
        let next = Some(
            self.daemon
                .after_success(self.feed, &memory, fresh_for, self.now),
        );
        let record = PollRecord {
            status: Some(fetched.status),
            next,
            etag: fetched.validators.etag.clone(),
            last_modified: fetched.validators.last_modified.clone(),
            body_hash,
            alerts: self.alerts(events, next),
            ..self.record()
        };
        self.outcome(record, memory)
    }

    /// With the memory where it has changed, for the store and for the rota.
    fn outcome(&self, mut record: PollRecord, memory: Memory) -> Outcome {
        record.silent_since = memory.silent_since;
        let memory = (memory != self.known.memory).then_some(memory);
        record.memory = memory.as_ref().map(Memory::to_json);
        Outcome {
            record,
            memory,
            began_document: false,
        }
    }

    /// Nothing changed; a 304 need not repeat the validators it confirms.
    fn unchanged(&self, fetched: &Fetched, body_hash: Option<u64>) -> Outcome {
        let memory = Memory {
            moved: self.moved_by(fetched),
            ..self.known.memory.clone()
        };
        let mut outcome = self.succeeded(fetched, body_hash, memory, false);
        let (record, known) = (&mut outcome.record, &self.known.subscription);
        record.etag = record.etag.take().or_else(|| known.etag.clone());
        record.last_modified = record
            .last_modified
            .take()
            .or_else(|| known.last_modified.clone());
        outcome
    }

    async fn changed(&self, get: Get, fetched: Fetched) -> Result<Outcome, StoreError> {
        let is_delta = fetched.is_delta;
        let known = &self.known.subscription;
        let body_hash = match is_delta {
            // Of a part; the whole document's is still the one before.
            true => known.body_hash,
            false => Some(xxhash_rust::xxh3::xxh3_64(&fetched.body)),
        };
        if !is_delta && known.body_hash == body_hash {
            // With validators as they are now, be it none: 200 is a whole answer.
            let memory = Memory {
                moved: self.moved_by(&fetched),
                ..self.known.memory.clone()
            };
            return Ok(self.succeeded(&fetched, body_hash, memory, false));
        }
        // Counted before it is read, and committed: it may end the process.
        let entries = stage::record(&self.daemon.health, || {
            self.daemon.store.begin_document(known.id)
        })
        .await?;
        failpoint::reached("document-begun");
        let outcome = self.document(&get, fetched, body_hash, &entries).await;
        Ok(Outcome {
            began_document: true,
            ..outcome
        })
    }

    /// Reads a document that is not the one before, and judges its entries.
    async fn document(
        &self,
        get: &Get,
        fetched: Fetched,
        body_hash: Option<u64>,
        known: &[KnownEntry],
    ) -> Outcome {
        let is_delta = fetched.is_delta;
        let (parsed, processor) = parse(&fetched).await;
        self.charge(processor, 0);
        let mut parsed = match parsed {
            Ok(parsed) => parsed,
            Err(err) => return self.failed(Some(fetched.status), err, PollFailure::Trouble),
        };
        let is_first = self.known.subscription.succeeded.is_none();
        let is_gap = !is_first && !is_delta && parsed.prev_archive.is_some();
        if is_gap && !known.is_empty() && !diff::knows_any(known, &parsed.entries) {
            let archived = archive::fill_gap(self.daemon, (get, &fetched.url), known, &mut parsed);
            let (processor, n_bytes) = archived.await;
            self.charge(processor, n_bytes);
        }
        let case = Case {
            known,
            by_link: self.known.memory.by_link,
            first_run: is_first.then_some(self.daemon.settings.scheduler.on_first_run),
            is_delta,
            now: self.now,
        };
        let (judged, processor) = metered(|| diff::judge(&case, &parsed));
        self.charge(processor, 0);
        self.log_flood(judged.flood);
        let mut memory = Memory {
            moved: self.moved_by(&fetched),
            by_link: judged.by_link,
            ..self.known.memory.clone()
        };
        memory.learn(&parsed, &judged.published, is_first, self.now);
        let found_news = !judged.published.is_empty();
        let mut outcome = self.succeeded(&fetched, body_hash, memory, found_news);
        outcome.record.title = parsed.title;
        outcome.record.entries = judged.changes;
        outcome.record.is_whole = !is_delta;
        outcome
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
            id: self.known.subscription.id.to_string(),
            url: &self.known.subscription.url,
            title: self.known.subscription.shown_name(),
        };
        let mut alerts = Vec::new();
        for event in events {
            let (feed, since, reason) = (
                &self.known.subscription.url,
                event.since.to_string(),
                &event.reason,
            );
            match event.turn {
                Turn::Failing => tracing::error!(feed, since, reason, "a feed is failing"),
                Turn::Silent => tracing::warn!(feed, since, reason, "a feed is silent"),
                Turn::Recovered => tracing::info!(feed, since, reason, "a feed has recovered"),
            }
            if !to.is_empty() {
                alerts.push(events::alert(event, &named, next, to, self.now));
            }
        }
        alerts
    }

    fn log_flood(&self, flood: Option<Flood>) {
        if let Some(flood) = flood {
            tracing::warn!(
                feed = %self.known.subscription.url, unknown = flood.n_unknown, recognised = flood.n_recognised,
                quiet = flood.n_quiet,
                "a feed came back under new keys; what could not be recognised is stored without alerting"
            );
        }
    }

    /// Permanent redirects, as far as they agree. Only of documents that could
    /// be read as a feed, or that are unchanged since: others do not get here.
    fn moved_by(&self, fetched: &Fetched) -> Option<Moved> {
        let to = fetched.moved_to().map(Url::as_str);
        feed_memory::moved(self.known.memory.moved.as_ref(), to, self.now)
    }

    /// One line on how it went: at debug level where nothing was found.
    pub(crate) fn log(&self, record: &PollRecord) {
        if record.error.is_none() && record.entries.is_empty() && !tracing::enabled!(Level::DEBUG) {
            return;
        }
        let (feed, status) = (&self.known.subscription.url, record.status);
        let next = record.next.map(|at| at.to_string()).unwrap_or_default();
        let elapsed_ms = self.daemon.now().duration_since(self.now).as_millis();
        if let Some(err) = &record.error {
            let failures = self.known.subscription.failures + 1;
            tracing::warn!(
                feed,
                status,
                failures,
                next,
                elapsed_ms,
                err,
                "a poll failed"
            );
            return;
        }
        let count = |is: fn(&EntryChange) -> bool| {
            record.entries.iter().filter(|change| is(change)).count()
        };
        let new = count(|change| matches!(change, EntryChange::New(_)));
        if new > 0 {
            let recorded = count(|change| !is_to_read(change));
            tracing::info!(feed, status, new, recorded, next, elapsed_ms, "polled");
        } else {
            tracing::debug!(feed, status, next, elapsed_ms, "polled");
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

/// Reads the document, and says how much of a processor it took.
pub(crate) async fn parse(fetched: &Fetched) -> (Result<ParsedFeed, String>, Duration) {
    let (bytes, content_type) = (fetched.body.clone(), fetched.content_type.clone());
    let base = fetched.url.to_string();
    let work = move || {
        let hints = Hints {
            content_type: content_type.as_deref(),
            base: Some(&base),
        };
        feed::parse(&bytes, &hints).map_err(|err| err.to_string())
    };
    let panicked = "reading it panicked; please report it";
    offload::run(fetched.body.len(), || metered(work))
        .await
        .unwrap_or_else(|_| (Err(panicked.to_owned()), Duration::ZERO))
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

/// Whether the read stage has to do with it.
pub(crate) fn is_to_read(change: &EntryChange) -> bool {
    match change {
        EntryChange::New(entry) | EntryChange::Edited(_, entry) => entry.plan != ReadPlan::Record,
        EntryChange::Seen(_) | EntryChange::Renamed(..) => false,
    }
}
