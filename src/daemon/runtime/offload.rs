//! Runs computations such as parsing and matching: small ones on the current thread,
//! others on a background thread, so that no async task waits for them.

use std::panic::{self, AssertUnwindSafe};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Input up to this many bytes is processed on the current thread. A feed of 50 entries
/// takes half a millisecond; a switch to another thread and back takes a tenth of that.
const LITTLE: usize = 64 << 10;

/// How many computations run at once: as many as there are processors. More would not be
/// faster, and each takes memory and a thread.
static PROCESSORS: LazyLock<Semaphore> = LazyLock::new(|| {
    let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
    Semaphore::new(n_processors + 2)
});

/// The work panicked; the panic itself was logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it panicked")]
pub(crate) struct Panicked;

/// Runs `work`, whose input has `n_bytes`. A panic in it is returned as an error and ends
/// nothing else.
pub(crate) async fn run<T: Send + 'static>(
    n_bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    if n_bytes <= LITTLE {
        panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
    } else {
        let _permit = PROCESSORS.acquire().await;
        let work = tokio::task::spawn_blocking(work);
        work.await.map_err(|_| Panicked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_the_work_and_nothing_else() {
        let check = async |n_bytes, wanted| {
            let thread = std::thread::current().id();
            let work = move || {
                assert!(n_bytes % 2 == 0, "odd");
                std::thread::current().id() == thread
            };
            assert_eq!(run(n_bytes, work).await, wanted, "{n_bytes}");
        };
        check(LITTLE, Ok(true)).await;
        check(LITTLE + 2, Ok(false)).await;
        check(1, Err(Panicked)).await;
        check(LITTLE + 1, Err(Panicked)).await;
    }
}
