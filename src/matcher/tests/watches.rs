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

#[test]
fn a_near_of_a_list_is_explained_by_its_terms() {
    let near = NearSpec {
        a: written(&["ferry", "boat*"]),
        b: written(&["quay"]),
        words: 2,
        ordered: false,
    };
    let conditions = Conditions {
        id: Written::new("w"),
        near: vec![near],
        ..Conditions::default()
    };
    let matcher = Matcher::compile(&[conditions], &[], None).expect("the watch is valid");
    let doc = Doc {
        body: "The ferry stayed at last year's quay.",
        language: Some("en"),
        ..Doc::default()
    };
    let found = matcher.explain(&mut Scratch::new(), "w", &doc);
    let reason = found
        .and_then(|found| found.reason)
        .expect("it does not match");
    assert!(
        reason.starts_with("(ferry, boat*) NEAR/2 quay: closest pair is"),
        "{reason}"
    );
}

#[test]
fn a_match_in_boilerplate_alone_is_marked_and_other_matches_keep_their_own_evidence() {
    let watches = [
        any("ferry"),
        Conditions {
            id: Written::new("v"),
            ..any("quay")
        },
    ];
    let matcher = Matcher::compile(&watches, &entities(), None).expect("the watches are valid");
    let body = "The quay was rebuilt. Zwölf Möwen.\n\nRide the ferry to the quay with us.";
    let doc = Doc {
        body,
        language: Some("en"),
        ..Doc::default()
    };
    let mut scratch = Scratch::new();
    let mut found = matcher.matches(&mut scratch, &doc);
    let note = body.find("Ride").unwrap()..body.len();
    matcher.mark_boilerplate(&mut scratch, &doc, &[note], &mut found);
    assert!(found[0].boilerplate && found[0].why[0].boilerplate);
    assert_eq!(
        &*found[0].why[0].sentence,
        "Ride the ferry to the quay with us."
    );
    assert!(!found[1].boilerplate && !found[1].why[0].boilerplate);
    assert_eq!(&*found[1].why[0].sentence, "The quay was rebuilt.");
}
