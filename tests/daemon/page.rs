//! Tests of the page and its API: who may see and do what, what is never shown, and that
//! everything works without scripts.

use crate::ledger::{Ledger, Manner, SECRET};
use crate::newsroom::Newsroom;
use crate::polling::{LIGHTHOUSES, scene};
use crate::process::{Daemon, Home};
use crate::wait::eventually;
use crate::writer::Writer;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer of the page.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of a header, in lower case.
    fn header(&self, name: &str) -> Option<String> {
        let lines = self.head.lines();
        let mut values = lines.filter_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        });
        values.next()
    }
}

/// Asks the daemon's page; `headers` replace the host.
async fn ask(daemon: &Daemon, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let host = match headers.contains("Host: ") {
        true => String::new(),
        false => format!("Host: {}\r\n", daemon.page()),
    };
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\n{host}{headers}Content-Length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(daemon.page()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A refused body ends with a reset.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: unchunked(head, body),
    }
}

fn unchunked(head: &str, body: &str) -> String {
    if !head.to_lowercase().contains("transfer-encoding: chunked") {
        return body.to_owned();
    }
    let (mut rest, mut text) = (body, String::new());
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        text.push_str(after.get(..size).unwrap_or(after));
        rest = after.get(size + 2..).unwrap_or_default();
    }
    text
}

async fn get(daemon: &Daemon, path: &str) -> Answer {
    ask(daemon, "GET", path, "", "").await
}

/// A title that would be a script, and would turn the text after it around.
const HOSTILE: &str = "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; &#x202E;lighthouse &amp;lt;img src=x onerror=y&amp;gt;";

/// [`scene`] with more keys in `[web]`.
async fn web_scene(keys: &str) -> (Newsroom, Ledger, Home) {
    let (newsroom, ledger, home) = scene("").await;
    let settings = std::fs::read_to_string(home.path("newsvane.toml")).unwrap();
    assert_eq!(settings.matches("[web]\n").count(), 1);
    home.write(
        "newsvane.toml",
        &settings.replace("[web]\n", &format!("[web]\n{keys}\n")),
    );
    (newsroom, ledger, home)
}

/// A daemon with `n` alerts, the first of which has a hostile title.
async fn with_alerts(web_keys: &str, n: usize) -> (Newsroom, Ledger, Home, Daemon) {
    let (newsroom, ledger, home) = web_scene(web_keys).await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let mut writer = Writer::new(7);
    for at in 0..n {
        let mut story = writer.story(Some("lighthouse"));
        if at == 0 {
            HOSTILE.clone_into(&mut story.title);
        }
        newsroom.publish("north", story);
    }
    eventually("the alerts arrive", async || ledger.n_accepted() >= n).await;
    daemon.until_idle().await;
    (newsroom, ledger, home, daemon)
}

/// All pages, with those of the first thing of each kind.
async fn all_pages(daemon: &Daemon) -> Vec<String> {
    let first = async |list: &str| {
        let list = get(daemon, &format!("/api/v1/{list}")).await.json();
        let item = &list["items"][0];
        item["id"]
            .as_str()
            .map_or_else(|| item["id"].to_string(), str::to_owned)
    };
    let lists = [
        "/",
        "/alerts",
        "/stories",
        "/watches",
        "/try",
        "/feeds",
        "/receivers",
        "/search",
        "/search?q=lighthouse",
        "/why",
        "/why?q=lighthouse",
        "/why?q=a1&watch=lights",
        "/try?watch=lights",
        "/alerts.atom",
        "/watches/lights/alerts.atom",
    ];
    let mut pages: Vec<String> = lists.iter().map(|path| (*path).to_owned()).collect();
    pages.push(format!("/alerts/{}", first("alerts").await));
    pages.push(format!("/stories/{}", first("stories").await));
    pages.push(format!("/feeds/{}", first("feeds").await));
    pages.push("/watches/lights".to_owned());
    pages
}

