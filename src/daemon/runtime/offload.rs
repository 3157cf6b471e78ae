//! Work without waiting, such as parsing and matching: here if it is little,
//! else on a thread that may take its time.

use std::panic::{self, AssertUnwindSafe};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Most bytes of input that are little work: a feed of 50 entries takes half a
/// millisecond, and being handed to another thread and back a tenth of that, in
/// which the processors do nothing else but wake each other.
const LITTLE: usize = 64 << 10;

/// How much of it is done at once: more than there are processors would be no
/// sooner done, and each has its memory, and a thread that stays.
static PROCESSORS: LazyLock<Semaphore> = LazyLock::new(|| {
    let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
    Semaphore::new(n_processors + 2)
});

/// The work panicked; the panic itself said how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it panicked")]
pub(crate) struct Panicked;

/// Does `work` on an input of `n_bytes`. What it shares with others is as whole
/// after a panic as after one of a thread of its own.
pub(crate) async fn run<T: Send + 'static>(
    n_bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    if n_bytes <= LITTLE {
        panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
    } else {
        let _turn = PROCESSORS.acquire().await;
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
