//! The authors' names, from data first and from the byline where there is none.

use super::jsonld::{self, Data};
use super::tags::{self, Gathered};
use crate::extract::lines::{byline, candidate, headline};

/// Most authors of one article.
const MAX: usize = 12;

pub(crate) fn choose(gathered: &Gathered<'_>, data: &Data, site: Option<&str>) -> Vec<String> {
    let from_data = tidy(data.authors.iter().map(String::as_str), site);
    if !from_data.is_empty() && !data.is_by_organisation {
        return from_data;
    }
    let people = people(gathered, site);
    if people.is_empty() { from_data } else { people }
}

/// The names that the page gives outside its data.
fn people(gathered: &Gathered<'_>, site: Option<&str>) -> Vec<String> {
    for name in tags::AUTHOR {
        let names = tidy(gathered.all(name), site);
        if !names.is_empty() {
            return names;
        }
    }
    let names = tidy(gathered.itemprop("author").into_iter(), site);
    if !names.is_empty() {
        return names;
    }
    let names = tidy(gathered.author_links.iter().map(String::as_str), site);
    if !names.is_empty() {
        return names;
    }
    of_bylines(&gathered.bylines)
}

/// The names in the first line that reads as a byline.
fn of_bylines(bylines: &[String]) -> Vec<String> {
    bylines
        .iter()
        .map(|line| {
            byline::authors(line).map_or_else(
                || byline::name(line).into_iter().collect(),
                |names| names.split(", ").map(str::to_owned).collect::<Vec<_>>(),
            )
        })
        .find(|names| !names.is_empty())
        .unwrap_or_default()
}

/// Names as a reader would write them; no addresses, no site, none twice.
fn tidy<'a>(names: impl Iterator<Item = &'a str>, site: Option<&str>) -> Vec<String> {
    let mut tidied: Vec<String> = Vec::new();
    for name in names {
        let name = candidate::fold_space(&jsonld::unescape(name));
        for part in parts(&name) {
            let key = headline::key(&part);
            let is_site = key.is_empty() || site.is_some_and(|site| headline::key(site) == key);
            if is_name(&part, &key)
                && !is_site
                && tidied.len() < MAX
                && !tidied.iter().any(|known| headline::key(known) == key)
            {
                tidied.push(part);
            }
        }
    }
    tidied
}

/// Whether `part` can be a name: letters, short, no address, no role alone.
fn is_name(part: &str, key: &str) -> bool {
    const NOBODY: &[&str] = &[
        "admin",
        "editor",
        "staff",
        "author",
        "guest",
        "root",
        "webmaster",
        "null",
        "undefined",
        "unknown",
        "anonymous",
        "user",
        "sponsored",
        "none",
        "redaktion",
        "redaccion",
        "staffwriter",
        "newsdesk",
        "facebook",
        "twitter",
    ];
    let is_domain = !part.contains(' ') && part.contains('.') && part.len() > 4;
    let has_role = byline::has_role(part);
    part.chars().any(char::is_alphabetic)
        && part.chars().count() <= 60
        && part.split(' ').count() <= 6
        && !part.contains(['@', '/', '<', '{', '(', ':'])
        && !part.chars().any(|c| c.is_ascii_digit())
        && !is_domain
        && !has_role
        && !NOBODY.contains(&key)
}

/// `By Ann Bell and C. Dow, Example Wire` as its names.
fn parts(text: &str) -> Vec<String> {
    let mut text = text;
    for opener in [
        "By ",
        "by ",
        "BY ",
        "Von ",
        "Par ",
        "Por ",
        "Di ",
        "Written by ",
        "Posted by ",
    ] {
        text = text.strip_prefix(opener).unwrap_or(text);
    }
    text.split([',', ';', '|', '&'])
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(" und "))
        .flat_map(|part| part.split(" with "))
        .flat_map(|part| part.split(" \u{2022} "))
        .map(|part| part.trim().trim_end_matches('.').trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}
