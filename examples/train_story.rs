//! Learns the judge of `story` from a folder of labelled articles and prints
//! `src/story/assign/constants.rs`.
//!
//! ```text
//! train_story DIR             learn on all of it
//! train_story DIR --prior     instead print `src/story/index/prior.txt`
//! train_story DIR --folds 5   and say how well that carries over to stories not learnt from
//! train_story DIR --left-out  instead say how well it carries over to each set not learnt from
//! train_story DIR --shipped   instead say how well the shipped model does
//! ```
//!
//! `DIR` holds `*.jsonl` files, one article a line: `id`, `story`, `outlet`,
//! `url`, `title`, `text`, `ts`, and `ts_mix` for the stream of all files together.

#[path = "train_novelty/boost.rs"]
mod boost;

use anyhow::Context as _;
use jiff::Timestamp;
use newsvane::model::{ArticleId, CoverageKind, StoryId};
use newsvane::story::{Features, Incoming, Model, Settings, Stories, Tree, Trees};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

#[derive(Clone, Deserialize)]
struct Labelled {
    id: String,
    story: String,
    outlet: Option<String>,
    url: Option<String>,
    title: Option<String>,
    text: String,
    ts: String,
    ts_mix: Option<String>,
    language: Option<String>,
}

/// Articles in the order of arrival.
struct Stream {
    name: String,
    articles: Vec<(Timestamp, Labelled)>,
}

/// The settings of the training.
const FIT: boost::Fit = boost::Fit {
    n_trees: 200,
    rate: 0.07,
    smooth: 8.0,
    min_weight: 12.0,
    share: 0.4,
};

/// See [`Model::caution`]; chosen in the middle of 2 to 5, which do equally well.
const CAUTION: f32 = 4.0;

/// [`Model::threshold`] of the shipped model, and the one at which it learns from its
/// own mistakes: with more of them it learns more. Chosen by cross-validation.
const THRESHOLD: f32 = 0.38;
const LEARNING_THRESHOLD: f32 = 0.33;

/// The stream of all files together.
const MIX: &str = "mix";

/// A story that an article could have joined, and how far that would have been right.
struct Example {
    features: Features,
    /// The share of the story's articles that are on the article's own event.
    belongs: f64,
    weight: f64,
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let dir = args.first().context("usage: train_story DIR [--folds N]")?;
    let streams = read(Path::new(dir))?;
    if args.iter().any(|arg| arg == "--prior") {
        print_prior(&streams);
        return Ok(());
    }
    if args.iter().any(|arg| arg == "--shipped") {
        for stream in &streams {
            report(
                "shipped",
                &stream.name,
                bcubed(stream, &Model::default(), &|_| true),
            );
        }
        return Ok(());
    }
    if let Some(at) = args.iter().position(|arg| arg == "--left-out") {
        leave_out(&streams, args.get(at + 1).map(String::as_str));
        return Ok(());
    }
    if let Some(at) = args.iter().position(|arg| arg == "--folds") {
        let n_folds: u64 = args
            .get(at + 1)
            .context("--folds needs a number")?
            .parse()?;
        cross_validate(&streams, n_folds);
    }
    let model = learn(&streams, &|_| true);
    for stream in &streams {
        report("all", &stream.name, bcubed(stream, &model, &|_| true));
    }
    print_constants(&model);
    Ok(())
}

fn read(dir: &Path) -> anyhow::Result<Vec<Stream>> {
    let mut streams = Vec::new();
    let mut mixed = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(dir)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    for file in files {
        let mut articles = Vec::new();
        for line in std::fs::read_to_string(&file)?.lines() {
            // A file whose lines are not labelled articles is left out: the folder may
            // have other files.
            let Ok(labelled) = serde_json::from_str::<Labelled>(line) else {
                break;
            };
            if let Some(ts_mix) = &labelled.ts_mix {
                mixed.push((time(ts_mix)?, labelled.clone()));
            }
            articles.push((time(&labelled.ts)?, labelled));
        }
        if !articles.is_empty() {
            let name = file
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            streams.push(Stream { name, articles });
        }
    }
    streams.push(Stream {
        name: MIX.into(),
        articles: mixed,
    });
    for stream in &mut streams {
        stream
            .articles
            .sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    }
    Ok(streams)
}

fn time(ts: &str) -> anyhow::Result<Timestamp> {
    format!("{}Z", ts.trim_end_matches('Z'))
        .parse()
        .with_context(|| format!("no time: {ts}"))
}

fn incoming(at: usize, time: Timestamp, article: &Labelled) -> Incoming<'_> {
    Incoming {
        id: ArticleId(at as i64),
        url: article.url.as_deref(),
        source: article.outlet.as_deref().unwrap_or_default(),
        title: article.title.as_deref().unwrap_or_default(),
        dek: "",
        text: &article.text,
        language: article.language.as_deref(),
        at: time,
        same_as: None,
    }
}

