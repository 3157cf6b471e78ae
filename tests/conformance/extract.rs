//! Extraction cases: each folder under `tests/fixtures/extract` is one, or a kind
//! with a case in each of its folders.
//!
//! `page.html`, `text.txt` or `fragment.html` is the input; `expected.toml` says what must come out:
//! any of `title dek author published language site dateline text_from error`
//! as strings (an empty one for none), `text` (the whole, lines trimmed), `kept` and `removed` (lines
//! that must be in the text, or removed; a removed one as `kind: text`).

#![allow(
    clippy::unwrap_used,
    reason = "a fault in a fixture is the test's to tell"
)]

use newsvane::extract::{self, Options};
use newsvane::model::Article;
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    url: Option<String>,
    title_hint: Option<String>,
    title: Option<String>,
    dek: Option<String>,
    author: Option<String>,
    published: Option<String>,
    language: Option<String>,
    site: Option<String>,
    dateline: Option<String>,
    text_from: Option<String>,
    error: Option<String>,
    text: Option<String>,
    #[serde(default)]
    kept: Vec<String>,
    #[serde(default)]
    removed: Vec<String>,
}

#[test]
fn every_case_comes_out_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/extract");
    let mut faults = Vec::new();
    let mut n_cases = 0;
    for case in cases(&folder) {
        n_cases += 1;
        for fault in check(&case) {
            faults.push(format!(
                "{}: {fault}",
                case.file_name().unwrap().to_string_lossy()
            ));
        }
    }
    assert!(n_cases > 0, "no cases in {}", folder.display());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The cases in a folder and in those of its folders that are none themselves.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let (cases, kinds): (Vec<PathBuf>, Vec<PathBuf>) = entries
        .map(|entry| entry.unwrap().path())
        .partition(|path| path.join("expected.toml").exists());
    let of_kinds = kinds.iter().flat_map(|kind| cases_of_kind(kind));
    cases.into_iter().chain(of_kinds).collect()
}

fn cases_of_kind(kind: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(kind).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn check(case: &Path) -> Vec<String> {
    let expected: Expected =
        toml::from_str(&std::fs::read_to_string(case.join("expected.toml")).unwrap()).unwrap();
    let options = Options {
        url: expected.url.as_deref(),
        title_hint: expected.title_hint.as_deref(),
        ..Options::default()
    };
    let read = |name: &str| std::fs::read(case.join(name)).ok();
    let article = match (read("page.html"), read("text.txt"), read("fragment.html")) {
        (Some(html), _, _) => extract::from_html(&html, &options),
        (None, Some(text), _) => Ok(extract::from_text(
            &String::from_utf8(text).unwrap(),
            &options,
        )),
        (None, None, Some(html)) => Ok(extract::from_fragment(
            &String::from_utf8(html).unwrap(),
            &options,
        )),
        (None, None, None) => panic!("{} holds no input", case.display()),
    };
    match (article, &expected.error) {
        (Ok(article), None) => compare(&article, &expected),
        (Err(err), Some(wanted)) if err.to_string() == *wanted => Vec::new(),
        (article, wanted) => vec![format!("wanted error {wanted:?}, got {article:?}")],
    }
}

fn compare(article: &Article, expected: &Expected) -> Vec<String> {
    let mut faults = Vec::new();
    let text_from = serde_json::to_value(article.text_from).unwrap();
    let fields = [
        ("title", &expected.title, article.title.clone()),
        ("dek", &expected.dek, article.dek.clone()),
        ("author", &expected.author, article.author.clone()),
        (
            "published",
            &expected.published,
            article.published.map(|instant| instant.to_string()),
        ),
        ("language", &expected.language, article.language.clone()),
        ("site", &expected.site, article.site.clone()),
        ("dateline", &expected.dateline, article.dateline.clone()),
        (
            "text_from",
            &expected.text_from,
            text_from.as_str().map(str::to_owned),
        ),
    ];
    for (name, wanted, got) in fields {
        let is_as_wanted = |wanted: &String| got.as_deref().unwrap_or_default() == wanted;
        if !wanted.as_ref().is_none_or(is_as_wanted) {
            faults.push(format!("{name}: wanted {wanted:?}, got {got:?}"));
        }
    }
    let text = article.text();
    if expected
        .text
        .as_ref()
        .is_some_and(|wanted| wanted.trim() != text.trim())
    {
        faults.push(format!("text:\n{text}"));
    }
    for line in &expected.kept {
        if !article.blocks.iter().any(|block| block.text == *line) {
            faults.push(format!("lost: {line}"));
        }
    }
    let removed: Vec<String> = article
        .removed
        .iter()
        .map(|removed| {
            format!(
                "{}: {}",
                serde_json::to_value(removed.kind)
                    .unwrap()
                    .as_str()
                    .unwrap(),
                removed.text
            )
        })
        .collect();
    for line in &expected.removed {
        if !removed.contains(line) {
            faults.push(format!("not removed: {line}; removed are {removed:#?}"));
        }
    }
    faults
}

#[test]
fn hostile_input_is_answered_within_bounds() {
    let nested = b"<table><tr><td>".repeat(50_000);
    let tags = b"<b><i>x".repeat(500_000);
    let attrs = b"<p a=1 b=2 c=3 d=4 e=5>x</p>".repeat(100_000);
    let mut formats = String::new();
    for n in 0..20_000 {
        formats.push_str(&format!("<b c={n}><p>"));
    }
    let line = [b"<p>".as_slice(), "word ".repeat(1 << 20).as_bytes()].concat();
    for page in [
        nested,
        tags,
        attrs,
        formats.into_bytes(),
        line,
        b"<".repeat(1 << 20),
        b"<!--".repeat(1 << 18),
        b"&amp".repeat(1 << 18),
        b"{{".repeat(1 << 18),
    ] {
        let start = std::time::Instant::now();
        let _ = extract::from_html(&page, &Options::default());
        // The real bound counts steps of work. This one only finds work that escapes the
        // count: a debug build on a busy machine needs a small part of it.
        assert!(
            start.elapsed().as_secs() < 120,
            "{:?} for {}",
            start.elapsed(),
            String::from_utf8_lossy(&page[..20])
        );
    }
}
