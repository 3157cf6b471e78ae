//! A newsroom on loopback: serves feeds and pages of invented text, records all requests,
//! and can give many kinds of wrong answers.

use crate::wait::eventually;
use crate::writer::Story;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::TcpListener;

/// A wrong answer that a path gives instead of its content.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Status(u16),
    /// With this type and body.
    Text(&'static str, String),
    /// With this status, these headers and this body.
    Whole(u16, Vec<(&'static str, String)>, String),
    /// A body without an end.
    Endless,
    /// Headers and half a body, then the connection is cut.
    Cut,
    /// Nothing at all, for as long as the client waits.
    Silence,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) if_none_match: Option<String>,
    pub(crate) if_modified_since: Option<String>,
    pub(crate) a_im: Option<String>,
    pub(crate) answered: u16,
}

/// An entry that was published.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    /// Its page's address.
    pub(crate) url: String,
}

#[derive(Default)]
struct Feed {
    stories: Vec<Story>,
    /// Grows with each change: part of the validators.
    version: u32,
    /// Part of every guid.
    edition: u32,
}

#[derive(Default)]
struct Desk {
    feeds: BTreeMap<String, Feed>,
    answers: HashMap<String, Answer>,
    asked: Vec<Asked>,
}

/// The newsroom; it closes with the test's runtime.
#[derive(Clone)]
pub(crate) struct Newsroom {
    address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
}

impl Newsroom {
    /// Opens on a free port of 127.0.0.1.
    pub(crate) async fn open() -> Self {
        Self::open_at("127.0.0.1").await
    }

    /// Opens on a free port of `ip`: another address is another host, with its
    /// own gate.
    pub(crate) async fn open_at(ip: &str) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let newsroom = Self {
            address: listener.local_addr().unwrap(),
            desk: Arc::default(),
        };
        let app = Router::new().fallback(answer).with_state(newsroom.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        newsroom
    }

    /// The address of a feed, which is there (and empty) from now on.
    pub(crate) fn feed(&self, name: &str) -> String {
        self.desk().feeds.entry(name.to_owned()).or_default();
        self.url(&feed_path(name))
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Publishes a story in a feed, with its page.
    pub(crate) fn publish(&self, feed: &str, story: Story) -> Published {
        let mut desk = self.desk();
        let found = desk.feeds.entry(feed.to_owned()).or_default();
        found.stories.push(story);
        found.version += 1;
        let path = page_path(feed, found.stories.len() - 1);
        drop(desk);
        Published {
            url: self.url(&path),
        }
    }

    /// Gives every entry of a feed another guid, as a new system at an old
    /// site does.
    pub(crate) fn change_guids(&self, feed: &str) {
        let mut desk = self.desk();
        let found = desk.feeds.get_mut(feed).unwrap();
        found.edition += 1;
        found.version += 1;
    }

    /// Answers requests for `path` so from now on.
    pub(crate) fn set_answer(&self, path: &str, answer: Answer) {
        self.desk().answers.insert(path.to_owned(), answer);
    }

    /// Answers requests for `path` as it should again.
    pub(crate) fn repair(&self, path: &str) {
        self.desk().answers.remove(path);
    }

    /// The requests for `path` so far.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let desk = self.desk();
        desk.asked
            .iter()
            .filter(|asked| asked.path == path)
            .cloned()
            .collect()
    }

    /// How often `path` was asked for.
    pub(crate) fn n_asked(&self, path: &str) -> usize {
        self.asked(path).len()
    }

    /// Waits until each of the feeds was polled once more from now on, and the
    /// poll's outcome committed: the one after it has begun.
    pub(crate) async fn until_polled(&self, feeds: &[&str]) {
        let paths: Vec<String> = feeds.iter().map(|feed| feed_path(feed)).collect();
        let before: Vec<usize> = paths.iter().map(|path| self.n_asked(path)).collect();
        eventually("every feed was polled again", async || {
            let mut now = paths.iter().map(|path| self.n_asked(path)).zip(&before);
            now.all(|(now, before)| now >= before + 2)
        })
        .await;
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap()
    }
}

/// The path of a feed.
pub(crate) fn feed_path(name: &str) -> String {
    format!("/{name}/news.rss")
}

/// The path of a feed's `n`-th page.
pub(crate) fn page_path(feed: &str, n: usize) -> String {
    format!("/{feed}/story-{n}.html")
}

/// The validators of a feed: of a spelling that a client which parses and
/// rewrites them would change.
pub(crate) fn validators(feed: &str, version: u32) -> (String, String) {
    let etag = format!("W/\"{feed}; v={version}\"");
    let minute = version % 60;
    (etag, format!("sun, 4 May 2031 12:{minute:02}:00 UTC"))
}

