//! Entities, filters and explanations, on whole articles.

use super::*;

#[test]
fn short_names_of_entities_count_only_with_a_name_or_context() {
    check_term(
        "@acme",
        "Acme Corporation fell",
        Some(&["Acme Corporation"]),
    );
    check_term("@acme", "Acme fell", None);
    check_term("@acme", "Acme ordered a recall", Some(&["Acme"]));
    check_term("@acme", "A recall in Acme Street", None);
    check_term("@acme", "Springfield denied it", Some(&["Springfield"]));
    let strict = Conditions {
        without_metonyms: true,
        ..any("@acme")
    };
    check_watch(strict, "Springfield denied it", None);
}

#[test]
fn captions_sources_and_languages_are_respected() {
    let captions = ["Acme workers".to_owned()];
    let tags = ["wire".to_owned()];
    let doc = Doc {
        body: "nothing",
        captions: &captions,
        tags: &tags,
        source: "Post",
        language: Some("en-gb"),
        ..Doc::default()
    };
    assert!(matches(any("workers"), &doc).is_empty());
    let with_captions = FieldSet::TEXT.with(FieldSet::of(crate::model::Field::Caption));
    let captioned = Conditions {
        fields: Some(with_captions),
        ..any("workers")
    };
    assert_eq!(matches(captioned.clone(), &doc).len(), 1);
    let check = |only: &[&str], not: &[&str], languages: &[&str], wanted: usize| {
        let conditions = Conditions {
            only_sources: written(only),
            not_sources: written(not),
            languages: written(languages),
            ..captioned.clone()
        };
        assert_eq!(
            matches(conditions, &doc).len(),
            wanted,
            "{only:?} {not:?} {languages:?}"
        );
    };
    check(&["tag:wire"], &[], &["en"], 1);
    check(&["tag:blog"], &[], &[], 0);
    check(&[], &["post"], &[], 0);
    check(&[], &[], &["de"], 0);
}

#[test]
fn a_watch_that_does_not_match_shows_its_nearest_miss() {
    let check = |text: &str, body: &str, wanted: &str| {
        let matcher =
            Matcher::compile(&[query(text)], &entities(), None).expect("the watch is valid");
        let doc = Doc {
            body,
            language: Some("en"),
            ..Doc::default()
        };
        let found = matcher
            .explain(&mut Scratch::new(), "w", &doc)
            .expect("there is a watch");
        assert_eq!(found.reason.as_deref(), Some(wanted), "{:?}", found.steps);
    };
    check(
        "fell AND acme NEAR/1 recall",
        "It fell. Acme said on Monday that a recall began.",
        "acme NEAR/1 recall: closest pair is 5 words apart in sentence 2 of the body; 1 are allowed",
    );
    check(
        "@acme",
        "Acme fell",
        "@acme: its short name is found once, but no full name, and no context word is found",
    );
    check(
        "acme AND title:recall",
        "acme recall",
        "not found: title:recall (it is in the body, which is not searched)",
    );
    check(
        "acme AND NOT recall",
        "acme recall",
        "must not be found, and is:",
    );
}
