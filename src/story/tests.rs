//! Tests of placements, each named as a sentence. Every text is invented.

use super::{FIXED_BYTES, Incoming, MAX_ARTICLE_BYTES, Placement, Settings, Stories};
use crate::model::{ArticleId, CoverageKind, StoryId};
use jiff::{SignedDuration, Timestamp};

pub(super) const DAM: &str = "Engineers found a crack eleven metres long in the Varnholt dam on Monday, and the regional water board ordered the valley below it to be cleared.\n\nSome 4,200 people in Upper Varnholt and Lisk left their homes before dusk, the board said.\n\n\"We do not know how deep it goes,\" chief engineer Marta Elling told reporters at the dam. \"Until we do, nobody sleeps down there.\"\n\nThe dam was built in 1961 and was last inspected nine years ago.\n\nThe reservoir holds 38 million cubic metres of water and supplies three towns.";
const DAM_REWRITTEN: &str = "A crack of eleven metres was found by engineers in the Varnholt dam on Monday, and the valley beneath has been cleared on orders of the regional water board.\n\nAbout 4,200 people from Upper Varnholt and Lisk had left home before dusk, according to the board.\n\n\"We don't know how deep it goes,\" Marta Elling, the chief engineer, told journalists at the dam. \"Until we do, nobody is sleeping down there.\"\n\nBuilt in 1961, the dam was last inspected nine years ago.\n\nIts reservoir holds 38 million cubic metres of water, which supplies three towns.";
const DAM_LATER: &str = "Divers working below the cracked Varnholt dam have measured the damage at six metres deep, chief engineer Marta Elling said on Tuesday.\n\nPumps borrowed from the navy began to lower the reservoir by forty centimetres an hour.\n\nProsecutor Ivo Brandt opened an inquiry into forged inspection papers and had two offices of the Hallgrim company searched.\n\nThe regional water board had ordered the valley to be cleared on Monday.";
pub(super) const BANK: &str = "The central bank of Orlenia kept its rate at 4.25 percent on Thursday, as most economists had expected.\n\nGovernor Petra Lindqvist said wages were rising faster than the bank liked. Two of its nine members voted for a cut.\n\nThe crown gained half a percent against the dollar within minutes.";

/// The stories and the number of the next article.
pub(super) struct Newsroom {
    stories: Stories,
    n_articles: i64,
}

impl Newsroom {
    pub(super) fn new() -> Self {
        Self {
            stories: Stories::new(Settings::default()),
            n_articles: 0,
        }
    }

    /// An article that arrives `hours` after the first one.
    fn incoming<'a>(
        &self,
        hours: i64,
        source: &'a str,
        url: &'a str,
        title: &'a str,
        text: &'a str,
    ) -> Incoming<'a> {
        let start: Timestamp = "2031-05-05T08:00:00Z".parse().expect("a time");
        Incoming {
            id: ArticleId(self.n_articles),
            url: Some(url).filter(|url| !url.is_empty()),
            source,
            title,
            dek: "",
            text,
            language: None,
            at: start
                .saturating_add(SignedDuration::from_hours(hours))
                .expect("a time"),
            same_as: None,
        }
    }

    /// An article arrives `hours` after the first.
    pub(super) fn arrives(
        &mut self,
        hours: i64,
        source: &str,
        url: &str,
        title: &str,
        text: &str,
    ) -> Placement {
        let incoming = self.incoming(hours, source, url, title, text);
        self.n_articles += 1;
        let placement = self.stories.plan(&incoming);
        self.stories.apply(&incoming, &placement);
        placement
    }

    pub(super) fn dam(&mut self) -> Placement {
        self.arrives(
            0,
            "Valley Post",
            "https://valley.example/dam",
            "Crack found in Varnholt dam",
            DAM,
        )
    }
}

/// Checks the kind and story of an article with this title and text, two hours after the
/// article about the dam.
fn check(title: &str, text: &str, kind: CoverageKind, is_same_story: bool) -> Placement {
    let mut newsroom = Newsroom::new();
    let dam = newsroom.dam();
    assert_eq!((dam.kind, dam.opens), (CoverageKind::First, true));
    let placement = newsroom.arrives(2, "Coast Wire", "https://coast.example/1", title, text);
    assert_eq!(placement.kind, kind, "{placement:#?}");
    assert_eq!(placement.story == dam.story, is_same_story);
    placement
}

