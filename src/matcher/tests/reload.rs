//! Lists that replace others.

use super::*;

#[test]
fn a_rebuilt_wake_index_gives_the_same_matches() {
    let watches = [
        any("acme"),
        query("acme AND recall"),
        query("recall AND NOT acme"),
    ];
    let matcher = Matcher::compile(&watches, &entities(), None).expect("the watches are valid");
    let mut scratch = Scratch::new();
    let doc = Doc {
        body: "Acme recall",
        ..Doc::default()
    };
    let before = matcher.matches(&mut scratch, &doc);
    for _ in 0..500 {
        matcher.matches(&mut scratch, &doc);
    }
    let reindexed = matcher.reindexed();
    assert_eq!(reindexed.matches(&mut scratch, &doc), before);
    let reloaded =
        Matcher::compile(&watches, &entities(), Some(&reindexed)).expect("the watches are valid");
    assert_eq!(reloaded.matches(&mut scratch, &doc), before);
}

#[test]
fn an_unchanged_watch_is_not_compiled_again() {
    let compiled = |watches: &[Conditions], before| {
        Matcher::compile(watches, &entities(), before).expect("the watches are valid")
    };
    let watch = |id: &str, term: &str| Conditions {
        id: Written {
            text: id.to_owned(),
            // Its place does not matter.
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
