//! Words by which a page speaks for itself, counted in every block: a house
//! that asks ("subscribe", "our newsletter"), tells who wrote ("is a senior
//! editor at") or keeps its rights, where an author tells what happened.
//!
//! One such word proves nothing, so none is a rule: the counts are evidence for
//! the model. To add a word: put it into its row, folded as
//! [`crate::extract::lines::phrases::fold`] does it; a `*` at its end stands for any ending.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What sort of words are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wording {
    /// The reader is spoken to.
    You,
    /// The house speaks of itself.
    We,
    /// The reader is asked to do something on the page.
    Asking,
    /// Who somebody is by trade: the end of an article tells of its author.
    Trade,
    /// Rights, duties, terms.
    Legal,
    /// Nets and addresses.
    Contact,
}

/// How often each sort of words is there.
pub(crate) type Counts = [u8; Wording::ALL.len()];

impl Wording {
    /// All sorts, in the order of the enum.
    pub(crate) const ALL: [Self; 6] = [
        Self::You,
        Self::We,
        Self::Asking,
        Self::Trade,
        Self::Legal,
        Self::Contact,
    ];
}

#[rustfmt::skip]
const WORDS: &[(Wording, &[&str])] = &[
    (Wording::You, &[
        "you", "your", "yours", "youre", "youll", "ihnen", "ihre", "ihren", "dir", "dich", "dein*", "vous", "votre", "vos", "usted*", "tu", "tus", "tuo", "tua", "você", "vocês", "seu", "sua", "jouw", "uw", "twój", "ваш*",
    ]),
    (Wording::We, &[
        "we", "our", "ours", "us", "weve", "were", "wir", "uns", "unser*", "nous", "notre", "nos", "nosotros", "nuestr*", "noi", "nostr*", "nós", "nosso*", "nossa*", "wij", "ons", "onze", "мы", "наш*",
    ]),
    (Wording::Asking, &[
        "subscri*", "sign", "signup", "newsletter*", "email*", "e mail*", "inbox", "click*", "follow", "download*", "free", "app", "podcast*", "listen", "watch", "support", "donat*", "contribut*", "member*", "join", "register*", "here",
        "account", "log", "login", "browser", "blocker", "adblock*", "alerts", "updates", "share", "comment*", "discount*", "deal*", "sale", "offer*", "shop", "buy", "order", "bestseller*", "sponsor*", "advertis*", "visit", "read", "more", "contact", "tips", "question*",
        "abonnier*", "abonnement*", "anmeld*", "kostenlos*", "klick*", "folgen", "lesen", "werbung", "abonne*", "inscri*", "gratuit*", "cliqu*", "suivez", "télécharge*", "suscri*", "suscríb*", "boletín", "gratis", "clic", "síguenos", "iscriv*", "abbona*", "seguici", "assin*", "inscreva*", "grátis", "siga", "подпи*",
    ]),
    (Wording::Trade, &[
        "author*", "writer*", "writes", "reporter*", "editor*", "journalist*", "correspondent*", "columnist*", "contributor*", "freelance*", "covers", "covering", "based in", "founder*", "fellow", "professor", "graduat*", "degree", "lives in", "previously", "senior", "joined", "experience", "books", "blog*", "staff", "contributed to",
        "autor*", "redakteur*", "journalistin", "schreibt", "auteur*", "rédact*", "journaliste*", "periodista*", "redactor*", "giornalista", "jornalista*", "repórter",
    ]),
    (Wording::Legal, &[
        "copyright*", "rights", "reserved", "terms", "privacy", "policy", "disclaimer*", "disclosure*", "disclos*", "affiliate*", "commission*", "liab*", "advice", "advis*", "licen*", "reproduc*", "republish*", "permission*", "consent*", "cookie*", "personal data", "opinions", "views expressed", "informational", "guarantee*", "trademark*", "registered", "corrections", "standards", "doi", "et al", "vol", "retrieved", "isbn",
        "rechte", "vorbehalten", "datenschutz*", "impressum", "droits", "réservés", "derechos", "reservados", "diritti", "direitos",
    ]),
    (Wording::Contact, &[
        "facebook", "twitter", "instagram", "youtube", "tiktok", "linkedin", "whatsapp", "telegram", "reddit", "pinterest", "snapchat", "threads", "patreon", "substack", "spotify", "itunes", "apple podcasts", "website", "www", "com", "http", "https", "phone", "tel", "press", "media contact", "via",
    ]),
];

struct Lexicon {
    automaton: Option<AhoCorasick>,
    sorts: Vec<Wording>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut patterns = Vec::new();
    let mut sorts = Vec::new();
    for (sort, words) in WORDS {
        for word in *words {
            patterns.push(match word.strip_suffix('*') {
                Some(stem) => format!(" {stem}"),
                None => format!(" {word} "),
            });
            sorts.push(*sort);
        }
    }
    Lexicon {
        // Building fails only on gigabytes of patterns; without it nothing counts.
        automaton: AhoCorasick::new(patterns).ok(),
        sorts,
    }
});

/// Counts the words in a line as [`crate::extract::lines::phrases::fold`] leaves it.
pub(crate) fn count(folded: &str) -> Counts {
    let mut counts = Counts::default();
    if let Some(automaton) = &LEXICON.automaton {
        for hit in automaton.find_overlapping_iter(folded) {
            let count = &mut counts[LEXICON.sorts[hit.pattern().as_usize()] as usize];
            *count = count.saturating_add(1);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::lines::phrases::fold;

    fn check(line: &str, wanted: &[(Wording, u8)]) {
        let mut counts = Counts::default();
        for (sort, n) in wanted {
            counts[*sort as usize] = *n;
        }
        assert_eq!(count(&fold(line)), counts, "{line}");
    }

    #[test]
    fn words_are_counted_by_their_sort() {
        check(
            "Subscribe to our newsletter",
            &[(Wording::Asking, 2), (Wording::We, 1)],
        );
        check(
            "Ann Moss is a senior editor at the Lindau Post.",
            &[(Wording::Trade, 2)],
        );
    }

    #[test]
    fn a_word_within_another_is_not_counted() {
        check("The flower sours on the bus", &[]);
    }
}
