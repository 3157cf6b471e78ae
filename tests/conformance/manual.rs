//! The manual in `docs`: its examples run, and its reference lists what there is.
//! `NEWSVANE_BLESS=1` writes the generated pages again.

use clap::{CommandFactory as _, Parser as _};
use newsvane::command::Cli;
use newsvane::config::settings::Settings;
use newsvane::config::watchlist;
use newsvane::matcher::{Doc, FIELDS, Scratch};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src")
}

fn page(name: &str) -> String {
    std::fs::read_to_string(docs().join(name)).unwrap_or_default()
}

/// The code blocks of a page in this language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Option<bool> = None;
    for line in text.lines() {
        let line = line.strip_prefix("   ").unwrap_or(line);
        match (line.strip_prefix("```"), open) {
            (Some(_), Some(_)) => open = None,
            (Some(name), None) => {
                open = Some(name == language);
                if name == language {
                    found.push(String::new());
                }
            }
            (None, Some(true)) => {
                let block = found.last_mut().expect("a block is open");
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    found
}

/// All pages of the manual, named and in full.
fn pages() -> Vec<(String, String)> {
    let summary = page("SUMMARY.md");
    let names = summary.split("](").skip(1);
    let names = names.filter_map(|rest| rest.split(')').next());
    names.map(|name| (name.to_owned(), page(name))).collect()
}

/// Compares a generated page with the one in `docs`.
fn check_page(name: &str, wanted: &str) {
    if std::env::var_os("NEWSVANE_BLESS").is_some() {
        std::fs::write(docs().join(name), wanted).expect("it can be written");
    }
    assert!(
        page(name) == wanted,
        "docs/src/{name} is outdated: run this test with NEWSVANE_BLESS=1"
    );
}

/// The keys of `object`, one row each.
fn table(title: &str, object: &Value) -> String {
    let mut rows = String::new();
    for (key, value) in object["properties"].as_object().into_iter().flatten() {
        let said = value["description"].as_str().unwrap_or("");
        let said = said.replace('\n', " ").replace('|', "\\|");
        let default = match &value["default"] {
            Value::Null | Value::Object(_) => String::new(),
            default => format!("`{default}`"),
        };
        writeln!(rows, "| `{key}` | {default} | {said} |").expect("it is written");
    }
    if rows.is_empty() {
        return String::new();
    }
    format!("\n## {title}\n\n| key | default | meaning |\n|---|---|---|\n{rows}")
}

/// A page with the keys of every table of a schema.
fn keys(file: &str, schema: &Value, definitions: &str) -> String {
    let mut text = format!("# Keys of {file}\n\nMade from the schema: `newsvane schema`.\n");
    text.push_str(&table("The file", schema));
    for (name, definition) in schema[definitions].as_object().expect("it has tables") {
        text.push_str(&table(name, definition));
        for variant in definition["oneOf"].as_array().into_iter().flatten() {
            let kind = variant["properties"]["type"]["const"].as_str();
            text.push_str(&table(&format!("{name}: {}", kind.unwrap_or("")), variant));
        }
    }
    text
}

#[test]
fn the_keys_of_the_manual_are_those_of_the_schemas() {
    let list = keys("watchlist.toml", &watchlist::schema(), "definitions");
    check_page("reference/watchlist.md", &list);
    let settings = serde_json::to_value(schemars::schema_for!(Settings)).expect("it is JSON");
    check_page(
        "reference/settings.md",
        &keys("newsvane.toml", &settings, "$defs"),
    );
}

/// Adds a command, its options and the commands below it.
fn describe(command: &clap::Command, path: &str, text: &mut String) {
    let about = command.get_about().map(ToString::to_string);
    let about = about.unwrap_or_default();
    write!(text, "\n## {path}\n\n{about}\n").expect("it is written");
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let rows: Vec<String> = shown
        .map(|arg| {
            let name = match arg.get_long() {
                Some(long) => format!("--{long}"),
                None => arg.get_id().to_string().to_uppercase(),
            };
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            format!("- `{name}`: {}\n", help.replace('\n', " "))
        })
        .collect();
    if !rows.is_empty() {
        text.push('\n');
        text.push_str(&rows.concat());
    }
    for below in command.get_subcommands() {
        describe(below, &format!("{path} {}", below.get_name()), text);
    }
}

#[test]
fn the_commands_of_the_manual_are_those_of_the_program() {
    let mut text = "# Commands\n\nExit status: 0 when done, 1 when the answer is no or the input was wrong, 2 when the command line was wrong.\n".to_owned();
    describe(&Cli::command(), "newsvane", &mut text);
    check_page("reference/commands.md", &text);
}

#[test]
fn every_command_and_file_in_the_manual_is_valid() {
    let mut n_run = 0;
    for (name, text) in pages() {
        assert!(!text.is_empty(), "docs/src/{name} is missing");
        for line in blocks(&text, "sh").iter().flat_map(|block| block.lines()) {
            let words = line.split('"').enumerate().flat_map(|(at, part)| {
                let is_quoted = at % 2 == 1;
                let parts = part.split_whitespace().map(str::to_owned);
                if is_quoted {
                    vec![part.to_owned()]
                } else {
                    parts.collect()
                }
            });
            if let Err(err) = Cli::try_parse_from(words) {
                panic!("{name}: {line}\n{err}");
            }
            n_run += 1;
        }
        for file in blocks(&text, "toml") {
            if let Err(found) = watchlist::load_str("watchlist.toml", &file) {
                panic!("{name}: {}", found[0]);
            }
            n_run += 1;
        }
        for file in blocks(&text, "settings") {
            if let Err(err) = toml::from_str::<Settings>(&file) {
                panic!("{name}: {err}");
            }
            n_run += 1;
        }
    }
    assert!(n_run >= 8, "only {n_run} examples were found");
}

/// Whether `query` matches `article`, headline and text separated by `|`.
fn matches(query: &str, article: &str) -> bool {
    let file = format!(
        "[entity.kelmere]\nnames = [\"Kelmere Dam\"]\n[[watch]]\nid = \"w\"\nquery = '{query}'\n"
    );
    let list = watchlist::load_str("w.toml", &file);
    let list = list.unwrap_or_else(|found| panic!("{}", found[0]));
    let (title, body) = article.split_once(" | ").unwrap_or(("", article));
    let body = body.replace("\\n", "\n");
    let doc = Doc {
        title,
        body: &body,
        ..Doc::default()
    };
    list.matcher.meets(&mut Scratch::default(), 0, &doc)
}

#[test]
fn every_example_of_the_watch_language_does_what_it_says() {
    let text = page("reference/watch-language.md");
    let mut queries = String::new();
    for block in blocks(&text, "watch") {
        let line = |name: &str| {
            let mut lines = block.lines();
            let found = lines.find_map(|line| line.strip_prefix(name));
            found.unwrap_or_else(|| panic!("no {name} in {block}"))
        };
        let query = line("query: ");
        assert!(matches(query, line("match: ")), "should match:\n{block}");
        assert!(!matches(query, line("other: ")), "should not:\n{block}");
        queries.push_str(query);
        queries.push('\n');
    }
    for operator in [
        "AND", "OR", "NOT", " NEAR/", "ONEAR/", "SENT", "PARA", " OF (", "COUNT(", "\"~", "*", "?",
        "=", "~", "@", "/", "title:",
    ] {
        assert!(queries.contains(operator), "no example of {operator}");
    }
    for (field, _) in FIELDS {
        assert!(text.contains(&format!("| `{field}` |")), "no {field}");
    }
}

#[test]
fn the_manual_names_every_event_and_field_of_the_payload() {
    let page = include_str!("../../docs/src/reference/events.md");
    let mut n_found = 0;
    for line in include_str!("../../src/notify/payload.rs").lines() {
        let name = line
            .strip_prefix("    #[serde(rename = \"")
            .and_then(|rest| rest.split('"').next())
            .or_else(|| Some(line.strip_prefix("    pub ")?.split_once(':')?.0));
        // The event's own fields stand beside the others: it is flattened.
        let Some(name) = name.filter(|name| !name.contains(' ') && *name != "event") else {
            continue;
        };
        assert!(page.contains(&format!("`{name}`")), "{name} has no line");
        n_found += 1;
    }
    assert!(n_found > 60, "only {n_found} names were found");
}
