//! `alert = { ... }` of a watch: when and where it alerts.

use super::reader::{Pair, Reader};
use crate::model::{CoverageKind, Span};
use std::time::Duration;

/// When a watch alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertMode {
    /// For each matching article.
    Every,
    /// For the first article of a story.
    First,
    /// For the first article of a story and the coverage kinds in `updates`.
    Story,
    /// Once a day, at this time.
    Digest {
        /// The hour, 0 to 23, in the service's time zone.
        hour: u8,
        /// The minute.
        minute: u8,
    },
    /// When there is far more coverage than usual for the watch.
    Spike,
    /// When there is far less coverage than usual.
    Silence,
}

/// How urgent an alert is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It can wait.
    Low,
    /// The default.
    #[default]
    Normal,
    /// It should be read at once.
    High,
}

/// Most alerts in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The number of alerts.
    pub n: u32,
    /// The period.
    pub per: Duration,
}

/// When and where a watch alerts. `None` means the default in `newsvane.toml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertSpec {
    /// When it alerts.
    pub mode: Option<AlertMode>,
    /// The coverage kinds that alert after the first one.
    pub updates: Option<Vec<CoverageKind>>,
    /// The names of the receivers; `cross_check` compares them with `newsvane.toml`.
    pub to: Option<Vec<String>>,
    /// How long the watch is quiet after an alert.
    pub cooldown: Option<Duration>,
    /// Most alerts in a period.
    pub budget: Option<Budget>,
    /// How urgent its alerts are.
    pub severity: Option<Severity>,
    /// The least number of independent outlets for a spike.
    pub min_sources: Option<u32>,
    /// How much of an article has to be new for a development, 0 to 1.
    pub development: Option<f32>,
    /// Its place, as [`crate::matcher::Written::at`].
    pub at: u64,
}

const KNOWN: &[&str] = &[
    "mode",
    "digest",
    "updates",
    "to",
    "cooldown",
    "budget",
    "severity",
    "min_sources",
    "development",
];

/// The coverage kinds by their names.
const KINDS: &[(&str, CoverageKind)] = &[
    ("first", CoverageKind::First),
    ("independent", CoverageKind::Independent),
    ("development", CoverageKind::Development),
    ("rewrite", CoverageKind::Rewrite),
    ("duplicate", CoverageKind::Duplicate),
    ("revision", CoverageKind::Revision),
];

impl std::str::FromStr for Budget {
    type Err = String;

    /// Reads `20/day`, `5/hour`, `3/10m`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is not a budget; write a number and a period, as in 20/day");
        let (n, per) = text.split_once('/').ok_or_else(wrong)?;
        let n = n.trim().parse().map_err(|_| wrong())?;
        let per = match per.trim() {
            "minute" => Duration::from_secs(60),
            "hour" => Duration::from_secs(3_600),
            "day" => Duration::from_secs(86_400),
            "week" => Duration::from_secs(7 * 86_400),
            other => other.parse::<Span>().map_err(|_| wrong())?.0,
        };
        if n == 0 || per.is_zero() {
            return Err(wrong());
        }
        Ok(Self { n, per })
    }
}

impl std::str::FromStr for AlertMode {
    type Err = String;

    /// Reads `every`, `first`, `story`, `spike`, `silence`, and a digest's
    /// time as `07:00`.
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "every" => Self::Every,
            "first" => Self::First,
            "story" => Self::Story,
            "spike" => Self::Spike,
            "silence" => Self::Silence,
            time => {
                let wrong = || {
                    format!("{text:?} is not a time of day; write hours and minutes, as in 07:00")
                };
                let (hour, minute) = time.split_once(':').ok_or_else(wrong)?;
                let hour = hour
                    .parse()
                    .ok()
                    .filter(|hour| *hour < 24)
                    .ok_or_else(wrong)?;
                let minute = minute
                    .parse()
                    .ok()
                    .filter(|minute| *minute < 60)
                    .ok_or_else(wrong)?;
                Self::Digest { hour, minute }
            }
        })
    }
}

