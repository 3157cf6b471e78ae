//! Labels that links bear for those who hear a page: "opens in a new tab".

use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// The labels in lower case, as they stand in a text. To add a language: its words.
const LABELS: &[&str] = &[
    "opens in a new tab or window",
    "opens in a new window or tab",
    "opens in a new tab",
    "opens in a new window",
    "opens in new tab",
    "opens in new window",
    "opens new tab",
    "opens new window",
    "opens a new window",
    "opens external link",
    "external link, opens in new window",
    "\u{f6}ffnet in neuem fenster",
    "\u{f6}ffnet in neuem tab",
    "\u{f6}ffnet in einem neuen fenster",
    "\u{f6}ffnet in einem neuen tab",
    "\u{f6}ffnet ein neues fenster",
    "wird in neuem fenster ge\u{f6}ffnet",
    "wird in neuem tab ge\u{f6}ffnet",
    "wird in einem neuen tab ge\u{f6}ffnet",
    "wird in einem neuen fenster ge\u{f6}ffnet",
    "s'ouvre dans une nouvelle fen\u{ea}tre",
    "s\u{2019}ouvre dans une nouvelle fen\u{ea}tre",
    "s'ouvre dans un nouvel onglet",
    "s\u{2019}ouvre dans un nouvel onglet",
    "ouvre une nouvelle fen\u{ea}tre",
    "ouverture dans un nouvel onglet",
    "se abre en una nueva ventana",
    "se abre en ventana nueva",
    "se abre en una nueva pesta\u{f1}a",
    "se abre en una pesta\u{f1}a nueva",
    "abre en nueva ventana",
    "abre en nueva pesta\u{f1}a",
    "si apre in una nuova finestra",
    "si apre in una nuova scheda",
    "apre in una nuova finestra",
    "apre in una nuova scheda",
    "abre em nova janela",
    "abre em nova aba",
    "abre numa nova janela",
    "abre num novo separador",
    "abre em uma nova janela",
    "abre em uma nova aba",
    "opent in nieuw venster",
    "opent in een nieuw venster",
    "opent in nieuw tabblad",
    "opent in een nieuw tabblad",
    "\u{e5}pner i nytt vindu",
    "\u{e5}pnes i nytt vindu",
    "\u{e5}pnes i ny fane",
    "\u{f6}ppnas i nytt f\u{f6}nster",
    "\u{f6}ppnas i ny flik",
    "\u{e5}bner i nyt vindue",
    "\u{e5}bner i ny fane",
    "\u{e5}bnes i nyt vindue",
    "avautuu uuteen ikkunaan",
    "avautuu uuteen v\u{e4}lilehteen",
    "otwiera si\u{119} w nowym oknie",
    "otwiera si\u{119} w nowej karcie",
    "otev\u{159}e se v nov\u{e9}m okn\u{11b}",
    "otev\u{159}e se v nov\u{e9}m panelu",
    "\u{fa}j ablakban ny\u{ed}lik meg",
    "yeni pencerede a\u{e7}\u{131}l\u{131}r",
    "yeni sekmede a\u{e7}\u{131}l\u{131}r",
    "\u{43e}\u{442}\u{43a}\u{440}\u{43e}\u{435}\u{442}\u{441}\u{44f} \u{432} \u{43d}\u{43e}\u{432}\u{43e}\u{43c} \u{43e}\u{43a}\u{43d}\u{435}",
    "\u{43e}\u{442}\u{43a}\u{440}\u{43e}\u{435}\u{442}\u{441}\u{44f} \u{432} \u{43d}\u{43e}\u{432}\u{43e}\u{439} \u{432}\u{43a}\u{43b}\u{430}\u{434}\u{43a}\u{435}",
    "\u{65b0}\u{3057}\u{3044}\u{30a6}\u{30a3}\u{30f3}\u{30c9}\u{30a6}\u{3067}\u{958b}\u{304f}",
    "\u{65b0}\u{3057}\u{3044}\u{30a6}\u{30a4}\u{30f3}\u{30c9}\u{30a6}\u{3067}\u{958b}\u{304d}\u{307e}\u{3059}",
    "\u{65b0}\u{3057}\u{3044}\u{30bf}\u{30d6}\u{3067}\u{958b}\u{304f}",
    "\u{5728}\u{65b0}\u{7a97}\u{53e3}\u{4e2d}\u{6253}\u{5f00}",
    "\u{5728}\u{65b0}\u{6807}\u{7b7e}\u{9875}\u{4e2d}\u{6253}\u{5f00}",
    "\u{c0c8} \u{cc3d}\u{c5d0}\u{c11c} \u{c5f4}\u{b9bc}",
    "\u{c0c8} \u{cc3d} \u{c5f4}\u{b9bc}",
];

static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(LABELS)
        .ok()
});

/// `text` without such labels and the comma, dash or brackets that set them off.
pub(super) fn without_link_labels(text: &str) -> String {
    let Some(automaton) = AUTOMATON
        .as_ref()
        .filter(|automaton| automaton.is_match(text))
    else {
        return text.to_owned();
    };
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for found in automaton.find_iter(text) {
        let before =
            text[from..found.start()].trim_end_matches([' ', ',', '(', '[', '-', '\u{2013}', ';']);
        kept.push_str(before);
        let behind = &text[found.end()..];
        from = found.end() + behind.len() - behind.trim_start_matches([')', ']']).len();
    }
    kept.push_str(&text[from..]);
    kept.trim().to_owned()
}

/// `text` without the bare address of a site behind its last sentence, which
/// says where a link in it leads.
pub(super) fn without_site(text: &str) -> &str {
    let Some((rest, last)) = text.rsplit_once(' ') else {
        return text;
    };
    let is_site = last.len() >= 6
        && last.contains('.')
        && !last.ends_with('.')
        && !last.contains('@')
        && last.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
        });
    let ends_as_sentence = rest.ends_with(['.', '!', '?', '"', '\u{201d}', '\u{201c}']);
    if is_site && ends_as_sentence {
        rest
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str) {
        assert_eq!(without_link_labels(text), wanted, "{text}");
    }

    #[test]
    fn labels_of_links_are_no_text() {
        check(
            "Shares of Brennick (BRY), opens new tab fell.",
            "Shares of Brennick (BRY) fell.",
        );
        check(
            "The report (opens in a new window) is out.",
            "The report is out.",
        );
        check(
            "Der Bericht (\u{f6}ffnet in neuem Fenster).",
            "Der Bericht.",
        );
        check("The shop opens in May.", "The shop opens in May.");
    }
}
