//! The archive, searched and read.

use super::with_articles;
use crate::fixture::{FEED, Place, at};
use newsvane::model::ArticleId;
use newsvane::store::Store;
use std::sync::Arc;

/// Ids of the articles that `terms` find.
async fn found(store: &Arc<dyn Store>, terms: &[&str]) -> Vec<i64> {
    let terms = terms.iter().map(|term| (*term).to_owned()).collect();
    let found = store.search(terms, 9).await.unwrap();
    found.iter().map(|article| article.id.0).collect()
}

pub(crate) async fn articles_are_found_by_their_words_and_not_once_they_are_swept(place: &Place) {
    let store = place.open();
    with_articles(&store, 2, "The café at the pier burnt down.").await;
    assert_eq!(found(&store, &["CAFE", "number 2"]).await, [2]);
    assert_eq!(found(&store, &["burn*"]).await.len(), 2);
    assert_eq!(found(&store, &["pier", "lighthouse"]).await.len(), 0);
    assert_eq!(found(&store, &["aground"]).await.len(), 2, "the title");
    let hit = store.search(vec!["pier".to_owned()], 1).await.unwrap();
    let (start, end) = hit[0].marks[0];
    let marked: String = hit[0]
        .snippet
        .chars()
        .skip(start)
        .take(end - start)
        .collect();
    assert_eq!(marked, "pier");
    while store.sweep(at(8)).await.unwrap() {}
    while store.sweep(at(8)).await.unwrap() {}
    assert_eq!(found(&store, &["pier"]).await, [2]);
}

pub(crate) async fn no_search_term_is_an_operator(place: &Place) {
    let store = place.open();
    with_articles(&store, 1, "Fish OR chips.").await;
    for odd in [
        "\"", "*", "(", "title:", "NOT", "NEAR(", "a\0b", "", "-", "{x}",
    ] {
        found(&store, &[odd]).await;
    }
    assert_eq!(found(&store, &["or"]).await, [1]);
    assert_eq!(found(&store, &["fish OR chips"]).await, [1]);
    assert_eq!(found(&store, &["\"fish\""]).await, [1]);
}

pub(crate) async fn the_archive_is_read_in_batches_in_the_order_of_arrival(place: &Place) {
    let store = place.open();
    with_articles(&store, 3, "The ferry.").await;
    let archived = |since, after| store.archived(at(since), ArticleId(after), 2);
    let first = archived(0, 0).await.unwrap();
    let ids = first.iter().map(|article| article.id.0);
    assert_eq!(ids.collect::<Vec<_>>(), [1, 2]);
    assert_eq!(first[0].feed_url.as_deref(), Some(FEED));
    assert_eq!(archived(0, 2).await.unwrap()[0].id.0, 3);
    assert_eq!(
        archived(9, 0).await.unwrap()[0].id.0,
        3,
        "not the older ones"
    );
}
