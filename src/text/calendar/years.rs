//! Converts days of the Buddhist and the Persian solar calendar to the Gregorian one.

use jiff::ToSpan;
use jiff::civil::Date;

/// A day whose year is counted from the Buddha's death: Thailand's 2567 is 2024.
#[must_use]
pub fn of_buddhist(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(
        i16::try_from(year - 543).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// A day of the Persian solar calendar: 12 Farvardin 1400 is 1 April 2021.
///
/// It uses the cycle of 33 years, which holds for the years 1244 to 1500; `None` outside.
#[must_use]
pub fn of_jalali(year: i64, month: i64, day: i64) -> Option<Date> {
    if !(1244..=1500).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let longest = if month <= 6 { 31 } else { 30 };
    if day > longest {
        return None;
    }
    // 1 Farvardin 1375 was 20 March 1996, the first year of a cycle of 33 after
    // a leap year; the leap years of a cycle are these.
    let n_days_before_month = if month <= 7 {
        (month - 1) * 31
    } else {
        186 + (month - 7) * 30
    };
    let new_year = Date::constant(1996, 3, 20);
    let n_leap_days = leap_years_before(year) - leap_years_before(1375);
    let n_days = (year - 1375) * 365 + n_leap_days + n_days_before_month + day - 1;
    new_year.checked_add(n_days.days()).ok()
}

/// The number of leap years before `year`, plus a constant.
fn leap_years_before(year: i64) -> i64 {
    // The leap years in a cycle of 33, as the remainder of the year divided by 33.
    const LEAP: [i64; 8] = [1, 5, 9, 13, 17, 22, 26, 30];
    let (cycle, rest) = (year / 33, year % 33);
    let n_in_cycle = LEAP.iter().filter(|leap| **leap < rest).count();
    cycle * 8 + i64::try_from(n_in_cycle).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persian_days_are_ours() {
        let check = |(year, month, day), wanted: &str| {
            let date = of_jalali(year, month, day).map(|date| date.to_string());
            assert_eq!(date.as_deref(), Some(wanted));
        };
        check((1400, 1, 1), "2021-03-21");
        check((1402, 11, 3), "2024-01-23");
        check((1403, 1, 1), "2024-03-20");
        check((1403, 12, 30), "2025-03-20");
        check((1357, 11, 22), "1979-02-11");
        assert_eq!(of_jalali(1402, 7, 31), None);
        assert_eq!(of_jalali(2024, 1, 1), None);
    }

    #[test]
    fn buddhist_years_are_543_ahead() {
        let date = of_buddhist(2567, 3, 17).map(|date| date.to_string());
        assert_eq!(date.as_deref(), Some("2024-03-17"));
    }
}
