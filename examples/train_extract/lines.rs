//! Trains the line model for plain text on texts with a label for each line.
//!
//! ```text
//! cargo run --release --example train_extract -- lines [--model OUT.txt] [--predict DIR] FILE...
//! ```
//!
//! A FILE is `NAME.txt` with labelled dumps (`=== KEY lang=en`, then `X|line`: T
//! title, D standfirst, B L H text, Q E either, all else boilerplate), or
//! `NAME.jsonl` with `{"id", "site", "text", "labels"}`, a label (`body`,
//! `boiler`, `title`, `either`) for each line of the text. `--predict` writes
//! `DIR/NAME.jsonl`: what ten models, of which each has not seen a tenth of the
//! dumps and sites, make of that tenth; at several margins, `DIR/NAME+0.5.jsonl`.
//! The shipped model was trained on 63 invented dumps in 24 languages, and on
//! 608 news pages of which the article's text is known (the whole page's lines,
//! and those of the element that holds the article).

use super::{Growth, Result, Row, train};
use newsvane::extract::Options;
use newsvane::extract::training::{LineDocument, LineModel, Model, article_of_text};
use newsvane::model::Article;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

const N_FOLDS: u64 = 10;
/// The number of parts of the training texts. Each part is scored by a model that was
/// trained on the others, and the second pass learns from these scores.
const N_PARTS: u64 = 3;

const FIRST: Growth = Growth {
    n_trees: 150,
    n_questions: 5,
    rate: 0.1,
    ridge: 3.0,
    feature_share: 0.25,
    row_share: 0.7,
};
const SECOND: Growth = Growth {
    n_trees: 190,
    ..FIRST
};
const TITLE: Growth = Growth {
    n_trees: 70,
    n_questions: 4,
    ..FIRST
};

/// A line is kept unless the log odds against it are higher than this; and other limits
/// that are tried.
const KEPT: f32 = 0.4;
const TRIED: [f32; 6] = [-0.4, 0.0, 0.4, 0.8, 1.2, 1.6];

/// The weight of each line of a dump. Lines of text weigh more, because a lost line is
/// worse than a line of boilerplate that is left.
const DUMP_WEIGHT: f32 = 8.0;
const DUMP_TEXT: f32 = 2.0;
/// Up to this many lines, each line of a page has weight 1; the lines of longer pages
/// weigh less.
const PAGE_LINES: f32 = 150.0;

#[derive(Clone, Copy, PartialEq)]
enum Label {
    Body,
    Boiler,
    Title,
    Dek,
    Either,
}

struct Sample {
    file: String,
    id: String,
    text: String,
    fold: u64,
    part: u64,
    document: LineDocument,
    labels: Vec<Label>,
    weight: f32,
    is_dump: bool,
    has_head: bool,
    /// Whether it is one of the texts themselves, not a variant.
    is_original: bool,
    first: Vec<Vec<f32>>,
}

pub(super) fn main(args: impl Iterator<Item = String>) -> Result<()> {
    let (mut model_path, mut predict_path) = (None, None);
    let mut samples = Vec::new();
    let mut args = args;
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--model" => model_path = args.next().map(PathBuf::from),
            "--predict" => predict_path = args.next().map(PathBuf::from),
            file => read(Path::new(file), &mut samples)?,
        }
    }
    eprintln!(
        "{} texts, {} lines",
        samples.len(),
        samples
            .iter()
            .map(|sample| sample.labels.len())
            .sum::<usize>()
    );
    if let Some(dir) = predict_path {
        predict(&mut samples, &dir)?;
    }
    if let Some(path) = model_path {
        let all: Vec<usize> = (0..samples.len()).collect();
        let mut model = train_all(&mut samples, &all);
        model.second = model.second.stricter(-KEPT);
        std::fs::write(path, model.to_string())?;
    }
    Ok(())
}

// Reading.

fn read(path: &Path, samples: &mut Vec<Sample>) -> Result<()> {
    let content = std::fs::read_to_string(path)?;
    let file = path
        .file_stem()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    if path.extension().is_some_and(|extension| extension == "txt") {
        for (at, dump) in (0..).zip(content.split("\n=== ")) {
            add_dump(&file, at, dump, samples);
        }
    } else {
        for line in content.lines() {
            add_page(&file, &serde_json::from_str(line)?, samples);
        }
    }
    Ok(())
}

