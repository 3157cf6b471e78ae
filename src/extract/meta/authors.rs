//! The authors' names, from data first and from the byline where there is none.

use super::jsonld::{self, Data};
use super::tags::{self, Gathered};
use crate::extract::lines::{byline, candidate, headline};

/// Most authors of one article.
const MAX: usize = 12;

pub(crate) fn choose(gathered: &Gathered<'_>, data: &Data, site: Option<&str>) -> Vec<String> {
    let from_data = tidy(data.authors.iter().map(String::as_str), site);
    if !from_data.is_empty() && !data.is_by_organisation {
        return with_others(from_data, gathered);
    }
    let people = people(gathered, site);
    if people.is_empty() {
        from_data
    } else {
        with_others(people, gathered)
    }
}

/// The outlet as the author: where the page declares it, and one name only.
pub(crate) fn outlet(gathered: &Gathered<'_>, data: &Data) -> Option<String> {
    let of_data = data
        .organisations
        .iter()
        .chain(&data.authors)
        .map(String::as_str);
    of_data
        .chain(gathered.all("author"))
        .map(|name| candidate::fold_space(&jsonld::unescape(name)))
        .find(|name| {
            let key = headline::key(name);
            let is_of_nobody = name
                .split(' ')
                .all(|word| NOBODY.contains(&headline::key(word).as_str()));
            let is_address = name.contains([',', '@', '/', ':']);
            (3..=40).contains(&name.chars().count())
                && !is_address
                && !is_of_nobody
                && !NOBODY.contains(&key.as_str())
                && !PARTS_OF_NOBODY.iter().any(|word| key.contains(word))
        })
}

/// The names, or those of the byline if it has them all and more: data often
/// names the first of several.
fn with_others(names: Vec<String>, gathered: &Gathered<'_>) -> Vec<String> {
    let keys: Vec<String> = names.iter().map(|name| headline::key(name)).collect();
    let has_all = |others: &Vec<String>| {
        let others: Vec<String> = others.iter().map(|name| headline::key(name)).collect();
        others.len() > keys.len() && keys.iter().all(|key| others.contains(key))
    };
    let of_lines = gathered.bylines.iter().map(|line| of_byline(line));
    let mut of_lines = of_lines;
    of_lines
        .find(has_all)
        .filter(|others| others.iter().all(|name| name.contains(' ')))
        .unwrap_or(names)
}

/// The names that the page gives outside its data.
fn people(gathered: &Gathered<'_>, site: Option<&str>) -> Vec<String> {
    for name in tags::AUTHOR {
        let names = tidy(gathered.all(name), site);
        if !names.is_empty() {
            return names;
        }
    }
    let shown = [
        gathered
            .itemprop("author")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        gathered.author_links.clone(),
        gathered.author_names.clone(),
    ];
    for names in shown {
        let names = tidy(names.iter().map(String::as_str), site);
        if !names.is_empty() {
            return names;
        }
    }
    let of_lines = gathered.bylines.iter().map(|line| of_byline(line));
    let of_lines = of_lines.map(|names| tidy(names.iter().map(String::as_str), site));
    let mut of_lines = of_lines;
    let found = of_lines.find(|names| !names.is_empty());
    // A blog that bears its author's name.
    found.unwrap_or_else(|| tidy(gathered.author_links.iter().map(String::as_str), None))
}

/// The names in a line that reads as a byline.
fn of_byline(line: &str) -> Vec<String> {
    byline::authors(line).map_or_else(
        || byline::name(without_opener(line)).into_iter().collect(),
        |names| names.split(", ").map(str::to_owned).collect(),
    )
}

/// Names as a reader would write them; no addresses, no site, none twice.
fn tidy<'a>(names: impl Iterator<Item = &'a str>, site: Option<&str>) -> Vec<String> {
    let mut tidied: Vec<String> = Vec::new();
    for name in names {
        let name = candidate::fold_space(&jsonld::unescape(name));
        let parts = parts(&name);
        let is_site = |part: &str| {
            let key = headline::key(part);
            is_domain(part) || site.is_some_and(|site| headline::key(site) == key)
        };
        // `The Courier, Portvale, Freeland`: an address, not a list of names.
        let is_address = parts.len() > 1 && parts.iter().any(|part| is_site(part));
        for part in parts {
            let key = headline::key(&part);
            let is_known = tidied.iter().any(|known| headline::key(known) == key);
            if let Some(longer) = tidied.iter_mut().find(|known| is_glued(known, &part)) {
                *longer = part;
                continue;
            }
            if is_name(&part, &key)
                && !tidied.iter().any(|known| is_glued(&part, known))
                && !is_site(&part)
                && (!is_address || part.contains(' '))
                && tidied.len() < MAX
                && !is_known
            {
                tidied.push(part);
            }
        }
    }
    without_initials(tidied)
}

