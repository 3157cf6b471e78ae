//! The watchlist that a command reads, and the names of its watches.

use crate::command::input::files::Files;
use crate::config::{
    self,
    watchlist::{self, Watchlist},
};
use crate::model::WatchId;
use crate::store::{AlertFilter, Store};
use std::path::Path;
use std::sync::Arc;

/// The watchlist. If it is invalid, prints the errors and returns `None`.
pub(crate) fn load(given: Option<&Path>) -> anyhow::Result<Option<Watchlist>> {
    let files = config::watchlist_files(given)?;
    match watchlist::load(&files, None) {
        Ok(list) => Ok(Some(list)),
        Err(diagnostics) => {
            for diagnostic in &diagnostics {
                eprintln!("{diagnostic}\n");
            }
            Ok(None)
        }
    }
}

/// The error for a watch that the list does not have, with the nearest name.
pub(crate) fn unknown_watch(list: &Watchlist, id: &str) -> String {
    let known = list.watches.iter().map(|watch| watch.id.as_str());
    match crate::matcher::nearest(id, known) {
        Some(near) => format!("there is no watch \"{id}\"; did you mean \"{near}\"?"),
        None => format!("there is no watch \"{id}\""),
    }
}

/// An error for a watch that is neither in the watchlist nor has any alert.
pub(crate) async fn check_watch(
    store: &Arc<dyn Store>,
    files: &Files,
    id: &str,
) -> anyhow::Result<()> {
    let one = AlertFilter {
        watch: Some(WatchId::from(id)),
        limit: 1,
        ..AlertFilter::default()
    };
    let has_alerts = !store.alerts(one).await?.is_empty();
    let paths = config::watchlist_files(files.watchlist.as_deref());
    let list = paths
        .ok()
        .and_then(|paths| watchlist::load(&paths, None).ok());
    if let Some(list) = list.filter(|_| !has_alerts) {
        let is_known = list.watches.iter().any(|watch| watch.id.as_str() == id);
        anyhow::ensure!(is_known, "{}", unknown_watch(&list, id));
    }
    Ok(())
}
