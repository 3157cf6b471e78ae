//! A differential test: feed-rs is the oracle for well-formed feeds. What it reads in
//! a feed, newsvane reads too. [`DIFFERENCES`] lists and explains each exception.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use newsvane::feed::{Hints, ParsedEntry, ParsedFeed, canonical_link, parse};
use std::collections::BTreeSet;
use std::fs;

/// Where newsvane reads something else than feed-rs on purpose: fixture, field, why.
/// A line that is not needed any more fails the test.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "atom_1_0",
        "title",
        "feed-rs keeps the markup of an HTML title",
    ),
    (
        "declared_entities",
        "title",
        "feed-rs does not know entities that the document declares",
    ),
    (
        "feedburner_original_link",
        "link",
        "feed-rs does not know feedburner:origLink",
    ),
    (
        "person_without_a_name",
        "author",
        "feed-rs takes a person without a name for an author",
    ),
    (
        "redirect_link_of_bing_news",
        "link",
        "feed-rs keeps the redirect",
    ),
    (
        "redirect_link_of_google_alerts",
        "link",
        "feed-rs keeps the redirect",
    ),
    (
        "relative_link_behind_a_proxy",
        "link",
        "feed-rs does not resolve it",
    ),
    (
        "relative_link_on_its_own_host",
        "link",
        "the base address is not given to feed-rs",
    ),
    ("title_encoded_twice", "title", "feed-rs does not repair it"),
    (
        "markup_in_titles",
        "title",
        "feed-rs keeps the markup of an HTML title",
    ),
    (
        "rss_1_0",
        "id",
        "feed-rs makes up an id although there is an rdf:about",
    ),
    (
        "undeclared_prefixes",
        "title",
        "feed-rs reads an element of an undeclared prefix as RSS",
    ),
    (
        "utf8_called_latin1",
        "title",
        "feed-rs believes a wrong label",
    ),
];
/// What feed-rs and newsvane say of one entry, in the same form.
#[derive(Debug, Default, PartialEq)]
struct Facts {
    id: Option<String>,
    title: Option<String>,
    links: Vec<String>,
    published: Option<i64>,
    has_text: bool,
    n_authors: usize,
}

/// Words of a text: blanks and tags do not count.
fn words(text: &str) -> String {
    let mut words = String::new();
    let mut is_tag = false;
    for c in text.chars() {
        match c {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            c if !is_tag && !c.is_whitespace() => words.push(c),
            _ => {}
        }
    }
    words
}

fn of_oracle(entry: &feed_rs::model::Entry) -> Facts {
    let date = entry.published.or(entry.updated);
    let content = entry
        .content
        .as_ref()
        .and_then(|content| content.body.as_ref());
    let summary = entry.summary.as_ref().map(|summary| &summary.content);
    let texts = [content, summary];
    Facts {
        id: Some(entry.id.clone()),
        title: entry.title.as_ref().map(|title| title.content.clone()),
        links: entry
            .links
            .iter()
            .filter(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"))
            .map(|link| canonical_link(&link.href))
            .collect(),
        published: date.map(|date| date.timestamp()),
        has_text: texts
            .into_iter()
            .flatten()
            .any(|text| !words(text).is_empty()),
        n_authors: entry
            .authors
            .iter()
            .filter(|author| author.name.as_deref().is_some_and(|name| !name.is_empty()))
            .count(),
    }
}

/// The fields in which newsvane lacks or contradicts what the oracle reads.
fn differences(entry: &ParsedEntry, oracle: &Facts) -> Vec<&'static str> {
    let mut fields = Vec::new();
    // feed-rs makes up an id where the feed has none.
    let is_id = entry.id.is_none() || entry.id == oracle.id;
    if !is_id {
        fields.push("id");
    }
    let title = entry.title.as_deref().map(words).unwrap_or_default();
    if oracle
        .title
        .as_deref()
        .is_some_and(|wanted| words(wanted) != title)
    {
        fields.push("title");
    }
    let link = entry.link.as_deref().map(canonical_link);
    if !oracle.links.is_empty() && link.is_none_or(|link| !oracle.links.contains(&link)) {
        fields.push("link");
    }
    let published = entry.published.map(|at| at.as_second());
    if oracle.published.is_some() && published != oracle.published {
        fields.push("published");
    }
    if oracle.has_text && entry.body().is_none() {
        fields.push("text");
    }
    if oracle.n_authors > 0 && entry.author.is_none() {
        fields.push("author");
    }
    fields
}

/// The differences of one feed: `entries` if newsvane reads fewer.
fn compare(ours: &ParsedFeed, oracle: &feed_rs::model::Feed) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    if ours.entries.len() != oracle.entries.len() {
        // More entries than feed-rs reads are fine.
        if ours.entries.len() < oracle.entries.len() {
            found.insert("entries");
        }
        return found;
    }
    for (entry, oracle) in ours.entries.iter().zip(&oracle.entries) {
        found.extend(differences(entry, &of_oracle(oracle)));
    }
    found
}

/// What feed-rs reads, if it can read it without panicking.
fn oracle(bytes: &[u8]) -> Option<feed_rs::model::Feed> {
    std::panic::catch_unwind(|| feed_rs::parser::parse(bytes))
        .ok()?
        .ok()
}

