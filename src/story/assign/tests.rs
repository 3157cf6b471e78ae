//! Stories that turn out to be one.

use crate::model::{ArticleId, CoverageKind, StoryId};
use crate::story::{Incoming, Placement, Settings, Stories};
use jiff::{SignedDuration, Timestamp};

const AGROUND: &str = "The ferry Saint Orla ran aground on the Skerrow reef off Brackwater harbour \
    early on Tuesday with 214 passengers on board. Lifeboats from Brackwater and Ness brought all \
    passengers ashore before noon. The ferry company Norlane said the captain, Piet Hollis, had \
    reported a failure of the steering gear minutes before the ship struck the reef. Oil was seen \
    around the stern of the ferry, and the Coast Office sent a vessel to pump out the fuel tanks.";

const FUEL: &str = "Crews began to pump fuel from the ferry Saint Orla, which lies on the Skerrow reef \
    off Brackwater harbour, on Tuesday evening. The Coast Office said its vessel would need two days \
    for the 90 tonnes of fuel in the tanks of the ferry. Norlane, the ferry company, has engaged \
    salvors to tow the Saint Orla off the reef at the next spring tide. The steering gear of the \
    ship had failed before it struck the reef, captain Piet Hollis reported.";

const INQUIRY: &str = "An inquiry into the grounding of the ferry Saint Orla on the Skerrow reef began in \
    Brackwater harbour on Wednesday. Investigators will examine the steering gear that failed before \
    the ship struck the reef, as captain Piet Hollis had reported. The ferry company Norlane handed \
    over its maintenance records. Pumping of the fuel from the tanks of the ferry goes on, the Coast \
    Office said, and the 214 passengers have been asked for what they saw.";

const ORCHARDS: &str = "Growers in the Tallow valley expect the smallest apple harvest in thirty years \
    after late frost in May killed most of the blossom. The growers' union asked the ministry of \
    farming for loans. Cider makers said that prices would rise by a fifth before the winter.";

fn incoming(id: i64, text: &'static str) -> Incoming<'static> {
    let title = if text == ORCHARDS {
        "Frost ruins apple harvest"
    } else {
        "Ferry Saint Orla aground on Skerrow reef"
    };
    Incoming {
        id: ArticleId(id),
        url: None,
        source: ["Harbour Courier", "Corvane Wire", "Radio Estmere"][id as usize % 3],
        title,
        dek: "",
        text,
        language: Some("en"),
        at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(10 * id),
        same_as: None,
    }
}

/// What [`INQUIRY`] is, after [`AGROUND`] opened one story and `other` another.
fn check(other: &'static str) -> Placement {
    let mut stories = Stories::new(Settings::default());
    for (id, text) in [(1, AGROUND), (2, other)] {
        let article = incoming(id, text);
        stories.restore(&article, StoryId(id), CoverageKind::First, None);
    }
    stories.plan(&incoming(3, INQUIRY))
}

#[test]
fn an_article_that_surely_belongs_to_two_stories_links_them() {
    let placement = check(FUEL);
    assert!(!placement.opens, "{placement:#?}");
    let mut both = placement.linked.clone();
    both.push(placement.story);
    both.sort_unstable();
    assert_eq!(both, [StoryId(1), StoryId(2)]);
}

#[test]
fn stories_of_different_events_are_not_linked() {
    let placement = check(ORCHARDS);
    assert_eq!(
        (placement.story, placement.linked),
        (StoryId(1), Vec::new())
    );
}

#[test]
fn a_language_that_is_new_to_the_memory_is_looked_at_twice() {
    let stories = Stories::new(Settings::default());
    let late = stories.settings.model.threshold;
    assert!(stories.threshold(0) > 0.85, "{}", stories.threshold(0));
    assert!(stories.threshold(400) < late + 0.01);
}

#[test]
fn alike_events_are_two_stories_in_a_fresh_memory_of_any_language() {
    let pairs = [
        (
            "Strong quake hits Halvern islands",
            "A magnitude 6.1 earthquake struck the Halvern islands before dawn on Monday, killing at \
             least nine people and bringing down houses, officials said. Rescue teams searched the \
             rubble in the port of Tessmore, where a school fell in.",
            "Strong quake hits Corrisk valley",
            "A magnitude 5.8 earthquake struck the Corrisk valley late on Friday, killing at least \
             four people and bringing down houses, officials said. Rescue teams searched the \
             rubble in the town of Aldmoor, where a mill fell in.",
        ),
        (
            "Incendie dans un entrepôt à Brévannes-le-Haut",
            "Un incendie s'est déclaré dimanche matin dans un entrepôt de textile à \
             Brévannes-le-Haut. Une quarantaine de pompiers ont été mobilisés, a indiqué la \
             préfecture. Personne n'a été blessé, selon le maire, Luc Tardivel.",
            "Incendie dans un entrepôt à Solignon",
            "Un incendie s'est déclaré jeudi soir dans un entrepôt de meubles à Solignon. Une \
             vingtaine de pompiers ont été mobilisés, a indiqué la préfecture. Personne n'a été \
             blessé, selon la maire, Odile Kerven.",
        ),
        (
            "Пожар на складе в Верхнекамске",
            "Пожар произошёл утром в воскресенье на складе в Верхнекамске. Пострадавших нет, \
             сообщили в МЧС. Площадь возгорания составила 400 квадратных метров, причину \
             выясняет комиссия.",
            "Пожар на складе в Новолесье",
            "Пожар произошёл вечером в четверг на складе в Новолесье. Пострадавших нет, сообщили \
             в МЧС. Площадь возгорания составила 900 квадратных метров, директор Ершов \
             отстранён.",
        ),
        (
            "Local council opens library",
            "The council of Dunmere opened its new library on Saturday with a reading by Ida Lorne. \
             The building took four years and has room for 30,000 books.",
            "Library of seeds grows",
            "A vault in Upper Tarn that keeps seeds for farmers has taken in 12,000 kinds of wheat \
             and rye, its keeper Jonas Veld says. The seeds are stored at minus 18 degrees.",
        ),
    ];
    for (title, text, other_title, other_text) in pairs {
        let mut stories = Stories::new(Settings::default());
        let first = Incoming {
            title,
            text,
            ..incoming(0, AGROUND)
        };
        stories.apply(&first, &stories.plan(&first));
        let second = Incoming {
            title: other_title,
            text: other_text,
            ..incoming(1, AGROUND)
        };
        assert!(stories.plan(&second).opens, "{title} / {other_title}");
    }
}

#[test]
fn a_story_is_over_after_two_weeks_however_few_articles_there_are() {
    let mut stories = Stories::new(Settings::default());
    let first = incoming(0, AGROUND);
    stories.apply(&first, &stories.plan(&first));
    for id in 1..12 {
        let later = Incoming {
            at: first.at + SignedDuration::from_hours(24 * (19 + id)),
            ..incoming(id, ORCHARDS)
        };
        stories.apply(&later, &stories.plan(&later));
    }
    let again = Incoming {
        at: first.at + SignedDuration::from_hours(24 * 31),
        ..incoming(12, INQUIRY)
    };
    assert!(stories.plan(&again).opens);
}
