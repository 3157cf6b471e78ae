//! The role of each character in words, and the form it is compared in.
//!
//! There is one table entry for each character of the basic plane, built once from
//! the Unicode data; other characters are computed when they occur. Not here: where
//! words begin and end (`words`).

use smallvec::SmallVec;
use std::sync::LazyLock;
use unicode_normalization::char::{compose, decompose_compatible};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The role of a character in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Separates words.
    Separator,
    /// A letter, digit, or a sign that is part of a letter.
    Letter,
    /// Of a script without spaces between words: a word by itself, with its marks.
    Unspaced,
    /// Removed without splitting the word.
    Ignored,
    /// Combined with the letter before it if Unicode has one character for both,
    /// else removed.
    Mark,
    /// One of the characters used as an apostrophe.
    Apostrophe,
    /// Separates words and may end a sentence.
    Stop,
    /// White space.
    Space,
}

/// A character of upper or title case.
pub(super) const UPPER: u32 = 1 << 25;
/// A character of lower case.
pub(super) const LOWER: u32 = 1 << 26;
/// A decimal digit.
pub(super) const DIGIT: u32 = 1 << 27;
/// A Latin letter.
pub(super) const LATIN: u32 = 1 << 28;
/// A Cyrillic letter.
pub(super) const CYRILLIC: u32 = 1 << 29;
/// A Greek letter.
pub(super) const GREEK: u32 = 1 << 30;

const MULTI: u32 = 1 << 21;
const KIND_SHIFT: u32 = 22;
const CODE: u32 = (1 << 21) - 1;

/// The folded form of one character; nearly always one character.
pub(super) type Folded = SmallVec<[char; 4]>;

/// A character's kind, its folded form and its properties.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry(u32);

impl Entry {
    /// The role of the character.
    pub(super) fn kind(self) -> Kind {
        match (self.0 >> KIND_SHIFT) & 7 {
            0 => Kind::Separator,
            1 => Kind::Letter,
            2 => Kind::Unspaced,
            3 => Kind::Ignored,
            4 => Kind::Mark,
            5 => Kind::Apostrophe,
            6 => Kind::Stop,
            _ => Kind::Space,
        }
    }

    /// The property bits: [`UPPER`], [`LOWER`], [`DIGIT`], the scripts.
    pub(super) fn properties(self) -> u32 {
        self.0 & (UPPER | LOWER | DIGIT | LATIN | CYRILLIC | GREEK)
    }
}

struct Table {
    entries: Vec<u32>,
    multi: Vec<Folded>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut multi = Vec::new();
    let entries = (0..0x1_0000u32)
        .map(|code| {
            let Some(c) = char::from_u32(code) else {
                return 0;
            };
            let entry = classify(c);
            match fold(c).as_slice() {
                [one] => entry | u32::from(*one),
                several => {
                    multi.push(several.into());
                    entry | MULTI | (multi.len() - 1) as u32
                }
            }
        })
        .collect();
    Table { entries, multi }
});

/// Access to the table, so that a loop over a text looks it up only once.
#[derive(Clone, Copy)]
pub(super) struct Folding(&'static Table);

impl Folding {
    pub(super) fn new() -> Self {
        Self(&TABLE)
    }

    /// The entry of `c`.
    #[inline]
    pub(super) fn entry(self, c: char) -> Entry {
        Entry(match self.0.entries.get(c as usize) {
            Some(entry) => *entry,
            None => classify(c) | MULTI | CODE,
        })
    }

    /// Appends the folded form of `c`, whose entry is `entry`.
    #[inline]
    pub(super) fn push(self, c: char, entry: Entry, out: &mut String) {
        let code = entry.0 & CODE;
        if entry.0 & MULTI == 0 {
            // Without MULTI, the code is always a character.
            out.push(char::from_u32(code).unwrap_or(c));
        } else if let Some(several) = self.0.multi.get(code as usize) {
            out.extend(several.iter());
        } else {
            out.extend(fold(c).iter());
        }
    }

    /// Whether `c` is its own folded form.
    #[inline]
    pub(super) fn is_folded(self, c: char, entry: Entry) -> bool {
        entry.0 & (MULTI | CODE) == u32::from(c)
    }
}

/// The folded form of a single word.
pub(crate) fn fold_word(word: &str) -> String {
    let folding = Folding::new();
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        folding.push(c, folding.entry(c), &mut folded);
    }
    folded
}

