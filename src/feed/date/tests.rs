#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use super::*;

fn check(text: &str, wanted: &str) {
    let wanted: Timestamp = wanted.parse().unwrap();
    assert_eq!(parse_date(text), Some(wanted), "{text}");
}

#[test]
fn rfc_822_and_rfc_3339() {
    check("Tue, 03 Nov 2026 10:00:05 +0100", "2026-11-03T09:00:05Z");
    check("Tue, 03 Nov 2026 10:00:05 GMT", "2026-11-03T10:00:05Z");
    check("2026-11-03T10:00:05Z", "2026-11-03T10:00:05Z");
    check("2026-11-03T10:00:05.250+01:00", "2026-11-03T09:00:05.25Z");
}

#[test]
fn iso_8601_in_all_its_forms() {
    check("2026-11-03", "2026-11-03T00:00:00Z");
    check("2026-11", "2026-11-01T00:00:00Z");
    check("2026", "2026-01-01T00:00:00Z");
    check("20261103", "2026-11-03T00:00:00Z");
    check("20261103T100005Z", "2026-11-03T10:00:05Z");
    check("20261103100005", "2026-11-03T10:00:05Z");
    check("2026-307", "2026-11-03T00:00:00Z");
    check("2026307", "2026-11-03T00:00:00Z");
    check("26-11-03", "2026-11-03T00:00:00Z");
    check("26307", "2026-11-03T00:00:00Z");
    check("261103", "2026-11-03T00:00:00Z");
    check("-26-11", "2026-11-01T00:00:00Z");
    check("-2611", "2026-11-01T00:00:00Z");
    check("2026-11-03T24:00:00Z", "2026-11-04T00:00:00Z");
    check("2026-11-03T23:59:60Z", "2026-11-03T23:59:59Z");
}

#[test]
fn unix_times() {
    check("1793700005", "2026-11-03T10:00:05Z");
    check("1793700005000", "2026-11-03T10:00:05Z");
}

#[test]
fn zones_by_name_and_number() {
    check("Tue, 3 Nov 2026 10:00 EST", "2026-11-03T15:00:00Z");
    check("Tue, 3 Nov 2026 10:00 ET", "2026-11-03T15:00:00Z");
    check("Tue, 3 Nov 2026 10:00 JST", "2026-11-03T01:00:00Z");
    check("Tue, 3 Nov 2026 10:00 GMT+2", "2026-11-03T08:00:00Z");
    check("Tue, 3 Nov 2026 10:00 UTC-03:30", "2026-11-03T13:30:00Z");
    check("Tue, 3 Nov 2026 10:00 A", "2026-11-03T11:00:00Z");
    check(
        "Tue Nov 03 2026 10:00:00 GMT+0100 (Central European Standard Time)",
        "2026-11-03T09:00:00Z",
    );
    check("2026-11-03T10:00:00+01:0", "2026-11-03T09:00:00Z");
    // There is no zone database: a zone by place is taken as UTC.
    check(
        "Tue, 3 Nov 2026 10:00:00 Europe/Brussels",
        "2026-11-03T10:00:00Z",
    );
}

#[test]
fn the_order_of_the_parts_is_free() {
    check("Tue Nov  3 10:00:05 2026", "2026-11-03T10:00:05Z");
    check("November 3, 2026 10:00 AM", "2026-11-03T10:00:00Z");
    check("Nov 3, 2026, 2pm", "2026-11-03T14:00:00Z");
    check("3-Nov-26 12:15 am", "2026-11-03T00:15:00Z");
    check("Tue, 2026/11/03 10:00:05 EDT", "2026-11-03T14:00:05Z");
    check("11/03/2026 10:00 PM", "2026-11-03T22:00:00Z");
    check("23/11/2026 10:00", "2026-11-23T10:00:00Z");
    check("03.11.2026 10:00", "2026-11-03T10:00:00Z");
    check("Tue,03 Nov 2026 10:00:05 -0000", "2026-11-03T10:00:05Z");
}

#[test]
fn months_in_many_languages() {
    check("mardi 3 novembre 2026 10h05", "2026-11-03T10:05:00Z");
    check("Di, 03 Mär 2026 10:00:00 +0100", "2026-03-03T09:00:00Z");
    check("mar, 7 jul 2026 10:00:00 +0200", "2026-07-07T08:00:00Z");
    check("Mar, 05 Avr 2022 10:00:00 GMT", "2022-04-05T10:00:00Z");
    check("3 juillet 2026", "2026-07-03T00:00:00Z");
    check("3 juin 2026", "2026-06-03T00:00:00Z");
    check("Вт, 3 ноя 2026 10:00:00 +0300", "2026-11-03T07:00:00Z");
    check("Τρι, 03 Νοε 2026 10:00:00 EET", "2026-11-03T08:00:00Z");
    check("2026-július-13T9:15-05:00", "2026-07-13T14:15:00Z");
    check("2026年11月3日 10:05", "2026-11-03T10:05:00Z");
    check("2026년 11월 03일  오후 11:53:14", "2026-11-03T14:53:14Z");
}

#[test]
fn other_text_is_not_a_date() {
    for text in [
        "",
        "soon",
        "Tue",
        "2026-13-40",
        "30 Feb 2026",
        "25:61",
        "٣",
        "99999999999999999999999",
        "- - -",
    ] {
        assert_eq!(parse_date(text), None, "{text}");
    }
    assert_eq!(parse_date(&"1".repeat(10_000)), None);
}
