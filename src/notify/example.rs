//! An invented alert, to show what a receiver would get before there is one.

use super::payload::{
    ArticleRef, Coverage, Cut, Event, NewMark, NewSentence, Payload, StoryRef, WatchRef, Why,
};
use crate::model::{AlertId, CoverageKind, FactKind, Field, WatchId};
use jiff::Timestamp;

/// The alert about a development, made at `now`.
pub(crate) fn development(now: Timestamp) -> Payload {
    let why = "The ferry Aurora was towed to Portvale with 212 passengers on board.";
    let new = "The harbour office said that 31 people were treated for smoke.";
    Payload {
        timestamp: now,
        alert: AlertId::from("al_example"),
        event: Event::StoryDeveloped(Box::new(Coverage {
            watch: WatchRef {
                id: WatchId::from("ferries"),
                name: "Ferries".to_owned(),
                severity: Some("high".to_owned()),
            },
            story: StoryRef {
                id: "st_41".to_owned(),
                title: "Fire on the ferry Aurora".to_owned(),
                articles: 6,
                sources: 4,
                independent: 2,
                first_seen: now,
                last_seen: now,
                linked: Vec::new(),
                alert_number: Some(2),
            },
            article: ArticleRef {
                id: "ar_90".to_owned(),
                url: "https://courier.example/aurora-towed".to_owned(),
                title: "Burnt ferry towed to Portvale".to_owned(),
                source: "Harbour Courier".to_owned(),
                author: Some("Ida Vale".to_owned()),
                language: Some("en".to_owned()),
                published: Some(now),
                fetched: now,
                words: 412,
                kind: CoverageKind::Development,
                copy_of: None,
            },
            why: vec![Why {
                term: "ferry".to_owned(),
                field: Field::Body,
                sentence: why.to_owned(),
                marks: vec![(4, 9)],
            }],
            new: vec![NewSentence {
                sentence: new.to_owned(),
                novelty: 0.94,
                marks: vec![NewMark {
                    kind: FactKind::Figure,
                    text: "31".to_owned(),
                    span: (29, 31),
                }],
            }],
            cut: Cut::default(),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_marks_are_where_the_words_are() {
        let payload = development(Timestamp::UNIX_EPOCH);
        let coverage = payload.event.coverage().unwrap();
        let part = |text: &str, (start, end): (usize, usize)| -> String {
            text.chars().skip(start).take(end - start).collect()
        };
        let (why, new) = (&coverage.why[0], &coverage.new[0]);
        assert_eq!(part(&why.sentence, why.marks[0]), "ferry");
        assert_eq!(part(&new.sentence, new.marks[0].span), "31");
    }
}
