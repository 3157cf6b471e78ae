//! Which watches to evaluate when a phrase hits.
//!
//! Each watch has a group of phrases of which at least one must hit. The watch is
//! indexed by its rarest such group, so that an article wakes few watches that do
//! not match.

use crate::matcher::compile::class::PhraseId;
use crate::matcher::compile::program::{List, Node, NodeId, Program};
use crate::matcher::query::ast::Comparison;
use crate::matcher::query::spec::FieldSet;

/// Where the check of a watch begins in [`WakeIndex::checks`].
pub(crate) type CheckAt = u32;

/// The watches by the phrases that wake them.
#[derive(Clone, Debug, Default)]
pub(crate) struct WakeIndex {
    /// Where the list of each phrase begins in `woken`; the list ends where the
    /// next one begins.
    starts: Vec<u32>,
    /// Where the checks of the watches begin that each phrase wakes.
    woken: Vec<CheckAt>,
    /// One bit for each phrase: whether it wakes any watch. Most do not, and this
    /// is small enough to stay in the cache.
    wakes: Vec<u64>,
    /// What else must hit, one watch after the other: the watch, a header (number
    /// of groups and flags), and for each group the number of its phrases and the
    /// phrases. It is one stretch of memory for each watch, because most woken
    /// watches get no further; those woken most often are next to each other.
    checks: Vec<u32>,
    /// Watches that can match without any phrase: they are always evaluated.
    always: Vec<u32>,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// The watch cannot match.
    Not,
    /// It matches, unless its filter excludes the article. If `is_shown`,
    /// [`WakeIndex::shown`] gives the phrases of the evidence.
    Met { watch: u32, is_shown: bool },
    /// It must be evaluated.
    Perhaps(u32),
}

/// Flag of a header: the groups are the whole condition of the watch.
const IS_WHOLE: u32 = 1 << 31;
/// Flag of a header: the phrases of the groups are the evidence. The group that
/// wakes the watch then follows the others.
const IS_SHOWN: u32 = 1 << 30;
/// Flag of a group's number of phrases: none of them may hit.
const NONE_OF: u32 = 1 << 31;
/// Larger groups are not checked here, but evaluated.
const MAX_GROUP: usize = 64;

impl WakeIndex {
    /// Indexes the watches of `program`; `cost` is how often each phrase hits.
    pub(crate) fn new(program: &Program, cost: &[f32]) -> Self {
        let n_phrases = program.trie.n_phrases();
        let (order, always) = by_cost(program, cost);
        let mut entries: Vec<(PhraseId, CheckAt)> = Vec::new();
        let mut checks = Vec::new();
        for watch in order {
            let place = checks.len() as u32;
            let mut phrases = push_check(program, watch, cost, &mut checks);
            phrases.sort_unstable();
            phrases.dedup();
            entries.extend(phrases.iter().map(|&phrase| (phrase, place)));
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

    /// The checks of the watches that `phrase` wakes, for [`WakeIndex::check`].
    #[inline]
    pub(crate) fn woken_by(&self, phrase: PhraseId) -> &[CheckAt] {
        if self.wakes[phrase as usize / 64] >> (phrase % 64) & 1 == 0 {
            return &[];
        }
        let (start, end) = (
            self.starts[phrase as usize],
            self.starts[phrase as usize + 1],
        );
        &self.woken[start as usize..end as usize]
    }

    /// Touches the checks of `woken`, so that their memory is already being loaded
    /// when they are made one by one.
    #[inline]
    pub(crate) fn read_ahead(&self, woken: &[(PhraseId, CheckAt)]) {
        let seen = woken
            .iter()
            .fold(0, |seen, &(_, place)| seen ^ self.checks[place as usize]);
        std::hint::black_box(seen);
    }

    /// Makes the check at `place`, which `phrase` woke.
    #[inline]
    pub(crate) fn check(&self, place: CheckAt, phrase: PhraseId, seen: HitPhrases<'_>) -> Woken {
        let [watch, head, rest @ ..] = &self.checks[place as usize..] else {
            return Woken::Not;
        };
        let is_whole = head & IS_WHOLE != 0;
        if is_whole && !seen.is_in_text(phrase) {
            return Woken::Not;
        }
        let groups = Groups {
            n: head & !(IS_WHOLE | IS_SHOWN),
            rest,
        };
        for (is_none_of, mut group) in groups {
            // Only hits in the text count for a veto, and for groups that are
            // the whole condition: these are not evaluated again.
            let is_hit = if is_whole || is_none_of {
                group.any(|phrase| seen.is_in_text(phrase))
            } else {
                group.any(|phrase| seen.is_anywhere(phrase))
            };
            if is_hit == is_none_of {
                return Woken::Not;
            }
        }
        if is_whole {
            Woken::Met {
                watch: *watch,
                is_shown: head & IS_SHOWN != 0,
            }
        } else {
            Woken::Perhaps(*watch)
        }
    }

    /// The phrases of a watch that is met and shown; those that hit are its
    /// evidence.
    #[inline]
    pub(crate) fn shown(&self, place: CheckAt) -> impl Iterator<Item = PhraseId> + '_ {
        let (head, rest) = match &self.checks[place as usize..] {
            [_, head, rest @ ..] => (head & !(IS_WHOLE | IS_SHOWN), rest),
            _ => (0, &[][..]),
        };
        let groups = Groups { n: head + 1, rest };
        groups
            .filter(|(is_none_of, _)| !is_none_of)
            .flat_map(|(_, group)| group)
    }

    /// The watches that are evaluated for every article.
    pub(crate) fn always(&self) -> &[u32] {
        &self.always
    }
}

/// Which phrases hit in an article, one bit each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HitPhrases<'a> {
    /// In any field.
    pub(crate) anywhere: &'a [u64],
    /// In title, dek or body.
    pub(crate) in_text: &'a [u64],
}