#[test]
fn the_same_text_is_a_duplicate_whatever_its_title() {
    let placement = check("Valley cleared", DAM, CoverageKind::Duplicate, true);
    assert_eq!(placement.of, Some(ArticleId(0)));
    assert!(placement.new.is_empty());
    assert_eq!(
        (placement.coverage.sources, placement.coverage.independent),
        (2, 1)
    );
}

#[test]
fn an_article_told_in_other_words_is_a_rewrite() {
    let placement = check(
        "Varnholt dam: crack found",
        DAM_REWRITTEN,
        CoverageKind::Rewrite,
        true,
    );
    assert_eq!(placement.of, Some(ArticleId(0)));
    assert_eq!(placement.coverage.independent, 1);
}

#[test]
fn new_facts_are_a_development_and_are_named() {
    let placement = check(
        "Varnholt dam crack six metres deep",
        DAM_LATER,
        CoverageKind::Development,
        true,
    );
    let new: Vec<&str> = placement
        .new
        .iter()
        .map(|new| new.sentence.as_str())
        .collect();
    assert!(
        new.iter()
            .any(|new| new.starts_with("Prosecutor Ivo Brandt")),
        "{new:?}"
    );
    assert!(
        !new.iter()
            .any(|new| new.starts_with("The regional water board")),
        "{new:?}"
    );
}

#[test]
fn a_figure_told_again_in_other_words_is_no_news() {
    let told = |figure: &str| {
        let mut newsroom = Newsroom::new();
        newsroom.dam();
        let text = format!(
            "Divers measured the crack in the Varnholt dam at six metres deep on Tuesday, and pumps borrowed from the navy began to lower the water by forty centimetres an hour.\n\nProsecutor Ivo Brandt opened an inquiry into forged inspection papers.\n\nHouses of about {figure} people in Lisk stand empty."
        );
        let placement = newsroom.arrives(
            20,
            "Hill Radio",
            "",
            "Varnholt dam: navy pumps arrive",
            &text,
        );
        assert_eq!(placement.kind, CoverageKind::Development);
        placement
            .new
            .iter()
            .any(|new| new.sentence.starts_with("Houses"))
    };
    assert!(told("6,310"));
    assert!(!told("4,200"));
}

#[test]
fn another_event_opens_another_story() {
    check("Orlenia holds its rate", BANK, CoverageKind::First, false);
}

#[test]
fn what_an_outlet_says_in_every_story_is_never_new() {
    let credit =
        "Readers who value the Coast Wire can join its evening letter about harbours and tides.";
    let mut newsroom = Newsroom::new();
    newsroom.dam();
    let bank = format!("{BANK}\n\n{credit}");
    newsroom.arrives(1, "Coast Wire", "", "Orlenia holds its rate", &bank);
    for (source, is_new) in [("Coast Wire", false), ("Valley Post", true)] {
        let later = format!("{DAM_LATER}\n\n{credit}");
        let title = "Varnholt dam crack six metres deep";
        let incoming = newsroom.incoming(2, source, "", title, &later);
        let placement = newsroom.stories.plan(&incoming);
        assert_eq!(placement.kind, CoverageKind::Development);
        let is_told = placement.new.iter().any(|new| new.sentence == credit);
        assert_eq!(is_told, is_new, "{source}");
    }
}

#[test]
fn what_an_outlet_puts_under_short_notices_makes_no_copies_of_them() {
    let standing = "Footage by the Coast Wire camera crew; send yours to the picture desk.\n\nThe Coast Wire is a daily bulletin for harbour towns. It covers tides, fisheries, school sport and council meetings, was founded in 1974 by a lighthouse keeper, and belongs to its four hundred readers.\n\nCopies for broadcast can be ordered from the archive counter on weekdays.";
    let notices = [
        (
            "Ferry captain cleared of speeding",
            "A court in Lisk found on Monday that captain Olav Rehn kept to the limit in the sound.",
        ),
        (
            "Otters return to Hallgrim marsh",
            "Rangers counted eleven pups along the reeds this spring, after a decade without one.",
        ),
    ];
    let mut newsroom = Newsroom::new();
    let [first, second] = notices.map(|(title, text)| {
        let text = format!("{text}\n\n{standing}");
        newsroom.arrives(1, "Coast Wire", "", title, &text)
    });
    assert_eq!(first.kind, CoverageKind::First);
    assert_eq!((second.kind, second.opens), (CoverageKind::First, true));
}

