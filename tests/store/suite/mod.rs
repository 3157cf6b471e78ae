//! The tests that every backend of the store must pass, by subject.

mod leases;
mod polls;
mod articles;
mod deliveries;
mod held;
mod retention;
mod archive;

pub(crate) use archive::*;
pub(crate) use articles::*;
pub(crate) use deliveries::*;
pub(crate) use held::*;
pub(crate) use leases::*;
pub(crate) use polls::*;
pub(crate) use retention::*;

use crate::fixture::{Place, article, at, entry, poll, with_feed};
use newsvane::model::{InThread, WatchId};
use newsvane::store::{
    AlertFilter, ArticleRecord, AttemptRecord, DeliveryOutcome, EntryChange, ReadOutcome, Store,
};
use std::sync::Arc;
use std::time::Duration;

pub(super) fn attempt(outcome: DeliveryOutcome) -> AttemptRecord {
    let error =
        (!matches!(outcome, DeliveryOutcome::Delivered)).then(|| "it answered 503".to_owned());
    AttemptRecord {
        at: at(7),
        elapsed: Duration::from_millis(12),
        status: Some(503),
        error,
        outcome,
        in_thread: InThread::No,
        notice: None,
    }
}

pub(super) async fn all_alerts(store: &Arc<dyn Store>) -> Vec<newsvane::store::AlertView> {
    store
        .alerts(AlertFilter {
            limit: 100,
            ..AlertFilter::default()
        })
        .await
        .unwrap()
}

/// The keys of the entries leased at `minutes` past noon.
pub(super) async fn leased_at(
    store: &Arc<dyn Store>,
    minutes: i64,
) -> Vec<newsvane::store::EntryLease> {
    let (now, until) = (at(minutes), at(minutes + 10));
    store
        .lease_entries(now, until, 10, 10, Vec::new())
        .await
        .unwrap()
}

/// A store with one article for each record.
pub(super) async fn with_records(place: &Place, records: Vec<ArticleRecord>) -> Arc<dyn Store> {
    let store = place.open();
    let feed = with_feed(&store).await;
    let keys = (0..records.len()).map(|n| EntryChange::New(entry(&format!("entry {n}"))));
    store.finish_poll(feed, poll(keys.collect())).await.unwrap();
    let leases = store
        .lease_entries(at(5), at(15), 100, 100, Vec::new())
        .await
        .unwrap();
    for (lease, record) in leases.iter().zip(records) {
        let outcome = ReadOutcome::Article(Box::new(record));
        store.finish_read(lease, outcome).await.unwrap();
    }
    store
}

pub(super) fn ferries() -> WatchId {
    WatchId::from("ferries")
}

/// Reads `n` entries as articles in stories of their own, the k-th with the
/// news of `k` minutes past six past noon.
pub(super) async fn with_articles(store: &Arc<dyn Store>, n: i64, text: &str) {
    let feed = with_feed(store).await;
    let entries = (0..n).map(|k| EntryChange::New(entry(&format!("entry {k}"))));
    let record = poll(entries.collect());
    store.finish_poll(feed, record).await.unwrap();
    let leased = store
        .lease_entries(at(5), at(15), 1_000, 1_000, Vec::new())
        .await
        .unwrap();
    for (k, lease) in (1..).zip(&leased) {
        let mut record = article(k, k, Vec::new());
        record.at = at(6 + k);
        record.fetched = at(6 + k);
        record.article.blocks[0].text = format!("Number {k}. {text}");
        let outcome = ReadOutcome::Article(Box::new(record));
        store.finish_read(lease, outcome).await.unwrap();
    }
}