/// The names without those that are the initials of a known author, or a known
/// name with more behind it: `Ann Moss Portvale Staff`.
fn without_initials(names: Vec<String>) -> Vec<String> {
    let is_full = |name: &String| name.contains(' ');
    if !names.iter().any(is_full) {
        return names;
    }
    let is_known = |at: usize, name: &str| {
        names[..at].iter().any(|known| {
            is_full(known)
                && name
                    .strip_prefix(known.as_str())
                    .is_some_and(|rest| rest.starts_with(' '))
        })
    };
    let is_initials = |name: &str| {
        (1..=3).contains(&name.chars().count()) && name.chars().all(|c| c.is_ascii_uppercase())
    };
    (0..names.len())
        .filter(|at| !is_initials(&names[*at]) && !is_known(*at, &names[*at]))
        .map(|at| names[at].clone())
        .collect()
}

/// Whether `long` is `name` with a word glued to it: `Ann MossStaff Writer`.
fn is_glued(long: &str, name: &str) -> bool {
    let rest = long.strip_prefix(name).unwrap_or_default();
    name.contains(' ') && rest.starts_with(char::is_uppercase)
}

fn is_domain(part: &str) -> bool {
    !part.contains(' ') && part.contains('.') && part.len() > 4 && !part.ends_with('.')
}

/// Whether `part` can be a name: letters, short, no address, no role alone.
fn is_name(part: &str, key: &str) -> bool {
    let has_role = byline::has_role(part);
    let is_of_nobody = NOBODY.contains(&key)
        || PARTS_OF_NOBODY.iter().any(|word| key.contains(word))
        || part
            .split(' ')
            .all(|word| NOBODY.contains(&headline::key(word).as_str()));
    !key.is_empty()
        && part.chars().any(char::is_alphabetic)
        && part.chars().count() <= 60
        && part.split(' ').count() <= 6
        && !part.contains(['@', '/', '<', '{', '(', ')', '[', ':'])
        && !part.chars().any(|c| c.is_ascii_digit())
        && !is_domain(part)
        && !has_role
        && !is_of_nobody
}

/// What stands where a name should and is none, as letters only. To add one: a row.
#[rustfmt::skip]
const NOBODY: &[&str] = &[
    "admin", "administrator", "administrador", "editor", "editors", "editorial", "staff", "author", "authors", "guest", "root", "webmaster", "null", "undefined", "unknown", "anonymous", "anonym", "user", "sponsored", "none", "default", "noauthor", "byauthor", "test", "system",
    "redaktion", "redaccion", "redacci\u{f3}n", "redazione", "redacao", "reda\u{e7}\u{e3}o", "redactie", "redakcja", "redakce", "redaksi", "redaksjonen", "redaktionen", "larédaction", "rédaction", "die redaktion", "dieredaktion", "pressestelle", "nachrichten", "news", "staffwriter", "staffreporter", "newsdesk", "newsroom", "webdesk", "onlinedesk", "editorialteam", "editorialstaff", "contentteam", "guestauthor", "guestpost", "gastautor", "gastbeitrag", "pressrelease", "pressemitteilung",
    "facebook", "twitter", "instagram", "linkedin", "whatsapp", "telegram", "email", "mail", "share", "teilen", "follow", "folgen", "more", "mehr", "bio", "profile", "website", "x", "rss", "print", "drucken", "comments", "kommentare", "login", "subscribe", "abonnieren", "home", "startseite", "search", "suche", "menu", "photo", "photos", "foto", "fotos", "video", "image", "bild", "getty", "gettyimages",
    "germany", "deutschland", "austria", "\u{f6}sterreich", "switzerland", "schweiz", "france", "frankreich", "italy", "italia", "spain", "espa\u{f1}a", "usa", "unitedstates", "uk", "unitedkingdom", "england", "india", "japan", "china", "brazil", "brasil", "mexico", "m\u{e9}xico", "canada", "australia",
];
/// The same of what a made-up name holds anywhere.
const PARTS_OF_NOBODY: &[&str] = &["wordpress", "admin", "webmaster", "noreply"];

