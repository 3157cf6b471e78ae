//! What every chat and paging service does: it takes a story's alerts in their order,
//! as one thread where it can, within its limits, and shows a feed's text as text.

use crate::emulator::Emulator;
use crate::emulator::rules::{Kind, rules_of};
use crate::suite::{build, send};
use newsvane::model::{AlertId, InThread, Thread};
use newsvane::notify::{Attempt, Outgoing, Receivers};
use newsvane::policy::AttemptOutcome;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The settings of all kinds, with their secrets in a folder.
pub(crate) fn every_kind(base: &str, token: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    std::fs::write(format!("{path}/token"), token).unwrap();
    let mut settings = String::new();
    for kind in Kind::ALL {
        let name = kind.name();
        let hook = kind.hook(base).replace(crate::emulator::TOKEN, token);
        std::fs::write(format!("{path}/{name}-url"), hook).unwrap();
        let own = kind.settings(base, &path);
        settings.push_str(&format!("[{name}]\n{own}rate = 60000\n"));
    }
    (folder, settings)
}

fn receivers(base: &str, token: &str) -> Receivers {
    let (_folder, settings) = every_kind(base, token);
    build(&settings).unwrap()
}

/// The body of a story's alert `number`.
pub(crate) fn body(story: u32, number: u32, event: &str, title: &str) -> Value {
    let sentence = "The ferry Aurora was towed to Portvale.";
    json!({
        "type": event,
        "timestamp": "2031-05-04T12:00:00Z",
        "data": {
            "schema": 1, "alert": format!("al_{story}_{number}"), "id": format!("al_{story}_{number}"),
            "watch": { "id": "ferries", "name": "Ferries", "severity": "high" },
            "story": {
                "id": format!("st_{story}"), "title": "Fire on a ferry", "articles": number + 2,
                "sources": 3, "independent": 1, "first_seen": "2031-05-04T11:00:00Z",
                "last_seen": "2031-05-04T12:00:00Z", "alert_number": number,
            },
            "article": {
                "id": "ar_1", "url": "https://courier.example/aurora", "title": title,
                "source": "Harbour Courier", "author": null, "language": "en", "published": null,
                "fetched": "2031-05-04T12:00:00Z", "words": 90, "kind": "development", "copy_of": null,
            },
            "why": [{ "term": "ferry", "field": "body", "sentence": sentence, "marks": [[4, 9]] }],
            "new": [],
        },
    })
}

pub(crate) fn outgoing(body: &Value, thread: Option<Thread>) -> Outgoing {
    let id = body["data"]["alert"].as_str().unwrap_or("al_1");
    Outgoing {
        alert: AlertId::from(id),
        body: body.to_string().into(),
        thread,
    }
}

/// Sends a story with two developments and a correction, as the daemon does.
async fn send_story(receivers: &Receivers, name: &str) {
    let mut thread: Option<Thread> = None;
    let events = [
        "story.opened",
        "story.developed",
        "story.developed",
        "article.revised",
    ];
    for (number, event) in (1..).zip(events) {
        let body = body(7, number, event, &format!("Headline {number}"));
        let attempt = send(receivers, name, &outgoing(&body, thread.clone())).await;
        assert_eq!(attempt.outcome, AttemptOutcome::Accepted, "{name} {number}");
        if let InThread::Opened(reference) = attempt.in_thread {
            thread.get_or_insert(Thread {
                reference,
                root: Some(body.to_string()),
            });
        }
    }
}

#[tokio::test]
async fn a_story_with_developments_and_a_correction_is_one_thread() {
    let emulator = Emulator::start(0).await;
    let receivers = receivers(&emulator.url, crate::emulator::TOKEN);
    for kind in Kind::ALL {
        send_story(&receivers, &kind.name()).await;
        let posted = emulator.posted(kind);
        assert_eq!(posted.len(), 4, "{kind:?}");
        for (number, message) in (1..).zip(&posted) {
            let wanted = format!("Headline {number}");
            assert!(message.text.contains(&wanted), "{kind:?}: {}", message.text);
        }
        let threads: Vec<_> = posted
            .iter()
            .map(|message| message.thread.clone())
            .collect();
        if kind.shares_keys() {
            assert!(
                threads.iter().all(|thread| thread == &threads[0]),
                "{kind:?}: {threads:?}"
            );
            assert!(threads[0].is_some(), "{kind:?}");
        } else if kind.has_threads() {
            let root = Some(posted[0].id.clone());
            assert_eq!(
                threads,
                [None, root.clone(), root.clone(), root],
                "{kind:?}"
            );
        } else {
            assert!(threads.iter().all(Option::is_none), "{kind:?}: {threads:?}");
            assert!(
                posted[3].text.contains("story: Fire on a ferry"),
                "{kind:?}"
            );
        }
        let n_edits = if kind.has_edits() { 3 } else { 0 };
        assert_eq!(posted[0].n_edits, n_edits, "{kind:?}");
        if kind.has_edits() {
            assert!(
                posted[0].text.contains("6 articles"),
                "{kind:?}: {}",
                posted[0].text
            );
        }
    }
    assert_eq!(emulator.faults(), Vec::<String>::new());
}

