//! Supervises the tasks of the daemon: none of them may end unnoticed before the daemon
//! stops.

use std::collections::HashMap;
use std::future::Future;
use tokio::task::{Id, JoinError, JoinSet};

/// The running tasks, by name.
#[derive(Default)]
pub(super) struct Tasks {
    running: JoinSet<()>,
    names: HashMap<Id, &'static str>,
}

impl Tasks {
    /// Starts a task that runs until the daemon stops.
    pub(super) fn spawn(
        &mut self,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        let id = self.running.spawn(task).id();
        self.names.insert(id, name);
    }

    /// Waits for the first task that ends by itself. Never resolves while all run.
    pub(super) async fn first_end(&mut self) -> anyhow::Error {
        match self.running.join_next_with_id().await {
            Some(Ok((id, ()))) => anyhow::anyhow!("the {} ended unexpectedly", self.name(id)),
            Some(Err(err)) => self.panicked(&err),
            None => std::future::pending().await,
        }
    }

    /// Waits for the end of all tasks, once they were asked to stop.
    ///
    /// # Errors
    /// The first that panicked.
    pub(super) async fn join(&mut self) -> anyhow::Result<()> {
        let mut outcome = Ok(());
        while let Some(ended) = self.running.join_next_with_id().await {
            if let Err(err) = ended {
                outcome = outcome.and(Err(self.panicked(&err)));
            }
        }
        outcome
    }

    fn name(&self, id: Id) -> &'static str {
        self.names.get(&id).copied().unwrap_or("task")
    }

    fn panicked(&self, err: &JoinError) -> anyhow::Error {
        anyhow::anyhow!("the {} panicked: {err}", self.name(err.id()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_named() {
        let mut tasks = Tasks::default();
        tasks.spawn("clock", std::future::pending());
        tasks.spawn("housekeeping", async { panic!("out of soap") });
        let err = tasks.first_end().await.to_string();
        assert!(err.starts_with("the housekeeping panicked"), "{err}");
    }

    #[tokio::test]
    async fn a_task_that_ends_too_early_is_named() {
        let mut tasks = Tasks::default();
        tasks.spawn("poll loop", async {});
        let err = tasks.first_end().await.to_string();
        assert_eq!(err, "the poll loop ended unexpectedly");
    }
}
