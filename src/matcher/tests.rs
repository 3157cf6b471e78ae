//! What terms and queries mean, on whole articles; the fast evaluator against
//! the plain one; lists against query strings.

use super::*;
use crate::matcher::eval::naive::Naive;
use crate::model::Match;
use proptest::prelude::*;

fn written(terms: &[&str]) -> Vec<Written> {
    terms.iter().map(|term| Written::new(term)).collect()
}

fn query(text: &str) -> Conditions {
    Conditions {
        id: Written::new("w"),
        query: Some(Written::new(text)),
        ..Conditions::default()
    }
}

fn any(term: &str) -> Conditions {
    Conditions {
        id: Written::new("w"),
        any: written(&[term]),
        ..Conditions::default()
    }
}

fn entities() -> Vec<EntitySpec> {
    vec![EntitySpec {
        name: Written::new("acme"),
        names: written(&["Acme Corporation"]),
        metonyms: written(&["Springfield"]),
        short: written(&["Acme"]),
        context: written(&["recall", "car maker"]),
        not: written(&["Acme Street"]),
    }]
}

fn matches(conditions: Conditions, doc: &Doc<'_>) -> Vec<Match> {
    let matcher = Matcher::compile(&[conditions], &entities(), None).expect("the watch is right");
    matcher.matches(&mut Scratch::new(), doc)
}

