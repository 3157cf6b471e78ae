//! Kills the daemon at random and at named moments. Afterwards the ledger must show an
//! alert for each matching entry, under one id, and no other alert.
//!
//! `NEWSVANE_KILLS` sets the number of kills (100), `NEWSVANE_DEATHS` that of
//! deaths at named points (40); `NEWSVANE_SEED` repeats a run.

use crate::ledger::{Ledger, Manner};
use crate::newsroom::{Newsroom, Press, Printed};
use crate::process::{Daemon, Home};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const FEEDS: [&str; 4] = ["north", "east", "south", "west"];

const WATCHES: &str = r#"
[[watch]]
id = "each"
any = ["lighthouse"]
alert = { mode = "every", to = ["ledger"] }

[[watch]]
id = "stories"
any = ["lighthouse"]
alert = { mode = "story", to = ["ledger"] }

[[watch]]
id = "nothing"
any = ["zeppelin"]
"#;

/// Time between two entries: a debug build on a busy machine reads some seven a second.
const GAP: Duration = Duration::from_millis(300);

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// A newsroom, a slow ledger, and a daemon's home.
struct Scene {
    newsroom: Newsroom,
    ledger: Ledger,
    home: Home,
    seed: u64,
    rng: fastrand::Rng,
}

impl Scene {
    async fn set(default_seed: u64) -> Self {
        let seed = number("NEWSVANE_SEED").unwrap_or(default_seed);
        // Seen only when the test fails.
        println!("NEWSVANE_SEED={seed} repeats this run");
        let newsroom = Newsroom::open().await;
        let ledger = Ledger::open().await;
        // A slow receiver makes the time between sending and recording longer, so that
        // more kills fall into it.
        ledger.set_manner(Manner::Dawdle(Duration::from_millis(40)));
        let home = Home::new(&ledger, "");
        home.watch(&FEEDS.map(|feed| newsroom.feed(feed)), WATCHES);
        Self {
            newsroom,
            ledger,
            home,
            seed,
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// Lets a first daemon see every feed empty, so that all that comes is news.
    async fn begin(&self) -> Press {
        let daemon = self.home.start_ready().await;
        self.newsroom.until_polled(&FEEDS).await;
        daemon.stop().await;
        Press::start(
            &self.newsroom,
            FEEDS.map(str::to_owned).to_vec(),
            "lighthouse",
            self.seed,
            GAP,
        )
    }

    /// Lets a last daemon finish without a kill, then compares what was published with
    /// what was alerted.
    async fn settle(&self, printed: &Printed) -> Daemon {
        let daemon = self.home.start_ready().await;
        self.newsroom.until_polled(&FEEDS).await;
        daemon.until_idle().await;
        let status = daemon.status().await;
        let numbers = &status["numbers"];
        assert_eq!(
            numbers["entries"],
            printed.matching.len() + printed.others.len()
        );
        assert_eq!(numbers["given_up"], 0, "{status:#}");
        assert_eq!(numbers["dead"], 0, "{status:#}");
        self.check_ledger(printed);
        daemon
    }

    fn check_ledger(&self, printed: &Printed) {
        let each = self.ledger.accepted("each");
        let wanted: BTreeSet<&String> = printed.matching.iter().collect();
        let arrived: BTreeSet<&String> = each.keys().collect();
        let lost: Vec<String> = wanted
            .difference(&arrived)
            .map(|url| self.home.fate(url))
            .collect();
        let false_alarms: Vec<_> = arrived.difference(&wanted).collect();
        assert!(lost.is_empty(), "lost:\n{}", lost.join("\n"));
        assert!(false_alarms.is_empty(), "false alarms: {false_alarms:?}");
        for watch in ["each", "stories"] {
            let doubled: Vec<_> = self
                .ledger
                .accepted(watch)
                .into_iter()
                .filter(|(_, ids)| ids.len() > 1)
                .collect();
            assert!(doubled.is_empty(), "under two ids: {doubled:?}");
        }
        assert_eq!(self.opened_twice(), Vec::<String>::new());
        assert_eq!(self.ledger.accepted("nothing"), BTreeMap::new());
        assert_eq!(self.ledger.forged(), Vec::<String>::new());
    }

    /// Stories that were alerted to the watch "stories" as new under two ids.
    fn opened_twice(&self) -> Vec<String> {
        let mut opened: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for arrival in self.ledger.arrivals() {
            if arrival.watch() == "stories" && arrival.body["type"] == "story.opened" {
                let story = arrival.body["data"]["story"]["id"].to_string();
                opened.entry(story).or_default().insert(arrival.id);
            }
        }
        opened.retain(|_, ids| ids.len() > 1);
        opened.into_keys().collect()
    }

    fn report(&self, printed: &Printed, what: &str, n: u64) {
        let arrivals = self.ledger.arrivals().len();
        let ids = self.ledger.n_accepted();
        eprintln!(
            "{n} {what}: {} entries, {} of them matching, {ids} alerts, {} deliveries repeated; 0 lost, 0 under two ids",
            printed.matching.len() + printed.others.len(),
            printed.matching.len(),
            arrivals - ids,
        );
    }
}

/// Failpoints just before and after a commit, and before and after a delivery is sent.
const POINTS: [&str; 8] = [
    "document-begun",
    "fetched",
    "polled",
    "entries-leased",
    "placed",
    "read",
    "sent",
    "delivered",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_alert_is_lost_or_sent_under_two_ids_wherever_the_daemon_dies() {
    let deaths = number("NEWSVANE_DEATHS").unwrap_or(40);
    let mut scene = Scene::set(fastrand::u64(..)).await;
    let press = scene.begin().await;
    let mut died = BTreeMap::new();
    for n in 0..deaths {
        let point = POINTS[n as usize % POINTS.len()];
        let times = scene.rng.u32(1..4);
        let plan = format!("{point}:{times}");
        let mut command = scene.home.command(&["run"]);
        command.env("NEWSVANE_DIE_AT", &plan);
        let mut daemon = Daemon::of(command);
        let status = daemon.ended().await;
        assert!(!status.success(), "{plan}\n{}", daemon.log());
        *died.entry(point).or_insert(0) += 1;
        // An entry that was being read at six deaths in a row counts as their cause.
        if n % 4 == 3 {
            let daemon = scene.home.start_ready().await;
            daemon.until_idle().await;
            daemon.kill().await;
        }
    }
    let printed = press.stop().await;
    scene.settle(&printed).await.stop().await;
    scene.report(&printed, "deaths at named points", deaths);
    eprintln!("{died:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_alert_is_lost_or_sent_under_two_ids_however_the_daemon_is_killed() {
    let kills = number("NEWSVANE_KILLS").unwrap_or(100);
    let mut scene = Scene::set(fastrand::u64(..)).await;
    let press = scene.begin().await;
    let mut restarts = Vec::new();
    for _ in 0..kills {
        let mut daemon = scene.home.start();
        // One in four dies at any moment of its start, the others at work.
        if scene.rng.u8(..4) > 0 {
            restarts.push(daemon.ready().await);
        }
        tokio::time::sleep(Duration::from_millis(scene.rng.u64(..800))).await;
        daemon.kill().await;
    }
    let printed = press.stop().await;
    scene.settle(&printed).await.stop().await;
    restarts.sort();
    scene.report(&printed, "kills at random moments", kills);
    let (median, worst) = (restarts[restarts.len() / 2], restarts[restarts.len() - 1]);
    eprintln!("from SIGKILL to ready again: median {median:?}, worst {worst:?}");
}
