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
        stories.restore(&article, StoryId(id), CoverageKind::First);
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
fn what_is_joined_at_once_later_is_looked_at_twice_at_the_beginning() {
    let mut stories = Stories::new(Settings::default());
    let late = stories.settings.model.threshold;
    let incoming = incoming(0, AGROUND);
    let first = stories.plan(&incoming);
    stories.apply(&incoming, &first);
    assert!(stories.threshold() > 0.85, "{}", stories.threshold());
    for id in 1..400 {
        let incoming = Incoming {
            id: ArticleId(id),
            ..incoming
        };
        stories.apply(&incoming, &first);
    }
    assert!(stories.threshold() < late + 0.01);
}
