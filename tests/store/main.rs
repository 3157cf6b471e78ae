//! Tests of the store: one suite that every backend runs unchanged, and tests of the
//! SQLite file.
//!
//! To add a backend: a `mod` line in `each_backend!` with how to open it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod damage;
mod backup;
mod fixture;
mod share;
mod suite;

/// One test for each promise and backend.
macro_rules! each_backend {
    ($($backend:ident => $open:expr;)*) => {
        $(mod $backend {
            use super::{fixture, suite};
            promises! { $open;
                a_lease_is_given_to_one_worker_until_it_runs_out
                a_worker_that_overslept_changes_nothing
                tries_are_counted_when_a_lease_is_taken
                a_document_that_ends_the_process_runs_out_of_tries
                the_overview_is_of_one_moment
                polls_without_news_are_written_down_together
                a_silent_feed_is_listed_with_the_troubled_until_it_has_news
                a_feed_with_much_to_read_takes_only_its_share
                entries_that_were_leased_in_two_crashes_are_leased_one_at_a_time
                a_reading_that_came_to_an_end_clears_the_entry_of_suspicion
                validators_and_entries_come_together_or_not_at_all
                an_entry_known_by_its_key_is_not_stored_twice
                an_article_brings_its_story_matches_and_deliveries_in_one_transaction
                an_alert_known_by_its_id_is_not_sent_twice
                a_retry_waits_for_its_time_and_a_dead_letter_for_a_person
                a_lease_can_be_extended_while_it_is_held
                the_first_dead_letter_of_a_receiver_is_told_of_and_the_next_after_it_took_one
                a_receiver_that_is_gone_takes_its_deliveries_along_until_it_is_mended
                a_feed_stored_under_a_url_with_secrets_is_renamed
                feeds_taken_out_of_the_watchlist_rest_and_come_back
                an_entry_edited_while_it_was_read_is_read_again
                what_was_committed_is_there_after_reopening
                a_watch_s_own_alerts_are_counted_but_not_those_held_back
                held_alerts_are_told_in_one_summary_and_once
                a_watch_on_every_article_has_a_line_for_each
                a_summary_tells_nothing_before_its_time_nor_of_another_watch
                what_a_muted_watch_finds_is_told_in_one_summary_at_the_end
                a_mute_can_be_made_longer_and_ended
                a_muted_feed_holds_its_articles_alerts_and_its_own
                what_waits_for_its_next_try_is_sent_when_a_person_asks
                what_is_yet_to_be_told_is_not_swept
                an_old_story_is_swept_whole_and_a_live_one_stays
                articles_are_found_by_their_words_and_not_once_they_are_swept
                no_search_term_is_an_operator
                the_archive_is_read_in_batches_in_the_order_of_arrival
                the_oldest_stories_go_first_when_the_store_is_too_big
                an_entry_is_kept_as_long_as_its_feed_may_hold_it
                stories_that_turned_out_to_be_one_are_followed_as_one
                what_a_watch_learnt_is_kept_with_the_alert_that_follows
                many_outcomes_at_once_are_all_kept
            }
        })*
    };
}

macro_rules! promises {
    ($open:expr; $($promise:ident)*) => {
        $(#[tokio::test] async fn $promise() { suite::$promise(&fixture::Place::new($open)).await })*
    };
}

each_backend! {
    sqlite => |folder| newsvane::store::open("sqlite:test.db", folder);
}

#[test]
fn a_store_of_a_newer_version_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    drop(newsvane::store::open("sqlite:test.db", folder.path()).unwrap());
    let db = rusqlite::Connection::open(folder.path().join("test.db")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let err = newsvane::store::open("sqlite:test.db", folder.path())
        .err()
        .expect("refused")
        .to_string();
    assert!(err.contains("newer newsvane"), "{err}");
    assert!(err.contains("run the newer program"), "{err}");
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(folder.path().join("test.db")).unwrap();
    db.execute_batch("CREATE TABLE songs (name TEXT)").unwrap();
    drop(db);
    let err = newsvane::store::open("sqlite:test.db", folder.path())
        .err()
        .expect("refused")
        .to_string();
    assert!(err.contains("another program"), "{err}");
}

#[test]
fn a_folder_that_cannot_be_made_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let err = newsvane::store::open("sqlite:test.db", &folder.path().join("file"))
        .err()
        .expect("refused")
        .to_string();
    assert!(err.contains("writable"), "{err}");
    let err = newsvane::store::open("mysql://x", folder.path())
        .err()
        .expect("refused")
        .to_string();
    assert!(err.contains("sqlite:newsvane.db"), "{err}");
}

#[test]
fn the_file_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    drop(newsvane::store::open("sqlite:test.db", folder.path()).unwrap());
    let mode = std::fs::metadata(folder.path().join("test.db"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
