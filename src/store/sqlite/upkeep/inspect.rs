//! Checks everything in the file while the daemon runs: damage in rows that are rarely
//! read would otherwise be found only when they are needed.

use super::damage::Damage;
use super::repair;
use crate::store::sqlite::connection::connect;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::file::check;
use crate::store::sqlite::file::finding::{Finding, Scope};
use crate::store::{DamagedRow, StoreError};
use rusqlite::{InterruptHandle, OpenFlags};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The check of the file, and what it keeps from one check for the next.
#[derive(Default)]
pub(in crate::store::sqlite) struct Inspector {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_closed: bool,
    /// The handle that ends a check under way.
    running: Option<InterruptHandle>,
    /// The indexes that were rebuilt after the last check. If such an index is wrong
    /// again at once, rebuilding does not help, and it is reported as damaged.
    rebuilt: BTreeSet<String>,
}

impl Inspector {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks once. Blocks the thread.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file's pages are damaged.
    fn look(&self, path: &Path) -> Result<Vec<Finding>, StoreError> {
        // A new connection, because an older one would read sound copies of pages from
        // its memory.
        let db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        {
            let mut state = self.state();
            if state.is_closed {
                return Err(StoreError::Database("the store is closed".to_owned()));
            }
            state.running = Some(db.get_interrupt_handle());
        }
        let found = check::inspect(&db);
        self.state().running = None;
        found
    }

    /// Ends a check under way, and prevents further ones.
    pub(in crate::store::sqlite) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        if let Some(running) = &state.running {
            running.interrupt();
        }
    }
}

/// See [`crate::store::Store::inspect`].
pub(in crate::store::sqlite) async fn inspect(
    inspector: Arc<Inspector>,
    path: std::path::PathBuf,
    damage: Arc<Damage>,
    writer: Arc<Writer>,
) -> Result<(), StoreError> {
    let looking = Arc::clone(&inspector);
    let looked = tokio::task::spawn_blocking(move || looking.look(&path)).await;
    let findings = looked
        .map_err(|err| StoreError::Database(format!("cannot look at the store: {err}")))??;
    damage.add(findings.iter().filter_map(row));
    let indexes: BTreeSet<String> = findings.iter().filter_map(index).collect();
    let hopeless = |finding: &&Finding| match &finding.scope {
        Scope::File => true,
        Scope::Index(name) => inspector.state().rebuilt.contains(name),
        Scope::Row(_) | Scope::Schema => false,
    };
    if let Some(finding) = findings.iter().find(hopeless) {
        let table = finding.table.as_deref().map(|table| format!("{table}: "));
        return Err(StoreError::Damaged(format!(
            "{}{}",
            table.unwrap_or_default(),
            finding.what
        )));
    }
    if !findings.is_empty() {
        let rows: Vec<(String, i64)> = findings.iter().filter_map(numbered).collect();
        let names = indexes.clone();
        writer
            .run(move |tx| repair::after_look(tx, &names, &rows))
            .await?;
    }
    inspector.state().rebuilt = indexes;
    Ok(())
}

/// The finding as a damaged row.
fn row(finding: &Finding) -> Option<DamagedRow> {
    let (column, what) = match &finding.scope {
        Scope::File => return None,
        Scope::Index(name) => (
            name.clone(),
            format!("{}; the index is built again from its table", finding.what),
        ),
        Scope::Row(column) => (column.clone().unwrap_or_default(), finding.what.clone()),
        Scope::Schema => (String::new(), finding.what.clone()),
    };
    Some(DamagedRow {
        table: finding.table.clone().unwrap_or_default(),
        id: finding.id.clone().unwrap_or_else(|| "?".to_owned()),
        column,
        what,
    })
}

fn index(finding: &Finding) -> Option<String> {
    match &finding.scope {
        Scope::Index(name) => Some(name.clone()),
        Scope::File | Scope::Row(_) | Scope::Schema => None,
    }
}

/// The table and number of the row that a finding is about.
fn numbered(finding: &Finding) -> Option<(String, i64)> {
    Some((finding.table.clone()?, finding.id.as_ref()?.parse().ok()?))
}
