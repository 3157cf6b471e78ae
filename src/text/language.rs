//! The language of a text, for inflections.

/// Bytes of a text that the detector looks at.
const SAMPLE: usize = 1_500;

/// A language that inflections are known for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Arabic.
    Arabic,
    /// Danish.
    Danish,
    /// Dutch.
    Dutch,
    /// English.
    English,
    /// Finnish.
    Finnish,
    /// French.
    French,
    /// German.
    German,
    /// Greek.
    Greek,
    /// Hungarian.
    Hungarian,
    /// Italian.
    Italian,
    /// Norwegian, both written forms.
    Norwegian,
    /// Portuguese.
    Portuguese,
    /// Romanian.
    Romanian,
    /// Russian.
    Russian,
    /// Spanish.
    Spanish,
    /// Swedish.
    Swedish,
    /// Tamil.
    Tamil,
    /// Turkish.
    Turkish,
}

impl Language {
    /// Every language, in the order of the declaration.
    pub const ALL: [Self; 18] = [
        Self::Arabic,
        Self::Danish,
        Self::Dutch,
        Self::English,
        Self::Finnish,
        Self::French,
        Self::German,
        Self::Greek,
        Self::Hungarian,
        Self::Italian,
        Self::Norwegian,
        Self::Portuguese,
        Self::Romanian,
        Self::Russian,
        Self::Spanish,
        Self::Swedish,
        Self::Tamil,
        Self::Turkish,
    ];

    /// The language of a BCP 47 tag, of which the region does not count.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim();
        Some(match primary.to_ascii_lowercase().as_str() {
            "ar" => Self::Arabic,
            "da" => Self::Danish,
            "nl" => Self::Dutch,
            "en" => Self::English,
            "fi" => Self::Finnish,
            "fr" => Self::French,
            "de" => Self::German,
            "el" => Self::Greek,
            "hu" => Self::Hungarian,
            "it" => Self::Italian,
            "no" | "nb" | "nn" => Self::Norwegian,
            "pt" => Self::Portuguese,
            "ro" => Self::Romanian,
            "ru" => Self::Russian,
            "es" => Self::Spanish,
            "sv" => Self::Swedish,
            "ta" => Self::Tamil,
            "tr" => Self::Turkish,
            _ => return None,
        })
    }
}

/// The language of `text` as a BCP 47 primary tag (`en`, `zh`), where the
/// detector is sure of it; short texts give none.
#[must_use]
pub fn detect_language(text: &str) -> Option<&'static str> {
    let mut end = text.len().min(SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let found = whatlang::detect(&text[..end])?;
    let is_sure = found.is_reliable() || found.confidence() >= 0.5 && end >= 40;
    is_sure.then(|| tag(found.lang())).flatten()
}

/// The two-letter tag of a language that the detector names by three.
fn tag(lang: whatlang::Lang) -> Option<&'static str> {
    Some(match lang.code() {
        "ara" => "ar",
        "aze" => "az",
        "bel" => "be",
        "ben" => "bn",
        "bul" => "bg",
        "cat" => "ca",
        "ces" => "cs",
        "cmn" => "zh",
        "dan" => "da",
        "deu" => "de",
        "ell" => "el",
        "eng" => "en",
        "epo" => "eo",
        "est" => "et",
        "fin" => "fi",
        "fra" => "fr",
        "guj" => "gu",
        "heb" => "he",
        "hin" => "hi",
        "hrv" => "hr",
        "hun" => "hu",
        "hye" => "hy",
        "ind" => "id",
        "ita" => "it",
        "jpn" => "ja",
        "kat" => "ka",
        "khm" => "km",
        "kor" => "ko",
        "lav" => "lv",
        "lit" => "lt",
        "mkd" => "mk",
        "nld" => "nl",
        "nob" => "no",
        "pes" => "fa",
        "pol" => "pl",
        "por" => "pt",
        "ron" => "ro",
        "rus" => "ru",
        "slk" => "sk",
        "slv" => "sl",
        "spa" => "es",
        "srp" => "sr",
        "swe" => "sv",
        "tam" => "ta",
        "tgl" => "tl",
        "tha" => "th",
        "tur" => "tr",
        "ukr" => "uk",
        "urd" => "ur",
        "vie" => "vi",
        "afr" => "af",
        "lat" => "la",
        "yid" => "yi",
        "mya" => "my",
        "nep" => "ne",
        "mar" => "mr",
        "mal" => "ml",
        "kan" => "kn",
        "tel" => "te",
        "uzb" => "uz",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        let check = |text: &str, wanted| assert_eq!(detect_language(text), wanted, "{text}");
        check(
            "The council voted on Tuesday to close the old bridge for repairs until the spring.",
            Some("en"),
        );
        check(
            "Der Rat hat am Dienstag beschlossen, die alte Brücke bis zum Frühjahr zu sperren.",
            Some("de"),
        );
        check(
            "Совет во вторник решил закрыть старый мост на ремонт до весны.",
            Some("ru"),
        );
        check(
            "市議会は火曜日、古い橋を春まで閉鎖することを決めた。",
            Some("ja"),
        );
        check("", None);
    }

    #[test]
    fn regions_of_a_tag_do_not_count() {
        assert_eq!(Language::from_tag("pt-BR"), Some(Language::Portuguese));
        assert_eq!(Language::from_tag("nb_NO"), Some(Language::Norwegian));
        assert_eq!(Language::from_tag("zh"), None);
    }
}