fn add_dump(file: &str, at: u64, dump: &str, samples: &mut Vec<Sample>) {
    let (head, rest) = dump.split_once('\n').unwrap_or((dump, ""));
    let id = head
        .trim_start_matches("=== ")
        .split(' ')
        .next()
        .unwrap_or_default();
    let mut lines = Vec::new();
    for line in rest.lines() {
        let label = match line.chars().next() {
            Some('#') if lines.is_empty() => continue,
            Some('T') => Label::Title,
            Some('D') => Label::Dek,
            Some('B' | 'L' | 'H') => Label::Body,
            Some('Q' | 'E') => Label::Either,
            _ => Label::Boiler,
        };
        let text = line.get(2..).unwrap_or_default().replace('\u{a6}', "");
        lines.push((label, text));
    }
    let sample = Source {
        file,
        id,
        fold: at % N_FOLDS,
        weight: DUMP_WEIGHT,
        is_dump: true,
    };
    sample.add(&lines, true, true, samples);
    // Texts that are clean or nearly so are added too, because the model must not remove
    // anything from them.
    let is_text = |label| matches!(label, Label::Body | Label::Either | Label::Dek);
    let clean: Vec<_> = lines
        .iter()
        .filter(|(label, text)| is_text(*label) || text.is_empty())
        .cloned()
        .collect();
    let sample = Source {
        weight: 0.3 * DUMP_WEIGHT,
        ..sample
    };
    sample.add(&clean, false, false, samples);
    let mut random = fastrand::Rng::with_seed(at);
    for share in [0.3, 0.7] {
        let fewer: Vec<_> = lines
            .iter()
            .filter(|(label, _)| *label != Label::Boiler || random.f32() < share)
            .cloned()
            .collect();
        sample.add(&fewer, true, false, samples);
    }
    let spread: Vec<_> = lines
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .flat_map(|line| [line.clone(), (Label::Either, String::new())])
        .collect();
    sample.add(&spread, true, false, samples);
}

struct Source<'a> {
    file: &'a str,
    id: &'a str,
    fold: u64,
    weight: f32,
    is_dump: bool,
}

impl Source<'_> {
    fn add(
        &self,
        lines: &[(Label, String)],
        has_head: bool,
        is_original: bool,
        samples: &mut Vec<Sample>,
    ) {
        let text: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        let text = text.join("\n");
        let mut document = LineDocument::of(&text, has_head);
        let labels: Vec<Label> = lines
            .iter()
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(label, _)| *label)
            .collect();
        if labels.len() != document.texts.len() {
            eprintln!(
                "{}: {} lines, {} labels",
                self.id,
                document.texts.len(),
                labels.len()
            );
            return;
        }
        if let Some(at) = labels.iter().position(|label| *label == Label::Title) {
            let title = document.texts[at].clone();
            document.set_title(&title);
        }
        samples.push(Sample {
            file: self.file.to_owned(),
            id: self.id.to_owned(),
            fold: self.fold,
            part: hash(self.id) % N_PARTS,
            first: document.first_look(),
            document,
            text,
            labels,
            weight: self.weight,
            is_dump: self.is_dump,
            has_head,
            is_original,
        });
    }
}

fn add_page(file: &str, page: &Value, samples: &mut Vec<Sample>) {
    let field = |name: &str| page[name].as_str().unwrap_or_default();
    let label = |label: &Value| match label.as_str() {
        Some("body") => Label::Body,
        Some("boiler") => Label::Boiler,
        Some("title") => Label::Title,
        _ => Label::Either,
    };
    let labels = page["labels"].as_array().into_iter().flatten().map(label);
    // Lines without a visible letter are dropped when a text is read, so their labels are
    // dropped too.
    let lines: Vec<_> = labels
        .zip(field("text").split('\n').map(str::to_owned))
        .filter(|(_, text)| {
            text.chars()
                .any(|c| !c.is_whitespace() && !c.is_control() && !is_mark(c))
        })
        .collect();
    let site = if field("site").is_empty() {
        field("id")
    } else {
        field("site")
    };
    let n_labelled = lines
        .iter()
        .filter(|(label, _)| *label != Label::Either)
        .count();
    let source = Source {
        file,
        id: field("id"),
        fold: hash(site) % N_FOLDS,
        weight: (PAGE_LINES / n_labelled.max(1) as f32).sqrt().min(1.5),
        is_dump: false,
    };
    source.add(&lines, true, true, samples);
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}')
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

// Training.

fn train_all(samples: &mut [Sample], chosen: &[usize]) -> LineModel {
    let first = train_lines(samples, chosen, FIRST, |sample| &sample.first);
    let mut scores: HashMap<usize, Vec<f32>> = HashMap::new();
    for part in 0..N_PARTS {
        let (of_part, others): (Vec<usize>, Vec<usize>) =
            chosen.iter().partition(|at| samples[**at].part == part);
        let model = train_lines(samples, &others, FIRST, |sample| &sample.first);
        for at in of_part {
            let scored = samples[at].first.iter().map(|row| model.sum(row)).collect();
            scores.insert(at, scored);
        }
    }
    let rows: HashMap<usize, Vec<Vec<f32>>> = scores
        .iter()
        .map(|(at, scores)| (*at, samples[*at].document.second_look(scores)))
        .collect();
    let second = train_rows(samples, chosen, SECOND, |at, _| &rows[&at]);
    let title = train_title(samples, chosen);
    LineModel {
        title,
        first,
        second,
    }
}

