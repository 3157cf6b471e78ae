//! Datelines: where, when and by whom a report was filed, at the head of its
//! first paragraph: `BRUSSELS (Agency) - `, `Feb. 16 (Agency) -- `.

use crate::extract::lines::date;
use crate::text::calendar;

/// Longest dateline, in characters.
const MAX_CHARS: usize = 70;

/// Least that a report goes on for, in characters.
const MIN_REST_CHARS: usize = 20;

/// Marks between a dateline and the report.
const DASHES: [&str; 10] = [
    ".-",
    ".\u{2014}",
    ".\u{2013}",
    "--",
    "\u{2014}",
    "\u{2013}",
    "\u{2015}",
    " - ",
    "\u{2e3a}",
    " = ",
];

/// Words in small letters that stand in names of places and agencies.
const SMALL: [&str; 22] = [
    "de", "of", "the", "la", "el", "di", "am", "del", "da", "do", "and", "via", "dpa", "afp",
    "ots", "an", "der", "im", "bei", "sur", "en", "le",
];

/// The dateline that a paragraph begins with, its dash included, and the rest.
pub(crate) fn split(paragraph: &str) -> Option<(&str, &str)> {
    let (n_bytes, _) = find(paragraph, false)?;
    parted(paragraph, n_bytes)
}

/// The same in a plain text, where the paragraph is known to be the first and
/// `is_known` knows the lines around the text: a town in small letters will do.
pub(crate) fn split_knowing<'p>(
    paragraph: &'p str,
    is_known: &impl Fn(&str) -> bool,
) -> Option<(&'p str, &'p str)> {
    if let Some(n_bytes) = bracketed(paragraph).or_else(|| filed(paragraph)) {
        return parted(paragraph, n_bytes);
    }
    if let Some((n_bytes, is_dated)) = find(paragraph, true) {
        let rest = paragraph[n_bytes..].trim_start();
        let n_skipped = paragraph.len() - rest.len();
        // `(AG) - ROME, 12 APR - It began`; `TYUMEN, 16 Apr - Agency. It rose`.
        let n_more = find(rest, true)
            .map(|(n_bytes, _)| n_bytes)
            .or_else(|| is_dated.then(|| agency_sentence(rest))?);
        return parted(
            paragraph,
            n_more.map_or(n_bytes, |n_more| n_skipped + n_more),
        );
    }
    let n_bytes = known_place(paragraph, is_known)?;
    parted(paragraph, n_bytes)
}

fn parted(paragraph: &str, n_bytes: usize) -> Option<(&str, &str)> {
    let rest = paragraph[n_bytes..].trim_start_matches(['-', '\u{2014}', '\u{2013}', '=', ' ']);
    (rest.chars().count() > MIN_REST_CHARS).then(|| (paragraph[..n_bytes].trim(), rest))
}

/// Bytes of the dateline with its dash, and whether it holds a date. `is_loose`:
/// a town in small letters needs no agency.
fn find(paragraph: &str, is_loose: bool) -> Option<(usize, bool)> {
    let window = &paragraph[..paragraph.floor_char_boundary(MAX_CHARS * 3)];
    let (at, dash) = DASHES
        .iter()
        .filter_map(|dash| Some((window.find(dash)?, *dash)))
        .min_by_key(|(at, dash)| (*at, usize::MAX - dash.len()))?;
    let place = window[..at].trim();
    let rest = paragraph[at + dash.len()..].trim_start_matches(['-', '\u{2014}', '\u{2013}', ' ']);
    let opens_well = rest.starts_with(|c: char| !c.is_lowercase());
    let is_dateline = !place.is_empty()
        && place.chars().count() <= MAX_CHARS
        && rest.chars().count() > MIN_REST_CHARS
        && opens_well
        && (is_head(place) || is_loose && is_town(place, dash, rest));
    is_dateline.then(|| (at + dash.len(), has_date(place)))
}

/// Whether what stands before the dash is a place, a date or an agency in
/// brackets, not the beginning of a sentence.
fn is_head(head: &str) -> bool {
    let head = head.trim_end_matches(['.', ' ']);
    let (place, agency) = match (head.find('('), head.ends_with(')')) {
        (Some(at), true) => (head[..at].trim(), Some(head[at + 1..head.len() - 1].trim())),
        (None, false) => (head, None),
        _ => return false,
    };
    if agency.is_some_and(|agency| !is_agency(agency)) {
        return false;
    }
    if place.is_empty() {
        return agency.is_some();
    }
    let is_dated = agency.is_some() && has_date(place);
    is_dated || is_place(place, agency.is_some())
}

/// Few words that are no sentence: `Reuters`, `dpa/lni`, `AP Photo`.
fn is_agency(text: &str) -> bool {
    let n_words = text.split_whitespace().count();
    (1..=4).contains(&n_words)
        && text.chars().count() <= 40
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '/' | '.' | '&' | '-' | '\'' | ','))
}

/// `Feb. 16`, `16 February`, `LONDON, Feb 16`, `1er oct. 2024`.
fn has_date(place: &str) -> bool {
    let year = format!("{place}, 2000");
    let is_dated = date::find(place, true).is_some() || date::find(&year, true).is_some();
    is_dated && is_names(place)
}