/// Combines a mark with the last letter of `word` if Unicode has one character for
/// both and the script keeps its marks (й, が, Hangul); else drops it.
pub(super) fn join_mark(word: &mut String, from: usize, mark: char) {
    let Some(last) = word[from..].chars().next_back() else {
        return;
    };
    let mark = match mark {
        '\u{FF9E}' => '\u{3099}',
        '\u{FF9F}' => '\u{309A}',
        other => other,
    };
    if is_latin(last) || is_greek(last) {
        return;
    }
    if let Some(joined) = compose(last, mark) {
        word.pop();
        word.extend(fold(joined).iter());
    }
}

fn classify(c: char) -> u32 {
    let mut properties = 0;
    if c.is_uppercase() {
        properties |= UPPER;
    } else if c.is_lowercase() {
        properties |= LOWER;
    }
    if c.is_numeric() {
        properties |= DIGIT;
    }
    if c.is_alphabetic() {
        if is_latin(c) {
            properties |= LATIN;
        } else if is_greek(c) {
            properties |= GREEK;
        } else if is_cyrillic(c) {
            properties |= CYRILLIC;
        }
    }
    properties | (kind(c) as u32) << KIND_SHIFT
}

fn kind(c: char) -> Kind {
    match c {
        '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '′' | '＇' => Kind::Apostrophe,
        '.' | '!' | '?' | '…' | '。' | '！' | '？' | '｡' | '؟' | '۔' | '।' | '॥' | '።' | '។'
        | '။' => Kind::Stop,
        '\u{0300}'..='\u{036F}' | '\u{3099}' | '\u{309A}' | '\u{FF9E}' | '\u{FF9F}' => Kind::Mark,
        // Tatweel, harakat, Hebrew points, variation selectors.
        '\u{0640}'
        | '\u{064B}'..='\u{0652}'
        | '\u{0670}'
        | '\u{0591}'..='\u{05BD}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{180B}'..='\u{180F}'
        | '\u{E0100}'..='\u{E01EF}' => Kind::Ignored,
        _ if c.is_whitespace() => Kind::Space,
        _ if c.general_category() == GeneralCategory::Format => Kind::Ignored,
        _ if is_unspaced(c) => Kind::Unspaced,
        // Only conjoining vowels and finals combine with the syllable before them.
        '\u{1161}'..='\u{1175}' | '\u{11A8}'..='\u{11C2}' => Kind::Mark,
        _ if c.is_alphanumeric() => Kind::Letter,
        _ if c.general_category_group() == GeneralCategoryGroup::Mark && c > '\u{036F}' => {
            Kind::Letter
        }
        _ => Kind::Separator,
    }
}

fn fold(c: char) -> Folded {
    let mut folded = Folded::new();
    if let Some(digit) = ascii_digit(c) {
        folded.push(digit);
        return folded;
    }
    let mut decomposed = Folded::new();
    decompose_compatible(c, |part| decomposed.push(part));
    // In scripts where a mark makes another letter, it is composed again.
    if !(is_latin(c) || is_greek(c) || is_arabic(c)) {
        recompose(&mut decomposed);
    }
    let parts: &[char] = if fixed(c).is_some() {
        &[c]
    } else {
        &decomposed
    };
    for &part in parts {
        if let Some(fixed) = fixed(part) {
            folded.extend(fixed.chars());
            continue;
        }
        // Upper case first: it turns ß into SS, ς into Σ and ı into I.
        for lower in part.to_uppercase().flat_map(char::to_lowercase) {
            let stripped = matches!(lower, '\u{0300}'..='\u{036F}');
            if !stripped
                && (lower.is_alphanumeric() || lower > '\u{036F}' && !lower.is_whitespace())
            {
                folded.extend(
                    fixed(lower)
                        .map_or_else(|| lower.to_string(), str::to_owned)
                        .chars(),
                );
            }
        }
    }
    if folded.is_empty() {
        folded.push(c);
    }
    folded
}

fn recompose(parts: &mut Folded) {
    let mut joined = Folded::new();
    for &part in parts.iter() {
        match joined.last_mut() {
            Some(last) => match compose(*last, part) {
                Some(both) => *last = both,
                None => joined.push(part),
            },
            None => joined.push(part),
        }
    }
    *parts = joined;
}

/// Letters whose folded form is not in the Unicode tables.
fn fixed(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ħ' | 'Ħ' => "h",
        'ı' | 'İ' => "i",
        'ё' | 'Ё' => "е",
        'أ' | 'إ' | 'آ' | 'ٱ' => "ا",
        // These look the same to a reader but come from different keyboards.
        'ى' | 'ی' | 'ې' => "ي",
        'ک' | 'ڪ' => "ك",
        'ة' | 'ہ' | 'ۂ' | 'ۃ' | 'ۀ' | 'ە' | 'ھ' => "ه",
        _ => return None,
    })
}

