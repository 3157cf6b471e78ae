//! One poll: a conditional request, what the response means, and what is remembered for
//! the next poll. `document` handles the body of a changed feed.

use crate::config::watchlist::FeedSpec;
use crate::daemon::Daemon;
use crate::daemon::poll::events;
use crate::daemon::poll::feed_memory;
use crate::daemon::poll::feed_memory::PollMemory;
use crate::daemon::poll::queue::{Outcome, QueuedFeed};
use crate::feed::FeedError;
use crate::http::{
    BasicAuth, FetchError, Fetched, Get, Kind, SecretSource, Validators, has_secrets, shown_url,
};
use crate::policy::{Moved, PollFailure};
use crate::store::{PollRecord, StoreError};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A poll in progress.
pub(crate) struct PollAttempt<'a> {
    pub daemon: &'a Arc<Daemon>,
    /// The feed in the watchlist; none if it was just removed from it.
    pub feed: Option<&'a FeedSpec>,
    pub known: &'a QueuedFeed,
    pub now: Timestamp,
}

impl PollAttempt<'_> {
    pub(crate) async fn fetch(&self) -> Result<(Get, Fetched), FetchError> {
        // After three failures at the new address the old one is asked again.
        let moved = self
            .known
            .memory
            .moved
            .as_ref()
            .filter(|moved| moved.is_certain(self.now) && self.known.subscription.failures < 3);
        let moved = moved.and_then(|moved| Url::parse(&moved.to).ok());
        let written = self.feed.map(|feed| &feed.url);
        let Some(url) = moved.or_else(|| written.cloned()) else {
            // The store knows the URL without its secrets, so that only the
            // watchlist has the one to request.
            return Err(FetchError::Redirect {
                host: self.known.subscription.url.clone(),
                cause: "the feed was just removed from the watchlist".to_owned(),
            });
        };
        let mut get = Get::new(url, Kind::Feed);
        get.feed = written.cloned();
        let validators = match self.known.memory.is_due_for_a_plain_poll(self.now) {
            true => Validators::default(),
            false => Validators {
                etag: self.known.subscription.etag.clone(),
                last_modified: self.known.subscription.last_modified.clone(),
            },
        };
        // A server that supports deltas may send only what changed (RFC 3229).
        get.accepts_delta = !validators.is_empty();
        get.validators = Some(validators);
        if let Some(feed) = self.feed {
            get.headers.clone_from(&feed.headers);
            get.user_agent.clone_from(&feed.user_agent);
            get.basic_auth = basic_auth(feed).await;
        }
        let fetched = self.daemon.client.get(&get).await?;
        Ok((get, fetched))
    }

    pub(crate) async fn handle_response(
        &self,
        get: Get,
        fetched: Fetched,
    ) -> Result<Outcome, StoreError> {
        if fetched.status == 304 {
            // Most polls end here. Without a document nothing is charged to the feed.
            return Ok(self.unchanged(&fetched, self.known.subscription.body_hash));
        }
        self.charge(Duration::ZERO, fetched.body.len());
        match fetched.status {
            // Boxed because its state is large and most polls do not get here.
            200..=299 => Box::pin(self.changed(get, fetched)).await,
            status => {
                let failure = PollFailure::of_status(status, fetched.retry_after);
                Ok(self.failed(
                    Some(status),
                    advice(status, &fetched.body),
                    failure.unwrap_or(PollFailure::Trouble),
                ))
            }
        }
    }

    /// Adds the cost of this poll to the feed's cost account.
    pub(super) fn charge(&self, processor: Duration, n_bytes: usize) {
        let known = &self.known.subscription;
        self.daemon
            .charge_poll((known.id, &known.url), processor, n_bytes);
    }

    /// A poll record that changes nothing: it repeats what is known of the feed.
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
        let every = self.feed.and_then(|feed| feed.every);
        let longest =
            feed_memory::longest_wait(every, self.daemon.settings.scheduler.max_interval.0);
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

    /// The outcome of a successful poll with the given poll memory.
    pub(super) fn succeeded(
        &self,
        fetched: &Fetched,
        body_hash: Option<u64>,
        mut memory: PollMemory,
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

    /// The outcome for the store and the poll queue, with the memory if it changed.
    fn outcome(&self, mut record: PollRecord, mut memory: PollMemory) -> Outcome {
        memory.held_until = None;
        record.silent_since = memory.silent_since;
        let memory = (memory != self.known.memory).then_some(memory);
        record.memory = memory.as_ref().map(PollMemory::to_json);
        Outcome {
            record,
            memory,
            began_document: false,
        }
    }

    /// The outcome of a poll without changes. A 304 need not repeat the validators.
    fn unchanged(&self, fetched: &Fetched, body_hash: Option<u64>) -> Outcome {
        let mut memory = PollMemory {
            moved: self.moved_by(fetched),
            ..self.known.memory.clone()
        };
        // Older versions of newsvane did not store this time.
        memory.whole_at.get_or_insert(self.now);
        let mut outcome = self.succeeded(fetched, body_hash, memory, false);
        let (record, known) = (&mut outcome.record, &self.known.subscription);
        record.etag = record.etag.take().or_else(|| known.etag.clone());
        record.last_modified = record
            .last_modified
            .take()
            .or_else(|| known.last_modified.clone());
        outcome
    }

    /// What is known of the feed's new address after this poll. Only called for
    /// responses that are a feed, or unchanged since the last one.
    pub(super) fn moved_by(&self, fetched: &Fetched) -> Option<Moved> {
        // A URL with a token is not stored: its redirect is followed each time.
        let to = fetched.moved_to().filter(|url| !has_secrets(url));
        let to = to.map(Url::as_str);
        feed_memory::moved(self.known.memory.moved.as_ref(), to, self.now)
    }
}

/// The credentials in a feed's `basic_auth_file`. Read again for each poll, so that
/// a changed password needs no restart.
async fn basic_auth(feed: &FeedSpec) -> Option<BasicAuth> {
    let file = feed.basic_auth_file.as_ref()?;
    let source = SecretSource {
        secret_file: Some(file.clone()),
        ..SecretSource::default()
    };
    // The file may lie on a disk that does not answer at once.
    let read = tokio::task::spawn_blocking(move || source.read()).await;
    let secret = read.ok()?.inspect_err(|err| {
        tracing::warn!(feed = %shown_url(&feed.url), err = %err, "basic_auth_file cannot be read; the feed is polled without it");
    });
    BasicAuth::parse(&secret.ok()?)
}

/// The error message for a status that is not a success, with what to do about it.
fn advice(status: u16, body: &[u8]) -> String {
    if let Some(by) = crate::feed::challenge(body) {
        return format!("answered {status}: {}", FeedError::Challenge { by });
    }
    let advice = match status {
        401 | 403 => "; set user_agent, headers or basic_auth_file for it, or remove it",
        404 => "; has it moved? `newsvane feeds discover` with the site's address finds its feeds",
        410 => ": it is gone for good; remove it from the watchlist",
        429 => "; it is polled less often for now",
        _ => "",
    };
    format!("answered {status}{advice}")
}