/// Few words, each with a capital or a number, or of a script without capitals.
fn is_names(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..=7).contains(&words.len()) && words.iter().all(|word| is_name_word(word))
}

fn is_name_word(word: &str) -> bool {
    let first = word.chars().next();
    first.is_some_and(|c| c.is_uppercase() || c.is_numeric() || c == '&')
        || SMALL.contains(&word)
        || calendar::month(word.trim_end_matches([',', '.']), None).is_some()
}

/// A town in capitals (`BRUSSELS, Belgium`), or any town if an agency follows.
fn is_place(place: &str, has_agency: bool) -> bool {
    let mut words = place.split_whitespace();
    let is_shouted = words.next().is_some_and(|word| {
        let n_letters = word.chars().filter(|c| c.is_alphabetic()).count();
        n_letters >= 3
            && word.chars().all(|c| !c.is_lowercase())
            && word.chars().any(char::is_uppercase)
    });
    let is_uncased = has_agency && is_uncased(place);
    (is_names(place) || is_uncased)
        && (is_shouted || has_agency)
        && !place.ends_with(['!', '?', ':', '"'])
}

/// One to three words of a script without capitals.
fn is_uncased(place: &str) -> bool {
    (1..=3).contains(&place.split_whitespace().count())
        && place.chars().any(char::is_alphabetic)
        && !place.chars().any(|c| c.is_uppercase() || c.is_lowercase())
}

/// A town in small letters before a dash that wires write, and no second dash
/// that would make it an aside.
fn is_town(place: &str, dash: &str, rest: &str) -> bool {
    if !matches!(dash, " - " | "\u{2013}" | ".-" | "--") {
        return false;
    }
    let n_words = place.split_whitespace().count();
    let is_cased = place.chars().any(char::is_lowercase);
    let near = &rest[..rest.floor_char_boundary(160)];
    let is_aside = near.contains(&format!("{} ", dash.trim_end()));
    is_cased
        && n_words <= 3
        && is_names(place)
        && place
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '/' | ',' | '.' | '-' | '\''))
        && !is_aside
}

