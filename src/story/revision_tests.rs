//! Tests of revisions: which edits of an article change its substance. Every text is
//! invented.

use super::tests::{BANK, DAM, Newsroom};
use super::{ArticleId, CoverageKind, Placement};

#[test]
fn the_same_address_with_a_new_sentence_is_a_revision() {
    let mut newsroom = Newsroom::new();
    let dam = newsroom.dam();
    let text = format!(
        "{DAM}\n\nCorrection: the crack was found by a shepherd, Jon Tarp, and not by engineers."
    );
    let url = "http://www.valley.example/dam/?utm_source=feed#top";
    let placement = newsroom.arrives(3, "Valley Post", url, "Crack found in Varnholt dam", &text);
    assert_eq!(
        (placement.kind, placement.of),
        (CoverageKind::Revision, Some(ArticleId(0)))
    );
    assert_eq!(placement.story, dam.story);
    assert!(
        placement.changed[0].contains("Jon Tarp"),
        "{:?}",
        placement.changed
    );
    assert_eq!(placement.coverage.articles, 1);
}

#[test]
fn a_changed_counter_is_no_revision() {
    let mut newsroom = Newsroom::new();
    newsroom.arrives(
        0,
        "Valley Post",
        "https://valley.example/dam",
        "Dam",
        &format!("{DAM}\n\n12 comments"),
    );
    let placement = newsroom.arrives(
        1,
        "Valley Post",
        "https://valley.example/dam",
        "Dam",
        &format!("{DAM}\n\n15 comments"),
    );
    assert_eq!(placement.kind, CoverageKind::Duplicate);
}

#[test]
fn one_address_for_everything_makes_no_revisions() {
    let mut newsroom = Newsroom::new();
    let url = "https://valley.example/current";
    let dam = newsroom.arrives(0, "Valley Post", url, "Crack found in Varnholt dam", DAM);
    let bank = newsroom.arrives(9, "Valley Post", url, "Orlenia holds its rate", BANK);
    assert_eq!(
        (bank.kind, bank.opens),
        (CoverageKind::First, true),
        "{dam:?}"
    );
}

#[test]
fn another_name_for_the_man_of_the_same_age_is_a_revision() {
    let named = |name: &str| {
        format!(
            "Police charged a man over the fire at the grain store of Ostervik on Monday. They named him as {name}, 34, a former soldier from Lund. He will appear in court on Thursday. The fire killed six people."
        )
    };
    let mut newsroom = Newsroom::new();
    let url = "https://harbour.example/fire";
    let title = "Man charged over Ostervik fire";
    newsroom.arrives(0, "The Harbour", url, title, &named("Edvin Paulsrud"));
    let placement = newsroom.arrives(1, "The Harbour", url, title, &named("Tor Viggo Relander"));
    assert_eq!(placement.kind, CoverageKind::Revision);
}

#[test]
fn a_changed_figure_is_a_revision_and_a_typo_is_none() {
    let placement = check_edit("4,200", "5,300", CoverageKind::Revision);
    assert_eq!(placement.changed.len(), 1, "{:?}", placement.changed);
    assert!(placement.changed[0].starts_with("Some 5,300 people"));
    check_edit("inspected", "inspectd", CoverageKind::Duplicate);
    check_edit(
        "nine years ago.",
        "nine years ago.\n\nUpdated 6 May 2031, 14:32",
        CoverageKind::Duplicate,
    );
}

/// Checks the kind of the article about the dam when it is read again with `from` changed
/// to `to`.
fn check_edit(from: &str, to: &str, kind: CoverageKind) -> Placement {
    let mut newsroom = Newsroom::new();
    newsroom.dam();
    assert!(DAM.contains(from));
    let placement = newsroom.arrives(
        1,
        "Valley Post",
        "https://valley.example/dam",
        "Crack found in Varnholt dam",
        &DAM.replace(from, to),
    );
    assert_eq!(placement.kind, kind, "{placement:#?}");
    placement
}
