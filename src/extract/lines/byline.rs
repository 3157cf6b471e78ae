//! Bylines: lines that say who wrote an article, and the names in them.

/// Words that open a byline. To add a language: its words.
const OPENERS: &[&str] = &[
    "by",
    "written by",
    "reported by",
    "reporting by",
    "story by",
    "words by",
    "posted by",
    "author",
    "authors",
    "von",
    "par",
    "por",
    "di",
    "door",
    "av",
    "af",
    "autor",
    "autora",
    "auteur",
    "autore",
    "texte",
    "text",
    "texto",
    "testo",
    "tekst",
    "redactie",
    "автор",
    "авторы",
    "текст",
    "автор:",
    "oleh",
    "yazan",
    "από",
    "του",
    "της",
    "da redação",
    "reporter",
    "writer",
    "przez",
    "original by",
    "post author by",
    "post author",
    "published by",
    "article by",
    "ein artikel von",
    "ein beitrag von",
    "ein gastbeitrag von",
    "ein kommentar von",
    "gastbeitrag von",
    "kommentar von",
    "beitrag von",
    "text von",
    "eingestellt von",
    "erstellt von",
    "geschrieben von",
    "gepostet von",
    "publiziert von",
    "verfasst von",
    "veröffentlicht von",
    "écrit par",
    "publié par",
    "rédigé par",
    "escrito por",
    "publicado por",
    "redactado por",
    "scritto da",
    "pubblicato da",
    "a cura di",
    "geschreven door",
    "geplaatst door",
    "skriven av",
    "skrevet av",
    "skrevet af",
];

/// Words that join or follow names in a byline without being part of one.
const JOINERS: &[&str] = &[
    "and", "und", "et", "y", "e", "en", "och", "og", "i", "и", "&", "with", "mit", "avec", "con",
    "com", "met",
];

/// Words behind a name that begin something else: where and when it was
/// published, and who made the pictures.
const ENDERS: &[&str] = &[
    "in",
    "on",
    "at",
    "published",
    "posted",
    "updated",
    "am",
    "um",
    "vom",
    "illustration",
    "illustrationen",
    "illustrations",
    "foto",
    "fotos",
    "photo",
    "photos",
    "bild",
    "bilder",
];

/// Particles that stand in names in lower case.
const PARTICLES: &[&str] = &[
    "de", "da", "do", "dos", "das", "del", "della", "di", "la", "le", "van", "von", "der", "den",
    "ter", "ten", "zu", "bin", "ibn", "al", "el", "y", "af", "av", "du", "st.", "dela", "e",
];

/// Words that no name is made of, though a byline may hold them after the name.
const ROLES: &[&str] = &[
    "staff",
    "writer",
    "reporter",
    "correspondent",
    "editor",
    "editorial",
    "contributor",
    "columnist",
    "journalist",
    "bureau",
    "desk",
    "news",
    "redaktion",
    "redaktør",
    "redacción",
    "rédaction",
    "redazione",
    "redação",
    "senior",
    "chief",
    "political",
    "special",
    "associate",
    "business",
    "sports",
    "national",
    "contributing",
    "freelance",
    "producer",
    "author",
    "press",
];

/// The authors that a line names if it is a byline: `By Ann Bell and C. Dow, Staff Writers`.
pub(crate) fn authors(line: &str) -> Option<String> {
    let line = line.trim();
    if line.len() > 160 || line.chars().filter(|c| *c == ' ').count() > 16 {
        return None;
    }
    let rest = after_opener(line)?;
    let names = names(rest);
    (!names.is_empty()).then(|| names.join(", "))
}

/// Whether a line is a byline.
pub(crate) fn is_byline(line: &str) -> bool {
    authors(line).is_some()
}

fn after_opener(line: &str) -> Option<&str> {
    // Most lines are no bylines: their first letter shows it.
    let first = line.chars().next()?.to_lowercase().next()?;
    if !OPENERS.iter().any(|opener| opener.starts_with(first)) {
        return None;
    }
    let lower = line.to_lowercase();
    if lower.len() != line.len() {
        return None; // a fold that moves bytes: no byline is worth the map
    }
    let opener = OPENERS
        .iter()
        .filter(|opener| lower.starts_with(**opener))
        .max_by_key(|opener| opener.len())?;
    let rest = line.get(opener.len()..)?;
    let is_marked = rest.starts_with([':', '|']);
    let rest = rest.trim_start_matches([':', '|', ' ', '\u{a0}']);
    // "byte", "Paris", "Divers": the opener must be a word; and it is written
    // with a capital, else the line is the end of a sentence.
    let is_word = line
        .get(opener.len()..)?
        .starts_with([' ', ':', '|', '\u{a0}']);
    (is_word
        && !rest.is_empty()
        && (is_marked || !line.starts_with(char::is_lowercase) || lower.starts_with("by ")))
    .then_some(rest)
}

/// The names that `text` begins with, roles and agencies left out.
pub(crate) fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in split_names(text) {
        match name(&part) {
            Some(name) if names.contains(&name) => {}
            Some(name) => names.push(name),
            // The first thing that is no name ends the list: a role, an
            // agency, a date; but if it is the first of all, it is no byline.
            None => break,
        }
        if names.len() >= 8 {
            break;
        }
    }
    names
}