/// All addresses of the API that only ask.
async fn all_of_the_api(daemon: &Daemon) -> Vec<String> {
    let described = get(daemon, "/api/v1/openapi.json").await.json();
    let alert = get(daemon, "/api/v1/alerts").await.json()["items"][0]["id"].clone();
    let paths = described["paths"].as_object().unwrap();
    let asked = paths
        .iter()
        .filter(|(_, operations)| operations.get("get").is_some());
    asked
        .map(|(path, _)| match path.as_str() {
            path if path.contains("/alerts/") => path.replace("{id}", alert.as_str().unwrap()),
            path if path.contains("/watches/") => path.replace("{id}", "lights"),
            path => path.replace("{id}", "1"),
        })
        .chain(["/metrics".to_owned(), "/api/status".to_owned()])
        .collect()
}

#[tokio::test]
async fn every_page_is_served_without_inline_scripts_and_with_feed_text_as_text() {
    let (_newsroom, _ledger, _home, daemon) = with_alerts("", 2).await;
    for path in all_pages(&daemon).await {
        let answer = get(&daemon, &path).await;
        assert_eq!(answer.status, 200, "{path}\n{}", answer.body);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'")
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(
            answer.header("x-content-type-options").as_deref(),
            Some("nosniff")
        );
        let html = &answer.body;
        for inline in [
            "<script>",
            "<img",
            " style=",
            " onclick=",
            " onerror=y>",
            "<style",
            "\u{202e}",
        ] {
            assert!(!html.contains(inline), "{path} has {inline}\n{html}");
        }
    }
    let alerts = get(&daemon, "/alerts").await.body;
    let is_text = ["&#60;script&#62;alert(1)", "&#38;lt;script&#38;gt;alert(1)"];
    assert!(is_text.iter().any(|text| alerts.contains(text)), "{alerts}");
    daemon.stop().await;
}

