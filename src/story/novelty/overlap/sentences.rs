//! Measures how far the sentences of earlier articles cover each sentence of an arriving
//! one.

use crate::story::analysis::profile::{Profile, Term};
use crate::story::analysis::sketch::Sketch;
use crate::story::analysis::stopwords;
use crate::story::index::postings::{Once, Sentences};

/// The largest weight of one word, so that a rare name does not outweigh three facts.
/// Words of attribution and time have weight 0.
const MAX_WEIGHT: f32 = 5.5;

/// Compares the sentences of an arriving article with those of earlier articles, which
/// are added one by one.
pub(crate) struct Coverer<'a> {
    profile: &'a Profile,
    sentences: &'a Sentences,
    weights: Vec<f32>,
    /// The weight of each sentence.
    mass: Vec<f32>,
    best: Vec<Best>,
    told: Told,
    /// For each term, whether an earlier article has it.
    known: Vec<bool>,
    articles: Vec<Earlier>,
    once: Once,
    /// Working memory: one zero for each sentence, and all zeros again after each use.
    sums: Vec<f32>,
    touched: Vec<u16>,
}

/// How far earlier sentences cover one sentence of the arriving article.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Best {
    /// The largest weight that one earlier sentence covers, and the index of that
    /// sentence.
    pub cover: f32,
    pub sentence: u32,
    /// The index in [`Coverer::articles`] of the article with that sentence.
    pub article: u16,
    /// The similarity to the most similar earlier sentence: twice the common weight,
    /// divided by the weight of both.
    pub likeness: f32,
    /// The weight of the most similar earlier sentence that the new sentence does not
    /// have.
    pub left_out: f32,
    /// The largest weight that one earlier article as a whole covers.
    pub in_one_article: f32,
}

/// An earlier article that was compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Earlier {
    pub number: u32,
    /// The share of the arriving article, by weight, that it covers.
    pub share: f32,
}

/// For each earlier sentence, its terms that the arriving article has too.
#[derive(Default)]
struct Told {
    terms: Vec<u16>,
    ends: Vec<u32>,
}

impl Told {
    fn terms_of(&self, at: usize) -> &[u16] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.terms[from as usize..self.ends[at] as usize]
    }
}

impl<'a> Coverer<'a> {
    pub(crate) fn new(sentences: &'a Sentences, profile: &'a Profile) -> Self {
        let weights: Vec<f32> = profile.terms.iter().map(weight).collect();
        let mass = |places: &[u16]| places.iter().map(|&at| weights[usize::from(at)]).sum();
        Self {
            mass: sentences.iter().map(mass).collect(),
            best: vec![Best::default(); sentences.len()],
            told: Told::default(),
            known: vec![false; weights.len()],
            articles: Vec::new(),
            once: Once::new(weights.len()),
            sums: vec![0.0; sentences.len()],
            touched: Vec::new(),
            profile,
            sentences,
            weights,
        }
    }

    /// Compares with the sentences of an earlier article.
    pub(crate) fn cover(&mut self, number: u32, earlier: &Sketch) {
        let unknown = self.mean_weight();
        let article = self.articles.len() as u16;
        let first = self.told.terms.len();
        for words in earlier.outline.sentences() {
            let from = self.told.terms.len();
            let once = &mut self.once;
            let mut n_known = 0;
            once.next();
            self.profile
                .places_of(words, &mut self.told.terms, |place| {
                    n_known += 1;
                    once.is_first(place)
                });
            if self.told.terms.len() == from {
                continue;
            }
            let sentence = self.told.ends.len() as u32;
            self.told.ends.push(self.told.terms.len() as u32);
            let weights = &self.weights;
            let terms = self.told.terms[from..].iter();
            let known: f32 = terms.map(|&place| weights[usize::from(place)]).sum();
            let mass = known + unknown * (words.len() - n_known) as f32;
            self.compare(from, sentence, article, mass);
        }
        self.cover_by_article(number, first);
    }

    /// Compares with one earlier sentence, whose terms begin at index `from` of `told`.
    /// `earlier` is its weight.
    fn compare(&mut self, from: usize, sentence: u32, article: u16, earlier: f32) {
        self.add_up(from);
        for at in self.touched.drain(..).map(usize::from) {
            let common = std::mem::take(&mut self.sums[at]);
            let best = &mut self.best[at];
            if common > best.cover {
                (best.cover, best.sentence, best.article) = (common, sentence, article);
            }
            let likeness = 2.0 * common / (self.mass[at] + earlier).max(f32::MIN_POSITIVE);
            if likeness > best.likeness {
                (best.likeness, best.left_out) = (likeness, earlier - common);
            }
        }
    }

