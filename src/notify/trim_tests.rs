use super::super::payload::{ArticleRef, Coverage, Cut, StoryRef, WatchRef};
use super::*;
use crate::model::{CoverageKind, Field};
use jiff::Timestamp;

fn payload(name: &str, why: Vec<Why>, new: Vec<NewSentence>) -> Payload {
    let at = Timestamp::UNIX_EPOCH;
    Payload {
        timestamp: at,
        alert: "a1".into(),
        event: Event::StoryDeveloped(Box::new(Coverage {
            watch: WatchRef {
                id: "w".into(),
                name: name.into(),
                severity: None,
            },
            story: StoryRef {
                id: "s1".into(),
                title: name.into(),
                articles: 2,
                sources: 2,
                independent: 1,
                first_seen: at,
                last_seen: at,
                linked: Vec::new(),
                alert_number: Some(1),
            },
            article: ArticleRef {
                id: "a1".into(),
                url: "https://ex.org/1".into(),
                title: name.into(),
                source: name.into(),
                author: Some(name.into()),
                language: None,
                published: None,
                fetched: at,
                words: 3,
                kind: CoverageKind::Development,
                copy_of: None,
            },
            why,
            new,
            cut: Cut::default(),
        })),
    }
}

fn why(sentence: &str, mark: (usize, usize)) -> Why {
    Why {
        term: "t".into(),
        field: Field::Body,
        sentence: sentence.into(),
        marks: vec![mark],
    }
}

fn new(sentence: &str) -> NewSentence {
    NewSentence {
        sentence: sentence.into(),
        novelty: 0.5,
        marks: Vec::new(),
    }
}

/// Checks that the body is within the limit, parses, and says how much was left out.
fn check(payload: &Payload, is_cut: bool) -> Coverage {
    let body = payload.to_body();
    assert!(body.len() < MAX_BODY_BYTES, "{} bytes", body.len());
    let back: Payload = serde_json::from_str(&body).unwrap();
    let (Event::StoryDeveloped(sent), Event::StoryDeveloped(made)) = (back.event, &payload.event)
    else {
        panic!("the body parsed to another event");
    };
    assert_eq!(sent.why.len() + sent.cut.why, made.why.len());
    assert_eq!(sent.new.len() + sent.cut.new, made.new.len());
    assert_eq!(sent.cut != Cut::default(), is_cut);
    *sent
}

#[test]
fn a_small_payload_is_sent_complete_and_parses_to_the_same_value() {
    let payload = payload(
        "name",
        vec![why("The dam holds.", (4, 7))],
        vec![new("It rains.")],
    );
    check(&payload, false);
    let back: Payload = serde_json::from_str(&payload.to_body()).unwrap();
    assert_eq!(back, payload);
}

#[test]
fn the_body_starts_with_type_timestamp_and_data() {
    let body = payload("name", Vec::new(), Vec::new()).to_body();
    let start = r#"{"type":"story.developed","timestamp":"1970-01-01T00:00:00Z","data":{"schema":1,"alert":"a1","watch":{"id":"w""#;
    assert!(body.starts_with(start), "{body}");
}

#[test]
fn the_number_of_left_out_elements_is_sent() {
    let sentence = "Water rose by another metre. ".repeat(8);
    let sent = check(
        &payload(
            "name",
            vec![why(&sentence, (0, 5)); 300],
            vec![new(&sentence); 300],
        ),
        true,
    );
    assert!(
        sent.why.len() >= 10 && sent.new.len() >= 10,
        "{} {}",
        sent.why.len(),
        sent.new.len()
    );
}

#[test]
fn a_single_list_may_use_all_the_space() {
    let sent = check(
        &payload("name", vec![why("Short.", (0, 5)); 2_000], Vec::new()),
        true,
    );
    assert!(sent.why.len() > 100, "{}", sent.why.len());
}

#[test]
fn a_sentence_that_is_too_long_is_shortened_around_its_mark() {
    let sentence = format!("{}Ünder{}", "x".repeat(5_000), "y".repeat(5_000));
    let sent = check(
        &payload("name", vec![why(&sentence, (5_000, 5_005))], Vec::new()),
        false,
    );
    let (start, end) = sent.why[0].marks[0];
    let marked: String = sent.why[0]
        .sentence
        .chars()
        .skip(start)
        .take(end - start)
        .collect();
    assert_eq!(marked, "Ünder");
    assert!(sent.why[0].sentence.chars().count() <= MAX_SENTENCE + 2);
}

#[test]
fn names_of_control_characters_do_not_exceed_the_limit() {
    check(
        &payload(
            &"\u{1}".repeat(10_000),
            vec![why("Short.", (0, 5)); 500],
            Vec::new(),
        ),
        true,
    );
}
