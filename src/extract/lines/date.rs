//! Dates as pages write them, in the main languages, and lines that are
//! nothing but a date.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// Longest text searched for a date.
const MAX_BYTES: usize = 400;

/// Beginnings of the months' names, folded to lower case; the longest that fits
/// decides. To add a language: its forms, where they differ.
#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &["jan", "янв", "січ", "ene", "gen", "sty", "led", "ocak", "ιαν", "gennaio", "tammi", "يناير", "जनवरी"],
    &["feb", "fév", "fev", "feb", "фев", "лют", "lut", "úno", "şub", "φεβ", "febbraio", "helmi", "فبراير", "फरवरी"],
    &["mar", "mär", "maer", "мар", "берез", "mrt", "maart", "bře", "μαρ", "maalis", "مارس", "मार्च", "mrz"],
    &["apr", "avr", "abr", "апр", "квіт", "kwi", "dub", "nis", "απρ", "huhti", "أبريل", "अप्रैल", "ابريل"],
    &["may", "mai", "mei", "май", "мая", "трав", "maj", "mag", "kvě", "μαΐ", "μαι", "toukо", "مايو", "मई", "mayo", "maio", "maggio"],
    &["jun", "juin", "июн", "черв", "cze", "giu", "čvn", "červn", "haz", "ιουν", "kesä", "يونيو", "जून"],
    &["jul", "juil", "июл", "лип", "lug", "čvc", "červenc", "tem", "ιουλ", "heinä", "يوليو", "जुलाई"],
    &["aug", "aoû", "aou", "ago", "авг", "серп", "sie", "srp", "ağu", "αυγ", "elo", "أغسطس", "अगस्त"],
    &["sep", "set", "сен", "верес", "wrz", "zář", "eyl", "σεπ", "syys", "سبتمبر", "सितंबर"],
    &["oct", "okt", "out", "ott", "окт", "жовт", "paź", "říj", "eki", "οκτ", "loka", "أكتوبر", "अक्टूबर"],
    &["nov", "ноя", "лист", "lis", "kas", "νοε", "marras", "نوفمبر", "नवंबर"],
    &["dec", "dez", "déc", "dic", "дек", "груд", "gru", "pro", "ara", "δεκ", "joulu", "ديسمبر", "दिसंबर", "des"],
];

/// Zones by the letters that pages put after a time, in hours from UTC.
const ZONES: &[(&str, i8)] = &[
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("bst", 1),
    ("cet", 1),
    ("wat", 1),
    ("cest", 2),
    ("eet", 2),
    ("sast", 2),
    ("eest", 3),
    ("msk", 3),
    ("eat", 3),
    ("gst", 4),
    ("pkt", 5),
    ("wib", 7),
    ("hkt", 8),
    ("sgt", 8),
    ("jst", 9),
    ("kst", 9),
    ("aest", 10),
    ("aedt", 11),
    ("nzst", 12),
    ("edt", -4),
    ("est", -5),
    ("et", -5),
    ("cdt", -5),
    ("cst", -6),
    ("ct", -6),
    ("mdt", -6),
    ("mst", -7),
    ("mt", -7),
    ("pdt", -7),
    ("pst", -8),
    ("pt", -8),
];

/// Words that stand around a date without making the line a sentence.
#[rustfmt::skip]
const AROUND: &[&str] = &[
    "published", "posted", "updated", "update", "last", "modified", "created", "on", "at", "date", "time", "first", "by", "original", "originally", "am", "pm", "a", "p", "m", "h", "uhr", "um", "et", "edt", "est", "the", "of", "de", "del", "le", "à", "el", "il", "den", "am", "vom", "stand", "and", "ist", "hrs", "hours", "local",
    "publié", "mis", "jour", "publicado", "actualizado", "atualizado", "em", "às", "alle", "ore", "pubblicato", "aggiornato", "veröffentlicht", "aktualisiert", "gepubliceerd", "bijgewerkt", "op", "опубликовано", "обновлено", "г", "года", "в", "dodano", "opublikowano", "aktualizacja", "year", "klo", "kl",
    "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo",
    "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "segunda", "terça", "quarta", "quinta", "sexta", "feira", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
];

/// A date found in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    /// The instant; midnight UTC where the text gives no time.
    pub(crate) instant: Timestamp,
    /// The zone, where the text gives one.
    pub(crate) offset: Option<Offset>,
    /// Words of the text that are neither the date's nor around one.
    pub(crate) n_other_words: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Word {
    Number { value: i64, n_digits: usize },
    Month(i8),
    Letters(String),
    Mark(char),
}

