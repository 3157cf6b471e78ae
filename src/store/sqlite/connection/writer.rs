//! The one thread that writes. It commits all jobs that wait as one group.
//!
//! A commit at `synchronous = FULL` waits for the disk (some 3 ms), so a commit
//! for each job would cap the daemon at about 300 outcomes a second. Jobs that
//! arrive while a commit is under way share the next one; each runs in a
//! savepoint of its own, so that one that fails takes nothing with it.

use crate::store::StoreError;
use crate::store::sqlite::upkeep::damage::Damage;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait; more callers than that wait to enqueue.
const QUEUE: usize = 256;

/// Jobs in one group: bounds how long the first of them waits for its commit.
const GROUP: usize = 128;

/// How long closing the store waits for other processes that read the write-ahead
/// log, such as a command beside the daemon.
const FOLD_PATIENCE: Duration = Duration::from_secs(5);

/// A job of the writing thread. It gets the transaction of its group, or the error why
/// there is none. It returns a function that answers the caller after the group is
/// committed or has failed.
type Job = Box<dyn FnOnce(Result<&Transaction<'_>, StoreError>) -> Reply + Send>;
type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// The handle to the writing thread.
pub(in crate::store::sqlite) struct Writer {
    /// `None` after the store is closed.
    running: Mutex<Option<Running>>,
}

struct Running {
    jobs: mpsc::Sender<Job>,
    thread: thread::JoinHandle<()>,
}

impl Writer {
    /// Starts the thread on `connection`.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] where the system gives no thread.
    pub(in crate::store::sqlite) fn start(
        connection: Connection,
        damage: Arc<Damage>,
    ) -> Result<Self, StoreError> {
        let (jobs, receiver) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_groups(connection, receiver, &damage))
            .map_err(|err| {
                StoreError::Unusable(format!("cannot start the store's thread: {err}"))
            })?;
        Ok(Self {
            running: Mutex::new(Some(Running { jobs, thread })),
        })
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `job` in the next group; the answer comes after its commit. A
    /// caller that stops waiting does not undo the job.
    pub(in crate::store::sqlite) async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let stopped = || StoreError::Database("the store's thread has stopped".to_owned());
        let (sender, receiver) = oneshot::channel();
        let boxed: Job = Box::new(move |tx| {
            let done = tx.and_then(|tx| in_savepoint(tx, job));
            Box::new(move |committed| {
                let _ = sender.send(done.and_then(|value| committed.map(|()| value)));
            })
        });
        let jobs = self.running().as_ref().map(|running| running.jobs.clone());
        let jobs = jobs.ok_or_else(stopped)?;
        jobs.send(boxed).await.map_err(|_| stopped())?;
        drop(jobs);
        receiver.await.map_err(|_| stopped())?
    }

    /// Waits until all queued jobs are committed and the thread has ended.
    /// Blocks.
    pub(in crate::store::sqlite) fn close(&self) {
        let Some(Running { jobs, thread }) = self.running().take() else {
            return;
        };
        drop(jobs);
        // If the thread panicked, its callers already got an error that the store has
        // stopped.
        let _ = thread.join();
    }
}

impl Drop for Writer {
    /// Waits for all queued jobs, so that what was enqueued is on disk when
    /// the store is gone.
    fn drop(&mut self) {
        self.close();
    }
}

fn in_savepoint<T>(
    tx: &Transaction<'_>,
    job: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    tx.prepare_cached("SAVEPOINT job")?.execute([])?;
    match job(tx) {
        Ok(value) => {
            tx.prepare_cached("RELEASE job")?.execute([])?;
            Ok(value)
        }
        Err(err) => {
            // A full disk may have ended the whole transaction already. Then there is no
            // savepoint to roll back to, and the commit fails for the other jobs as well.
            let _ = tx.execute_batch("ROLLBACK TO job; RELEASE job");
            Err(err)
        }
    }
}

fn write_groups(mut db: Connection, mut jobs: mpsc::Receiver<Job>, damage: &Damage) {
    let mut group = Vec::with_capacity(GROUP);
    loop {
        group.clear();
        if jobs.blocking_recv_many(&mut group, GROUP) == 0 {
            break;
        }
        commit_group(&mut db, group.drain(..), damage);
    }
    let _ = db.execute_batch("PRAGMA optimize");
    fold(&db);
}

/// Merges the write-ahead log into the file, so that a copy of the file alone is
/// complete.
fn fold(db: &Connection) {
    let begun = Instant::now();
    let mut outcome = fold_once(db);
    while matches!(outcome, Ok(false)) && begun.elapsed() < FOLD_PATIENCE {
        thread::sleep(Duration::from_millis(50));
        outcome = fold_once(db);
    }
    match outcome {
        Ok(true) => {}
        Ok(false) => tracing::warn!(
            "the store's write-ahead log could not be folded into its file, as another program reads it: copy both files, or none"
        ),
        Err(err) => {
            tracing::warn!(err = %err, "the store's write-ahead log could not be folded into its file: copy both files, or none");
        }
    }
}

/// One attempt to merge the log into the file; false if another connection still reads
/// the log.
fn fold_once(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get::<_, i64>(0).map(|is_busy| is_busy == 0)
    })
}

fn commit_group(db: &mut Connection, jobs: impl Iterator<Item = Job>, damage: &Damage) {
    let tx = match db.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(tx) => tx,
        Err(err) => {
            let err = StoreError::from(err);
            return jobs.for_each(|job| job(Err(err.clone()))(Ok(())));
        }
    };
    // A full disk makes SQLite end the transaction by itself. What came before
    // is lost with it, and what follows must not run outside of a transaction.
    let ended = || StoreError::CannotWrite("the database rolled the transaction back".to_owned());
    let replies: Vec<Reply> = jobs
        .map(|job| {
            if tx.is_autocommit() {
                job(Err(ended()))
            } else {
                job(Ok(&tx))
            }
        })
        .collect();
    let outcome = if tx.is_autocommit() {
        Err(ended())
    } else {
        tx.commit().map_err(StoreError::from)
    };
    damage.collect();
    for reply in replies {
        reply(outcome.clone());
    }
}
