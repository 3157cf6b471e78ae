//! `SRC` of the commands: a file, a URL, or `-` for standard input.

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
