//! Warnings of `newsvane check` about watchlists that are valid but probably not meant.

use newsvane::config::watchlist;

/// The warnings about a watch with these lines, in order; each must contain its text.
fn check(lines: &str, wanted: &[&str]) {
    let entities = "[entity.acme]\nnames = [\"Acme Corporation\", \"Acme Motors\"]\n\
                    [[watch]]\nid = \"uses-acme\"\nany = [\"@acme\"]\n";
    let text = format!("{entities}[[watch]]\nid = \"w\"\n{lines}\n");
    let list = watchlist::load_str("w.toml", &text).unwrap_or_else(|found| {
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        panic!("{}", shown.join("\n"))
    });
    let found: Vec<String> = watchlist::lint(&list)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found.len(), wanted.len(), "{lines}:\n{}", found.join("\n"));
    for (found, wanted) in found.iter().zip(wanted) {
        assert!(found.contains(wanted), "{found}\nshould say: {wanted}");
    }
}

#[test]
fn a_veto_that_covers_the_only_term_is_reported() {
    for lines in [
        "any = [\"ferry\"]\nnone = [\"ferry\"]",
        "any = [\"ferry\"]\nnone = [\"Ferry\"]",
        "any = [\"ferry strike\"]\nnone = [\"strike\"]",
        "any = [\"ferr*\"]\nnone = [\"ferr*\"]",
        "any = [\"ferrie*\"]\nnone = [\"ferr*\"]",
        "any = [\"=Ferry\"]\nnone = [\"ferry\"]",
        "any = [\"~ferry\"]\nnone = [\"~ferry\"]",
        "any = [\"@acme\"]\nnone = [\"@acme\"]",
        "any = [\"@acme\"]\nnone = [\"Acme Corporation\", \"Acme Motors\"]",
        "all = [\"quay\", \"ferry\"]\nnone = [\"ferry\"]",
        "near = [{ a = [\"ferry\"], b = [\"quay\"] }]\nnone = [\"quay\"]",
        "query = 'ferry AND quay AND NOT ferry'",
        "query = 'ferry AND NOT (quay OR ferry)'",
        "query = 'title:ferry AND quay'\nnone = [\"ferry\"]",
        "query = 'ferry AND tag:sport AND NOT tag:sport'",
    ] {
        check(lines, &["can never match"]);
    }
    check(
        "any = [\"ferry\", \"quay\"]\nnone = [\"ferry\"]",
        &["ferry never counts"],
    );
}

#[test]
fn a_veto_that_leaves_something_is_not_reported() {
    for lines in [
        "any = [\"ferry\"]\nnone = [\"ferry strike\"]",
        "any = [\"ferry\"]\nnone = [\"title:ferry\"]",
        "any = [\"ferr*\"]\nnone = [\"ferry\"]",
        "any = [\"ferry\"]\nnone = [\"=FERRY\"]",
        "any = [\"@acme\"]\nnone = [\"Acme Corporation\"]",
        "query = 'ferry AND NOT (ferry AND quay)'",
        "any = [\"who\"]\nnone = [\"WHO\"]\nall = [\"ferry\"]",
    ] {
        check(lines, &[]);
    }
}

#[test]
fn common_words_alone_are_reported() {
    check("any = [\"the\"]", &["the is in nearly every article"]);
    check("any = [\"ferry\", \"the\"]", &["nearly every article"]);
    check("query = 'said'", &["nearly every article"]);
    check("all = [\"the\", \"and\"]", &["nearly every article"]);
    check("any = [\"und\"]", &["nearly every article"]);
    check(
        "any = [\"die\"]\nlanguages = [\"de\"]",
        &["nearly every article"],
    );
    check("any = [\"die\"]", &[]);
    check("any = [\"the\"]\nall = [\"ferry\"]", &[]);
    check("any = [\"the who\"]", &[]);
    check("any = [\"title:the\"]", &[]);
}

