//! Words before and after a full stop that decide whether it ends a sentence.
//! To add one, insert it folded into its list, which is sorted.

/// Whether the word is in the list, which is sorted.
pub(super) fn is_one_of(list: &[&str], folded: &str) -> bool {
    list.binary_search(&folded).is_ok()
}

/// Titles: a name follows them.
pub(super) const TITLES: &[&str] = &[
    "adm", "amb", "atty", "capt", "cmdr", "col", "cpl", "dipl", "dott", "dr", "fr", "ft", "gen",
    "gov", "hon", "hr", "ing", "insp", "lt", "maj", "messrs", "mlle", "mme", "mr", "mrs", "ms",
    "mt", "mx", "pres", "prof", "pvt", "rep", "rev", "sen", "sgt", "sig", "sr", "sra", "srta",
    "st", "ste", "supt", "акад", "г", "им", "проф", "ул",
];

/// Abbreviations that can also end a sentence.
pub(super) const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "ariz", "assn", "aug", "av", "ave", "bln", "blvd", "bros", "bspw", "bzw", "ca",
    "calif", "cf", "co", "colo", "conn", "corp", "cos", "cts", "dec", "dept", "eg", "env", "est",
    "etc", "evtl", "feb", "fla", "ggf", "ie", "inc", "inkl", "jan", "jr", "ltd", "mass", "mich",
    "minn", "mio", "mln", "mrd", "nov", "num", "oct", "okla", "op", "ore", "pag", "pct", "penn",
    "rd", "sep", "sept", "shr", "str", "tenn", "tex", "univ", "usw", "v", "vgl", "vol", "vs",
    "wash", "wis", "др", "млн", "млрд", "руб", "стр", "тыс",
];

/// Months as dates write them.
pub(super) const MONTHS: &[&str] = &[
    "abr",
    "ago",
    "apr",
    "april",
    "aug",
    "august",
    "dec",
    "december",
    "desember",
    "dez",
    "dezember",
    "dic",
    "ene",
    "feb",
    "februar",
    "fevr",
    "helmikuuta",
    "jan",
    "januar",
    "janv",
    "juil",
    "jul",
    "juli",
    "jun",
    "juni",
    "maaliskuuta",
    "mai",
    "maj",
    "mar",
    "marts",
    "marz",
    "nov",
    "november",
    "oct",
    "okt",
    "oktober",
    "sep",
    "sept",
    "september",
    "tammikuuta",
];

/// Words that start sentences far more often than they follow an abbreviation
/// within one.
pub(super) const STARTERS: &[&str] = &[
    "a",
    "after",
    "also",
    "although",
    "an",
    "and",
    "as",
    "at",
    "before",
    "both",
    "but",
    "by",
    "das",
    "der",
    "despite",
    "die",
    "ein",
    "eine",
    "el",
    "elle",
    "er",
    "es",
    "et",
    "for",
    "he",
    "her",
    "his",
    "how",
    "however",
    "i",
    "if",
    "il",
    "in",
    "it",
    "its",
    "la",
    "las",
    "last",
    "le",
    "les",
    "los",
    "many",
    "meanwhile",
    "most",
    "no",
    "not",
    "o",
    "on",
    "one",
    "os",
    "our",
    "she",
    "sie",
    "since",
    "so",
    "some",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "to",
    "un",
    "und",
    "under",
    "une",
    "we",
    "what",
    "when",
    "while",
    "who",
    "why",
    "wir",
    "with",
    "y",
    "you",
    "в",
    "на",
    "но",
    "он",
    "она",
    "они",
    "по",
    "это",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        for list in [TITLES, ABBREVIATIONS, MONTHS, STARTERS] {
            assert!(list.is_sorted());
        }
    }
}
