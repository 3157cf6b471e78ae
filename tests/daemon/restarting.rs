//! Tests that restarts change nothing: a daemon that is killed again and again makes the
//! same placements and alerts as one that runs without a stop.

use crate::ledger::Ledger;
use crate::newsroom::Newsroom;
use crate::process::{Daemon, Home};
use crate::writer::{Story, Writer};
use std::collections::BTreeSet;

const FEEDS: [&str; 3] = ["north", "east", "south"];

const WATCHES: &str = r#"
[[watch]]
id = "stories"
any = ["lighthouse"]
alert = { mode = "story", updates = ["development", "independent", "revision"], to = ["ledger"] }

[[watch]]
id = "each"
any = ["lighthouse"]
alert = { mode = "every", to = ["ledger"] }
"#;

/// Failpoints at which the most work is unfinished.
const POINTS: [&str; 4] = ["polled", "entries-leased", "placed", "read"];

/// Three events, each reported by all outlets: first, copied, carried on.
fn stories() -> Vec<(&'static str, Story)> {
    let mut writer = Writer::new(11);
    let mut stories = Vec::new();
    for _ in 0..3 {
        let first = writer.story(Some("lighthouse"));
        let later = writer.story(Some("lighthouse"));
        let carried_on = Story {
            title: format!("{}: what is known", first.title),
            teaser: first.teaser.clone(),
            paragraphs: first
                .paragraphs
                .iter()
                .chain(&later.paragraphs[1..4])
                .cloned()
                .collect(),
        };
        let cut = Story {
            title: format!("{} in short", first.title),
            teaser: later.teaser.clone(),
            paragraphs: first.paragraphs[..3].to_vec(),
        };
        stories.push((FEEDS[0], first.clone()));
        stories.push((FEEDS[1], first));
        stories.push((FEEDS[2], carried_on));
        stories.push((FEEDS[1], cut));
        stories.push((FEEDS[0], later));
    }
    stories
}

/// The placements of all articles, and the alerts, from the store.
fn books(home: &Home) -> (Vec<String>, Vec<String>) {
    let db = rusqlite::Connection::open(home.path("state/newsvane.db")).unwrap();
    let rows = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let placements = rows(
        "SELECT json_object('id', id, 'url', url, 'story', story, 'kind', kind, 'of', of, 'new', new, 'newness', newness)
         FROM articles ORDER BY id",
    );
    let alerts = rows(
        "SELECT json_object('id', id, 'kind', kind, 'watch', watch, 'story', story, 'article', article,
           'number', json_extract(body, '$.data.story.alert_number'))
         FROM alerts ORDER BY id",
    );
    (placements, alerts)
}

async fn until_read(daemon: &Daemon, n: usize) {
    daemon
        .until_status("the article is read", |status| {
            status["numbers"]["articles"] == n
        })
        .await;
}

#[tokio::test]
async fn a_daemon_that_dies_in_the_middle_places_and_tells_as_one_that_does_not() {
    let (newsroom, ledger) = (Newsroom::open().await, Ledger::open().await);
    let feeds = FEEDS.map(|feed| newsroom.feed(feed));
    let homes = [Home::new(&ledger, ""), Home::new(&ledger, "")];
    let [steady, mortal] = &homes;
    let mut daemons = Vec::new();
    for home in &homes {
        home.watch(&feeds, WATCHES);
        daemons.push(home.start_ready().await);
        newsroom.until_polled(&FEEDS).await;
    }
    let mut runs = daemons.pop().unwrap();
    let runs_through = daemons.pop().unwrap();
    for (n, (feed, story)) in stories().into_iter().enumerate() {
        if n % 2 == 1 {
            runs.kill().await;
            newsroom.publish(feed, story);
            let mut command = mortal.command(&["run"]);
            command.env("NEWSVANE_DIE_AT", format!("{}:1", POINTS[n / 2 % 4]));
            let status = Daemon::of(command).ended().await;
            assert!(!status.success());
            runs = mortal.start_ready().await;
        } else {
            newsroom.publish(feed, story);
        }
        until_read(&runs, n + 1).await;
        until_read(&runs_through, n + 1).await;
    }
    for daemon in [runs, runs_through] {
        daemon.until_idle().await;
        daemon.stop().await;
    }
    let (wanted, found) = (books(steady), books(mortal));
    assert_eq!(found, wanted);
    let kinds = ["first", "duplicate", "development"];
    for kind in kinds {
        let kind = format!("\"kind\":\"{kind}\"");
        assert!(
            wanted.0.iter().any(|row| row.contains(&kind)),
            "{wanted:#?}"
        );
    }
    let n_alerts = wanted.1.iter().collect::<BTreeSet<_>>().len();
    assert!(n_alerts > stories().len(), "{n_alerts}");
    assert_eq!(
        ledger.n_accepted(),
        n_alerts,
        "both tell under the same ids"
    );
}
