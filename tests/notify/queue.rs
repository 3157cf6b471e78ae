//! A queue of alerts through services that take no more every few calls: all arrive,
//! once, and in their order within a story. The store is a real one; the loop is the
//! daemon's in small.

use crate::emulator::rules::Kind;
use crate::emulator::{Emulator, TOKEN};
use crate::services::{body, every_kind};
use crate::suite::build;
use jiff::{SignedDuration, Timestamp};
use newsvane::model::{AlertId, StoryId, WatchId};
use newsvane::notify::{Outgoing, Receivers};
use newsvane::policy::{self, Next};
use newsvane::store::{self, AlertRecord, AttemptRecord, DeliveryLease, DeliveryOutcome, Store};
use std::sync::Arc;

const STORIES: u32 = 5;
/// Alerts of each story; NEWSVANE_QUEUE sets another number.
const ALERTS: u32 = 8;

fn alert(story: u32, number: u32, to: &[String], at: Timestamp) -> AlertRecord {
    let event = if number == 1 {
        "story.opened"
    } else {
        "story.developed"
    };
    let body = body(
        story,
        number,
        event,
        &format!("Story {story} number {number}."),
    );
    AlertRecord {
        id: AlertId::from(format!("al_{story}_{number}")),
        kind: event.to_owned(),
        watch: Some(WatchId::from("ferries")),
        story: Some(StoryId(i64::from(story))),
        article: None,
        feed: None,
        body: body.to_string(),
        created: at,
        to: to.to_vec(),
        held: None,
    }
}

/// One attempt, recorded as the daemon does.
async fn attempt(
    store: &Arc<dyn Store>,
    receivers: &Receivers,
    lease: DeliveryLease,
    now: Timestamp,
) {
    let outgoing = Outgoing {
        alert: lease.alert.clone(),
        body: lease.body.clone().into(),
        thread: lease.thread.clone(),
    };
    let receiver = receivers.get(&lease.receiver).unwrap();
    let attempt = receiver.send(&outgoing, now).await;
    let outcome = match policy::after_attempt(lease.tries, &attempt.outcome, now, 0.5) {
        Next::Done => DeliveryOutcome::Delivered,
        Next::Postpone(at) => DeliveryOutcome::Postponed(at),
        next => panic!("{}: {next:?} after {attempt:?}", lease.receiver),
    };
    let record = AttemptRecord {
        at: now,
        elapsed: attempt.elapsed,
        status: attempt.status,
        error: None,
        outcome,
        in_thread: attempt.in_thread,
        notice: None,
    };
    store.finish_delivery(&lease, record).await.unwrap();
}

#[tokio::test]
async fn a_queue_arrives_once_and_in_order_through_services_that_take_no_more() {
    let n_alerts = std::env::var("NEWSVANE_QUEUE")
        .ok()
        .and_then(|n| n.parse().ok());
    let n_alerts = n_alerts.unwrap_or(ALERTS);
    let emulator = Emulator::start(4).await;
    let (_secrets, settings) = every_kind(&emulator.url, TOKEN);
    let receivers = build(&settings).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = store::open("sqlite:queue.db", folder.path()).unwrap();
    let names: Vec<String> = receivers.names().map(str::to_owned).collect();
    let mut now: Timestamp = "2031-05-04T12:00:00Z".parse().unwrap();
    for number in 1..=n_alerts {
        for story in 1..=STORIES {
            store
                .add_alert(alert(story, number, &names, now))
                .await
                .unwrap();
        }
    }
    while store.numbers().await.unwrap().pending > 0 {
        let mut leases = Vec::new();
        for name in &names {
            let until = now + SignedDuration::from_mins(3);
            let leased = store.lease_deliveries(name.clone(), now, until, 8, true);
            leases.extend(leased.await.unwrap());
        }
        let attempts = leases
            .into_iter()
            .map(|lease| attempt(&store, &receivers, lease, now));
        futures_util::future::join_all(attempts).await;
        now += SignedDuration::from_secs(1);
    }
    for kind in Kind::ALL {
        let posted = emulator.posted(kind);
        assert_eq!(posted.len(), (STORIES * n_alerts) as usize, "{kind:?}");
        for story in 1..=STORIES {
            let own = posted.iter().filter_map(|message| {
                let (_, behind) = message.text.split_once(&format!("Story {story} number "))?;
                let (number, _) = behind.split_once('.')?;
                number.parse::<u32>().ok()
            });
            let wanted: Vec<u32> = (1..=n_alerts).collect();
            assert_eq!(own.collect::<Vec<_>>(), wanted, "{kind:?}, story {story}");
        }
    }
    assert_eq!(emulator.faults(), Vec::<String>::new());
}