/// `(Portvale=Agency) Ann Bell = `, `【Portvale共同】`, `（Agency）`: an agency's
/// brackets at the head of a paragraph in Korean, Japanese and Chinese.
fn bracketed(paragraph: &str) -> Option<usize> {
    const PAIRS: [(char, char); 5] = [
        ('(', ')'),
        ('[', ']'),
        ('\u{3010}', '\u{3011}'),
        ('\u{ff08}', '\u{ff09}'),
        ('\u{ff3b}', '\u{ff3d}'),
    ];
    let (_, close) = PAIRS
        .iter()
        .find(|(open, _)| paragraph.starts_with(*open))?;
    let end = paragraph.find(*close)? + close.len_utf8();
    let inner = &paragraph[..end];
    let n_chars = inner.chars().count();
    let is_east_asian = inner
        .chars()
        .any(|c| matches!(c, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'));
    let is_agency = inner.contains([
        '=', '\u{ff1d}', '\u{96fb}', '\u{7535}', '\u{8a0a}', '\u{8baf}', '\u{793e}',
    ]) || inner.contains("\u{5171}\u{540c}")
        || inner.contains("\u{d1b5}\u{c2e0}");
    if !is_east_asian || !is_agency || !(3..=40).contains(&n_chars) {
        return None;
    }
    // `(…) 윤가람 기자 = `
    let rest = &paragraph[end..];
    let window = &rest[..rest.floor_char_boundary(60)];
    let n_more = window
        .find(" = ")
        .filter(|at| window[..*at].split_whitespace().count() <= 4)
        .map_or(0, |at| at + 3);
    Some(end + n_more)
}

/// `新华社北京3月5日电（记者李明）`.
fn filed(paragraph: &str) -> Option<usize> {
    let window = &paragraph[..paragraph.floor_char_boundary(75)];
    let at = window.find(['\u{7535}', '\u{96fb}', '\u{8baf}', '\u{8a0a}'])?;
    let head = &window[..at];
    let is_filed = head.contains(['\u{65e5}', '\u{793e}'])
        && !head.contains(['\u{3002}', '\u{ff0c}', '\u{3001}', ' ']);
    if !is_filed {
        return None;
    }
    let end = at + '\u{7535}'.len_utf8();
    let rest = &paragraph[end..];
    let n_reporter = rest
        .strip_prefix(['\u{ff08}', '('])
        .and_then(|_| rest.find(['\u{ff09}', ')']))
        .filter(|at| *at < 60)
        .map_or(0, |at| {
            at + rest[at..].chars().next().map_or(0, char::len_utf8)
        });
    Some(end + n_reporter)
}

/// The agency's name in a sentence of its own behind a date: `Agency. It rose`.
fn agency_sentence(rest: &str) -> Option<usize> {
    let at = rest.find(". ")?;
    let agency = rest[..at].trim_matches(['/', ' ']);
    let is_short = agency.split_whitespace().count() <= 3 && agency.chars().count() <= 30;
    let goes_on = rest[at + 2..]
        .chars()
        .next()
        .is_some_and(|c| !c.is_lowercase());
    (is_short && goes_on && is_agency(agency)).then_some(at + 1)
}

/// A town in a sentence of its own, which stands in a line about the text too,
/// as its section or tag: `Portvale. The ship came in.`
fn known_place(paragraph: &str, is_known: &impl Fn(&str) -> bool) -> Option<usize> {
    let at = paragraph.find([':', '.'])?;
    let place = &paragraph[..at];
    let n_letters = place.chars().filter(|c| c.is_alphabetic()).count();
    let goes_on = paragraph[at + 1..].starts_with(' ')
        && paragraph[at + 1..]
            .trim_start()
            .starts_with(|c: char| !c.is_lowercase());
    let is_town = n_letters >= 3 && place.split_whitespace().count() <= 3 && is_names(place);
    (goes_on && is_town && is_known(place)).then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paragraph: &str, wanted: Option<&str>) {
        assert_eq!(
            split(paragraph).map(|(dateline, _)| dateline),
            wanted,
            "{paragraph}"
        );
    }

    #[test]
    fn a_place_a_date_or_an_agency_before_a_dash_is_a_dateline() {
        check(
            "PORTVALE, Freeland \u{2014} The harbour reopened on Monday.",
            Some("PORTVALE, Freeland \u{2014}"),
        );
        check(
            "March 3 (EXP) -- The harbour reopened on Monday.",
            Some("March 3 (EXP) --"),
        );
        check(
            "(Example Wire) - The harbour reopened on Monday.",
            Some("(Example Wire) -"),
        );
        check(
            "PORTVALE, March 3 (Example Wire) - The harbour reopened.",
            Some("PORTVALE, March 3 (Example Wire) -"),
        );
        check(
            "Portvale (EXP) \u{2013} The harbour reopened on Monday.",
            Some("Portvale (EXP) \u{2013}"),
        );
    }

    fn check_first(paragraph: &str, wanted: Option<&str>) {
        let is_known = |place: &str| place == "Portvale";
        assert_eq!(
            split_knowing(paragraph, &is_known).map(|(dateline, _)| dateline),
            wanted,
            "{paragraph}"
        );
    }

    #[test]
    fn datelines_of_many_presses_are_known_at_the_head_of_a_text() {
        for (dateline, rest) in [
            (
                "Portvale (exw/lod) -",
                " Ein Sturm hat am Montag den Hafen lahmgelegt.",
            ),
            (
                "Talon, 1er oct. 2024 (EX) \u{2013}",
                " Le ministre a annoncé mardi la hausse du prix.",
            ),
            (
                "SAN TALÓN, Ver.-",
                " Las lluvias provocaron la noche del lunes una crecida.",
            ),
            (
                "(EX) - TALONE, 12 APR -",
                " È cominciato alle 9 lo sciopero del personale.",
            ),
            (
                "ТАЛОНСК, 16 апр \u{2013} Южный вестник.",
                " Уровень воды в реке за сутки поднялся.",
            ),
            (
                "(탈론=예시통신) 김가람 기자 =",
                " 새벽에 우유를 배달하던 주민이 길을 잃은 노인을 발견했다.",
            ),
            (
                "新华社塔隆3月5日电（记者李明）",
                "港口周一重新开放，三艘船只已经驶入港区，工人恢复作业。",
            ),
            (
                "Talonta -",
                " Pengendara dibuat geger oleh sosok putih di bahu jalan.",
            ),
            (
                "Talonpa, 3 may (Faro).-",
                " Un cartel escrito a mano bastó para abrir la puerta.",
            ),
            (
                "Portvale.",
                " Als der Kutter am Abend in den Hafen einlief, fehlte nichts.",
            ),
            (
                "القاهرة (مثال) -",
                " أعيد فتح الميناء يوم الاثنين بعد أسبوعين من العاصفة.",
            ),
        ] {
            check_first(&format!("{dateline}{rest}"), Some(dateline));
        }
    }

    #[test]
    fn a_first_paragraph_without_dateline_is_left_whole() {
        for paragraph in [
            "Stille. Dann kam der Wind und mit ihm der Regen über das Land.",
            "Anna Moor – Mutter von drei Kindern – hat das Boot selbst gebaut.",
            "Der Mann - er war noch jung - wollte nach Hause gehen.",
            "It was late - Ann knew that - and the harbour was closed.",
            "(She laughs at this, and the room laughs with her for a while.)",
            "Yesterday we counted them – Twelve ships in a harbour for six.",
        ] {
            check_first(paragraph, None);
        }
    }

    #[test]
    fn a_sentence_with_a_dash_is_none() {
        check(
            "Three ships \u{2014} all of them old \u{2014} were lost.",
            None,
        );
        check(
            "NATO \u{2014} and its members \u{2014} met on Monday in Portvale.",
            None,
        );
        check("The well-known harbour was closed to all ships.", None);
        check(
            "Anna \u{2014} She had never seen the sea before that day.",
            None,
        );
    }
}
