//! Any bytes give a feed or an error, in bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newsvane::feed::{Hints, parse};

fuzz_target!(|bytes: &[u8]| {
    let hints = Hints { content_type: None, base: Some("https://fuzz.example/feed") };
    if let Ok(feed) = parse(bytes, &hints) {
// Alerts depend on entry keys: there is always a key, and always the same.
        let again = parse(bytes, &hints).expect("it was read before");
        for (entry, again) in feed.entries.iter().zip(&again.entries) {
            assert!(!entry.key.is_empty());
            assert_eq!(entry.key, again.key);
        }
    }
});
