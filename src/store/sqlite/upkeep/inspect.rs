//! Looks at everything in the file while the daemon runs: what nobody reads for
//! weeks would otherwise be found damaged only when it is needed.

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

/// What one look leaves for the next.
#[derive(Default)]
pub(in crate::store::sqlite) struct Inspector {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_closed: bool,
    /// Ends the look that is under way.
    running: Option<InterruptHandle>,
    /// The indexes that were built again after the last look. One that does not fit
    /// its table right after that cannot be helped.
    rebuilt: BTreeSet<String>,
}

impl Inspector {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks once. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file's pages are damaged.
    fn look(&self, path: &Path) -> Result<Vec<Finding>, StoreError> {
        // A new connection: an older one has pages in memory, which are sound.
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

    /// Ends the look that is under way, and lets none begin.
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

/// The rows by their tables and numbers.
fn numbered(finding: &Finding) -> Option<(String, i64)> {
    Some((finding.table.clone()?, finding.id.as_ref()?.parse().ok()?))
}
