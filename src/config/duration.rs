//! Lengths of time as people write them: `90s`, `30m`, `12h`, `1d`, `1h30m`.

use std::time::Duration;

/// The length of time that `text` says.
///
/// # Errors
/// When it is none; the message says what would be one.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("{text:?} is no length of time; write a number and a unit: 90s, 30m, 12h, 1d");
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let n: u64 = rest[..n_digits].parse().map_err(|_| wrong())?;
        let unit_end = rest[n_digits..]
            .find(|c: char| c.is_ascii_digit())
            .map_or(rest.len(), |at| n_digits + at);
        let seconds = match rest[n_digits..unit_end].trim() {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 7 * 86_400,
            _ => return Err(wrong()),
        };
        let part = n.checked_mul(seconds).map(Duration::from_secs);
        total = part
            .and_then(|part| total.checked_add(part))
            .ok_or_else(wrong)?;
        rest = rest[unit_end..].trim_start();
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        let check = |text: &str, seconds: Option<u64>| {
            assert_eq!(
                parse(text).ok().map(|found| found.as_secs()),
                seconds,
                "{text}"
            );
        };
        check("90s", Some(90));
        check("1h30m", Some(5_400));
        check("1 d", Some(86_400));
        check("30", None);
        check("", None);
        check("-5m", None);
        check("99999999999999999999d", None);
        check("18446744073709551615w", None);
    }
}