#[test]
fn what_feed_rs_reads_in_the_fixtures_is_read() {
    let mut unexplained = Vec::new();
    let mut unused: BTreeSet<_> = DIFFERENCES
        .iter()
        .map(|(case, field, _)| (*case, *field))
        .collect();
    let mut n_compared = 0;
    for folder in fs::read_dir("tests/fixtures/feed").unwrap() {
        let folder = folder.unwrap();
        let name = folder.file_name().into_string().unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            if path.file_stem().is_none_or(|stem| stem != "feed") {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let Some(oracle) = oracle(&bytes) else {
                continue;
            };
            n_compared += 1;
            let Ok(ours) = parse(&bytes, &Hints::default()) else {
                unexplained.push(format!("{name}: not read at all"));
                continue;
            };
            for field in compare(&ours, &oracle) {
                let is_known = DIFFERENCES
                    .iter()
                    .any(|(case, known, _)| *case == name && *known == field);
                unused.retain(|(case, known)| *case != name || *known != field);
                if !is_known {
                    unexplained.push(format!(
                        "{name}: {field}: {:#?} but feed-rs {:#?}",
                        ours.entries,
                        oracle.entries.iter().map(of_oracle).collect::<Vec<_>>()
                    ));
                }
            }
        }
    }
    assert!(n_compared > 20, "{n_compared} fixtures compared");
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    assert!(unused.is_empty(), "not needed any more: {unused:?}");
}

/// A random number generator with a fixed seed, so that each run is the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const TITLES: &[&str] = &[
    "Harbour wall gives way",
    "Rat beschließt Brückenbau",
    "Мост снова открыт",
    "橋が再開",
    "Prix &amp; salaires",
    "<![CDATA[Gates <b>open</b> early]]>",
    "&quot;No risk&quot;, says mayor",
    "L&#8217;eau monte",
    "  Two   blanks ",
];
const TEXTS: &[&str] = &[
    "Three gates were opened.",
    "&lt;p&gt;Water &amp;amp; mud&lt;/p&gt;",
    "<![CDATA[<p>Das Tor klemmt.</p>]]>",
    "Вода спала.",
];
const DATES: &[&str] = &[
    "Tue, 03 Nov 2026 10:00:05 +0100",
    "Wed, 04 Nov 2026 00:00:00 GMT",
    "Sun, 01 Mar 2026 23:59:59 -0500",
];
const NAMES: &[&str] = &["Ines Molander", "Tove Brandt", "Петр Ильин"];

/// A well-formed RSS or Atom feed with `n` entries.
fn generated(dice: &mut Dice, n: usize) -> String {
    let is_atom = dice.below(2) == 0;
    let mut entries = String::new();
    for n in 0..n {
        let (title, text) = (dice.pick(TITLES), dice.pick(TEXTS));
        let mut fields = vec![format!("<title type=\"html\">{title}</title>")];
        if is_atom {
            fields.push(format!("<id>urn:e:{n}</id>"));
            fields.push(format!(
                "<link href=\"https://e.example/{n}?a=1&amp;b={n}\"/>"
            ));
            fields.push(format!(
                "<updated>2026-11-{:02}T10:0{}:00Z</updated>",
                1 + n % 28,
                n % 10
            ));
            fields.push(format!("<content type=\"html\">{text}</content>"));
            fields.push(format!(
                "<author><name>{}</name></author>",
                dice.pick(NAMES)
            ));
            if dice.below(2) == 0 {
                fields.push(format!(
                    "<published>2026-10-{:02}T08:00:00+02:00</published>",
                    1 + n % 28
                ));
            }
        } else {
            fields[0] = format!("<title>{title}</title>");
            fields.push(format!("<guid isPermaLink=\"false\">urn:e:{n}</guid>"));
            fields.push(format!("<link>https://e.example/{n}?a=1&amp;b={n}</link>"));
            fields.push(format!("<pubDate>{}</pubDate>", dice.pick(DATES)));
            fields.push(format!("<description>{text}</description>"));
            if dice.below(2) == 0 {
                fields.push(format!(
                    "<content:encoded>{}</content:encoded>",
                    dice.pick(TEXTS)
                ));
            }
            fields.push(format!("<dc:creator>{}</dc:creator>", dice.pick(NAMES)));
        }
        // The order of the fields means nothing.
        for at in (1..fields.len()).rev() {
            fields.swap(at, dice.below(at + 1));
        }
        let element = if is_atom { "entry" } else { "item" };
        entries.push_str(&format!("<{element}>{}</{element}>\n", fields.concat()));
    }
    if is_atom {
        format!(
            "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>F</title><id>urn:f</id><updated>2026-11-03T10:00:00Z</updated>{entries}</feed>"
        )
    } else {
        format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>F</title><link>https://e.example/</link><description>d</description>{entries}</channel></rss>"
        )
    }
}

#[test]
fn what_feed_rs_reads_in_generated_feeds_is_read() {
    let mut dice = Dice(11);
    for _ in 0..200 {
        let n = dice.below(12);
        let feed = generated(&mut dice, n);
        let oracle =
            oracle(feed.as_bytes()).unwrap_or_else(|| panic!("feed-rs cannot read {feed}"));
        let ours = parse(feed.as_bytes(), &Hints::default()).unwrap();
        let found = compare(&ours, &oracle);
        assert!(found.is_empty(), "{found:?} differ in {feed}");
    }
}
