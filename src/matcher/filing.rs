//! Which watches to look at when a phrase hits.
//!
//! Every watch needs one of some group of phrases to hit. It is filed under
//! the rarest such group, so that an article wakes few watches besides those
//! that match. How often a phrase hits is learnt from the articles; until
//! then it is guessed from how often the watchlist itself uses its words.

use super::ast::Comparison;
use super::program::{List, Node, NodeId, Program};
use super::trie::PhraseId;

/// The watches by the phrases that wake them.
#[derive(Clone, Debug, Default)]
pub(super) struct Filing {
    /// Where the list of each phrase begins in `watches`.
    starts: Vec<u32>,
    watches: Vec<u32>,
    /// Watches that no phrase wakes: they are always looked at.
    always: Vec<u32>,
}

impl Filing {
    /// Files the watches of `program`; `cost` says how often each phrase hits.
    pub(super) fn new(program: &Program, cost: &[f32]) -> Self {
        let n_phrases = program.trie.n_phrases();
        let mut entries: Vec<(PhraseId, u32)> = Vec::new();
        let mut always = Vec::new();
        for (at, watch) in program.watches.iter().enumerate() {
            match rarest(program, watch.root, cost) {
                Some(mut group) => {
                    group.phrases.sort_unstable();
                    group.phrases.dedup();
                    entries.extend(group.phrases.iter().map(|&phrase| (phrase, at as u32)));
                }
                None => always.push(at as u32),
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
        let mut watches = vec![0; entries.len()];
        for (phrase, watch) in entries {
            let slot = &mut next[phrase as usize];
            watches[*slot as usize] = watch;
            *slot += 1;
        }
        Self {
            starts,
            watches,
            always,
        }
    }

    /// The watches that `phrase` wakes.
    #[inline]
    pub(super) fn woken_by(&self, phrase: PhraseId) -> &[u32] {
        let (start, end) = (
            self.starts[phrase as usize],
            self.starts[phrase as usize + 1],
        );
        &self.watches[start as usize..end as usize]
    }

    /// The watches that are looked at for every article.
    pub(super) fn always(&self) -> &[u32] {
        &self.always
    }
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
