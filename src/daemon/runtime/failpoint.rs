//! Points at which a debug build can be told to end as a crash would:
//! `NEWSVANE_DIE_AT=sent:3` ends the process when it has come to the point
//! `sent` for the third time. For the tests of what a crash leaves behind; a
//! release build has none of it.

/// Ends the process here, if that was asked for.
#[cfg(debug_assertions)]
pub(crate) fn reached(point: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static PLAN: LazyLock<Option<(String, AtomicU32)>> = LazyLock::new(|| {
        let written = std::env::var("NEWSVANE_DIE_AT").ok()?;
        let (point, times) = written.split_once(':')?;
        Some((point.to_owned(), AtomicU32::new(times.parse().ok()?)))
    });
    if let Some((wanted, left)) = &*PLAN
        && wanted == point
        && left.fetch_sub(1, Ordering::Relaxed) == 1
    {
        std::process::abort();
    }
}

/// Nothing ends here.
#[cfg(not(debug_assertions))]
pub(crate) fn reached(_point: &str) {}
