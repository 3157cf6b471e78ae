//! Which watches to look at when a phrase hits.
//!
//! Every watch needs one of some group of phrases to hit. It is filed under
//! the rarest such group, so that an article wakes few watches besides those
//! that match. How often a phrase hits is learnt from the articles; until
//! then it is guessed from how often the watchlist itself uses its words.

use super::ast::Comparison;
use super::program::{List, Node, NodeId, Program};
use super::spec::FieldSet;
use super::trie::PhraseId;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// Of so many articles of a thread, one is learnt from.
const LEARN_FROM: u64 = 8;
/// Articles after which what was learnt outweighs the guess.
const ENOUGH: u32 = 50;

/// In how many articles each phrase was seen.
#[derive(Debug, Default)]
pub(super) struct Frequencies {
    n_articles: AtomicU32,
    seen: Vec<AtomicU32>,
}

impl Frequencies {
    /// None seen yet, but for what `previous` knows of the same phrases.
    pub(super) fn new(program: &Program, previous: Option<(&Program, &Self)>) -> Self {
        let known: FxHashMap<u64, u32> = match previous {
            Some((program, before)) => {
                let seen = before.seen.iter().map(|n| n.load(Ordering::Relaxed));
                program
                    .keys
                    .iter()
                    .copied()
                    .zip(seen)
                    .filter(|(_, n)| *n > 0)
                    .collect()
            }
            None => FxHashMap::default(),
        };
        let seen = program
            .keys
            .iter()
            .map(|key| AtomicU32::new(known.get(key).copied().unwrap_or(0)));
        let n_articles =
            previous.map_or(0, |(_, before)| before.n_articles.load(Ordering::Relaxed));
        Self {
            n_articles: AtomicU32::new(n_articles),
            seen: seen.collect(),
        }
    }

