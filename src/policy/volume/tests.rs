//! Watches of many kinds, over months.

use super::*;

const OUTLETS: [&str; 6] = [
    "Harbour Courier",
    "Corvane Wire",
    "Hill Gazette",
    "Radio Estmere",
    "The Lantern",
    "Dockside Daily",
];

/// The time this many days after Monday 2031-05-05.
fn day(days: f64) -> Timestamp {
    let monday: Timestamp = "2031-05-05T00:00:00Z".parse().unwrap();
    monday + SignedDuration::from_secs_f64(days * 86_400.0)
}

/// A watch over months, and what was reported, in days from the beginning.
struct Course {
    volume: Volume,
    wanted: Wanted,
    reported: Vec<(f64, VolumeChange)>,
    seed: u64,
}

impl Course {
    fn new(wanted: Wanted) -> Self {
        Self {
            volume: Volume::new(day(0.0)),
            wanted,
            reported: Vec::new(),
            seed: 7,
        }
    }

    fn random(&mut self) -> f64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) as f64 / f64::from(1_u32 << 31)
    }

    /// Lets the days pass with `rate` stories a day at office hours, each reported
    /// by up to `n_outlets`, and looks every quarter of an hour.
    fn pass(&mut self, from: f64, to: f64, rate: f64, n_outlets: usize) -> &mut Self {
        let mut due: Vec<(f64, usize)> = Vec::new();
        for quarter in 0..((to - from) * 96.0).round() as u32 {
            let at = from + f64::from(quarter) / 96.0;
            let is_day = (0.25..0.83).contains(&(at % 1.0));
            if is_day && self.random() < rate / 56.0 {
                let n_reports = 1 + (self.random() * n_outlets as f64) as usize;
                for n in 0..n_reports.min(n_outlets) {
                    due.push((at + n as f64 / 40.0, n));
                }
            }
            let (now, later): (Vec<_>, Vec<_>) = due.iter().partition(|(due, _)| *due <= at);
            due = later;
            for (_, outlet) in now {
                self.volume.take(day(at), OUTLETS[outlet]);
            }
            self.look(at);
        }
        self
    }

    fn look(&mut self, at: f64) {
        if let Some(change) = self.volume.look(self.wanted, day(at)) {
            self.reported.push((at, change));
        }
    }

    /// The days on which something was reported.
    fn days(&self) -> Vec<f64> {
        self.reported.iter().map(|(at, _)| *at).collect()
    }
}

const SPIKE: Wanted = Wanted::Spike { min_sources: 3 };

/// Reports by `n_outlets` each quarter of an hour for `hours` from day 60 on, on
/// top of 60 days of `rate` stories a day by one or two outlets.
fn burst(rate: f64, hours: f64, n_outlets: usize) -> Course {
    let mut course = Course::new(SPIKE);
    course.pass(0.0, 60.0, rate, 2);
    for quarter in 0..(hours * 4.0) as u32 {
        let at = 60.4 + f64::from(quarter) / 96.0;
        for outlet in &OUTLETS[..n_outlets] {
            course.volume.take(day(at), outlet);
        }
        course.look(at);
    }
    course.pass(60.4 + hours / 24.0, 70.0, rate, 2);
    course
}

#[test]
fn a_spike_is_reported_once_soon_and_with_what_was_usual() {
    for rate in [0.1, 2.0, 20.0] {
        let course = burst(rate, 6.0, 5);
        let [(at, change)] = &course.reported[..] else {
            panic!("{rate} a day: reported at {:?}", course.days());
        };
        assert!((60.4..60.5).contains(at), "{rate} a day: {at}");
        assert!(
            f64::from(change.articles) >= 3.0 * change.expected,
            "{change:?}"
        );
        assert!(change.outlets.len() >= 3, "{change:?}");
        assert!(change.since < change.until && change.until == day(*at));
    }
}

#[test]
fn as_many_reports_by_too_few_outlets_are_no_spike() {
    assert_eq!(burst(2.0, 6.0, 2).days(), [0.0; 0]);
}

