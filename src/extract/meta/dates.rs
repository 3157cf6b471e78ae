//! When an article was published and changed: from data, `<meta>`, what the
//! page shows, and its address.

use super::Dated;
use super::jsonld::Data;
use super::tags::{self, Gathered};
use crate::extract::Options;
use crate::extract::lines::date;
use jiff::Timestamp;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;

/// What was found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dates {
    pub(super) published: Option<Dated>,
    /// Later than `published`.
    pub(super) updated: Option<Timestamp>,
}

/// How a page's dates are to be read.
struct Reading<'a> {
    language: Option<&'a str>,
    /// Days that the page tells elsewhere: they decide what `03/04/2022` is.
    known: Vec<Timestamp>,
}

pub(super) fn choose(
    gathered: &Gathered<'_>,
    data: &Data,
    language: Option<&str>,
    options: &Options<'_>,
) -> Dates {
    let mut reading = Reading {
        language,
        known: Vec::new(),
    };
    let in_url = options.url.and_then(|url| reading.date_in_url(url));
    reading.known.extend(in_url.map(|date| date.instant));
    let changes = [
        data.updated.as_deref(),
        gathered.first(tags::UPDATED),
        gathered.itemprop("dateModified"),
    ];
    let publications = [
        data.published.as_deref(),
        gathered.first(tags::PUBLISHED),
        gathered.itemprop("datePublished"),
    ];
    let plain = changes.iter().chain(&publications).flatten();
    let plain: Vec<Timestamp> = plain.filter_map(|text| reading.unambiguous(text)).collect();
    reading.known.extend(plain);
    let updated = reading.first(&changes);
    let declared = reading.first(&publications);
    let shown = reading
        .first(&[gathered.first(tags::DATE), gathered.time.as_deref()])
        .or_else(|| {
            gathered
                .visible_dates
                .iter()
                .find_map(|text| reading.date(text))
        });
    // A `<time>` may be any article's; the day in the address is this one's.
    let shown =
        shown.filter(|shown| in_url.is_none_or(|in_url| hours_between(*shown, in_url) <= 48));
    let time = gathered.time.as_deref().and_then(|text| reading.date(text));
    let published = declared
        .or(shown)
        .or(in_url)
        .map(|dated| as_shown(dated, time));
    let updated = updated
        .map(|updated| updated.instant)
        .filter(|updated| published.is_none_or(|published| *updated > published.instant));
    Dates { published, updated }
}

fn hours_between(a: Dated, b: Dated) -> i64 {
    a.instant.duration_since(b.instant).as_hours().abs()
}

/// A date by the clock that the page shows it in.
fn as_shown(dated: Dated, time: Option<Dated>) -> Dated {
    time.filter(|shown| shown.instant == dated.instant && dated.offset.is_none())
        .unwrap_or(dated)
}

/// Whether dates in figures begin with the day, by a page's language: only
/// American English and its neighbours begin with the month.
pub(super) fn is_day_first(language: Option<&str>) -> bool {
    match language {
        None => false,
        Some(tag) => {
            let mut parts = tag.split('-');
            let is_english = parts.next() == Some("en");
            let is_american = !parts.any(|part| {
                matches!(
                    part,
                    "gb" | "uk"
                        | "au"
                        | "nz"
                        | "ie"
                        | "in"
                        | "za"
                        | "ng"
                        | "ke"
                        | "gh"
                        | "sg"
                        | "my"
                        | "hk"
                        | "pk"
                )
            });
            !(is_english && is_american)
        }
    }
}

/// Hours from UTC in the one zone that a language is written in.
fn zone_of(language: Option<&str>) -> Option<Offset> {
    let hours = match language?.split('-').next()? {
        "ja" | "ko" => 9,
        "zh" => 8,
        "th" | "vi" => 7,
        "tr" => 3,
        _ => return None,
    };
    Offset::from_hours(hours).ok()
}