/// Whether `conditions` match `body`, and the marked words of the evidence.
fn check_watch(conditions: Conditions, body: &str, wanted: Option<&[&str]>) {
    let shown = format!("{conditions:?} on {body}");
    let doc = Doc {
        body,
        language: Some("en"),
        ..Doc::default()
    };
    let found = matches(conditions, &doc);
    let marked = found.first().map(|found| {
        let marked = found.why.iter().flat_map(|why| {
            let chars: Vec<char> = why.sentence.chars().collect();
            why.marks
                .iter()
                .map(move |mark| chars[mark.0..mark.1].iter().collect::<String>())
        });
        marked.collect::<Vec<String>>()
    });
    let wanted = wanted.map(|words| words.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(marked, wanted, "{shown}");
}

fn check(text: &str, body: &str, wanted: Option<&[&str]>) {
    check_watch(query(text), body, wanted);
}

fn check_term(term: &str, body: &str, wanted: Option<&[&str]>) {
    check_watch(any(term), body, wanted);
}

#[test]
fn words_and_phrases_match_whole_words() {
    check_term(
        "recall",
        "The recall’s cost. Recalls fell.",
        Some(&["recall"]),
    );
    check_term("recall", "Total recalled", None);
    check_term(
        "pull back",
        "They pull, back to base",
        Some(&["pull, back"]),
    );
    check_term("pull back", "They pull\n\nback", None);
}

#[test]
fn short_capitals_match_only_capitals() {
    check_term("UN", "the un in unkind", None);
    check_term("UN", "the U.N. voted", Some(&["U.N."]));
    check_term("U.N.", "the UN voted", Some(&["UN"]));
    check_term("un", "the UN voted", Some(&["UN"]));
}

#[test]
fn exact_terms_keep_case_and_accents() {
    check_term("=Acme", "acme and Acme", Some(&["Acme"]));
    check_term("=resume", "his résumé", None);
    check_term("resume", "his résumé", Some(&["résumé"]));
}

#[test]
fn hyphenated_terms_match_joined_and_apart() {
    for body in ["the Mark-7 engine", "the Mark 7 engine", "the MARK7 engine"] {
        let start = body[4..].split(" engine").next().expect("there is one");
        check_term("Mark-7", body, Some(&[start]));
    }
    check_term("Mark7", "the Mark-7 engine", None);
}

#[test]
fn wildcards_stand_for_letters() {
    check_term("recall* of", "recalling of cars", Some(&["recalling of"]));
    check_term("organi?ation", "an organisation", Some(&["organisation"]));
    check_term("de-escalat*", "the deescalation", Some(&["deescalation"]));
}

#[test]
fn inflections_follow_the_language() {
    check_term("~withdraw", "Troops withdrew", Some(&["withdrew"]));
    check_term("~withdraw", "A withdrawal", None);
    check_term("~car maker", "Car makers agreed", Some(&["Car makers"]));
}

#[test]
fn near_counts_the_gap_in_either_order() {
    check(
        "acme NEAR/1 recall",
        "recall by acme",
        Some(&["recall", "acme"]),
    );
    check("acme NEAR/1 recall", "recall as told by acme", None);
    check("acme ONEAR/1 recall", "recall by acme", None);
    check(
        "acme ONEAR/1 recall",
        "acme will recall",
        Some(&["acme", "recall"]),
    );
    check(
        "acme NEAR recall",
        "acme one two three four five recall",
        Some(&["acme", "recall"]),
    );
}

#[test]
fn sentences_and_paragraphs_hold_their_own() {
    check("acme SENT recall", "Acme fell. A recall began.", None);
    check(
        "acme PARA recall",
        "Acme fell. A recall began.",
        Some(&["Acme", "recall"]),
    );
    check("acme PARA recall", "Acme fell.\n\nA recall began.", None);
    check(
        "acme SENT recall",
        "After the recall, Mr. Roe of Acme left.",
        Some(&["recall", "Acme"]),
    );
}

#[test]
fn slop_takes_any_order_within_a_stretch() {
    check("\"car recall\"~1", "a recall of cars and a car", None);
    check(
        "\"car recall\"~1",
        "a recall of car parts",
        Some(&["recall of car"]),
    );
}

#[test]
fn n_of_and_count_ask_for_as_many() {
    check(
        "2 OF (acme, recall, fire)",
        "Acme on fire",
        Some(&["Acme", "fire"]),
    );
    check("2 OF (acme, recall, fire)", "Acme", None);
    check("COUNT(acme) >= 2", "Acme, acme", Some(&["Acme"]));
    check("recall AND COUNT(acme) < 2", "Acme acme recall", None);
}

#[test]
fn fields_scope_terms_and_groups() {
    let doc = Doc {
        title: "Acme recall",
        body: "a fire",
        source: "The Wire",
        ..Doc::default()
    };
    for (text, wanted) in [
        ("title:acme AND body:fire", true),
        ("title:(acme AND recall)", true),
        ("title:(acme AND fire)", false),
        ("acme AND source:wire", true),
        ("acme AND source:post", false),
        ("dek:acme", false),
    ] {
        assert_eq!(!matches(query(text), &doc).is_empty(), wanted, "{text}");
    }
}

#[test]
fn entities_count_short_names_only_in_company() {
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
fn captions_and_filters_are_kept_to() {
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
fn a_miss_is_explained_by_its_nearest() {
    let check = |text: &str, body: &str, wanted: &str| {
        let matcher =
            Matcher::compile(&[query(text)], &entities(), None).expect("the watch is right");
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
        "@acme: its short name is there once, but no full name, and no context word is there",
    );
    check(
        "acme AND title:recall",
        "acme recall",
        "not found: title:recall (it stands in the body, which is not searched)",
    );
    check(
        "acme AND NOT recall",
        "acme recall",
        "must not be there, and is:",
    );
}

#[test]
fn what_was_learnt_changes_no_answer() {
    let watches = [
        any("acme"),
        query("acme AND recall"),
        query("recall AND NOT acme"),
    ];
    let matcher = Matcher::compile(&watches, &entities(), None).expect("the watches are right");
    let mut scratch = Scratch::new();
    let doc = Doc {
        body: "Acme recall",
        ..Doc::default()
    };
    let before = matcher.matches(&mut scratch, &doc);
    for _ in 0..500 {
        matcher.matches(&mut scratch, &doc);
    }
    let refiled = matcher.refiled();
    assert_eq!(refiled.matches(&mut scratch, &doc), before);
    let reloaded =
        Matcher::compile(&watches, &entities(), Some(&refiled)).expect("the watches are right");
    assert_eq!(reloaded.matches(&mut scratch, &doc), before);
}

#[test]
fn an_unchanged_watch_is_not_compiled_again() {
    let compiled = |watches: &[Conditions], before| {
        Matcher::compile(watches, &entities(), before).expect("the watches are right")
    };
    let watch = |id: &str, term: &str| Conditions {
        id: Written {
            text: id.to_owned(),
            // Where it stands does not matter.
            at: term.len() as u64,
        },
        ..any(term)
    };
    let before: Vec<Conditions> = (0..8)
        .map(|at| watch(&format!("w{at}"), "acme recall"))
        .collect();
    let list = compiled(&before, None);
    let mut edited = before.clone();
    edited[3] = watch("w3", "@acme");
    edited.swap(0, 5);
    let reloaded = compiled(&edited, Some(&list));
    assert_eq!(reloaded.program.n_compiled, 9);
    let doc = Doc {
        body: "Acme Corporation began a recall.",
        ..Doc::default()
    };
    let found = reloaded.matches(&mut Scratch::new(), &doc);
    let ids: Vec<&str> = found.iter().map(|found| found.watch.as_str()).collect();
    assert_eq!(ids, ["w3"]);
    // The list as it is, and one of which most is gone.
    assert_eq!(compiled(&before, Some(&list)).program.n_compiled, 8);
    assert_eq!(compiled(&before[..2], Some(&list)).program.n_compiled, 2);
}

/// Words that meet each other often, so that random watches match now and then.
const WORDS: &[&str] = &[
    "acme",
    "Acme",
    "recall",
    "recalls",
    "car",
    "UN",
    "un",
    "U.N.",
    "fire",
    "Mark-7",
    "Mark7",
    "Corporation",
    "Street",
    "Асme",
    "go",
    "went",
];

fn body() -> impl Strategy<Value = String> {
    let word = prop::sample::select(WORDS);
    let separator = prop::sample::select(&[" ", " ", " ", ". ", ", ", "\n\n", "-", "’s "][..]);
    prop::collection::vec((word, separator), 0..25).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(word, separator)| [word, separator])
            .collect()
    })
}

