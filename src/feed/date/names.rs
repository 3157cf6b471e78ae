//! Names of months, halves of the day and zones.

/// A half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
}

pub(super) fn half_of_day(word: &str) -> Option<Half> {
    match word {
        "上午" | "午前" | "오전" => Some(Half::Morning),
        "下午" | "午後" | "오후" => Some(Half::Afternoon),
        _ if word.eq_ignore_ascii_case("am") => Some(Half::Morning),
        _ if word.eq_ignore_ascii_case("pm") => Some(Half::Afternoon),
        _ => None,
    }
}

/// Beginnings of the months' names, in lower case, month by month: English
/// first, then French, German, Dutch, Spanish, Italian, Portuguese,
/// Scandinavian, Polish, Czech, Hungarian, Romanian, Turkish, Russian, Ukrainian and Greek.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "jän", "ene", "gen", "sty", "led", "ian", "oca", "янв", "січ", "ιαν",
    ],
    &[
        "feb", "fév", "fev", "lut", "úno", "şub", "фев", "лют", "φεβ",
    ],
    &[
        "mar", "mär", "mrt", "maa", "már", "bře", "мар", "бер", "μαρ", "μάρ",
    ],
    &[
        "apr", "avr", "abr", "kwi", "dub", "ápr", "nis", "апр", "кві", "απρ",
    ],
    &[
        "may", "mai", "mei", "mag", "maj", "máj", "kvě", "мая", "май", "тра", "μαϊ", "μάι", "μαΐ",
        "μαι",
    ],
    &[
        "jun", "jui", "giu", "cze", "čer", "jún", "iun", "haz", "июн", "чер", "ιουν", "ιούν",
    ],
    &[
        "jul", "lug", "lip", "čvc", "júl", "iul", "tem", "июл", "лип", "ιουλ", "ιούλ",
    ],
    &[
        "aug", "aoû", "aou", "ago", "sie", "srp", "ağu", "авг", "сер", "αυγ", "αύγ",
    ],
    &[
        "sep", "set", "wrz", "zář", "szep", "eyl", "сен", "вер", "σεπ",
    ],
    &[
        "oct", "okt", "out", "ott", "paź", "říj", "eki", "окт", "жов", "οκτ",
    ],
    &["nov", "lis", "kas", "noi", "ноя", "лис", "νοε", "νοέ"],
    &[
        "dec", "déc", "dez", "dic", "des", "gru", "pro", "ara", "дек", "гру", "δεκ",
    ],
];

/// The month, 1 to 12, that `word` names in one of many languages.
pub(super) fn month_of(word: &str) -> Option<i64> {
    if word.len() < 3 {
        return None;
    }
    let word = word.to_lowercase();
    let month = MONTHS
        .iter()
        .position(|names| names.iter().any(|name| word.starts_with(name)))?;
    // `juil` is July, all other `jui` is June.
    let is_juillet = word.starts_with("juil");
    i64::try_from(month)
        .ok()
        .map(|month| month + 1 + i64::from(is_juillet))
}

/// Minutes east of Greenwich of a zone's name or abbreviation. If an abbreviation has
/// several meanings, this is the one that feeds use.
pub(super) fn offset_minutes_of(word: &str) -> Option<i64> {
    let mut upper = [0_u8; 5];
    let upper = upper.get_mut(..word.len())?;
    upper.copy_from_slice(word.as_bytes());
    upper.make_ascii_uppercase();
    let quarter_hours = match &*upper {
        b"Z" | b"UT" | b"UTC" | b"GMT" | b"WET" => 0,
        b"BST" | b"CET" | b"MET" | b"MEZ" | b"WEST" => 4,
        b"CEST" | b"MEST" | b"MESZ" | b"EET" | b"SAST" | b"CAT" => 8,
        b"EEST" | b"MSK" | b"TRT" | b"EAT" => 12,
        b"GST" | b"SAMT" => 16,
        b"PKT" | b"YEKT" => 20,
        b"IST" => 22,
        b"ICT" | b"WIB" => 28,
        b"HKT" | b"SGT" | b"AWST" | b"PHT" | b"MYT" => 32,
        b"JST" | b"KST" => 36,
        b"ACST" => 38,
        b"AEST" => 40,
        b"ACDT" => 42,
        b"AEDT" => 44,
        b"NZST" => 48,
        b"NZDT" => 52,
        b"NDT" => -10,
        b"BRT" | b"ART" | b"ADT" => -12,
        b"NST" => -14,
        b"AT" | b"AST" | b"EDT" | b"CLT" => -16,
        b"ET" | b"EST" | b"CDT" => -20,
        b"CT" | b"CST" | b"MDT" => -24,
        b"MT" | b"MST" | b"PDT" => -28,
        b"PT" | b"PST" | b"AKDT" => -32,
        b"AKST" => -36,
        b"HST" => -40,
        _ => return None,
    };
    Some(quarter_hours * 15)
}

/// Minutes east of Greenwich of a military zone, with the signs of RFC 822 §5.1.
pub(super) fn military_minutes_of(word: &str) -> Option<i64> {
    let hours = match word {
        "A" => -1,
        "M" => -12,
        "N" => 1,
        "Y" => 12,
        _ => return None,
    };
    Some(hours * 60)
}