#[test]
fn notices_written_to_one_form_are_no_copies_of_one_another() {
    let notice = |place: &str, age: &str, deed: &str| {
        format!(
            "Firefighters were called to {place} shortly after midnight, the county brigade said in a statement. A person aged {age} died at the scene and two others were taken to hospital with burns. The cause of the fire is not known, and investigators of the brigade will return in daylight. Anyone who saw something is asked to call the brigade's desk. {deed}"
        )
    };
    let first = notice("a bakery in Lisk", "61", "The bakery had no alarm.");
    let second = notice(
        "a houseboat at Torvik quay",
        "34",
        "The boat had sunk by dawn.",
    );
    let mut newsroom = Newsroom::new();
    newsroom.arrives(0, "Coast Wire", "", "Baker dies as ovens burn", &first);
    let boat = newsroom.arrives(30, "Valley Post", "", "Houseboat fire kills one", &second);
    assert!(!matches!(
        boat.kind,
        CoverageKind::Duplicate | CoverageKind::Rewrite
    ));
}

#[test]
fn an_outlets_follow_up_above_its_old_paragraphs_is_a_development() {
    let later = format!(
        "Police in Lisk arrested the contractor Henrik Aase on Thursday over forged cement papers for the Varnholt dam.\n\n{DAM}"
    );
    let place = |source: &str| {
        let mut newsroom = Newsroom::new();
        let dam = newsroom.dam();
        let title = "Contractor arrested over Varnholt dam crack";
        let placement = newsroom.arrives(70, source, "", title, &later);
        assert_eq!(placement.story, dam.story);
        placement
    };
    let own = place("Valley Post");
    assert_eq!(own.kind, CoverageKind::Development, "{own:#?}");
    assert_eq!(own.new.len(), 1);
}

#[test]
fn what_an_outlet_takes_over_from_its_own_other_article_is_no_newness() {
    let mut newsroom = Newsroom::new();
    newsroom.dam();
    let title = "Varnholt dam crack six metres deep";
    newsroom.arrives(5, "Valley Post", "", title, DAM_LATER);
    let taken_over = DAM_LATER.split("\n\n").nth(2).unwrap_or_default();
    let again = newsroom.arrives(
        6,
        "Valley Post",
        "https://valley.example/dam",
        "Crack found in Varnholt dam",
        &format!("{DAM}\n\n{taken_over}"),
    );
    assert_eq!(again.kind, CoverageKind::Revision);
    assert_eq!(again.changed, [taken_over]);
    assert!((0.0..=1.0).contains(&again.newness), "{}", again.newness);
}

#[test]
fn one_event_that_was_split_grows_together_in_its_larger_story() {
    let joined = |n_first: u32, n_second: u32| {
        let mut newsroom = Newsroom::new();
        let mut place = |story: i64, text: &str| {
            let incoming = Incoming {
                id: ArticleId(newsroom.n_articles),
                url: None,
                source: "Valley Post",
                title: "Crack found in Varnholt dam",
                dek: "",
                text,
                language: None,
                at: "2031-05-05T08:00:00Z".parse().expect("a time"),
                same_as: None,
            };
            newsroom.n_articles += 1;
            let kind = CoverageKind::Independent;
            newsroom.stories.restore(&incoming, StoryId(story), kind);
        };
        for story in 0..n_first + n_second {
            place(if story < n_first { 1 } else { 2 }, DAM_REWRITTEN);
        }
        newsroom.arrives(1, "Coast Wire", "", "Varnholt dam cracked", DAM_LATER)
    };
    assert_eq!(joined(12, 1).story, StoryId(1));
    assert_eq!(joined(1, 12).story, StoryId(2));
}

#[test]
fn a_market_report_with_other_numbers_is_no_duplicate() {
    let report = |a: u32| {
        format!(
            "Shares in Orlen closed at {} points on volume of {} million, {} below the day before, while the crown stood at {} to the dollar and bonds yielded {} basis points more than in the week before, traders at the exchange said.",
            4000 + a,
            200 + 3 * a,
            10 + a,
            700 + a,
            30 + 2 * a
        )
    };
    let mut newsroom = Newsroom::new();
    newsroom.arrives(0, "Exchange", "", "Closing report", &report(1));
    let placement = newsroom.arrives(24, "Exchange", "", "Closing report", &report(9));
    assert_ne!(placement.kind, CoverageKind::Duplicate);
}

#[test]
fn empty_articles_under_one_title_are_not_one_story() {
    let mut newsroom = Newsroom::new();
    for hour in 0..20 {
        let placement = newsroom.arrives(hour, "Site", "", "Live updates", "");
        assert_eq!(placement.kind, CoverageKind::First);
    }
}

