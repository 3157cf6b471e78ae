//! Measures matching while the watchlist is read again, over and over:
//! `bench_reload WATCHLIST EDITED ARTICLES.jsonl [RELOADS]`.
//!
//! One thread matches articles; another reads the two lists in turn, swaps them
//! in, and frees the old one when nobody uses it, as the daemon does. Prints the
//! wall-clock time of a reload, and of one article without and with reloads.

use anyhow::Context as _;
use arc_swap::ArcSwap;
use newsvane::config::watchlist::{self, Watchlist};
use newsvane::matcher::{Doc, Scratch};
use serde::Deserialize;
use std::io::BufRead as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[derive(Deserialize)]
struct Article {
    #[serde(default)]
    title: String,
    text: String,
}

fn load(path: &str, before: Option<&Watchlist>) -> anyhow::Result<Watchlist> {
    watchlist::load(&[PathBuf::from(path)], before).map_err(|found| {
        let first = found.first().map(ToString::to_string);
        anyhow::anyhow!("{}", first.unwrap_or_default())
    })
}

/// Reads the lists in turn, `n` times; returns how long each took.
fn reload(lists: [&str; 2], n: usize, list: &ArcSwap<Watchlist>) -> anyhow::Result<Vec<Duration>> {
    let mut took = Vec::new();
    for at in 0..n {
        let start = Instant::now();
        let read = load(lists[(at + 1) % 2], Some(&list.load_full()))?;
        took.push(start.elapsed());
        let before = list.swap(Arc::new(read));
        while Arc::strong_count(&before) > 1 {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    Ok(took)
}

/// Matches articles until `is_done`; prints how long one article took.
fn measure(name: &str, articles: &[Article], list: &ArcSwap<Watchlist>, is_done: &AtomicBool) {
    let mut scratch = Scratch::new();
    let mut took: Vec<Duration> = Vec::new();
    for article in articles.iter().cycle() {
        if is_done.load(Ordering::Relaxed) {
            break;
        }
        let doc = Doc {
            title: &article.title,
            body: &article.text,
            language: Some("en"),
            ..Doc::default()
        };
        let start = Instant::now();
        let list = list.load_full();
        std::hint::black_box(list.matcher.matches(&mut scratch, &doc));
        drop(list);
        took.push(start.elapsed());
    }
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    println!(
        "{name}: {} articles, p50 {:.2?}, p99 {:.2?}, p99.9 {:.2?}, longest {:.2?}",
        took.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, first, edited, articles, rest @ ..] = &args[..] else {
        anyhow::bail!("usage: bench_reload WATCHLIST EDITED ARTICLES.jsonl [RELOADS]");
    };
    let n_reloads: usize = rest.first().map_or(Ok(6), |n| n.parse())?;
    let file = std::fs::File::open(articles).with_context(|| format!("cannot read {articles}"))?;
    let articles: Vec<Article> = std::io::BufReader::new(file)
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<anyhow::Result<_>>()?;
    anyhow::ensure!(!articles.is_empty(), "there are no articles");

    let start = Instant::now();
    let list = ArcSwap::from_pointee(load(first, None)?);
    println!("first load: {:.2?}", start.elapsed());
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| measure("without reloads", &articles, &list, &is_done));
        std::thread::sleep(Duration::from_secs(3));
        is_done.store(true, Ordering::Relaxed);
    });
    is_done.store(false, Ordering::Relaxed);
    let took = std::thread::scope(|scope| {
        scope.spawn(|| measure("with reloads", &articles, &list, &is_done));
        let took = reload([first, edited], n_reloads, &list);
        is_done.store(true, Ordering::Relaxed);
        took
    })?;
    println!("reloads: {took:.2?}");
    Ok(())
}