fn is_latin(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | 'ª' | 'º' | '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}'
        | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB6F}'
        | '\u{FB00}'..='\u{FB06}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}')
}

fn is_greek(c: char) -> bool {
    matches!(c, '\u{0370}'..='\u{03FF}' | '\u{1F00}'..='\u{1FFF}')
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{0400}'..='\u{052F}' | '\u{1C80}'..='\u{1C8F}' | '\u{A640}'..='\u{A69F}')
}

fn is_arabic(c: char) -> bool {
    matches!(c,
        '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{08A0}'..='\u{08FF}'
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

/// The first of the ten digits of scripts that have their own.
const ZEROS: [char; 20] = [
    '\u{0660}', '\u{06F0}', '\u{07C0}', '\u{0966}', '\u{09E6}', '\u{0A66}', '\u{0AE6}', '\u{0B66}',
    '\u{0BE6}', '\u{0C66}', '\u{0CE6}', '\u{0D66}', '\u{0E50}', '\u{0ED0}', '\u{0F20}', '\u{1040}',
    '\u{1090}', '\u{17E0}', '\u{1810}', '\u{FF10}',
];

/// The ASCII digit of a digit of another script: ٢ and ২ are 2.
fn ascii_digit(c: char) -> Option<char> {
    let value = |zero: char| u32::from(c).checked_sub(u32::from(zero));
    let value = ZEROS
        .into_iter()
        .find_map(|zero| value(zero).filter(|&n| n < 10))?;
    char::from_digit(value, 10)
}

/// Whether `c` is a letter or mark of a script that is written without spaces
/// between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    is_ideograph(c) || is_southeast_asian(c)
}

/// Whether `c` is a letter or mark of Thai, Lao, Burmese or Khmer.
pub(crate) fn is_southeast_asian(c: char) -> bool {
    matches!(c,
        '\u{0E01}'..='\u{0E3A}' | '\u{0E40}'..='\u{0E4E}'
        | '\u{0E81}'..='\u{0ECF}' | '\u{0EDC}'..='\u{0EDF}'
        | '\u{1000}'..='\u{103F}' | '\u{1050}'..='\u{108F}' | '\u{109A}'..='\u{109D}'
        | '\u{A9E0}'..='\u{A9EF}' | '\u{A9FA}'..='\u{A9FE}' | '\u{AA60}'..='\u{AA7F}'
        | '\u{1780}'..='\u{17D3}' | '\u{17D7}' | '\u{17DC}' | '\u{17DD}')
}

/// Whether `c` is a mark of Thai, Lao, Burmese or Khmer: it belongs to the letter
/// before it.
pub(super) fn is_cluster_mark(c: char) -> bool {
    is_southeast_asian(c) && c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Whether `c` is Han or Kana.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}'
        | '々' | '〇' | '\u{31F0}'..='\u{31FF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9D}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str) {
        let folding = Folding::new();
        let mut folded = String::new();
        for c in text.chars() {
            folding.push(c, folding.entry(c), &mut folded);
        }
        assert_eq!(folded, wanted, "{text}");
    }

    #[test]
    fn latin_and_greek_lose_case_and_marks() {
        check("São ÅNGSTRÖM Ελλάδα", "sao\u{20}angstrom\u{20}ελλαδα");
        check("ĦøŁđÞœÆ", "holdthoeae");
        check(
            "Weißstraße ﬁn İIı ſ",
            "weissstrasse\u{20}fin\u{20}iii\u{20}s",
        );
    }

    #[test]
    fn sigma_and_full_width_letters_have_one_form() {
        check("Σίσυφος", "σισυφοσ");
        check("ＡＢｃ１２", "abc12");
        check("𝐀𝐛", "ab");
    }

    #[test]
    fn cyrillic_keeps_its_short_i_and_loses_its_io() {
        check("Чёрный Йод", "черный\u{20}йод");
    }

    #[test]
    fn arabic_letters_are_the_same_on_every_keyboard() {
        check("أإآٱىة", "اااايه");
        check("ایرانی کرمان ہندۀ", "ايراني\u{20}كرمان\u{20}هنده");
    }

    #[test]
    fn digits_of_all_scripts_are_the_same() {
        check(
            "٢٠٢٦ ۲۰۲۶ २०२६ ২০২৬ ２０２６ ๒๐๒๖",
            "2026\u{20}2026\u{20}2026\u{20}2026\u{20}2026\u{20}2026",
        );
    }

    #[test]
    fn kana_and_thai_keep_their_signs() {
        check("ガぷ", "ガぷ");
        check("ที่", "ที่");
    }
}
