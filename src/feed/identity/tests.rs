#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use super::*;
use crate::feed::{Hints, parse};

/// The entries of a feed, one per line: `guid|link|title|date|body`; empty parts are
/// left out.
fn document(lines: &[&str]) -> Vec<ParsedEntry> {
    let mut feed = String::from("<rss version=\"2.0\"><channel>");
    for line in lines {
        let mut parts = line.split('|');
        feed.push_str("<item>");
        for name in ["guid", "link", "title", "pubDate", "description"] {
            let part = parts.next().unwrap_or_default();
            if !part.is_empty() {
                feed.push_str(&format!("<{name}>{}</{name}>", part.replace('&', "&amp;")));
            }
        }
        feed.push_str("</item>");
    }
    feed.push_str("</channel></rss>");
    parse(feed.as_bytes(), &Hints::default()).unwrap().entries
}

/// What the store knows after `document`: rows 1, 2, 3... under `keys`.
fn known<'a>(document: &'a [ParsedEntry], keys: &'a [String]) -> Vec<StoredEntry<'a>> {
    (1..)
        .zip(document.iter().zip(keys))
        .map(|(row, (entry, key))| StoredEntry {
            row,
            key,
            aliases: &entry.aliases,
            title: entry.title.as_deref(),
            link: entry.link.as_deref(),
            published: entry.published,
            content_hash: entry.content_hash,
        })
        .collect()
}

/// The keys that a document's entries are stored under.
fn keys(document: &[ParsedEntry]) -> Vec<String> {
    let identification = identify(&[], KeyMode::Guid, document);
    identification
        .entries
        .into_iter()
        .map(|identified| identified.key)
        .collect()
}

/// The result for one document after another.
fn identified(before: &[&str], after: &[&str]) -> Identification {
    let before = document(before);
    identify(
        &known(&before, &keys(&before)),
        KeyMode::Guid,
        &document(after),
    )
}

fn check(before: &[&str], after: &[&str], wanted: &[EntryStatus]) -> Identification {
    let identification = identified(before, after);
    let found: Vec<_> = identification
        .entries
        .iter()
        .map(|identified| identified.status)
        .collect();
    assert_eq!(found, wanted, "{before:?} then {after:?}");
    identification
}

const fn rekeyed(row: i64, is_edited: bool) -> EntryStatus {
    EntryStatus::Rekeyed { row, is_edited }
}

use EntryStatus::{Edited, Known, New, NewQuietly, Repeated};

#[test]
fn an_entry_is_known_by_its_guid_whatever_else_changes() {
    let before = &["g1|https://e.example/1|One"];
    check(before, &["g1|https://e.example/1|One"], &[Known(1)]);
    check(
        before,
        &["g1|https://e.example/1|One, corrected"],
        &[Edited(1)],
    );
    check(before, &["g1|https://e.example/moved|One"], &[Edited(1)]);
    check(
        before,
        &["g1|https://e.example/1|One|Tue, 03 Nov 2026 10:00:00 GMT"],
        &[Known(1)],
    );
    check(before, &["g2|https://e.example/2|Two"], &[New]);
}

#[test]
fn a_tracking_parameter_in_the_link_is_no_edit() {
    check(
        &["g1|https://e.example/1|One"],
        &["g1|http://e.example/1?utm_source=rss|One"],
        &[Known(1)],
    );
}

#[test]
fn a_rekeyed_entry_is_known_by_its_link() {
    check(
        &["g1|https://e.example/1|One"],
        &["other|https://e.example/1?utm_campaign=x|One"],
        &[rekeyed(1, false)],
    );
}

#[test]
fn a_guid_that_is_an_address_survives_a_change_of_scheme_and_host() {
    check(
        &["http://old.example/?p=12|http://old.example/a|One"],
        &["https://new.example/?p=12|https://new.example/a|One"],
        &[rekeyed(1, true)],
    );
}