#[tokio::test]
async fn a_service_that_takes_no_more_is_no_failure_and_asks_to_wait() {
    let emulator = Emulator::start(1).await;
    let receivers = receivers(&emulator.url, crate::emulator::TOKEN);
    for kind in Kind::ALL {
        let body = body(1, 1, "story.opened", "Ferry burns");
        let attempt = send(&receivers, &kind.name(), &outgoing(&body, None)).await;
        let is_throttled = matches!(attempt.outcome, AttemptOutcome::Throttled { .. });
        assert!(is_throttled, "{kind:?}: {attempt:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_valid_stops_the_receiver_and_is_not_shown() {
    let emulator = Emulator::start(0).await;
    let receivers = receivers(&emulator.url, "wrong-s3cret");
    for kind in Kind::ALL {
        let body = body(1, 1, "story.opened", "Ferry burns");
        let attempt = send(&receivers, &kind.name(), &outgoing(&body, None)).await;
        let AttemptOutcome::Refused { reason } = &attempt.outcome else {
            panic!("{kind:?}: {attempt:?}");
        };
        assert!(!reason.contains("s3cret"), "{kind:?}: {reason}");
    }
}

#[tokio::test]
async fn a_thread_whose_first_message_was_deleted_begins_anew() {
    let emulator = Emulator::start(0).await;
    let receivers = receivers(&emulator.url, crate::emulator::TOKEN);
    for kind in [Kind::SlackBot, Kind::Forum, Kind::MattermostBot] {
        send_story(&receivers, &kind.name()).await;
        emulator.clear(kind);
        let body = body(7, 5, "story.developed", "After the clean-up");
        let lost = Thread {
            reference: "1000/1000".to_owned(),
            root: None,
        };
        let outgoing = outgoing(&body, Some(lost));
        let attempt = send(&receivers, &kind.name(), &outgoing).await;
        assert_eq!(attempt.outcome, AttemptOutcome::Accepted, "{kind:?}");
        let is_new = matches!(attempt.in_thread, InThread::Opened(_));
        assert!(is_new, "{kind:?}: {attempt:?}");
    }
}

#[tokio::test]
async fn an_incident_is_resolved_when_its_story_ends() {
    let emulator = Emulator::start(0).await;
    let receivers = receivers(&emulator.url, crate::emulator::TOKEN);
    let name = Kind::PagerDuty.name();
    send_story(&receivers, &name).await;
    let key = emulator.posted(Kind::PagerDuty)[0].id.clone();
    let receiver = receivers.get(&name).unwrap();
    let told: Attempt = receiver.end(&key).unwrap().await;
    assert_eq!(told.outcome, AttemptOutcome::Accepted);
    assert_eq!(emulator.resolved(Kind::PagerDuty), [key]);
}

#[tokio::test]
async fn what_is_sent_again_is_shown_once_where_the_service_can_tell() {
    let emulator = Emulator::start(0).await;
    let receivers = receivers(&emulator.url, crate::emulator::TOKEN);
    let body = body(1, 1, "story.opened", "Ferry burns");
    for kind in [Kind::Matrix, Kind::GoogleChat] {
        for _ in 0..2 {
            let attempt = send(&receivers, &kind.name(), &outgoing(&body, None)).await;
            assert_eq!(attempt.outcome, AttemptOutcome::Accepted, "{kind:?}");
        }
        assert_eq!(emulator.posted(kind).len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_answer_of_the_service_is_tried_again() {
    // A proxy's page with status 200.
    let (url, _) = crate::webhook::server(|_| {
        axum::response::IntoResponse::into_response("<html>please sign in</html>")
    })
    .await;
    let receivers = receivers(&url, crate::emulator::TOKEN);
    for kind in [
        Kind::SlackBot,
        Kind::Telegram,
        Kind::Matrix,
        Kind::MattermostBot,
        Kind::Pushover,
    ] {
        let body = body(1, 1, "story.opened", "Ferry burns");
        let attempt = send(&receivers, &kind.name(), &outgoing(&body, None)).await;
        let AttemptOutcome::Transient { reason, .. } = &attempt.outcome else {
            panic!("{kind:?}: {attempt:?}");
        };
        assert!(reason.contains("please sign in"), "{kind:?}: {reason}");
    }
}

/// What a receiver would send of `body`, as JSON.
fn rendered(receivers: &Receivers, kind: Kind, body: &Value) -> Value {
    let receiver = receivers.get(&kind.name()).unwrap();
    let text = receiver.render(&outgoing(body, None), jiff::Timestamp::UNIX_EPOCH);
    serde_json::from_str(&text.unwrap()).unwrap()
}

#[test]
fn text_that_wants_to_be_markup_is_shown_as_text() {
    let receivers = receivers("http://127.0.0.1:9", crate::emulator::TOKEN);
    let emoji = "👩‍🚒".repeat(900);
    let long = "word ".repeat(600);
    for title in [
        "<!channel> @everyone @here <@U1> [x](javascript:alert(1)) </b> `code` {{ secret }}",
        "**bold** _x_ ~~y~~ ||z|| > quote # head https://bad.example/ and bad.example",
        "\u{202e}desrever\u{202c} \u{7} line\nbreak <at>all</at> <users/all>",
        "عنوان الخبر מבזק 見出し ข่าว",
        &emoji,
        &long,
        "",
    ] {
        let mut body = body(1, 1, "story.opened", title);
        body["data"]["why"][0]["sentence"] = title.into();
        for n in 0..400 {
            let new = json!({ "sentence": format!("{n} {title}"), "novelty": 1.0, "marks": [] });
            body["data"]["new"].as_array_mut().unwrap().push(new);
        }
        for kind in Kind::ALL {
            let sent = rendered(&receivers, kind, &body);
            if let Err(fault) = rules_of(kind, &sent) {
                panic!("{kind:?}: {fault}\n{sent:#}");
            }
        }
    }
    let mut without_link = body(1, 1, "story.opened", "Ferry burns");
    without_link["data"]["article"]["url"] = "".into();
    for kind in Kind::ALL {
        rules_of(kind, &rendered(&receivers, kind, &without_link)).unwrap();
    }
}

/// The golden renderings: what a person would read, one file for each kind.
/// `NEWSVANE_BLESS=1` writes them anew.
#[test]
fn each_rendering_is_as_its_fixture_shows() {
    let receivers = receivers("http://127.0.0.1:9", crate::emulator::TOKEN);
    let mut body = body(7, 2, "story.developed", "Burnt ferry <towed> & moored");
    body["data"]["new"] = json!([{
        "sentence": "The office said that 31 people were treated.", "novelty": 0.9,
        "marks": [{ "kind": "figure", "text": "31", "span": [21, 23] }],
    }]);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/notify");
    for kind in Kind::ALL {
        let mut sent = rendered(&receivers, kind, &body);
        if kind == Kind::Alertmanager {
            sent = sent[0].clone();
        }
        let shown = format!("{sent:#}\n");
        let path = folder.join(format!("{}.json", kind.name()));
        if std::env::var_os("NEWSVANE_BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &shown).unwrap();
        }
        let wanted = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(shown, wanted, "{}", path.display());
    }
}

// PROPTEST_CASES=10000 tries more; 256 are tried by default.
proptest! {
    #[test]
    fn any_text_is_within_the_limits_and_mentions_nobody(
        title in "(\\PC|[<>@#*_`~|:/.\\[\\](){}&]){0,300}",
        sentence in "(\\PC|[<>@#*_`~|:/.\\[\\](){}&]){0,500}",
    ) {
        let receivers = RECEIVERS.with(Clone::clone);
        let mut body = body(1, 3, "story.developed", &title);
        body["data"]["story"]["title"] = sentence.clone().into();
        body["data"]["watch"]["name"] = title.clone().into();
        body["data"]["article"]["source"] = title.clone().into();
        body["data"]["why"][0]["sentence"] = sentence.clone().into();
        body["data"]["new"] = json!([{ "sentence": sentence, "novelty": 1.0, "marks": [{ "kind": "name", "text": "x", "span": [2, 5] }] }]);
        for kind in Kind::ALL {
            let sent = rendered(&receivers, kind, &body);
            if let Err(fault) = rules_of(kind, &sent) {
                prop_assert!(false, "{kind:?}: {fault}\n{sent:#}");
            }
        }
    }
}

thread_local! {
    static RECEIVERS: Receivers = receivers("http://127.0.0.1:9", crate::emulator::TOKEN);
}
