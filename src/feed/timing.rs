//! How often a feed itself asks to be polled.

use std::time::Duration;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the days need no explanation")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// When a feed asks to be polled; the planner limits what it follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// RSS `ttl`: how long the document may be kept.
    pub ttl: Option<Duration>,
    /// RSS `skipHours`: hours in UTC, 0 to 23, without polls.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`: days in UTC without polls.
    pub skip_days: Vec<Weekday>,
    /// RSS 1.0 `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub update_every: Option<Duration>,
}

/// The two parts of `sy:`, which come in any order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Syndication {
    pub(super) period: Option<Duration>,
    pub(super) frequency: Option<u32>,
}

impl Syndication {
    /// The time between two updates; a frequency alone is per day (the
    /// module's default period).
    pub(super) fn update_every(self) -> Option<Duration> {
        if self.period.is_none() && self.frequency.is_none() {
            return None;
        }
        let period = self.period.unwrap_or(DAY);
        Some(period / self.frequency.unwrap_or(1).max(1))
    }
}

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// `hourly`, `daily`, `weekly`, `monthly`, `yearly`.
pub(super) fn period(text: &str) -> Option<Duration> {
    let text = text.trim();
    let periods = [
        ("hourly", HOUR),
        ("daily", DAY),
        ("weekly", DAY * 7),
        ("monthly", DAY * 30),
        ("yearly", DAY * 365),
    ];
    periods
        .into_iter()
        .find(|(name, _)| text.eq_ignore_ascii_case(name))
        .map(|(_, period)| period)
}

/// Minutes of a `ttl`, a year at most.
pub(super) fn ttl(text: &str) -> Option<Duration> {
    let minutes: u64 = text.trim().parse().ok()?;
    (1..=365 * 24 * 60)
        .contains(&minutes)
        .then(|| Duration::from_secs(minutes * 60))
}

/// An hour of `skipHours`; 24 is midnight, as in RSS 0.91.
pub(super) fn hour(text: &str) -> Option<u8> {
    match text.trim().parse::<u8>().ok()? {
        24 => Some(0),
        hour @ 0..=23 => Some(hour),
        _ => None,
    }
}

/// A day of `skipDays`.
pub(super) fn day(text: &str) -> Option<Weekday> {
    let days = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let text = text.trim();
    days.into_iter()
        .find(|(name, _)| text.eq_ignore_ascii_case(name))
        .map(|(_, day)| day)
}
