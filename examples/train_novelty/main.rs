//! Trains the models of new sentences and of kinds, and prints them as
//! `src/story/novelty/constants.rs`.
//!
//! `train_novelty [--folds N] DIR... > constants.rs`; each folder holds `in.jsonl`, articles as
//! `newsvane replay` reads them in the order of their arrival; `sents.jsonl`, of each
//! sentence its article, its text and whether it is `novel`; and `gold.jsonl`, of each
//! article its story and kind. A set without kinds has the stories in `in.jsonl` and
//! teaches sentences only.
//!
//! With `--folds`, each story is judged by models that did not learn from it: once
//! within stories as they should be, once within stories as they are found.

mod boost;
mod data;
mod score;
mod variants;

use boost::{Example, Fit};
use data::{Set, labels};
use newsvane::model::{ArticleId, CoverageKind, StoryId};
use newsvane::story::{NoveltyModel, Seen, Settings, Stories, Tree, Trees};
use score::Score;
use std::collections::{BTreeMap, HashMap};

/// The number of parts of the training data. The models of kinds learn from the
/// probabilities of the sentence model, so each part is scored by a sentence model that
/// was trained on the others.
const N_PARTS: u64 = 5;

const SENTENCE: Fit = Fit {
    n_trees: 150,
    rate: 0.08,
    smooth: 8.0,
    min_weight: 6.0,
    share: 0.5,
};
const KIND: Fit = Fit {
    n_trees: 70,
    rate: 0.08,
    smooth: 6.0,
    min_weight: 4.0,
    share: 0.4,
};

fn main() -> anyhow::Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mut n_folds = 0;
    if let Some(at) = args.iter().position(|arg| arg == "--folds") {
        n_folds = args.get(at + 1).and_then(|n| n.parse().ok()).unwrap_or(10);
        args.drain(at..(at + 2).min(args.len()));
    }
    let sets = args
        .iter()
        .map(|folder| Set::read(folder.as_ref()))
        .collect::<anyhow::Result<Vec<Set>>>()?;
    if n_folds > 0 {
        cross_validate(&sets, n_folds);
        return Ok(());
    }
    let model = learn(&sets, &|_| true);
    print_constants(&model);
    Ok(())
}

/// The part that a story belongs to; stories are spread evenly by a hash.
fn part_of(story: &str, seed: u64, n: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(story.as_bytes(), seed) % n
}

fn cross_validate(sets: &[Set], n_folds: u64) {
    let mut found: BTreeMap<(String, &str), Score> = BTreeMap::new();
    for held in 0..n_folds {
        let is_held = |story: &str| part_of(story, 1, n_folds) == held;
        let model = learn(sets, &|story| !is_held(story));
        for set in sets {
            for (how, is_known) in [("known stories", true), ("own stories", false)] {
                let score = judge(set, &model, is_known, &is_held);
                found.entry((set.name.clone(), how)).or_default().add(score);
            }
        }
    }
    for ((name, how), score) in found {
        println!("-- {name}, {how}\n{score}");
    }
}

/// What the models make of the articles of the stories that are held out.
fn judge(set: &Set, model: &NoveltyModel, is_known: bool, is_held: &dyn Fn(&str) -> bool) -> Score {
    let mut stories = Stories::new(Settings {
        novelty: model.clone(),
        ..Settings::default()
    });
    let mut score = Score::default();
    let numbers = set.numbers();
    for (at, article) in set.articles.iter().enumerate() {
        let incoming = article.incoming(at);
        let number = numbers[&*article.story];
        let plan = if is_known {
            stories.plan_in(&incoming, number)
        } else {
            stories.plan(&incoming)
        };
        if is_held(&article.story) {
            score.count(set, article, &plan);
        }
        if is_known {
            let kind = Set::kind(article, &plan);
            stories.restore(&incoming, number, kind);
        } else {
            stories.apply(&incoming, &plan);
        }
    }
    score
}

/// The features and labels of an article.
struct Look {
    seen: Seen,
    /// How new each sentence is, where that is known.
    labels: Vec<Option<f32>>,
    /// `None`: it teaches no kind.
    kind: Option<CoverageKind>,
    /// Whether it is a made variant of an article.
    is_made: bool,
    weight: f32,
}

/// The features and labels of the articles of the wanted stories, and of the variants
/// made of them.
fn look(set: &Set, model: &NoveltyModel, is_wanted: &dyn Fn(&str) -> bool) -> Vec<Look> {
    let mut stories = Stories::new(Settings {
        novelty: model.clone(),
        ..Settings::default()
    });
    let numbers = set.numbers();
    let mut earlier: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut looks = Vec::new();
    for (at, article) in set.articles.iter().enumerate() {
        let incoming = article.incoming(at);
        let number: StoryId = numbers[&*article.story];
        let plan = stories.plan_in(&incoming, number);
        let kind = Set::kind(article, &plan);
        let earlier = earlier.entry(&article.story).or_default();
        if is_wanted(&article.story) {
            if let Some(seen) = stories.seen(&incoming, number) {
                let spans = seen.sentences.iter();
                let spans = spans.map(|(span, _)| &article.text[span.clone()]);
                looks.push(Look {
                    labels: labels(set.sentences_of(&article.id), spans),
                    seen,
                    kind: article.kind,
                    is_made: false,
                    weight: 1.0,
                });
            }
            if set.has_kinds {
                looks.extend(look_at_variants(set, &stories, at, number, earlier));
            }
        }
        if kind != CoverageKind::Duplicate {
            earlier.push(at);
        }
        stories.restore(&incoming, number, kind);
    }
    looks
}

