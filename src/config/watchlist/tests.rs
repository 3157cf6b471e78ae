//! Whole watchlists.

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
    let list = list.expect("the watchlist is valid");
    assert_eq!(list.feeds[0].every.map(|every| every.as_secs()), Some(600));
    assert_eq!(list.watches[0].name, "Recalls");
    assert_eq!(list.watches[0].tests.len(), 1);
    let alert = list.watches[0].alert.as_ref().expect("it has one");
    assert_eq!(alert.mode, Some(AlertMode::Story));
    assert_eq!(alert.budget.map(|budget| budget.n), Some(20));
}

#[test]
fn several_errors_are_reported_at_once() {
    let found = load_str(
        "w.toml",
        "[[watch]]\nid = \"a\"\nanny = [\"x\"]\n[[watch]]\nid = \"b\"\nquery = 'p and q'\n[[watch]]\nid = \"b\"\nany = [\"ok\"]\n",
    );
    let lines: Vec<usize> = found
        .expect_err("it is invalid")
        .iter()
        .map(|found| found.line)
        .collect();
    assert_eq!(lines, [3, 6, 8]);
}

#[test]
fn a_key_that_has_no_effect_with_the_mode_gets_a_warning() {
    let check = |alert: &str, idle: &[&str]| {
        let text = format!("[[watch]]\nid = \"a\"\nany = [\"acme\"]\nalert = {{ {alert} }}\n");
        let list = load_str("w.toml", &text).expect("the watchlist is valid");
        let found: Vec<String> = lint(&list).into_iter().map(|found| found.message).collect();
        assert_eq!(found.len(), idle.len(), "{alert}: {found:?}");
        for (message, key) in found.iter().zip(idle) {
            assert!(message.contains(key), "{message}");
        }
    };
    check("mode = \"spike\", min_sources = 4", &[]);
    check("mode = \"silence\", min_sources = 4", &["min_sources"]);
    check("mode = \"spike\", updates = [\"revision\"]", &["updates"]);
    check("mode = \"first\", development = 0.4", &["development"]);
    check("digest = \"07:00\", development = 0.4", &[]);
}

#[test]
fn the_limit_of_a_development_is_a_share() {
    let check = |written: &str, want: Option<f32>| {
        let text = format!(
            "[[watch]]\nid = \"a\"\nany = [\"acme\"]\nalert = {{ development = {written} }}\n"
        );
        match (load_str("w.toml", &text), want) {
            (Ok(list), want) => {
                let alert = list.watches[0].alert.as_ref().expect("it has one");
                assert_eq!(alert.development, want, "{written}");
            }
            (Err(found), None) => {
                assert!(
                    found[0].message.contains("from 0 to 1"),
                    "{written}: {found:?}"
                );
            }
            (Err(found), Some(_)) => panic!("{written}: {found:?}"),
        }
    };
    check("0.4", Some(0.4));
    check("0", Some(0.0));
    check("1", Some(1.0));
    check("1.5", None);
    check("-0.1", None);
    check("nan", None);
    check("\"much\"", None);
}

#[test]
fn a_misspelt_watch_is_reported_even_if_its_tests_are_not() {
    let check = |text: &str, wanted: &[(usize, &str)]| {
        let found = load_str("w.toml", text).expect_err("it is invalid");
        let shown: Vec<(usize, String)> = found
            .iter()
            .map(|found| (found.line, found.to_string()))
            .collect();
        assert_eq!(shown.len(), wanted.len(), "{shown:#?}");
        for ((line, shown), (wanted_line, wanted)) in shown.iter().zip(wanted) {
            assert_eq!(line, wanted_line, "{shown}");
            assert!(shown.contains(wanted), "{shown}");
        }
    };
    let test = "[[watch.test]]\ntext = \"acme\"\nmatch = true\n";
    let right = "[[watch]]\nid = \"b\"\nany = [\"b\"]\n";
    let misspelt = format!("[[watsh]]\nid = \"a\"\nany = [\"a\"]\n{test}{right}");
    check(&misspelt, &[(1, "did you mean [[watch]]?")]);
    let twice = format!("{test}{right}");
    check(&twice, &[(4, "duplicate key")]);
}

#[test]
fn a_misspelt_table_is_reported_with_the_brackets_that_it_needs() {
    let check = |text: &str, wanted: &str| {
        let found = load_str("w.toml", text).expect_err("it is invalid");
        assert!(found[0].to_string().contains(wanted), "{}", found[0]);
    };
    check(
        "[[feeds]]\nurl = \"https://a.example/rss\"\n",
        "[[feed]]? Write it above each feed",
    );
    check("[entitys.a]\nnames = [\"A\"]\n", "[entity.NAME]");
    check("[sources]\n", "write [[feed]] above each feed");
}

#[test]
fn a_list_that_was_truncated_to_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("watchlist.toml");
    let check = |text: &str, previous: Option<&Watchlist>, is_taken: bool| {
        std::fs::write(&path, text).unwrap();
        let loaded = load(std::slice::from_ref(&path), previous);
        assert_eq!(loaded.is_ok(), is_taken, "{text:?}");
    };
    let full = load_str("w.toml", "[[watch]]\nid = \"a\"\nany = [\"ferry\"]\n").unwrap();
    let empty = load_str("w.toml", "").unwrap();
    check("", None, true);
    check("", Some(&empty), true);
    check("", Some(&full), false);
    check(" \n", Some(&full), false);
    check("# no feeds\n", Some(&full), true);
}

#[test]
fn a_length_of_time_without_a_unit_gets_help() {
    let found = load_str(
        "w.toml",
        "[[feed]]\nurl = \"https://a.example/rss\"\nevery = 30\n",
    );
    let shown = found.expect_err("it is invalid")[0].to_string();
    assert!(
        shown.contains("write every = \"30m\" for 30 minutes"),
        "{shown}"
    );
}
