//! Datelines: where, when and by whom a report was filed, at the head of its
//! first paragraph: `BRUSSELS (Agency) - `, `Feb. 16 (Agency) -- `.

/// Longest dateline, in characters.
const MAX_CHARS: usize = 70;

/// Marks between a dateline and the report.
const DASHES: [&str; 6] = ["--", "\u{2014}", "\u{2013}", "\u{2015}", " - ", "\u{2e3a}"];

/// The dateline that a paragraph begins with, its dash included, and the rest.
pub(crate) fn split(paragraph: &str) -> Option<(&str, &str)> {
    let window = &paragraph[..paragraph.floor_char_boundary(MAX_CHARS * 2)];
    let (at, dash) = DASHES
        .iter()
        .filter_map(|dash| Some((window.find(dash)?, *dash)))
        .min_by_key(|(at, dash)| (*at, usize::MAX - dash.len()))?;
    let place = window[..at].trim();
    let rest = paragraph[at + dash.len()..].trim_start_matches(['-', '\u{2014}', '\u{2013}', ' ']);
    let is_dateline = !place.is_empty()
        && place.chars().count() <= MAX_CHARS
        && rest.chars().count() > 20
        && rest.starts_with(|c: char| c.is_uppercase() || !c.is_lowercase())
        && is_head(place);
    is_dateline.then(|| (paragraph[..at + dash.len()].trim(), rest))
}

/// Whether what stands before the dash is a place, a date or an agency in
/// brackets, not the beginning of a sentence.
fn is_head(head: &str) -> bool {
    let (place, agency) = match (head.find('('), head.ends_with(')')) {
        (Some(at), true) => (head[..at].trim(), Some(head[at + 1..head.len() - 1].trim())),
        (None, false) => (head, None),
        _ => return false,
    };
    if agency.is_some_and(|agency| agency.is_empty() || !is_names(agency)) {
        return false;
    }
    if place.is_empty() {
        return agency.is_some();
    }
    let is_dated = agency.is_some() && has_date(place);
    is_dated || is_place(place, agency.is_some())
}

/// `Feb. 16`, `16 February`, `LONDON, Feb 16`.
fn has_date(place: &str) -> bool {
    crate::extract::lines::date::find(&format!("{place}, 2000"), false).is_some() && is_names(place)
}

/// Few words, each with a capital or a number.
fn is_names(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..=7).contains(&words.len())
        && words.iter().all(|word| {
            word.chars()
                .next()
                .is_some_and(|c| c.is_uppercase() || c.is_numeric() || c == '&')
                || matches!(
                    *word,
                    "de" | "of"
                        | "the"
                        | "la"
                        | "el"
                        | "di"
                        | "am"
                        | "del"
                        | "and"
                        | "via"
                        | "dpa"
                        | "afp"
                        | "ots"
                )
        })
}

/// A town in capitals (`BRUSSELS, Belgium`), or any town if an agency follows.
fn is_place(place: &str, has_agency: bool) -> bool {
    let mut words = place.split_whitespace();
    let is_shouted = words.next().is_some_and(|word| {
        let n_letters = word.chars().filter(|c| c.is_alphabetic()).count();
        n_letters >= 3 && word.chars().all(|c| !c.is_lowercase())
    });
    is_names(place) && (is_shouted || has_agency) && !place.ends_with(['.', '!', '?', ':', '"'])
        || is_shouted && is_names(place) && place.ends_with('.')
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
