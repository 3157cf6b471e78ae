//! The cases of `tests/fixtures/feed`: a folder each, with the feed as
//! `feed.*` (xml, json, txt, bin), what it says as `expected.json`, and, where
//! the server's word matters, its header as `content_type` and the feed's
//! address as `base` in that file.
//!
//! `expected.json` holds `title?`, `truncated?`, `repairs?`, `error?` (a part of
//! the message) and `entries`, each with the fields that the case is about.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use newsvane::feed::{Hints, ParsedEntry, ParsedFeed, Weekday, parse};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[test]
fn every_case_says_what_is_expected() {
    let mut folders: Vec<PathBuf> = fs::read_dir("tests/fixtures/feed")
        .unwrap()
        .map(|folder| folder.unwrap().path())
        .collect();
    folders.sort();
    assert!(!folders.is_empty());
    // All failing cases are reported, not only the first.
    let failed: Vec<_> = folders
        .iter()
        .filter(|folder| std::panic::catch_unwind(|| check(folder)).is_err())
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

fn check(folder: &Path) {
    let case = folder.display();
    let expected: Value = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap())
        .unwrap_or_else(|err| panic!("{case}: {err}"));
    let feed = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .find(|path| path.file_stem().is_some_and(|stem| stem == "feed"))
        .unwrap_or_else(|| panic!("{case} has no feed"));
    let hints = Hints {
        content_type: expected["content_type"].as_str(),
        base: expected["base"].as_str(),
    };
    match (
        parse(&fs::read(feed).unwrap(), &hints),
        expected["error"].as_str(),
    ) {
        (Ok(feed), None) => check_feed(&case.to_string(), &feed, &expected),
        (Err(err), Some(part)) => assert!(err.to_string().contains(part), "{case}: {err}"),
        (Ok(_), Some(part)) => panic!("{case} should fail with {part:?}"),
        (Err(err), None) => panic!("{case}: {err}"),
    }
}

fn check_feed(case: &str, feed: &ParsedFeed, expected: &Value) {
    if let Some(title) = expected.get("title") {
        assert_eq!(json!(feed.title), *title, "{case}: title");
    }
    assert_eq!(
        feed.truncated,
        expected["truncated"] == true,
        "{case}: truncated"
    );
    if let Some(repairs) = expected.get("repairs") {
        let found: Vec<_> = feed
            .repairs
            .iter()
            .map(|repair| format!("{repair:?}"))
            .collect();
        assert_eq!(json!(found), *repairs, "{case}: repairs");
    }
    let entries = expected["entries"].as_array().unwrap();
    assert_eq!(
        feed.entries.len(),
        entries.len(),
        "{case}: {:#?}",
        feed.entries
    );
    for (at, (entry, expected)) in feed.entries.iter().zip(entries).enumerate() {
        for (field, wanted) in expected.as_object().unwrap_or(&Map::new()) {
            assert_eq!(
                value(entry, field),
                *wanted,
                "{case}: {field} of entry {at}"
            );
        }
    }
}

/// One field of an entry as JSON.
fn value(entry: &ParsedEntry, field: &str) -> Value {
    match field {
        "key" => json!(entry.key),
        "aliases" => json!(entry.aliases),
        "id" => json!(entry.id),
        "title" => json!(entry.title),
        "link" => json!(entry.link),
        "published" => json!(entry.published),
        "updated" => json!(entry.updated),
        "author" => json!(entry.author),
        "summary" => json!(entry.summary),
        "content" => json!(entry.content),
        "language" => json!(entry.language),
        "tags" => json!(entry.tags),
        _ => panic!("entries have no {field}"),
    }
}

#[test]
fn a_feed_says_how_often_to_poll_it_and_what_came_before() {
    let feed = "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' \
        xmlns:atom='http://www.w3.org/2005/Atom'><channel><ttl> 15 </ttl>\
        <skipHours><hour>0</hour><hour>24</hour><hour>23</hour><hour>99</hour></skipHours>\
        <skipDays><day>Sunday</day><day>someday</day></skipDays>\
        <sy:updateFrequency>4</sy:updateFrequency><sy:updatePeriod>daily</sy:updatePeriod>\
        <atom:link rel='prev-archive' href='/2025.xml'/><language>en_GB</language>\
        <link>https://gazette.example/</link><item><title>a</title></item></channel></rss>";
    let hints = Hints {
        content_type: None,
        base: Some("https://gazette.example/feed"),
    };
    let feed = parse(feed.as_bytes(), &hints).unwrap();
    assert_eq!(feed.timing.ttl, Some(Duration::from_secs(15 * 60)));
    assert_eq!(feed.timing.skip_hours, [0, 0, 23]);
    assert_eq!(feed.timing.skip_days, [Weekday::Sunday]);
    assert_eq!(
        feed.timing.update_every,
        Some(Duration::from_secs(6 * 60 * 60))
    );
    assert_eq!(
        feed.prev_archive.as_deref(),
        Some("https://gazette.example/2025.xml")
    );
    assert_eq!(feed.site.as_deref(), Some("https://gazette.example/"));
    assert_eq!(feed.language.as_deref(), Some("en-gb"));
}

/// A document of about a quarter of a megabyte: `head`, then `unit` again and again.
fn repeated(head: &str, unit: &str) -> Vec<u8> {
    let n = (1 << 18) / unit.len();
    [head.as_bytes(), unit.repeat(n).as_bytes()].concat()
}

const HEAD: &str = "<rss version=\"2.0\"><channel><title>t</title><item><title>a</title>";

