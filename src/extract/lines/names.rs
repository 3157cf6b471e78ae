//! Bylines of many languages: what opens and closes them, and the names in them.
//!
//! [`crate::extract::lines::byline`] knows the bylines of pages, where a line is
//! all there is; here a text's other lines have shown already that a line is
//! none of the article's, so that weaker signs do.

use crate::extract::lines::byline::{has_organisation, name};

/// Words that open a byline; they are followed by a name, in the line or below.
/// To add a language: its words, in lower case.
#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "by", "written by", "words by", "words", "story by", "text by", "reported by", "reporting by", "posted by", "author", "authors", "photographs and text by", "text and photos by", "reported and hosted by", "analysis by",
    "von", "text von", "ein gastbeitrag von", "eine analyse von", "ein kommentar von", "eine reportage von", "autor", "autorin", "autoren",
    "par", "texte", "texte de", "écrit par", "propos recueillis par", "auteur", "auteurs", "publié par",
    "por", "texto", "texto de", "escrito por", "autora", "redacción", "reportagem de",
    "di", "a cura di", "testo di", "autore", "scritto da", "door", "tekst", "geschreven door", "av", "text", "skriven av", "af", "skrevet af", "skrevet av",
    "teksti", "kirjoittaja", "toimittaja", "autor:", "przez", "tekst:", "opracowanie", "oprac", "napsal", "napsala", "text:", "írta", "szerző", "szöveg", "de", "scris de", "articol de",
    "автор", "авторы", "текст", "подготовил", "подготовила", "авторка", "аўтар", "автори", "пише", "piše", "autorka", "avtor", "piše:",
    "της", "του", "γράφει", "γράφει η", "γράφει ο", "κείμενο", "ρεπορτάζ", "yazan", "yazar", "haber", "haber:", "nga", "müəllif",
    "كتب", "كتبت", "بقلم", "تقرير", "إعداد", "حوار", "نویسنده", "گزارش از", "به قلم", "تحریر", "מאת", "כתב", "כתבה", "लेखक", "द्वारा", "লেখক",
    "oleh", "penulis", "laporan", "reporter", "tác giả", "bài", "theo", "โดย", "เขียนโดย", "เรื่องโดย", "文", "文/", "文＝", "文=", "取材", "作者", "撰文", "记者", "記者", "本报记者", "글", "imeandikwa na", "isinulat ni", "ni",
];

/// Words that follow a name and say that it is the writer's.
#[rustfmt::skip]
const CLOSERS: &[&str] = &[
    "기자", "특파원", "논설위원", "선임기자", "인턴기자", "报道", "報導", "报导", "記者", "记者", "特派員", "摄影报道", "综合报道", "编译",
];

/// Words that join two names.
#[rustfmt::skip]
const JOINERS: &[&str] = &[
    "and", "und", "et", "y", "e", "en", "och", "og", "i", "a", "ve", "dan", "và", "и", "та", "і", "й", "και", "ja", "és", "și", "si", "&", "with", "mit", "avec", "con", "com", "met", "و", "ו", "และ", "+",
];

/// What a byline holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Byline {
    pub(crate) names: Vec<String>,
    /// Whether its names, or more of them, stand in the next line.
    pub(crate) is_open: bool,
}

/// The byline that a line is, by a word that opens or closes it; none if it is
/// none. Its names may be none, where they stand in the next line.
pub(crate) fn byline(line: &str) -> Option<Byline> {
    let line = unbracketed(line.trim());
    if let Some(name) = closed(line) {
        return Some(Byline {
            names: vec![name],
            is_open: false,
        });
    }
    let rest = after_opener(line)?;
    if rest.is_empty() {
        return Some(Byline {
            names: Vec::new(),
            is_open: true,
        });
    }
    let names = in_list(rest);
    (!names.is_empty()).then(|| Byline {
        names,
        is_open: ends_open(rest),
    })
}

/// A line of one name alone; of scripts without capitals two or three short words.
pub(crate) fn alone(line: &str) -> Option<String> {
    let line = line.trim();
    if line.len() > 80 || line.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    // `Portvale: Ann Bell`, `Ann Bell - Example News`.
    let line = match line.split_once([':', '\u{ff1a}']) {
        Some((place, rest)) if place.split(' ').count() <= 3 => rest.trim(),
        Some(_) => return None,
        None => line,
    };
    in_list(line).into_iter().next()
}