#[test]
fn a_second_spike_is_reported_when_the_first_was_over() {
    let mut course = burst(2.0, 6.0, 5);
    for quarter in 0..24 {
        let at = 75.4 + f64::from(quarter) / 96.0;
        course.pass(if quarter == 0 { 70.0 } else { at }, at, 2.0, 2);
        OUTLETS
            .iter()
            .for_each(|outlet| course.volume.take(day(at), outlet));
        course.look(at);
    }
    let days = course.days();
    assert_eq!(days.len(), 2, "{days:?}");
    assert!(days[1] > 75.0, "{days:?}");
}

#[test]
fn a_watch_with_its_usual_volume_reports_nothing() {
    for wanted in [SPIKE, Wanted::Silence] {
        for (rate, n_outlets) in [(0.3, 2), (2.0, 6), (10.0, 6), (40.0, 3)] {
            let mut course = Course::new(wanted);
            course.pass(0.0, 200.0, rate, n_outlets);
            let days = course.days();
            // The busiest day of half a year may count as a spike.
            assert!(days.len() <= 2, "{wanted:?} {rate}: {days:?}");
        }
    }
}

#[test]
fn nothing_is_reported_before_anything_was_learnt() {
    let mut course = Course::new(SPIKE);
    course.pass(0.3, 2.0, 200.0, 6);
    assert_eq!(course.days(), [0.0; 0]);
}

#[test]
fn a_silence_is_reported_once_the_later_the_less_a_watch_finds() {
    let mut waits = Vec::new();
    for rate in [2.0, 8.0, 40.0] {
        let mut course = Course::new(Wanted::Silence);
        course.pass(0.0, 60.0, rate, 2).pass(60.0, 90.0, 0.0, 2);
        let [(at, change)] = &course.reported[..] else {
            panic!("{rate} a day: {:?}", course.days());
        };
        assert_eq!(change.articles, 0);
        assert!(
            change.expected > 3.0 && !change.outlets.is_empty(),
            "{change:?}"
        );
        waits.push(at - 60.0);
    }
    assert!(waits[0] > waits[1] && waits[1] > waits[2], "{waits:?}");
    assert!(waits[2] < 2.0 && waits[0] < 9.0, "{waits:?}");
}

#[test]
fn a_night_and_a_restart_are_no_silence() {
    let mut course = Course::new(Wanted::Silence);
    course.pass(0.0, 60.0, 40.0, 2);
    // The daemon was down for nine days.
    course.volume.resume(day(69.0));
    course.pass(69.0, 69.2, 0.0, 2);
    assert_eq!(course.days(), [0.0; 0]);
    course.pass(69.2, 75.0, 0.0, 2);
    assert_eq!(course.days().len(), 1);
}

#[test]
fn the_state_survives_being_written_and_read() {
    for wanted in [SPIKE, Wanted::Silence] {
        let mut course = Course::new(wanted);
        course.pass(0.0, 20.0, 5.0, 3);
        let (mut whole, mut restarted) = (course.volume.clone(), course.volume);
        for quarter in 0..2_000 {
            let now = day(20.0 + f64::from(quarter) / 96.0);
            let json = serde_json::to_string(&restarted).unwrap();
            restarted = serde_json::from_str(&json).unwrap();
            if quarter % 500 < 10 {
                whole.take(now, OUTLETS[quarter as usize % 5]);
                restarted.take(now, OUTLETS[quarter as usize % 5]);
            }
            let (reported, again) = (whole.look(wanted, now), restarted.look(wanted, now));
            assert_eq!(reported.is_some(), again.is_some(), "{wanted:?} {quarter}");
        }
        assert_eq!(whole.is_reported(), restarted.is_reported());
    }
}

#[test]
fn absurd_times_and_numbers_do_no_harm() {
    let mut volume = Volume::new(day(0.0));
    for at in [Timestamp::MIN, Timestamp::MAX, day(1.0)] {
        volume.take(at, "Harbour Courier");
        assert_eq!(volume.look(SPIKE, day(1.0)), None);
    }
    for n in 0..20_000 {
        volume.take(day(2.0), &format!("outlet {n}"));
    }
    assert!(serde_json::to_string(&volume).unwrap().len() < 20_000);
    for at in [day(3.0), Timestamp::MAX, Timestamp::MIN] {
        let _ = volume.look(SPIKE, at);
        let _ = volume.look(Wanted::Silence, at);
    }
}
