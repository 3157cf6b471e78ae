//! Reads bodies chunk by chunk up to a limit. The chunks are decompressed ones,
//! so that a decompression bomb is cut off at the limit.

use crate::http::client::classify;
use crate::http::memory::{Memory, NoMemory, Share};
use crate::http::shown::shown_host;
use crate::http::{FetchError, Wait};
use crate::model::ByteSize;
use bytes::{Bytes, BytesMut};
use flate2::read::MultiGzDecoder;
use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;
use std::io::Read as _;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// Most bytes read of a body that is not used, so that its connection can be
/// reused.
const MAX_DRAIN: usize = 16 << 10;

/// How gzip begins.
const GZIP: &[u8] = b"\x1f\x8b";

/// Usual ratio of a text to its gzip, for the first reservation of memory.
const MAX_RATIO: usize = 10;

/// Most characters of a response's body in an error message.
const MAX_EXCERPT: usize = 200;

/// Reads the body of one response into its share of memory.
pub(crate) struct Reader<'a> {
    url: &'a Url,
    memory: &'a Memory,
    share: &'a mut Share,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(url: &'a Url, memory: &'a Memory, share: &'a mut Share) -> Self {
        Self { url, memory, share }
    }

    /// The whole body, or an error if it is larger than `limit`.
    pub(crate) async fn whole(
        &mut self,
        response: Response,
        limit: ByteSize,
    ) -> Result<Bytes, FetchError> {
        let too_large = |url| FetchError::TooLarge {
            host: shown_host(url),
            limit: limit.0,
        };
        if response
            .content_length()
            .is_some_and(|n_bytes| n_bytes > limit.0)
        {
            return Err(too_large(self.url));
        }
        let encoding = remaining_encoding(&response);
        let (body, is_whole) = self.up_to(response, limit.as_len()).await?;
        if !is_whole {
            return Err(too_large(self.url));
        }
        if encoding.is_none() && body.starts_with(GZIP) {
            return self.unpacked(&body, limit).await;
        }
        check_is_decoded(&body, encoding.as_deref(), self.url)?;
        Ok(body)
    }

    /// The content of a body that is gzip although no header says so: a file published as
    /// `.xml.gz`, or a server that forgets the header.
    async fn unpacked(&mut self, body: &[u8], limit: ByteSize) -> Result<Bytes, FetchError> {
        let most = limit.as_len();
        self.grow(most.min(body.len().saturating_mul(MAX_RATIO)))
            .await?;
        let mut content = Vec::new();
        let mut decoder = MultiGzDecoder::new(body).take(most as u64 + 1);
        decoder
            .read_to_end(&mut content)
            .map_err(|err| FetchError::Encoding {
                host: shown_host(self.url),
                cause: format!("it is gzip, but damaged: {err}"),
            })?;
        if content.len() > most {
            return Err(FetchError::TooLarge {
                host: shown_host(self.url),
                limit: limit.0,
            });
        }
        self.grow(content.len()).await?;
        check_is_decoded(&content, None, self.url)?;
        Ok(content.into())
    }

    /// The body's first `limit` bytes; the rest is not read.
    pub(crate) async fn beginning(
        &mut self,
        response: Response,
        limit: usize,
    ) -> Result<Bytes, FetchError> {
        self.up_to(response, limit).await.map(|(body, _)| body)
    }

    /// The body, and whether it is complete.
    async fn up_to(
        &mut self,
        mut response: Response,
        limit: usize,
    ) -> Result<(Bytes, bool), FetchError> {
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        if let Some(n_bytes) = response.content_length() {
            let n_bytes = usize::try_from(n_bytes).unwrap_or(usize::MAX);
            self.grow(n_bytes.min(limit)).await?;
        }
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|err| classify::error(&err, self.url))?
        {
            let n_bytes = first.len() + rest.len();
            if n_bytes + chunk.len() > limit {
                let mut body = BytesMut::from(&first[..]);
                body.extend_from_slice(&rest);
                body.extend_from_slice(&chunk[..limit - n_bytes]);
                return Ok((body.freeze(), false));
            }
            self.grow(n_bytes + chunk.len()).await?;
            // Most bodies are one chunk, which need not be copied.
            if first.is_empty() && rest.is_empty() {
                first = chunk;
            } else {
                if rest.is_empty() {
                    rest.extend_from_slice(&std::mem::take(&mut first));
                }
                rest.extend_from_slice(&chunk);
            }
        }
        let body = match rest.is_empty() {
            true => first,
            false => rest.freeze(),
        };
        Ok((body, true))
    }

    async fn grow(&mut self, n_bytes: usize) -> Result<(), FetchError> {
        let grown = self.memory.grow(self.share, n_bytes).await;
        grown.map_err(|NoMemory(retry_in)| FetchError::Postponed {
            host: shown_host(self.url),
            retry_in,
            why: Wait::Memory,
        })
    }
}

