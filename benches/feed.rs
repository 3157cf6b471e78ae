//! Speed of `feed` on sound and damaged feeds, compared with feed-rs on the sound
//! ones.
//!
//! The feeds are made of invented text: a news feed with summaries, one with full
//! articles, an Atom feed, and damaged versions of them.

use divan::counter::BytesCount;
use newsvane::feed::{Hints, parse};
use std::fmt::Write;

fn main() {
    divan::main();
}

const WORDS: &[&str] = &[
    "harbour",
    "council",
    "the",
    "of",
    "voted",
    "on",
    "Tuesday",
    "to",
    "widen",
    "a",
    "bridge",
    "after",
    "residents",
    "complained",
    "about",
    "noise",
    "and",
    "delays",
    "officials",
    "said",
    "costs",
    "had",
    "risen",
    "by",
    "12",
    "percent",
    "since",
    "spring",
    "über",
    "café",
];

/// `n` words, always the same for the same `seed`.
fn words(seed: usize, n: usize) -> String {
    let mut text = String::new();
    let mut state = seed * 2_654_435_761 + 1;
    for _ in 0..n {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        text.push_str(WORDS[(state >> 33) % WORDS.len()]);
        text.push(' ');
    }
    text
}

/// Entries of a news feed: a title and a teaser.
fn teasers() -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>Harbour Gazette</title>\
         <link>https://gazette.example/</link><ttl>15</ttl>\n",
    );
    for n in 0..400 {
        let _ = write!(
            feed,
            "<item>\n  <title>{}</title>\n  <description>{}</description>\n  <link>https://gazette.example/{n}?a=1&amp;b=2</link>\n  \
             <guid isPermaLink=\"true\">https://gazette.example/{n}</guid>\n  <pubDate>Tue, 03 Nov 2026 10:{:02}:00 +0100</pubDate>\n  \
             <dc:creator>A. Writer</dc:creator><category>town</category>\n  \
             <media:thumbnail width=\"240\" height=\"135\" url=\"https://img.example/{n}.jpg\"/>\n</item>\n",
            words(n, 9),
            words(n + 1, 30),
            n % 60,
        );
    }
    feed + "</channel></rss>"
}

/// Entries with whole articles in CDATA.
fn articles() -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\
         <channel><title>Harbour Gazette</title><link>https://gazette.example/</link>\n",
    );
    for n in 0..60 {
        let _ = write!(
            feed,
            "<item><title>{}</title><link>https://gazette.example/{n}</link><guid>{n}</guid>\
             <pubDate>Tue, 03 Nov 2026 10:{:02}:00 GMT</pubDate><description>{}</description><content:encoded><![CDATA[",
            words(n, 9),
            n % 60,
            words(n + 1, 30),
        );
        for p in 0..12 {
            let _ = writeln!(
                feed,
                "<p>{}<a href=\"https://gazette.example/t\">more</a></p>",
                words(n * 20 + p, 60)
            );
        }
        feed.push_str("]]></content:encoded></item>\n");
    }
    feed + "</channel></rss>"
}

/// An Atom feed with escaped HTML.
fn atom() -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Harbour Gazette</title>\
         <link href=\"https://gazette.example/\"/><id>tag:gazette.example,2026:feed</id><updated>2026-11-03T10:00:00Z</updated>\n",
    );
    for n in 0..200 {
        let _ = writeln!(
            feed,
            "<entry><title type=\"html\">{}</title><link rel=\"alternate\" type=\"text/html\" href=\"https://gazette.example/{n}\"/>\
             <id>tag:gazette.example,2026:{n}</id><published>2026-11-03T10:{:02}:00+01:00</published>\
             <updated>2026-11-03T11:00:00Z</updated><author><name>A. Writer</name></author>\
             <content type=\"html\">&lt;p&gt;{}&lt;/p&gt;&lt;p&gt;{}&lt;/p&gt;</content></entry>",
            words(n, 9),
            n % 60,
            words(n + 1, 80),
            words(n + 2, 80),
        );
    }
    feed + "</feed>"
}

/// The sound feeds by name.
fn sound(name: &str) -> Vec<u8> {
    match name {
        "teasers" => teasers(),
        "articles" => articles(),
        _ => atom(),
    }
    .into_bytes()
}

/// The same feeds, damaged.
fn damaged(name: &str) -> Vec<u8> {
    let text = teasers() + &articles() + &atom();
    match name {
        "ampersands" => text.replace("bridge", "R&D & bridge").into_bytes(),
        "less than" => text.replace("bridge", "3 < 5 bridge").into_bytes(),
        "entities" => text.replace("bridge", "bridge&nbsp;&eacute;").into_bytes(),
        "control characters" => text.replace("bridge", "bri\u{b}dge &#3;").into_bytes(),
        "unclosed tags" => text.replace("</title>", "<br><i>").into_bytes(),
        "unclosed cdata" => text.replace("]]>", "").into_bytes(),
        "stray end tags" => text.replace("</item>", "</p></b></item>").into_bytes(),
        "no root, truncated" => text.as_bytes()[300..text.len() * 2 / 3].to_vec(),
        "windows-1252 as utf-8" => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        _ => {
            let mut bytes = vec![0xff, 0xfe];
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            bytes
        }
    }
}

const SOUND: &[&str] = &["teasers", "articles", "atom"];

#[divan::bench(args = SOUND)]
fn sound_newsvane(bencher: divan::Bencher<'_, '_>, name: &str) {
    let bytes = sound(name);
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench_local(|| parse(&bytes, &Hints::default()));
}

#[divan::bench(args = SOUND)]
fn sound_feed_rs(bencher: divan::Bencher<'_, '_>, name: &str) {
    let bytes = sound(name);
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench_local(|| feed_rs::parser::parse(bytes.as_slice()));
}

#[divan::bench(args = [
    "ampersands", "less than", "entities", "control characters", "unclosed tags", "unclosed cdata",
    "stray end tags", "no root, truncated", "windows-1252 as utf-8", "utf-16",
])]
fn damaged_newsvane(bencher: divan::Bencher<'_, '_>, name: &str) {
    let bytes = damaged(name);
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench_local(|| parse(&bytes, &Hints::default()));
}
