//! What is published, by whom and when: one event covered by several outlets
//! within a minute, a second story, and other news around them.
//!
//! To add an article: a text in `articles/` and a row in [`STEPS`].

use crate::model::CoverageKind;

/// An outlet and the look of its pages.
#[derive(Debug)]
pub(super) struct Outlet {
    pub name: &'static str,
    /// The page's template, with `[[name]]` where the article's parts go.
    pub page: &'static str,
    pub form: FeedForm,
    /// Headlines that are in its feed before the demo starts.
    pub before: &'static [&'static str],
}

/// How an outlet publishes its feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FeedForm {
    Rss,
    Atom,
    Json,
}

/// A hostile feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hostile {
    /// Its document never ends.
    Endless,
    /// It redirects to the address where clouds serve their credentials.
    Redirecting,
}

/// One article as an outlet publishes it.
#[derive(Debug)]
pub(super) struct Piece {
    /// The outlet: an index into [`OUTLETS`].
    pub outlet: usize,
    /// The last part of its address. The same slug again is a new version.
    pub slug: &'static str,
    /// The text, in the format of [`super::pages::Text::parse`].
    pub text: &'static str,
    /// The watch that it should match.
    pub about: Option<&'static str>,
    pub expected: Expected,
}

/// What the daemon must do with an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// An alert of this type for its watch.
    Alert(&'static str),
    /// It matches a watch but is no new coverage: one of these kinds, no alert.
    HeldBack(&'static [CoverageKind]),
    /// It matches no watch.
    Nothing,
}

/// What is published at one time.
#[derive(Debug)]
pub(super) struct Step {
    /// Seconds after the start.
    pub at: f64,
    pub pieces: &'static [Piece],
}

const COURIER: usize = 0;
const WIRE: usize = 1;
const LANTERN: usize = 2;
const RADIO: usize = 3;
const GAZETTE: usize = 4;
const JOURNAL: usize = 5;

pub(super) static OUTLETS: [Outlet; 6] = [
    Outlet {
        name: "The Tarnsley Courier",
        page: include_str!("pages/courier.html"),
        form: FeedForm::Rss,
        before: &[
            "Evacuation drill at Kelmere Dam: seepage alarm was only a test",
            "Goose blocks Mill Street for third day",
        ],
    },
    Outlet {
        name: "Corvane Wire",
        page: include_str!("pages/wire.html"),
        form: FeedForm::Atom,
        before: &["Central Bank of Torvia leaves rates alone, for now"],
    },
    Outlet {
        name: "The Daily Lantern",
        page: include_str!("pages/lantern.html"),
        form: FeedForm::Rss,
        before: &["Ten kettles that could kill you"],
    },
    Outlet {
        name: "Radio Estmere",
        page: include_str!("pages/radio.html"),
        form: FeedForm::Json,
        before: &["Recall of a battery: a radio play"],
    },
    Outlet {
        name: "Hill & Harbour Gazette",
        page: include_str!("pages/gazette.html"),
        form: FeedForm::Rss,
        before: &["Tides and lamplighting times for the week"],
    },
    Outlet {
        name: "Torvia Business Journal",
        page: include_str!("pages/journal.html"),
        form: FeedForm::Atom,
        before: &["Who insures Kelmere Dam? Seepage, evacuation and the fine print"],
    },
];

pub(super) static HOSTILE: [(&str, Hostile); 2] = [
    ("Endless Headlines", Hostile::Endless),
    ("The Open Door", Hostile::Redirecting),
];

/// The watchlist without its feeds.
pub(super) const WATCHES: &str = include_str!("watchlist.toml");

const DAM: &str = "kelmere-dam";
const RECALLS: &str = "battery-recalls";
pub(super) const OPENED: &str = "story.opened";
const DEVELOPED: &str = "story.developed";

pub(super) static STEPS: [Step; 9] = [
    Step {
        at: 5.0,
        pieces: &[Piece {
            outlet: COURIER,
            slug: "dam-families",
            text: include_str!("articles/courier-first.txt"),
            about: Some(DAM),
            expected: Expected::Alert(OPENED),
        }],
    },
    Step {
        at: 11.0,
        pieces: &[
            Piece {
                outlet: LANTERN,
                slug: "village-loaf",
                text: include_str!("articles/lantern-bake.txt"),
                about: None,
                expected: Expected::Nothing,
            },
            Piece {
                outlet: JOURNAL,
                slug: "wheat",
                text: include_str!("articles/journal-wheat.txt"),
                about: None,
                expected: Expected::Nothing,
            },
        ],
    },
    Step {
        at: 16.0,
        pieces: &[Piece {
            outlet: RADIO,
            slug: "dam-villages",
            text: include_str!("articles/radio-independent.txt"),
            // It repeats the Courier's facts and has none of its own.
            about: Some(DAM),
            expected: Expected::HeldBack(&[CoverageKind::Independent, CoverageKind::Rewrite]),
        }],
    },
    Step {
        at: 22.0,
        pieces: &[Piece {
            outlet: WIRE,
            slug: "dam-crack",
            text: include_str!("articles/wire-development.txt"),
            about: Some(DAM),
            expected: Expected::Alert(DEVELOPED),
        }],
    },
    Step {
        at: 30.0,
        pieces: &[
            Piece {
                outlet: GAZETTE,
                slug: "dam-divers",
                text: include_str!("articles/wire-development.txt"),
                about: Some(DAM),
                expected: Expected::HeldBack(&[CoverageKind::Duplicate]),
            },
            Piece {
                outlet: RADIO,
                slug: "cup-final",
                text: include_str!("articles/radio-football.txt"),
                about: None,
                expected: Expected::Nothing,
            },
        ],
    },
    Step {
        at: 36.0,
        pieces: &[Piece {
            outlet: LANTERN,
            slug: "hole-in-the-heart",
            text: include_str!("articles/lantern-rewrite.txt"),
            about: Some(DAM),
            expected: Expected::HeldBack(&[CoverageKind::Rewrite]),
        }],
    },
    Step {
        at: 42.0,
        pieces: &[
            Piece {
                outlet: JOURNAL,
                slug: "quillon",
                text: include_str!("articles/journal-recall.txt"),
                about: Some(RECALLS),
                expected: Expected::Alert(OPENED),
            },
            Piece {
                outlet: WIRE,
                slug: "herring",
                text: include_str!("articles/wire-fishing.txt"),
                about: None,
                expected: Expected::Nothing,
            },
        ],
    },
    Step {
        at: 50.0,
        pieces: &[Piece {
            outlet: COURIER,
            slug: "dam-families",
            text: include_str!("articles/courier-corrected.txt"),
            about: Some(DAM),
            expected: Expected::HeldBack(&[CoverageKind::Revision]),
        }],
    },
    Step {
        at: 57.0,
        pieces: &[
            Piece {
                outlet: RADIO,
                slug: "dam-holds",
                text: include_str!("articles/radio-development.txt"),
                about: Some(DAM),
                expected: Expected::Alert(DEVELOPED),
            },
            Piece {
                outlet: GAZETTE,
                slug: "library-book",
                text: include_str!("articles/gazette-library.txt"),
                about: None,
                expected: Expected::Nothing,
            },
        ],
    },
];
