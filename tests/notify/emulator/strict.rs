//! The emulator refuses what the services refuse.

use super::markup;
use super::rules::{Kind, rules_of};
use serde_json::json;

#[test]
fn markup_of_a_feed_that_came_through_is_found() {
    for wrong in [
        "<i>x</i>",
        "<b>x",
        "a < b",
        "a & b",
        "<a href=\"https://bad.example/\">x</a>",
        "ask @everyone",
        "see https://bad.example/x",
    ] {
        assert!(markup::html(wrong).is_err(), "{wrong}");
    }
    for wrong in [
        "*x*",
        "[x](javascript:alert)",
        "@everyone",
        "`x`",
        "**x",
        "<@1>",
    ] {
        assert!(markup::markdown(wrong).is_err(), "{wrong}");
    }
    for wrong in ["<!channel>", "<@U1>", "a > b", "<https://bad.example|x>"] {
        assert!(markup::slack(wrong).is_err(), "{wrong}");
    }
    assert_eq!(markup::html("<b>a</b> &amp; b").unwrap(), "a & b");
    assert_eq!(markup::markdown("**a** \\* b").unwrap(), "a * b");
    assert_eq!(
        markup::slack("<https://courier.example/x|a> &lt;b&gt;").unwrap(),
        "a <b>"
    );
}

#[test]
fn what_is_too_long_is_refused() {
    let long = "x".repeat(40_000);
    let section =
        json!({ "type": "rich_text_section", "elements": [{ "type": "text", "text": long }] });
    let bodies = [
        (
            Kind::SlackBot,
            json!({ "text": "x", "blocks": [{ "type": "rich_text", "elements": [section] }] }),
        ),
        (
            Kind::Discord,
            json!({ "embeds": [{ "description": long }], "allowed_mentions": { "parse": [] } }),
        ),
        (
            Kind::Telegram,
            json!({ "text": long, "parse_mode": "HTML" }),
        ),
        (Kind::MattermostHook, json!({ "text": long })),
        (Kind::Ntfy, json!({ "title": "x", "message": long })),
        (Kind::Pushover, json!({ "title": "x", "message": long })),
        (
            Kind::PagerDuty,
            json!({ "dedup_key": "k", "payload": { "summary": long, "severity": "info", "source": "x" } }),
        ),
    ];
    for (kind, body) in bodies {
        let fault = rules_of(kind, &body).unwrap_err();
        assert!(fault.contains("at most"), "{kind:?}: {fault}");
    }
}

#[test]
fn a_message_that_could_mention_somebody_is_refused() {
    let body = json!({ "embeds": [{ "description": "x" }] });
    assert!(rules_of(Kind::Discord, &body).is_err());
    let body = json!({ "body": "x", "formatted_body": "x", "format": "org.matrix.custom.html" });
    assert!(rules_of(Kind::Matrix, &body).is_err());
    let user =
        json!({ "type": "rich_text_section", "elements": [{ "type": "user", "user_id": "U1" }] });
    let body = json!({ "text": "x", "blocks": [{ "type": "rich_text", "elements": [user] }] });
    assert!(rules_of(Kind::SlackBot, &body).is_err());
}
