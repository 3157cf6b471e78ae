//! Trains the block model of `newsvane::extract` on pages with known texts.
//!
//! ```text
//! cargo run --release --example train_extract -- [--model OUT.txt] [--predict DIR] [--leave-out NAME] SET...
//! ```
//!
//! A SET is a folder with `gold.json`, the pages as `html/ID.html.gz` or
//! `raw/ID.html`, and perhaps the ids to use (`ids_clean.txt`, else `ids.txt`,
//! else all). A page's gold is `{"url", "text"}`, with a `summary` that may be
//! kept or not; or `{"url", "with", "without"}`, pieces of text that must and
//! must not be kept; what neither tells is not learned from.
//!
//! `--model` writes a model trained on all pages. `--predict` writes, for each
//! set, the texts got by five models of which each has not seen a page of the
//! sites it is asked about (`DIR/SET.json`, and `DIR/SET.jsonl` with a line for
//! each page): the figures to believe. `--leave-out` does the same by one model
//! that has seen no page of the set of that name (`DIR/NAME-left-out.jsonl`).
//!
//! Each page is learned from twice: whole, and cut down to an article of one to
//! three paragraphs, every other time on a page that holds little else. Short
//! articles are rare in the sets and common in the news.
//!
//! `lines` as the first argument trains the model for plain text instead: see
//! `train_extract/lines.rs`.

#[path = "train_extract/lines.rs"]
mod lines;

use flate2::read::GzDecoder;
use newsvane::extract::Options;
use newsvane::extract::training::{self, Model, Question, Tree};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::path::{Path, PathBuf};

const N_FOLDS: u64 = 5;
const N_BINS: usize = 64;

/// The settings of the training; chosen by five-fold cross-validation.
#[derive(Clone, Copy)]
struct Growth {
    n_trees: usize,
    n_questions: usize,
    rate: f32,
    /// L2 regularisation: pulls the values of leaves with few rows towards 0.
    ridge: f32,
    /// The share of the features that each tree may use.
    feature_share: f32,
    row_share: f32,
}

const GROWTH: Growth = Growth {
    n_trees: 500,
    n_questions: 5,
    rate: 0.06,
    ridge: 4.0,
    feature_share: 0.3,
    row_share: 0.7,
};

/// The log odds from which a block is kept, and other limits that are tried.
const STRICTER: f32 = -0.7;
const TRIED: [f32; 3] = [-0.9, -0.7, -0.5];

struct Page {
    set: String,
    id: String,
    url: String,
    html: Vec<u8>,
    fold: u64,
    rows: Vec<Row>,
}

struct Row {
    features: Vec<f32>,
    /// The share of its words that are in the gold text.
    label: f32,
    weight: f32,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let mut sets = Vec::new();
    let (mut model_path, mut predict_path, mut left_out) = (None, None, None);
    let mut args = std::env::args().skip(1).peekable();
    if args.next_if_eq("lines").is_some() {
        return lines::main(args);
    }
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--model" => model_path = args.next().map(PathBuf::from),
            "--predict" => predict_path = args.next().map(PathBuf::from),
            "--leave-out" => left_out = args.next(),
            _ => sets.push(PathBuf::from(arg)),
        }
    }
    let mut pages = Vec::new();
    for set in &sets {
        read_set(set, &mut pages)?;
    }
    let n_rows: usize = pages.iter().map(|page| page.rows.len()).sum();
    eprintln!("{} pages, {n_rows} blocks", pages.len());
    if let Some(dir) = &predict_path {
        match &left_out {
            Some(set) => predict_left_out(&pages, set, dir)?,
            None => predict(&pages, dir)?,
        }
    }
    if let Some(path) = &model_path {
        let rows: Vec<&Row> = pages.iter().flat_map(|page| &page.rows).collect();
        let model = train(&rows, GROWTH).stricter(STRICTER);
        std::fs::write(path, format!("{}{model}", trained_on(&pages)))?;
    }
    Ok(())
}