#[test]
fn a_link_that_repeats_within_a_document_is_no_alias() {
    let before = &[
        "g1|https://e.example/radio|One",
        "g2|https://e.example/radio|Two",
    ];
    check(
        before,
        &[
            "g3|https://e.example/radio|Three",
            "g2|https://e.example/radio|Two",
        ],
        &[New, Known(2)],
    );
}

#[test]
fn a_link_to_the_front_page_is_no_alias() {
    check(
        &["g1|https://e.example/|One"],
        &["g2|https://e.example/|Two"],
        &[New],
    );
}

#[test]
fn fragments_tell_entries_apart() {
    check(
        &["|https://e.example/live#1|One"],
        &[
            "|https://e.example/live#2|Two",
            "|https://e.example/live#1|One",
        ],
        &[New, Known(1)],
    );
}

#[test]
fn a_repeated_entry_counts_once() {
    let line = "g1|https://e.example/1|One";
    check(&[], &[line, line], &[New, Repeated]);
}

#[test]
fn a_guid_shared_by_two_entries_gives_way_to_the_link() {
    let before = &["g|https://e.example/1|One", "g|https://e.example/2|Two"];
    let identification = check(
        before,
        &["g|https://e.example/1|One", "g|https://e.example/2|Two"],
        &[Known(1), Known(2)],
    );
    assert_eq!(identification.mode, KeyMode::Link);
}

#[test]
fn entries_with_one_link_and_no_guid_are_told_apart_by_title() {
    let one = "|https://e.example/news|One";
    let two = "|https://e.example/news|Two";
    check(&[], &[one, two], &[New, New]);
    check(&[one, two], &[two, one], &[Known(2), Known(1)]);
    check(&[one], &[two, one], &[New, rekeyed(1, false)]);
    check(&[one, two], &[two], &[rekeyed(2, false)]);
}

#[test]
fn the_order_of_entries_with_one_guid_does_not_matter() {
    let a = "g|https://e.example/1|One";
    let b = "g|https://e.example/2|Two";
    check(&[a, b], &[b, a], &[Known(2), Known(1)]);
    check(&[a], &[b, a], &[New, rekeyed(1, false)]);
}

#[test]
fn a_feed_with_bad_guids_changes_to_links_for_good() {
    let good: Vec<String> = (0..30)
        .map(|n| format!("g{n}|https://e.example/{n}|T{n}"))
        .collect();
    let mut lines: Vec<&str> = good.iter().map(String::as_str).collect();
    assert_eq!(key_mode(KeyMode::Guid, &document(&lines)), KeyMode::Guid);
    assert_eq!(key_mode(KeyMode::Link, &document(&lines)), KeyMode::Link);
    lines[0] = "|https://e.example/0|T0";
    assert_eq!(key_mode(KeyMode::Guid, &document(&lines)), KeyMode::Guid);
    lines[1] = "g2|https://e.example/1|T1";
    assert_eq!(key_mode(KeyMode::Guid, &document(&lines)), KeyMode::Link);
}

#[test]
fn a_feed_without_links_keeps_to_its_guids_however_bad() {
    let entries = document(&["g||One", "g||Two", "||Three"]);
    assert_eq!(key_mode(KeyMode::Guid, &entries), KeyMode::Guid);
}

#[test]
fn the_change_from_guids_to_links_makes_no_entry_new() {
    let before = ["a|https://e.example/1|One", "b|https://e.example/2|Two"];
    let after = ["x|https://e.example/1|One", "x|https://e.example/2|Two"];
    check(&before, &after, &[rekeyed(1, false), rekeyed(2, false)]);
}

/// Ten entries of one kind of guid, link and date.
fn ten(guid: &str, link: &str, hour: u32) -> Vec<String> {
    (0..10)
        .map(|n| {
            format!("{guid}{n}|{link}{n}|Council votes on bridge number {n}|Tue, 03 Nov 2026 {hour:02}:0{n}:00 GMT")
        })
        .collect()
}

