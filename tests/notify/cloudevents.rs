//! Events as the specification wants them, in both modes.

use crate::services::{body, outgoing};
use crate::suite::{build, send};
use crate::webhook::{listen, server};
use newsvane::policy::AttemptOutcome;
use serde_json::Value;

#[tokio::test]
async fn an_event_has_its_attributes_in_headers_or_around_the_data() {
    let (url, log) = server(listen).await;
    let settings = format!(
        "[binary]\ntype = \"cloudevents\"\nurl = \"{url}/take\"\nsource = \"/desk\"\n\
         [structured]\ntype = \"cloudevents\"\nurl = \"{url}/take\"\nmode = \"structured\"\n"
    );
    let receivers = build(&settings).unwrap();
    let alert = body(7, 2, "story.developed", "Burnt ferry towed");
    for name in ["binary", "structured"] {
        let attempt = send(&receivers, name, &outgoing(&alert, None)).await;
        assert_eq!(attempt.outcome, AttemptOutcome::Accepted, "{name}");
    }
    let log = log.lock().unwrap();
    let (_, headers, data) = &log[0];
    for (name, wanted) in [
        ("ce-specversion", "1.0"),
        ("ce-id", "al_7_2"),
        ("ce-source", "/desk"),
        ("ce-type", "story.developed"),
        ("ce-time", "2031-05-04T12:00:00Z"),
        ("ce-subject", "st_7"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(headers[name], wanted, "{name}");
    }
    let data: Value = serde_json::from_slice(data).unwrap();
    assert_eq!(data, alert["data"]);
    let (_, headers, event) = &log[1];
    assert_eq!(headers["content-type"], "application/cloudevents+json");
    let event: Value = serde_json::from_slice(event).unwrap();
    assert_eq!(
        (&event["id"], &event["source"], &event["subject"]),
        (&"al_7_2".into(), &"/newsvane".into(), &"st_7".into())
    );
    assert_eq!(event["data"], alert["data"]);
}