    /// Compares with an earlier article as a whole, whose terms begin at index `first` of
    /// `told`.
    fn cover_by_article(&mut self, number: u32, first: usize) {
        self.once.next();
        let (once, mut kept) = (&mut self.once, self.told.terms[first..].to_vec());
        kept.retain(|&place| once.is_first(usize::from(place)));
        let n_told = self.told.terms.len();
        self.told.terms.extend_from_slice(&kept);
        self.add_up(n_told);
        self.told.terms.truncate(n_told);
        for place in kept {
            self.known[usize::from(place)] = true;
        }
        let mut covered = 0.0;
        for at in self.touched.drain(..).map(usize::from) {
            let common = std::mem::take(&mut self.sums[at]);
            covered += common;
            let best = &mut self.best[at];
            best.in_one_article = best.in_one_article.max(common);
        }
        let share = share(covered, self.mass.iter().sum());
        self.articles.push(Earlier { number, share });
    }

    /// Adds up, for each new sentence, the weight of its terms that are in `told` from
    /// index `from` on.
    fn add_up(&mut self, from: usize) {
        for &place in &self.told.terms[from..] {
            let weight = self.weights[usize::from(place)];
            if weight <= 0.0 {
                continue;
            }
            for &sentence in self.sentences.holders.of(usize::from(place)) {
                let sum = &mut self.sums[usize::from(sentence)];
                if *sum == 0.0 {
                    self.touched.push(sentence);
                }
                *sum += weight;
            }
        }
    }

    /// For each sentence, the largest weight that a second earlier sentence covers in
    /// addition to the best one.
    pub(crate) fn second(&mut self) -> Vec<f32> {
        let mut left = Sentences::default();
        for (at, best) in self.best.iter().enumerate() {
            self.once.next();
            if best.cover > 0.0 {
                for &place in self.told.terms_of(best.sentence as usize) {
                    self.once.is_first(usize::from(place));
                }
            }
            let places = self.sentences.of(at).iter().copied();
            left.push(places.filter(|&place| self.once.is_first(usize::from(place))));
        }
        left.hold(self.weights.len());
        let mut most = vec![0.0_f32; self.best.len()];
        for at in 0..self.told.ends.len() {
            for &place in self.told.terms_of(at) {
                let weight = self.weights[usize::from(place)];
                for &sentence in left.holders.of(usize::from(place)) {
                    let sum = &mut self.sums[usize::from(sentence)];
                    if *sum == 0.0 {
                        self.touched.push(sentence);
                    }
                    *sum += weight;
                }
            }
            for sentence in self.touched.drain(..).map(usize::from) {
                let sum = std::mem::take(&mut self.sums[sentence]);
                most[sentence] = most[sentence].max(sum);
            }
        }
        most
    }

    fn mean_weight(&self) -> f32 {
        self.weights.iter().sum::<f32>() / self.weights.len().max(1) as f32
    }

    /// For each new sentence, how far earlier sentences cover it.
    pub(crate) fn best(&self) -> &[Best] {
        &self.best
    }

    /// For each term of the article, whether an earlier article has it.
    pub(crate) fn known(&self) -> &[bool] {
        &self.known
    }

    /// The weight of each sentence.
    pub(crate) fn mass(&self) -> &[f32] {
        &self.mass
    }

    /// The weight of each term of the article.
    pub(crate) fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// The earlier articles, in the order in which they were added.
    pub(crate) fn articles(&self) -> &[Earlier] {
        &self.articles
    }

    /// The number of earlier sentences that have a term of the arriving article.
    pub(crate) fn n_told(&self) -> usize {
        self.told.ends.len()
    }

    /// The terms of an earlier sentence that the arriving article has too.
    pub(crate) fn told(&self, sentence: u32) -> &[u16] {
        if (sentence as usize) < self.told.ends.len() {
            self.told.terms_of(sentence as usize)
        } else {
            &[]
        }
    }
}

fn weight(term: &Term) -> f32 {
    if stopwords::is_telling(term.hash) {
        0.0
    } else {
        term.idf.min(MAX_WEIGHT)
    }
}

/// `part` divided by `whole`, 0 to 1; 0 if `whole` is 0.
pub(crate) fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 {
        (part / whole).clamp(0.0, 1.0)
    } else {
        0.0
    }
}
