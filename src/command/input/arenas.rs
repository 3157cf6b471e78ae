//! The C library's allocator, told to give memory back.
//!
//! glibc keeps an arena for each of up to eight threads a core, and in each what
//! the largest page it ever held took: with a tenth of 1,000 feeds hostile, the
//! daemon grew to 480 MB in three minutes, and stayed at 70 MB with these
//! settings (`tests/soak.py`). They are read when a program starts, so the
//! daemon starts itself once more with them; process number, arguments and
//! files stay what they were.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// Settings of glibc's malloc (mallopt(3)); what the environment says goes before.
const SETTINGS: [(&str, &str); 2] = [
    ("MALLOC_ARENA_MAX", "2"),
    // Free memory at the top of an arena that is kept, in bytes.
    ("MALLOC_TRIM_THRESHOLD_", "1000000"),
];

/// Starts the program once more with the settings that it was not started with.
/// Returns if there are none, or if it cannot be: then more memory is used.
pub(crate) fn settle() {
    let missing: Vec<_> = SETTINGS
        .into_iter()
        .filter(|(name, _)| std::env::var_os(name).is_none())
        .collect();
    if cfg!(not(all(target_os = "linux", target_env = "gnu"))) || missing.is_empty() {
        return;
    }
    let mut arguments = std::env::args_os();
    let (Ok(program), Some(name)) = (std::env::current_exe(), arguments.next()) else {
        return;
    };
    let err = Command::new(program)
        .arg0(name)
        .args(arguments)
        .envs(missing)
        .exec();
    eprintln!("newsvane: cannot limit the allocator's arenas, more memory is used: {err}");
}