/// The first date of `text`; `day_first` says how `03/04/2022` is read.
pub(crate) fn find(text: &str, day_first: bool) -> Option<Found> {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let words = words(text);
    let (at, len, date) = (0..words.len()).find_map(|at| {
        let (len, date) = date_at(&words[at..], day_first)?;
        Some((at, len, date))
    })?;
    let rest = &words[at + len..];
    let (time, offset) = time_in(rest);
    let local = DateTime::from_parts(date, time.unwrap_or_default());
    let offset = if time.is_some() { offset } else { None };
    let instant = offset.unwrap_or(Offset::UTC).to_timestamp(local).ok()?;
    let n_other_words = words[..at]
        .iter()
        .chain(rest)
        .filter(|word| is_other(word))
        .count();
    Some(Found {
        instant,
        offset,
        n_other_words,
    })
}

/// Whether a line is a date and nothing else worth reading.
pub(crate) fn is_date_line(line: &str) -> bool {
    if line.len() > 120 || crate::extract::lines::phrases::ends_as_sentence(line) && line.len() > 40
    {
        return false;
    }
    find(line, false).is_some_and(|found| found.n_other_words <= 2)
}

fn is_other(word: &Word) -> bool {
    match word {
        Word::Letters(letters) => {
            !AROUND.contains(&letters.as_str()) && !ZONES.iter().any(|(zone, _)| zone == letters)
        }
        Word::Number { .. } | Word::Month(_) | Word::Mark(_) => false,
    }
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&c) = chars.peek() {
        if let Some(digit) = c.to_digit(10) {
            let (mut value, mut n_digits) = (i64::from(digit), 1);
            chars.next();
            while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                value = value.saturating_mul(10).saturating_add(i64::from(digit));
                n_digits += 1;
                chars.next();
            }
            words.push(Word::Number { value, n_digits });
        } else if matches!(
            c,
            '\u{5e74}' | '\u{6708}' | '\u{65e5}' | '\u{b144}' | '\u{c6d4}' | '\u{c77c}'
        ) {
            words.push(Word::Mark(c)); // 年 月 日, 년 월 일
            chars.next();
        } else if c.is_alphabetic() {
            let mut letters = String::new();
            let mut was_lower = false;
            while let Some(&c) = chars.peek() {
                if !c.is_alphabetic() && !matches!(c, '\u{300}'..='\u{36f}' | '\u{93e}'..='\u{94d}')
                {
                    break;
                }
                // Elements without a space between: `Ada LoweDec 5, 2021`.
                if was_lower && c.is_uppercase() {
                    break;
                }
                was_lower = c.is_lowercase();
                letters.extend(c.to_lowercase());
                chars.next();
            }
            words.push(month(&letters).map_or(Word::Letters(letters), Word::Month));
        } else {
            if !c.is_whitespace() {
                words.push(Word::Mark(c));
            }
            chars.next();
        }
    }
    words
}

fn month(letters: &str) -> Option<i8> {
    if letters.chars().count() > 11 {
        return None;
    }
    let longest = |names: &&[&str]| {
        names
            .iter()
            .filter(|name| letters.starts_with(**name))
            .map(|name| name.len())
            .max()
    };
    let (n, _) = (1..)
        .zip(MONTHS.iter())
        .filter_map(|(n, names)| Some((n, longest(names)?)))
        .max_by_key(|(_, len)| *len)?;
    // "march" and "maj" are months, "marketing" and "separate" are not.
    let is_word =
        letters.chars().count() <= 5 || !letters.is_ascii() || MONTH_WORDS.contains(&letters);
    is_word.then_some(n)
}

/// Months' names over five letters, where a beginning alone would take other words.
#[rustfmt::skip]
const MONTH_WORDS: &[&str] = &[
    "january", "february", "august", "september", "october", "november", "december", "januar", "februar", "oktober", "dezember", "desember", "januari", "februari", "augusti", "augustus", "janvier", "juillet", "septembre", "octobre", "novembre", "enero", "febrero", "agosto", "septiembre", "setiembre", "octubre", "noviembre", "diciembre",
    "gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio", "settembre", "ottobre", "dicembre", "janeiro", "fevereiro", "março", "junho", "julho", "setembro", "outubro", "novembro", "dezembro", "stycznia", "lutego", "kwietnia", "czerwca", "sierpnia", "grudnia", "listopada", "temmuz", "haziran", "ağustos", "aralık",
];

