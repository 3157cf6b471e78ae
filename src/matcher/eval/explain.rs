//! Why a watch matched or did not: each condition with what was found, and the
//! nearest miss of one that failed.

use crate::matcher::Doc;
use crate::matcher::compile::filter::Excluded;
use crate::matcher::compile::program::{Leaf, List, Node, NodeId};
use crate::matcher::eval::article::Article;
use crate::matcher::eval::place::{Place, distinct, gap, is_context};
use crate::matcher::query::ast::{Comparison, Unit};
use crate::matcher::query::spec::{FIELDS, FieldSet};
use crate::model::{Evidence, WatchId};
use serde::Serialize;

/// Most terms named in one line.
const MAX_NAMED: usize = 6;

/// One condition of a watch and whether it was met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// How deep it is nested in the conditions of the watch; 0 for the outermost.
    pub depth: usize,
    /// Whether it was met.
    pub is_met: bool,
    /// What was asked for and what was found.
    pub text: String,
}

/// Why a watch matches an article or does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The watch.
    pub watch: WatchId,
    /// Whether the article meets it.
    pub is_match: bool,
    /// For a watch that does not match, the first condition that failed.
    pub reason: Option<String>,
    /// Every condition, in the order of the watch.
    pub steps: Vec<Step>,
    /// The evidence of a match.
    pub why: Vec<Evidence>,
}

impl Explanation {
    pub(crate) fn excluded(
        watch: &WatchId,
        excluded: Excluded,
        doc: &Doc<'_>,
        language: Option<&str>,
    ) -> Self {
        let text = match excluded {
            Excluded::NotOnly => format!("its source \"{}\" is not in sources.only", doc.source),
            Excluded::Not => format!("its source \"{}\" is in sources.not", doc.source),
            Excluded::Language => format!(
                "its language is {}, which is not in languages",
                language.unwrap_or("unknown")
            ),
        };
        let step = Step {
            depth: 0,
            is_met: false,
            text: text.clone(),
        };
        Self {
            watch: watch.clone(),
            is_match: false,
            reason: Some(text),
            steps: vec![step],
            why: Vec::new(),
        }
    }

    pub(crate) fn of(watch: &WatchId, root: NodeId, article: &mut Article<'_>) -> Self {
        let mut steps = Vec::new();
        let is_match = article.explain(root, 0, &mut steps);
        // The innermost condition that failed says more than the AND around it.
        let reason = steps.iter().position(|step| !step.is_met).map(|first| {
            let mut at = first;
            while let Some(next) = steps
                .get(at + 1)
                .filter(|next| next.depth > steps[at].depth)
            {
                let below = steps[at + 1..]
                    .iter()
                    .take_while(|step| step.depth >= next.depth);
                match below.clone().position(|step| !step.is_met) {
                    Some(offset) => at += 1 + offset,
                    None => break,
                }
            }
            steps[at].text.clone()
        });
        let why = if is_match {
            article.evidence(root)
        } else {
            Vec::new()
        };
        Self {
            watch: watch.clone(),
            is_match,
            reason: reason.filter(|_| !is_match),
            steps,
            why,
        }
    }
}

fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::AtLeast => "at least",
        Comparison::AtMost => "at most",
        Comparison::Exactly => "exactly",
    }
}

