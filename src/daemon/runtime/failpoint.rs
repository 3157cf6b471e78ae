//! Failpoints: named places at which tests end the process or make a task panic.
//! `NEWSVANE_DIE_AT=sent:3` ends the process like a crash when it reaches `sent` for the
//! third time; `NEWSVANE_PANIC_AT` makes the task panic there. They exist only in debug
//! builds.

/// Ends the process or panics here, if a test asked for it.
#[cfg(debug_assertions)]
pub(crate) fn reached(point: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    type Plan = LazyLock<Option<(String, AtomicU32)>>;
    static DIE: Plan = LazyLock::new(|| read("NEWSVANE_DIE_AT"));
    static PANIC: Plan = LazyLock::new(|| read("NEWSVANE_PANIC_AT"));

    fn read(variable: &str) -> Option<(String, AtomicU32)> {
        let written = std::env::var(variable).ok()?;
        let (point, times) = written.split_once(':')?;
        Some((point.to_owned(), AtomicU32::new(times.parse().ok()?)))
    }
    let is_now = |plan: &Plan| {
        plan.as_ref().is_some_and(|(wanted, left)| {
            wanted == point && left.fetch_sub(1, Ordering::Relaxed) == 1
        })
    };
    if is_now(&DIE) {
        std::process::abort();
    }
    assert!(!is_now(&PANIC), "a test asked for a panic at {point}");
}

/// Does nothing in a release build.
#[cfg(not(debug_assertions))]
pub(crate) fn reached(_point: &str) {}
