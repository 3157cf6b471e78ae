use super::*;
use crate::model::Span;

const START: &str = "2024-05-06T00:00:00Z"; // a Monday

fn start() -> Timestamp {
    START.parse().unwrap()
}

fn later(hours: f64) -> Timestamp {
    super::super::after(start(), hours * HOUR_S)
}

/// A feed watched for `n_days`, with an item at each of these hours of the day.
fn rhythm(hours_of_day: &[f64], n_days: u32) -> Rhythm {
    let mut rhythm = Rhythm::new(start());
    for day in 0..n_days {
        for hour in hours_of_day {
            let at = later(f64::from(day) * 24.0 + hour);
            rhythm.learn(&[at], at);
        }
    }
    rhythm
}

fn planner(polls_per_hour: u32) -> Planner {
    Planner::new(&SchedulerSettings {
        polls_per_hour,
        ..SchedulerSettings::default()
    })
}

/// Minutes from a poll at `hour` to the next.
fn interval(planner: &Planner, rhythm: &Rhythm, hints: &Hints, hour: f64) -> i64 {
    let now = later(hour);
    let next = planner.after_poll(rhythm, None, hints, now, 0.5);
    next.duration_since(now).as_mins()
}

#[test]
fn a_busy_feed_is_polled_more_often_by_the_root_of_its_rate() {
    // Not by the clock: that would be learnt, and the minutes between left out.
    let often = |n: u32| {
        (0..n)
            .map(|k| f64::from(k) * 24.0 / f64::from(n))
            .collect::<Vec<f64>>()
    };
    let slow = interval(
        &planner(0),
        &rhythm(&often(23), 21),
        &Hints::default(),
        504.1,
    );
    let fast = interval(
        &planner(0),
        &rhythm(&often(97), 21),
        &Hints::default(),
        504.1,
    );
    assert!((9..=13).contains(&slow), "{slow} min at an item an hour");
    assert!((5..=7).contains(&fast), "{fast} min at four items an hour");
}

#[test]
fn the_bounds_hold() {
    let every_minute: Vec<f64> = (0..1_440).map(|minute| f64::from(minute) / 60.0).collect();
    assert_eq!(
        interval(
            &planner(0),
            &rhythm(&every_minute, 7),
            &Hints::default(),
            168.0
        ),
        5
    );
    // Silent for years: the prior has faded to next to nothing.
    assert!(
        interval(
            &planner(0),
            &Rhythm::new(start()),
            &Hints::default(),
            40_000.0
        ) <= 24 * 60
    );
}

#[test]
fn a_feed_of_office_hours_is_left_alone_at_night() {
    let office = rhythm(&[9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0], 28);
    let planner = planner(0);
    let (day, night) = (672.0 + 9.6, 672.0 + 20.0);
    let by_day = interval(&planner, &office, &Hints::default(), day);
    let by_night = interval(&planner, &office, &Hints::default(), night);
    assert!(
        by_night > 2 * by_day,
        "{by_day} min by day, {by_night} min by night"
    );
}

#[test]
fn what_server_and_feed_ask_for_is_a_floor() {
    let busy: Vec<f64> = (0..96).map(|quarter| f64::from(quarter) / 4.0).collect();
    let secs = |n| Some(Duration::from_secs(n));
    let (planner, busy) = (planner(0), rhythm(&busy, 7));
    let check =
        |hints: Hints, want: i64| assert_eq!(interval(&planner, &busy, &hints, 168.1), want);
    check(
        Hints {
            fresh_for: secs(1_800),
            ..Hints::default()
        },
        30,
    );
    check(
        Hints {
            ttl: secs(2_700),
            ..Hints::default()
        },
        45,
    );
    check(
        Hints {
            fresh_for: secs(999_999_999),
            ..Hints::default()
        },
        24 * 60,
    );
}

#[test]
fn a_fixed_interval_sets_all_else_aside_but_the_skipped_hours() {
    let (planner, rhythm) = (planner(0), Rhythm::new(start()));
    let every = Some(Duration::from_secs(90));
    let hints = Hints {
        fresh_for: Some(Duration::from_secs(7_200)),
        ..Hints::default()
    };
    let now = later(1.0);
    assert_eq!(
        planner
            .after_poll(&rhythm, every, &hints, now, 0.5)
            .duration_since(now)
            .as_secs(),
        90
    );
    let hints = Hints {
        skip_hours: 0b110,
        ..Hints::default()
    };
    assert_eq!(
        planner.after_poll(&rhythm, every, &hints, now, 0.5),
        later(3.0)
    );
}

#[test]
fn jitter_spreads_by_two_percent_either_way() {
    let (planner, rhythm) = (planner(0), Rhythm::new(start()));
    let every = Some(Duration::from_secs(1_000));
    let wait = |jitter| {
        let next = planner.after_poll(&rhythm, every, &Hints::default(), start(), jitter);
        next.duration_since(start()).as_secs()
    };
    assert_eq!((wait(0.0), wait(0.5), wait(1.0)), (980, 1_000, 1_020));
}

