//! `newsvane entities import`: turns lists of names into entities of a watchlist.

use crate::command::input::source;
use anyhow::Context as _;
use serde_json::Value;
use std::collections::HashSet;
use std::process::ExitCode;

/// Arguments of `newsvane entities`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write entities as TOML from tab-separated lines (id, name, alias...) or
    /// from JSON with labels and aliases as Wikidata gives them
    Import {
        /// The file; - for standard input
        #[arg(value_name = "FILE")]
        file: String,
        /// The language of labels and aliases in JSON
        #[arg(long, default_value = "en", value_name = "TAG")]
        language: String,
    },
}

/// An entity as a list of names gives it.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    id: String,
    names: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// If the input cannot be read or has an unknown format.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Command::Import { file, language } = &args.command;
    let bytes = source::read(file)?.bytes;
    let text = String::from_utf8(bytes).with_context(|| format!("{file} is not UTF-8"))?;
    let named = if text.trim_start().starts_with(['{', '[']) {
        from_json(&text, language)?
    } else {
        from_tsv(&text)
    };
    anyhow::ensure!(
        !named.is_empty(),
        "{file} has no entities; write one line per entity: id, name, alias, ..., separated by tabs"
    );
    let mut taken = HashSet::new();
    for entity in &named {
        print!("{}", toml(entity, &mut taken));
    }
    Ok(ExitCode::SUCCESS)
}

fn from_tsv(text: &str) -> Vec<Named> {
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let entities = lines.filter_map(|line| {
        let mut cells = line.split('\t').map(str::trim);
        let id = cells.next()?.to_owned();
        let names: Vec<String> = cells
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
            .collect();
        (!names.is_empty()).then_some(Named { id, names })
    });
    entities.collect()
}

/// `{"entities": {ID: {...}}}`, a list of entities, or one entity a line.
fn from_json(text: &str, language: &str) -> anyhow::Result<Vec<Named>> {
    let values: Vec<Value> = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(list)) => list,
        Ok(Value::Object(mut whole)) => match whole.remove("entities") {
            Some(Value::Object(entities)) => {
                entities.into_iter().map(|(_, entity)| entity).collect()
            }
            Some(Value::Array(entities)) => entities,
            _ => vec![Value::Object(whole)],
        },
        Ok(_) => anyhow::bail!("the JSON has no key `entities`"),
        // One entity per line, as in a dump.
        Err(whole) => {
            let lines = text
                .lines()
                .map(|line| line.trim().trim_end_matches(','))
                .filter(|line| line.len() > 1);
            lines
                .map(serde_json::from_str)
                .collect::<Result<_, _>>()
                .map_err(|_| whole)
                .context("cannot read the JSON")?
        }
    };
    Ok(values
        .iter()
        .filter_map(|entity| named(entity, language))
        .collect())
}

fn named(entity: &Value, language: &str) -> Option<Named> {
    let label = entity.pointer(&format!("/labels/{language}"))?;
    let text = |value: &Value| {
        value
            .get("value")
            .unwrap_or(value)
            .as_str()
            .map(str::to_owned)
    };
    let mut names = vec![text(label)?];
    let aliases = entity
        .pointer(&format!("/aliases/{language}"))
        .and_then(Value::as_array);
    names.extend(aliases.into_iter().flatten().filter_map(text));
    Some(Named {
        id: names[0].clone(),
        names,
    })
}

/// The entity as TOML. A name that is one word of the full name becomes a short
/// name, which counts only in an article with a full name. Names in capitals are
/// compared exactly.
fn toml(entity: &Named, taken: &mut HashSet<String>) -> String {
    let mut key = slug(&entity.id);
    let mut n = 1;
    while !taken.insert(key.clone()) {
        n += 1;
        key = format!("{}-{n}", slug(&entity.id));
    }
    let full = entity.names[0].to_lowercase();
    let mut seen = HashSet::new();
    let (mut names, mut short) = (Vec::new(), Vec::new());
    for name in entity
        .names
        .iter()
        .filter(|name| seen.insert(name.to_lowercase()))
    {
        let is_part = full.split_whitespace().count() > 1
            && full
                .split_whitespace()
                .any(|word| word == name.to_lowercase());
        let is_caps = name.chars().count() > 1
            && name.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
        // Names have no wildcards or prefixes of the watch language.
        let plain = name
            .trim_start_matches(['@', '=', '~', '/'])
            .replace(['*', '?', '"'], " ");
        match (is_part, is_caps) {
            (true, _) => short.push(plain),
            (false, true) => names.push(format!("={plain}")),
            (false, false) => names.push(plain),
        }
    }
    let list = |terms: &[String]| Value::from(terms.to_vec()).to_string();
    let mut written = format!("[entity.{key}]\nnames = {}\n", list(&names));
    if !short.is_empty() {
        written.push_str(&format!("short = {}\n", list(&short)));
    }
    written.push('\n');
    written
}

/// A key that needs no quotes in TOML and after an `@`.
fn slug(id: &str) -> String {
    let text = crate::text::analyze(id);
    let words: Vec<String> = text
        .words()
        .iter()
        .map(|word| {
            text.folded(word)
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        "entity".to_owned()
    } else {
        words.join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(named: &[Named], wanted: &str) {
        let mut taken = HashSet::new();
        let written: String = named
            .iter()
            .map(|entity| toml(entity, &mut taken))
            .collect();
        assert_eq!(written, wanted);
        let watch = "[[watch]]\nid = \"w\"\nany = [\"x\"]\n";
        assert!(crate::config::watchlist::load_str("w.toml", &format!("{written}{watch}")).is_ok());
    }

    #[test]
    fn lines_with_tabs_become_entities() {
        let named = from_tsv("# id\tname\nroe\tJane Roe\tRoe\tJ. Roe\n\nroe\tRichard Roe\n");
        check(
            &named,
            "[entity.roe]\nnames = [\"Jane Roe\",\"J. Roe\"]\nshort = [\"Roe\"]\n\n[entity.roe-2]\nnames = [\"Richard Roe\"]\n\n",
        );
    }

    #[test]
    fn labels_and_aliases_become_entities() {
        let json = r#"{"entities":{"Q1":{"labels":{"en":{"value":"Example Treaty Office"}},"aliases":{"en":[{"value":"ETOX"}]}},"Q2":{"labels":{"de":{"value":"x"}}}}}"#;
        let named = from_json(json, "en").expect("it is JSON");
        check(
            &named,
            "[entity.example-treaty-office]\nnames = [\"Example Treaty Office\",\"=ETOX\"]\n\n",
        );
    }
}