async fn answer(State(newsroom): State<Newsroom>, request: Request) -> Response {
    let text = |name: header::HeaderName| {
        let value = request.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let path = request.uri().path().to_owned();
    let if_none_match = text(header::IF_NONE_MATCH);
    let wrong = newsroom.desk().answers.get(&path).cloned();
    let response = match wrong {
        Some(wrong) => wrongly(wrong),
        None => newsroom.rightly(&path, if_none_match.as_deref()),
    };
    newsroom.desk().asked.push(Asked {
        path,
        if_none_match,
        if_modified_since: text(header::IF_MODIFIED_SINCE),
        a_im: text(header::HeaderName::from_static("a-im")),
        answered: response.status().as_u16(),
    });
    response
}

fn wrongly(answer: Answer) -> Response {
    match answer {
        Answer::Status(status) => {
            let status = StatusCode::from_u16(status).unwrap();
            (
                status,
                "<html><body><p>This is not what you wanted.</p></body></html>",
            )
                .into_response()
        }
        Answer::Whole(status, headers, body) => {
            let mut response = body.into_response();
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Answer::Text(kind, body) => ([(header::CONTENT_TYPE, kind)], body).into_response(),
        Answer::Endless => {
            let chunk = Bytes::from(vec![b' '; 64 << 10]);
            let chunks = stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
            (
                [(header::CONTENT_TYPE, "application/rss+xml")],
                Body::from_stream(chunks),
            )
                .into_response()
        }
        Answer::Cut => half_a_body("<rss><channel><title>Half a"),
        Answer::Silence => {
            let never = stream::pending::<Result<Bytes, std::io::Error>>();
            Body::from_stream(never).into_response()
        }
    }
}

/// 200, the beginning of a longer body, and the connection is cut: a moment
/// later, so that the beginning does arrive.
pub(crate) fn half_a_body(beginning: &'static str) -> Response {
    let beginning = stream::once(async { Ok(Bytes::from_static(beginning.as_bytes())) });
    let cut = stream::once(async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(std::io::Error::other("cut"))
    });
    let body = Body::from_stream(beginning.chain(cut));
    ([(header::CONTENT_LENGTH, "5000")], body).into_response()
}

impl Newsroom {
    fn rightly(&self, path: &str, if_none_match: Option<&str>) -> Response {
        let desk = self.desk();
        let mut parts = path.trim_start_matches('/').splitn(2, '/');
        let name = parts.next().unwrap_or_default();
        let Some(feed) = desk.feeds.get(name) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        match parts.next() {
            Some("news.rss") => self.document(name, feed, if_none_match),
            Some(page) => page_number(page)
                .and_then(|n| feed.stories.get(n))
                .map_or_else(|| StatusCode::NOT_FOUND.into_response(), page_of),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn document(&self, name: &str, feed: &Feed, if_none_match: Option<&str>) -> Response {
        let (etag, last_modified) = validators(name, feed.version);
        let headers = [
            (header::ETAG, etag.clone()),
            (header::LAST_MODIFIED, last_modified),
            (header::CONTENT_TYPE, "application/rss+xml".to_owned()),
        ];
        if if_none_match == Some(&etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let mut items = String::new();
        for (n, story) in feed.stories.iter().enumerate().rev() {
            let _ = write!(
                items,
                "<item><guid isPermaLink=\"false\">{name}-{edition}-{n}</guid><title>{title}</title>\
                 <link>{link}</link><description>{teaser}</description>\
                 <pubDate>Sun, 04 May 2025 {hour:02}:{minute:02}:{second:02} GMT</pubDate></item>",
                edition = feed.edition,
                title = story.title,
                link = self.url(&page_path(name, n)),
                teaser = story.teaser,
                hour = n / 3_600 % 24,
                minute = n / 60 % 60,
                second = n % 60,
            );
        }
        let document = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>The {name} Herald</title>\
             <link>{}</link><description>News</description>{items}</channel></rss>",
            self.url("/")
        );
        (headers, document).into_response()
    }
}

fn page_number(page: &str) -> Option<usize> {
    page.strip_prefix("story-")?
        .strip_suffix(".html")?
        .parse()
        .ok()
}

/// A page: the article, and around it what must not be read as part of it.
fn page_of(story: &Story) -> Response {
    let paragraphs: String = story
        .paragraphs
        .iter()
        .map(|text| format!("<p>{text}</p>\n"))
        .collect();
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body>\
         <nav><ul><li><a href=\"/\">Home</a></li><li><a href=\"/l\">Lighthouse</a></li></ul></nav>\
         <main><article><h1>{title}</h1>\n{paragraphs}</article></main>\
         <footer><p>All rights reserved.</p></footer></body></html>",
        title = story.title,
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// A steady stream of stories, `gap` apart, until it is asked to stop.
pub(crate) struct Press {
    stop: tokio::sync::oneshot::Sender<()>,
    printed: tokio::task::JoinHandle<Printed>,
}

/// What a press has published.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    /// Pages with the word.
    pub(crate) matching: Vec<String>,
    /// Pages without it.
    pub(crate) others: Vec<String>,
}

impl Press {
    /// Publishes in `feeds` by turns of chance; one story in three holds `word`.
    pub(crate) fn start(
        newsroom: &Newsroom,
        feeds: Vec<String>,
        word: &'static str,
        seed: u64,
        gap: Duration,
    ) -> Self {
        let newsroom = newsroom.clone();
        let (stop, mut stopped) = tokio::sync::oneshot::channel();
        let printed = tokio::spawn(async move {
            let mut rng = fastrand::Rng::with_seed(seed);
            let mut writer = crate::writer::Writer::new(seed);
            let mut printed = Printed::default();
            while let Err(tokio::sync::oneshot::error::TryRecvError::Empty) = stopped.try_recv() {
                let feed = &feeds[rng.usize(..feeds.len())];
                let is_matching = rng.u8(..3) == 0;
                let story = writer.story(is_matching.then_some(word));
                let published = newsroom.publish(feed, story);
                if is_matching {
                    printed.matching.push(published.url);
                } else {
                    printed.others.push(published.url);
                }
                tokio::time::sleep(gap).await;
            }
            printed
        });
        Self { stop, printed }
    }

    /// Stops; says what was published.
    pub(crate) async fn stop(self) -> Printed {
        let _ = self.stop.send(());
        self.printed.await.unwrap()
    }
}
