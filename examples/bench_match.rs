//! Measures matching: `bench_match WATCHLIST ARTICLES.jsonl [ROUNDS]`.
//!
//! Prints the time to load and compile the watchlist, its memory, and articles
//! per second of this thread's CPU time (Linux), evidence included. A first
//! round is not measured: the matcher learns from it how often phrases occur.
//! At the end some articles are matched by evaluating every watch, which shows
//! what the wake index saves.

use newsvane::config::watchlist;
use newsvane::matcher::{Doc, Scratch};
use serde::Deserialize;
use std::io::BufRead as _;
use std::path::PathBuf;

#[derive(Deserialize)]
struct Article {
    #[serde(default)]
    title: String,
    text: String,
}

/// How many articles are also matched by evaluating every watch.
const SAMPLE: usize = 200;

impl Article {
    fn doc(&self) -> Doc<'_> {
        Doc {
            title: &self.title,
            body: &self.text,
            language: Some("en"),
            ..Doc::default()
        }
    }
}

/// CPU time of this thread, in seconds.
fn cpu() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let ns: f64 = stat.split(' ').next().unwrap_or_default().parse()?;
    Ok(ns / 1e9)
}

/// Peak resident memory, in MB.
fn peak_mb() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb: u64 = line
        .and_then(|line| line.split_whitespace().next())
        .unwrap_or("0")
        .parse()?;
    Ok(kb / 1024)
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    anyhow::ensure!(
        args.len() >= 3,
        "usage: bench_match WATCHLIST ARTICLES.jsonl [ROUNDS]"
    );
    let rounds: usize = args.get(3).map_or(Ok(1), |n| n.parse())?;

    let start = cpu()?;
    let list = watchlist::load(&[PathBuf::from(&args[1])], None).map_err(|found| {
        anyhow::anyhow!(
            "{}",
            found.first().map(ToString::to_string).unwrap_or_default()
        )
    })?;
    println!(
        "load and compile: {:.2} s CPU, peak {} MB, {} watches",
        cpu()? - start,
        peak_mb()?,
        list.watches.len()
    );

    let file = std::io::BufReader::new(std::fs::File::open(&args[2])?);
    let articles: Vec<Article> = file
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<anyhow::Result<_>>()?;
    let n_bytes: usize = articles
        .iter()
        .map(|article| article.title.len() + article.text.len())
        .sum();

    let mut scratch = Scratch::new();
    let mut round = |matcher: &newsvane::matcher::Matcher| -> anyhow::Result<(f64, usize, usize)> {
        let (mut n_matches, mut n_evidence) = (0, 0);
        let mut matches = Vec::new();
        let start = cpu()?;
        for article in &articles {
            let doc = article.doc();
            matcher.matches_into(&mut scratch, &doc, &mut matches);
            n_matches += matches.len();
            n_evidence += matches.iter().map(|found| found.why.len()).sum::<usize>();
        }
        Ok((cpu()? - start, n_matches, n_evidence))
    };
    let (first, ..) = round(&list.matcher)?;
    println!("unlearnt: {:.0} articles/s", articles.len() as f64 / first);
    let start = cpu()?;
    let matcher = list.matcher.reindexed();
    println!("wake_index anew: {:.2} s CPU", cpu()? - start);
    for _ in 0..rounds {
        let (seconds, n_matches, n_evidence) = round(&matcher)?;
        println!(
            "{:.0} articles/s, {:.1} us an article, {:.0} MB/s; {:.1} matches and {:.1} pieces of evidence an article",
            articles.len() as f64 / seconds,
            seconds * 1e6 / articles.len() as f64,
            n_bytes as f64 / 1e6 / seconds,
            n_matches as f64 / articles.len() as f64,
            n_evidence as f64 / articles.len() as f64,
        );
    }
    println!("peak {} MB", peak_mb()?);

    let sample = articles.iter().step_by(articles.len() / SAMPLE + 1);
    let mut scratch = Scratch::new();
    let mut matches = Vec::new();
    let (mut filed, mut all) = (0.0, 0.0);
    for article in sample {
        let doc = article.doc();
        let start = cpu()?;
        let found = matcher.matches_by_full_scan(&mut scratch, &doc);
        let between = cpu()?;
        matcher.matches_into(&mut scratch, &doc, &mut matches);
        all += between - start;
        filed += cpu()? - between;
        anyhow::ensure!(found == matches, "the wake_index changed an answer");
    }
    println!(
        "looking at every watch takes {:.1} times as long",
        all / filed
    );
    Ok(())
}
