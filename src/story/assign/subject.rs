//! Whether an article and a story are about the same: who, where and what of the one
//! found in the other, in both directions.
//!
//! Two quakes share their words, and each has places and people that the other lacks.

use crate::story::analysis::keys::Key;
use crate::story::analysis::profile::{Profile, Term};
use crate::story::analysis::sketch::Sketch;
use crate::story::index::idf;
use crate::story::index::idf::Idf;

/// A share where there is nothing to share: neither for nor against.
const UNKNOWN: f32 = 0.5;

/// How far an article and a story are about the same. Shares are of weight, 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subject {
    /// Of the article's keys, what any article of the story has; what is a key there;
    pub in_story: f32,
    pub in_keys: f32,
    /// ... and of its names alone.
    pub names_in_story: f32,
    pub names_in_keys: f32,
    /// Of the article's keys and of the names among them, what no article in memory has.
    pub unheard: f32,
    pub names_unheard: f32,
    /// Of the story's keys, what the article has; what it has in title or lead;
    pub of_story: f32,
    pub of_story_in_lead: f32,
    /// ... of its names alone; and of the keys of most of its articles.
    pub names_of_story: f32,
    pub core: f32,
    /// Weight of the weightiest key, and name, that both have as keys.
    pub rarest: f32,
    pub rarest_name: f32,
    /// Weight of the four weightiest keys, and of the two weightiest names, that both
    /// have as keys; and how many these keys are.
    pub shared: f32,
    pub shared_names: f32,
    pub n_shared: u32,
    /// Weight of the article's three weightiest keys, and two names, that the story lacks.
    pub missing: f32,
    pub missing_names: f32,
    /// Of the article's numbers in title and lead, what the story has.
    pub numbers: f32,
}

/// A share as it is summed up.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    part: f32,
    whole: f32,
}

impl Share {
    fn add(&mut self, weight: f32, is_part: bool) {
        self.whole += weight;
        self.part += if is_part { weight } else { 0.0 };
    }

    fn value(self) -> f32 {
        if self.whole > 0.0 {
            self.part / self.whole
        } else {
            UNKNOWN
        }
    }
}

/// A key of the story and how many of the articles compared have it.
struct StoryKey {
    key: Key,
    n_articles: usize,
}

/// Compares an article with articles of a story; `in_story` says which of its keys
/// one of them has, a bit each.
pub(crate) fn subject(profile: &Profile, members: &[&Sketch], in_story: u32, idf: &Idf) -> Subject {
    let story_keys = story_keys(members);
    let mut found = of_story(profile, &story_keys, members.len(), idf);
    let (mut in_all, mut in_keys, mut unheard) =
        (Share::default(), Share::default(), Share::default());
    let (mut names_in_all, mut names_in_keys, mut names_unheard) =
        (Share::default(), Share::default(), Share::default());
    let mut numbers = Share::default();
    let mut shared: Vec<&Term> = Vec::new();
    let mut missing: Vec<&Term> = Vec::new();
    for (at, &place) in profile.keys.iter().enumerate() {
        let term = &profile.terms[usize::from(place)];
        let weight = term.idf * term.idf;
        let is_there = in_story >> at & 1 == 1;
        let is_key = story_keys
            .iter()
            .any(|known| known.key.signature() == term.signature());
        let is_unheard = idf.n_holding(term.hash) == 0;
        in_all.add(weight, is_there);
        in_keys.add(weight, is_key);
        unheard.add(weight, is_unheard);
        if term.is_name {
            names_in_all.add(weight, is_there);
            names_in_keys.add(weight, is_key);
            names_unheard.add(weight, is_unheard);
        }
        if term.is_number {
            numbers.add(1.0, is_there);
        }
        if !is_there {
            missing.push(term);
        }
        if is_key {
            shared.push(term);
            found.rarest = found.rarest.max(term.idf);
            if term.is_name {
                found.rarest_name = found.rarest_name.max(term.idf);
            }
        }
    }
    found.in_story = in_all.value();
    found.in_keys = in_keys.value();
    found.names_in_story = names_in_all.value();
    found.names_in_keys = names_in_keys.value();
    found.unheard = unheard.value();
    found.names_unheard = names_unheard.value();
    found.numbers = numbers.value();
    found.shared = heaviest(shared.iter().copied(), 4);
    found.shared_names = heaviest(shared.iter().copied().filter(|term| term.is_name), 2);
    found.n_shared = shared.len() as u32;
    found.missing = heaviest(missing.iter().copied(), 3);
    found.missing_names = heaviest(missing.iter().copied().filter(|term| term.is_name), 2);
    found
}

/// The weight of the `n` heaviest of the terms.
fn heaviest<'a>(terms: impl Iterator<Item = &'a Term>, n: usize) -> f32 {
    let mut weights: Vec<f32> = terms.map(|term| term.idf).collect();
    weights.sort_by(|a, b| b.total_cmp(a));
    weights.iter().take(n).sum()
}

/// The keys of the articles compared, each once.
fn story_keys(members: &[&Sketch]) -> Vec<StoryKey> {
    let mut keys: Vec<Key> = members
        .iter()
        .flat_map(|sketch| sketch.keys.iter().copied())
        .collect();
    keys.sort_unstable_by_key(|key| (key.signature(), !key.is_name()));
    let mut found: Vec<StoryKey> = Vec::with_capacity(keys.len());
    for key in keys {
        match found.last_mut() {
            Some(last) if last.key.signature() == key.signature() => last.n_articles += 1,
            Some(_) | None => found.push(StoryKey { key, n_articles: 1 }),
        }
    }
    found
}

/// How much of what the story is about the article has.
fn of_story(profile: &Profile, keys: &[StoryKey], n_articles: usize, idf: &Idf) -> Subject {
    let (mut all, mut lead, mut names, mut core) = (
        Share::default(),
        Share::default(),
        Share::default(),
        Share::default(),
    );
    for StoryKey { key, n_articles: n } in keys {
        let term: Option<&Term> = profile
            .place(key.signature())
            .map(|place| &profile.terms[usize::from(place)]);
        let weight = term.map_or_else(
            || idf.weight(key.hash(), idf::prior(key.hash()), profile.is_known),
            |term| term.idf,
        );
        let share = *n as f32 / n_articles as f32;
        let weight = weight * weight * share;
        all.add(weight, term.is_some());
        lead.add(weight, term.is_some_and(|term| term.in_lead));
        if key.is_name() {
            names.add(weight, term.is_some());
        }
        if share >= 0.5 {
            core.add(weight, term.is_some());
        }
    }
    Subject {
        of_story: all.value(),
        of_story_in_lead: lead.value(),
        names_of_story: names.value(),
        core: core.value(),
        ..Subject::default()
    }
}
