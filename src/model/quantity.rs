//! Lengths of time and sizes as a person writes them in a settings file:
//! `"30s"`, `"24h"`, `"8MB"`.

use schemars::JsonSchema;
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A length of time: a whole number and one of `ms s m h d w`, as in `"30s"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub Duration);

/// A number of bytes: a whole number and one of `B kB MB GB` (powers of 1,000)
/// or `KiB MiB GiB` (powers of 1,024), as in `"8MB"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(pub u64);

/// A quantity that cannot be parsed, with the forms that can.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{written:?} is not {wanted}")]
pub struct BadQuantity {
    written: String,
    wanted: &'static str,
}

/// The time units in milliseconds.
const TIME_UNITS: [(&str, u64); 6] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("w", 604_800_000),
];

const SIZE_UNITS: [(&str, u64); 7] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("b", 1),
];

const TIME_WANTED: &str = "a length of time, such as \"30s\", \"5m\", \"24h\" or \"90d\"";
const SIZE_WANTED: &str = "a size, such as \"500kB\", \"8MB\" or \"1GB\"";

impl Span {
    /// A length of `n` seconds.
    #[must_use]
    pub const fn secs(n: u64) -> Self {
        Self(Duration::from_secs(n))
    }
    /// A length of `n` minutes.
    #[must_use]
    pub const fn mins(n: u64) -> Self {
        Self::secs(n * 60)
    }
    /// A length of `n` hours.
    #[must_use]
    pub const fn hours(n: u64) -> Self {
        Self::secs(n * 3_600)
    }
    /// A length of `n` milliseconds.
    #[must_use]
    pub const fn millis(n: u64) -> Self {
        Self(Duration::from_millis(n))
    }
    /// The length in seconds.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0.as_secs_f64()
    }
}

