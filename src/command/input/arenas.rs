//! Settings that make glibc's allocator return memory to the system.
//!
//! glibc keeps up to eight arenas per core, and each keeps as much memory as the
//! largest page it ever held. With a tenth of 1,000 feeds hostile, the daemon
//! grew to 480 MB in three minutes; with these settings it stayed at 70 MB
//! (`tests/soak.py`). glibc reads them only at program start, so the daemon
//! executes itself once more with them set. The process id, the arguments and
//! the open files stay the same.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// Settings of glibc's malloc (mallopt(3)). Values already set in the
/// environment win.
const SETTINGS: [(&str, &str); 2] = [
    ("MALLOC_ARENA_MAX", "2"),
    // How many free bytes at the top of an arena are kept.
    ("MALLOC_TRIM_THRESHOLD_", "1000000"),
];

/// Executes the program once more with the settings that are missing from the
/// environment. Returns if none is missing, or if that fails: the daemon then
/// runs with more memory.
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
    eprintln!(
        "newsvane: cannot restart with the memory allocator's settings, so it will use more memory: {err}"
    );
}