fn look_at_variants(
    set: &Set,
    stories: &Stories,
    at: usize,
    number: StoryId,
    earlier: &[usize],
) -> Vec<Look> {
    let made = variants::variants(set, at, earlier).into_iter();
    let looks = made.filter_map(|variant| {
        let seen = stories.seen(&set.articles[at].made(at, &variant), number)?;
        let new: Vec<String> = variant.new.iter().map(|new| data::plain(new)).collect();
        let label = |span: &std::ops::Range<usize>| {
            let sentence = data::plain(&variant.text[span.clone()]);
            f32::from(new.iter().any(|new| data::is_same(new, &sentence)))
        };
        Some(Look {
            labels: seen
                .sentences
                .iter()
                .map(|(span, _)| Some(label(span)))
                .collect(),
            seen,
            kind: Some(if variant.is_news {
                CoverageKind::Development
            } else {
                CoverageKind::Duplicate
            }),
            is_made: true,
            weight: variants::WEIGHT,
        })
    });
    looks.collect()
}

fn learn(sets: &[Set], is_learnt: &dyn Fn(&str) -> bool) -> NoveltyModel {
    let mut model = NoveltyModel::untaught();
    let (mut development, mut rewrite) = (Vec::new(), Vec::new());
    for part in 0..N_PARTS {
        let in_part = |story: &str| part_of(story, 2, N_PARTS) == part;
        model.sentence = learn_sentences(sets, &|story| is_learnt(story) && !in_part(story));
        for set in sets.iter().filter(|set| set.has_kinds) {
            let wanted = |story: &str| is_learnt(story) && in_part(story);
            for look in look(set, &model, &wanted) {
                add_kind(&look, &mut development, &mut rewrite);
            }
        }
    }
    model.development = KIND.fit(&development);
    model.rewrite = KIND.fit(&rewrite);
    model.sentence = learn_sentences(sets, is_learnt);
    model
}

fn add_kind(look: &Look, development: &mut Vec<Example>, rewrite: &mut Vec<Example>) {
    let features = look.seen.article.to_vec();
    let example = |label: f32| Example {
        features: features.clone(),
        label,
        weight: match look.is_made {
            true if label > 0.5 => variants::NEWS_WEIGHT,
            true => variants::KNOWN_WEIGHT,
            false => 1.0,
        },
    };
    match look.kind {
        Some(CoverageKind::Development) => development.push(example(1.0)),
        Some(CoverageKind::Independent) => {
            development.push(example(0.0));
            rewrite.push(example(0.0));
        }
        Some(CoverageKind::Rewrite) => {
            development.push(example(0.0));
            rewrite.push(example(1.0));
        }
        Some(CoverageKind::Duplicate) => development.push(example(0.0)),
        Some(CoverageKind::First | CoverageKind::Revision) | None => {}
    }
}

fn learn_sentences(sets: &[Set], is_learnt: &dyn Fn(&str) -> bool) -> Trees {
    let untaught = NoveltyModel::untaught();
    let mut examples = Vec::new();
    for look in sets.iter().flat_map(|set| look(set, &untaught, is_learnt)) {
        for ((_, features), label) in look.seen.sentences.iter().zip(look.labels) {
            if let Some(label) = label {
                examples.push(Example {
                    features: features.to_vec(),
                    label,
                    weight: look.weight,
                });
            }
        }
    }
    SENTENCE.fit(&examples)
}

fn print_constants(model: &NoveltyModel) {
    println!(
        "//! Learnt by `examples/train_novelty` from invented and real stories in twelve\n//! languages; not to be changed by hand.\n\nuse crate::story::trees::{{Tree, Trees}};\nuse std::borrow::Cow;\n"
    );
    let models = [
        ("SENTENCE", "Whether a sentence is new.", &model.sentence),
        (
            "DEVELOPMENT",
            "Whether an article brings news.",
            &model.development,
        ),
        (
            "REWRITE",
            "Whether an article is a rewrite.",
            &model.rewrite,
        ),
    ];
    for (name, what, trees) in models {
        println!(
            "/// {what}\npub(super) const {name}: Trees = Trees {{\n    bias: {:.4},\n    trees: Cow::Borrowed({name}_TREES),\n}};",
            trees.bias
        );
        println!("#[rustfmt::skip]\nconst {name}_TREES: &[Tree] = &[");
        for Tree { splits, leaves } in trees.trees.iter() {
            let splits = splits.map(|(feature, limit)| format!("({feature}, {limit:?})"));
            let leaves = leaves.map(|leaf| format!("{leaf:.4}"));
            println!(
                "    Tree {{ splits: [{}], leaves: [{}] }},",
                splits.join(", "),
                leaves.join(", ")
            );
        }
        println!("];\n");
    }
}

/// The number of an article.
fn id(at: usize) -> ArticleId {
    ArticleId(at as i64)
}
