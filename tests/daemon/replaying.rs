//! What `newsvane replay` says would have been alerted.

use crate::process::Home;
use crate::writer::{Story, Writer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// An article in the form of `replay`, this many hours after the beginning.
fn article(hours: i64, source: &str, story: &Story) -> Value {
    let begun: Timestamp = "2031-05-05T06:00:00Z".parse().unwrap();
    json!({
        "id": format!("{source} {hours}"),
        "source": source,
        "title": story.title,
        "text": story.paragraphs.join("\n\n"),
        "published": begun + SignedDuration::from_hours(hours),
    })
}

/// The answers to `articles`, for watches on lighthouses with these `alerts`.
async fn replay(alerts: &[&str], articles: &[Value]) -> Vec<Value> {
    let home = Home::bare();
    let watches: Vec<String> = alerts
        .iter()
        .enumerate()
        .map(|(n, alert)| {
            format!("[[watch]]\nid = \"w{n}\"\nany = [\"lighthouse\"]\nalert = {{ {alert} }}\n")
        })
        .collect();
    home.write("watchlist.toml", &watches.join("\n"));
    let lines: Vec<String> = articles.iter().map(Value::to_string).collect();
    home.write("articles.jsonl", &lines.join("\n"));
    let ran = home
        .run(&["replay", "articles.jsonl", "--watchlist", "watchlist.toml"])
        .await;
    assert!(ran.status.success(), "{}", ran.err);
    let answers = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    answers.collect()
}

/// The alerts as `article: type watch`.
fn alerts(answers: &[Value]) -> Vec<String> {
    let alerted = answers.iter().flat_map(|answer| {
        let alerts = answer["alerts"].as_array().unwrap().iter();
        alerts.map(|alert| {
            let [id, kind, watch] =
                [&answer["id"], &alert["type"], &alert["watch"]].map(|part| part.as_str().unwrap());
            format!("{id}: {kind} {watch}")
        })
    });
    alerted.collect()
}

#[tokio::test]
async fn a_spike_and_a_silence_are_told_in_virtual_time() {
    let mut writer = Writer::new(5);
    let mut articles = Vec::new();
    let mut publish =
        |hours, source, word| articles.push(article(hours, source, &writer.story(word)));
    for day in 0..30 {
        for hour in [0, 3, 6, 9] {
            publish(day * 24 + hour, "Courier", Some("lighthouse"));
        }
    }
    for source in ["Wire", "Radio", "Gazette", "Lantern", "Herald"] {
        for _ in 0..2 {
            publish(29 * 24 + 10, source, Some("lighthouse"));
        }
    }
    // Nothing of lighthouses for six days.
    for day in 30..36 {
        publish(day * 24, "Courier", None);
    }
    let alerted = alerts(&replay(&["mode = \"spike\"", "mode = \"silence\""], &articles).await);
    assert_eq!(alerted.len(), 2, "{alerted:?}");
    assert!(alerted[0].ends_with("706: watch.spike w0"), "{alerted:?}");
    assert!(
        alerted[1].starts_with("Courier 7") && alerted[1].ends_with(": watch.silent w1"),
        "{alerted:?}"
    );
}

#[tokio::test]
async fn a_watch_s_own_limit_says_what_is_a_development_for_it() {
    let mut writer = Writer::new(5);
    let first = writer.story(Some("lighthouse"));
    let mut carried_on = writer.story(Some("lighthouse"));
    carried_on.title = format!("{}: what is known", first.title);
    carried_on.paragraphs[..2].clone_from_slice(&first.paragraphs[..2]);
    let articles = [
        article(0, "Courier", &first),
        article(2, "Wire", &carried_on),
    ];
    let limits = [
        "development = 0.05",
        "development = 0.95",
        "mode = \"story\"",
    ];
    let answers = replay(&limits, &articles).await;
    assert_eq!(answers[1]["story"], answers[0]["story"]);
    let kind = answers[1]["kind"].as_str().unwrap();
    let mut wanted = vec![
        "Courier 0: story.opened w0",
        "Courier 0: story.opened w1",
        "Courier 0: story.opened w2",
        "Wire 2: story.developed w0",
    ];
    if kind == "development" {
        wanted.push("Wire 2: story.developed w2");
    }
    assert_eq!(alerts(&answers), wanted, "{kind}");
}