impl ByteSize {
    /// The size as a `usize`; its maximum if it does not fit.
    #[must_use]
    pub fn as_len(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// The number in units of 1; `None` if `written` is not a number and a unit.
fn parse(written: &str, units: &[(&str, u64)]) -> Option<u64> {
    let written = written.trim().to_ascii_lowercase();
    let digits = written.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &written[digits.len()..];
    let number: u64 = digits.trim_end().parse().ok()?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(*factor)
}

/// The largest unit that leaves a whole number, so that "24h" stays readable.
fn show(n: u64, units: &[(&'static str, u64)]) -> (u64, &'static str) {
    units
        .iter()
        .filter(|(_, factor)| n > 0 && n.is_multiple_of(*factor))
        .max_by_key(|(_, factor)| *factor)
        .map_or((n, ""), |(name, factor)| (n / factor, name))
}

impl FromStr for Span {
    type Err = BadQuantity;
    fn from_str(written: &str) -> Result<Self, BadQuantity> {
        parse(written, &TIME_UNITS)
            .map(|millis| Self(Duration::from_millis(millis)))
            .ok_or_else(|| BadQuantity {
                written: written.into(),
                wanted: TIME_WANTED,
            })
    }
}

impl FromStr for ByteSize {
    type Err = BadQuantity;
    fn from_str(written: &str) -> Result<Self, BadQuantity> {
        // Zero needs no unit.
        let parsed = (written.trim() == "0").then_some(0);
        parsed
            .or_else(|| parse(written, &SIZE_UNITS))
            .map(Self)
            .ok_or_else(|| BadQuantity {
                written: written.into(),
                wanted: SIZE_WANTED,
            })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        match show(millis, &TIME_UNITS) {
            (0, _) => f.write_str("0s"),
            // A person who wrote "14d" should not be shown "2w".
            (n, "w") => write!(f, "{}d", n * 7),
            (n, unit) => write!(f, "{n}{unit}"),
        }
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = &SIZE_UNITS[3..];
        let (n, unit) = show(self.0, decimal);
        let unit = match unit {
            "kb" => "kB",
            "mb" => "MB",
            "gb" => "GB",
            _ => "B",
        };
        write!(f, "{n}{unit}")
    }
}

/// The units of a number that has none, with an example for each.
type Hint = [(&'static str, &'static str); 2];
const TIME_HINT: Hint = [("s", "seconds"), ("m", "minutes")];
const SIZE_HINT: Hint = [("MB", "megabytes"), ("kB", "kilobytes")];

/// Reads a string; a number is an error that says which unit to write.
struct QuantityVisitor(Hint);

impl Visitor<'_> for QuantityVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string with a number and a unit")
    }

    fn visit_str<E: serde::de::Error>(self, written: &str) -> Result<String, E> {
        Ok(written.to_owned())
    }

    fn visit_u64<E: serde::de::Error>(self, n: u64) -> Result<String, E> {
        // Zero is the same in every unit.
        if n == 0 {
            return Ok("0".to_owned());
        }
        let [(first, of_first), (second, of_second)] = self.0;
        Err(E::custom(format!(
            "{n} needs a unit: write \"{n}{first}\" for {n} {of_first}, \"{n}{second}\" for {n} {of_second}"
        )))
    }

    fn visit_i64<E: serde::de::Error>(self, n: i64) -> Result<String, E> {
        self.visit_u64(n.unsigned_abs())
    }

    fn visit_f64<E: serde::de::Error>(self, n: f64) -> Result<String, E> {
        Err(E::custom(format!("{n} needs a whole number and a unit")))
    }
}

macro_rules! as_string {
    ($name:ident, $schema_name:literal, $pattern:literal, $units:expr) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(QuantityVisitor($units)).and_then(
                    |written| written.parse().map_err(D::Error::custom),
                )
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $schema_name.into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

as_string!(Span, "Span", "^ *[0-9]+ *(ms|s|m|h|d|w) *$", TIME_HINT);
as_string!(
    ByteSize,
    "ByteSize",
    "^ *(0|[0-9]+ *([kMG]i?)?B) *$",
    SIZE_HINT
);

#[cfg(test)]
mod tests {
    use super::*;

    fn check_span(written: &str, want: Option<(u64, &str)>) {
        let found = written.parse::<Span>().ok();
        let shown = found.map(|span| (span.0.as_millis() as u64, span.to_string()));
        assert_eq!(shown, want.map(|(ms, s)| (ms, s.to_owned())), "{written}");
    }

    fn check_size(written: &str, want: Option<(u64, &str)>) {
        let found = written.parse::<ByteSize>().ok();
        let shown = found.map(|size| (size.0, size.to_string()));
        assert_eq!(shown, want.map(|(n, s)| (n, s.to_owned())), "{written}");
    }

    #[test]
    fn a_length_of_time_is_a_number_and_a_unit() {
        check_span("30s", Some((30_000, "30s")));
        check_span("90s", Some((90_000, "90s")));
        check_span("120s", Some((120_000, "2m")));
        check_span(" 5 m ", Some((300_000, "5m")));
        check_span("24h", Some((86_400_000, "1d")));
        check_span("90d", Some((7_776_000_000, "90d")));
        check_span("2w", Some((1_209_600_000, "14d")));
        check_span("250ms", Some((250, "250ms")));
        check_span("0s", Some((0, "0s")));
    }

    #[test]
    fn anything_else_is_not_a_length_of_time() {
        for written in [
            "",
            "30",
            "s",
            "-1s",
            "1.5h",
            "5 parsecs",
            "99999999999999999999s",
            "9999999999999999w",
        ] {
            check_span(written, None);
        }
    }

    #[test]
    fn a_size_is_a_number_and_a_unit() {
        check_size("8MB", Some((8_000_000, "8MB")));
        check_size("500kB", Some((500_000, "500kB")));
        check_size("1mib", Some((1_048_576, "1048576B")));
        check_size("0B", Some((0, "0B")));
        check_size("0", Some((0, "0B")));
        check_size("12 B", Some((12, "12B")));
        check_size("8", None);
        check_size("MB", None);
        check_size("8TB", None);
    }

    #[test]
    fn a_number_without_a_unit_gets_help() {
        let span = serde_json::from_str::<Span>("30").unwrap_err().to_string();
        assert!(
            span.contains("write \"30s\" for 30 seconds, \"30m\""),
            "{span}"
        );
        let size = serde_json::from_str::<ByteSize>("8")
            .unwrap_err()
            .to_string();
        assert!(size.contains("write \"8MB\" for 8 megabytes"), "{size}");
        assert_eq!(
            serde_json::from_str::<Span>("\"30s\"").unwrap(),
            Span::secs(30)
        );
    }

    #[test]
    fn the_error_shows_valid_examples() {
        let refusal = "soon".parse::<Span>().unwrap_err().to_string();
        assert_eq!(
            refusal,
            "\"soon\" is not a length of time, such as \"30s\", \"5m\", \"24h\" or \"90d\""
        );
    }
}
