//! Languages: which one a text is in, what their tags mean, and the forms of words.

pub(super) mod tag;
pub(super) mod stem;
mod irregular;
pub(super) mod attached;

use super::words::fold::fold_word;
use tag::LanguageTag;

/// How many bytes of a text the detector reads.
const SAMPLE: usize = 1_500;

/// A language whose inflections are known.
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

    /// The language of a BCP 47 tag; the region is ignored.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Some(match LanguageTag::read(tag).base() {
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

    /// Common words of the language in lower case, chosen so that related languages
    /// do not have all of them; empty if none are known.
    fn common_words(self) -> &'static str {
        match self {
            Self::Danish => "og af ikke blev efter fra også er der ved til hun",
            Self::Dutch => "het een van niet zijn voor wordt ook dat aan naar bij heeft werd om",
            Self::English => {
                "the of and to that with for from has are this which their been after about"
            }
            Self::Finnish => "ja on että ei oli mutta myös joka ovat hän sekä kun mukaan jotka",
            Self::French => "le les des et est du dans une au pour qui sur pas par aux",
            Self::German => "der und das ist nicht ein mit dem den die von auf für sich im",
            Self::Hungarian => "az és hogy nem egy volt csak meg is ez már vagy szerint",
            Self::Italian => "il di che della gli sono nel del per è con ha alla dei una",
            Self::Norwegian => "og av ikke ble etter fra også er på ved til hun",
            Self::Portuguese => "os do da em um uma não ao que dos com foi mais pela são",
            Self::Romanian => "și în din nu pentru este că cu au mai care fost sau",
            Self::Russian => "что это как был для его из или на не по от они было",
            Self::Spanish => "los las una por con su para más como fue hay desde",
            Self::Swedish => "och att av inte är för till från ett sig på hon",
            Self::Turkish => "ve bir bu için ile olarak çok daha olan gibi ancak kadar sonra",
            Self::Arabic | Self::Greek | Self::Tamil => "",
        }
    }

    /// Whether the common words of `text` confirm that it is in this language. This
    /// is much cheaper than [`detect_language`] (150 µs). False means nothing: the
    /// text may be short, or a list of names.
    #[must_use]
    pub fn is_confirmed_by(self, text: &str) -> bool {
        let (mut n_words, mut n_common, mut seen) = (0_usize, 0_usize, 0_u32);
        let words = sample(text).split(|c: char| !c.is_alphabetic());
        for word in words.filter(|word| !word.is_empty()) {
            n_words += 1;
            let mut known = self.common_words().split(' ');
            if let Some(at) = known.position(|known| known.eq_ignore_ascii_case(word)) {
                n_common += 1;
                seen |= 1 << at;
            }
        }
        seen.count_ones() >= MIN_COMMON && n_common * WORDS_PER_COMMON >= n_words
    }
}

/// English words that most articles contain, besides those of
/// [`Language::common_words`].
const COMMON: &str = "a an or in on at by is was be had it its he she they we as but not will \
                      said says new one two year years more also people time would could";

/// Words of other languages that are rarer English ones.
const ALSO_ENGLISH: &str = "die den hat war mit sin con hay per fin sur pour van om men hun era \
                            is it for on an at by so den from was con mais para";

/// Whether most articles in one of `languages` contain the folded word; in any language
/// if none is given.
pub(crate) fn is_common_word(folded: &str, languages: &[LanguageTag]) -> bool {
    let has = |list: &str| list.split_whitespace().any(|word| word == folded);
    let is_of = |language: Language| {
        let english = language == Language::English && has(COMMON);
        english
            || language
                .common_words()
                .split(' ')
                .any(|word| fold_word(word) == folded)
    };
    if languages.is_empty() {
        return is_of(Language::English)
            || !has(ALSO_ENGLISH) && Language::ALL.into_iter().any(is_of);
    }
    let named = languages
        .iter()
        .filter_map(|tag| Language::from_tag(tag.base()));
    named.into_iter().any(is_of)
}

/// How many different common words confirm a language, and the most words for each
/// occurrence of one: running text has about four, another language fifty.
const MIN_COMMON: u32 = 3;
const WORDS_PER_COMMON: usize = 25;

fn sample(text: &str) -> &str {
    &text[..text.floor_char_boundary(SAMPLE)]
}

/// The language of `text` as a BCP 47 primary tag (`en`, `zh`), if the detector is
/// sure; `None` for short texts.
#[must_use]
pub fn detect_language(text: &str) -> Option<&'static str> {
    let sample = sample(text);
    let found = whatlang::detect(sample)?;
    let is_sure = found.is_reliable() || found.confidence() >= 0.5 && sample.len() >= 40;
    is_sure.then(|| tag(found.lang())).flatten()
}

/// The two-letter tag of a language, which the detector names by three letters.
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
    fn languages_are_distinguished() {
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
    fn a_language_is_confirmed_by_its_common_words() {
        let check = |language: Language, text, want| {
            assert_eq!(language.is_confirmed_by(text), want, "{language:?}: {text}");
        };
        let english = "The government wants a new law about energy. It is too early to say \
                       how many towns will have a use of it, but two of the great parties \
                       have said yes to the plan for next year.";
        let german = "Die Regierung will ein neues Gesetz über Energie. Es ist zu früh, um zu \
                      sagen, wie viele Städte davon etwas haben, aber zwei der großen \
                      Parteien haben dem Plan für das nächste Jahr zugestimmt.";
        let danish = "Regeringen vil have en ny lov om energi. Det er for tidligt at sige, hvor \
                      mange byer der vil have gavn af den, men to af de store partier har sagt \
                      ja til planen for næste år.";
        let swedish = "Regeringen vill ha en ny lag om energi. Det är för tidigt att säga hur \
                       många städer som har nytta av den, men två av de stora partierna har \
                       sagt ja till planen för nästa år.";
        let dutch = "De regering wil een nieuwe wet over energie of gas. Het is nog te vroeg om \
                     te zeggen hoeveel steden er baat bij hebben, maar twee partijen hebben ja \
                     gezegd, en anderen zijn tegen.";
        let texts = [
            (Language::English, english),
            (Language::German, german),
            (Language::Danish, danish),
            (Language::Swedish, swedish),
            (Language::Dutch, dutch),
        ];
        for (claimed, _) in texts {
            for (actual, text) in texts {
                check(claimed, text, claimed == actual);
            }
        }
        check(Language::English, "Harbour bridge closed", false);
        check(Language::English, "the the the", false);
        check(Language::Arabic, "وأعلن المجلس إغلاق الجسر", false);
        check(Language::English, "", false);
    }

    #[test]
    fn the_region_of_a_tag_is_ignored() {
        assert_eq!(Language::from_tag("pt-BR"), Some(Language::Portuguese));
        assert_eq!(Language::from_tag("nb_NO"), Some(Language::Norwegian));
        assert_eq!(Language::from_tag("zh"), None);
    }
}
