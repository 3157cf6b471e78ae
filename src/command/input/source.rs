//! `SRC` of the commands: a file, a URL, or `-` for standard input.

use crate::command::input::files::Files;
use crate::command::run::runtime;
use crate::http::{Client, Get, Kind};
use anyhow::Context as _;
use std::io::Read;

/// Most bytes read from a file or standard input.
const MAX_BYTES: u64 = 32 << 20;

/// What a `SRC` holds.
#[derive(Debug)]
pub struct Source {
    /// The bytes, decompressed, not decoded.
    pub bytes: Vec<u8>,
    /// The `Content-Type` the server gave; none for a file.
    pub content_type: Option<String>,
    /// The address it came from in the end; none for a file.
    pub url: Option<String>,
}

/// Reads `src` whole.
///
/// # Errors
/// When it cannot be read, fetched, or is over 32 MiB.
pub fn read(src: &str) -> anyhow::Result<Source> {
    if src.starts_with("http://") || src.starts_with("https://") {
        return fetch(src);
    }
    let reader: Box<dyn Read> = if src == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(src).with_context(|| format!("cannot open {src}"))?)
    };
    let mut bytes = Vec::new();
    reader
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {src}"))?;
    anyhow::ensure!(
        bytes.len() as u64 <= MAX_BYTES,
        "{src} is over {} MiB",
        MAX_BYTES >> 20
    );
    Ok(Source {
        bytes,
        content_type: None,
        url: None,
    })
}

/// Fetches as the daemon does, by the same client under the same settings; but
/// what a person asks for by hand needs no leave of robots.txt.
fn fetch(src: &str) -> anyhow::Result<Source> {
    let url = src
        .parse()
        .with_context(|| format!("{src} is not an address"))?;
    let mut settings = Files::default().settings()?.http;
    settings.robots = false;
    let fetched = runtime()?.block_on(async {
        let client = Client::new(&settings)?;
        anyhow::Ok(client.get(&Get::new(url, Kind::Page)).await?)
    })?;
    anyhow::ensure!(fetched.is_success(), "{src} answered {}", fetched.status);
    Ok(Source {
        bytes: fetched.body.to_vec(),
        content_type: fetched.content_type,
        url: Some(fetched.url.to_string()),
    })
}
