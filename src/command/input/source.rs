//! The argument `SRC`: a file, a URL, or `-` for standard input.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::http::{Client, Get, Kind};
use anyhow::Context as _;
use std::io::Read;

/// The most bytes read from a file or standard input.
const MAX_BYTES: u64 = 32 << 20;

/// The content of a `SRC`.
#[derive(Debug)]
pub struct Source {
    /// The bytes, decompressed, not decoded.
    pub bytes: Vec<u8>,
    /// The server's `Content-Type`; `None` for a file.
    pub content_type: Option<String>,
    /// The address after redirects; `None` for a file.
    pub url: Option<String>,
}

/// Reads `src` whole.
///
/// # Errors
/// When it cannot be read or fetched, or is larger than 32 MiB.
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
        "{src} is larger than {} MiB",
        MAX_BYTES >> 20
    );
    Ok(Source {
        bytes,
        content_type: None,
        url: None,
    })
}

/// Fetches as the daemon does, with the same client and settings. Only
/// robots.txt is not asked: it speaks to programs, and a person asked for this.
fn fetch(src: &str) -> anyhow::Result<Source> {
    let url = src
        .parse()
        .with_context(|| format!("{src} is not a valid URL"))?;
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