/// What a model was trained on, as a comment at its head.
fn trained_on(pages: &[Page]) -> String {
    let mut n_pages: BTreeMap<&str, u32> = BTreeMap::new();
    for page in pages {
        *n_pages.entry(&page.set).or_default() += 1;
    }
    let sets: Vec<String> = n_pages
        .iter()
        .map(|(set, n)| format!("{set} {n}"))
        .collect();
    format!(
        "# Trained on these sets, with so many pages: {}\n",
        sets.join(", ")
    )
}

// Pages and labels.

fn read_set(dir: &Path, pages: &mut Vec<Page>) -> Result<()> {
    let gold: Map<String, Value> = serde_json::from_slice(&std::fs::read(dir.join("gold.json"))?)?;
    let ids = std::fs::read_to_string(dir.join("ids_clean.txt"))
        .or_else(|_| std::fs::read_to_string(dir.join("ids.txt")))
        .unwrap_or_else(|_| gold.keys().cloned().collect::<Vec<_>>().join("\n"));
    let set = dir
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    for id in ids.split_whitespace() {
        let Some(entry) = gold.get(id) else { continue };
        let html = read_page(dir, id)?;
        let url = entry["url"].as_str().unwrap_or_default().to_owned();
        let options = options_of(&url);
        let samples = training::samples(&html, &options).unwrap_or_default();
        let labels = labels_of(&samples, entry);
        let site = if url.contains("://") { &url } else { id };
        let fold = site_hash(site) % N_FOLDS;
        let mut rows = rows_of(samples, &labels, 1.0);
        rows.extend(shortened(&html, &options, &labels, pages.len()));
        pages.push(Page {
            set: set.clone(),
            id: id.to_owned(),
            url,
            html,
            fold,
            rows,
        });
    }
    Ok(())
}

fn read_page(dir: &Path, id: &str) -> Result<Vec<u8>> {
    let packed = dir.join("html").join(format!("{id}.html.gz"));
    if !packed.exists() {
        return Ok(std::fs::read(dir.join("raw").join(format!("{id}.html")))?);
    }
    let mut html = Vec::new();
    GzDecoder::new(std::fs::File::open(packed)?).read_to_end(&mut html)?;
    Ok(html)
}

/// What is not an address is an id.
fn options_of(url: &str) -> Options<'_> {
    Options {
        url: Some(url).filter(|url| url.contains("://")),
        ..Options::default()
    }
}

/// For each block, the share of its words that are in the gold text; `None` if the gold
/// says nothing about the block.
fn labels_of(samples: &[training::Sample], entry: &Value) -> Vec<Option<f32>> {
    let text = entry["text"].as_str().or(entry["articleBody"].as_str());
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return by_pieces(samples, entry);
    };
    let mut labels: Vec<Option<f32>> = label(samples, text).into_iter().map(Some).collect();
    // A standfirst may be kept or not.
    let summary = words(entry["summary"].as_str().unwrap_or_default());
    if summary.len() >= 4 {
        let grams: HashMap<&[String], i32> = summary.windows(4).map(|gram| (gram, 1)).collect();
        for (label, sample) in labels.iter_mut().zip(samples) {
            if covered(&words(&sample.text), &grams) > 0.5 {
                *label = label.filter(|label| *label > 0.5);
            }
        }
    }
    labels
}

