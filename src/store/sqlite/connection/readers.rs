//! Connections that only read, beside the writer; WAL lets them see the last
//! commit without waiting for the next one.

use super::connect;
use crate::store::StoreError;
use crate::store::sqlite::upkeep::damage::Damage;
use rusqlite::{Connection, OpenFlags};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The most connections; further queries wait for a free one.
const CONNECTIONS: usize = 4;

/// How long closing the store waits for queries that are under way.
const LAST_QUERIES: Duration = Duration::from_secs(2);

/// A pool of reading connections, opened as they are needed.
pub(in crate::store::sqlite) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    slots: Arc<Semaphore>,
    damage: Arc<Damage>,
}

impl Readers {
    pub(in crate::store::sqlite) fn new(path: PathBuf, damage: Arc<Damage>) -> Self {
        Self {
            path,
            idle: Arc::default(),
            slots: Arc::new(Semaphore::new(CONNECTIONS)),
            damage,
        }
    }

    /// Runs `query` on a thread that may wait for the disk.
    pub(in crate::store::sqlite) async fn run<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let stopped = || StoreError::Database("the store is closed".to_owned());
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(|_| stopped())?;
        let (path, idle) = (self.path.clone(), Arc::clone(&self.idle));
        let damage = Arc::clone(&self.damage);
        let answered = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            let parked = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match parked {
                Some(connection) => connection,
                // Not READ_ONLY: a reader may have to recover the WAL's index after a crash.
                None => connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?,
            };
            let answer = query(&connection);
            damage.collect();
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            answer
        });
        answered.await.map_err(|_| stopped())?
    }

    /// Ends the connections. Queries that are under way may finish for a while.
    pub(in crate::store::sqlite) async fn close(&self) {
        let all = self.slots.acquire_many(CONNECTIONS as u32);
        if tokio::time::timeout(LAST_QUERIES, all).await.is_err() {
            tracing::warn!("a query of the store did not finish before newsvane stopped");
        }
        self.slots.close();
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        // Closing a connection may write: not on a thread of the runtime.
        let _ = tokio::task::spawn_blocking(move || drop(idle)).await;
    }
}