impl Article<'_> {
    /// Appends whether the condition and each of its parts is met.
    fn explain(&mut self, node: NodeId, depth: usize, out: &mut Vec<Step>) -> bool {
        let program = self.program;
        let is_met = self.holds(node);
        let at = out.len();
        out.push(Step {
            depth,
            is_met,
            text: String::new(),
        });
        let text = match program.nodes[node as usize] {
            Node::Hits { leaves, fields } => self.explain_hits(leaves, fields),
            Node::Entity {
                index,
                term,
                fields,
            } => self.explain_entity(index, term, fields),
            Node::Regex {
                index,
                term,
                fields,
            } => self.explain_regex(index, term, fields),
            Node::And(of) => {
                self.explain_parts(of, depth, out);
                "all of:".to_owned()
            }
            Node::Or(of) => {
                self.explain_parts(of, depth, out);
                "one of:".to_owned()
            }
            Node::AtLeast { n, of } => {
                self.explain_parts(of, depth, out);
                format!("at least {n} of:")
            }
            Node::Not(of) => {
                self.explain(of, depth + 1, out);
                if is_met {
                    "must not be found, and is not:"
                } else {
                    "must not be found, and is:"
                }
                .to_owned()
            }
            Node::Near {
                a,
                b,
                words,
                ordered,
                term,
            } => {
                let found = self.explain_near(a, b, ordered, words, is_met);
                format!("{}: {found}", self.near_name(a, b, ordered, words, term))
            }
            Node::Same { a, b, unit, term } => {
                let found = self.explain_same(a, b, unit, is_met);
                format!("{}: {found}", program.written(term))
            }
            Node::Window { of, term, .. } => {
                self.explain_parts(of, depth, out);
                let found = if is_met {
                    "close enough"
                } else {
                    "never all of them so close together"
                };
                format!("{}: {found}", program.written(term))
            }
            Node::Count { of, comparison, n } => {
                let found = distinct(&self.places(of));
                self.explain(of, depth + 1, out);
                let wanted = comparison_name(comparison);
                format!("{found} hits counted; {wanted} {n} asked for:")
            }
            Node::Mentions { of, n } => {
                let found = self.mentions(of);
                self.explain(of, depth + 1, out);
                format!("{found} mentions; min_mentions asks for {n}:")
            }
        };
        out[at].text = text;
        is_met
    }

    fn explain_regex(&mut self, index: u32, term: u32, fields: FieldSet) -> String {
        let places = self.regex_places(index);
        let in_fields = places
            .iter()
            .filter(|place| fields.0 & 1 << place.field != 0);
        let n = in_fields.count();
        format!("{} {}", self.program.written(term), times(n))
    }

    /// A nearness condition as it is written in the watch, or in the query
    /// language where the watch gives it as a table.
    fn near_name(&self, a: NodeId, b: NodeId, ordered: bool, words: u32, term: u32) -> String {
        let written = self.program.written(term);
        if !written.starts_with("near[") {
            return written.to_owned();
        }
        let operator = if ordered { "ONEAR" } else { "NEAR" };
        let (a, b) = (self.side_name(a), self.side_name(b));
        format!("{a} {operator}/{words} {b}")
    }

    fn explain_parts(&mut self, of: List, depth: usize, out: &mut Vec<Step>) {
        for &child in self.program.children(of) {
            self.explain(child, depth + 1, out);
        }
    }

    fn explain_hits(&mut self, leaves: List, fields: FieldSet) -> String {
        let program = self.program;
        let mut found: Vec<(u32, usize)> = Vec::new();
        for leaf in program.leaves(leaves) {
            let n = self
                .hits(leaf.phrase)
                .filter(|place| fields.0 & 1 << place.field != 0)
                .count();
            match found.last_mut().filter(|last| last.0 == leaf.term) {
                Some(last) => last.1 += n,
                None => found.push((leaf.term, n)),
            }
        }
        let hit: Vec<String> = found
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(term, n)| format!("{} {}", program.written(*term), times(*n)))
            .collect();
        if !hit.is_empty() {
            return named(hit);
        }
        let elsewhere = program
            .leaves(leaves)
            .iter()
            .find_map(|leaf| self.elsewhere(leaf));
        let terms: Vec<String> = found
            .iter()
            .map(|(term, _)| program.written(*term).to_owned())
            .collect();
        let asked = if terms.len() == 1 {
            "not found: "
        } else {
            "none found of "
        };
        format!("{asked}{}{}", named(terms), elsewhere.unwrap_or_default())
    }

    /// Where a phrase is that was not searched for there.
    fn elsewhere(&self, leaf: &Leaf) -> Option<String> {
        let place = self.hits(leaf.phrase).last()?;
        let (name, _) = FIELDS[usize::from(place.field)];
        Some(format!(" (it is in the {name}, which is not searched)"))
    }

    fn explain_near(
        &mut self,
        a: NodeId,
        b: NodeId,
        ordered: bool,
        words: u32,
        is_met: bool,
    ) -> String {
        let (left, right) = (self.places(a), self.places(b));
        if let Some(missing) = self.missing_side(&left, &right) {
            return missing;
        }
        let pairs = left
            .iter()
            .flat_map(|&one| right.iter().map(move |&other| (one, other)));
        let same_field = pairs.take(1_000_000).filter(|(one, other)| {
            one.field == other.field && (one.end <= other.start || other.end <= one.start)
        });
        let in_order = |pair: &(Place, Place)| !ordered || pair.0.end <= pair.1.start;
        let closest = same_field
            .clone()
            .filter(in_order)
            .min_by_key(|(one, other)| gap(*one, *other));
        match closest {
            Some((one, other)) if is_met => format!("{} words apart", gap(one, other)),
            Some((one, other)) => {
                let (at, _) = self.bounds(one.field);
                let name = FIELDS[usize::from(one.field)].0;
                let first = one.min(other);
                let sentence = self
                    .text(one.field)
                    .sentence_of((first.start - at) as usize)
                    .map_or(0, |n| n + 1);
                format!(
                    "closest pair is {} words apart in sentence {sentence} of the {name}; {words} are allowed",
                    gap(one, other)
                )
            }
            None if same_field.count() > 0 => {
                "both sides are found, but only in the other order".to_owned()
            }
            None => "both sides are found, but not in one field".to_owned(),
        }
    }

    /// The terms of a side of a `near` list.
    fn side_name(&self, node: NodeId) -> String {
        let program = self.program;
        let term = match program.nodes[node as usize] {
            Node::Hits { leaves, .. } => {
                let mut terms: Vec<String> = Vec::new();
                for leaf in program.leaves(leaves) {
                    let written = program.written(leaf.term).to_owned();
                    if !terms.contains(&written) {
                        terms.push(written);
                    }
                }
                return match terms.as_slice() {
                    [one] => one.clone(),
                    _ => format!("({})", named(terms)),
                };
            }
            Node::Or(of) => {
                let parts = program.children(of).iter();
                let parts = parts.map(|&part| self.side_name(part)).collect();
                return format!("({})", named(parts));
            }
            Node::Entity { term, .. } | Node::Regex { term, .. } => term,
            _ => return "...".to_owned(),
        };
        program.written(term).to_owned()
    }

    fn explain_same(&mut self, a: NodeId, b: NodeId, unit: Unit, is_met: bool) -> String {
        let (left, right) = (self.places(a), self.places(b));
        if let Some(missing) = self.missing_side(&left, &right) {
            return missing;
        }
        let name = match unit {
            Unit::Sentence => "sentence",
            Unit::Paragraph => "paragraph",
        };
        if is_met {
            return format!("in one {name}");
        }
        let mut numbers = |places: &[Place]| {
            let mut shown: Vec<String> = Vec::new();
            for place in places {
                let (first, _) = self.bounds(place.field);
                let word = (place.start - first) as usize;
                let text = self.text(place.field);
                let number = match unit {
                    Unit::Sentence => text.sentence_of(word),
                    Unit::Paragraph => text.block_of(word),
                };
                let field = FIELDS[usize::from(place.field)].0;
                let one = format!("{} of the {field}", number.map_or(0, |n| n + 1));
                if !shown.contains(&one) && shown.len() < 4 {
                    shown.push(one);
                }
            }
            shown.join(", ")
        };
        format!(
            "never in one {name}: the left side is in {name} {}, the right side in {}",
            numbers(&left),
            numbers(&right)
        )
    }

    fn missing_side(&self, left: &[Place], right: &[Place]) -> Option<String> {
        match (left.is_empty(), right.is_empty()) {
            (true, true) => Some("neither side is found".to_owned()),
            (true, false) => Some("the left side is not found".to_owned()),
            (false, true) => Some("the right side is not found".to_owned()),
            (false, false) => None,
        }
    }

    fn explain_entity(&mut self, index: u32, term: u32, fields: FieldSet) -> String {
        let nodes = self.program.entities[index as usize];
        let written = self.program.written(term).to_owned();
        let places = self.entity_places(index);
        let n_named = self.places(nodes.names).len();
        let short = self.places(nodes.short);
        let inside: Vec<Place> = places
            .iter()
            .copied()
            .filter(|place| fields.0 & 1 << place.field != 0)
            .collect();
        if !inside.is_empty() {
            let n = distinct(&inside);
            let rule = match (n_named, short.len()) {
                (0, _) => "by a short name near its context",
                (_, 0) => "by a name",
                _ => "by a name, which makes its short names count as well",
            };
            return format!("{written} {} {rule}", times(n));
        }
        if short.is_empty() {
            return format!("{written}: none of its names is found");
        }
        let vetoes = self.places(nodes.not);
        let is_vetoed = |place: &Place| {
            vetoes.iter().any(|veto| {
                veto.field == place.field && veto.start <= place.start && place.end <= veto.end
            })
        };
        if short.iter().all(is_vetoed) {
            return format!(
                "{written}: its short name is found {} only inside a phrase of `not`",
                times(short.len())
            );
        }
        let context = self.places(nodes.context);
        let free: Vec<Place> = short
            .iter()
            .copied()
            .filter(|place| !is_vetoed(place))
            .collect();
        let closest = free
            .iter()
            .flat_map(|&place| context.iter().map(move |&word| (place, word)))
            .take(1_000_000)
            .filter(|(place, word)| place.field == word.field && !is_context(*place, *word))
            .map(|(place, word)| gap(place, word))
            .min();
        let context = match closest {
            Some(words) => format!("the closest context word is {words} words away"),
            None => "no context word is found".to_owned(),
        };
        format!(
            "{written}: its short name is found {}, but no full name, and {context}",
            times(free.len())
        )
    }
}

fn times(n: usize) -> String {
    match n {
        0 => "not found".to_owned(),
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}

fn named(mut terms: Vec<String>) -> String {
    let n_more = terms.len().saturating_sub(MAX_NAMED);
    terms.truncate(MAX_NAMED);
    let shown = terms.join(", ");
    if n_more > 0 {
        format!("{shown} and {n_more} more")
    } else {
        shown
    }
}