impl Reading<'_> {
    fn first(&self, texts: &[Option<&str>]) -> Option<Dated> {
        texts.iter().flatten().find_map(|text| self.date(text))
    }

    /// The date of a text that can be read in one way only.
    fn unambiguous(&self, text: &str) -> Option<Timestamp> {
        let (day_first, month_first) = (find(text, true)?, find(text, false)?);
        (day_first.instant == month_first.instant).then_some(day_first.instant)
    }

    fn date(&self, text: &str) -> Option<Dated> {
        let is_day_first = is_day_first(self.language);
        let usual = find(text, is_day_first)?;
        let other = find(text, !is_day_first).unwrap_or(usual);
        let is_known = |dated: &Dated| {
            self.known
                .iter()
                .any(|known| known.duration_since(dated.instant).as_hours().abs() <= 36)
        };
        let dated = if !is_known(&usual) && is_known(&other) {
            other
        } else {
            usual
        };
        Some(self.in_zone(dated))
    }

    /// A local time in the zone that the language is written in.
    fn in_zone(&self, dated: Dated) -> Dated {
        match zone_of(self.language) {
            Some(zone) if dated.is_local => {
                let seconds = jiff::SignedDuration::from_secs(i64::from(zone.seconds()));
                let instant = dated.instant.checked_sub(seconds).unwrap_or(dated.instant);
                Dated {
                    instant,
                    offset: Some(zone),
                    is_local: false,
                }
            }
            _ => dated,
        }
    }

    /// `/2022/02/16/`, `/2022-02-16-`, `/20220216/`.
    fn date_in_url(&self, url: &str) -> Option<Dated> {
        let path = url.split(['?', '#']).next()?;
        let at = path.find("/20").or_else(|| path.find("/19"))?;
        let mut parts = path[at + 1..].split(['/', '-', '_']);
        let first = parts.next()?;
        let (year, month, day) = match first.len() {
            4 => (first, parts.next()?, parts.next()?),
            8 if first.is_ascii() => (&first[..4], &first[4..6], &first[6..]),
            _ => return None,
        };
        // `/2022/02/160312.html` has no day.
        if month.len() > 2 || day.len() > 2 {
            return None;
        }
        self.date(&format!("{year}-{month}-{day}"))
    }
}

fn find(text: &str, is_day_first: bool) -> Option<Dated> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        let offset = match Pieces::parse(text).ok().and_then(|pieces| pieces.offset()) {
            Some(PiecesOffset::Numeric(numeric)) => Some(numeric.offset()),
            // `Z` gives the instant and leaves the clock open.
            _ => None,
        };
        return Some(Dated {
            instant,
            offset,
            is_local: false,
        });
    }
    let found = date::find(text, is_day_first).map(|found| Dated {
        instant: found.instant,
        offset: found.offset,
        is_local: found.offset.is_none(),
    });
    found.or_else(|| {
        of_epoch(text).map(|instant| Dated {
            instant,
            offset: None,
            is_local: false,
        })
    })
}

/// Seconds or milliseconds since 1970, as some pages give them.
fn of_epoch(text: &str) -> Option<Timestamp> {
    let number: i64 = text.trim().parse().ok()?;
    let seconds = if number > 100_000_000_000 {
        number / 1000
    } else {
        number
    };
    (seconds > 600_000_000)
        .then(|| Timestamp::from_second(seconds).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, language: &str, known: &[&str], wanted: &str) {
        let known = known
            .iter()
            .filter_map(|known| known.parse().ok())
            .collect();
        let reading = Reading {
            language: Some(language),
            known,
        };
        let found = reading.date(text).map(|dated| dated.instant.to_string());
        assert_eq!(found.as_deref(), Some(wanted), "{text} in {language}");
    }

    #[test]
    fn the_language_says_whether_the_day_is_first() {
        check("03/04/2022", "en-us", &[], "2022-03-04T00:00:00Z");
        check("03/04/2022", "en-gb", &[], "2022-04-03T00:00:00Z");
        check("03/04/2022", "es", &[], "2022-04-03T00:00:00Z");
        check("03-04-2022 10:29", "de", &[], "2022-04-03T10:29:00Z");
    }

    #[test]
    fn a_day_told_elsewhere_decides() {
        check(
            "03/04/2022",
            "en",
            &["2022-04-03T08:00:00Z"],
            "2022-04-03T00:00:00Z",
        );
    }

    #[test]
    fn a_local_time_is_in_the_zone_of_the_language() {
        check("2022-04-03", "ja", &[], "2022-04-02T15:00:00Z");
    }
}