fn verdicts_of(before: &[String], after: &[String]) -> Identification {
    let lines = |lines: &[String]| lines.to_vec();
    let (before, after) = (lines(before), lines(after));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    identified(&before, &after)
}

#[test]
fn a_re_keyed_feed_is_recognised_by_title_when_all_else_changed() {
    let identification = verdicts_of(
        &ten("a", "https://e.example/", 8),
        &ten("b", "https://f.example/x", 9),
    );
    assert!(
        identification
            .entries
            .iter()
            .all(|identified| identified.status.row().is_some())
    );
    let flood = Flood {
        n_unknown: 10,
        n_recognised: 10,
        n_quiet: 0,
    };
    assert_eq!(identification.flood, Some(flood));
}

#[test]
fn unrecognised_entries_of_a_re_keyed_feed_are_stored_quietly_with_one_event() {
    let mut after = ten("b", "https://f.example/x", 7);
    for line in &mut after[..5] {
        *line = line.replace("Council votes on bridge", "Old tale about");
    }
    let identification = verdicts_of(&ten("a", "https://e.example/", 8), &after);
    let quiet = identification
        .entries
        .iter()
        .filter(|identified| identified.status == NewQuietly);
    assert_eq!(quiet.count(), 5);
    let flood = Flood {
        n_unknown: 10,
        n_recognised: 5,
        n_quiet: 5,
    };
    assert_eq!(identification.flood, Some(flood));
}

#[test]
fn a_busy_day_is_not_a_re_keyed_feed() {
    let mut after = ten("b", "https://e.example/next", 12);
    for line in &mut after {
        *line = line.replace("Council votes on bridge", "Harbour reopens after storm");
    }
    let identification = verdicts_of(&ten("a", "https://e.example/", 8), &after);
    assert!(
        identification
            .entries
            .iter()
            .all(|identified| identified.status == New)
    );
    assert_eq!(identification.flood, None);
}

#[test]
fn undated_entries_above_the_known_ones_are_new_in_a_busy_hour() {
    let item = |n: u32| format!("g{n}|https://e.example/{n}|Council votes on bridge number {n}");
    let items = |from: u32, to: u32| (from..to).rev().map(item).collect::<Vec<_>>();
    let on_top = verdicts_of(&items(0, 5), &items(0, 12));
    let statuses = on_top.entries.iter().map(|identified| identified.status);
    assert_eq!(statuses.filter(|status| *status == New).count(), 7);
    assert_eq!(on_top.flood, None);
    // Old entries that are added below the known ones are not new.
    let below = verdicts_of(&items(7, 12), &items(0, 12));
    let statuses = below.entries.iter().map(|identified| identified.status);
    assert_eq!(statuses.filter(|status| *status == NewQuietly).count(), 7);
}

#[test]
fn four_unknown_entries_are_not_a_re_keyed_feed() {
    let before = ten("a", "https://e.example/", 8);
    let after = ten("b", "https://f.example/x", 9);
    let identification = verdicts_of(&before, &after[..4]);
    assert!(
        identification
            .entries
            .iter()
            .all(|identified| identified.status == New)
    );
}

#[test]
fn the_first_document_is_not_a_re_keyed_feed() {
    let identification = verdicts_of(&[], &ten("a", "https://e.example/", 8));
    assert!(
        identification
            .entries
            .iter()
            .all(|identified| identified.status == New)
    );
    assert_eq!(identification.flood, None);
}

#[test]
fn future_and_missing_dates_are_now() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let now = at("2026-11-03T10:00:00Z");
    assert_eq!(sane_date(None, now), now);
    assert_eq!(sane_date(Some(at("2031-01-01T00:00:00Z")), now), now);
    assert_eq!(sane_date(Some(at("1970-01-01T00:00:00Z")), now), now);
    let before = at("2026-11-02T10:00:00Z");
    assert_eq!(sane_date(Some(before), now), before);
}
