//! Tests of errors that keep the daemon from starting: the message must say what to do.

use crate::ledger::Ledger;
use crate::polling::{LIGHTHOUSES, scene};
use crate::process::Home;

async fn home() -> Home {
    scene("").await.2
}

#[tokio::test]
async fn a_missing_secret_is_named_with_its_receiver() {
    let home = home().await;
    std::fs::remove_file(home.path("secret")).unwrap();
    let path = home.path("secret").display().to_string();
    home.run(&["run"])
        .await
        .assert_refused(&["receiver \"ledger\"", "secret", &path]);
}

#[tokio::test]
async fn what_keeps_a_daemon_from_starting_is_found_by_check_which_opens_no_store() {
    let home = home().await;
    home.add_settings("[receiver.open]\ntype = \"webhook\"\nurl = \"https://example.org/hook\"\n");
    let message = "receiver \"open\" needs exactly one of secret_file";
    let checked = home.run(&["check"]).await;
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    assert!(checked.out.contains(message), "{checked:?}");
    assert!(checked.out.contains("[receiver.open]"), "{checked:?}");
    assert!(!home.state_dir().exists());
    home.run(&["run"]).await.assert_refused(&[message]);
}

#[tokio::test]
async fn a_secret_that_is_none_is_refused_without_being_shown() {
    let home = home().await;
    home.write("secret", "whsec_hunter2-hunter2");
    let ran = home.run(&["run"]).await;
    ran.assert_refused(&["receiver \"ledger\"", "whsec_BASE64"]);
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
}

#[tokio::test]
async fn a_state_directory_that_cannot_be_made_is_named_with_what_to_do() {
    let home = home().await;
    // A file where the folder should be: refused to root as well.
    home.write("state", "");
    let path = home.state_dir().display().to_string();
    home.run(&["run"])
        .await
        .assert_refused(&[&path, "STATE_DIRECTORY"]);
}

#[tokio::test]
async fn a_state_directory_that_cannot_be_written_is_named_with_what_to_do() {
    let home = home().await;
    // procfs takes no files, from root neither.
    home.environment("STATE_DIRECTORY", "/proc/self");
    home.run(&["run"])
        .await
        .assert_refused(&["/proc/self", "must be writable"]);
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused_with_what_to_do() {
    let home = home().await;
    home.start_ready().await.stop().await;
    let db = rusqlite::Connection::open(home.path("state/newsvane.db")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    home.run(&["run"])
        .await
        .assert_refused(&["newer newsvane", "run the newer program"]);
}

#[tokio::test]
async fn a_store_that_is_no_database_is_refused_and_left_alone() {
    let home = home().await;
    std::fs::create_dir(home.state_dir()).unwrap();
    let letter = "Dear reader, this is a letter.".repeat(100);
    home.write("state/newsvane.db", &letter);
    home.run(&["run"]).await.assert_refused(&["newsvane.db"]);
    let after = std::fs::read_to_string(home.path("state/newsvane.db")).unwrap();
    assert_eq!(after, letter);
}

#[tokio::test]
async fn a_wrong_key_in_the_settings_is_shown_in_its_place_with_the_nearest_key() {
    let home = home().await;
    home.write(
        "newsvane.toml",
        "[http]\ntimeout = \"5s\"\nmax_boddy = \"8MB\"\n",
    );
    home.run(&["run"]).await.assert_refused(&[
        "newsvane.toml:3:1",
        "max_boddy = \"8MB\"",
        "^^^^^^^^^",
        "max_body",
    ]);
}

#[tokio::test]
async fn a_wrong_type_in_the_settings_is_shown_in_its_place() {
    let home = home().await;
    home.write("newsvane.toml", "[http]\nper_host = \"two\"\n");
    home.run(&["run"])
        .await
        .assert_refused(&["newsvane.toml:2:12", "per_host = \"two\"", "^^^^^"]);
}

#[tokio::test]
async fn a_wrong_variable_of_the_environment_is_refused() {
    let home = home().await;
    home.environment("NEWSVANE__HTTP__PER_HOST", "two");
    home.run(&["run"])
        .await
        .assert_refused(&["NEWSVANE__", "per_host"]);
}

#[tokio::test]
async fn a_wrong_key_in_the_watchlist_is_shown_in_its_place_with_the_nearest_key() {
    let home = home().await;
    home.watch(&[], "[[watch]]\nid = \"lights\"\nanny = [\"lighthouse\"]\n");
    home.run(&["run"]).await.assert_refused(&[
        "watchlist.toml:3:1",
        "anny = [\"lighthouse\"]",
        "^^^^",
        "any",
    ]);
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_shown_in_its_place() {
    let home = home().await;
    let rest =
        "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\nalert = { to = [\"nobody\"] }\n";
    home.watch(&[], rest);
    home.run(&["run"])
        .await
        .assert_refused(&["watchlist.toml:4:", "nobody", "ledger"]);
}

#[tokio::test]
async fn a_missing_watchlist_is_refused_with_where_it_was_looked_for() {
    let home = home().await;
    std::fs::remove_file(home.path("watchlist.toml")).unwrap();
    home.run(&["run"])
        .await
        .assert_refused(&["watchlist.toml", "--watchlist"]);
}

#[tokio::test]
async fn a_page_open_to_other_machines_without_a_token_is_refused() {
    let home = home().await;
    home.environment("NEWSVANE__WEB__LISTEN", "0.0.0.0:0");
    home.run(&["run"])
        .await
        .assert_refused(&["web.listen", "web.token_file"]);
}

#[tokio::test]
async fn a_page_whose_port_is_taken_is_refused_with_what_to_do() {
    let home = home().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    home.environment("NEWSVANE__WEB__LISTEN", &address);
    home.run(&["run"])
        .await
        .assert_refused(&[&address, "web.listen"]);
}

#[tokio::test]
async fn a_second_daemon_on_the_same_store_is_refused_and_the_first_goes_on() {
    let home = home().await;
    let first = home.start_ready().await;
    home.run(&["run"])
        .await
        .assert_refused(&["another newsvane", "stop it first"]);
    assert!(first.status().await["running"].is_object());
    first.stop().await;
}

#[tokio::test]
async fn a_receiver_at_a_private_address_is_refused_unless_allowed() {
    let ledger = Ledger::open().await;
    let home = Home::bare();
    home.write("secret", crate::ledger::SECRET);
    home.write("newsvane.toml", &home.receiver("ledger", &ledger));
    home.watch(&[], LIGHTHOUSES);
    home.run(&["run"]).await.assert_refused(&[
        "receiver \"ledger\"",
        "127.0.0.1",
        "allow_addresses",
    ]);
}
