//! Invalid watchlists and the messages about them.
//!
//! Each `NAME.toml` in `tests/fixtures/watchlist` has its messages in
//! `NAME.txt`. To record the messages again after a change, run with
//! `NEWSVANE_BLESS=1`, and read them.

use newsvane::config::settings::Settings;
use newsvane::config::{cross_check, watchlist};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn fixtures() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/watchlist");
    let entries = std::fs::read_dir(directory).expect("the fixtures are there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    paths
}

/// The messages about `text`, one after the other.
fn messages(name: &str, text: &str) -> String {
    let Err(diagnostics) = watchlist::load_str(name, text) else {
        return "nothing is wrong\n".to_owned();
    };
    diagnostics
        .iter()
        .map(|diagnostic| format!("{diagnostic}\n\n"))
        .collect()
}

#[test]
fn every_invalid_watchlist_is_explained_as_recorded() {
    let is_blessing = std::env::var_os("NEWSVANE_BLESS").is_some();
    let mut wrong = Vec::new();
    let paths = fixtures();
    assert!(paths.len() >= 25);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let found = messages("watchlist.toml", &text);
        let recorded = path.with_extension("txt");
        if is_blessing {
            std::fs::write(&recorded, &found).expect("it can be written");
        }
        if std::fs::read_to_string(&recorded).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The code blocks of the README in this language.
fn readme(language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(path).expect("it can be read");
    let fence = format!("```{language}\n");
    let blocks = text.split(fence.as_str()).skip(1);
    let inside = blocks.filter_map(|block| block.split("```").next());
    inside.map(str::to_owned).collect()
}

#[test]
fn the_files_of_the_readme_are_valid_without_a_warning() {
    let files = readme("toml");
    let list = watchlist::load_str("watchlist.toml", &files[0]).expect("it is right");
    assert_eq!(watchlist::lint(&list), []);
    let settings: Settings = toml::from_str(&files[1]).expect("it is right");
    assert_eq!(cross_check::disagreements(&settings, &list, &["ops"]), []);
    assert_eq!(
        cross_check::receiver_warnings(&settings, &list, &["ops"]),
        []
    );
}

#[test]
fn the_error_in_the_readme_is_what_is_printed() {
    let broken = readme("toml")[0].replace("SENT", "NEAR/x");
    let wanted = readme("text").into_iter();
    let wanted = wanted.filter(|text| text.contains("NEAR needs"));
    let wanted: Vec<String> = wanted.map(|text| format!("{text}\n")).collect();
    assert_eq!([messages("watchlist.toml", &broken)], wanted.as_slice());
}

/// Checks the first message about `text`, which must come in time.
fn check(text: &str, wanted: &str) {
    let start = Instant::now();
    let found = messages("w.toml", text);
    // A debug build takes seconds; only work that is not linear takes minutes.
    assert!(
        start.elapsed() < Duration::from_secs(120),
        "{:?}",
        start.elapsed()
    );
    assert!(found.contains(wanted), "{}", &found[..found.len().min(500)]);
    assert!(found.starts_with("w.toml:"), "it has no place");
}

#[test]
fn what_would_cost_too_much_is_refused_with_its_place() {
    let query = |query: &str| format!("[[watch]]\nid = \"w\"\nquery = '{query}'\n");
    check(&"# much\n".repeat(3 << 20), "more than 16 MiB");
    check(
        &query(&format!("{}acme{}", "(".repeat(10_000), ")".repeat(10_000))),
        "nested deeper than 64",
    );
    check(
        &query(&format!("{}acme", "NOT ".repeat(10_000))),
        "nested deeper than 64",
    );
    check(
        &query(&"acme OR ".repeat(20_000)),
        "bytes; 65536 are the most",
    );
    check(&query("/(a{900}){900}/"), "too large");
    check(&query("*"), "would match every word");
    check(
        &format!(
            "[[watch]]\nid = \"w\"\nany = {}{}\n",
            "[".repeat(10_000),
            "]".repeat(10_000)
        ),
        "w.toml:3",
    );
    check(
        "[[watch]]\nid = \"w\"\nany = [\"a\u{0}b\"]\n[[watch]]\nid = \"w\"\n",
        "w.toml:",
    );
}

#[test]
fn a_file_that_is_not_utf_8_is_an_error_at_its_place() {
    let directory = tempfile::tempdir().expect("there is room");
    let path = directory.path().join("w.toml");
    std::fs::write(&path, b"[[watch]]\nid = \"caf\xe9\"\n").expect("it can be written");
    let diagnostics = watchlist::load(&[path], None).expect_err("it is wrong");
    assert_eq!((diagnostics[0].line, diagnostics[0].column), (2, 10));
}
