//! Whether an article tells the sentences of one earlier article in other words.

use super::profile::Profile;
use super::sketch::Sketch;

/// Least likeness at which two sentences say the same.
const ALIGNED: f32 = 0.35;
/// Content words a sentence needs to be aligned.
const MIN_WORDS: usize = 3;

/// How an article follows an earlier one, sentence by sentence.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Alignment {
    /// The share of its sentences that say what one of the earlier's says, each
    /// sentence used once.
    pub share: f32,
    /// The share of those that stand in the earlier's order.
    pub order: f32,
    /// Sentences that could be aligned.
    pub n_sentences: usize,
}

/// Aligns the sentences of an arriving article (each the places of its terms)
/// with those of `old`.
pub(super) fn align(new: &[Vec<usize>], old: &Sketch, profile: &Profile) -> Alignment {
    let unknown = mean_idf(profile);
    let old: Vec<(Vec<usize>, f32)> = old
        .sentences()
        .skip(1)
        .map(|words| {
            let mut places: Vec<usize> = words
                .iter()
                .filter_map(|&word| profile.place(word))
                .collect();
            let n_unknown = words.len() - places.len();
            places.sort_unstable();
            places.dedup();
            let mass = mass(&places, profile) + n_unknown as f32 * unknown;
            (places, mass)
        })
        .collect();
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    let mut n_sentences = 0;
    for (at, sentence) in new
        .iter()
        .enumerate()
        .filter(|(_, sentence)| sentence.len() >= MIN_WORDS)
    {
        n_sentences += 1;
        let new_mass = mass(sentence, profile);
        for (old_at, (places, old_mass)) in old.iter().enumerate() {
            let common: f32 = sentence
                .iter()
                .filter(|place| places.binary_search(place).is_ok())
                .map(|&place| profile.terms[place].idf)
                .sum();
            let likeness = 2.0 * common / (new_mass + old_mass).max(f32::MIN_POSITIVE);
            if likeness >= ALIGNED {
                pairs.push((likeness, at, old_at));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut new_used, mut old_used) = (vec![None; new.len()], vec![false; old.len()]);
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
        n_sentences,
    }
}

/// Weight of a sentence's terms.
pub(super) fn mass(places: &[usize], profile: &Profile) -> f32 {
    places.iter().map(|&place| profile.terms[place].idf).sum()
}

fn mean_idf(profile: &Profile) -> f32 {
    profile.terms.iter().map(|term| term.idf).sum::<f32>() / profile.terms.len().max(1) as f32
}

/// Length of the longest ascending subsequence.
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
