//! An arriving article, analysed: the terms, sentences and hashes that it is compared by,
//! and those that are kept after it is placed.

use crate::story::Incoming;
use crate::story::analysis::headline;
use crate::story::analysis::headline::HeadlineFact;
use crate::story::analysis::profile::Profile;
use crate::story::analysis::sketch;
use crate::story::analysis::sketch::{Outline, Sketch};
use crate::story::analysis::url_key::url_key;
use crate::story::analysis::{Analysis, Word};
use crate::story::index::idf::Idf;
use crate::story::index::postings::Sentences;
use crate::story::index::repeats;
use std::cell::OnceCell;
use std::sync::Arc;

/// How many of an arriving article's terms are looked up in the index. Only the first
/// [`sketch::INDEXED_TERMS`] of them are added to the index, so that later articles find
/// it.
const QUERY_TERMS: usize = 32;

/// The least share of one article's title, by weight of its terms, that must occur in the
/// other article; one direction is enough. It keeps apart notices that share a form or a
/// boilerplate text, but differ in their subject. The lowest share among 316 copies in
/// real streams was 0.46.
const SHARED_TITLE: f32 = 0.45;

/// What [`Stories::plan`](crate::story::Stories::plan) computes from an article and
/// [`Stories::apply`](crate::story::Stories::apply) stores in memory.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) outline: Outline,
    pub(crate) norms: [f32; 4],
    pub(crate) identity: u64,
    pub(crate) url: u64,
    pub(crate) source: u32,
    pub(crate) terms: Vec<u32>,
    /// The smallest hashes of the article's word triples: [`sketch::minima`].
    pub(crate) minima: Box<[u32]>,
    pub(crate) learnt: Vec<Word>,
    /// [`repeats::keys`].
    pub(crate) repeats: Vec<u32>,
}

/// An arriving article, analysed.
pub(crate) struct Arrival<'a> {
    pub(crate) incoming: &'a Incoming<'a>,
    pub(crate) analysis: Analysis,
    pub(crate) profile: Profile,
    pub(crate) taken: Arc<Taken>,
    /// [`Arrival::headline_facts`].
    headline: OnceCell<Vec<HeadlineFact>>,
    sentences: OnceCell<Sentences>,
}

impl<'a> Arrival<'a> {
    /// Analyses an article.
    pub(crate) fn new(incoming: &'a Incoming<'a>, idf: &Idf) -> Self {
        let analysis = Analysis::new(incoming.title, incoming.dek, incoming.text);
        Self::analysed(incoming, analysis, idf)
    }

    /// An article from a finished analysis, which may leave out sentences that must not
    /// count, such as boilerplate.
    pub(crate) fn analysed(incoming: &'a Incoming<'a>, analysis: Analysis, idf: &Idf) -> Self {
        let profile = Profile::new(&analysis, idf);
        let minima = sketch::minima(analysis.runs.clone());
        let mut terms: Vec<(f32, u32)> = profile
            .terms
            .iter()
            .map(|term| (term.query_weight(), term.hash))
            .collect();
        terms.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        terms.truncate(QUERY_TERMS);
        let source = (xxhash_rust::xxh3::xxh3_64(incoming.source.trim().to_lowercase().as_bytes())
            >> 32) as u32;
        let taken = Arc::new(Taken {
            outline: Outline::new(&analysis, &minima),
            norms: profile.norms,
            identity: identity(&analysis, incoming.title),
            url: incoming.url.and_then(url_key).unwrap_or(0),
            source,
            terms: terms.into_iter().map(|(_, hash)| hash).collect(),
            minima,
            learnt: analysis.words.clone(),
            repeats: repeats::keys(&analysis, source),
        });
        Self {
            incoming,
            analysis,
            profile,
            taken,
            headline: OnceCell::new(),
            sentences: OnceCell::new(),
        }
    }
}

impl Arrival<'_> {
    /// Whether the title of one of the two articles occurs in the other article, at least
    /// by a share of [`SHARED_TITLE`]. True if one of them has no title.
    pub(crate) fn shares_title(&self, sketch: &Sketch) -> bool {
        if self.profile.norms[0] == 0.0 || sketch.norms[0] == 0.0 {
            return true;
        }
        let mut counts = vec![0; self.profile.terms.len()];
        let near = self.profile.nearness(sketch, &mut counts);
        near.title_in_old.max(near.title_in_new) >= SHARED_TITLE
    }

    /// The facts of the headline that the beginning of the text states too.
    pub(crate) fn headline_facts(&self) -> &[HeadlineFact] {
        self.headline
            .get_or_init(|| headline::facts(self.incoming.title, &self.analysis, &self.profile))
    }

    /// The signatures of the words of dek and text.
    pub(crate) fn text(&self) -> &[u16] {
        self.taken.outline.text()
    }

    /// The sentences of the text by their terms; computed on the first call.
    pub(crate) fn sentences(&self) -> &Sentences {
        self.sentences.get_or_init(|| {
            let mut sentences = Sentences::default();
            let mut places: Vec<u16> = Vec::new();
            for sentence in &self.analysis.sentences[self.analysis.body.clone()] {
                let words = &self.analysis.words[sentence.words.clone()];
                places.clear();
                places.extend(
                    words
                        .iter()
                        .filter_map(|word| self.profile.place(word.signature())),
                );
                places.sort_unstable();
                places.dedup();
                sentences.push(places.iter().copied());
            }
            sentences.hold(self.profile.terms.len());
            sentences
        })
    }
}

/// A hash that two articles share if their texts are the same; 0 for an article with too
/// few words to decide that.
fn identity(analysis: &Analysis, title: &str) -> u64 {
    /// A text with fewer content words than this is the same only if the title is the
    /// same too.
    const SHORT: usize = 12;
    /// An article with fewer content words than this gets no identity.
    const MIN: usize = 4;
    if analysis.text().len() >= SHORT {
        analysis.identity
    } else if analysis.words.len() >= MIN {
        Analysis::new("", "", title).identity ^ analysis.identity.rotate_left(1)
    } else {
        0
    }
}
