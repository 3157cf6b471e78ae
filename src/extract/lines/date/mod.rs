//! Dates as pages write them, in some ninety languages, and lines that are
//! nothing but a date.

mod clock;
mod days;
mod words;

use crate::extract::lines::phrases::{ends_as_sentence, fold};
use crate::extract::lines::vocabulary::{self, Group};
use crate::text::calendar;
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;
use words::{Word, words};

/// Longest text searched for a date.
const MAX_BYTES: usize = 400;

/// The most words of a label behind a date and a separator.
const MAX_LABEL_WORDS: usize = 6;

/// Longest line that can be a date and nothing else.
const MAX_LINE_BYTES: usize = 160;

/// Beginnings of the words by which pages say that a date is of a change.
#[rustfmt::skip]
const CHANGED: &[&str] = &[
    "updat", "modif", "chang", "edited", "revis", "aktualis", "actualiz", "actualis", "atualiz", "mis à jour", "mise à jour", "aggiorn", "bijgewerkt", "aangepast", "gewijzigd", "uppdater", "ändra", "opdater", "oppdater", "endret", "päivit", "muokattu", "zaktualiz", "aktualiz", "frissít", "frissült", "módosít", "обновл", "изменен", "оновл", "змінен", "абноўл", "обновен", "промен", "ажурир", "ažurir", "izmen", "izmjen", "posodob", "ενημ", "τελευταία ενημ", "güncel", "تحديث", "حدّث", "حُدّث", "به روز", "به‌روز", "اپ ڈیٹ", "עודכן", "עדכון", "अपडेट", "অপডেট", "আপডেট", "হালনাগাদ", "புதுப்பி", "diperbarui", "dikemas", "cập nhật", "อัปเดต", "อัพเดท", "ปรับปรุง", "更新", "수정", "업데이트", "atnaujin", "atjaun", "uuendat", "përditës", "yenilən", "თარიღი განახლ", "განახლ", "թարմաց", "imesasishwa",
];

/// Words that stand around a date without making the line a sentence, beside
/// those of the vocabulary.
#[rustfmt::skip]
const AROUND: &[&str] = &[
    "on", "at", "time", "first", "by", "original", "originally", "a", "p", "m", "h", "n", "um", "the", "of", "de", "del", "à", "a", "las", "el", "il", "den", "am", "vom", "ist", "hrs", "hours", "local", "en", "le", "em", "às", "alle", "ore", "op", "г", "г.", "года", "в", "о", "р", "у", "year", "klo", "kl", "kell", "ob", "v", "o", "u", "tháng", "ngày", "năm", "lúc", "น", "เวลา", "的", "于", "於", "de", "jour", "mis", "bald", "ساعة", "الساعة", "في", "ساعت", "ב", "בשעה", "at", "nd", "rd", "st", "th", "er", "oct",
];

/// A date found in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    /// The instant; midnight UTC where the text gives no time.
    pub(crate) instant: Timestamp,
    /// The zone, where the text gives one.
    pub(crate) offset: Option<Offset>,
    /// Whether the text gives a time of day.
    pub(crate) has_time: bool,
    /// Whether the words before it say that it is the date of a change.
    pub(crate) is_change: bool,
    /// Words of the text that are neither the date's nor around one.
    pub(crate) n_other_words: usize,
}

/// The first date of `text`; `day_first` says how `03/04/2022` is read.
pub(crate) fn find(text: &str, day_first: bool) -> Option<Found> {
    find_in(text, day_first, None)
}

/// The same of a text in `language`.
pub(crate) fn find_in(text: &str, day_first: bool, language: Option<&str>) -> Option<Found> {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    if !has_digit(text) {
        return None;
    }
    let words = words(text, language);
    let (at, len, date) = (0..words.len()).find_map(|at| {
        let (len, date) = days::date_at(&words[at..], day_first)?;
        Some((at, len, date))
    })?;
    let (before, rest) = (&words[..at], &words[at + len..]);
    let ahead = clock::time_before(before);
    let (time, offset) = match (ahead, clock::time_after(rest)) {
        (Some(time), _) => (Some(time), clock::zone(rest)),
        (None, Some((time, offset))) => (Some(time), offset),
        (None, None) => (None, None),
    };
    let local = DateTime::from_parts(date, time.unwrap_or(Time::midnight()));
    let instant = offset.unwrap_or(Offset::UTC).to_timestamp(local).ok()?;
    Some(Found {
        instant,
        offset,
        has_time: time.is_some(),
        is_change: says_change(before),
        n_other_words: n_other(before) + n_other(rest),
    })
}

/// Whether a line is a date and nothing else worth reading.
pub(crate) fn is_date_line(line: &str) -> bool {
    if line.len() > MAX_LINE_BYTES || ends_as_sentence(line) && line.len() > 40 {
        return false;
    }
    let n_allowed = if ends_as_sentence(line) { 1 } else { 2 };
    if find(line, false).is_some_and(|found| found.n_other_words <= n_allowed) {
        return true;
    }
    // `1 December 2026 · Heard on the morning programme`: a date and where it ran.
    line.split_once(['·', '|', '•'])
        .is_some_and(|(date, label)| {
            !ends_as_sentence(line)
                && label.split_whitespace().count() <= MAX_LABEL_WORDS
                && find(date.trim(), false).is_some_and(|found| found.n_other_words == 0)
        })
}