    /// Learns from an article in which the phrases `touched` hit, if it is one
    /// to learn from.
    #[inline]
    pub(super) fn learn(&self, n_articles: u64, touched: &[PhraseId]) {
        if n_articles.is_multiple_of(LEARN_FROM) {
            self.n_articles.fetch_add(1, Ordering::Relaxed);
            for &phrase in touched {
                self.seen[phrase as usize].fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// How often each phrase hits, in parts of an article.
    pub(super) fn costs(&self, program: &Program) -> Vec<f32> {
        let n_articles = self.n_articles.load(Ordering::Relaxed);
        let mut uses = vec![0u32; program.trie.n_phrases()];
        for leaf in &program.leaves {
            uses[leaf.phrase as usize] += 1;
        }
        let weight = if n_articles < ENOUGH { 1.0 } else { 0.01 };
        let guesses = uses.iter().enumerate().map(|(phrase, &n)| {
            let n_words = f32::from(program.trie.n_words(phrase as PhraseId));
            n as f32 / uses.len() as f32 / (n_words * n_words * n_words)
        });
        let seen = self
            .seen
            .iter()
            .map(|n| n.load(Ordering::Relaxed) as f32 / n_articles.max(1) as f32);
        guesses
            .zip(seen)
            .map(|(guess, seen)| guess * weight + seen)
            .collect()
    }
}

/// The watches by the phrases that wake them.
#[derive(Clone, Debug, Default)]
pub(super) struct Filing {
    /// Where the list of each phrase begins in `woken`.
    starts: Vec<u32>,
    /// The places in `checks` of the watches that the phrases wake.
    woken: Vec<u32>,
    /// One bit a phrase: whether it wakes any. Most do not, and this is small
    /// enough to stay in the cache.
    wakes: Vec<u64>,
    /// What else must hit, watch by watch, end to end: the watch, whether that
    /// is all there is to it, the number of groups, and of each group its
    /// phrases behind their number. One stretch of memory a watch, since most
    /// watches that are woken end here.
    checks: Vec<u32>,
    /// Watches that no phrase wakes: they are always looked at.
    always: Vec<u32>,
}

/// What a woken watch comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// It cannot match.
    Not,
    /// It matches.
    Met(u32),
    /// It must be evaluated.
    Perhaps(u32),
}

/// Set in a group's number where none of its phrases may hit.
const NONE_OF: u32 = 1 << 31;
/// Larger groups are left to the evaluation.
const MAX_GROUP: usize = 64;

impl Filing {
    /// Files the watches of `program`; `cost` says how often each phrase hits.
    pub(super) fn new(program: &Program, cost: &[f32]) -> Self {
        let n_phrases = program.trie.n_phrases();
        let mut entries: Vec<(PhraseId, u32)> = Vec::new();
        let mut always = Vec::new();
        let mut checks = Vec::new();
        for at in 0..program.watches.len() as u32 {
            let place = checks.len() as u32;
            match check(program, at, cost, &mut checks) {
                Some(mut phrases) => {
                    phrases.sort_unstable();
                    phrases.dedup();
                    entries.extend(phrases.iter().map(|&phrase| (phrase, place)));
                }
                None => always.push(at),
            }
        }
        let mut starts = vec![0u32; n_phrases + 1];
        for (phrase, _) in &entries {
            starts[*phrase as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut woken = vec![0; entries.len()];
        for (phrase, place) in entries {
            let slot = &mut next[phrase as usize];
            woken[*slot as usize] = place;
            *slot += 1;
        }
        let mut wakes = vec![0u64; n_phrases / 64 + 1];
        for phrase in 0..n_phrases {
            let is_waking = starts[phrase] < starts[phrase + 1];
            wakes[phrase / 64] |= u64::from(is_waking) << (phrase % 64);
        }
        Self {
            starts,
            woken,
            wakes,
            checks,
            always,
        }
    }

    /// The places of the watches that `phrase` wakes, for [`Filing::check`].
    #[inline]
    pub(super) fn woken_by(&self, phrase: PhraseId) -> &[u32] {
        if self.wakes[phrase as usize / 64] >> (phrase % 64) & 1 == 0 {
            return &[];
        }
        let (start, end) = (
            self.starts[phrase as usize],
            self.starts[phrase as usize + 1],
        );
        &self.woken[start as usize..end as usize]
    }

    /// What the watch at `place` comes to, if `is_seen` says which phrases hit.
    #[inline]
    pub(super) fn check(&self, place: u32, is_seen: impl Fn(PhraseId) -> bool) -> Woken {
        let [watch, is_whole, n_groups, rest @ ..] = &self.checks[place as usize..] else {
            return Woken::Not;
        };
        let mut rest = rest;
        for _ in 0..*n_groups {
            let Some((&head, behind)) = rest.split_first() else {
                return Woken::Not;
            };
            let (group, behind) = behind.split_at((head & !NONE_OF) as usize);
            if group.iter().any(|&phrase| is_seen(phrase)) == (head & NONE_OF != 0) {
                return Woken::Not;
            }
            rest = behind;
        }
        if *is_whole == 1 {
            Woken::Met(*watch)
        } else {
            Woken::Perhaps(*watch)
        }
    }

    /// The watches that are looked at for every article.
    pub(super) fn always(&self) -> &[u32] {
        &self.always
    }
}

/// Appends the check of the watch, and gives the phrases that wake it; none,
/// and nothing appended, for a watch that can match without any.
fn check(program: &Program, at: u32, cost: &[f32], checks: &mut Vec<u32>) -> Option<Vec<PhraseId>> {
    let watch = &program.watches[at as usize];
    let parts: &[NodeId] = match program.nodes[watch.root as usize] {
        Node::And(of) => program.children(of),
        _ => std::slice::from_ref(&watch.root),
    };
    let groups: Vec<Option<Group>> = parts
        .iter()
        .map(|&part| rarest(program, part, cost))
        .collect();
    let rarest = (0..parts.len())
        .filter(|&part| groups[part].is_some())
        .min_by(|&a, &b| {
            let cost = |part: usize| groups[part].as_ref().map_or(f32::MAX, |group| group.cost);
            cost(a).total_cmp(&cost(b))
        })?;
    // A hit in another field would count as well for this quick look.
    let is_text_only = program.fields == FieldSet::TEXT;
    let mut is_whole = is_text_only && watch.filter.is_none();
    let head = checks.len();
    checks.extend([at, 0, 0]);
    let mut woken_by = Vec::new();
    for (index, group) in groups.into_iter().enumerate() {
        let is_plain = matches!(
            program.nodes[parts[index] as usize],
            Node::Hits {
                fields: FieldSet::TEXT,
                ..
            }
        );
        match group {
            Some(group) if index == rarest => {
                woken_by = group.phrases;
                is_whole &= is_plain;
            }
            Some(group) if group.phrases.len() <= MAX_GROUP => {
                checks.push(group.phrases.len() as u32);
                checks.extend(group.phrases);
                checks[head + 2] += 1;
                is_whole &= is_plain;
            }
            None if is_text_only && push_veto(program, parts[index], checks) => {
                checks[head + 2] += 1;
            }
            Some(_) | None => is_whole = false,
        }
    }
    checks[head + 1] = u32::from(is_whole);
    Some(woken_by)
}

/// Appends the phrases of a plain NOT; false if it is none.
fn push_veto(program: &Program, node: NodeId, checks: &mut Vec<u32>) -> bool {
    let Node::Not(of) = program.nodes[node as usize] else {
        return false;
    };
    let Node::Hits {
        leaves,
        fields: FieldSet::TEXT,
    } = program.nodes[of as usize]
    else {
        return false;
    };
    let leaves = program.leaves(leaves);
    checks.push(leaves.len() as u32 | NONE_OF);
    checks.extend(leaves.iter().map(|leaf| leaf.phrase));
    true
}

/// Phrases of which one must hit.
struct Group {
    cost: f32,
    phrases: Vec<PhraseId>,
}

fn rarest(program: &Program, node: NodeId, cost: &[f32]) -> Option<Group> {
    match program.nodes[node as usize] {
        Node::Hits { leaves, .. } => {
            let phrases: Vec<PhraseId> = program
                .leaves(leaves)
                .iter()
                .map(|leaf| leaf.phrase)
                .collect();
            let cost = phrases.iter().map(|&phrase| cost[phrase as usize]).sum();
            Some(Group { cost, phrases })
        }
        Node::Entity { index, .. } => {
            let nodes = program.entities[index as usize];
            let named = rarest(program, nodes.names, cost)?;
            // A short name counts beside a name or beside the context.
            let short = rarest(program, nodes.short, cost)?;
            let context = rarest(program, nodes.context, cost)?;
            Some(named.or(if context.cost < short.cost {
                context
            } else {
                short
            }))
        }
        Node::And(of) => program
            .children(of)
            .iter()
            .filter_map(|&child| rarest(program, child, cost))
            .min_by(|a, b| a.cost.total_cmp(&b.cost)),
        Node::Or(of) => any_of(program, of, cost),
        Node::AtLeast { n, of } if n > 0 => any_of(program, of, cost),
        Node::Near { a, b, .. } | Node::Same { a, b, .. } => {
            let sides = [rarest(program, a, cost), rarest(program, b, cost)];
            sides
                .into_iter()
                .flatten()
                .min_by(|a, b| a.cost.total_cmp(&b.cost))
        }
        Node::Window { of, .. } => program
            .children(of)
            .iter()
            .filter_map(|&child| rarest(program, child, cost))
            .min_by(|a, b| a.cost.total_cmp(&b.cost)),
        Node::Count {
            of,
            comparison: Comparison::AtLeast | Comparison::Exactly,
            n,
        } if n > 0 => rarest(program, of, cost),
        Node::Mentions { of, .. } => rarest(program, of, cost),
        Node::Regex { .. } | Node::Not(_) | Node::Count { .. } | Node::AtLeast { .. } => None,
    }
}

fn any_of(program: &Program, of: List, cost: &[f32]) -> Option<Group> {
    let mut all = Group {
        cost: 0.0,
        phrases: Vec::new(),
    };
    for &child in program.children(of) {
        all = all.or(rarest(program, child, cost)?);
    }
    Some(all)
}

impl Group {
    fn or(mut self, mut other: Self) -> Self {
        self.phrases.append(&mut other.phrases);
        self.cost += other.cost;
        self
    }
}