#[tokio::test]
async fn every_answer_of_the_api_is_there_and_errors_are_problem_details() {
    let (_newsroom, _ledger, _home, daemon) = with_alerts("", 1).await;
    for path in all_of_the_api(&daemon).await {
        let answer = get(&daemon, &path).await;
        assert_eq!(answer.status, 200, "{path}\n{}", answer.body);
    }
    let metrics = get(&daemon, "/metrics").await.body;
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    assert!(
        metrics.contains("newsvane_receiver_deliveries{receiver=\"ledger\",state=\"delivered\"} 1"),
        "{metrics}"
    );
    for (path, status) in [
        ("/api/v1/alerts/none", 404),
        ("/api/v1/stories/s999", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/stories/x", 400),
        ("/api/v1/alerts?cursor=x", 400),
        ("/api/v1/alerts?limit=many", 400),
        ("/api/v1/alerts?since=yesterday", 400),
        ("/api/v1/alerts?format=pdf", 400),
    ] {
        let answer = get(&daemon, path).await;
        assert_eq!(answer.status, status, "{path}");
        let kind = answer.header("content-type");
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{path}");
        assert_eq!(answer.json()["status"], status, "{path}");
        assert!(
            answer.json()["detail"]
                .as_str()
                .is_some_and(|told| !told.is_empty())
        );
    }
    daemon.stop().await;
}

#[tokio::test]
async fn the_parts_of_a_list_make_up_the_list() {
    let (_newsroom, _ledger, _home, daemon) = with_alerts("", 5).await;
    let ids = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap();
        items.iter().map(|item| item["id"].to_string()).collect()
    };
    for list in ["alerts", "search"] {
        let whole = ids(&get(&daemon, &format!("/api/v1/{list}")).await.json());
        assert_eq!(whole.len(), 5, "{list}");
        let (mut parts, mut cursor) = (Vec::new(), String::new());
        loop {
            let part = get(&daemon, &format!("/api/v1/{list}?limit=2&cursor={cursor}"))
                .await
                .json();
            parts.extend(ids(&part));
            match part["next"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(parts, whole, "{list}");
    }
    let csv = get(&daemon, "/api/v1/alerts?format=csv").await;
    assert_eq!(csv.body.lines().count(), 6, "{}", csv.body);
    assert!(
        csv.header("content-disposition")
            .unwrap()
            .contains("newsvane-alerts.csv")
    );
    let lines = get(&daemon, "/api/v1/search?format=jsonl&q=lighthouse").await;
    assert_eq!(lines.body.lines().count(), 5);
    daemon.stop().await;
}

#[tokio::test]
async fn a_foreign_host_and_a_foreign_origin_are_refused() {
    let (_newsroom, _ledger, _home, daemon) = with_alerts("", 1).await;
    let rebound = ask(&daemon, "GET", "/alerts", "Host: evil.example\r\n", "").await;
    assert_eq!(rebound.status, 421);
    let guessed = "Host: evil.example\r\nAuthorization: Bearer guessed\r\n";
    assert_eq!(
        ask(&daemon, "GET", "/alerts", guessed, "").await.status,
        421
    );
    let test = "/receivers/ledger/test";
    let n_before = daemon.status().await["numbers"]["alerts"].clone();
    for foreign in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
    ] {
        assert_eq!(
            ask(&daemon, "POST", test, foreign, "").await.status,
            403,
            "{foreign}"
        );
    }
    let own = format!("Origin: http://{}\r\n", daemon.page());
    let tested = ask(&daemon, "POST", test, &own, "").await;
    assert!(
        tested.body.contains("ledger accepted it"),
        "{}",
        tested.body
    );
    assert_eq!(daemon.status().await["numbers"]["alerts"], n_before);
    assert!(
        daemon
            .stop()
            .await
            .contains("tested a receiver from the page")
    );
}

#[tokio::test]
async fn a_token_is_wanted_by_the_api_and_exchanged_for_a_cookie_by_the_form() {
    let (newsroom, ledger, home) = web_scene("token_file = \"token\"").await;
    home.write("token", "new-planted-token\nold-planted-token\n");
    let settings = std::fs::read_to_string(home.path("newsvane.toml")).unwrap();
    let token_file = home.path("token").display().to_string();
    home.write(
        "newsvane.toml",
        &settings.replace("\"token\"", &format!("\"{token_file}\"")),
    );
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let api = get(&daemon, "/api/v1/alerts").await;
    assert_eq!(
        (api.status, api.header("www-authenticate").as_deref()),
        (401, Some("Bearer"))
    );
    for token in ["new-planted-token", "old-planted-token"] {
        let bearer = format!("Authorization: Bearer {token}\r\n");
        assert_eq!(
            ask(&daemon, "GET", "/api/v1/alerts", &bearer, "")
                .await
                .status,
            200
        );
    }
    let wrong = "Authorization: Bearer new-planted\r\n";
    assert_eq!(
        ask(&daemon, "GET", "/api/v1/alerts", wrong, "")
            .await
            .status,
        401
    );
    let page = get(&daemon, "/alerts?state=dead").await;
    assert_eq!(page.status, 303);
    assert_eq!(
        page.header("location").as_deref(),
        Some("/sign-in?to=%2Falerts%3Fstate%3Ddead")
    );
    assert_eq!(get(&daemon, "/healthz").await.status, 200);
    assert_eq!(get(&daemon, "/sign-in").await.status, 200);
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let refused = ask(&daemon, "POST", "/sign-in", form, "token=guess").await;
    assert_eq!((refused.status, refused.header("set-cookie")), (401, None));
    let signed_in = ask(
        &daemon,
        "POST",
        "/sign-in",
        form,
        "token=new-planted-token&to=/feeds",
    )
    .await;
    assert_eq!(
        (signed_in.status, signed_in.header("location").as_deref()),
        (303, Some("/feeds"))
    );
    let cookie = signed_in.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    let cookie = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap());
    assert_eq!(ask(&daemon, "GET", "/feeds", &cookie, "").await.status, 200);
    assert_eq!(
        ask(&daemon, "POST", "/sign-out", &cookie, "").await.status,
        303
    );
    assert_eq!(ask(&daemon, "GET", "/feeds", &cookie, "").await.status, 303);
    drop(ledger);
    daemon.stop().await;
}