/// Words before a name, in lower case: who wrote, posted or photographed, and
/// what a link to all of an author's articles says. To add a language: its words.
#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "by", "von", "vom", "par", "por", "di", "da", "door", "av", "af", "od", "przez", "oleh", "yazan", "text", "texte", "texto", "testo", "tekst", "text von", "text:", "texto:", "foto", "fotos", "fotos:", "foto:", "author", "author:", "autor", "autor:", "autorin", "autorin:", "autore:", "auteur", "auteur :", "autora:", "verfasser:",
    "post author by", "post author", "written by", "posted by", "published by", "reported by", "reporting by", "story by", "words by", "submitted by", "created by", "edited by", "article by", "view all posts by", "all posts by", "more by", "more from", "posts by",
    "eingestellt von", "ver\u{f6}ffentlicht von", "geschrieben von", "verfasst von", "erstellt von", "gepostet von", "publiziert von", "pressemitteilung von", "pressemitteilung der", "ein beitrag von", "ein gastbeitrag von", "gastbeitrag von", "ein kommentar von", "kommentar von", "ein artikel von", "eine analyse von", "interview von", "zeige alle beitr\u{e4}ge von", "alle beitr\u{e4}ge von", "alle artikel von", "mehr von", "beitrag von",
    "\u{e9}crit par", "publi\u{e9} par", "r\u{e9}dig\u{e9} par", "propos recueillis par", "voir tous les articles par", "voir tous les articles de", "tous les articles de",
    "escrito por", "publicado por", "redactado por", "ver todas las entradas de", "scritto da", "pubblicato da", "a cura di", "di redazione", "geschreven door", "geplaatst door", "skriven av", "skrevet av", "skrevet af", "publisert av", "napisa\u{142}", "autor tekstu",
    "\u{430}\u{432}\u{442}\u{43e}\u{440}:", "\u{430}\u{432}\u{442}\u{43e}\u{440}", "\u{6587}\u{25cf}", "\u{6587}:", "\u{6587}\u{ff1a}", "\u{8457}\u{8005}\u{ff1a}", "\u{8457}\u{8005}:", "\u{8bb0}\u{8005}", "\u{8a18}\u{8005}", "\u{4f5c}\u{8005}\u{ff1a}", "\u{4f5c}\u{8005}:",
];
/// Words behind a name.
const CLOSERS: &[&str] = &[
    " \u{2192}",
    " \u{bb}",
    " \u{ae30}\u{c790}",
    "\u{ae30}\u{c790}",
    " \u{d2b9}\u{d30c}\u{c6d0}",
    "\u{8a18}\u{8005}",
    "\u{8bb0}\u{8005}",
    " \u{8457}",
    ", editor",
];

/// A name without the words before and behind it.
fn without_opener(text: &str) -> &str {
    let mut text = text.trim();
    for _ in 0..3 {
        let lower = text.to_lowercase();
        // A fold that moves bytes: no opener is worth the map.
        if lower.len() != text.len() {
            break;
        }
        let rest = OPENERS
            .iter()
            .filter_map(|opener| {
                text.get(opener.len()..)
                    .filter(|_| lower.starts_with(opener))
            })
            .filter(|rest| {
                rest.starts_with([' ', ':']) || rest.starts_with(|c: char| c >= '\u{3000}')
            })
            .min_by_key(|rest| rest.len());
        let Some(rest) = rest.filter(|rest| rest.trim().len() > 1) else {
            break;
        };
        text = rest.trim_start_matches([' ', ':']);
    }
    for closer in CLOSERS {
        text = text.strip_suffix(closer).unwrap_or(text).trim_end();
    }
    text
}

/// `By Ann Bell and C. Dow, Example Wire` as its names.
fn parts(text: &str) -> Vec<String> {
    without_opener(text)
        .split([',', ';', '|', '&', '/', '\u{2022}', '\u{b7}'])
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(" und "))
        .flat_map(|part| part.split(" et "))
        .flat_map(|part| part.split(" with "))
        .map(|part| without_opener(part).trim().to_owned())
        .map(|part| match part.strip_suffix('.') {
            // The full stop of an initial or of a title stays.
            Some(bare)
                if bare
                    .rsplit(' ')
                    .next()
                    .is_some_and(|word| word.chars().count() > 3) =>
            {
                bare.to_owned()
            }
            _ => part,
        })
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, site: Option<&str>, wanted: &[&str]) {
        assert_eq!(tidy([text].into_iter(), site), wanted, "{text}");
    }

    #[test]
    fn what_stands_before_a_name_is_no_part_of_it() {
        check("Eingestellt von Anna Lind", None, &["Anna Lind"]);
        check("View all posts by Ann Moss \u{2192}", None, &["Ann Moss"]);
        check("Von Anna Lind und Jo Berg", None, &["Anna Lind", "Jo Berg"]);
        check(
            "\u{c2e0}\u{c601}\u{c8fc} \u{ae30}\u{c790}",
            None,
            &["\u{c2e0}\u{c601}\u{c8fc}"],
        );
        check("Vonda Lind", None, &["Vonda Lind"]);
    }

    #[test]
    fn what_is_no_name_is_left_out() {
        for text in [
            "No Author",
            "wordpressadmin",
            "Twitter Facebook",
            "Redaktion",
            "portvale.example",
        ] {
            check(text, None, &[]);
        }
        check("The Courier, Portvale, Freeland", Some("The Courier"), &[]);
    }

    #[test]
    fn an_entity_within_a_name_does_not_split_it() {
        check("Jos&eacute; Lind", None, &["Jos\u{e9} Lind"]);
    }
}