#[test]
fn a_budget_is_met_by_the_sum_of_all_feeds() {
    let rhythms: Vec<Rhythm> = (1..=20)
        .map(|n| {
            rhythm(
                &(0..n)
                    .map(|k| f64::from(k) * 24.0 / f64::from(n))
                    .collect::<Vec<_>>(),
                14,
            )
        })
        .collect();
    let mut planner = planner(40);
    planner.rebalance(rhythms.iter(), later(336.0));
    // The middle of the wanted queue: no correction.
    let wanted = (WANTED_LAG * 20.0_f64).max(4.0) / (40.0 / HOUR_S);
    planner.lag_s = wanted;
    let polls_per_hour: f64 = rhythms
        .iter()
        .map(|rhythm| 60.0 / interval(&planner, rhythm, &Hints::default(), 340.2) as f64)
        .sum();
    assert!(
        (30.0..55.0).contains(&polls_per_hour),
        "{polls_per_hour} polls an hour of 40"
    );
}

#[test]
fn polls_that_come_late_make_for_longer_intervals() {
    let rhythms = vec![rhythm(&[6.0, 12.0, 18.0], 14); 20];
    let mut planner = planner(40);
    planner.rebalance(rhythms.iter(), later(336.0));
    // In the hours without items, where the shortest interval is none.
    let before = interval(&planner, &rhythms[0], &Hints::default(), 338.0);
    for n in 0..200 {
        let due = later(336.0 + f64::from(n) / 40.0);
        planner.observe(due, super::super::after(due, 3_000.0));
    }
    let after = interval(&planner, &rhythms[0], &Hints::default(), 338.0);
    assert!(after > before, "{before} then {after}");
}

#[test]
fn silence_is_told_from_a_pause_by_what_was_expected() {
    let (planner, busy) = (planner(0), rhythm(&[1.0, 7.0, 13.0, 19.0], 28));
    let since = later(672.0);
    assert!(planner.expected_items(&busy, since, later(675.0)) < 2.0);
    let expected = planner.expected_items(&busy, since, later(744.0));
    assert!((8.0..14.0).contains(&expected), "{expected} in three days");
}

#[test]
fn a_backlog_says_how_often_a_feed_publishes() {
    let check = |hours_ago: &[f64], want_a_day: std::ops::Range<f64>| {
        let dates: Vec<Timestamp> = hours_ago.iter().map(|hours| later(-hours)).collect();
        let a_day = Rhythm::from_backlog(&dates, start()).rate(start()) * 86_400.0;
        assert!(
            want_a_day.contains(&a_day),
            "{a_day} a day from {hours_ago:?}"
        );
    };
    check(&[], 0.9..1.1);
    check(&[1.0], 0.9..1.1);
    check(&[1.0, 5.0, 9.0, 13.0, 17.0, 21.0, 24.0], 4.0..7.0);
    // Ten entries of ten years ago, and a date from the future.
    check(&[87_600.0, 87_601.0, 87_602.0, 87_603.0], 0.0..0.2);
    check(&[-5.0, -6.0], 0.9..1.1);
}

#[test]
fn a_rhythm_survives_the_store() {
    let learnt = rhythm(&[6.0, 12.5, 18.0], 3);
    let stored = serde_json::to_string(&learnt).unwrap();
    assert_eq!(serde_json::from_str::<Rhythm>(&stored).unwrap(), learnt);
}

#[test]
fn strange_clocks_and_dates_do_no_harm() {
    let mut rhythm = Rhythm::new(Timestamp::MAX);
    rhythm.learn(&[Timestamp::MIN, Timestamp::MAX], start());
    rhythm.learn(&[start()], Timestamp::MIN);
    let next = planner(0).after_poll(&rhythm, None, &Hints::default(), start(), f64::NAN);
    assert!(next >= start());
    let settings = SchedulerSettings {
        max_interval: Span::secs(0),
        ..SchedulerSettings::default()
    };
    let next = Planner::new(&settings).after_poll(&rhythm, None, &Hints::default(), start(), 0.5);
    assert!(next > start());
}

#[test]
fn a_rate_that_changed_is_believed_and_so_is_one_that_never_did() {
    // An item an hour for eight weeks; then for one week one every 12 minutes,
    // or on as before.
    let rate_after = |gap_h: f64| {
        let mut rhythm = Rhythm::new(later(0.0));
        let steady = (1..=1_344).map(f64::from);
        let last = (1..).map(|n| 1_344.0 + f64::from(n) * gap_h);
        for at in steady.chain(last.take_while(|at| *at <= 1_512.0)) {
            rhythm.learn(&[later(at)], later(at));
        }
        rhythm.rate(later(1_512.0)) * HOUR_S
    };
    assert!((rate_after(1.0) - 1.0).abs() < 0.03, "{}", rate_after(1.0));
    // Of the two memories alone the short one says 3, the long one 1.4.
    assert!(rate_after(0.2) > 2.8, "{}", rate_after(0.2));
}
