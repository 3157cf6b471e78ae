//! The embedded newsroom: each outlet is a server of its own on loopback, with a
//! feed that answers conditional requests, and the articles' pages. Two hostile
//! feeds run beside them.

use super::pages::{self, Text};
use super::script::{FeedForm, HOSTILE, Hostile, OUTLETS, Outlet, Piece};
use crate::text::escape_markup;
use anyhow::Context as _;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Where a cloud's machines find their credentials: the target of a hostile redirect.
const METADATA: &str = "http://169.254.169.254/latest/meta-data/iam/";

/// All outlets. Their servers stop on drop.
pub(super) struct Newsroom {
    desks: Vec<Arc<Desk>>,
    hostile: Vec<SocketAddr>,
    /// The servers' tasks; dropping the set ends them.
    _servers: JoinSet<()>,
}

/// One outlet's server.
struct Desk {
    outlet: &'static Outlet,
    address: SocketAddr,
    shelf: Mutex<Shelf>,
    n_polls: AtomicUsize,
    n_unchanged: AtomicUsize,
}

/// What an outlet has published, the newest first.
#[derive(Default)]
struct Shelf {
    entries: Vec<Entry>,
    pages: HashMap<String, String>,
    edition: usize,
}

struct Entry {
    url: String,
    title: String,
    summary: String,
    author: String,
    published: Timestamp,
    updated: Timestamp,
}

impl Newsroom {
    /// Starts the servers, with old entries in the feeds.
    pub(super) async fn open(now: Timestamp) -> anyhow::Result<Self> {
        let mut servers = JoinSet::new();
        let mut desks = Vec::new();
        // Each outlet is a host of its own, as in real life, so that per-host
        // limits do not make one wait for another.
        let mut hosts = (11..).map(|host| Ipv4Addr::new(127, 0, 0, host));
        for (outlet, host) in OUTLETS.iter().zip(&mut hosts) {
            let listener = listen(host).await?;
            let desk = Arc::new(Desk {
                outlet,
                address: listener.local_addr()?,
                shelf: Mutex::default(),
                n_polls: AtomicUsize::new(0),
                n_unchanged: AtomicUsize::new(0),
            });
            for (n, title) in outlet.before.iter().enumerate() {
                let url = format!("http://{}/archive/{n}", desk.address);
                desk.shelf().add(Entry::old(url, title, now));
            }
            let app = Router::new()
                .route("/feed", get(feed))
                .route("/news/{slug}", get(page))
                .route("/robots.txt", get(robots))
                .with_state(Arc::clone(&desk));
            serve(&mut servers, listener, app);
            desks.push(desk);
        }
        let mut hostile = Vec::new();
        for ((_, kind), host) in HOSTILE.iter().zip(&mut hosts) {
            let listener = listen(host).await?;
            hostile.push(listener.local_addr()?);
            let app = match kind {
                Hostile::Endless => Router::new().route("/feed", get(endless)),
                Hostile::Redirecting => Router::new().route("/feed", get(redirect)),
            };
            serve(&mut servers, listener, app);
        }
        Ok(Self {
            desks,
            hostile,
            _servers: servers,
        })
    }

    /// The feeds as `[[feed]]` tables of a watchlist.
    pub(super) fn watchlist(&self) -> String {
        let outlets = self
            .desks
            .iter()
            .map(|desk| (desk.outlet.name, desk.address, "news"));
        let hostile = HOSTILE
            .iter()
            .zip(&self.hostile)
            .map(|((name, _), address)| (*name, *address, "hostile"));
        let mut toml = String::new();
        for (name, address, tag) in outlets.chain(hostile) {
            let _ = writeln!(
                toml,
                "[[feed]]\nurl  = \"http://{address}/feed\"\nname = {name:?}\ntags = [{tag:?}]\n"
            );
        }
        toml
    }

    /// Publishes `piece`; returns its address and its page.
    pub(super) fn publish(&self, piece: &Piece, now: Timestamp) -> (String, String) {
        let desk = &self.desks[piece.outlet];
        let url = format!("http://{}/news/{}", desk.address, piece.slug);
        let text = Text::parse(piece.text);
        let page = pages::page(desk.outlet, &text, &url, now);
        let mut shelf = desk.shelf();
        shelf.pages.insert(piece.slug.to_owned(), page.clone());
        shelf.add(Entry {
            url: url.clone(),
            title: text.title.to_owned(),
            summary: text.summary().to_owned(),
            author: text.author.to_owned(),
            published: now,
            updated: now,
        });
        (url, page)
    }

    /// How often the outlets' feeds were polled, and how many of these polls
    /// found nothing new (304).
    pub(super) fn polls(&self) -> (usize, usize) {
        let sum = |count: fn(&Desk) -> &AtomicUsize| {
            self.desks
                .iter()
                .map(|desk| count(desk).load(Ordering::Relaxed))
                .sum()
        };
        (sum(|desk| &desk.n_polls), sum(|desk| &desk.n_unchanged))
    }
}