impl HitPhrases<'_> {
    #[inline]
    pub(crate) fn is_anywhere(self, phrase: PhraseId) -> bool {
        is_set(self.anywhere, phrase)
    }

    #[inline]
    pub(crate) fn is_in_text(self, phrase: PhraseId) -> bool {
        is_set(self.in_text, phrase)
    }
}

#[inline]
fn is_set(bits: &[u64], phrase: PhraseId) -> bool {
    bits[phrase as usize / 64] >> (phrase % 64) & 1 == 1
}

/// The next `n` groups of a check: whether none of its phrases may hit, and the
/// phrases.
struct Groups<'a> {
    n: u32,
    rest: &'a [u32],
}

impl<'a> Iterator for Groups<'a> {
    type Item = (bool, std::iter::Copied<std::slice::Iter<'a, PhraseId>>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.n = self.n.checked_sub(1)?;
        let (&head, behind) = self.rest.split_first()?;
        let (group, rest) = behind.split_at_checked((head & !NONE_OF) as usize)?;
        self.rest = rest;
        Some((head & NONE_OF != 0, group.iter().copied()))
    }
}

/// The watches that phrases wake, those woken most often first; and those that
/// can match without any phrase.
fn by_cost(program: &Program, cost: &[f32]) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<(f32, u32)> = Vec::with_capacity(program.watches.len());
    let mut always = Vec::new();
    for (watch, at) in program.watches.iter().zip(0..) {
        match rarest(program, watch.root, cost) {
            Some(group) => order.push((group.cost, at)),
            None => always.push(at),
        }
    }
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    (order.into_iter().map(|(_, at)| at).collect(), always)
}

/// Appends the check of the watch; returns the phrases that wake it.
fn push_check(program: &Program, at: u32, cost: &[f32], checks: &mut Vec<u32>) -> Vec<PhraseId> {
    let watch = &program.watches[at as usize];
    let parts: &[NodeId] = match program.nodes[watch.root as usize] {
        Node::And(of) => program.children(of),
        _ => std::slice::from_ref(&watch.root),
    };
    let mut groups: Vec<(NodeId, Option<Group>)> = parts
        .iter()
        .map(|&part| (part, rarest(program, part, cost)))
        .collect();
    // The rarest group wakes the watch; the next ones rule most watches out.
    let cost_of = |group: &Option<Group>| group.as_ref().map_or(f32::MAX, |group| group.cost);
    groups.sort_by(|a, b| cost_of(&a.1).total_cmp(&cost_of(&b.1)));
    let head = checks.len() + 1;
    checks.extend([at, 0]);
    let mut groups = groups.into_iter();
    let Some((waking, Some(Group { phrases, .. }))) = groups.next() else {
        return Vec::new();
    };
    let mut is_whole = is_text_hit(program, waking);
    let mut is_shown = names_terms(program, waking);
    for (part, group) in groups {
        match group {
            Some(group) if group.phrases.len() <= MAX_GROUP => {
                checks.push(group.phrases.len() as u32);
                checks.extend(group.phrases);
                checks[head] += 1;
                is_whole &= is_text_hit(program, part);
                is_shown &= names_terms(program, part);
            }
            None if push_veto(program, part, checks) => checks[head] += 1,
            Some(_) | None => is_whole = false,
        }
    }
    if is_whole {
        checks[head] |= IS_WHOLE;
        if is_shown {
            checks[head] |= IS_SHOWN;
            checks.push(phrases.len() as u32);
            checks.extend(&phrases);
        }
    }
    phrases
}

/// Whether the condition is just a hit of one of its phrases in the text.
fn is_text_hit(program: &Program, node: NodeId) -> bool {
    let node = program.nodes[node as usize];
    matches!(node, Node::Hits { fields, .. } if fields == FieldSet::TEXT)
}

/// Whether the term of each phrase can be found by the phrase alone
/// ([`Program::term_of`]).
fn names_terms(program: &Program, node: NodeId) -> bool {
    let Node::Hits { leaves, .. } = program.nodes[node as usize] else {
        return false;
    };
    let mut leaves = program.leaves(leaves).iter();
    leaves.all(|leaf| program.term_of(leaf.phrase) == leaf.term)
}

/// Appends the phrases of a NOT over terms in the text; false for anything else.
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

/// Phrases of which at least one must hit, and how often that is.
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
            // A short name counts only with a full name or with the context.
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