/// The date that `words` begin with, and how many of them it takes.
fn date_at(words: &[Word], day_first: bool) -> Option<(usize, Date)> {
    use Word::{Mark, Month, Number};
    let number = |at: usize| match words.get(at) {
        Some(Number { value, n_digits }) => Some((*value, *n_digits)),
        _ => None,
    };
    let year = |at: usize| {
        number(at).and_then(|(value, n)| (n == 4 && (1990..2100).contains(&value)).then_some(value))
    };
    match (words.first()?, words.get(1)) {
        // 2022-02-16, 2022/02/16, 2022.02.16, 2022年2月16日
        (Number { .. }, Some(Mark('-' | '/' | '.' | '\u{2013}' | '\u{5e74}' | '\u{b144}')))
            if year(0).is_some() =>
        {
            let len = if matches!(words.get(5), Some(Mark('\u{65e5}' | '\u{c77c}'))) {
                6
            } else {
                5
            };
            Some((len, date(year(0)?, number(2)?.0, number(4)?.0)?))
        }
        // 16 February 2022, 16. Februar 2022, 16 de febrero de 2022, 16th of May, 2022
        (
            Number {
                value: day,
                n_digits: 1..=2,
            },
            _,
        ) if (1..=31).contains(day) => {
            let at = words[1..]
                .iter()
                .take(3)
                .take_while(|word| is_between(word))
                .count()
                + 1;
            let at = matches!(words.get(at), Some(Month(_))).then_some(at);
            let Some(at) = at else {
                return numeric(words, day_first);
            };
            let Some(Month(month)) = words.get(at) else {
                return None;
            };
            let year_at = (at + 1..at + 5).find(|at| year(*at).is_some())?;
            Some((year_at + 1, date(year(year_at)?, i64::from(*month), *day)?))
        }
        // February 16, 2022; Feb. 16, 2022
        (Month(month), _) => {
            let day_at = (1..3).find(|at| number(*at).is_some_and(|(_, n)| n <= 2))?;
            let year_at = (day_at + 1..day_at + 4).find(|at| year(*at).is_some())?;
            Some((
                year_at + 1,
                date(year(year_at)?, i64::from(*month), number(day_at)?.0)?,
            ))
        }
        _ => None,
    }
}

/// What may stand between a day and its month: `16th of May`, `16 de mayo`.
fn is_between(word: &Word) -> bool {
    match word {
        Word::Mark(mark) => matches!(mark, '.' | '-' | '/' | '\u{2013}' | '\u{ba}'),
        Word::Letters(letters) => {
            matches!(
                letters.as_str(),
                "de" | "of" | "st" | "nd" | "rd" | "th" | "er"
            )
        }
        Word::Number { .. } | Word::Month(_) => false,
    }
}