/// A `Content-Encoding` that the client did not decode: it was not requested, or
/// names more than one encoding.
fn remaining_encoding(response: &Response) -> Option<String> {
    let encoding = response.headers().get(CONTENT_ENCODING)?;
    Some(String::from_utf8_lossy(encoding.as_bytes()).into_owned())
}

/// An error if the body is still compressed. The header does not count: some
/// servers send plain text as `utf-8`.
fn check_is_decoded(body: &[u8], encoding: Option<&str>, url: &Url) -> Result<(), FetchError> {
    let is_packed = body.starts_with(b"\x1f\x8b") || body.starts_with(b"\x28\xb5\x2f\xfd");
    if is_packed {
        let cause = match encoding {
            Some(encoding) => format!("Content-Encoding {encoding:?} was not requested"),
            None => {
                "it is compressed twice, or compressed without a Content-Encoding header".into()
            }
        };
        return Err(FetchError::Encoding {
            host: shown_host(url),
            cause,
        });
    }
    Ok(())
}

/// Reads a short body to its end, so that its connection can be reused.
pub(crate) async fn drain(mut response: Response) {
    let mut n_bytes = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        n_bytes += chunk.len();
        if n_bytes > MAX_DRAIN {
            return;
        }
    }
}

/// The beginning of the body as one line of printable characters; empty if it
/// does not arrive within `max_wait`.
pub(crate) async fn excerpt(mut response: Response, max_wait: Duration) -> String {
    let mut beginning = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            beginning.extend_from_slice(&chunk[..chunk.len().min(MAX_DRAIN)]);
            if beginning.len() > MAX_DRAIN {
                return;
            }
        }
    };
    // The status is known; a late body does not change it.
    let _ = timeout(max_wait, read).await;
    one_line(&String::from_utf8_lossy(&beginning))
}

/// The first `n_bytes` of a response's body.
pub(crate) async fn beginning(
    mut response: Response,
    n_bytes: usize,
) -> Result<Vec<u8>, reqwest::Error> {
    let mut beginning = Vec::new();
    while beginning.len() < n_bytes {
        let Some(chunk) = response.chunk().await? else {
            break;
        };
        let room = n_bytes - beginning.len();
        beginning.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(beginning)
}

/// `text` as one short line of printable characters, to be shown to a person.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut line = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(MAX_EXCERPT));
        if let Some((end, _)) = line.char_indices().nth(MAX_EXCERPT) {
            line.truncate(end);
            line.push('…');
            break;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line_without_control_characters() {
        assert_eq!(
            one_line(" no\r\n such\tthing\u{1b}[31m "),
            "no such thing [31m"
        );
        assert_eq!(one_line(&"x".repeat(500)).chars().count(), MAX_EXCERPT);
        assert_eq!(
            one_line(&"xy ".repeat(500)).chars().count(),
            MAX_EXCERPT + 1
        );
    }
}
