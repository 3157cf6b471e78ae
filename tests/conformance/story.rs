//! The cases of `tests/fixtures/story`: each folder holds `articles.jsonl`, the
//! articles in the order of their arrival, and `wanted.jsonl`, of each the
//! story (any label), the kind, and what it is a copy of.

use jiff::Timestamp;
use newsvane::model::{ArticleId, CoverageKind};
use newsvane::story::{Incoming, Settings, Stories};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

#[derive(Deserialize)]
struct Arriving {
    source: String,
    title: String,
    text: String,
    url: Option<String>,
    published: Timestamp,
}

#[derive(Deserialize)]
struct Wanted {
    story: String,
    kind: CoverageKind,
    of: Option<i64>,
}

#[test]
fn every_case_is_placed_as_wanted() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/story");
    let mut n_cases = 0;
    for case in std::fs::read_dir(cases).expect("the fixtures") {
        check(&case.expect("a folder").path());
        n_cases += 1;
    }
    assert!(n_cases > 0);
}

fn check(case: &Path) {
    let arriving: Vec<Arriving> = lines(&case.join("articles.jsonl"));
    let wanted: Vec<Wanted> = lines(&case.join("wanted.jsonl"));
    assert_eq!(arriving.len(), wanted.len(), "{}", case.display());
    let mut stories = Stories::new(Settings::default());
    let mut labels = HashMap::new();
    for (at, (article, wanted)) in arriving.iter().zip(&wanted).enumerate() {
        let incoming = Incoming {
            id: ArticleId(at as i64),
            url: article.url.as_deref(),
            source: &article.source,
            title: &article.title,
            dek: "",
            text: &article.text,
            language: None,
            at: article.published,
            same_as: None,
        };
        let placement = stories.plan(&incoming);
        stories.apply(&incoming, &placement);
        let told = format!("{}, article {at}: {placement:#?}", case.display());
        let label = labels.entry(placement.story).or_insert(&wanted.story);
        assert_eq!(*label, &wanted.story, "{told}");
        assert_eq!(placement.kind, wanted.kind, "{told}");
        assert_eq!(placement.of, wanted.of.map(ArticleId), "{told}");
    }
}

fn lines<T: for<'de> Deserialize<'de>>(file: &Path) -> Vec<T> {
    std::fs::read_to_string(file)
        .expect("a file of the case")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of the case"))
        .collect()
}