impl Reader<'_> {
    pub(super) fn alert(&mut self, pair: Pair<'_, '_>, place: &str) -> Option<AlertSpec> {
        let table = self.table(pair, "{ mode = \"story\", to = [\"ops\"] }")?;
        let mut alert = AlertSpec {
            at: self.written(pair.1.span(), "").at,
            ..AlertSpec::default()
        };
        let mut is_digest = false;
        for pair in table {
            match pair.0.get_ref().as_ref() {
                "mode" => {
                    let mode = self.mode(pair);
                    is_digest = mode == Some(None);
                    alert.mode = alert.mode.or(mode.flatten());
                }
                "digest" => alert.mode = self.parsed(pair),
                "updates" => alert.updates = Some(self.kinds(pair)),
                "to" => {
                    alert.to = Some(self.terms(pair).into_iter().map(|name| name.text).collect());
                }
                "cooldown" => alert.cooldown = self.duration(pair),
                "budget" => alert.budget = self.parsed(pair),
                "severity" => {
                    alert.severity = self.one_of(
                        pair,
                        &[
                            ("low", Severity::Low),
                            ("normal", Severity::Normal),
                            ("high", Severity::High),
                        ],
                    );
                }
                "min_sources" => alert.min_sources = self.number(pair, 1..=1_000),
                "development" => alert.development = self.share(pair),
                unknown => self.unknown(pair, unknown, &format!("alert of {place}"), KNOWN),
            }
        }
        if is_digest && alert.mode.is_none() {
            self.wrong(
                pair.1.span(),
                format!("{place}: a digest needs a time of day"),
                "write alert = { digest = \"07:00\" }",
            );
        }
        Some(alert)
    }

    /// The mode; `Some(None)` for a digest, whose time is in another key.
    fn mode(&mut self, pair: Pair<'_, '_>) -> Option<Option<AlertMode>> {
        let modes = [
            ("every", Some(AlertMode::Every)),
            ("first", Some(AlertMode::First)),
            ("story", Some(AlertMode::Story)),
            ("spike", Some(AlertMode::Spike)),
            ("silence", Some(AlertMode::Silence)),
            ("digest", None),
        ];
        self.one_of(pair, &modes)
    }

    /// A share of the whole, as `0.4`.
    #[expect(clippy::cast_possible_truncation, reason = "a share needs few digits")]
    fn share(&mut self, pair: Pair<'_, '_>) -> Option<f32> {
        let value = pair.1.get_ref();
        let written = value
            .as_float()
            .map(|float| float.as_str())
            .or_else(|| value.as_integer().map(|integer| integer.as_str()));
        let share = written.and_then(|written| written.parse::<f64>().ok());
        let share = share.filter(|share| (0.0..=1.0).contains(share));
        if share.is_none() {
            self.wrong(
                pair.1.span(),
                format!("{} is a share from 0 to 1", pair.0.get_ref()),
                "write 0.1 to be alerted to small developments, 0.5 to large ones only; the default is 0.25",
            );
        }
        share.map(|share| share as f32)
    }

    fn parsed<T: std::str::FromStr<Err = String>>(&mut self, pair: Pair<'_, '_>) -> Option<T> {
        let text = self.string(pair)?.text;
        text.parse()
            .map_err(|message: String| self.wrong(pair.1.span(), message, ""))
            .ok()
    }

    fn kinds(&mut self, pair: Pair<'_, '_>) -> Vec<CoverageKind> {
        let mut kinds = Vec::new();
        for name in self.terms(pair) {
            match KINDS.iter().find(|(known, _)| *known == name.text) {
                Some((_, kind)) => kinds.push(*kind),
                None => {
                    let names = KINDS.iter().map(|(known, _)| *known);
                    let help = match crate::matcher::nearest(&name.text, names.clone()) {
                        Some(near) => format!("did you mean \"{near}\"?"),
                        None => format!("the kinds are {}", names.collect::<Vec<_>>().join(", ")),
                    };
                    self.wrong(
                        pair.1.span(),
                        format!("there is no kind of coverage called \"{}\"", name.text),
                        help,
                    );
                }
            }
        }
        kinds
    }
}
