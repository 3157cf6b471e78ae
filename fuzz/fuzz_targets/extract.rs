//! Any bytes give an article or an error; no block is empty.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newsvane::extract::{Options, from_html, from_text};

fuzz_target!(|bytes: &[u8]| {
    let options = Options::default();
    let page = from_html(bytes, &options).unwrap_or_default();
    let text = from_text(&String::from_utf8_lossy(bytes), &options);
    for block in page.blocks.iter().chain(&text.blocks) {
        assert!(!block.text.trim().is_empty());
    }
});
