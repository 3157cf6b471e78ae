//! Measures whether an article is one earlier article in other words, sentence by
//! sentence.

use crate::story::analysis::profile::Profile;
use crate::story::analysis::sketch::Sketch;
use crate::story::index::postings::{Once, Sentences};

/// The least similarity at which two sentences are aligned.
const ALIGNED: f32 = 0.35;
/// The least number of content words of a sentence that is aligned.
const MIN_WORDS: usize = 3;

/// How far the sentences of an article follow those of an earlier one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Alignment {
    /// The share of its sentences that are aligned with a sentence of the earlier
    /// article. Each earlier sentence is used once.
    pub share: f32,
    /// The share of the aligned sentences that keep the order of the earlier article.
    pub order: f32,
}

/// Aligns the sentences of an arriving article with those of `old`.
pub(crate) fn align(new: &Sentences, old: &Sketch, profile: &Profile) -> Alignment {
    let unknown = mean_idf(profile);
    let new_mass: Vec<f32> = new.iter().map(|places| mass(places, profile)).collect();
    let is_long = |at: usize| new.of(at).len() >= MIN_WORDS;
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    let mut once = Once::new(profile.terms.len());
    let mut common = vec![0.0_f32; new.len()];
    let mut touched: Vec<u16> = Vec::new();
    let mut shared: Vec<u16> = Vec::new();
    let mut n_old = 0;
    for (old_at, words) in old.outline.sentences().skip(1).enumerate() {
        n_old += 1;
        once.next();
        let mut n_known = 0;
        shared.clear();
        profile.places_of(words, &mut shared, |place| {
            n_known += 1;
            once.is_first(place)
        });
        let mut old_mass = unknown * (words.len() - n_known) as f32;
        for place in shared.iter().map(|&place| usize::from(place)) {
            let idf = profile.terms[place].idf;
            old_mass += idf;
            for &sentence in new.holders.of(place) {
                let common = &mut common[usize::from(sentence)];
                if *common == 0.0 {
                    touched.push(sentence);
                }
                *common += idf;
            }
        }
        for at in touched.drain(..).map(usize::from) {
            let common = std::mem::take(&mut common[at]);
            let likeness = 2.0 * common / (new_mass[at] + old_mass).max(f32::MIN_POSITIVE);
            if likeness >= ALIGNED && is_long(at) {
                pairs.push((likeness, at, old_at));
            }
        }
    }
    let n_sentences = (0..new.len()).filter(|&at| is_long(at)).count();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut new_used, mut old_used) = (vec![None; new.len()], vec![false; n_old]);
    for (_, at, old_at) in pairs {
        if new_used[at].is_none() && !old_used[old_at] {
            new_used[at] = Some(old_at);
            old_used[old_at] = true;
        }
    }
    let order: Vec<usize> = new_used.into_iter().flatten().collect();
    Alignment {
        share: order.len() as f32 / n_sentences.max(1) as f32,
        order: ascending(&order) as f32 / order.len().max(1) as f32,
    }
}

/// The total weight of a sentence's terms.
fn mass(places: &[u16], profile: &Profile) -> f32 {
    let terms = places
        .iter()
        .map(|&place| &profile.terms[usize::from(place)]);
    terms.map(|term| term.idf).sum()
}

fn mean_idf(profile: &Profile) -> f32 {
    profile.terms.iter().map(|term| term.idf).sum::<f32>() / profile.terms.len().max(1) as f32
}

/// The length of the longest ascending subsequence.
fn ascending(numbers: &[usize]) -> usize {
    let mut ends: Vec<usize> = Vec::new();
    for &number in numbers {
        let at = ends.partition_point(|&end| end < number);
        if at == ends.len() {
            ends.push(number);
        } else {
            ends[at] = number;
        }
    }
    ends.len()
}
