//! Any text gives a watchlist or a list of faults with their positions.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(faults) = newsvane::config::watchlist::load_str("watchlist.toml", text) {
        assert!(!faults.is_empty());
        for fault in faults {
            let _ = fault.to_string();
        }
    }
});
