//! The poll queue by itself.

use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn subscription(id: i64, due: i64) -> Subscription {
    Subscription {
        id: FeedId(id),
        url: format!("https://feed-{id}.example/"),
        name: None,
        title: None,
        due: at(due),
        tries: 0,
        etag: None,
        last_modified: None,
        body_hash: None,
        memory: String::new(),
        succeeded: None,
        failures: 0,
    }
}

fn queue(feeds: &[(i64, i64)]) -> Arc<PollQueue> {
    let queue = Arc::<PollQueue>::default();
    let feeds = feeds.iter().map(|(id, due)| subscription(*id, *due));
    queue.sync(feeds.collect(), |_| None);
    queue
}

fn record(next: Option<i64>, memory: Option<&str>) -> PollRecord {
    PollRecord {
        at: at(5),
        next: next.map(at),
        status: Some(304),
        error: None,
        etag: Some("\"7\"".to_owned()),
        last_modified: None,
        body_hash: None,
        title: None,
        is_whole: false,
        silent_since: None,
        memory: memory.map(str::to_owned),
        entries: Vec::new(),
        alerts: Vec::new(),
    }
}

fn polled(next: i64, memory: Option<&str>) -> PollNote {
    PollNote::Polled(Box::new(record(Some(next), memory)))
}

fn outcome(next: Option<i64>) -> Outcome {
    Outcome {
        record: record(next, None),
        memory: None,
        began_document: false,
    }
}

fn ids(claims: &[Claim]) -> Vec<i64> {
    claims.iter().map(|claim| claim.subscription.id.0).collect()
}

#[test]
fn feeds_are_claimed_once_each_the_longest_due_first() {
    let queue = queue(&[(1, 3), (2, 1), (3, 9), (4, 2)]);
    let first = queue.claim(at(5), 2);
    assert_eq!(ids(&first), [2, 4]);
    assert_eq!(ids(&queue.claim(at(5), 9)), [1]);
    assert_eq!(queue.next_due(), Some(at(9)));
    assert!(!queue.is_idle(at(5)), "two are being polled");
    for claim in first {
        claim.settle(outcome(Some(20)));
    }
    assert!(queue.is_idle(at(5)));
    assert!(!queue.is_idle(at(9)));
}

#[test]
fn what_a_poll_learnt_is_known_to_the_next() {
    let queue = queue(&[(1, 0)]);
    queue.claim(at(5), 1).remove(0).settle(outcome(Some(6)));
    let again = queue.claim(at(6), 1).remove(0);
    assert_eq!(again.subscription.etag.as_deref(), Some("\"7\""));
    assert_eq!(again.subscription.succeeded, Some(at(5)));
}

#[test]
fn a_poll_that_does_not_finish_is_repeated_with_one_try_less() {
    let queue = queue(&[(1, 0)]);
    drop(queue.claim(at(5), 1));
    assert!(queue.claim(at(9), 1).is_empty());
    assert_eq!(queue.claim(at(10), 1)[0].subscription.tries, 1);
}

#[test]
fn a_poll_that_the_store_could_not_record_counts_as_no_try() {
    let queue = queue(&[(1, 0)]);
    queue.claim(at(5), 1).remove(0).put_back(at(6));
    let again = queue.claim(at(6), 1);
    assert_eq!(again[0].subscription.tries, 0);
}

#[test]
fn a_feed_removed_from_the_watchlist_is_not_polled_and_may_come_back() {
    let queue = queue(&[(1, 0), (2, 0)]);
    let polling = queue.claim(at(5), 1);
    let waits = 3 - polling[0].subscription.id.0;
    queue.sync(Vec::new(), |_| None);
    assert!(queue.claim(at(5), 9).is_empty());
    queue.sync(vec![subscription(waits, 1)], |_| None);
    for claim in polling {
        claim.settle(outcome(Some(6)));
    }
    assert_eq!(ids(&queue.claim(at(99), 9)), [waits]);
}

#[test]
fn a_feed_that_is_gone_is_not_polled() {
    let queue = queue(&[(1, 0)]);
    queue.claim(at(5), 1).remove(0).settle(outcome(None));
    assert_eq!(queue.next_due(), None);
    assert!(queue.is_idle(at(999)));
}

#[test]
fn the_last_note_of_a_feed_counts_and_keeps_what_only_earlier_ones_say() {
    let queue = queue(&[(1, 0)]);
    let id = FeedId(1);
    queue.note(id, polled(7, Some("{}")));
    queue.note(id, polled(8, None));
    queue.note(
        id,
        PollNote::Postponed {
            at: at(9),
            memory: None,
        },
    );
    let notes = queue.take_notes();
    let [(_, PollNote::Polled(noted))] = &notes[..] else {
        panic!("{notes:?}");
    };
    assert_eq!(
        (noted.next, noted.memory.as_deref()),
        (Some(at(9)), Some("{}"))
    );
    queue.note(id, polled(10, None));
    queue.put_back(notes);
    let mut committed = record(Some(11), None);
    queue.supersede(id, &mut committed);
    assert_eq!(committed.memory.as_deref(), Some("{}"));
    assert!(queue.take_notes().is_empty());
}
