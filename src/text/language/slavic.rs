//! A light stemmer for Polish, Czech, Slovak and Ukrainian: case endings are cut off,
//! and consonants that change before them are changed back (Praha, Praze).

use super::Language;

/// The least letters of a root.
const MIN_ROOT: usize = 3;

struct Rules {
    /// The case endings of nouns and adjectives.
    endings: &'static str,
    /// How a root ends before some endings, and how it ends before others.
    changes: &'static [(&'static str, &'static str)],
}

const POLISH: Rules = Rules {
    endings: "iami ami iach ach iego ego iemu emu owie owi iem em imi ymi ich ych im ym iej ej \
              ów om ią ą ię ę ie ia a e i o u y",
    changes: &[
        ("c", "k"),
        ("c", "t"),
        ("ci", "t"),
        ("dz", "d"),
        ("dz", "g"),
        ("dzi", "d"),
        ("rz", "r"),
        ("sz", "ch"),
        ("ż", "g"),
        ("l", "ł"),
        ("śl", "sł"),
        ("ś", "s"),
        ("ź", "z"),
        ("ń", "n"),
        ("ó", "o"),
    ],
};

const CZECH: Rules = Rules {
    endings: "ách ích ech ami emi ovi ové ého ému ými ých ým ím em ou ům ů a e ě i o u y á é í ý",
    changes: &[
        ("z", "h"),
        ("z", "g"),
        ("c", "k"),
        ("ř", "r"),
        ("š", "ch"),
        ("ž", "h"),
        ("ť", "t"),
        ("ď", "d"),
        ("ň", "n"),
    ],
};

const SLOVAK: Rules = Rules {
    endings: "iach ách ami ovi och ého ému ými ých ým ím iam ám om ou ov ej a e i o u y á é í ý",
    changes: &[
        ("c", "k"),
        ("z", "h"),
        ("š", "ch"),
        ("ť", "t"),
        ("ď", "d"),
        ("ň", "n"),
    ],
};

const UKRAINIAN: Rules = Rules {
    endings: "ями ами ові еві єві ого ому ими ією єю ою ею ях ах ів їв ем єм ом ям ам ій ої ий \
              их им а я у ю і ї и е о ь",
    changes: &[
        ("з", "г"),
        ("ц", "к"),
        ("с", "х"),
        ("ж", "г"),
        ("ч", "к"),
        ("ш", "х"),
    ],
};

const RULES: [(Language, Rules); 4] = [
    (Language::Polish, POLISH),
    (Language::Czech, CZECH),
    (Language::Slovak, SLOVAK),
    (Language::Ukrainian, UKRAINIAN),
];

/// The roots that `lower` may have; empty for other languages.
pub(super) fn roots(lower: &str, language: Language) -> Vec<String> {
    let Some((_, rules)) = RULES.iter().find(|(known, _)| *known == language) else {
        return Vec::new();
    };
    let cut = rules
        .endings
        .split_whitespace()
        .filter_map(|ending| lower.strip_suffix(ending));
    let mut roots: Vec<String> = [lower].into_iter().chain(cut).map(str::to_owned).collect();
    roots.retain(|root| root.chars().count() >= MIN_ROOT);
    for root in roots.clone() {
        let changed = rules
            .changes
            .iter()
            .filter_map(|(from, to)| Some(format!("{}{to}", root.strip_suffix(from)?)));
        roots.extend(changed);
    }
    if language == Language::Ukrainian {
        // A closed last syllable has і where an open one has о or е: Львів, Львова.
        let open = |vowel: &'static str| {
            let (before, after) = lower.rsplit_once(['і', 'ї'])?;
            let vowel = if lower.contains('ї') && vowel == "е" {
                "є"
            } else {
                vowel
            };
            (after.chars().count() == 1).then(|| format!("{before}{vowel}{after}"))
        };
        roots.extend(["о", "е"].into_iter().filter_map(open));
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Stems;

    fn check(language: Language, a: &str, b: &str, wanted: bool) {
        let meet = Stems::of_term(a, Some(language)).meet(&Stems::of(b, Some(language)));
        assert_eq!(meet, wanted, "{a} {b}");
    }

    #[test]
    fn cases_of_names_and_nouns_share_a_root() {
        check(Language::Czech, "Praha", "Praze", true);
        check(Language::Czech, "Praha", "Prahou", true);
        check(Language::Czech, "povodeň", "povodně", false);
        check(Language::Polish, "Warszawa", "Warszawie", true);
        check(Language::Polish, "Polska", "Polsce", true);
        check(Language::Polish, "Madryt", "Madrycie", true);
        check(Language::Polish, "powódź", "powodzi", true);
        check(Language::Slovak, "Košice", "Košiciach", true);
        check(Language::Ukrainian, "Київ", "Києві", true);
        check(Language::Ukrainian, "Львів", "Львова", true);
        check(Language::Ukrainian, "Прага", "Празі", true);
        check(Language::Polish, "prom", "premier", false);
        check(Language::Czech, "most", "město", false);
    }
}
