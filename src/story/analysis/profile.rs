//! An arriving article as vectors of weighted terms, and how similar it is to an earlier
//! article.

use crate::story::analysis::Analysis;
use crate::story::analysis::sketch::{LEAD_WORDS, Sketch};
use crate::story::analysis::stopwords;
use crate::story::index::idf;
use crate::story::index::idf::Idf;
use crate::story::index::lookup::Lookup;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::sync::LazyLock;

/// A term of an article and its counts in the article's vectors.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub hash: u32,
    pub idf: f32,
    pub n_all: u16,
    pub in_title: bool,
    pub in_lead: bool,
    pub is_name: bool,
    pub is_number: bool,
}

impl Term {
    /// The term's [`crate::story::analysis::Word::signature`].
    pub(crate) fn signature(&self) -> u16 {
        (self.hash >> 17) as u16 | (u16::from(self.is_number) << 15)
    }

    /// Whether it is a word that can say what happened: neither a number nor a word of
    /// attribution ("said") or time.
    pub(crate) fn is_fact(&self) -> bool {
        !self.is_number && !stopwords::is_telling(self.hash)
    }

    /// Whether it is a negation.
    pub(crate) fn is_negation(&self) -> bool {
        static NEGATION: LazyLock<u32> =
            LazyLock::new(|| crate::story::analysis::stem::hash(stopwords::NEGATION));
        self.hash == *NEGATION
    }

    /// How useful the term is for finding similar articles: higher is looked up first.
    pub(crate) fn query_weight(&self) -> f32 {
        self.idf * weight(self.n_all) * if self.in_title { 1.5 } else { 1.0 }
    }
}

/// The weighted terms of an arriving article.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub terms: Vec<Term>,
    lookup: Lookup,
    /// The lengths of the article's four vectors: title, lead, all terms, names.
    pub norms: [f32; 4],
    /// How many different numbers the article has.
    n_numbers: u16,
}

/// How similar two articles are, as cosines and shares from 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Nearness {
    pub title: f32,
    pub lead: f32,
    pub all: f32,
    pub names: f32,
    /// The share of the new one's title found in the old one, and the reverse.
    pub title_in_old: f32,
    pub title_in_new: f32,
    /// The share of the new one's lead found in the old one, and the reverse.
    pub lead_in_old: f32,
    pub lead_in_new: f32,
    /// The share of the new one's numbers found in the old one.
    pub numbers: f32,
    /// Total weight of the terms that both articles have.
    pub common: f32,
    /// The part of `all` that comes from terms outside the new article's title.
    pub beyond_title: f32,
}

impl Profile {
    pub(crate) fn new(analysis: &Analysis, idf: &Idf) -> Self {
        let n_title = analysis.title().len();
        let mut places =
            FxHashMap::with_capacity_and_hasher(analysis.words.len().min(512), FxBuildHasher);
        let mut terms: Vec<Term> = Vec::with_capacity(analysis.words.len().min(512));
        let mut n_known = 0;
        for (at, word) in analysis.words.iter().enumerate() {
            let place = *places.entry(word.hash).or_insert_with(|| {
                if terms.len() < usize::from(u16::MAX) {
                    terms.push(Term {
                        hash: word.hash,
                        idf: idf::prior(word.hash),
                        n_all: 0,
                        in_title: false,
                        in_lead: false,
                        is_name: analysis.names.contains(&word.hash),
                        is_number: word.is_number,
                    });
                }
                terms.len() - 1
            });
            let term = &mut terms[place];
            n_known += usize::from(term.idf > 0.0);
            term.n_all = term.n_all.saturating_add(1);
            term.in_title |= at < n_title;
            term.in_lead |= at < n_title + LEAD_WORDS;
        }
        // Up to here, a term's `idf` is the shipped prior; the stream's counts come in
        // now.
        let is_known = idf::is_known(n_known, analysis.words.len());
        for term in &mut terms {
            term.idf = idf.weight(term.hash, term.idf, is_known);
        }
        let mut squares = [0.0_f32; 4];
        let mut n_numbers = 0;
        for term in &terms {
            let idf2 = term.idf * term.idf;
            let all = idf2 * weight(term.n_all).powi(2);
            squares[0] += if term.in_title { idf2 } else { 0.0 };
            squares[1] += if term.in_lead { idf2 } else { 0.0 };
            squares[2] += all;
            squares[3] += if term.is_name { all } else { 0.0 };
            n_numbers += u16::from(term.is_number);
        }
        Self {
            lookup: Lookup::new(terms.iter().map(Term::signature)),
            terms,
            norms: squares.map(f32::sqrt),
            n_numbers,
        }
    }

