//! The daemon's poll policy for a simulator: JSON lines on standard input, one
//! answer line per poll on standard output.
//!
//! ```text
//! -> {"type":"init","feeds":N,"budget_per_hour":B,"min_interval_s":60,"max_interval_s":86400,"window":50}
//! -> {"type":"poll","feed":i,"t":seconds,"status":200|304,"items":[publish times new to the poller]}
//! <- {"next": seconds}
//! -> {"type":"end"}
//! ```

use jiff::Timestamp;
use newsvane::model::Span;
use newsvane::policy::{Hints, Planner, Rhythm, SchedulerSettings};
use serde::Deserialize;
use std::io::{BufRead as _, Write as _};

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Init {
        feeds: usize,
        budget_per_hour: f64,
        min_interval_s: u64,
        max_interval_s: u64,
    },
    Poll {
        feed: usize,
        t: f64,
        items: Vec<f64>,
    },
    End,
}

/// The simulator's clock begins on a Monday, 00 UTC: 1970-01-05.
const MONDAY_S: f64 = 4.0 * 86_400.0;

/// How often the daemon recomputes the rates of all feeds.
const REBALANCE_S: f64 = 3_600.0;

struct Simulated {
    planner: Planner,
    rhythms: Vec<Rhythm>,
    due: Vec<Option<Timestamp>>,
    rebalanced_s: f64,
}

impl Simulated {
    fn poll(&mut self, feed: usize, t: f64, items: &[f64]) -> Timestamp {
        let now = timestamp(t);
        if let Some(due) = self.due[feed] {
            self.planner.observe(due, now);
        }
        if t - self.rebalanced_s >= REBALANCE_S {
            self.planner.rebalance(self.rhythms.iter(), now);
            self.rebalanced_s = t;
        }
        let published: Vec<Timestamp> = items.iter().map(|at| timestamp(*at)).collect();
        let rhythm = &mut self.rhythms[feed];
        rhythm.learn(&published, now);
        let due = self
            .planner
            .after_poll(rhythm, None, &Hints::default(), now, 0.5);
        self.due[feed] = Some(due);
        due
    }
}

fn timestamp(t: f64) -> Timestamp {
    Timestamp::from_millisecond(((t + MONDAY_S) * 1e3) as i64)
        .expect("simulated times are of this century")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut output = std::io::stdout().lock();
    let mut simulated = None;
    for line in std::io::stdin().lock().lines() {
        match serde_json::from_str(&line?)? {
            Line::Init {
                feeds,
                budget_per_hour,
                min_interval_s,
                max_interval_s,
            } => {
                let mut planner = Planner::new(&SchedulerSettings {
                    min_interval: Span::secs(min_interval_s),
                    max_interval: Span::secs(max_interval_s),
                    polls_per_hour: budget_per_hour as u32,
                    ..SchedulerSettings::default()
                });
                let rhythms = vec![Rhythm::new(timestamp(0.0)); feeds];
                planner.rebalance(rhythms.iter(), timestamp(0.0));
                simulated = Some(Simulated {
                    planner,
                    rhythms,
                    due: vec![None; feeds],
                    rebalanced_s: 0.0,
                });
            }
            Line::Poll { feed, t, items } => {
                let simulated = simulated.as_mut().ok_or("a poll before init")?;
                let next = simulated.poll(feed, t, &items).as_millisecond() as f64 / 1e3 - MONDAY_S;
                writeln!(output, "{{\"next\": {next:.3}}}")?;
                output.flush()?;
            }
            Line::End => break,
        }
    }
    Ok(())
}