impl Desk {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// Adds an entry at the top, or in place of its earlier version.
    fn add(&mut self, entry: Entry) {
        self.edition += 1;
        match self.entries.iter_mut().find(|old| old.url == entry.url) {
            Some(old) => {
                *old = Entry {
                    published: old.published,
                    ..entry
                }
            }
            None => self.entries.insert(0, entry),
        }
    }
}

impl Entry {
    fn old(url: String, title: &str, now: Timestamp) -> Self {
        let published = now - jiff::SignedDuration::from_hours(20);
        Self {
            url,
            title: title.to_owned(),
            summary: title.to_owned(),
            author: String::new(),
            published,
            updated: published,
        }
    }
}

/// Listens on a free port. Only Linux answers on all of 127.0.0.0/8.
async fn listen(host: Ipv4Addr) -> anyhow::Result<TcpListener> {
    match TcpListener::bind((host, 0)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("cannot listen on 127.0.0.1"),
    }
}

fn serve(servers: &mut JoinSet<()>, listener: TcpListener, app: Router) {
    servers.spawn(async move {
        // The server runs until the newsroom is dropped, so its result is not needed.
        let _ = axum::serve(listener, app).await;
    });
}

async fn feed(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let shelf = desk.shelf();
    let etag = format!("\"edition-{}\"", shelf.edition);
    desk.n_polls.fetch_add(1, Ordering::Relaxed);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known == Some(&etag) {
        desk.n_unchanged.fetch_add(1, Ordering::Relaxed);
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    let (content_type, document) = match desk.outlet.form {
        FeedForm::Rss => ("application/rss+xml", rss(desk.outlet.name, &shelf.entries)),
        FeedForm::Atom => (
            "application/atom+xml",
            atom(desk.outlet.name, &shelf.entries),
        ),
        FeedForm::Json => (
            "application/feed+json",
            json(desk.outlet.name, &shelf.entries),
        ),
    };
    let content_type = content_type.to_owned();
    (
        [(header::CONTENT_TYPE, content_type), (header::ETAG, etag)],
        document,
    )
        .into_response()
}

async fn robots() -> &'static str {
    "User-agent: *\nAllow: /\n"
}

async fn page(State(desk): State<Arc<Desk>>, Path(slug): Path<String>) -> Response {
    match desk.shelf().pages.get(&slug) {
        Some(page) => Html(page.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn rss(name: &str, entries: &[Entry]) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>{}</title><language>en</language>\n",
        escape_markup(name)
    );
    for entry in entries {
        let (url, title) = (escape_markup(&entry.url), escape_markup(&entry.title));
        let summary = escape_markup(&entry.summary);
        let date = entry.published.strftime("%a, %d %b %Y %H:%M:%S GMT");
        let _ = writeln!(
            xml,
            "<item><guid isPermaLink=\"false\">{url}</guid><link>{url}</link><title>{title}</title><description>{summary}</description><pubDate>{date}</pubDate></item>"
        );
    }
    xml + "</channel></rss>\n"
}

fn atom(name: &str, entries: &[Entry]) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title>{}</title>\n",
        escape_markup(name)
    );
    for entry in entries {
        let (url, title) = (escape_markup(&entry.url), escape_markup(&entry.title));
        let (summary, author) = (escape_markup(&entry.summary), escape_markup(&entry.author));
        let _ = writeln!(
            xml,
            "<entry><id>{url}</id><link href=\"{url}\"/><title>{title}</title><summary>{summary}</summary><author><name>{author}</name></author><published>{}</published><updated>{}</updated></entry>",
            entry.published, entry.updated
        );
    }
    xml + "</feed>\n"
}

fn json(name: &str, entries: &[Entry]) -> String {
    let items: Vec<_> = entries
        .iter()
        .map(|entry| {
            serde_json::json!({
                "id": entry.url, "url": entry.url, "title": entry.title, "summary": entry.summary,
                "authors": [{ "name": entry.author }],
                "date_published": entry.published, "date_modified": entry.updated,
            })
        })
        .collect();
    serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1", "title": name, "language": "en", "items": items,
    })
    .to_string()
}

/// A document that never ends.
async fn endless() -> Response {
    let head =
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Endless Headlines</title>\n";
    let item =
        "<item><title>BREAKING: Kelmere Dam evacuated, seepage, crack, more</title></item>\n";
    let items = Bytes::from(item.repeat(100));
    let body = stream::once(async move { Bytes::from(head) }).chain(stream::repeat(items));
    let body = Body::from_stream(body.map(Ok::<_, Infallible>));
    ([(header::CONTENT_TYPE, "application/rss+xml")], body).into_response()
}

async fn redirect() -> Response {
    (StatusCode::FOUND, [(header::LOCATION, METADATA)]).into_response()
}
