//! The budget of polls per hour. The planner aims at it; this module enforces it as
//! polls begin.

use jiff::Timestamp;

/// Seconds for which unused polls are saved up. Older ones are lost, so that a pause is
/// not followed by a burst.
const CREDIT_S: f64 = 60.0;

/// A token bucket that fills over time.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    /// Polls a second; none without a limit.
    rate: Option<f64>,
    credit: f64,
    at: Option<Timestamp>,
}

impl Budget {
    /// A budget of `polls_per_hour`, 0 for no limit.
    pub(crate) fn new(polls_per_hour: u32) -> Self {
        Self {
            rate: (polls_per_hour > 0).then(|| f64::from(polls_per_hour) / 3_600.0),
            credit: 1.0,
            at: None,
        }
    }

    /// How many of `wanted` polls may begin now.
    pub(crate) fn available(&mut self, wanted: usize, now: Timestamp) -> usize {
        let Some(rate) = self.rate else {
            return wanted;
        };
        let since = self.at.replace(now).unwrap_or(now);
        let passed_s = now.duration_since(since).as_secs_f64().max(0.0);
        // With less than one poll a minute, the credit still has to reach a whole poll.
        let most = (rate * CREDIT_S).max(1.0);
        self.credit = (self.credit + rate * passed_s).min(most);
        wanted.min(self.credit as usize)
    }

    /// `n_polls` polls begin.
    pub(crate) fn spend(&mut self, n_polls: usize) {
        self.credit -= n_polls as f64;
    }

    /// A poll that began sent no request.
    pub(crate) fn give_back(&mut self) {
        self.credit += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    /// The number of polls that begin in an hour if `wanted` are due every half second, and the
    /// most in one minute.
    fn check(polls_per_hour: u32, wanted: usize) -> (usize, usize) {
        let mut budget = Budget::new(polls_per_hour);
        let mut minutes = [0; 60];
        for n in 0..7_200 {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_millis(500 * n);
            let n_polls = budget.available(wanted, now);
            budget.spend(n_polls);
            minutes[n as usize / 120] += n_polls;
        }
        (minutes.iter().sum(), *minutes.iter().max().unwrap())
    }

    #[test]
    fn no_more_polls_begin_than_the_budget_allows() {
        for polls_per_hour in [1, 7, 100, 5_000] {
            let (n_polls, n_in_a_minute) = check(polls_per_hour, 64);
            let budget = polls_per_hour as usize;
            assert!(
                (budget..=budget + 1).contains(&n_polls),
                "{n_polls} of {budget}"
            );
            assert!(n_in_a_minute <= budget / 60 + 2, "{n_in_a_minute}");
        }
    }

    #[test]
    fn without_a_budget_everything_due_is_polled() {
        assert_eq!(check(0, 3).0, 3 * 7_200);
    }

    #[test]
    fn a_pause_gives_one_minute_of_credit_at_most() {
        let mut budget = Budget::new(600);
        budget.available(100, Timestamp::UNIX_EPOCH);
        let later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(5);
        assert_eq!(budget.available(100, later), 10);
    }
}
