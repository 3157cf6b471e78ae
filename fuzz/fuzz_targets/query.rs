//! Any query compiles and can be matched, or gives an error with its position.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newsvane::config::watchlist::load_str;
use newsvane::matcher::{Doc, Scratch};

fuzz_target!(|parts: (&str, &str)| {
    let (query, body) = parts;
    let Ok(literal) = serde_json::to_string(query) else { return };
    let list = format!("[[watch]]\nid = \"fuzz\"\nquery = {literal}\n");
    if let Ok(list) = load_str("watchlist.toml", &list) {
        let doc = Doc { title: "A title", body, ..Doc::default() };
        let _ = list.matcher.matches(&mut Scratch::new(), &doc);
    }
});
