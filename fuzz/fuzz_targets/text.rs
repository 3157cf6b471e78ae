//! Any text splits into words and sentences that lie within it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = newsvane::text::analyze(text);
});