/// Whether a line is a time of day, or a day without its year, and nothing
/// else: the heads of a live blog's entries.
pub(crate) fn is_time_line(line: &str) -> bool {
    if line.len() > MAX_LINE_BYTES / 2 || !has_digit(line) {
        return false;
    }
    let words = words(line, None);
    let has_day = words.iter().any(|word| matches!(word, Word::Month(_)));
    (has_day || clock::has_time(&words)) && n_other(&words) == 0
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        || !text.is_ascii() && text.chars().any(|c| calendar::digit(c).is_some())
}

fn says_change(words: &[Word]) -> bool {
    let said: Vec<&str> = words
        .iter()
        .filter_map(|word| match word {
            Word::Letters { lower, .. } => Some(lower.as_str()),
            Word::Number { .. } | Word::Month(_) | Word::JalaliMonth(_) | Word::Mark(_) => None,
        })
        .collect();
    let said = said.join(" ");
    CHANGED
        .iter()
        .any(|word| said.starts_with(word) || said.contains(&format!(" {word}")))
}

/// Words that are neither a date's nor usual around one.
fn n_other(words: &[Word]) -> usize {
    words.iter().filter(|word| is_other(word)).count()
}

fn is_other(word: &Word) -> bool {
    match word {
        Word::Letters { lower, is_upper } => {
            !AROUND.contains(&lower.as_str())
                && !calendar::is_weekday(lower)
                && calendar::half_of_day(lower).is_none()
                && clock::zone_of(lower, *is_upper).is_none()
                && !is_dated(lower)
        }
        Word::Number { .. } | Word::Month(_) | Word::JalaliMonth(_) | Word::Mark(_) => false,
    }
}

fn is_dated(word: &str) -> bool {
    CHANGED.iter().any(|changed| word.starts_with(changed))
        || vocabulary::shares(&fold(word)).all(Group::Dated) > 0.6
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
    fn dates_of_many_languages_and_calendars_are_read() {
        check("12. listopadu 2024", Some("2024-11-12T00:00:00Z"));
        check("5. prosince 2023 8:30", Some("2023-12-05T08:30:00Z"));
        check("4. toukokuuta 2022 klo 9.15", Some("2022-05-04T09:15:00Z"));
        check("17 มี.ค. 2567 11:42 น.", Some("2024-03-17T11:42:00Z"));
        check("۳ بهمن ۱۴۰۲", Some("2024-01-23T00:00:00Z"));
        check("۱۴۰۲/۱۱/۰۳", Some("2024-01-23T00:00:00Z"));
        check("الأحد، 14 أبريل 2024 06:12 م", Some("2024-04-14T18:12:00Z"));
        check("প্রকাশ: ০৫ মার্চ ২০২৪, ১০: ৩০", Some("2024-03-05T10:30:00Z"));
        check("17 tháng 4 năm 2024", Some("2024-04-17T00:00:00Z"));
        check("17/4/2024, 14:20 (GMT+7)", Some("2024-04-17T07:20:00Z"));
        check("21:17, 19 Aug 2024", Some("2024-08-19T21:17:00Z"));
        check("10 février 2023 à 4 h 00 HNE", Some("2023-02-10T09:00:00Z"));
        check("2024년 4월 11일 09:30", Some("2024-04-11T09:30:00Z"));
        check("פורסם: 13:10, 05.02.24", Some("2024-02-05T13:10:00Z"));
        check("23-05-24, 09:15", Some("2024-05-23T09:15:00Z"));
    }

    #[test]
    fn words_between_a_day_and_a_number_make_no_date() {
        check("Up to 10 may strike in 2026", None);
        assert!(!is_date_line("Up to 10 may strike in 2026"));
        assert!(is_date_line("4 May 2031 · Heard on the Harbour Hour"));
        assert!(!is_date_line(
            "4 May 2031 | The council of the town met, and then it voted."
        ));
        check("3 proof of 2024", None);
        check("12 lista 2023", None);
    }

    #[test]
    fn a_changed_date_is_told_from_the_first() {
        let is_change = |line| find(line, true).map(|found| found.is_change);
        assert_eq!(is_change("Uppdaterad 29 feb 2024 kl 15.04"), Some(true));
        assert_eq!(is_change("Actualizado al 19/08/2024 9:40"), Some(true));
        assert_eq!(
            is_change("12.9.2024 6:00 | Päivitetty 12.9.2024 8:14"),
            Some(false)
        );
        assert_eq!(is_change("Published 3 March 2021"), Some(false));
    }

    #[test]
    fn a_time_line_is_a_time_and_nothing_else() {
        for line in [
            "17.02",
            "14:40",
            "15 апреля, 19:40",
            "Updated at 17.09 GMT",
            "9:15 a.m. EST",
        ] {
            assert!(is_time_line(line), "{line}");
        }
        for line in [
            "Trains at 17.02",
            "17 ships",
            "May",
            "It was 17.02 when they left.",
        ] {
            assert!(!is_time_line(line), "{line}");
        }
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
