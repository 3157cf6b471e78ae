//! The body of a feed that is not the same as at the last poll: parsed and compared
//! with the known entries.

use crate::daemon::poll::archive;
use crate::daemon::poll::attempt::PollAttempt;
use crate::daemon::poll::diff::{self, DiffContext};
use crate::daemon::poll::feed_memory::PollMemory;
use crate::daemon::poll::parse::parse;
use crate::daemon::poll::parts;
use crate::daemon::poll::queue::Outcome;
use crate::daemon::runtime::cost::metered;
use crate::daemon::runtime::failpoint;
use crate::daemon::stage;
use crate::feed::identity::Flood;
use crate::http::{Fetched, Get};
use crate::policy::PollFailure;
use crate::store::{KnownEntry, StoreError};

impl PollAttempt<'_> {
    /// Handles a 2xx response. If the body is the same as at the last poll, the feed is
    /// unchanged.
    pub(super) async fn changed(&self, get: Get, fetched: Fetched) -> Result<Outcome, StoreError> {
        let is_delta = fetched.is_delta;
        let known = &self.known.subscription;
        let body_hash = match is_delta {
            // The body of a delta is a part of the document; the hash stays that of the
            // last whole one.
            true => known.body_hash,
            false => Some(xxhash_rust::xxh3::xxh3_64(&fetched.body)),
        };
        if !is_delta && known.body_hash == body_hash {
            // A 200 replaces the validators, even with none.
            let mut memory = PollMemory {
                moved: self.moved_by(&fetched),
                ..self.known.memory.clone()
            };
            memory.note_whole(self.now);
            return Ok(self.succeeded(&fetched, body_hash, memory, false));
        }
        // The try is committed before the document is parsed, because parsing it may
        // end the process.
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

    /// Parses a new document and compares its entries with the known ones.
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
        let is_index = !parsed.parts.is_empty();
        if is_index {
            let read = parts::read(self.daemon, (get, &fetched.url), &mut parsed).await;
            let (processor, n_bytes) = match read {
                Ok(cost) => cost,
                Err(err) => return self.failed(Some(fetched.status), err, PollFailure::Trouble),
            };
            self.charge(processor, n_bytes);
        }
        let is_first = self.known.subscription.succeeded.is_none();
        let is_gap = !is_first && !is_delta && parsed.prev_archive.is_some();
        if is_gap && !known.is_empty() && !diff::knows_any(known, &parsed.entries) {
            let archived = archive::fill_gap(self.daemon, (get, &fetched.url), known, &mut parsed);
            let (processor, n_bytes) = archived.await;
            self.charge(processor, n_bytes);
        }
        let context = DiffContext {
            known,
            by_link: self.known.memory.by_link,
            first_run: is_first.then_some(self.daemon.settings.scheduler.on_first_run),
            is_delta,
            now: self.now,
        };
        let (diff, processor) = metered(|| diff::compare(&context, &parsed));
        self.charge(processor, 0);
        self.log_flood(diff.flood);
        let mut memory = PollMemory {
            moved: self.moved_by(&fetched),
            by_link: diff.by_link,
            ..self.known.memory.clone()
        };
        if !is_delta {
            memory.note_whole(self.now);
        }
        memory.learn(&parsed, &diff.published, is_first, self.now);
        let found_news = !diff.published.is_empty();
        let mut outcome = self.succeeded(&fetched, body_hash, memory, found_news);
        outcome.record.title = parsed.title;
        outcome.record.entries = diff.changes;
        outcome.record.is_whole = !is_delta;
        if is_index {
            // Its sitemaps change although the index may stay the same.
            outcome.record.body_hash = None;
            outcome.record.etag = None;
            outcome.record.last_modified = None;
        }
        outcome
    }

    fn log_flood(&self, flood: Option<Flood>) {
        if let Some(flood) = flood {
            tracing::warn!(
                feed = %self.known.subscription.url, unknown = flood.n_unknown, recognised = flood.n_recognised,
                quiet = flood.n_quiet,
                "most entries of a feed have new ids; entries that could not be recognised are stored without alerting"
            );
        }
    }
}
