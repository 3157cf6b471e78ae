//! A simple baseline for stories: one pass over the articles, TF-IDF similarity with the
//! frequencies seen so far, the most similar earlier article, one threshold. `story` must
//! be better than this on every data set.
//!
//! ```text
//! tfidf_story FILE.jsonl [THRESHOLD]   the input of `newsvane replay`; prints id and story of each article
//! ```

use anyhow::Context as _;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::Write as _;

/// The least similarity at which an article joins the story of another.
const THRESHOLD: f32 = 0.28;

#[derive(Deserialize)]
struct Article {
    id: serde_json::Value,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
}

/// The earlier articles: for each word, the articles that contain it, and its weight in
/// each.
#[derive(Default)]
struct Memory {
    holders: FxHashMap<String, Vec<(usize, f32)>>,
    stories: Vec<usize>,
}

impl Memory {
    /// The story of an article: that of the most similar earlier article, or a new one
    /// with the article's number. The article is remembered.
    fn place(&mut self, article: &Article, threshold: f32) -> usize {
        let number = self.stories.len();
        let vector = self.vector(article);
        let mut likeness: FxHashMap<usize, f32> = FxHashMap::default();
        for (word, weight) in &vector {
            for (other, others_weight) in self.holders.get(word).into_iter().flatten() {
                *likeness.entry(*other).or_default() += weight * others_weight;
            }
        }
        let nearest = likeness
            .into_iter()
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let story = match nearest {
            Some((other, likeness)) if likeness >= threshold => self.stories[other],
            Some(_) | None => number,
        };
        for (word, weight) in vector {
            self.holders.entry(word).or_default().push((number, weight));
        }
        self.stories.push(story);
        story
    }

    /// The article's words and their weights, as a vector of length 1.
    fn vector(&self, article: &Article) -> Vec<(String, f32)> {
        let mut counts: HashMap<String, u32> = HashMap::new();
        for word in words(&article.title).chain(words(&article.text)) {
            *counts.entry(word).or_default() += 1;
        }
        let n_articles = self.stories.len() as f32;
        let mut vector: Vec<(String, f32)> = counts
            .into_iter()
            .map(|(word, n)| {
                let n_holders = self.holders.get(&word).map_or(0, Vec::len) as f32;
                let idf = ((n_articles + 2.0) / (n_holders + 1.0)).ln();
                (word, (1.0 + (n as f32).ln()) * idf)
            })
            .collect();
        // In a fixed order, so that rounding of the sums is the same in every run.
        vector.sort_by(|a, b| a.0.cmp(&b.0));
        let length: f32 = vector.iter().map(|(_, weight)| weight * weight).sum();
        for (_, weight) in &mut vector {
            *weight /= length.sqrt().max(f32::MIN_POSITIVE);
        }
        vector
    }
}

/// The first five letters of each word, in lower case; in scripts without spaces, pairs
/// of characters.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .flat_map(|word| {
            let letters: Vec<char> = word.to_lowercase().chars().collect();
            if letters.iter().any(|&c| c >= '\u{2e80}') {
                letters
                    .windows(2)
                    .map(|pair| pair.iter().collect())
                    .collect()
            } else {
                vec![letters.iter().take(5).collect::<String>()]
            }
        })
}

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let file = args
        .next()
        .context("usage: tfidf_story FILE.jsonl [THRESHOLD]")?;
    let threshold = match args.next() {
        Some(arg) => arg.parse().context("the threshold is a number")?,
        None => THRESHOLD,
    };
    let mut memory = Memory::default();
    let mut out = std::io::stdout().lock();
    for line in std::fs::read_to_string(&file)?.lines() {
        let article: Article = serde_json::from_str(line)?;
        let story = memory.place(&article, threshold);
        let placed = serde_json::json!({ "id": article.id, "story": format!("s{story}") });
        writeln!(out, "{placed}")?;
    }
    Ok(())
}