fn by_pieces(samples: &[training::Sample], entry: &Value) -> Vec<Option<f32>> {
    let pieces = |key: &str| -> Vec<String> {
        let all = entry[key].as_array().into_iter().flatten();
        all.filter_map(Value::as_str).map(spaced).collect()
    };
    let (with, without) = (pieces("with"), pieces("without"));
    let mut labels: Vec<Option<f32>> = samples
        .iter()
        .map(|sample| {
            let text = spaced(&sample.text);
            let has = |pieces: &[String]| {
                pieces
                    .iter()
                    .any(|piece| piece.len() >= 8 && text.contains(piece))
            };
            match (has(&with), has(&without)) {
                (true, false) => Some(1.0),
                (false, true) => Some(0.0),
                _ => None,
            }
        })
        .collect();
    // A piece that occurs in several places of the page labels none of them.
    for piece in with.iter() {
        let places: Vec<usize> = (0..samples.len())
            .filter(|at| spaced(&samples[*at].text).contains(piece))
            .collect();
        if places.len() > 1 {
            places.iter().for_each(|at| labels[*at] = None);
        }
    }
    labels
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The weight of a shortened page, relative to a whole one.
const SHORT_WEIGHT: f32 = 0.4;
/// How many blocks around the article a bare page keeps.
const BARE: usize = 5;

/// The same page with its article cut to one to three blocks; every other page also loses
/// most of what is around the article.
fn shortened(
    html: &[u8],
    options: &Options<'_>,
    labels: &[Option<f32>],
    n_page: usize,
) -> Vec<Row> {
    let is_gold = |at: usize| labels[at].is_some_and(|label| label > 0.5);
    let gold: Vec<usize> = (0..labels.len()).filter(|at| is_gold(*at)).collect();
    let n_kept = 1 + n_page % 3;
    let Some(&last) = gold.iter().take(n_kept).next_back() else {
        return Vec::new();
    };
    let (first, end) = (gold[0], gold[gold.len() - 1]);
    let is_bare = n_page.is_multiple_of(2);
    let is_kept = |at: usize| {
        let is_of_article = at <= last || at > end;
        let is_near = at + BARE >= first && at <= last || at > end && at <= end + BARE;
        is_of_article && !(at > last && is_gold(at)) && (!is_bare || is_near)
    };
    let samples = training::samples_of(html, options, is_kept).unwrap_or_default();
    let kept: Vec<Option<f32>> = (0..labels.len())
        .filter(|at| is_kept(*at))
        .map(|at| labels[at])
        .collect();
    if samples.len() != kept.len() {
        return Vec::new();
    }
    rows_of(samples, &kept, SHORT_WEIGHT)
}

/// All pages of one site are in one fold.
fn site_hash(url: &str) -> u64 {
    let host = url
        .split("://")
        .nth(1)
        .unwrap_or(url)
        .split('/')
        .next()
        .unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let site = labels
        .iter()
        .rev()
        .find(|label| label.len() > 3)
        .copied()
        .unwrap_or(host);
    let mut hasher = DefaultHasher::new();
    site.hash(&mut hasher);
    hasher.finish()
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn label(samples: &[training::Sample], gold: &str) -> Vec<f32> {
    let gold_words = words(gold);
    let mut grams: HashMap<&[String], i32> = HashMap::new();
    for gram in gold_words.windows(4) {
        *grams.entry(gram).or_default() += 1;
    }
    let lines: HashSet<Vec<String>> = gold
        .lines()
        .map(words)
        .filter(|line| !line.is_empty())
        .collect();
    let texts: Vec<Vec<String>> = samples.iter().map(|sample| words(&sample.text)).collect();
    let mut labels: Vec<f32> = vec![0.0; texts.len()];
    // Labels are computed twice: a block that occurs on the page more often than in the
    // gold text is part of the article only where its neighbours are.
    let first: Vec<f32> = texts.iter().map(|text| covered(text, &grams)).collect();
    let mut order: Vec<usize> = (0..texts.len()).collect();
    let around = |at: usize| -> f32 {
        (at.saturating_sub(3)..(at + 4).min(first.len()))
            .filter(|near| *near != at)
            .map(|near| first[near] * (texts[near].len() as f32).min(40.0))
            .sum()
    };
    order.sort_by(|a, b| around(*b).total_cmp(&around(*a)));
    for at in order {
        labels[at] = take(&texts[at], &mut grams);
    }
    for at in 0..texts.len() {
        if texts[at].len() < 4 && !texts[at].is_empty() {
            let is_line = lines.contains(&texts[at]);
            let has_neighbour = (at.saturating_sub(2)..(at + 3).min(labels.len()))
                .any(|near| near != at && labels[near] > 0.5 && texts[near].len() >= 4);
            labels[at] = f32::from(u8::from(is_line && has_neighbour));
        }
    }
    labels
}

/// The rows to learn from; the article's text has `weight` times the usual weight of a
/// page. Most rows outside the article are left out at random, and the remaining ones get
/// the weight of all.
fn rows_of(samples: Vec<training::Sample>, labels: &[Option<f32>], weight: f32) -> Vec<Row> {
    let n_words = |sample: &training::Sample| words(&sample.text).len() as f32;
    let n_gold: f32 = samples
        .iter()
        .zip(labels)
        .map(|(sample, label)| label.unwrap_or(0.0) * n_words(sample))
        .sum();
    let mut random = fastrand::Rng::with_seed(samples.len() as u64);
    let mut rows: Vec<Row> = samples
        .into_iter()
        .zip(labels)
        .filter(|(sample, _)| !sample.is_menu)
        .filter_map(|(sample, label)| {
            let label = (*label)?;
            let share = if label > 0.0 || sample.text.len() > 60 {
                1.0
            } else {
                SHARE
            };
            (random.f32() < share).then(|| Row {
                label,
                weight: (n_words(&sample) + 1.0) / n_gold.max(150.0) * PAGE_WEIGHT / share + 0.02,
                features: sample.features,
            })
        })
        .collect();
    hold_back(&mut rows);
    rows.iter_mut().for_each(|row| row.weight *= weight);
    rows
}

/// The share of short lines outside of articles that is learned from.
const SHARE: f32 = 0.4;

/// The weight of the gold text of one page.
const PAGE_WEIGHT: f32 = 20.0;
/// The largest weight of everything else on a page, as a multiple of the weight of its
/// gold text.
const MAX_ELSE: f32 = 1.5;

/// Limits the weight of text outside the article: a page of ten thousand words with an
/// article of two hundred would weigh as much as fifty others, and teach the model to
/// remove the paragraphs of long pages.
fn hold_back(rows: &mut [Row]) {
    let rest: f32 = rows.iter().map(|row| row.weight * (1.0 - row.label)).sum();
    let share = (MAX_ELSE * PAGE_WEIGHT / rest.max(f32::EPSILON)).min(1.0);
    for row in rows.iter_mut().filter(|row| row.label < 0.5) {
        row.weight *= share;
    }
}

fn covered(text: &[String], grams: &HashMap<&[String], i32>) -> f32 {
    let n = text
        .windows(4)
        .filter(|gram| grams.contains_key(gram))
        .count();
    n as f32 / text.windows(4).count().max(1) as f32
}

fn take(text: &[String], grams: &mut HashMap<&[String], i32>) -> f32 {
    let mut n = 0;
    for gram in text.windows(4) {
        if let Some(left) = grams.get_mut(gram).filter(|left| **left > 0) {
            *left -= 1;
            n += 1;
        }
    }
    n as f32 / text.windows(4).count().max(1) as f32
}

// Cross-check.

fn predict(pages: &[Page], dir: &Path) -> Result<()> {
    let mut texts: HashMap<(&str, usize), Map<String, Value>> = HashMap::new();
    for fold in 0..N_FOLDS {
        let rows: Vec<&Row> = pages
            .iter()
            .filter(|page| page.fold != fold)
            .flat_map(|page| &page.rows)
            .collect();
        let model = train(&rows, GROWTH);
        for page in pages.iter().filter(|page| page.fold == fold) {
            for (at, stricter) in TRIED.iter().enumerate() {
                let text = text_of(page, &model.clone().stricter(*stricter));
                texts
                    .entry((&page.set, at))
                    .or_default()
                    .insert(page.id.clone(), json!({ "text": text }));
            }
        }
    }
    for ((set, at), texts) in texts {
        let name = if TRIED[at] == STRICTER {
            format!("{set}.json")
        } else {
            format!("{set}-{}.json", TRIED[at])
        };
        std::fs::write(dir.join(&name), serde_json::to_vec(&texts)?)?;
        write_lines(&dir.join(name).with_extension("jsonl"), texts)?;
    }
    Ok(())
}

/// Texts of the set `name` by a model that has seen no page of it, nor of its sites.
fn predict_left_out(pages: &[Page], name: &str, dir: &Path) -> Result<()> {
    let site = |page: &Page| {
        site_hash(if page.url.contains("://") {
            &page.url
        } else {
            &page.id
        })
    };
    let sites: HashSet<u64> = pages
        .iter()
        .filter(|page| page.set == name)
        .map(site)
        .collect();
    let rows: Vec<&Row> = pages
        .iter()
        .filter(|page| page.set != name && !sites.contains(&site(page)))
        .flat_map(|page| &page.rows)
        .collect();
    let model = train(&rows, GROWTH).stricter(STRICTER);
    let texts: Map<String, Value> = pages
        .iter()
        .filter(|page| page.set == name)
        .map(|page| (page.id.clone(), json!({ "text": text_of(page, &model) })))
        .collect();
    write_lines(&dir.join(format!("{name}-left-out.jsonl")), texts)
}

fn text_of(page: &Page, model: &Model) -> String {
    training::article(&page.html, &options_of(&page.url), model)
        .map(|article| article.text())
        .unwrap_or_default()
}

fn write_lines(path: &Path, texts: Map<String, Value>) -> Result<()> {
    let mut lines = String::new();
    for (id, text) in texts {
        lines.push_str(&json!({ "id": id, "text": text["text"] }).to_string());
        lines.push('\n');
    }
    Ok(std::fs::write(path, lines)?)
}

// Training: gradient boosting of symmetric trees on the logistic loss.

/// A feature's values, each as the number of thresholds below it. Most rows have the same
/// value, so only the other rows are listed.
struct Column {
    usual: u8,
    others: Vec<(u32, u8)>,
}

impl Column {
    fn of(rows: &[&Row], feature: usize, cuts: &[f32]) -> Self {
        let bins: Vec<u8> = rows
            .iter()
            .map(|row| cuts.partition_point(|cut| *cut < row.features[feature]) as u8)
            .collect();
        let mut counts = [0_u32; N_BINS];
        for bin in &bins {
            counts[usize::from(*bin)] += 1;
        }
        let usual = (0..N_BINS).max_by_key(|bin| counts[*bin]).unwrap_or(0) as u8;
        let others = (0..).zip(bins).filter(|(_, bin)| *bin != usual).collect();
        Self { usual, others }
    }
}

fn train(rows: &[&Row], growth: Growth) -> Model {
    let n_features = rows.first().map_or(0, |row| row.features.len());
    let cuts: Vec<Vec<f32>> = (0..n_features).map(|feature| cuts(rows, feature)).collect();
    let columns: Vec<Column> = (0..n_features)
        .map(|feature| Column::of(rows, feature, &cuts[feature]))
        .collect();
    let mut random = fastrand::Rng::with_seed(7);
    let total: f32 = rows.iter().map(|row| row.weight).sum();
    let mean: f32 = rows.iter().map(|row| row.weight * row.label).sum::<f32>() / total;
    let bias = (mean / (1.0 - mean)).ln();
    let mut sums = vec![bias; rows.len()];
    let mut trees = Vec::new();
    for _ in 0..growth.n_trees {
        // A row that this tree is not trained on has weight 0.
        let slopes: Vec<(f32, f32)> = rows
            .iter()
            .zip(&sums)
            .map(|(row, sum)| {
                if random.f32() >= growth.row_share {
                    return (0.0, 0.0);
                }
                let p = 1.0 / (1.0 + (-sum).exp());
                (
                    row.weight * (row.label - p),
                    row.weight * (p * (1.0 - p)).max(1e-4),
                )
            })
            .collect();
        let features: Vec<usize> = (0..n_features)
            .filter(|feature| !cuts[*feature].is_empty() && random.f32() < growth.feature_share)
            .collect();
        let (tree, leaves) = grow(&columns, &cuts, &slopes, &features, growth);
        for (sum, leaf) in sums.iter_mut().zip(leaves) {
            *sum += tree.values[usize::from(leaf)];
        }
        trees.push(tree);
    }
    Model::new(trees, bias)
}

fn grow(
    columns: &[Column],
    cuts: &[Vec<f32>],
    slopes: &[(f32, f32)],
    features: &[usize],
    growth: Growth,
) -> (Tree, Vec<u8>) {
    let mut leaves = vec![0_u8; slopes.len()];
    let mut questions = Vec::new();
    let mut totals = leaf_sums(&leaves, slopes, 1);
    for depth in 0..growth.n_questions {
        let best = features
            .iter()
            .map(|feature| {
                (
                    best_cut(&columns[*feature], slopes, &leaves, &totals, growth.ridge),
                    *feature,
                )
            })
            .max_by(|a, b| a.0.0.total_cmp(&b.0.0));
        let Some(((_, bin), feature)) = best else {
            break;
        };
        let column = &columns[feature];
        let usual = u8::from(usize::from(column.usual) > bin) << depth;
        for leaf in &mut leaves {
            *leaf |= usual;
        }
        for (row, other) in &column.others {
            let leaf = &mut leaves[*row as usize];
            *leaf = *leaf & !(1 << depth) | u8::from(usize::from(*other) > bin) << depth;
        }
        questions.push(Question {
            feature,
            threshold: cuts[feature][bin],
        });
        totals = leaf_sums(&leaves, slopes, 2 << depth);
    }
    let values = totals
        .iter()
        .map(|(slope, curve)| growth.rate * slope / (curve + growth.ridge))
        .collect();
    (Tree { questions, values }, leaves)
}

fn leaf_sums(leaves: &[u8], slopes: &[(f32, f32)], n_leaves: usize) -> Vec<(f32, f32)> {
    let mut sums = vec![(0.0_f32, 0.0_f32); n_leaves];
    for (leaf, slope) in leaves.iter().zip(slopes) {
        let sum = &mut sums[usize::from(*leaf)];
        sum.0 += slope.0;
        sum.1 += slope.1;
    }
    sums
}

/// The best bin to split after, and the gain of the split over all leaves.
fn best_cut(
    column: &Column,
    slopes: &[(f32, f32)],
    leaves: &[u8],
    totals: &[(f32, f32)],
    ridge: f32,
) -> (f32, usize) {
    let mut sums = vec![[(0.0_f32, 0.0_f32); N_BINS]; totals.len()];
    for (row, bin) in &column.others {
        let row = *row as usize;
        let sum = &mut sums[usize::from(leaves[row])][usize::from(*bin)];
        sum.0 += slopes[row].0;
        sum.1 += slopes[row].1;
    }
    let mut gains = [0.0_f32; N_BINS];
    for (leaf, total) in sums.iter_mut().zip(totals) {
        let others = leaf
            .iter()
            .fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
        leaf[usize::from(column.usual)] = (total.0 - others.0, total.1 - others.1);
        let (slope, curve) = *total;
        let whole = slope * slope / (curve + ridge);
        let mut low = (0.0, 0.0);
        for (gain, one) in gains.iter_mut().zip(leaf) {
            low = (low.0 + one.0, low.1 + one.1);
            let high = (slope - low.0, curve - low.1);
            *gain += low.0 * low.0 / (low.1.max(0.0) + ridge)
                + high.0 * high.0 / (high.1.max(0.0) + ridge)
                - whole;
        }
    }
    let (bin, gain) = gains[..N_BINS - 1]
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .unwrap_or((0, &0.0));
    (*gain, bin)
}

/// Up to 63 thresholds between the values that occur, at equal shares of rows.
fn cuts(rows: &[&Row], feature: usize) -> Vec<f32> {
    let mut values: Vec<f32> = rows
        .iter()
        .step_by(1 + rows.len() / 20_000)
        .map(|row| row.features[feature])
        .collect();
    values.sort_by(f32::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    if distinct.len() > N_BINS - 1 {
        distinct = (1..N_BINS)
            .map(|at| values[at * (values.len() - 1) / N_BINS])
            .collect();
        distinct.dedup();
    }
    distinct
        .windows(2)
        .map(|pair| (pair[0] + pair[1]) / 2.0)
        .collect()
}