/// Trains first on the labelled stories, then on the stories that the model itself makes,
/// so that it learns to cope with its own mistakes.
fn learn(streams: &[Stream], is_learnt: &dyn Fn(&str) -> bool) -> Model {
    let mut examples = Vec::new();
    for stream in streams {
        true_examples(stream, is_learnt, &mut examples);
    }
    let mut model = fit(&examples);
    for _ in 0..2 {
        for stream in streams {
            own_examples(stream, is_learnt, &model, &mut examples);
        }
        model = fit(&examples);
    }
    model.threshold = THRESHOLD;
    model.caution = CAUTION;
    model
}

fn true_examples(stream: &Stream, is_learnt: &dyn Fn(&str) -> bool, examples: &mut Vec<Example>) {
    // The shipped model is not used: the result would depend on the previous training.
    let mut stories = Stories::new(Settings {
        model: untaught(),
        ..Settings::default()
    });
    let mut numbers: HashMap<&str, i64> = HashMap::new();
    for (at, (time, article)) in stream.articles.iter().enumerate() {
        if !is_learnt(&article.story) {
            continue;
        }
        let n_stories = numbers.len() as i64;
        let story = *numbers.entry(&article.story).or_insert(n_stories + 1);
        let incoming = incoming(at, *time, article);
        let plan = stories.plan(&incoming);
        if plan.kind != CoverageKind::Duplicate {
            let opening = opening(numbers.len() as i64 > n_stories);
            for candidate in stories.candidates(&incoming) {
                examples.push(Example {
                    features: candidate.features,
                    belongs: if candidate.story == StoryId(story) {
                        1.0
                    } else {
                        0.0
                    },
                    weight: weight(stream) * opening,
                });
            }
        }
        stories.restore(&incoming, StoryId(story), plan.kind);
    }
}

fn own_examples(
    stream: &Stream,
    is_learnt: &dyn Fn(&str) -> bool,
    model: &Model,
    examples: &mut Vec<Example>,
) {
    let mut stories = Stories::new(Settings {
        model: model.clone(),
        ..Settings::default()
    });
    let mut members: HashMap<StoryId, BTreeMap<&str, u32>> = HashMap::new();
    for (at, (time, article)) in stream.articles.iter().enumerate() {
        if !is_learnt(&article.story) {
            continue;
        }
        let incoming = incoming(at, *time, article);
        let plan = stories.plan(&incoming);
        if plan.kind != CoverageKind::Duplicate {
            let is_first = |members: &BTreeMap<&str, u32>| !members.contains_key(&*article.story);
            let opening = opening(members.values().all(is_first));
            for candidate in stories.candidates(&incoming) {
                let members = &members[&candidate.story];
                let n_own = members.get(article.story.as_str()).copied().unwrap_or(0);
                let n_all: u32 = members.values().sum();
                examples.push(Example {
                    features: candidate.features,
                    belongs: f64::from(n_own) / f64::from(n_all.max(1)),
                    weight: weight(stream) * opening,
                });
            }
        }
        *members
            .entry(plan.story)
            .or_default()
            .entry(&article.story)
            .or_default() += 1;
        stories.apply(&incoming, &plan);
    }
}

/// The weight of a stream: half of the total is shared equally by the streams, half by
/// their size.
fn weight(stream: &Stream) -> f64 {
    (1000.0 / stream.articles.len() as f64).sqrt()
}

/// How much more the first article of a story weighs: if it joins a wrong story, all
/// later ones follow it.
fn opening(opens: bool) -> f64 {
    if opens { 3.0 } else { 1.0 }
}

/// A model without training.
fn untaught() -> Model {
    Model {
        trees: Trees::untaught(),
        // Chosen once, by cross-validation.
        threshold: LEARNING_THRESHOLD,
        gravity: 1.0,
        // No caution while learning, so that every article counts the same.
        caution: 0.0,
    }
}

fn fit(examples: &[Example]) -> Model {
    let examples: Vec<boost::Example> = examples
        .iter()
        .map(|example| boost::Example {
            features: example.features.to_vec(),
            label: example.belongs as f32,
            weight: example.weight as f32,
        })
        .collect();
    Model {
        trees: FIT.fit(&examples),
        ..untaught()
    }
}

/// BCubed precision and recall of the stories the model makes of a whole
/// stream, summed over the articles of the stories that `is_held`, and how many these are.
fn bcubed(stream: &Stream, model: &Model, is_held: &dyn Fn(&str) -> bool) -> [f64; 3] {
    let mut stories = Stories::new(Settings {
        model: model.clone(),
        ..Settings::default()
    });
    let mut joint: BTreeMap<(&str, StoryId), f64> = BTreeMap::new();
    let mut gold: HashMap<&str, f64> = HashMap::new();
    let mut made: HashMap<StoryId, f64> = HashMap::new();
    for (at, (time, article)) in stream.articles.iter().enumerate() {
        let incoming = incoming(at, *time, article);
        let plan = stories.plan(&incoming);
        stories.apply(&incoming, &plan);
        *joint.entry((&article.story, plan.story)).or_default() += 1.0;
        *gold.entry(&article.story).or_default() += 1.0;
        *made.entry(plan.story).or_default() += 1.0;
    }
    let mut sums = [0.0; 3];
    for ((story, number), n_both) in joint.iter().filter(|((story, _), _)| is_held(story)) {
        sums[0] += n_both * n_both / made[number];
        sums[1] += n_both * n_both / gold[story];
        sums[2] += n_both;
    }
    sums
}