/// Whether a line joins the names above and below it: `and`, `(now) and`.
pub(crate) fn is_joiner(line: &str) -> bool {
    let last = line.split_whitespace().next_back().unwrap_or_default();
    line.split_whitespace().count() <= 2 && is_joining(last)
}

/// Whether a list of names goes on in the next line.
pub(crate) fn ends_open(line: &str) -> bool {
    let line = line.trim_end();
    let last = line.split_whitespace().next_back().unwrap_or_default();
    line.ends_with([',', '&']) || is_joining(last)
}

fn is_joining(word: &str) -> bool {
    JOINERS.contains(&word.to_lowercase().as_str())
}

/// The names of a list, roles, places and outlets left out.
pub(crate) fn in_list(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in parts(text) {
        let is_first = names.is_empty();
        match person(&part.text, is_first) {
            Some(name) if names.contains(&name) => {}
            // After a comma or bar often stands an outlet or a town.
            Some(name) if is_first || part.is_joined => names.push(name),
            _ if is_first || part.is_apart => return names,
            _ => {}
        }
    }
    names
}

struct Part {
    text: String,
    /// Whether `and`, or a comma of a list that has an `and`, stands before it.
    is_joined: bool,
    /// Whether a bar, dash or full stop stands before it.
    is_apart: bool,
}

/// What stands between commas, bars, dashes, brackets and joining words.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = vec![String::new()];
    let mut joins = vec![' '];
    let mut in_brackets = false;
    for word in text.split_whitespace() {
        if word.starts_with(['(', '\u{ff08}']) {
            in_brackets = true;
        }
        if in_brackets {
            in_brackets = !word.contains([')', '\u{ff09}']);
            continue;
        }
        if is_joining(word) && parts.iter().any(|part| !part.is_empty()) {
            parts.push(String::new());
            joins.push('&');
            continue;
        }
        if matches!(
            word,
            "|" | "/" | "-" | "\u{2013}" | "\u{2014}" | "\u{2022}" | "\u{b7}" | "//"
        ) {
            parts.push(String::new());
            joins.push('|');
            continue;
        }
        let (head, mark) = split_mark(word);
        if let Some(part) = parts.last_mut() {
            if !part.is_empty() && !head.is_empty() {
                part.push(' ');
            }
            part.push_str(head);
        }
        if let Some(mark) = mark {
            parts.push(String::new());
            joins.push(mark);
        }
    }
    let has_and = joins.contains(&'&');
    let n_commas = joins.iter().filter(|join| **join == ',').count();
    parts
        .into_iter()
        .zip(joins)
        .filter(|(part, _)| !part.is_empty())
        .map(|(text, join)| Part {
            text,
            is_joined: join == '&' || join == ',' && (has_and || n_commas >= 2),
            is_apart: join == '|',
        })
        .collect()
}

/// A word without the mark that ends it, and that mark, a comma or a bar.
fn split_mark(word: &str) -> (&str, Option<char>) {
    const COMMAS: [char; 5] = [',', '\u{60c}', '\u{ff0c}', '\u{3001}', '\u{b7}'];
    if let Some(at) = word.find(COMMAS) {
        return (&word[..at], Some(','));
    }
    if let Some(at) = word.find([';', '|', '/']) {
        return (&word[..at], Some('|'));
    }
    // `Ann Bell. Produced by …`; not the dot of an initial or `Jr.`
    match word.strip_suffix('.') {
        Some(head) if head.chars().count() > 3 => (head, Some('|')),
        _ => (word, None),
    }
}

/// A part as a person's name; of an uncased script, if it is short.
fn person(part: &str, is_first: bool) -> Option<String> {
    let part = part.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
    if part.is_empty() || has_organisation(part) {
        return None;
    }
    if part.chars().any(|c| c.is_uppercase() || c.is_lowercase()) {
        return name(part);
    }
    let n_words = part.split_whitespace().count();
    let n_chars = part.chars().count();
    let is_name = if part.chars().any(is_east_asian) {
        n_words <= 2 && (2..=8).contains(&n_chars)
    } else {
        (2..=4).contains(&n_words) && n_chars <= 40
    };
    let is_letters = part.chars().all(|c| {
        !c.is_ascii_digit() && !c.is_ascii_punctuation() || matches!(c, '.' | '\'' | '-' | '"')
    });
    (is_first && is_name && is_letters).then(|| part.to_owned())
}

fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// `［Ann，Example News］`: what stands in the brackets around a line.
fn unbracketed(line: &str) -> &str {
    const PAIRS: [(char, char); 4] = [
        ('\u{ff3b}', '\u{ff3d}'),
        ('[', ']'),
        ('(', ')'),
        ('\u{3010}', '\u{3011}'),
    ];
    PAIRS
        .iter()
        .find_map(|(open, close)| line.strip_prefix(*open)?.strip_suffix(*close))
        .map_or(line, str::trim)
}

/// The name before a word that closes a byline: `윤가람 기자`.
fn closed(line: &str) -> Option<String> {
    if line.chars().count() > 20 {
        return None;
    }
    let name = CLOSERS
        .iter()
        .find_map(|closer| line.strip_suffix(closer))?
        .trim_matches(|c: char| !c.is_alphanumeric());
    person(name, true)
}

/// What stands behind the word that opens a byline; empty if the word is all.
fn after_opener(line: &str) -> Option<&str> {
    let n_bytes = OPENERS
        .iter()
        .filter_map(|opener| starts_with(line, opener))
        .max()?;
    let rest = &line[n_bytes..];
    let is_marked = rest.starts_with([':', '|', '\u{ff1a}', '/', ',', '\u{60c}', '=', '\u{ff1d}']);
    let is_word = rest.is_empty() || is_marked || rest.starts_with([' ', '\u{a0}', '\u{3000}']);
    let is_unspaced = line.starts_with(crate::extract::lines::vocabulary::is_unspaced);
    let rest = rest.trim_start_matches([
        ':', '|', ' ', '\u{a0}', '\u{3000}', '\u{ff1a}', '/', ',', '\u{60c}', '=', '\u{ff1d}',
    ]);
    (is_word || is_unspaced).then_some(rest)
}

/// Bytes of `line` that are `opener` in any case.
fn starts_with(line: &str, opener: &str) -> Option<usize> {
    let mut chars = line.char_indices();
    for wanted in opener.chars() {
        let (_, c) = chars.next()?;
        if c != wanted && !c.to_lowercase().eq([wanted]) {
            return None;
        }
    }
    Some(chars.next().map_or(line.len(), |(at, _)| at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, wanted: &[&str]) {
        let names = byline(line).map(|byline| byline.names).unwrap_or_default();
        assert_eq!(names, wanted, "{line}");
    }

    #[test]
    fn names_are_told_from_roles_places_and_outlets() {
        check("By Ann Bell, Showbiz Reporter", &["Ann Bell"]);
        check(
            "By Ann Bell and Carl Dow, Portvale",
            &["Ann Bell", "Carl Dow"],
        );
        check("Par Awa Koné, correspondante régionale", &["Awa Koné"]);
        check("by Ann Bell, University of Portvale", &["Ann Bell"]);
        check("Por: Rosa Vela Campos", &["Rosa Vela Campos"]);
        check("Ann Bell", &[]);
        check("كتب: سامي نور", &["سامي نور"]);
        check("文/李明", &["李明"]);
        check("［山田花子，港の新聞］", &[]);
        check("김가람 기자", &["김가람"]);
        check("王小明　报道", &["王小明"]);
        check("autor: Anna Nowak-Lis", &["Anna Nowak-Lis"]);
    }

    #[test]
    fn a_name_alone_may_have_its_place_or_outlet_beside_it() {
        assert_eq!(alone("Ann Bell").as_deref(), Some("Ann Bell"));
        assert_eq!(
            alone("ANN BELL - REPORTER OF THE POST").as_deref(),
            Some("Ann Bell")
        );
        assert_eq!(alone("Ann Bell - Example").as_deref(), Some("Ann Bell"));
        assert_eq!(alone("مدينة النخيل: سامي نور").as_deref(), Some("سامي نور"));
        assert_eq!(alone("The Portvale Post"), None);
        assert_eq!(alone("3 ships"), None);
    }

    #[test]
    fn a_list_of_names_may_go_on_below() {
        assert!(byline("By").is_some_and(|byline| byline.is_open));
        assert!(byline("By Ann Bell and").is_some_and(|byline| byline.is_open));
        assert!(is_joiner("(now) and"));
        assert!(!is_joiner("bread and butter"));
    }
}
