//! Any text is cut into words and sentences within its bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = newsvane::text::analyze(text);
});