#[tokio::test]
async fn a_proxy_names_the_user_and_nobody_else_does() {
    let by_proxy = "user_header = \"X-User\"\ntrusted_proxies = [\"127.0.0.1/32\"]\n";
    let (newsroom, _ledger, home) = web_scene(by_proxy).await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    assert_eq!(get(&daemon, "/api/v1/alerts").await.status, 401);
    let page = ask(&daemon, "GET", "/", "X-User: ada@news.example\r\n", "").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("ada@news.example"));
    let two = "X-User: ada\r\nX-User: eve\r\n";
    assert_eq!(
        ask(&daemon, "GET", "/api/v1/alerts", two, "").await.status,
        401
    );
    let rebound = "Host: evil.example\r\nX-User: ada\r\n";
    assert_eq!(ask(&daemon, "GET", "/", rebound, "").await.status, 421);
    daemon.stop().await;
    let elsewhere = "user_header = \"X-User\"\ntrusted_proxies = [\"10.9.8.7/32\"]\n";
    let (newsroom, _ledger, home) = web_scene(elsewhere).await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    assert_eq!(
        ask(&daemon, "GET", "/api/v1/alerts", "X-User: ada\r\n", "")
            .await
            .status,
        401
    );
    daemon.stop().await;
}

#[tokio::test]
async fn a_read_only_page_shows_and_changes_nothing() {
    let (_newsroom, _ledger, _home, daemon) = with_alerts("read_only = true", 1).await;
    assert!(
        !get(&daemon, "/receivers")
            .await
            .body
            .contains("Send a test")
    );
    assert!(!get(&daemon, "/watches/lights").await.body.contains("Mute"));
    for path in [
        "/receivers/ledger/test",
        "/api/v1/receivers/ledger/test",
        "/watches/lights/mute",
        "/feeds/1/poll",
    ] {
        assert_eq!(
            ask(&daemon, "POST", path, "", "").await.status,
            403,
            "{path}"
        );
    }
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let text = "text=%5B%5Bwatch%5D%5D%0Aid%3D%22x%22%0Aany%3D%5B%22lighthouse%22%5D";
    let tried = ask(&daemon, "POST", "/try", form, text).await;
    assert!(
        tried.body.contains("What it would have found"),
        "{}",
        tried.body
    );
    daemon.stop().await;
}

#[tokio::test]
async fn no_secret_is_in_any_answer() {
    let (newsroom, ledger, home) = scene("").await;
    let planted = [
        "planted-feed-password",
        "planted-query-token",
        "planted-header",
        SECRET,
    ];
    let feed = newsroom
        .feed("north")
        .replace("http://", "http://reader:planted-feed-password@");
    let feed = format!("{feed}?token=planted-query-token");
    home.write(
        "watchlist.toml",
        &format!("[[feed]]\nurl = \"{feed}\"\nheaders = {{ \"X-Key\" = \"planted-header\" }}\n\n{LIGHTHOUSES}"),
    );
    let daemon = home.start_ready().await;
    eventually("the feed is polled", async || {
        daemon.status().await["numbers"]["feeds"] == 1
            && newsroom.n_asked("/feeds/north")
                + newsroom.n_asked(&crate::newsroom::feed_path("north"))
                > 0
    })
    .await;
    newsroom.publish("north", Writer::new(3).story(Some("lighthouse")));
    eventually("the alert arrives", async || ledger.n_accepted() >= 1).await;
    daemon.until_idle().await;
    let mut paths = all_pages(&daemon).await;
    paths.extend(all_of_the_api(&daemon).await);
    for path in paths {
        let answer = get(&daemon, &path).await;
        assert_eq!(answer.status, 200, "{path}");
        for secret in planted {
            let secret = secret.trim();
            assert!(
                !answer.body.contains(secret),
                "{path} shows {secret}\n{}",
                answer.body
            );
        }
    }
    daemon.stop().await;
}

