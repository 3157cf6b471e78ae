//! `/metrics`: figures for Prometheus, read from the store when they are asked for.
//! Only troubled feeds are named, and only so many.

use super::Shared;
use super::api::problem::ApiError;
use super::views::ViewError;
use crate::store::{FeedFilter, FeedPart, StoreError};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::AtomicU64;

/// Most feeds that are named.
const MAX_FEEDS: usize = 200;

type Labels = Vec<(&'static str, String)>;
type Real = Gauge<f64, AtomicU64>;

/// Serves the figures.
pub(super) async fn serve(State(shared): State<Shared>) -> Result<Response, ApiError> {
    let _reader = shared.readers.acquire().await;
    let registry = gather(&shared, Timestamp::now()).await?;
    let mut text = String::new();
    encode(&mut text, &registry)
        .map_err(|_| ApiError(ViewError::Store(StoreError::Database("metrics".to_owned()))))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

async fn gather(shared: &Shared, now: Timestamp) -> Result<Registry, StoreError> {
    let mut root = Registry::default();
    process(&mut root, (shared.source.running)().since);
    let registry = root.sub_registry_with_prefix("newsvane");
    let store = &shared.source.store;
    let running = (shared.source.running)();
    let build = Family::<Labels, Gauge>::default();
    build
        .get_or_create(&vec![("version", running.version.clone())])
        .set(1);
    registry.register("build_info", "The program that runs", build);
    gauge(
        registry,
        "watches",
        "Watches in force",
        running.watches as f64,
    );
    let is_in_force = running.watchlist_error.is_none();
    gauge(
        registry,
        "watchlist_in_force",
        "1 if the watchlist files as they stand are in force, 0 if they have errors",
        f64::from(u8::from(is_in_force)),
    );
    gauge(
        registry,
        "troubles",
        "What keeps the daemon from its work; 0 while all is well",
        running.progress.troubles.len() as f64,
    );
    stored(registry, store.numbers().await?);
    let oldest = store.oldest_undelivered().await?;
    let age = oldest.map_or(0.0, |at| now.duration_since(at).as_secs_f64().max(0.0));
    seconds(
        registry,
        "oldest_undelivered_age",
        "Age of the oldest alert that is still to be delivered; 0 if there is none",
        age,
    );
    seconds(
        registry,
        "committed_age",
        "Time since the store last took a write",
        running.progress.committed_s as f64,
    );
    loops(registry, &running.progress.loops);
    deliveries(registry, shared).await?;
    troubled_feeds(registry, shared).await?;
    gauge(
        registry,
        "event_listeners",
        "Readers of the stream of events",
        shared.events.n_listeners() as f64,
    );
    Ok(root)
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: f64) {
    let gauge = Real::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

fn seconds(registry: &mut Registry, name: &str, help: &str, value: f64) {
    let gauge = Real::default();
    gauge.set(value);
    registry.register_with_unit(name, help, Unit::Seconds, gauge);
}

fn stored(registry: &mut Registry, n: crate::store::Numbers) {
    let feeds = Family::<Labels, Gauge>::default();
    for (state, value) in [("failing", n.failing), ("silent", n.silent)] {
        feeds
            .get_or_create(&vec![("state", state.to_owned())])
            .set(value.cast_signed());
    }
    registry.register("feeds_troubled", "Feeds with problems, by state", feeds);
    for (name, help, value) in [
        ("feeds", "Feeds that are polled", n.feeds),
        ("entries_stored", "Entries in the store", n.entries),
        ("entries_unread", "Entries that wait to be read", n.unread),
        (
            "entries_given_up",
            "Entries that could not be read",
            n.given_up,
        ),
        ("articles_stored", "Articles in the store", n.articles),
        ("stories_stored", "Stories in the store", n.stories),
        ("alerts_stored", "Alerts in the store", n.alerts),
        ("deliveries_pending", "Deliveries on their way", n.pending),
        ("deliveries_dead", "Deliveries that were given up", n.dead),
    ] {
        gauge(registry, name, help, value as f64);
    }
    let bytes = Real::default();
    bytes.set(n.bytes as f64);
    registry.register_with_unit("store_size", "Size of the store's file", Unit::Bytes, bytes);
}

fn loops(registry: &mut Registry, loops: &[super::LoopProgress]) {
    let (turned, bound) = (
        Family::<Labels, Real>::default(),
        Family::<Labels, Real>::default(),
    );
    for progress in loops {
        let labels = vec![("loop", progress.name.clone())];
        turned.get_or_create(&labels).set(progress.turned_s as f64);
        bound.get_or_create(&labels).set(progress.bound_s as f64);
    }
    registry.register_with_unit(
        "loop_turned_age",
        "Time since each loop last turned",
        Unit::Seconds,
        turned,
    );
    registry.register_with_unit(
        "loop_bound",
        "Time without a turn from which on a loop counts as stuck",
        Unit::Seconds,
        bound,
    );
}

async fn deliveries(registry: &mut Registry, shared: &Shared) -> Result<(), StoreError> {
    let (family, enabled) = (
        Family::<Labels, Gauge>::default(),
        Family::<Labels, Gauge>::default(),
    );
    for facts in shared.source.store.receiver_facts().await? {
        for (state, n) in [
            ("pending", facts.pending),
            ("delivered", facts.delivered),
            ("dead", facts.dead),
        ] {
            let labels = vec![
                ("receiver", facts.name.clone()),
                ("state", state.to_owned()),
            ];
            family.get_or_create(&labels).set(n.cast_signed());
        }
        enabled
            .get_or_create(&vec![("receiver", facts.name.clone())])
            .set(i64::from(facts.disabled.is_none()));
    }
    registry.register(
        "receiver_deliveries",
        "Deliveries in the store, by receiver and state",
        family,
    );
    registry.register(
        "receiver_enabled",
        "1 if alerts are sent to the receiver, 0 if it is disabled",
        enabled,
    );
    Ok(())
}

async fn troubled_feeds(registry: &mut Registry, shared: &Shared) -> Result<(), StoreError> {
    let filter = FeedPart {
        which: FeedFilter::Troubled,
        text: None,
        after: None,
        limit: MAX_FEEDS,
    };
    let family = Family::<Labels, Gauge>::default();
    for feed in shared.source.store.feed_part(filter).await? {
        let n = i64::from(feed.failures);
        family.get_or_create(&vec![("feed", feed.url)]).set(n);
    }
    registry.register(
        "feed_failures",
        "Polls that failed in a row, of feeds with problems; of very many, the first 200",
        family,
    );
    Ok(())
}

/// The process's own figures, under the names that Prometheus gives them.
fn process(registry: &mut Registry, since: Timestamp) {
    let cpu = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let used = Counter::<f64, AtomicU64>::default();
    used.inc_by(cpu.tv_sec as f64 + cpu.tv_nsec as f64 / 1e9);
    registry.register_with_unit("process_cpu", "Processor time used", Unit::Seconds, used);
    seconds(
        registry,
        "process_start_time",
        "When the process was started, since 1970",
        since.as_second() as f64,
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
    if let Some(kib) = kib {
        let bytes = Real::default();
        bytes.set(kib * 1024.0);
        registry.register_with_unit(
            "process_resident_memory",
            "Memory of the process",
            Unit::Bytes,
            bytes,
        );
    }
}