/// 16.02.2022, 02/16/2022, 16-02-2022.
fn numeric(words: &[Word], day_first: bool) -> Option<(usize, Date)> {
    let [
        Word::Number { value: a, .. },
        Word::Mark(mark),
        Word::Number {
            value: b,
            n_digits: 1..=2,
        },
        Word::Mark(second),
        Word::Number {
            value: year,
            n_digits,
        },
        ..,
    ] = words
    else {
        return None;
    };
    if mark != second
        || !matches!(mark, '.' | '/' | '-')
        || !matches!(n_digits, 2 | 4)
        || *n_digits == 2 && *mark == '-'
    {
        return None;
    }
    let year = if *n_digits == 2 { 2000 + year } else { *year };
    let (day, month) = match (*a, *b) {
        (day, month) if day > 12 || *mark == '.' => (day, month),
        (month, day) if day > 12 => (day, month),
        (a, b) => {
            if day_first {
                (a, b)
            } else {
                (b, a)
            }
        }
    };
    Some((5, date(year, month, day)?))
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    if !(1990..2100).contains(&year) {
        return None;
    }
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// The time of day within the words after a date, and its zone if given.
fn time_in(words: &[Word]) -> (Option<Time>, Option<Offset>) {
    use Word::{Letters, Mark, Number};
    let words = &words[..words.len().min(14)];
    for at in 0..words.len() {
        let [
            Number {
                value: hour,
                n_digits: 1..=2,
            },
            Mark(':' | '.' | 'h'),
            Number {
                value: minute,
                n_digits: 2,
            },
            ..,
        ] = &words[at..]
        else {
            continue;
        };
        let mut next = at + 3;
        let mut second = 0;
        if let [Mark(':'), Number { value, n_digits: 2 }, ..] = &words[next..] {
            second = *value;
            next += 2;
            if let [Mark('.'), Number { .. }, ..] = &words[next..] {
                next += 2;
            }
        }
        let half: String = words[next..]
            .iter()
            .take(4)
            .map_while(|word| match word {
                Letters(letters) if matches!(letters.as_str(), "am" | "pm" | "a" | "p" | "m") => {
                    Some(letters.as_str())
                }
                Mark('.') => Some(""),
                _ => None,
            })
            .collect();
        let hour = match (half.as_str(), *hour) {
            ("pm", 1..=11) => hour + 12,
            ("am", 12) => 0,
            (_, hour) => hour,
        };
        let parts = (
            i8::try_from(hour),
            i8::try_from(*minute),
            i8::try_from(second),
        );
        if let (Ok(hour), Ok(minute), Ok(second)) = parts
            && let Ok(time) = Time::new(hour, minute, second, 0)
        {
            return (Some(time), zone(&words[next..]));
        }
    }
    (None, None)
}

fn zone(words: &[Word]) -> Option<Offset> {
    use Word::{Letters, Mark, Number};
    let (at, hours) = words
        .iter()
        .take(5)
        .enumerate()
        .find_map(|(at, word)| match word {
            Letters(letters) => ZONES
                .iter()
                .find(|(zone, _)| zone == letters)
                .map(|(_, hours)| (at + 1, Some(*hours))),
            Mark('+' | '-' | '\u{2212}') if at <= 1 => Some((at, None)),
            _ => None,
        })?;
    // +02:00, -0500, GMT+2
    if let [
        Mark(sign @ ('+' | '-' | '\u{2212}')),
        Number { value, n_digits },
        rest @ ..,
    ] = &words[at..]
    {
        let (hours, minutes) = match (n_digits, rest) {
            (4, _) => (value / 100, value % 100),
            (
                1..=2,
                [
                    Mark(':'),
                    Number {
                        value: minutes,
                        n_digits: 2,
                    },
                    ..,
                ],
            ) => (*value, *minutes),
            (1..=2, _) => (*value, 0),
            _ => return None,
        };
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        return Offset::from_seconds(if *sign == '+' { seconds } else { -seconds }).ok();
    }
    Offset::from_hours(hours?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: Option<&str>) {
        let found = find(text, true).map(|found| found.instant.to_string());
        assert_eq!(found.as_deref(), wanted, "{text}");
    }

    #[test]
    fn dates_are_read_as_pages_write_them() {
        check("March 3, 2021", Some("2021-03-03T00:00:00Z"));
        check("Mar. 3, 2021 / 7:31 PM", Some("2021-03-03T19:31:00Z"));
        check(
            "Published 3 March 2021 at 07:31 GMT",
            Some("2021-03-03T07:31:00Z"),
        );
        check("3. März 2021, 19:31 Uhr", Some("2021-03-03T19:31:00Z"));
        check("3 de marzo de 2021", Some("2021-03-03T00:00:00Z"));
        check("2021年3月3日", Some("2021-03-03T00:00:00Z"));
        check("03.04.2021", Some("2021-04-03T00:00:00Z"));
        check("2021-03-03T07:31:05+02:00", Some("2021-03-03T05:31:05Z"));
        check("2021-03-03T07:31:05.123Z", Some("2021-03-03T07:31:05Z"));
        check("3 марта 2021, 12:10", Some("2021-03-03T12:10:00Z"));
        check("By Ada LoweMar 03, 2021", Some("2021-03-03T00:00:00Z"));
    }

    #[test]
    fn a_number_or_a_lone_month_is_no_date() {
        check("Room 2021", None);
        check("In March, 30 of them left", None);
        check("99/99/2021", None);
    }

    #[test]
    fn a_date_line_holds_a_date_and_next_to_nothing_else() {
        for line in [
            "Mar 3, 2021 - World",
            "Last updated on Wednesday, 3 March 2021 at 7:31 a.m. EST",
            " date 2021-03-03 Popular",
        ] {
            assert!(is_date_line(line), "{line}");
        }
        for line in [
            "The bridge was closed on March 3, 2021.",
            "A law of March 3, 2021 on harbour dues",
        ] {
            assert!(!is_date_line(line), "{line}");
        }
    }
}