/// Repeated markup that has cost some feed reader quadratic time, a stack overflow or
/// much memory.
const HOSTILE: &[&str] = &[
    "<media:group>",
    "<b>",
    "<b></i>",
    "</b>",
    "</",
    "<",
    "<a",
    "< ",
    "<a b=\"",
    "<a x=\"<a\" ",
    "<a b='\"",
    "<![CDATA[",
    "<![CDATA[</item>",
    "<![CDATA[x]]>",
    "<!--",
    "<!-- x --",
    "<?x ",
    "<?x>",
    "<!DOCTYPE x [",
    "<!DOCTYPE>",
    "<item>",
    "<item/>",
    "<title>",
    "<author>",
    "<description>",
    "<category>c</category>",
    "&",
    "&amp",
    "&#0;",
    "&eacute;",
    "&lt;b",
    "&lt;!--",
    "\u{1}",
    "\0",
    "\u{feff}",
    "\u{85}",
    "]]>",
    "é",
    "<x xmlns:a=\"u\" xml:base=\"http://e.example/x\" xml:lang=\"en\">",
    "<image>",
    "<source><item>",
    "<pubDate>1",
    "<itunes:duration>99999999999999999999999",
    "<author>a（b@c.example）</author>",
];

#[test]
fn hostile_repetition_ends_in_entries_or_an_error() {
    for unit in HOSTILE {
        for head in [
            "",
            HEAD,
            &format!("{HEAD}<description>"),
            &format!("{HEAD}<author>"),
        ] {
            let started = std::time::Instant::now();
            let _ = parse(&repeated(head, unit), &Hints::default());
            // Hundreds of times what a debug build takes: only work that is not linear
            // in the size of the document takes longer, on a busy machine as well.
            assert!(started.elapsed().as_secs() < 120, "{unit:?} after {head:?}");
        }
    }
}

#[test]
fn hostile_json_ends_in_entries_or_an_error() {
    let head = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[";
    for unit in [
        "[",
        "{\"a\":",
        "{},",
        "0,",
        "{\"tags\":[[",
        "\"",
        "{\"title\":\"\n",
        "{\"id\":1},",
    ] {
        let _ = parse(&repeated(head, unit), &Hints::default());
        let _ = parse(&repeated("", unit), &Hints::default());
    }
}

#[test]
fn entities_that_multiply_one_another_stay_small() {
    let mut feed = String::from("<!DOCTYPE rss [<!ENTITY a \"lol\">");
    for (name, of) in ["b", "c", "d", "e", "f"]
        .iter()
        .zip(["a", "b", "c", "d", "e"])
    {
        feed.push_str(&format!(
            "<!ENTITY {name} \"{}\">",
            format!("&{of};").repeat(100)
        ));
    }
    feed.push_str("]><rss version=\"2.0\"><channel>");
    feed.push_str(&"<item><description>&f; &c;</description></item>".repeat(100));
    let feed = parse(feed.as_bytes(), &Hints::default()).unwrap();
    let n_bytes: usize = feed
        .entries
        .iter()
        .filter_map(|entry| entry.summary.as_ref())
        .map(String::len)
        .sum();
    assert!(n_bytes < 1 << 20, "{n_bytes}");
}

#[test]
fn a_feed_cut_anywhere_yields_its_whole_entries() {
    let entry = |n: usize| {
        format!(
            "<item><title>T{n}</title><description><![CDATA[<p>é</p>]]></description><guid>g{n}</guid></item>\n"
        )
    };
    let feed = format!(
        "<rss version=\"2.0\"><channel><title>t</title>{}{}{}</channel></rss>",
        entry(0),
        entry(1),
        entry(2)
    );
    let bytes = feed.as_bytes();
    for end in 0..bytes.len() {
        let n_whole = feed
            .match_indices("</item")
            .filter(|(at, tag)| at + tag.len() <= end)
            .count();
        match parse(&bytes[..end], &Hints::default()) {
            Ok(feed) => {
                assert_eq!(feed.entries.len(), n_whole, "cut at {end}");
                assert!(feed.entries.iter().all(|entry| entry.id.is_some()));
            }
            Err(_) => assert_eq!(n_whole, 0, "cut at {end}"),
        }
    }
}

proptest::proptest! {
    #[test]
    fn nothing_makes_it_panic(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "<rss>", "<rss version='2.0'>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<rdf:RDF>", "<channel>",
            "<item>", "</item>", "<entry>", "</entry>", "<title>", "</title>", "<title type='xhtml'>", "<link>",
            "<link href='/x'/>", "</link>", "<guid>", "</guid>", "<pubDate>", "</pubDate>", "2026-11-03", "Tue, 3 Nov",
            "<description>", "</description>", "<![CDATA[", "]]>", "<!--", "-->", "<?xml ", "?>", "&amp;", "&#", "&#x",
            "&", ";", "<", ">", "\"", "'", "=", "/", "é", "（", "\u{0}", "\u{1b}", "<b>", "</b>", "<author>", "</author>",
            "xml:base='//'", "xmlns:x='y'", "<x:title ", "isPermaLink='", "{", "}", "[", "]", ":", ",", "\"items\"", "1",
            "<content mode='base64'>", "</content>", "QUJD", "<category term='", "<skipHours><hour>3</hour>", " ", "\n",
        ]), 0..40),
        content_type in proptest::option::of("[a-z/;= \"-]{0,30}"),
    ) {
        let text = parts.concat();
        let hints = Hints { content_type: content_type.as_deref(), base: Some("https://e.example/feed") };
        let _ = parse(text.as_bytes(), &hints);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = parse(&bytes, &Hints::default());
    }
}
