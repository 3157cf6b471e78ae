//! A feed's rate over the week and the hour: its own entries, shrunk towards those of
//! similar feeds.

use super::Pool;
use super::rhythm::{HOUR_S, HOURS, MINUTES, Rhythm, hour_of, minute_of};

/// Weights of the priors, in entries: the kind's hours of the day, the feed's own
/// hours of the day (as the prior of the week), and the pooled minutes.
const KIND_WEIGHT: f64 = 12.0;
const WEEK_WEIGHT: f64 = 300.0;
const MINUTE_WEIGHT: f64 = 60.0;

impl Rhythm {
    /// The weekly and the hourly profile, each 1 on average.
    pub(super) fn profile(&self, pool: &Pool) -> Profile {
        let n_items: f64 = self.hours().iter().map(|bin| f64::from(*bin)).sum();
        let mut day = [0.0; 24];
        for (hour, bin) in self.hours().iter().enumerate() {
            day[hour % 24] += f64::from(*bin);
        }
        let mut profile = Profile {
            hours: [1.0; HOURS],
            minutes: [1.0; MINUTES],
        };
        // The hours of the day come from the feed itself as far as they are known,
        // the days of the week from its kind: a feed needs months to show that its
        // Sundays differ.
        let week = pool.week(self.hours());
        for (hour, weight) in profile.hours.iter_mut().enumerate() {
            let (own, usual) = (day[hour % 24], week.day[hour % 24]);
            let own_day = 24.0 * (own + KIND_WEIGHT * usual) / (n_items + KIND_WEIGHT);
            let own_day = own_day * week.day_factor(hour);
            let own = self.hours().get(hour).map_or(0.0, |bin| f64::from(*bin));
            *weight =
                ((own * HOURS as f64 + WEEK_WEIGHT * own_day) / (n_items + WEEK_WEIGHT)) as f32;
        }
        for (minute, weight) in profile.minutes.iter_mut().enumerate() {
            let own = self
                .minutes()
                .get(minute)
                .map_or(0.0, |bin| f64::from(*bin));
            let pooled = MINUTE_WEIGHT * pool.minute(minute);
            *weight = ((own * MINUTES as f64 + pooled) / (n_items + MINUTE_WEIGHT)) as f32;
        }
        profile
    }
}

/// A feed's rate over the week and over the hour, each 1 on average.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) hours: [f32; HOURS],
    pub(super) minutes: [f32; MINUTES],
}

impl Profile {
    pub(super) fn at(&self, time: f64) -> f64 {
        f64::from(self.hours[hour_of(time)]) * f64::from(self.minutes[minute_of(time)])
    }

    /// The seconds from `since` to `until`, weighted by hour.
    pub(super) fn seconds(&self, since: f64, until: f64) -> f64 {
        let (mut weighed, mut at) = (0.0, since);
        while at < until {
            let end = ((at / HOUR_S).floor() * HOUR_S + HOUR_S).min(until);
            weighed += f64::from(self.hours[hour_of(at)]) * (end - at);
            at = end;
        }
        weighed
    }
}
