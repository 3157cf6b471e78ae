use super::super::payload::{ArticleRef, Cut, NewMark, StoryRef, Volume, VolumeStory};
use super::*;
use crate::model::{CoverageKind, FactKind, Field};

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
                linked: Vec::new(),
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
fn an_alert_is_a_few_lines_with_its_terms_marked() {
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
fn new_facts_within_a_new_sentence_are_marked() {
    let mut payload = payload("Dam holds", "The dam holds.", &[]);
    let Event::StoryOpened(coverage) = &mut payload.event else {
        unreachable!()
    };
    let mark = |kind, text: &str, span| NewMark {
        kind,
        text: text.to_owned(),
        span,
    };
    coverage.new = vec![NewSentence {
        sentence: "Some 14 left: “Ada told us.”".to_owned(),
        novelty: 1.0,
        marks: vec![
            mark(FactKind::Figure, "14", (5, 7)),
            mark(FactKind::Quote, "Ada told us.", (15, 27)),
            mark(FactKind::Name, "Ada", (15, 18)),
        ],
    }];
    let shown = render(&payload);
    let figure = format!("Some {NEW_FACT}14{NEW_FACT:#}{NEW} left");
    assert!(shown.contains(&figure), "{shown:?}");
    let quote = format!("“{NEW_FACT}Ada told us.{NEW_FACT:#}{NEW}”");
    assert!(shown.contains(&quote), "{shown:?}");
    let plain = anstream::adapter::strip_str(&shown).to_string();
    assert!(
        plain.contains("new  Some 14 left: “Ada told us.”\n"),
        "{plain}"
    );
}

#[test]
fn a_spike_shows_its_articles_outlets_and_stories() {
    let at: Timestamp = "2031-05-06T07:08:09Z".parse().unwrap();
    let volume = Volume {
        watch: WatchRef {
            id: "dam".into(),
            name: "The dam".into(),
            severity: None,
        },
        since: at,
        until: at,
        articles: 14,
        sources: 10,
        expected: 1.25,
        outlets: (0..10).map(|n| format!("O{n}")).collect(),
        stories: vec![VolumeStory {
            id: "s7".into(),
            title: "Dam cracks".into(),
            articles: 9,
        }],
    };
    let payload = Payload {
        timestamp: at,
        alert: "a1".into(),
        event: Event::WatchSpike(volume),
    };
    let plain = anstream::adapter::strip_str(&render(&payload)).to_string();
    assert_eq!(
        plain,
        "07:08:09 spike  The dam\n         \
         14 articles from 10 outlets since 2031-05-06 07:08 UTC; usual: 1.2\n         \
         O0, O1, O2, O3, O4, O5, O6, O7 and 2 more\n         \
         9 on Dam cracks (s7)\n\n"
    );
}

#[test]
fn control_characters_of_a_feed_do_not_reach_the_terminal() {
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
