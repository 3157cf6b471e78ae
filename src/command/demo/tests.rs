//! The demo run whole: the daemon end to end, on loopback.

use super::observer::Tally;
use super::show::Paper;
use super::{Pace, play};

const FAST: Pace = Pace {
    speed: 200.0,
    ends: true,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_plays_the_story_as_scripted() {
    let mut out = anstream::StripStream::new(Vec::new());
    let played = play(&FAST, Paper::new(&mut out, false), std::future::pending()).await;
    let printed = String::from_utf8(out.into_inner()).expect("the demo prints text");
    let (tally, problems) = played.expect("the demo runs").expect("it is not stopped");
    assert!(problems.is_empty(), "{problems:#?}\n{printed}");
    let want = Tally {
        published: 13,
        read: 13,
        alerts: 4,
        repeats: 0,
        false_alarms: 0,
        refused: 0,
        copies: 3,
        corrections: 1,
        bad_feeds: 2,
        naive_alarms: tally.naive_alarms,
    };
    assert_eq!(tally, want, "{printed}");
    assert!(tally.naive_alarms > 13, "{printed}");
    for wanted in [
        "first poll  7 entries",
        "[Kelmere Dam]",
        "duplicate: Hill & Harbour Gazette carries Corvane Wire's article",
        "rewrite: The Daily Lantern",
        "now  Muddy water was reported by a walker",
        "sent over 2000000 bytes",
        "169.254.169.254",
    ] {
        assert!(printed.contains(wanted), "{wanted:?} is not in\n{printed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_the_demo_at_once_and_leaves_nothing_behind() {
    let mut out = anstream::StripStream::new(Vec::new());
    let slow = Pace {
        speed: 0.1,
        ends: false,
    };
    let played = play(&slow, Paper::new(&mut out, false), std::future::ready(())).await;
    assert!(played.expect("the demo ends").is_none());
    let printed = String::from_utf8(out.into_inner()).expect("the demo prints text");
    assert!(printed.contains("nothing is left behind"), "{printed}");
}
