//! What a watchlist says, read whole.

use super::*;

#[test]
fn feeds_entities_and_watches_are_read() {
    let list = load_str(
        "w.toml",
        r#"
        [[feed]]
        url = "https://news.example/rss"
        tags = ["wire"]
        every = "10m"
        [entity.acme]
        names = ["Acme Corporation"]
        short = ["Acme"]
        [[watch]]
        id = "recall"
        name = "Recalls"
        all = ["@acme"]
        near = [{ a = ["recall*"], b = ["car*"], words = 4 }]
        alert = { mode = "story", updates = ["development"], to = ["ops"], cooldown = "30m", budget = "20/day" }
          [[watch.test]]
          text = "Acme Corporation recalled 100 cars."
          match = true
        "#,
    );
    let list = list.expect("the watchlist is right");
    assert_eq!(list.feeds[0].every.map(|every| every.as_secs()), Some(600));
    assert_eq!(list.watches[0].name, "Recalls");
    assert_eq!(list.watches[0].tests.len(), 1);
    let alert = list.watches[0].alert.as_ref().expect("it has one");
    assert_eq!(alert.mode, Some(AlertMode::Story));
    assert_eq!(alert.budget.map(|budget| budget.n), Some(20));
}

#[test]
fn several_faults_are_told_in_one_go() {
    let found = load_str(
        "w.toml",
        "[[watch]]\nid = \"a\"\nanny = [\"x\"]\n[[watch]]\nid = \"b\"\nquery = 'p and q'\n[[watch]]\nid = \"b\"\nany = [\"ok\"]\n",
    );
    let lines: Vec<usize> = found
        .expect_err("it is wrong")
        .iter()
        .map(|found| found.line)
        .collect();
    assert_eq!(lines, [3, 6, 8]);
}

#[test]
fn a_mode_that_does_not_alert_yet_is_warned_of() {
    let check = |mode: &str, n_warnings: usize| {
        let text =
            format!("[[watch]]\nid = \"a\"\nany = [\"acme\"]\nalert = {{ mode = \"{mode}\" }}\n");
        let list = load_str("w.toml", &text).expect("the watchlist is right");
        assert_eq!(lint(&list).len(), n_warnings, "{mode}");
    };
    check("spike", 1);
    check("silence", 1);
    check("story", 0);
}
