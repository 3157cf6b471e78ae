use super::fit::Unit;
use super::layout::lines;
use super::markup::Dialect;
use super::*;
use proptest::prelude::*;

fn body(title: &str, url: &str, sentence: &str) -> String {
    serde_json::json!({
        "type": "story.developed", "timestamp": "2024-05-06T07:08:09Z",
        "data": {
            "schema": 1, "alert": "al_1",
            "watch": { "id": "ferry", "name": "Ferries", "severity": "high" },
            "story": { "id": "s1", "title": "Ferry stopped", "articles": 4, "sources": 3, "independent": 2,
                "first_seen": "2024-05-06T06:00:00Z", "last_seen": "2024-05-06T07:00:00Z", "alert_number": 2 },
            "article": { "id": "a1", "url": url, "title": title, "source": "Harbour Courier", "author": null,
                "language": "en", "published": null, "fetched": "2024-05-06T07:00:00Z", "words": 9,
                "kind": "development", "copy_of": null },
            "why": [{ "term": "ferry", "field": "body", "sentence": sentence, "marks": [[0, 3]] }],
            "new": [],
        },
    })
    .to_string()
}

fn message(title: &str, url: &str, sentence: &str) -> Message {
    Message::from_body(body(title, url, sentence).as_bytes()).unwrap()
}

fn written(message: &Message, dialect: Dialect, most: usize) -> String {
    dialect.lines(lines(message, false), most, Unit::Utf16)
}

#[test]
fn an_alert_is_written_in_each_dialect() {
    let message = message(
        "Ferry & crew",
        "https://ex.org/1?a=(1)",
        "The ferry stopped.",
    );
    let html = written(&message, Dialect::Html, 4_096);
    assert_eq!(
        html,
        "<b>Ferries</b> · new development · high\n\
         <a href=\"https://ex.org/1?a=%281%29\">Ferry &amp; crew</a>\n\
         Harbour Courier · 4 articles from 3 outlets, 2 independent\n\
         story: Ferry stopped (alert 2)\n\
         why: <b>The</b> ferry stopped."
    );
    let markdown = written(&message, Dialect::Markdown, 4_096);
    assert!(
        markdown.contains("[Ferry & crew](https://ex.org/1?a=%281%29)"),
        "{markdown}"
    );
    assert!(
        markdown.contains("why\\: **The** ferry stopped."),
        "{markdown}"
    );
}

#[test]
fn markup_of_a_feed_stays_text() {
    let hostile = "<!channel> @everyone [x](javascript:alert) </b> <@U1> **b** https://bad.example";
    let message = message(hostile, "javascript:alert(1)", hostile);
    assert_eq!(message.link, None);
    let slack = written(&message, Dialect::Slack, 4_096);
    assert!(!slack.contains('<'), "{slack}");
    let markdown = written(&message, Dialect::Markdown, 4_096);
    assert!(
        !markdown.contains("](") && !markdown.contains("@everyone"),
        "{markdown}"
    );
    let html = written(&message, Dialect::Html, 4_096);
    assert!(
        !html.contains("</b> <@") && !html.contains("://bad"),
        "{html}"
    );
}

#[test]
fn an_article_without_title_and_url_has_a_headline_and_no_link() {
    let message = message("", "", "x");
    assert_eq!(
        (message.headline.as_str(), &message.link),
        ("(without a headline)", &None)
    );
}

proptest! {
    #[test]
    fn any_text_is_within_the_limit(title in "\\PC{0,400}", sentence in "\\PC{0,700}", most in 250_usize..1_200) {
        let message = message(&title, "https://ex.org/1", &sentence);
        for dialect in [Dialect::Plain, Dialect::Html, Dialect::Markdown, Dialect::Slack] {
            let text = written(&message, dialect, most);
            prop_assert!(Unit::Utf16.count(&text) <= most, "{dialect:?}: {text}");
        }
    }
}