#[test]
fn the_same_watch_in_other_words_is_reported() {
    let check = |first: &str, second: &str, is_same: bool| {
        let text = format!("[[watch]]\nid = \"a\"\n{first}\n[[watch]]\nid = \"b\"\n{second}\n");
        let list = watchlist::load_str("w.toml", &text).expect("the list is valid");
        let found = watchlist::lint(&list);
        let told = found
            .iter()
            .any(|found| found.message.contains("same conditions as \"a\""));
        assert_eq!(told, is_same, "{first} / {second}: {found:?}");
    };
    check(
        "any = [\"ferry\", \"quay\"]",
        "any = [\"Quay\", \" ferry \"]",
        true,
    );
    check(
        "query = 'ferry AND quay'",
        "query = 'quay  AND   ferry'",
        true,
    );
    check(
        "query = 'ferry OR quay'",
        "any = [\"quay\", \"ferry\"]",
        true,
    );
    check(
        "all = [\"ferry\", \"quay\"]",
        "query = '(quay) AND ferry'",
        true,
    );
    check(
        "near = [{ a = [\"ferry\"], b = [\"quay\"], words = 3 }]",
        "query = 'quay NEAR/3 ferry'",
        true,
    );
    check(
        "query = 'ferry ONEAR quay'",
        "query = 'quay ONEAR ferry'",
        false,
    );
    check("any = [\"ferry\"]", "any = [\"=ferry\"]", false);
    check(
        "any = [\"ferry\"]",
        "any = [\"ferry\"]\nlanguages = [\"de\"]",
        false,
    );
    check(
        "any = [\"ferry\"]\nlanguages = [\"iw\"]",
        "any = [\"ferry\"]\nlanguages = [\"he\"]",
        true,
    );
}

#[test]
fn languages_and_sources_that_contradict_each_other_are_reported() {
    check(
        "query = 'ferry AND lang:en'\nlanguages = [\"de\"]",
        &["lang:en contradicts"],
    );
    check("query = 'ferry AND lang:en AND lang:de'", &["contradicts"]);
    check(
        "query = 'ferry AND NOT lang:de'\nlanguages = [\"de\"]",
        &["excludes lang:de"],
    );
    check("query = 'ferry AND lang:nb'\nlanguages = [\"no\"]", &[]);
    check(
        "query = 'ferry AND (lang:en OR lang:de)'\nlanguages = [\"de\"]",
        &[],
    );
    check(
        "any = [\"ferry\"]\nsources = { only = [\"tag:wire\"], not = [\"tag:Wire\"] }",
        &["both name \"tag:Wire\""],
    );
    check(
        "any = [\"ferry\"]\nsources = { only = [\"tag:wire\"], not = [\"tag:eu\"] }",
        &[],
    );
}

#[test]
fn terms_of_parts_that_the_watch_leaves_out_are_reported() {
    check(
        "any = [\"title:ferry\"]\nin = [\"body\"]",
        &["title:ferry searches the title"],
    );
    check(
        "query = 'dek:ferry OR quay'\nin = [\"body\"]",
        &["searches the dek"],
    );
    check("any = [\"title:ferry\"]\nin = [\"title\", \"body\"]", &[]);
    check(
        "any = [\"ferry\"]\nnone = [\"title:film\"]\nin = [\"body\"]",
        &[],
    );
    check("any = [\"title:ferry\"]", &[]);
}

#[test]
fn terms_that_miss_forms_of_their_word_are_reported() {
    check("any = [\"화재\"]", &["Korean writes particles onto words"]);
    check("any = [\"ירושלים\"]", &["write ~ירושלים"]);
    check("any = [\"~화재\"]", &[]);
    check("any = [\"화재*\"]", &[]);
    check("any = [\"~Київ\"]", &["no inflections of the language uk"]);
    check(
        "any = [\"~Praha\"]\nlanguages = [\"cs\"]",
        &["no inflections of the language cs"],
    );
    check("any = [\"~Praha\"]\nlanguages = [\"cs\", \"de\"]", &[]);
    check("any = [\"~น้ำท่วม\"]", &["no inflections of the language th"]);
    check("any = [\"~ferry\"]", &[]);
}

#[test]
fn the_shipped_watchlist_has_no_warnings() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config/watchlist.toml");
    let text = std::fs::read_to_string(path).expect("it can be read");
    let list = watchlist::load_str("watchlist.toml", &text).expect("it is valid");
    assert_eq!(watchlist::lint(&list), []);
}
