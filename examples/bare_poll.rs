//! Polls URLs with conditional requests by reqwest alone, as a baseline for the daemon's
//! CPU time for each unchanged poll.
//!
//! ```text
//! bare_poll URLS-FILE ROUNDS CONCURRENCY
//! ```

use futures_util::StreamExt as _;
use reqwest::header::{ETAG, HeaderValue, IF_NONE_MATCH};
use std::sync::Mutex;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(path), Some(rounds), Some(concurrency)) = (args.next(), args.next(), args.next())
    else {
        return Err("usage: bare_poll URLS-FILE ROUNDS CONCURRENCY".into());
    };
    let (rounds, concurrency): (usize, usize) = (rounds.parse()?, concurrency.parse()?);
    let urls: Vec<reqwest::Url> = std::fs::read_to_string(path)?
        .lines()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    // The call fails only if a provider is installed already; that one is used then.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build()?;
    let etags: Vec<Mutex<Option<HeaderValue>>> = urls.iter().map(|_| Mutex::default()).collect();
    let (mut n_changed, mut n_unchanged, mut n_failed) = (0_u64, 0_u64, 0_u64);
    for _ in 0..rounds {
        let polls = urls
            .iter()
            .zip(&etags)
            .map(|(url, etag)| poll(&client, url, etag));
        let mut answers = futures_util::stream::iter(polls).buffer_unordered(concurrency);
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(304) => n_unchanged += 1,
                Ok(_) => n_changed += 1,
                Err(_) => n_failed += 1,
            }
        }
    }
    println!("{n_unchanged} unchanged, {n_changed} changed, {n_failed} failed");
    Ok(())
}

async fn poll(
    client: &reqwest::Client,
    url: &reqwest::Url,
    etag: &Mutex<Option<HeaderValue>>,
) -> reqwest::Result<u16> {
    let mut request = client.get(url.clone());
    let known = etag.lock().expect("nobody panics with it").clone();
    if let Some(known) = known {
        request = request.header(IF_NONE_MATCH, known);
    }
    let response = request.send().await?;
    let status = response.status().as_u16();
    if let Some(new) = response.headers().get(ETAG) {
        *etag.lock().expect("nobody panics with it") = Some(new.clone());
    }
    response.bytes().await?;
    Ok(status)
}
