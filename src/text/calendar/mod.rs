//! Names that dates are written with, in some ninety languages: months (the
//! Persian solar ones too), weekdays, halves of the day, zones; and how the
//! years of other calendars count.
//!
//! `names.txt` is generated from CLDR by `generate.py` (`pip install babel`,
//! `python3 generate.py > names.txt`); a form that CLDR lacks goes into the
//! generator's table `MORE`.
//!
//! Not here: how a date is put together (`extract::lines::date`, `feed::date`).

mod years;
mod zones;

pub use years::{of_buddhist, of_jalali};
pub use zones::zone_minutes;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Longest name, in bytes; longer words are not looked up.
const MAX_NAME_BYTES: usize = 64;

/// A half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HalfOfDay {
    /// a.m.
    Morning,
    /// p.m.
    Afternoon,
}

/// What a name means, and in which languages.
struct Named {
    number: i8,
    languages: Vec<&'static str>,
}

type Names = HashMap<&'static str, Vec<Named>>;

#[derive(Default)]
struct Table {
    months: Names,
    jalali: Names,
    weekdays: Names,
    halves: Names,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for row in include_str!("names.txt").lines() {
        let mut columns = row.splitn(4, ' ');
        let (Some(kind), Some(number), Some(languages), Some(name)) = (
            columns.next(),
            columns.next().and_then(|number| number.parse().ok()),
            columns.next(),
            columns.next(),
        ) else {
            continue;
        };
        let names = match kind {
            "month" => &mut table.months,
            "jalali" => &mut table.jalali,
            "day" => &mut table.weekdays,
            "half" => &mut table.halves,
            _ => continue,
        };
        names.entry(name).or_default().push(Named {
            number,
            languages: languages.split(',').collect(),
        });
    }
    table
});

/// The month, 1 to 12, that `name` names: whole names and usual short forms,
/// without regard to case, final dots and (in longer names) accents. A name that
/// means different months in different languages is read in `language` (a BCP 47
/// tag), else in the one with most readers.
#[must_use]
pub fn month(name: &str, language: Option<&str>) -> Option<i8> {
    look_up(&TABLE.months, name, language)
}

/// The month of the Persian solar calendar, 1 to 12, that `name` names.
#[must_use]
pub fn jalali_month(name: &str) -> Option<i8> {
    look_up(&TABLE.jalali, name, None)
}

/// Whether `name` is a weekday's, whole or short.
#[must_use]
pub fn is_weekday(name: &str) -> bool {
    look_up(&TABLE.weekdays, name, None).is_some()
}

/// The half of the day that `name` names: `pm`, `odp.`, `오후`.
#[must_use]
pub fn half_of_day(name: &str) -> Option<HalfOfDay> {
    match name {
        "上午" | "午前" | "오전" | "凌晨" | "早上" | "ص" => {
            return Some(HalfOfDay::Morning);
        }
        "下午" | "午後" | "오후" | "晚上" | "م" => return Some(HalfOfDay::Afternoon),
        _ => {}
    }
    match look_up(&TABLE.halves, name, None)? {
        1 => Some(HalfOfDay::Morning),
        _ => Some(HalfOfDay::Afternoon),
    }
}

/// The value of a decimal digit of any of the scripts that dates are written in:
/// ASCII, Arabic, Persian, Indic, Thai, Lao, Burmese, Khmer, full width.
#[must_use]
pub fn digit(c: char) -> Option<u32> {
    const ZEROS: [u32; 17] = [
        0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
        0xf20, 0x1040, 0x17e0, 0xff10,
    ];
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let code = u32::from(c);
    ZEROS
        .iter()
        .find_map(|zero| code.checked_sub(*zero).filter(|value| *value < 10))
}

fn look_up(names: &Names, name: &str, language: Option<&str>) -> Option<i8> {
    let name = fold(name)?;
    let named = names.get(&*name).or_else(|| {
        // Hebrew dates say `in March` in one word.
        let rest = name.strip_prefix('\u{5d1}')?;
        names.get(rest)
    })?;
    let language = language.map(|tag| tag.split(['-', '_']).next().unwrap_or(tag));
    let in_language = language.and_then(|language| {
        named
            .iter()
            .find(|named| named.languages.contains(&language))
    });
    in_language
        .or_else(|| named.first())
        .map(|named| named.number)
}

/// A name in the form of the table; `None` if it is too long to be one.
fn fold(name: &str) -> Option<Cow<'_, str>> {
    let name = name.trim_matches(['.', ' ', '\u{200f}', '\u{200e}', '\u{55d}']);
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return None;
    }
    let is_folded = |c: char| c.is_lowercase() || !c.is_alphabetic() || !c.is_uppercase();
    Some(if name.chars().all(is_folded) {
        Cow::Borrowed(name)
    } else {
        // `İ` is one letter, its lower case two: the dot is no letter's.
        Cow::Owned(name.to_lowercase().replace('\u{307}', ""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, wanted: Option<i8>) {
        assert_eq!(month(name, None), wanted, "{name}");
    }

    #[test]
    fn months_are_known_whole_short_and_in_every_case() {
        check("March", Some(3));
        check("MAR.", Some(3));
        check("Sept", Some(9));
        check("toukokuuta", Some(5));
        check("joulukuussa", Some(12));
        check("listopadu", Some(11));
        check("prosince", Some(12));
        check("stycznia", Some(1));
        check("мая", Some(5));
        check("ΜΑΡΤΙΟΥ", Some(3));
        check("août", Some(8));
        check("AOUT", None);
        check("décembre", Some(12));
        check("decembre", Some(12));
        check("Ekim", Some(10));
        check("มี.ค.", Some(3));
        check("बुधवार", None);
        check("मार्च", Some(3));
        check("במרץ", Some(3));
        check("أبريل", Some(4));
        check("كانون الثاني", Some(1));
    }

    #[test]
    fn a_word_that_begins_like_a_month_is_none() {
        for word in [
            "proof",
            "lista",
            "marketing",
            "separate",
            "mayor",
            "octopus",
            "aprons",
        ] {
            check(word, None);
        }
    }

    #[test]
    fn a_name_of_two_months_is_read_in_its_language() {
        assert_eq!(month("listopada", Some("pl")), Some(11));
        assert_eq!(month("listopada", Some("hr")), Some(10));
        assert_eq!(month("listopada", None), Some(11));
        assert_eq!(month("srpna", Some("cs-CZ")), Some(8));
    }

    #[test]
    fn persian_months_weekdays_and_halves_are_known() {
        assert_eq!(jalali_month("بهمن"), Some(11));
        assert!(is_weekday("Donnerstag"));
        assert!(is_weekday("perjantaina"));
        assert!(!is_weekday("today"));
        assert_eq!(half_of_day("p.m."), Some(HalfOfDay::Afternoon));
        assert_eq!(half_of_day("오전"), Some(HalfOfDay::Morning));
    }

    #[test]
    fn digits_of_other_scripts_have_their_values() {
        assert_eq!(digit('7'), Some(7));
        assert_eq!(digit('۳'), Some(3));
        assert_eq!(digit('๙'), Some(9));
        assert_eq!(digit('x'), None);
    }

    #[test]
    fn the_table_has_twelve_months_of_forty_languages() {
        let mut months: HashMap<&str, u32> = HashMap::new();
        for named in TABLE.months.values().flatten() {
            for language in &named.languages {
                *months.entry(language).or_default() |= 1 << named.number;
            }
        }
        let n_whole = months.values().filter(|set| **set == 0x1ffe).count();
        assert!(n_whole >= 40, "{n_whole} languages");
    }
}
