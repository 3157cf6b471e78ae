//! Checks the rules of ARCHITECTURE.md on the source: a module imports only modules above
//! it, the pure core does no I/O, and each foreign crate is used in one module only.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of `lib.rs` in their order; each may import those above it.
const LAYERS: &[&str] = &[
    "model", "text", "feed", "extract", "matcher", "story", "policy", "http", "store", "notify",
    "config", "web", "control", "daemon", "command",
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
    // Unit tests are last in their file.
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
                        "{}:{n}: {} imports {target}, a higher layer",
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

/// The module that a file holds: `feed/xml/mod.rs` is `feed::xml`.
fn module_of(path: &Path) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let inside = path.strip_prefix(root).unwrap().with_extension("");
    let mut parts: Vec<_> = inside
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The paths of a `use` tree: `a::{b, c::D}` names `a::b` and `a::c::D`.
fn expand(tree: &str) -> Vec<String> {
    let Some((before, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap();
        return vec![path.trim().to_owned()];
    };
    let mut depth = 0;
    let inside = rest.trim_end().strip_suffix('}').unwrap();
    let branches = inside.split(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    branches
        .filter(|branch| !branch.trim().is_empty())
        .flat_map(expand)
        .map(|path| format!("{}{path}", before.trim()))
        .collect()
}

/// The paths that a file imports, from the root of the crate, each with whether it is
/// re-exported.
fn imports(source: &Source) -> Vec<(Vec<String>, bool)> {
    let code: Vec<_> = source.lines.iter().map(|(_, line)| line.trim()).collect();
    let own = module_of(&source.path);
    let mut found = Vec::new();
    for statement in code.join(" ").split(';') {
        // What is before the last brace that closes or opens a block is no import.
        let Some(start) = statement.rfind("use ").filter(|start| {
            let before = statement[..*start].trim_end();
            before.is_empty() || before.ends_with([')', '}', '{', ']']) || before.ends_with("pub")
        }) else {
            continue;
        };
        let is_public = statement[..start].contains("pub");
        for path in expand(&statement[start + 4..]) {
            let mut parts: Vec<_> = path
                .split("::")
                .map(|part| part.trim().to_owned())
                .collect();
            let mut full = own.clone();
            match parts[0].as_str() {
                "crate" => full.clear(),
                "super" => {}
                "self" => {}
                _ => parts.insert(0, "self".to_owned()),
            }
            for part in parts {
                match part.as_str() {
                    "crate" | "self" => {}
                    "super" => drop(full.pop()),
                    _ => full.push(part),
                }
            }
            found.push((full, is_public));
        }
    }
    found
}

/// The files of the crate by their modules, and which of them import which.
struct Imports {
    paths: HashMap<Vec<String>, Vec<(Vec<String>, bool)>>,
}

impl Imports {
    /// The file that defines what `path` names, found through re-exports.
    fn file_of(&self, path: &[String], depth: usize) -> Option<Vec<String>> {
        let n = (1..=path.len())
            .rev()
            .find(|n| self.paths.contains_key(&path[..*n]))?;
        let module = path[..n].to_vec();
        let Some(name) = path.get(n).filter(|_| depth < 8) else {
            return Some(module);
        };
        let exported = self.paths[&module]
            .iter()
            .find(|(full, is_public)| *is_public && full.last() == Some(name));
        match exported {
            Some((full, _)) if full[..] != path[..=n] => self.file_of(full, depth + 1),
            _ => Some(module),
        }
    }

    /// The files that `module` imports. A parent module and the files in its folder
    /// belong together, so imports between them do not count.
    fn from(&self, module: &[String]) -> Vec<Vec<String>> {
        self.paths[module]
            .iter()
            .filter(|(_, is_public)| !is_public)
            .filter_map(|(path, _)| self.file_of(path, 0))
            .filter(|target| !target.starts_with(module) && !module.starts_with(target))
            .collect()
    }

    /// A chain of imports from `at` back to `chain[0]`.
    fn circle(
        &self,
        at: &[String],
        chain: &mut Vec<Vec<String>>,
        seen: &mut HashSet<Vec<String>>,
    ) -> bool {
        for target in self.from(at) {
            if target == chain[0] {
                return true;
            }
            if seen.insert(target.clone()) {
                chain.push(target.clone());
                if self.circle(&target, chain, seen) {
                    return true;
                }
                chain.pop();
            }
        }
        false
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let paths = sources()
        .iter()
        .map(|source| (module_of(&source.path), imports(source)))
        .collect();
    let imports = Imports { paths };
    let mut faults: Vec<_> = imports
        .paths
        .keys()
        .filter_map(|module| {
            let mut chain = vec![module.clone()];
            imports
                .circle(module, &mut chain, &mut HashSet::new())
                .then(|| {
                    let names: Vec<_> = chain.iter().map(|file| file.join("::")).collect();
                    format!("{} and back", names.join(" imports "))
                })
        })
        .collect();
    faults.sort();
    check(&faults);
}