    /// The index in `terms` of the term with this signature.
    pub(crate) fn place(&self, signature: u16) -> Option<u16> {
        self.lookup.place(signature)
    }

    /// Appends the indexes of the signatures that the article has, in their order, if
    /// `is_wanted` accepts them.
    #[inline]
    pub(crate) fn places_of(
        &self,
        signatures: &[u16],
        places: &mut Vec<u16>,
        is_wanted: impl FnMut(usize) -> bool,
    ) {
        self.lookup.places(signatures, places, is_wanted);
    }

    /// The terms with these hashes.
    pub(crate) fn terms_of(&self, hashes: &[u32]) -> impl Iterator<Item = &Term> {
        hashes
            .iter()
            .filter_map(|hash| self.terms.iter().find(|term| term.hash == *hash))
    }

    /// Compares with an earlier article. `counts` is working memory: one zero for each
    /// term, and all zeros again on return.
    pub(crate) fn nearness(&self, sketch: &Sketch, counts: &mut [u16]) -> Nearness {
        let n_title = sketch.outline.n_title();
        let words = sketch.outline.words();
        let (title, rest) = words.split_at(n_title);
        let (lead, rest) = rest.split_at(LEAD_WORDS.min(rest.len()));
        let mut seen: Vec<u16> = Vec::with_capacity(words.len());
        let mut take = |part: &[u16]| {
            self.places_of(part, &mut seen, |place| {
                counts[place] += 1;
                counts[place] == 1
            });
            seen.len()
        };
        let (n_title, n_lead) = (take(title), take(lead));
        take(rest);
        let mut dots = [0.0_f32; 4];
        let (mut title_in_old, mut title_in_new) = (0.0, 0.0);
        let (mut lead_in_old, mut lead_in_new) = (0.0, 0.0);
        let (mut common, mut beyond_title, mut n_numbers) = (0.0, 0.0, 0.0);
        for (at, &place) in seen.iter().enumerate() {
            let place = usize::from(place);
            let (in_title, in_lead) = (at < n_title, at < n_lead);
            let term = &self.terms[place];
            let idf2 = term.idf * term.idf;
            let all = idf2 * weight(term.n_all) * weight(counts[place]);
            counts[place] = 0;
            dots[0] += if in_title && term.in_title { idf2 } else { 0.0 };
            dots[1] += if in_lead && term.in_lead { idf2 } else { 0.0 };
            dots[2] += all;
            common += idf2;
            beyond_title += if term.in_title { 0.0 } else { all };
            dots[3] += if term.is_name { all } else { 0.0 };
            title_in_old += if term.in_title { idf2 } else { 0.0 };
            title_in_new += if in_title { idf2 } else { 0.0 };
            lead_in_old += if term.in_lead { idf2 } else { 0.0 };
            lead_in_new += if in_lead { idf2 } else { 0.0 };
            n_numbers += if term.is_number { 1.0 } else { 0.0 };
        }
        let cosine = |of: usize| share(dots[of], self.norms[of] * sketch.norms[of]);
        Nearness {
            title: cosine(0),
            lead: cosine(1),
            all: cosine(2),
            names: cosine(3),
            title_in_old: share(title_in_old, self.norms[0] * self.norms[0]),
            title_in_new: share(title_in_new, sketch.norms[0] * sketch.norms[0]),
            lead_in_old: share(lead_in_old, self.norms[1] * self.norms[1]),
            lead_in_new: share(lead_in_new, sketch.norms[1] * sketch.norms[1]),
            numbers: share(n_numbers, f32::from(self.n_numbers)),
            common,
            beyond_title: share(beyond_title, self.norms[2] * sketch.norms[2]),
        }
    }

    /// Whether at least half of the numbers in the article with fewer numbers occur in
    /// the other one. True if one of them has no numbers.
    pub(crate) fn numbers_agree(&self, sketch: &Sketch) -> bool {
        let mut numbers: Vec<u16> = sketch
            .outline
            .words()
            .iter()
            .copied()
            .filter(|word| word >> 15 == 1)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let n_common = numbers
            .iter()
            .filter(|number| self.place(**number).is_some())
            .count();
        2 * n_common >= numbers.len().min(usize::from(self.n_numbers))
    }
}

/// The weight of a term that occurs `n` times.
fn weight(n: u16) -> f32 {
    static WEIGHTS: LazyLock<[f32; 64]> =
        LazyLock::new(|| std::array::from_fn(|n| 1.0 + (n.max(1) as f32).ln()));
    match WEIGHTS.get(usize::from(n)) {
        Some(weight) => *weight,
        None => 1.0 + f32::from(n).ln(),
    }
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 {
        (part / whole).clamp(0.0, 1.0)
    } else {
        0.0
    }
}
