//! Damaged rows: what cannot be read as what it should be is replaced, and
//! named once. Nothing else waits for it.
//!
//! A reader of rows has no place to report to but its result, and one bad byte
//! must not cost the whole result. So it leaves a note on its thread, and
//! its caller collects the notes ([`collect`]) right after.

use crate::store::DamagedRow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Damaged rows remembered; more are counted as one.
const MAX_ROWS: usize = 1_000;

thread_local! {
    static NOTED: RefCell<Vec<DamagedRow>> = const { RefCell::new(Vec::new()) };
}

/// Notes that `column` of the row `id` of `table` cannot be read, and why.
pub(in crate::store::sqlite) fn note(table: &'static str, id: String, column: &str, what: &str) {
    NOTED.with_borrow_mut(|noted| {
        if noted.len() < MAX_ROWS {
            noted.push(DamagedRow {
                table: table.to_owned(),
                id,
                column: column.to_owned(),
                what: what.to_owned(),
            });
        }
    });
}

/// The damaged rows that were found since the store was opened.
#[derive(Debug, Default)]
pub(in crate::store::sqlite) struct Damage {
    rows: Mutex<BTreeSet<DamagedRow>>,
}

impl Damage {
    fn rows(&self) -> MutexGuard<'_, BTreeSet<DamagedRow>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what was noted on this thread, and logs what is new of it.
    pub(in crate::store::sqlite) fn collect(&self) {
        self.add(NOTED.take());
    }

    /// Adds `found`, and logs what is new of it.
    pub(in crate::store::sqlite) fn add(&self, found: impl IntoIterator<Item = DamagedRow>) {
        for row in found {
            let mut rows = self.rows();
            let is_known = |known: &DamagedRow| {
                (&known.table, &known.id) == (&row.table, &row.id)
                    && (known.column == row.column || row.column.is_empty())
            };
            if rows.len() < MAX_ROWS && !rows.iter().any(is_known) {
                tracing::error!(
                    table = row.table,
                    id = row.id,
                    column = row.column,
                    err = row.what,
                    "a row of the store is damaged; what can be read of it is used, and everything else goes on; `newsvane store check` lists what is damaged"
                );
                rows.insert(row);
            }
        }
    }

    /// All of them.
    pub(in crate::store::sqlite) fn list(&self) -> Vec<DamagedRow> {
        self.rows().iter().cloned().collect()
    }
}
