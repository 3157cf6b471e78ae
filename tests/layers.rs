//! The rules of the house, checked on the source: imports point down, the pure
//! core stays pure, and each foreign crate stays behind its module.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of `lib.rs` in their order; each may import those above it.
const LAYERS: &[&str] = &[
    "model", "text", "feed", "extract", "matcher", "story", "policy", "http", "store", "notify",
    "config", "web", "daemon", "command",
];

/// Modules without I/O, clock, async or globals.
const PURE: &[&str] = &[
    "model", "text", "feed", "extract", "matcher", "story", "policy",
];

/// What the pure core must not say.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "tokio",
    "async fn",
    ".await",
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "static mut",
    "thread_local!",
    "println!",
    "eprintln!",
    "tracing::",
    "fastrand",
];

/// Crates, and the modules that may name them.
const BEHIND: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("quick_xml", &["feed"]),
    ("scraper", &["extract"]),
    ("html5ever", &["extract"]),
    ("reqwest", &["http"]),
    ("standardwebhooks", &["notify", "command"]),
    ("clap", &["command"]),
    ("axum", &["web", "command"]),
    ("askama", &["web"]),
    ("prometheus_client", &["web"]),
    ("hyper", &["web"]),
    ("hyper_util", &["web"]),
    ("sd_notify", &["daemon"]),
];

/// A source file: its layer and its lines of code, without comments and tests.
struct Source {
    path: PathBuf,
    layer: String,
    lines: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test(&path) {
                sources.push(read(&root, path));
            }
        }
    }
    sources
}

/// Test modules in files of their own: `tests.rs`, `…_tests.rs`, or below `tests/`.
fn is_test(path: &Path) -> bool {
    let stem = path.file_stem().unwrap().to_string_lossy();
    stem == "tests"
        || stem.ends_with("_tests")
        || path.components().any(|part| part.as_os_str() == "tests")
}

fn read(root: &Path, path: PathBuf) -> Source {
    let inside = path.strip_prefix(root).unwrap();
    let layer = inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned();
    let text = fs::read_to_string(&path).unwrap();
    // Unit tests stand last in their file.
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
    let lines = code
        .lines()
        .enumerate()
        .map(|(n, line)| (n + 1, line.split("//").next().unwrap().to_owned()));
    Source {
        layer,
        lines: lines.collect(),
        path,
    }
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|known| *known == layer)
}

fn check(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let declared: Vec<_> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(declared, LAYERS);
}

#[test]
fn imports_point_down() {
    let mut faults = Vec::new();
    for source in sources() {
        let Some(own) = rank(&source.layer) else {
            continue;
        };
        for (n, line) in &source.lines {
            for path in line.split("crate::").skip(1) {
                let target: String = path
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if rank(&target).is_some_and(|target| target > own) {
                    faults.push(format!(
                        "{}:{n}: {} imports {target}, which stands above it",
                        source.path.display(),
                        source.layer
                    ));
                }
            }
        }
    }
    check(&faults);
}

#[test]
fn the_core_is_pure() {
    let mut faults = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| PURE.contains(&source.layer.as_str()))
    {
        for (n, line) in &source.lines {
            for word in IMPURE.iter().filter(|word| line.contains(*word)) {
                faults.push(format!(
                    "{}:{n}: the core says `{word}`",
                    source.path.display()
                ));
            }
        }
    }
    check(&faults);
}

#[test]
fn each_foreign_crate_stays_behind_its_module() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.layer != "main") {
        for (n, line) in &source.lines {
            for (name, modules) in BEHIND {
                let names_it =
                    line.contains(&format!("{name}::")) || line.contains(&format!("use {name}"));
                if names_it && !modules.contains(&source.layer.as_str()) {
                    faults.push(format!(
                        "{}:{n}: `{name}` belongs into {modules:?}",
                        source.path.display()
                    ));
                }
            }
        }
    }
    check(&faults);
}

#[test]
fn there_is_no_drawer_for_odds_and_ends() {
    let names = ["util", "utils", "common", "helpers", "misc"];
    let faults: Vec<_> = sources()
        .iter()
        .filter(|source| {
            names.contains(&source.path.file_stem().unwrap().to_string_lossy().as_ref())
        })
        .map(|source| format!("{}: say what it holds", source.path.display()))
        .collect();
    check(&faults);
}

#[test]
fn the_map_names_every_module() {
    let map =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let missing: Vec<_> = LAYERS
        .iter()
        .filter(|layer| !map.contains(&format!("`{layer}`")))
        .map(|layer| (*layer).to_owned())
        .collect();
    check(&missing);
}
