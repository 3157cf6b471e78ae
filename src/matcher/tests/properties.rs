//! The fast evaluator against the naive one, lists against query strings, and
//! random input.

use super::*;
use crate::matcher::eval::naive::Naive;
use proptest::prelude::*;

/// Words that occur together often, so that random watches match now and then.
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
    fn the_fast_evaluator_agrees_with_the_naive_one(texts in prop::collection::vec(expression(), 1..5), title in body(), body in body(), author in body(), mentions in 0..4u32) {
        // ANDed with terms, so that no watch is refused as too broad.
        let mut watches: Vec<Conditions> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| Conditions {
                id: Written::new(&format!("w{at}")),
                min_mentions: if at == 0 { mentions } else { 0 },
                ..query(&format!("(acme OR recall OR car OR fire) AND {text}"))
            })
            .collect();
        // Hits in a field that only one watch searches do not count for the others.
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
        let matcher = Matcher::compile(&watches, &specs, None).expect("the watches are valid");
        let doc = Doc { title: &title, body: &body, author: &author, language: Some("en"), ..Doc::default() };
        let mut scratch = Scratch::new();
        let found = matcher.matches(&mut scratch, &doc);
        let fast: Vec<String> = found.iter().map(|found| found.watch.to_string()).filter(|id| *id != by_author.text).collect();
        let reindexed: Vec<String> = matcher.reindexed().matches(&mut scratch, &doc).iter().map(|found| found.watch.to_string()).filter(|id| *id != by_author.text).collect();
        prop_assert_eq!(&fast, &reindexed);
        prop_assert_eq!(&found, &matcher.matches_by_full_scan(&mut scratch, &doc));

        // A list that was edited matches like one that was loaded at once.
        let half = Matcher::compile(&watches[1..], &specs, None).expect("the watches are valid");
        let edited = Matcher::compile(&watches, &specs, Some(&half)).expect("the watches are valid");
        prop_assert_eq!(&found, &edited.matches(&mut scratch, &doc));
        let again = Matcher::compile(&watches[1..], &specs, Some(&edited)).expect("the watches are valid");
        prop_assert_eq!(&half.matches(&mut scratch, &doc), &again.matches(&mut scratch, &doc));

        let (index, _) = query::lower::Index::of(&specs);
        let parsed: Vec<_> = specs.iter().map(|spec| query::lower::entity(spec, &index.regexes).expect("it is right")).collect();
        let naive = Naive::new(&parsed, &doc);
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
            // It collects the evidence from the conditions, not from the index.
            let shown = found.iter().find(|found| found.watch.as_str() == watch.id.text);
            prop_assert_eq!(&explained.why[..], shown.map_or(&[][..], |found| &found.why[..]));
            prop_assert!(explained.is_match || explained.reason.is_some());
        }
    }

    #[test]
    fn lists_mean_what_the_query_means(all in prop::collection::vec(term(), 0..3), any_of in prop::collection::vec(term(), 1..4), none in prop::collection::vec(term(), 0..3), near in prop::option::of((term(), term(), 0..4u32)), title in body(), body in body()) {
        let listed = Conditions {
            id: Written::new("list"),
            all: all.iter().map(|term| Written::new(term)).collect(),
            any: any_of.iter().map(|term| Written::new(term)).collect(),
            none: none.iter().map(|term| Written::new(term)).collect(),
            near: near.iter().map(|(a, b, words)| NearSpec { a: written(&[a]), b: written(&[b]), words: *words, ordered: false }).collect(),
            ..Conditions::default()
        };
        let mut parts = all.clone();
        parts.push(format!("({})", any_of.join(" OR ")));
        parts.extend(near.iter().map(|(a, b, words)| format!("({a} NEAR/{words} {b})")));
        parts.extend(none.iter().map(|term| format!("NOT {term}")));
        let doc = Doc { title: &title, body: &body, language: Some("en"), ..Doc::default() };
        let text = parts.join(" AND ");
        prop_assert_eq!(matches(listed, &doc).is_empty(), matches(query(&text), &doc).is_empty(), "{}", text);
    }

    #[test]
    fn no_query_and_no_text_causes_a_panic(text in "[a-c\"()/=~@*?:,><0-9 ANDORTE&|\\\\é京-]{0,60}", body in "\\PC{0,60}") {
        if let Ok(matcher) = Matcher::compile(&[query(&text)], &entities(), None) {
            let doc = Doc { body: &body, ..Doc::default() };
            matcher.matches(&mut Scratch::new(), &doc);
            matcher.explain(&mut Scratch::new(), "w", &doc);
        }
    }
}
