//! Tests that a restart rebuilds the same state from the store. Every text is invented.

use super::{Incoming, Placement, Settings, Stories, counted_from};
use crate::model::{ArticleId, CoverageKind, StoryId};
use crate::story::analysis::arrival::Arrival;
use jiff::{SignedDuration, Timestamp};

#[test]
fn restarting_in_the_middle_changes_no_later_placement() {
    let articles = invented(600);
    // The window is so short that most articles are forgotten before the last one
    // arrives.
    let settings = || Settings {
        window: SignedDuration::from_hours(150),
        min_articles: 40,
        ..Settings::default()
    };
    let run = |restart: Option<usize>| {
        let mut stories = Stories::new(settings());
        let mut placements: Vec<Placement> = Vec::new();
        let mut n_standing = 0;
        for (at, article) in articles.iter().enumerate() {
            if restart == Some(at) {
                let opened = placements.iter().map(|placement| placement.story.0).max();
                stories = restored(
                    &articles[..at],
                    &placements,
                    Settings {
                        next_story: StoryId(opened.unwrap_or(0) + 1),
                        ..settings()
                    },
                );
            }
            let incoming = article.incoming();
            let arrival = Arrival::new(&incoming, &stories.idf);
            n_standing += usize::from(stories.own_words(&arrival).is_some());
            let placement = stories.plan(&incoming);
            stories.apply(&article.incoming(), &placement);
            placements.push(placement);
        }
        assert!(stories.n_articles() < 200);
        assert!(n_standing > 100, "{n_standing}");
        placements
            .into_iter()
            .map(|placement| {
                (
                    placement.story,
                    placement.kind,
                    placement.of,
                    placement.new,
                    placement.coverage,
                )
            })
            .collect::<Vec<_>>()
    };
    let whole = run(None);
    assert!(
        whole
            .iter()
            .any(|(_, kind, ..)| *kind == CoverageKind::Development)
    );
    for restart in [100, 300, 511] {
        assert!(whole == run(Some(restart)), "{restart}");
    }
}

/// Stories restored as from a store: from the articles in the window, and all other
/// articles of their stories.
fn restored(articles: &[Invented], placements: &[Placement], settings: Settings) -> Stories {
    let since = articles.last().map_or(0, |last| last.at) - settings.window.as_secs();
    let first = articles.iter().position(|article| article.at >= since);
    let first = first
        .unwrap_or(0)
        .min(articles.len() - settings.min_articles);
    let from = counted_from(ArticleId(first as i64)).0;
    let is_live = |story: StoryId| {
        let mut both = articles.iter().zip(placements);
        both.any(|(article, placed)| placed.story == story && article.at >= since)
    };
    let mut stories = Stories::new(settings);
    for (old, placed) in articles.iter().zip(placements) {
        if old.id >= from || is_live(placed.story) {
            stories.restore(&old.incoming(), placed.story, placed.kind);
        }
    }
    stories
}

struct Invented {
    id: i64,
    title: String,
    text: String,
    at: i64,
}

impl Invented {
    fn incoming(&self) -> Incoming<'_> {
        Incoming {
            id: ArticleId(self.id),
            url: None,
            source: if self.id % 3 == 0 { "North" } else { "South" },
            title: &self.title,
            dek: "",
            text: &self.text,
            language: None,
            at: Timestamp::from_second(self.at).expect("a time"),
            same_as: None,
        }
    }
}

/// The boilerplate that the two outlets put under some of their articles.
const STANDING: [&str; 2] = [
    " South is printed in Torvik by a society of nine retired pilots.",
    " North welcomes letters about harbours, weather and lost dogs.",
];

/// Articles on events that each have their own words; some are copies, some end with
/// their outlet's boilerplate.
fn invented(n_articles: i64) -> Vec<Invented> {
    let mut random = fastrand::Rng::with_seed(7);
    (0..n_articles)
        .map(|id| {
            let event = random.u32(0..60) + id as u32 / 20;
            let word = |of: u32| {
                format!(
                    "{}{}",
                    ["ka", "ro", "ti", "mel", "su"][(of % 5) as usize],
                    of * 7919 % 9973
                )
            };
            let own: Vec<String> = (0..12).map(|at| word(event * 100 + at)).collect();
            let sentences: Vec<String> = (0..8)
                .map(|_| {
                    let fresh = random.u32(0..40_000);
                    format!(
                        "{} told {} about w{} and {} near {}.",
                        own[random.usize(0..12)],
                        own[random.usize(0..12)],
                        fresh,
                        own[random.usize(0..12)],
                        own[random.usize(0..12)]
                    )
                })
                .collect();
            let mut text = sentences.join(" ");
            if random.u32(0..10) < 3 {
                text.push_str(STANDING[usize::from(id % 3 == 0)]);
            }
            Invented {
                id,
                title: format!("{} {} {}", own[0], own[1], own[2]),
                text,
                at: 1_900_000_000 + id * 3600,
            }
        })
        .collect()
}
