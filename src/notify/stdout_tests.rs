use super::super::payload::{ArticleRef, Cut, StoryRef};
use super::*;
use crate::model::{CoverageKind, Field};

fn payload(title: &str, sentence: &str, marks: &[(usize, usize)]) -> Payload {
    let at: Timestamp = "2024-05-06T07:08:09Z".parse().unwrap();
    Payload {
        timestamp: at,
        alert: "a1".into(),
        event: Event::StoryOpened(Box::new(Coverage {
            watch: WatchRef {
                id: "dam".into(),
                name: "The dam".into(),
                severity: Some("high".into()),
            },
            story: StoryRef {
                id: "s1".into(),
                title: title.into(),
                articles: 1,
                sources: 1,
                independent: 1,
                first_seen: at,
                last_seen: at,
                alert_number: Some(1),
            },
            article: ArticleRef {
                id: "a1".into(),
                url: "https://ex.org/1".into(),
                title: title.into(),
                source: "The Courier".into(),
                author: None,
                language: None,
                published: None,
                fetched: at,
                words: 3,
                kind: CoverageKind::First,
                copy_of: None,
            },
            why: vec![Why {
                term: "dam".into(),
                field: Field::Body,
                sentence: sentence.into(),
                marks: marks.to_vec(),
            }],
            new: Vec::new(),
            cut: Cut::default(),
        })),
    }
}

#[test]
fn an_alert_is_a_few_lines_with_the_hits_marked() {
    let shown = render(&payload("Dam holds", "The dam holds.", &[(4, 7)]));
    let plain = anstream::adapter::strip_str(&shown).to_string();
    assert_eq!(
        plain,
        "07:08:09 new story  The dam  high\n         \
         Dam holds\n         \
         The Courier · 1 article from 1 outlet · https://ex.org/1\n         \
         why  The dam holds.  dam\n\n"
    );
    assert!(shown.contains(&format!("The {MARK}dam{MARK:#} holds.")));
}

#[test]
fn nothing_of_a_feed_reaches_the_terminal_as_a_control_character() {
    let shown = render(&payload(
        "a\u{1b}]0;x\u{7}\u{202e}b\u{9b}1m",
        "a\u{1b}[2Jb\r\n",
        &[],
    ));
    let plain = anstream::adapter::strip_str(&shown).to_string();
    assert!(plain.contains(" ]0;x  b 1m"), "{plain:?}");
    assert!(plain.contains("a [2Jb"), "{plain:?}");
    assert!(
        !plain.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}', '\u{9b}']),
        "{plain:?}"
    );
}
