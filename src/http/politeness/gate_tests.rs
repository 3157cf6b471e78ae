use super::*;

const SPACING: Duration = Duration::from_secs(2);

const fn asker(purpose: Purpose, feed: u64) -> Asker {
    Asker { purpose, feed }
}

const POLL: Asker = asker(Purpose::Poll, 1);

async fn enter(gates: &Gates, host: &str) -> Result<Permit, Postponement> {
    gates.enter(host, POLL, Duration::ZERO).await
}

#[tokio::test(start_paused = true)]
async fn requests_to_one_host_start_apart() {
    let gates = Gates::new(4, SPACING);
    let begun = Instant::now();
    let mut starts = Vec::new();
    for _ in 0..3 {
        let _permit = enter(&gates, "a.example").await.unwrap();
        starts.push(begun.elapsed().as_secs());
    }
    let _other = enter(&gates, "b.example").await.unwrap();
    assert_eq!(starts, [0, 2, 4]);
    assert_eq!(begun.elapsed().as_secs(), 4, "another host does not wait");
}

#[tokio::test(start_paused = true)]
async fn only_so_many_requests_run_at_a_time() {
    let gates = Gates::new(2, Duration::ZERO);
    let first = enter(&gates, "a.example").await.unwrap();
    let _second = enter(&gates, "a.example").await.unwrap();
    let third = tokio::time::timeout(SPACING, enter(&gates, "a.example")).await;
    assert!(third.is_err(), "the third waits");
    drop(first);
    enter(&gates, "a.example").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_request_that_finds_the_queue_full_is_postponed_at_once() {
    let gates = Arc::new(Gates::new(1, Duration::ZERO));
    let _first = enter(&gates, "a.example").await.unwrap();
    let waiting: Vec<_> = (0..WAITING_PER_SLOT)
        .map(|_| {
            let gates = gates.clone();
            tokio::spawn(async move { enter(&gates, "a.example").await.is_ok() })
        })
        .collect();
    tokio::task::yield_now().await;
    assert!(matches!(
        enter(&gates, "a.example").await,
        Err(Postponement::Busy(_))
    ));
    for task in waiting {
        task.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn a_held_host_gets_no_request_until_its_hold_ends() {
    let gates = Gates::new(1, Duration::ZERO);
    gates.hold("a.example", POLL, Duration::from_secs(90));
    let postponed = enter(&gates, "a.example").await.unwrap_err();
    assert_eq!(postponed, Postponement::Held(Duration::from_secs(90)));
    enter(&gates, "b.example").await.unwrap();
    tokio::time::advance(Duration::from_secs(91)).await;
    enter(&gates, "a.example").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_request_that_waits_for_its_start_time_is_postponed_by_a_hold() {
    let gates = Arc::new(Gates::new(4, SPACING));
    let _first = enter(&gates, "a.example").await.unwrap();
    let waiting = {
        let gates = gates.clone();
        tokio::spawn(async move { enter(&gates, "a.example").await.map(|_| ()) })
    };
    tokio::task::yield_now().await;
    gates.hold("a.example", POLL, Duration::from_secs(60));
    let postponed = waiting.await.unwrap().unwrap_err();
    assert_eq!(postponed, Postponement::Held(Duration::from_secs(58)));
}

#[tokio::test(start_paused = true)]
async fn pages_of_strangers_never_delay_a_poll_or_another_feed() {
    let gates = Gates::new(2, SPACING);
    let slow = Duration::from_secs(10);
    let hostile = asker(Purpose::OtherPage, 66);
    let _page = gates.enter("victim.example", hostile, slow).await.unwrap();
    let second = gates.enter("victim.example", hostile, slow).await;
    assert!(matches!(second, Err(Postponement::Busy(_))), "{second:?}");
    gates.hold("victim.example", hostile, Duration::from_secs(86_400));
    let begun = Instant::now();
    for asker in [POLL, asker(Purpose::OwnPage, 1)] {
        gates
            .enter("victim.example", asker, Duration::ZERO)
            .await
            .unwrap();
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_is_far_off_is_not_waited_for() {
    let gates = Gates::new(2, Duration::ZERO);
    let page = |feed| asker(Purpose::OwnPage, feed);
    let delay = Duration::from_secs(30);
    let begun = Instant::now();
    let _first = gates.enter("a.example", page(1), delay).await.unwrap();
    let mut waits = Vec::new();
    for _ in 0..3 {
        match gates.enter("a.example", page(1), delay).await {
            Err(Postponement::Busy(wait)) => waits.push(wait.as_secs()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(waits, [30, 60, 90], "they come back one after the other");
    assert_eq!(begun.elapsed(), Duration::ZERO);
    tokio::time::advance(delay).await;
    gates.enter("a.example", page(1), delay).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn idle_hosts_are_forgotten() {
    let gates = Gates::new(1, Duration::ZERO);
    for n in 0..2 * MAX_HOSTS {
        drop(enter(&gates, &format!("{n}.example")).await);
    }
    assert!(lock(&gates.polls).len() <= MAX_HOSTS + 1);
}