fn split_names(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for word in text.split_whitespace() {
        if JOINERS.contains(&word.to_lowercase().as_str()) && word != "I" {
            parts.push(String::new());
            continue;
        }
        if ENDERS.contains(&word.trim_end_matches(':').to_lowercase().as_str()) {
            // What follows is no name: `Ann Bell in Politics on 3 May`.
            break;
        }
        if matches!(
            word,
            "|" | "/" | "-" | "\u{2013}" | "\u{2014}" | "\u{2022}" | "\u{b7}"
        ) {
            parts.push(String::new());
            continue;
        }
        let ends_part = word.ends_with([',', ';', '|', '/']);
        if let Some(part) = parts.last_mut() {
            if !part.is_empty() {
                part.push(' ');
            }
            part.push_str(word.trim_end_matches([',', ';', '|', '/', ':']));
        }
        if ends_part {
            parts.push(String::new());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// `text` as a person's name: two to five words with capitals, or all capitals
/// brought into the usual case.
pub(crate) fn name(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if !(2..=5).contains(&words.len()) || text.ends_with(['!', '?']) {
        return None;
    }
    for word in &words {
        let is_particle = PARTICLES.contains(&word.to_lowercase().as_str());
        let is_clean = word.chars().all(|c| {
            c.is_alphabetic()
                || matches!(
                    c,
                    '.' | '\'' | '\u{2019}' | '-' | '\u{2010}' | '\u{300}'..='\u{36f}'
                )
        });
        let starts_well = word
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || !c.is_lowercase());
        if !is_clean || !(starts_well || is_particle) || is_never_a_name(word) {
            return None;
        }
    }
    let text = words.join(" ");
    let is_shouted =
        text.chars().all(|c| !c.is_lowercase()) && text.chars().any(char::is_uppercase);
    Some(if is_shouted {
        title_case(&text)
    } else {
        text.trim_end_matches('.').to_owned()
    })
}

/// Whether a text of two words or more ends in a role: `Ann Bell Staff Writer`
/// is none, `Staff Writer` is.
pub(crate) fn has_role(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.clone().count() >= 2 && words.all(is_never_a_name)
}

/// Words of outlets, agencies, schools and offices, which are written like names.
#[rustfmt::skip]
const ORGANISATIONS: &[&str] = &[
    "news", "newsroom", "times", "post", "press", "journal", "gazette", "chronicle", "recorder", "herald", "tribune", "courier", "agency", "wire", "radio", "tv", "television", "magazine", "media", "university", "institute", "college", "school", "ministry", "department", "office", "council", "association", "foundation", "company", "group", "inc", "ltd", "staff", "team", "service", "bureau", "network", "weekly", "daily", "online", "digital", "editors", "editorial", "markets", "sports",
    "nachrichten", "zeitung", "redaktion", "agentur", "verlag", "rundfunk", "universität", "infos", "actualités", "rédaction", "agence", "journal", "université", "presse", "noticias", "agencia", "redacción", "diario", "periódico", "universidad", "notícias", "agência", "redação", "jornal", "notizie", "agenzia", "redazione", "giornale", "nieuws", "redactie", "krant", "nyheter", "redaktionen", "nyheder", "uutiset", "toimitus", "wiadomości", "redakcja", "agencja", "zprávy", "redakce", "hírek", "szerkesztőség", "știri", "redacția", "новости", "редакция", "агентство", "газета", "новини", "редакція", "агенція", "ειδήσεις", "εφημερίδα", "haber", "haberleri", "ajansı", "gazetesi", "merkezi", "berita", "redaksi", "tim", "báo", "tin",
    "وكالة", "وكالات", "شبكة", "صحيفة", "أخبار", "خبرگزاری", "رادیو", "חדשות", "מערכת", "ডেস্ক", "প্রতিনিধি", "প্রতিবেদক", "डेस्क", "ब्यूरो", "新聞", "新闻", "日报", "早报", "晚报", "通信", "编辑部", "編集部", "뉴스", "통신", "일보", "신문",
];

/// Whether a part of a byline is an outlet's, agency's or school's name.
pub(crate) fn has_organisation(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let lower = word.to_lowercase();
        ORGANISATIONS.contains(&lower.trim_matches(|c: char| !c.is_alphanumeric()))
    })
}

fn is_never_a_name(word: &str) -> bool {
    let lower = word.to_lowercase();
    let lower = lower.trim_end_matches(['.', ',']);
    ROLES.contains(&lower)
        || ROLES.contains(&lower.trim_end_matches('s'))
        || matches!(
            lower,
            "the"
                | "monday"
                | "tuesday"
                | "wednesday"
                | "thursday"
                | "friday"
                | "saturday"
                | "sunday"
                | "this"
                | "that"
                | "not"
                | "our"
                | "your"
        )
}

fn title_case(text: &str) -> String {
    let mut cased = String::with_capacity(text.len());
    let mut at_start = true;
    for c in text.chars() {
        if at_start {
            cased.push(c);
        } else {
            cased.extend(c.to_lowercase());
        }
        at_start = !c.is_alphabetic() && c != '\u{2019}' && c != '\'';
    }
    cased
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, wanted: Option<&str>) {
        assert_eq!(authors(line).as_deref(), wanted, "{line}");
    }

    #[test]
    fn a_byline_gives_its_names() {
        check("By Ann Bell", Some("Ann Bell"));
        check(
            "By Ann Bell and Carl van Dow, Staff Writers",
            Some("Ann Bell, Carl van Dow"),
        );
        check("BY ANN BELL", Some("Ann Bell"));
        check("Von Anna Müller", Some("Anna Müller"));
        check(
            "Author: Ann O'Dell | Example Wire",
            Some("Ann O'Dell, Example Wire"),
        );
    }

    #[test]
    fn a_sentence_or_heading_is_no_byline() {
        check("By the time it ended, all had left", None);
        check("By Monday the road was open", None);
        check("Paris Hotels", None);
        check("Byte Size Matters", None);
    }
}