fn term() -> impl Strategy<Value = String> {
    prop::sample::select(
        &[
            "acme",
            "=Acme",
            "recall*",
            "~recall",
            "~go",
            "car",
            "UN",
            "un",
            "Mark-7",
            "\"acme recall\"",
            "\"Acme Corporation\"",
            "@acme",
            "title:fire",
            "title:acme",
            "r?call",
            "fire",
        ][..],
    )
    .prop_map(str::to_owned)
}

fn expression() -> impl Strategy<Value = String> {
    let group = prop_oneof![
        term(),
        (term(), term()).prop_map(|(a, b)| format!("({a} OR {b})")),
        (term(), term()).prop_map(|(a, b)| format!("({a} NEAR/2 {b})")),
    ];
    let side = group.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), 0..4u32)
                .prop_map(|(a, b, n)| format!("({a} NEAR/{n} {b})")),
            (inner.clone(), inner.clone(), 0..4u32)
                .prop_map(|(a, b, n)| format!("({a} ONEAR/{n} {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} SENT {b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a} PARA {b})")),
        ]
    });
    let leaf = prop_oneof![
        side.clone(),
        (side.clone(), 1..4u32).prop_map(|(a, n)| format!("COUNT({a}) >= {n}")),
        side.prop_map(|a| format!("COUNT({a}) <= 1")),
        (0..3u32).prop_map(|n| format!("\"car recall acme\"~{n}")),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            inner.clone().prop_map(|a| format!("(NOT {a})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("2 OF ({a}, {b}, {c})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_fast_evaluator_says_what_the_plain_one_says(texts in prop::collection::vec(expression(), 1..5), title in body(), body in body(), author in body(), mentions in 0..4u32) {
        // Joined with a term, so that no watch is too broad to be taken.
        let mut watches: Vec<Conditions> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| Conditions {
                id: Written::new(&format!("w{at}")),
                min_mentions: if at == 0 { mentions } else { 0 },
                ..query(&format!("(acme OR recall OR car OR fire) AND {text}"))
            })
            .collect();
        // Hits in a field that only one watch asks for are none to the others.
        watches.push(query("acme AND (author:car OR author:recall)"));
        let by_author = Written::new("by author");
        watches.last_mut().expect("one was pushed").id = by_author.clone();
        watches.push(Conditions {
            id: Written::new("listed"),
            any: written(&["acme", "recall", "=Acme"]),
            none: written(&["car"]),
            ..Conditions::default()
        });
        let specs = entities();
        let matcher = Matcher::compile(&watches, &specs, None).expect("the watches are right");
        let doc = Doc { title: &title, body: &body, author: &author, language: Some("en"), ..Doc::default() };
        let mut scratch = Scratch::new();
        let found = matcher.matches(&mut scratch, &doc);
        let fast: Vec<String> = found.iter().map(|found| found.watch.to_string()).filter(|id| *id != by_author.text).collect();
        let refiled: Vec<String> = matcher.refiled().matches(&mut scratch, &doc).iter().map(|found| found.watch.to_string()).filter(|id| *id != by_author.text).collect();
        prop_assert_eq!(&fast, &refiled);
        prop_assert_eq!(&found, &matcher.matches_of_all(&mut scratch, &doc));

        // A list that comes about by an edit is as good as one read at once.
        let half = Matcher::compile(&watches[1..], &specs, None).expect("the watches are right");
        let edited = Matcher::compile(&watches, &specs, Some(&half)).expect("the watches are right");
        prop_assert_eq!(&found, &edited.matches(&mut scratch, &doc));
        let again = Matcher::compile(&watches[1..], &specs, Some(&edited)).expect("the watches are right");
        prop_assert_eq!(&half.matches(&mut scratch, &doc), &again.matches(&mut scratch, &doc));

        let (index, _) = query::lower::Index::of(&specs);
        let understood: Vec<_> = specs.iter().map(|spec| query::lower::entity(spec, &index.regexes).expect("it is right")).collect();
        let naive = Naive::new(&understood, &doc);
        let plain: Vec<String> = watches
            .iter()
            .filter(|watch| watch.id != by_author)
            .filter(|watch| naive.holds(&query::lower::watch(watch, &index).expect("it is right")))
            .map(|watch| watch.id.text.clone())
            .collect();
        prop_assert_eq!(&fast, &plain);

        // Explaining agrees, and never fails.
        for watch in watches.iter().filter(|watch| watch.id != by_author) {
            let explained = matcher.explain(&mut scratch, &watch.id.text, &doc).expect("there is one");
            prop_assert_eq!(explained.is_match, plain.contains(&watch.id.text));
            // It gathers the evidence from the conditions, not from the filing.
            let shown = found.iter().find(|found| found.watch.as_str() == watch.id.text);
            prop_assert_eq!(&explained.why[..], shown.map_or(&[][..], |found| &found.why[..]));
            prop_assert!(explained.is_match || explained.reason.is_some());
        }
    }

    #[test]
    fn lists_mean_what_the_query_means(all in prop::collection::vec(term(), 0..3), any in prop::collection::vec(term(), 1..4), none in prop::collection::vec(term(), 0..3), near in prop::option::of((term(), term(), 0..4u32)), title in body(), body in body()) {
        let listed = Conditions {
            id: Written::new("list"),
            all: all.iter().map(|term| Written::new(term)).collect(),
            any: any.iter().map(|term| Written::new(term)).collect(),
            none: none.iter().map(|term| Written::new(term)).collect(),
            near: near.iter().map(|(a, b, words)| NearSpec { a: written(&[a]), b: written(&[b]), words: *words, ordered: false }).collect(),
            ..Conditions::default()
        };
        let mut parts = all.clone();
        parts.push(format!("({})", any.join(" OR ")));
        parts.extend(near.iter().map(|(a, b, words)| format!("({a} NEAR/{words} {b})")));
        parts.extend(none.iter().map(|term| format!("NOT {term}")));
        let doc = Doc { title: &title, body: &body, language: Some("en"), ..Doc::default() };
        let text = parts.join(" AND ");
        prop_assert_eq!(matches(listed, &doc).is_empty(), matches(query(&text), &doc).is_empty(), "{}", text);
    }

    #[test]
    fn no_text_breaks_a_query_or_is_broken_by_one(text in "[a-c\"()/=~@*?:,><0-9 ANDORTE&|\\\\é京-]{0,60}", body in "\\PC{0,60}") {
        if let Ok(matcher) = Matcher::compile(&[query(&text)], &entities(), None) {
            let doc = Doc { body: &body, ..Doc::default() };
            matcher.matches(&mut Scratch::new(), &doc);
            matcher.explain(&mut Scratch::new(), "w", &doc);
        }
    }
}

#[test]
fn an_article_that_repeats_itself_is_read_in_time() {
    // Quadratic work over these would take minutes.
    let watches = [
        any("@acme"),
        query("\"acme recall\"~900"),
        query("acme ONEAR/1000 recall"),
        query("acme SENT (acme NEAR/9 acme)"),
    ];
    let matcher = Matcher::compile(&watches, &entities(), None).expect("the watches are right");
    for body in [
        "acme street ".repeat(20_000),
        format!("recall {}", "acme ".repeat(20_000)),
    ] {
        let start = std::time::Instant::now();
        matcher.matches(
            &mut Scratch::new(),
            &Doc {
                body: &body,
                ..Doc::default()
            },
        );
        assert!(
            start.elapsed() < std::time::Duration::from_secs(60),
            "{:?}",
            start.elapsed()
        );
    }
}
