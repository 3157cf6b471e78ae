//! Feeds and receivers, and what can be done with them.

use super::desk::watch_after;
use super::news::{alert_after, asked_again};
use super::show::{self, Bars};
use super::{Chrome, PageError, page};
use crate::web::Shared;
use crate::web::access::Visitor;
use crate::web::actions::{self, MuteQuery};
use crate::web::views::part::{Part, ROWS};
use crate::web::views::{alerts, feeds, receivers};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form};

type Page = Result<Response, PageError>;

#[derive(Template)]
#[template(path = "feeds.html")]
struct FeedsPage {
    chrome: Chrome,
    query: feeds::FeedQuery,
    part: Part<feeds::FeedLine>,
    asked: String,
}

pub(super) async fn feeds(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Query(query): Query<feeds::FeedQuery>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    let chrome = Chrome::new(visitor.as_deref(), "Feeds", "feeds");
    let (store, read) = (&shared.source.store, shared.source.statistics);
    page(&FeedsPage {
        part: feeds::list(store, read, &query, ROWS, chrome.now).await?,
        asked: asked_again(&[("state", &query.state), ("text", &query.text)]),
        chrome,
        query,
    })
}

#[derive(Template)]
#[template(path = "feed.html")]
struct FeedPage {
    chrome: Chrome,
    view: feeds::FeedPage,
    days: Bars,
}

impl FeedPage {
    /// Its own address.
    fn address(&self) -> String {
        format!("/feeds/{}", self.view.feed.feed.id)
    }
}

pub(super) async fn feed(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Path(id): Path<String>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    feed_after(&shared, visitor.as_deref(), &id, None).await
}

async fn feed_after(
    shared: &Shared,
    visitor: Option<&Visitor>,
    id: &str,
    notice: Option<(bool, String)>,
) -> Page {
    let mut chrome = Chrome::new(visitor, "Feed", "feeds");
    chrome.notice = notice;
    let (store, read) = (&shared.source.store, shared.source.statistics);
    let view = feeds::one(store, read, id, chrome.now).await?;
    page(&FeedPage {
        chrome,
        days: show::bars(&view.days, &[], "new entries"),
        view,
    })
}

#[derive(Template)]
#[template(path = "receivers.html")]
struct ReceiversPage {
    chrome: Chrome,
    receivers: Vec<receivers::ReceiverLine>,
}

pub(super) async fn receivers(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    receivers_after(&shared, visitor.as_deref(), None).await
}

async fn receivers_after(
    shared: &Shared,
    visitor: Option<&Visitor>,
    notice: Option<(bool, String)>,
) -> Page {
    let mut chrome = Chrome::new(visitor, "Receivers", "receivers");
    chrome.notice = notice;
    page(&ReceiversPage {
        receivers: receivers::list(&shared.source.store, &shared.source.settings).await?,
        chrome,
    })
}

pub(super) async fn mute_watch(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Form(query): Form<MuteQuery>,
) -> Page {
    let muted = actions::watch_to_mute(&shared, &id)?;
    let done = actions::mute(&shared, &visitor, muted, &query).await?;
    watch_after(&shared, Some(&visitor), &id, Some((done.ok, done.told))).await
}

pub(super) async fn unmute_watch(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Page {
    let muted = actions::watch_to_mute(&shared, &id)?;
    let done = actions::unmute(&shared, &visitor, muted).await?;
    watch_after(&shared, Some(&visitor), &id, Some((done.ok, done.told))).await
}

pub(super) async fn mute_feed(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Form(query): Form<MuteQuery>,
) -> Page {
    let muted = actions::feed_to_mute(&shared, &id).await?;
    let done = actions::mute(&shared, &visitor, muted, &query).await?;
    feed_after(&shared, Some(&visitor), &id, Some((done.ok, done.told))).await
}

pub(super) async fn unmute_feed(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Page {
    let muted = actions::feed_to_mute(&shared, &id).await?;
    let done = actions::unmute(&shared, &visitor, muted).await?;
    feed_after(&shared, Some(&visitor), &id, Some((done.ok, done.told))).await
}

pub(super) async fn poll_feed(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Page {
    let done = actions::poll_feed(&shared, &visitor, &id).await?;
    feed_after(&shared, Some(&visitor), &id, Some((done.ok, done.told))).await
}

pub(super) async fn redeliver_alert(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Page {
    alerts::one(&shared.source.store, &id).await?;
    let done = actions::redeliver_alert(&shared, &visitor, &id).await?;
    alert_after(&shared, &visitor, &id, (done.ok, done.told)).await
}

pub(super) async fn redeliver_all(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(name): Path<String>,
) -> Page {
    let done = actions::redeliver_all(&shared, &visitor, &name).await?;
    receivers_after(&shared, Some(&visitor), Some((done.ok, done.told))).await
}

pub(super) async fn test_receiver(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(name): Path<String>,
) -> Page {
    let done = actions::test_receiver(&shared, &visitor, &name).await?;
    receivers_after(&shared, Some(&visitor), Some((done.ok, done.told))).await
}
