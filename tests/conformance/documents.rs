//! Checks files that are not code: schemas match the settings, and links lead to existing
//! files and headings.

use newsvane::config::settings::Settings;
use newsvane::config::watchlist;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a shipped schema with what `newsvane schema` prints. Run with
/// `NEWSVANE_BLESS=1` to write it again after a change.
fn check_schema(name: &str, schema: &serde_json::Value) {
    let path = root().join("config").join(name);
    let printed = serde_json::to_string_pretty(schema).expect("it is JSON") + "\n";
    if std::env::var_os("NEWSVANE_BLESS").is_some() {
        std::fs::write(&path, &printed).expect("it can be written");
    }
    let shipped = std::fs::read_to_string(&path).expect("it can be read");
    assert!(
        shipped == printed,
        "{name} is outdated: run this test with NEWSVANE_BLESS=1"
    );
}

#[test]
fn the_shipped_schemas_are_those_that_newsvane_prints() {
    check_schema("watchlist.schema.json", &watchlist::schema());
    let settings = schemars::schema_for!(Settings);
    let settings = serde_json::to_value(settings).expect("it is JSON");
    check_schema("newsvane.schema.json", &settings);
}

/// The keys of each table of the shipped `newsvane.toml`, also those that are
/// commented out.
fn shown_keys(text: &str) -> Vec<(String, String)> {
    let mut table = String::new();
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.strip_prefix('#').unwrap_or(line);
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.split(']').next())
        {
            name.clone_into(&mut table);
        } else if let Some((key, _)) = line.split_once(" = ") {
            found.push((table.clone(), key.to_owned()));
        }
    }
    found
}

#[test]
fn the_shipped_settings_show_every_key() {
    let schema = serde_json::to_value(schemars::schema_for!(Settings)).expect("it is JSON");
    let text = std::fs::read_to_string(root().join("config/newsvane.toml"));
    let text = text.expect("it can be read");
    let shown = shown_keys(&text);
    let tables = schema["properties"].as_object().expect("it has tables");
    for (table, reference) in tables.iter().filter(|(name, _)| *name != "receiver") {
        let reference = reference["$ref"].as_str().expect("a table has a schema");
        let keys = schema.pointer(&reference[1..]).expect("it is defined");
        for key in keys["properties"].as_object().expect("it has keys").keys() {
            let pair = (table.clone(), key.clone());
            assert!(
                shown.contains(&pair),
                "config/newsvane.toml does not show {key} in [{table}]"
            );
        }
    }
    // What is commented out must be right as well.
    let uncommented: String = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest)
                if rest.starts_with('[') || rest.contains(" = ") && !rest.starts_with(' ') =>
            {
                rest
            }
            _ => line,
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    toml::from_str::<Settings>(&uncommented).expect("every key can be uncommented");
}

/// The Markdown files of the repository, without those of other programs.
fn markdown_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("it can be listed") {
            let path = entry.expect("it can be listed").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && !name.starts_with('.') && name != "target" {
                folders.push(path);
            } else if name.ends_with(".md") {
                found.push(path);
            }
        }
    }
    found
}

/// The targets of the inline links of `text`, `[shown](target)`, outside code.
fn links(text: &str) -> Vec<String> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        let parts = line.split('`').step_by(2).filter(|_| !is_code);
        for part in parts.flat_map(|part| part.split("](").skip(1)) {
            let target = part.split([')', ' ']).next().unwrap_or_default();
            found.push(target.to_owned());
        }
    }
    found
}

/// The anchors of `text`: its headings as GitHub names them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_relative_link_in_a_markdown_file_leads_somewhere() {
    let mut broken = Vec::new();
    let mut n_links = 0;
    for path in markdown_files() {
        let text = std::fs::read_to_string(&path).expect("it can be read");
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            n_links += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => path.clone(),
                file => path.parent().unwrap_or(root()).join(file),
            };
            let has_anchor = || {
                let text = std::fs::read_to_string(&target).unwrap_or_default();
                anchor.is_empty() || anchors(&text).iter().any(|known| known == anchor)
            };
            if !target.exists() || !has_anchor() {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(n_links > 0, "no link was found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
