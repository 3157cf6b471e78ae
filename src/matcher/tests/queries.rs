//! What operators and fields of a query match.

use super::*;

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
fn sent_and_para_ask_for_one_sentence_or_paragraph() {
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
fn slop_takes_any_order_with_few_words_between() {
    check("\"car recall\"~1", "a recall of cars and a car", None);
    check(
        "\"car recall\"~1",
        "a recall of car parts",
        Some(&["recall of car"]),
    );
}

#[test]
fn n_of_and_count_compare_with_their_number() {
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
fn capitals_mean_nothing_in_fields_other_than_the_text() {
    let tags = ["eu".to_owned()];
    let doc = Doc {
        body: "Kelmere",
        tags: &tags,
        source: "upi.example",
        author: "Afp",
        url: "https://news.example/uk/kelmere",
        language: Some("pt-BR"),
        ..Doc::default()
    };
    for (text, wanted) in [
        ("kelmere AND tag:EU", true),
        ("kelmere AND NOT tag:EU", false),
        ("kelmere AND source:UPI", true),
        ("kelmere AND author:AFP", true),
        ("kelmere AND url:UK", true),
        ("kelmere AND lang:PT", true),
        ("kelmere AND lang:pt-BR", true),
        ("kelmere AND lang:pt_br", true),
        ("kelmere AND lang:pt-PT", false),
    ] {
        assert_eq!(!matches(query(text), &doc).is_empty(), wanted, "{text}");
    }
}

#[test]
fn languages_are_compared_by_what_they_mean() {
    for (term, language, wanted) in [
        ("no", "nb-NO", true),
        ("nb", "no", true),
        ("he", "iw", true),
        ("iw", "he", true),
        ("id", "in", true),
        ("fil", "tl", true),
        ("zh-Hans", "zh-cn", true),
        ("zh-Hans", "zh-tw", false),
        ("de", "nl", false),
    ] {
        let doc = Doc {
            body: "Kelmere",
            language: Some(language),
            ..Doc::default()
        };
        let filtered = Conditions {
            languages: written(&[term]),
            ..any("kelmere")
        };
        let found = !matches(filtered, &doc).is_empty();
        assert_eq!(found, wanted, "languages = {term}, article in {language}");
        let text = format!("kelmere AND lang:{term}");
        let found = !matches(query(&text), &doc).is_empty();
        assert_eq!(found, wanted, "{text}, article in {language}");
    }
}

#[test]
fn an_article_that_repeats_itself_is_matched_in_time() {
    // Quadratic work over these would take minutes.
    let watches = [
        any("@acme"),
        query("\"acme recall\"~900"),
        query("acme ONEAR/1000 recall"),
        query("acme SENT (acme NEAR/9 acme)"),
    ];
    let matcher = Matcher::compile(&watches, &entities(), None).expect("the watches are valid");
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
