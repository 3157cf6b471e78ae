//! Tests of held alerts: none is lost, none is sent twice, and the commands show them
//! afterwards.

use crate::polling::scene;
use crate::process::Home;
use crate::wait::eventually;
use crate::writer::Writer;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a command says, a JSON object a line.
async fn lines(home: &Home, arguments: &[&str]) -> Vec<Value> {
    let ran = home.run(arguments).await;
    assert!(ran.status.success(), "{}", ran.err);
    ran.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn what_a_cooldown_holds_back_comes_in_one_digest_also_after_a_crash() {
    let (newsroom, ledger, home) = scene("").await;
    let watch = "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\n\
                 alert = { mode = \"every\", to = [\"ledger\"], cooldown = \"10s\" }\n";
    home.watch(&[newsroom.feed("north")], watch);
    let mut writer = Writer::new(7);
    let mut publish = || newsroom.publish("north", writer.story(Some("lighthouse")));

    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let first = publish().url;
    eventually("the first alert comes at once", async || {
        ledger.n_accepted() == 1
    })
    .await;
    let held = BTreeSet::from([publish().url, publish().url]);
    daemon
        .until_status("the others are held", |status| {
            status["numbers"]["alerts"] == 3
        })
        .await;
    assert_eq!(ledger.n_accepted(), 1);
    daemon.kill().await;

    let daemon = home.start_ready().await;
    eventually("the digest comes", async || ledger.n_accepted() == 2).await;
    daemon.stop().await;
    let arrivals = ledger.arrivals();
    assert_eq!(arrivals[0].url(), first);
    assert_eq!(arrivals[0].body["data"]["story"]["alert_number"], 1);
    let digest = &arrivals.last().unwrap().body;
    assert_eq!(digest["type"], "watch.digest");
    assert_eq!(digest["data"]["alerts"], 2);
    let listed = digest["data"]["coverage"].as_array().unwrap().iter();
    let listed = listed.map(|line| line["article"]["url"].as_str().unwrap().to_owned());
    assert_eq!(listed.collect::<BTreeSet<_>>(), held);

    let alerts = lines(&home, &["alerts", "list", "--json"]).await;
    let told_in = alerts
        .iter()
        .filter(|alert| alert["told_in"] == digest["data"]["alert"]);
    assert_eq!((alerts.len(), told_in.count()), (4, 2));
    let found = lines(&home, &["stories", "search", "lighth*", "--json"]).await;
    assert_eq!(found.len(), 3);
    let tested = lines(&home, &["backtest", "lights", "--json"]).await;
    assert_eq!(
        (&tested[0]["matches"], &tested[0]["alerts"]),
        (&3.into(), &3.into())
    );
    let narrower = watch.replace("lighthouse", "no such word");
    std::fs::write(home.path("old.toml"), narrower).unwrap();
    let diff = ["backtest", "--diff", "old.toml", "--json"];
    let diff = lines(&home, &diff).await;
    assert_eq!(diff[0]["gained"]["articles"], 3);
    let refused = home.run(&["backtest", "lihgts"]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        refused.err.contains("did you mean \"lights\""),
        "{}",
        refused.err
    );
}
