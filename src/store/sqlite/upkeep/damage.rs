//! Damaged rows: a value that cannot be read is replaced, and its row is logged once.
//! Other rows are not affected.
//!
//! The code that reads a row can report damage only by failing the whole query, and one
//! bad byte must not do that. So it notes the damage in a variable of its thread, and the
//! caller collects the notes right after ([`collect`]).

use crate::store::DamagedRow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most damaged rows that are remembered; further ones are reported as one.
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

    /// Takes the notes of this thread, and logs those that are new.
    pub(in crate::store::sqlite) fn collect(&self) {
        self.add(NOTED.take());
    }

    /// Adds damaged rows, and logs those that are new.
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

    /// All damaged rows that were found.
    pub(in crate::store::sqlite) fn list(&self) -> Vec<DamagedRow> {
        self.rows().iter().cloned().collect()
    }
}