#[test]
fn one_title_over_every_event_makes_no_story() {
    let mut newsroom = Newsroom::new();
    for hour in 0..300 {
        // Words that none of the other articles has.
        let text: Vec<String> = (0..60)
            .map(|at| {
                let word = (hour as u64 * 60 + at).wrapping_mul(0x9e37_79b9);
                format!("{word:x}")
            })
            .collect();
        let placement = newsroom.arrives(hour, "Site", "", "Live updates", &text.join(" "));
        assert_eq!(placement.kind, CoverageKind::First);
    }
}

#[test]
fn under_one_title_an_event_stays_together_and_apart_from_others() {
    let mut newsroom = Newsroom::new();
    let mut place = |hour, source, text| newsroom.arrives(hour, source, "", "Live updates", text);
    let dam = place(0, "Valley Post", DAM).story;
    let bank = place(1, "Coast Wire", BANK).story;
    assert_ne!(dam, bank);
    assert_eq!(place(20, "Coast Wire", DAM_LATER).story, dam);
    assert_eq!(place(21, "Hill Radio", DAM_REWRITTEN).story, dam);
    assert_eq!(place(22, "Valley Post", BANK).story, bank);
}

#[test]
fn ten_thousand_copies_in_a_minute_are_one_story() {
    let mut newsroom = Newsroom::new();
    newsroom.dam();
    for copy in 0..10_000 {
        let placement = newsroom.arrives(0, &format!("Copy {copy}"), "", "Crack", DAM);
        assert_eq!(placement.kind, CoverageKind::Duplicate);
    }
}

#[test]
fn a_date_far_in_the_future_makes_nothing_forgotten() {
    let mut newsroom = Newsroom::new();
    let dam = newsroom.dam();
    newsroom.arrives(
        24 * 365 * 500,
        "Bad clock",
        "",
        "Orlenia holds its rate",
        BANK,
    );
    newsroom.arrives(
        -24 * 365 * 60,
        "Bad clock",
        "",
        "Orlenia holds its rate again",
        BANK,
    );
    let placement = newsroom.arrives(2, "Coast Wire", "", "Varnholt dam", DAM_LATER);
    assert_eq!(placement.story, dam.story);
}

#[test]
fn a_text_without_spaces_finds_its_copy_and_its_story() {
    let text = "東部の山あいにある架空のダムで月曜日、長さ十一メートルの亀裂が見つかり、当局は下流の住民約四千人に避難を命じた。技術者は深さがまだ分からないと話している。";
    let mut newsroom = Newsroom::new();
    let first = newsroom.arrives(0, "甲", "", "ダムに亀裂", text);
    let copy = newsroom.arrives(1, "乙", "", "避難命令", text);
    assert_eq!(
        (copy.kind, copy.story),
        (CoverageKind::Duplicate, first.story)
    );
}

#[test]
fn a_text_of_two_megabytes_is_placed_as_any_other() {
    let text = format!("{DAM}\n\n").repeat(4000);
    let mut newsroom = Newsroom::new();
    newsroom.dam();
    let placement = newsroom.arrives(1, "Long", "", "Crack found in Varnholt dam", &text);
    assert!(newsroom.stories.heap_bytes() < 8 << 20);
    assert_eq!(placement.story, StoryId(1));
}

#[test]
fn the_longest_articles_stay_within_the_bytes_told() {
    let n_articles: i64 = 600;
    let mut newsroom = Newsroom::new();
    for article in 0..n_articles {
        // Sentences of two words, with no word twice.
        let word = |at: i64| {
            let hash = xxhash_rust::xxh3::xxh3_64(&(article * 10_000 + at).to_le_bytes());
            format!("{:08x}{} ", hash >> 32, ["", "."][(at % 2) as usize])
        };
        let text: String = (0..2000).map(word).collect();
        let title: String = (3000..3030).map(word).collect();
        let url = format!("https://outlet.example/{article}");
        newsroom.arrives(article, &format!("Outlet {article}"), &url, &title, &text);
    }
    // In tests the epochs are shorter, so word frequencies take more memory than in a
    // release build; they are not counted.
    let bytes = newsroom.stories.heap_bytes() - newsroom.stories.idf.heap_bytes();
    let most = MAX_ARTICLE_BYTES * n_articles as usize;
    assert!(bytes < FIXED_BYTES / 2 + most, "{bytes}");
    assert!(bytes > most / 3, "{bytes}");
}