#[tokio::test]
async fn a_dead_letter_is_redelivered_and_a_watch_is_muted_from_the_page() {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    ledger.set_manner(Manner::Refuse(410));
    let mut writer = Writer::new(5);
    newsroom.publish("north", writer.story(Some("lighthouse")));
    daemon
        .until_status("the alert is a dead letter", |status| {
            status["numbers"]["dead"] == 1
        })
        .await;
    let overview = get(&daemon, "/").await.body;
    assert!(
        overview.contains("Receiver ledger has a dead letter"),
        "{overview}"
    );
    let dead = get(&daemon, "/api/v1/alerts?state=dead").await.json();
    let id = dead["items"][0]["id"].as_str().unwrap().to_owned();
    let page = get(&daemon, &format!("/alerts/{id}")).await.body;
    assert!(
        page.contains("status 410") && page.contains("Redeliver"),
        "{page}"
    );
    ledger.set_manner(Manner::Accept);
    let done = ask(&daemon, "POST", &format!("/alerts/{id}/redeliver"), "", "").await;
    assert!(done.body.contains("tried again now"), "{}", done.body);
    eventually("it arrives", async || ledger.n_accepted() == 1).await;
    let json = "Content-Type: application/json\r\n";
    let mute = "/api/v1/watches/lights/mute";
    let wrong = ask(&daemon, "POST", mute, json, "{\"for\": \"ever\"}").await;
    assert_eq!(wrong.status, 400);
    let muted = ask(
        &daemon,
        "POST",
        mute,
        json,
        "{\"for\": \"2h\", \"reason\": \"fog drill\"}",
    )
    .await;
    assert_eq!(muted.json()["ok"], true, "{}", muted.body);
    assert!(
        get(&daemon, "/watches/lights")
            .await
            .body
            .contains("fog drill")
    );
    assert!(
        get(&daemon, "/")
            .await
            .body
            .contains("Watch lights is muted until")
    );
    let done = ask(&daemon, "POST", "/watches/lights/unmute", "", "").await;
    assert!(done.body.contains("not muted any more"), "{}", done.body);
    let page = get(&daemon, "/feeds/1").await.body;
    assert!(page.contains("Poll now"), "{page}");
    let polled = ask(&daemon, "POST", "/feeds/1/poll", "", "").await;
    assert!(polled.body.contains("Polled now: "), "{}", polled.body);
    let polled = ask(&daemon, "POST", "/api/v1/feeds/1/poll", "", "").await;
    assert_eq!(polled.json()["ok"], true, "{}", polled.body);
    let log = daemon.stop().await;
    for done in ["muted", "redelivered", "polled"] {
        assert!(log.contains(&format!("{done} from the page")), "{done}");
    }
}

#[tokio::test]
async fn why_says_what_was_done_with_an_article_and_what_was_missing() {
    let (newsroom, _ledger, home) = scene("").await;
    let watches =
        format!("{LIGHTHOUSES}\n[[watch]]\nid = \"keepers\"\nall = [\"lighthouse\", \"zebra\"]\n");
    home.watch(&[newsroom.feed("north")], &watches);
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let url = newsroom
        .publish("north", Writer::new(9).story(Some("lighthouse")))
        .url;
    daemon
        .until_status("it is alerted", |status| status["numbers"]["alerts"] == 1)
        .await;
    let why = get(&daemon, &format!("/api/v1/why?q={url}&watch=keepers"))
        .await
        .json();
    let article = &why["articles"][0];
    assert_eq!(article["met"][0]["watch"], "lights", "{why:#}");
    assert!(
        article["met"][0]["told"]
            .as_str()
            .unwrap()
            .contains("It was alerted")
    );
    assert_eq!(article["nearly"][0]["watch"], "keepers");
    assert!(
        article["nearly"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("zebra"),
        "{why:#}"
    );
    assert_eq!(article["explained"]["is_match"], false);
    let unknown = get(&daemon, "/why?q=https://nowhere.example/").await.body;
    assert!(unknown.contains("Nothing is known of it"), "{unknown}");
    daemon.stop().await;
}

#[tokio::test]
async fn a_listener_gets_an_alert_as_it_is_made() {
    let (newsroom, _ledger, _home, daemon) = with_alerts("", 1).await;
    let mut stream = TcpStream::connect(daemon.page()).await.unwrap();
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\n\r\n",
        daemon.page()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let mut until = async |text: &str| {
        let listening = async {
            while !String::from_utf8_lossy(&heard).contains(text) {
                let n = stream.read_buf(&mut heard).await.unwrap();
                assert!(n > 0, "{}", String::from_utf8_lossy(&heard));
            }
        };
        tokio::time::timeout(crate::wait::LONG, listening)
            .await
            .unwrap();
    };
    until(": newsvane").await;
    // The second look finds what came after the first.
    let mut writer = Writer::new(11);
    for _ in 0..2 {
        newsroom.publish("north", writer.story(Some("lighthouse")));
        daemon.until_idle().await;
    }
    until("event: alert").await;
    until("\"watch\":\"lights\"").await;
    daemon.stop().await;
}