fn report(what: &str, name: &str, [precision, recall, n]: [f64; 3]) {
    let (precision, recall) = (precision / n, recall / n);
    let f1 = 2.0 * precision * recall / (precision + recall);
    eprintln!("{what:8} {name:14} P {precision:.4} R {recall:.4} F1 {f1:.4}");
}

/// Each story is judged within the whole stream by a model that did not learn
/// from it; each set's stories are spread evenly over the folds.
fn cross_validate(streams: &[Stream], n_folds: u64) {
    let mut folds: HashMap<&str, u64> = HashMap::new();
    for stream in streams {
        let names = stream.articles.iter().map(|(_, article)| &*article.story);
        let names: BTreeMap<u64, &str> = names
            .map(|name| (xxhash_rust::xxh3::xxh3_64(name.as_bytes()), name))
            .collect();
        folds.extend(names.values().copied().zip((0..n_folds).cycle()));
    }
    eprintln!("{} stories", folds.len());
    let mut sums: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    for held in 0..n_folds {
        let model = learn(streams, &|story| folds[story] != held);
        for stream in streams {
            let found = bcubed(stream, &model, &|story| folds[story] == held);
            let sums = sums.entry(&stream.name).or_default();
            for (sum, found) in sums.iter_mut().zip(found) {
                *sum += found;
            }
        }
    }
    for (name, sums) in sums {
        report("held out", name, sums);
    }
}

/// Each set, or the one named `only`, is placed by a model that saw nothing of it.
fn leave_out(streams: &[Stream], only: Option<&str>) {
    let sets = streams.iter().filter(|stream| stream.name != MIX);
    for held in sets.filter(|stream| only.is_none_or(|only| stream.name == only)) {
        let is_held: BTreeSet<&str> = held.articles.iter().map(|(_, a)| &*a.story).collect();
        let model = learn(streams, &|story| !is_held.contains(story));
        report("left out", &held.name, bcubed(held, &model, &|_| true));
    }
}

fn print_constants(model: &Model) {
    println!(
        "//! Learnt by `examples/train_story.rs` from invented and real stories; not to be\n//! changed by hand.\n\nuse crate::story::assign::model::Model;\nuse crate::story::trees::{{Tree, Trees}};\nuse std::borrow::Cow;\n"
    );
    println!(
        "/// The shipped model.\npub(crate) const MODEL: Model = Model {{\n    trees: Trees {{\n        bias: {:?},\n        trees: Cow::Borrowed(TREES),\n    }},\n    threshold: {:?},\n    gravity: {:?},\n    caution: {:?},\n}};\n",
        model.trees.bias, model.threshold, model.gravity, model.caution
    );
    println!("#[rustfmt::skip]\nconst TREES: &[Tree] = &[");
    for Tree { splits, leaves } in model.trees.trees.iter() {
        let splits = splits.map(|(feature, limit)| format!("({feature}, {limit:?})"));
        let leaves = leaves.map(|leaf| format!("{leaf:.4}"));
        println!(
            "    Tree {{ splits: [{}], leaves: [{}] }},",
            splits.join(", "),
            leaves.join(", ")
        );
    }
    println!("];");
}

/// How many stories in a thousand hold a word's stem, for the common ones. Every
/// story counts once, so that no event's own words become common.
fn print_prior(streams: &[Stream]) {
    let mix = &streams[streams.len() - 1];
    let mut sizes: HashMap<&str, f64> = HashMap::new();
    for (_, article) in &mix.articles {
        *sizes.entry(&article.story).or_default() += 1.0;
    }
    let mut shares: BTreeMap<String, (f64, BTreeSet<&str>)> = BTreeMap::new();
    for (_, article) in &mix.articles {
        let words: BTreeSet<String> = article
            .text
            .split(|c: char| !c.is_alphanumeric())
            .map(stem)
            .collect();
        for word in words {
            let share = shares.entry(word).or_default();
            share.0 += 1000.0 / sizes[article.story.as_str()] / sizes.len() as f64;
            share.1.insert(&article.story);
        }
    }
    let mut classes: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for (word, (share, stories)) in &shares {
        if word.len() > 1
            && stories.len() >= 6
            && *share >= 8.0
            && !word.starts_with(|c: char| c.is_ascii_digit())
        {
            let class = (share.log2() * 2.0).round() / 2.0;
            classes
                .entry(class.exp2().round() as u32)
                .or_default()
                .push(word);
        }
    }
    for (share, words) in classes.iter().rev() {
        println!("{share} {}", words.join(" "));
    }
}

/// As `src/story/analysis/mod.rs` shortens words.
fn stem(word: &str) -> String {
    let stem: String = word.to_lowercase().chars().take(5).collect();
    match stem.strip_suffix('s') {
        Some(singular) if stem.len() > 3 && stem.is_ascii() && !singular.ends_with('s') => {
            singular.into()
        }
        _ => stem,
    }
}
