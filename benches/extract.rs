//! Speed of extraction: invented pages of three sizes, compared with
//! `dom_smoothie`, and a hostile page on which html5ever alone is quadratic.

use divan::{Bencher, counter::BytesCount};
use newsvane::extract::{self, Options};
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// A page of `n_paragraphs` with menus, related links and comments around them.
fn page(n_paragraphs: usize) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=en><head><title>Harbour reopens | Portvale Courier</title><meta property=\"og:title\" content=\"Harbour reopens\"></head><body><nav><ul>",
    );
    for n in 0..60 {
        let _ = write!(
            html,
            "<li class=\"menu-item menu-item-{n}\"><a href=\"/section/{n}\">Section {n}</a></li>"
        );
    }
    html.push_str("</ul></nav><main><article class=\"story\"><h1>Harbour reopens</h1><div class=\"story-body\">");
    for n in 0..n_paragraphs {
        let _ = write!(
            html,
            "<p class=\"paragraph\">In year {n} the harbour master said that <b>all ships</b>, large and small, had come back to the quay after <a href=\"/storm\">the storm</a>, and that the work would go on until the spring.</p>"
        );
        if n % 5 == 4 {
            let _ = write!(
                html,
                "<aside class=\"related\"><a href=\"/other/{n}\">Fishers count the cost of storm number {n}</a></aside>"
            );
        }
    }
    html.push_str("</div></article></main><section class=\"comments\">");
    for n in 0..n_paragraphs {
        let _ = write!(
            html,
            "<div class=\"comment\"><span>reader{n}</span><p>I was there and it was not at all as you say it was.</p></div>"
        );
    }
    html.push_str("</section><footer><p>All rights reserved.</p></footer></body></html>");
    html
}

const PARAGRAPHS: [usize; 3] = [10, 60, 400];

#[divan::bench(args = PARAGRAPHS)]
fn newsvane(bencher: Bencher<'_, '_>, n_paragraphs: usize) {
    let html = page(n_paragraphs);
    bencher
        .counter(BytesCount::of_str(&html))
        .bench(|| extract::from_html(html.as_bytes(), &Options::default()));
}

#[divan::bench(args = PARAGRAPHS)]
fn dom_smoothie(bencher: Bencher<'_, '_>, n_paragraphs: usize) {
    let html = page(n_paragraphs);
    bencher.counter(BytesCount::of_str(&html)).bench(|| {
        dom_smoothie::Readability::new(html.as_str(), None, None)
            .and_then(|mut readability| readability.parse())
    });
}

#[divan::bench]
fn text_of_sixty_lines(bencher: Bencher<'_, '_>) {
    let text =
        "The harbour master said that all ships had come back to the quay after the storm.\n"
            .repeat(60);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| extract::from_text(&text, &Options::default()));
}

#[divan::bench(sample_count = 10)]
fn eight_megabytes_of_nested_tags() -> Result<newsvane::model::Article, extract::ExtractError> {
    extract::from_html(&b"<div>".repeat(1_600_000), &Options::default())
}
