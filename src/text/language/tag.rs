//! Language tags (BCP 47): which of them mean the same language.

/// Other codes of a language: deprecated ones, those of three letters, and languages
/// that are written as another one here.
const ALIASES: &[(&str, &str)] = &[
    ("iw", "he"),
    ("ji", "yi"),
    ("in", "id"),
    ("jw", "jv"),
    ("mo", "ro"),
    ("fil", "tl"),
    ("tgl", "tl"),
    ("cmn", "zh"),
    ("arb", "ar"),
    ("pes", "fa"),
    ("prs", "fa"),
    ("ekk", "et"),
    ("lvs", "lv"),
    ("swh", "sw"),
    ("zsm", "ms"),
    ("npi", "ne"),
    ("azj", "az"),
    ("als", "sq"),
    ("hbs", "sh"),
    ("scc", "sr"),
    ("scr", "hr"),
    ("eng", "en"),
    ("deu", "de"),
    ("ger", "de"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("spa", "es"),
    ("ita", "it"),
    ("por", "pt"),
    ("nld", "nl"),
    ("dut", "nl"),
    ("rus", "ru"),
    ("ukr", "uk"),
    ("pol", "pl"),
    ("ces", "cs"),
    ("cze", "cs"),
    ("slk", "sk"),
    ("slo", "sk"),
    ("slv", "sl"),
    ("hrv", "hr"),
    ("srp", "sr"),
    ("bos", "bs"),
    ("mkd", "mk"),
    ("mac", "mk"),
    ("bul", "bg"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("hun", "hu"),
    ("ell", "el"),
    ("gre", "el"),
    ("tur", "tr"),
    ("swe", "sv"),
    ("dan", "da"),
    ("nor", "no"),
    ("nob", "nb"),
    ("nno", "nn"),
    ("fin", "fi"),
    ("est", "et"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("isl", "is"),
    ("ice", "is"),
    ("gle", "ga"),
    ("cym", "cy"),
    ("wel", "cy"),
    ("cat", "ca"),
    ("eus", "eu"),
    ("baq", "eu"),
    ("glg", "gl"),
    ("sqi", "sq"),
    ("alb", "sq"),
    ("ara", "ar"),
    ("heb", "he"),
    ("fas", "fa"),
    ("per", "fa"),
    ("urd", "ur"),
    ("hin", "hi"),
    ("ben", "bn"),
    ("tam", "ta"),
    ("tel", "te"),
    ("mar", "mr"),
    ("guj", "gu"),
    ("kan", "kn"),
    ("mal", "ml"),
    ("pan", "pa"),
    ("nep", "ne"),
    ("sin", "si"),
    ("tha", "th"),
    ("lao", "lo"),
    ("khm", "km"),
    ("mya", "my"),
    ("bur", "my"),
    ("vie", "vi"),
    ("ind", "id"),
    ("msa", "ms"),
    ("may", "ms"),
    ("zho", "zh"),
    ("chi", "zh"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("kat", "ka"),
    ("geo", "ka"),
    ("hye", "hy"),
    ("arm", "hy"),
    ("aze", "az"),
    ("kaz", "kk"),
    ("uzb", "uz"),
    ("mon", "mn"),
    ("swa", "sw"),
    ("amh", "am"),
    ("som", "so"),
    ("hau", "ha"),
    ("afr", "af"),
    ("zul", "zu"),
    ("yid", "yi"),
];

/// The parts of a language tag that tell languages apart, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LanguageTag {
    /// The language: `no`, `zh`. Always the code of two letters, if there is one.
    base: String,
    /// The script: `hans`, `latn`.
    script: Option<String>,
    /// The region: `br`, `419`.
    region: Option<String>,
}

impl LanguageTag {
    /// Reads `tag`; `_` separates its parts as well as `-`.
    #[must_use]
    pub fn read(tag: &str) -> Self {
        let lower = tag.trim().to_ascii_lowercase();
        let mut parts = lower.split(['-', '_']);
        let base = parts.next().unwrap_or_default();
        let alias = ALIASES.iter().find(|(alias, _)| *alias == base);
        let mut read = Self {
            base: alias.map_or(base, |(_, base)| base).to_owned(),
            script: None,
            region: None,
        };
        for part in parts {
            let is_letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
            match part.len() {
                4 if is_letters && read.script.is_none() => read.script = Some(part.to_owned()),
                2 if is_letters && read.region.is_none() => read.region = Some(part.to_owned()),
                3 if !is_letters && read.region.is_none() => read.region = Some(part.to_owned()),
                _ => {}
            }
        }
        if read.base == "zh" && read.script.is_none() {
            read.script = match read.region.as_deref() {
                Some("cn" | "sg" | "my") => Some("hans".to_owned()),
                Some("tw" | "hk" | "mo") => Some("hant".to_owned()),
                _ => None,
            };
        }
        read
    }

    /// The code of the language: `no` for Norwegian of any kind.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether a text in the language `other` may be in this one. A part that one of
    /// the two leaves open is no contradiction: `pt` may be `pt-br`. `no` is both
    /// `nb` and `nn`.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        let agree = |a: &Option<String>, b: &Option<String>| match (a, b) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        let is_same = self.base == other.base;
        // For Chinese, the region does not matter if both tags give the script.
        let is_region_open = self.base == "zh" && self.script.is_some() && other.script.is_some();
        (is_same || is_norwegian(&self.base, &other.base))
            && agree(&self.script, &other.script)
            && (is_region_open || agree(&self.region, &other.region))
    }

    /// The tag as terms with `lang:` are compared: `pt-br`.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut tag = self.base.clone();
        for part in [&self.script, &self.region].into_iter().flatten() {
            tag.push('-');
            tag.push_str(part);
        }
        tag
    }
}

fn is_norwegian(a: &str, b: &str) -> bool {
    matches!((a, b), ("no", "nb" | "nn") | ("nb" | "nn", "no"))
}

/// What `lang:` terms search in an article of this language: its tag, and the other
/// tags that it may be written as, as blocks.
#[must_use]
pub fn tag_field(tag: &str) -> String {
    let read = LanguageTag::read(tag);
    let mut tags = vec![read.canonical()];
    let others: &[&str] = match read.base() {
        "nb" | "nn" => &["no"],
        "no" => &["nb", "nn"],
        _ => &[],
    };
    tags.extend(others.iter().map(|&other| other.to_owned()));
    if let (Some(_), Some(region)) = (&read.script, &read.region) {
        tags.push(format!("{}-{region}", read.base));
    }
    tags.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &str, found: &str, is_same: bool) {
        let (wanted_tag, found_tag) = (LanguageTag::read(wanted), LanguageTag::read(found));
        assert_eq!(wanted_tag.may_be(&found_tag), is_same, "{wanted} {found}");
    }

    #[test]
    fn aliases_and_macrolanguages_are_the_same_language() {
        check("no", "nb-NO", true);
        check("nb", "no", true);
        check("nb", "nn", false);
        check("he", "iw", true);
        check("id", "in_ID", true);
        check("tl", "fil-PH", true);
        check("en", "eng", true);
        check("yi", "ji", true);
        check("da", "no", false);
    }

    #[test]
    fn parts_that_are_left_open_do_not_contradict() {
        check("pt", "pt-BR", true);
        check("pt-BR", "pt_br", true);
        check("pt-br", "pt", true);
        check("pt-br", "pt-pt", false);
        check("zh-Hans", "zh-CN", true);
        check("zh-Hans", "zh-TW", false);
        check("zh-tw", "zh-hant-hk", true);
        check("sr-Latn", "sr-Cyrl-RS", false);
        check("es-419", "es-419", true);
    }

    #[test]
    fn a_term_finds_each_way_to_write_the_language() {
        assert_eq!(tag_field("nb-NO"), "nb-no\n\nno");
        assert_eq!(tag_field("iw"), "he");
        assert_eq!(tag_field("zh-CN"), "zh-hans-cn\n\nzh-cn");
    }
}