fn train_lines(
    samples: &[Sample],
    chosen: &[usize],
    growth: Growth,
    rows: impl Fn(&Sample) -> &Vec<Vec<f32>>,
) -> Model {
    train_rows(samples, chosen, growth, |_, sample| rows(sample))
}

fn train_rows<'s>(
    samples: &'s [Sample],
    chosen: &[usize],
    growth: Growth,
    rows_of: impl Fn(usize, &'s Sample) -> &'s Vec<Vec<f32>>,
) -> Model {
    let mut rows = Vec::new();
    for at in chosen {
        let sample = &samples[*at];
        for (features, label) in rows_of(*at, sample).iter().zip(&sample.labels) {
            let text = if sample.is_dump { DUMP_TEXT } else { 1.0 };
            let (label, weight) = match label {
                Label::Body => (1.0, text),
                Label::Dek => (1.0, 0.5 * text),
                Label::Boiler => (0.0, 1.0),
                Label::Title | Label::Either => continue,
            };
            rows.push(Row {
                features: features.clone(),
                label,
                weight: weight * sample.weight,
            });
        }
    }
    let rows: Vec<&Row> = rows.iter().collect();
    train(&rows, growth)
}

/// Trains the headline model. Pages without a headline are examples as well, with no line
/// as the headline: otherwise the model would take a line of the text.
fn train_title(samples: &[Sample], chosen: &[usize]) -> Model {
    let mut rows = Vec::new();
    for at in chosen {
        let sample = &samples[*at];
        let title_at = sample
            .labels
            .iter()
            .position(|label| *label == Label::Title);
        let title = title_at.map_or("", |at| sample.document.texts[at].as_str());
        let mut document = LineDocument::of(&sample.text, sample.has_head);
        document.set_title("");
        let weight = if sample.is_dump { 3.0 } else { 1.0 };
        let n_lines = sample.labels.len().min(title_at.unwrap_or(0) + 40);
        for (at, features) in document.first_look().into_iter().take(n_lines).enumerate() {
            let is_title = sample.labels[at] == Label::Title;
            if !is_title && sample.document.texts[at] == title {
                continue;
            }
            rows.push(Row {
                features,
                label: f32::from(u8::from(is_title)),
                weight: weight * if is_title { 1.0 } else { 0.5 },
            });
        }
    }
    let rows: Vec<&Row> = rows.iter().collect();
    train(&rows, TITLE)
}

// Cross-check.

fn predict(samples: &mut [Sample], dir: &Path) -> Result<()> {
    std::fs::create_dir_all(dir)?;
    let mut outputs: HashMap<(String, usize), Vec<String>> = HashMap::new();
    for fold in 0..N_FOLDS {
        let chosen: Vec<usize> = (0..samples.len())
            .filter(|at| samples[*at].fold != fold)
            .collect();
        let model = train_all(samples, &chosen);
        for sample in samples
            .iter()
            .filter(|sample| sample.fold == fold && sample.is_original)
        {
            for (at, kept) in TRIED.iter().enumerate() {
                let mut model = model.clone();
                model.second = model.second.stricter(-kept);
                let article = article_of_text(&sample.text, &Options::default(), &model);
                outputs
                    .entry((sample.file.clone(), at))
                    .or_default()
                    .push(answer(&sample.id, &article));
            }
        }
        eprintln!("fold {fold}");
    }
    for ((file, at), lines) in outputs {
        let kept = TRIED[at];
        let mut out = std::fs::File::create(dir.join(format!("{file}+{kept}.jsonl")))?;
        out.write_all(lines.join("\n").as_bytes())?;
    }
    Ok(())
}

/// As `newsvane extract --jsonl` prints it.
fn answer(id: &str, article: &Article) -> String {
    let offset = article
        .utc_offset_s
        .and_then(|seconds| jiff::tz::Offset::from_seconds(seconds).ok());
    let published = article.published.map(|published| match offset {
        Some(offset) => published.display_with_offset(offset).to_string(),
        None => published.to_string(),
    });
    json!({
        "id": id, "ok": true, "title": article.title, "dek": article.dek, "author": article.author,
        "published": published, "text": article.text(), "removed": article.removed,
    })
    .to_string()
}
