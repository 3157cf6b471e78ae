//! Combines the lists and the query of a watch into one [`Query`].

use crate::matcher::query::ast::Query;
use crate::matcher::query::fault::{Fault, nearest};
use crate::matcher::query::lexer::MAX_NEAR;
use crate::matcher::query::parser;
use crate::matcher::query::regexes::Regexes;
use crate::matcher::query::spec::{Conditions, EntitySpec, FieldSet, Problem, Written};
use crate::matcher::query::term::{Names, TermReader};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Most terms of one watch.
const MAX_TERMS: usize = 20_000;
/// Most words between a short name and its context.
pub(crate) const CONTEXT_WORDS: u32 = 40;

/// An entity with its terms parsed.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    pub(crate) name: String,
    pub(crate) names: Vec<Query>,
    pub(crate) metonyms: Vec<Query>,
    pub(crate) short: Vec<Query>,
    pub(crate) context: Vec<Query>,
    pub(crate) not: Vec<Query>,
}

/// The entities by name.
#[derive(Debug, Default)]
pub(crate) struct Index<'a> {
    by_name: FxHashMap<&'a str, u32>,
    pub(crate) regexes: RefCell<Regexes>,
}

impl<'a> Index<'a> {
    /// The index of `entities`, and a problem for every name that is used twice.
    pub(crate) fn of(entities: &'a [EntitySpec]) -> (Self, Vec<Problem>) {
        let mut index = Self::default();
        let mut problems = Vec::new();
        for (at, entity) in entities.iter().enumerate() {
            if index.by_name.insert(&entity.name.text, at as u32).is_some() {
                let message = format!("entity \"{}\" is defined twice", entity.name.text);
                problems.push(problem(
                    &entity.name,
                    Fault::new(
                        0..entity.name.text.len(),
                        message,
                        "merge the two, or rename one",
                    ),
                ));
            }
        }
        (index, problems)
    }
}

impl Names for Index<'_> {
    fn entity(&self, name: &str) -> Result<u32, (String, String)> {
        if let Some(&index) = self.by_name.get(name) {
            return Ok(index);
        }
        let message = format!("there is no entity called {name}");
        let mut known: Vec<&str> = self.by_name.keys().copied().collect();
        known.sort_unstable();
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean @{near}?"),
            None => format!("define it: [entity.{name}] with names = [\"...\"]"),
        };
        Err((message, help))
    }

    fn regexes(&self) -> &RefCell<Regexes> {
        &self.regexes
    }
}

/// For the terms of an entity: they cannot use other entities, which could form
/// a cycle.
struct NoEntities<'a>(&'a RefCell<Regexes>);

impl Names for NoEntities<'_> {
    fn entity(&self, name: &str) -> Result<u32, (String, String)> {
        let message = format!("an entity cannot use another; found @{name}");
        Err((
            message,
            "repeat the names of the other entity here, or use both entities in the watch"
                .to_owned(),
        ))
    }

    fn regexes(&self) -> &RefCell<Regexes> {
        self.0
    }
}

fn problem(written: &Written, fault: Fault) -> Problem {
    Problem {
        at: written.at,
        span: fault.span,
        message: fault.message,
        help: fault.help,
    }
}

/// Parses the terms of one entity.
pub(crate) fn entity(
    spec: &EntitySpec,
    regexes: &RefCell<Regexes>,
) -> Result<Entity, Vec<Problem>> {
    let mut problems = Vec::new();
    let names = NoEntities(regexes);
    let mut reader = TermReader::new(&names);
    let mut list = |terms: &[Written]| {
        let mut queries = Vec::with_capacity(terms.len());
        for term in terms {
            match reader.list_term(&term.text, FieldSet::TEXT) {
                Ok(read) => queries.push(Query::Term(read)),
                Err(fault) => problems.push(problem(term, fault)),
            }
        }
        queries
    };
    let parsed = Entity {
        name: spec.name.text.clone(),
        names: list(&spec.names),
        metonyms: list(&spec.metonyms),
        short: list(&spec.short),
        context: list(&spec.context),
        not: list(&spec.not),
    };
    if spec.names.is_empty() && spec.metonyms.is_empty() && spec.short.is_empty() {
        problems.push(problem(
            &spec.name,
            Fault::new(
                0..spec.name.text.len(),
                "it has neither names nor short names",
                "add names = [\"...\"]",
            ),
        ));
    } else if spec.names.is_empty() && spec.metonyms.is_empty() && spec.context.is_empty() {
        problems.push(problem(
            &spec.name,
            Fault::new(
                0..spec.name.text.len(),
                "its short names can never count: it has neither full names nor context",
                "add names = [\"...\"] or context = [\"...\"]",
            ),
        ));
    }
    if problems.is_empty() {
        return Ok(parsed);
    }
    for problem in &mut problems {
        problem.message = format!("entity \"{}\": {}", spec.name.text, problem.message);
    }
    Err(problems)
}

/// Parses the conditions of one watch.
pub(crate) fn watch(spec: &Conditions, names: &Index<'_>) -> Result<Query, Vec<Problem>> {
    let mut lowering = Lowering {
        fields: spec.fields.unwrap_or(FieldSet::TEXT),
        terms: TermReader::new(names),
        problems: Vec::new(),
    };
    let query = lowering.watch(spec);
    if lowering.problems.is_empty() {
        return Ok(query);
    }
    for problem in &mut lowering.problems {
        problem.message = format!("watch \"{}\": {}", spec.id.text, problem.message);
    }
    Err(lowering.problems)
}

struct Lowering<'a, 'i> {
    fields: FieldSet,
    terms: TermReader<'a, Index<'i>>,
    problems: Vec<Problem>,
}

impl Lowering<'_, '_> {
    fn watch(&mut self, spec: &Conditions) -> Query {
        let n_terms = spec.all.len() + spec.any.len() + spec.none.len();
        if n_terms > MAX_TERMS {
            let message = format!("it has {n_terms} terms; {MAX_TERMS} are the most");
            self.problems.push(problem(
                &spec.id,
                Fault::new(0..spec.id.text.len(), message, "split it"),
            ));
            return Query::And(Vec::new());
        }
        let mut of = self.list(&spec.all);
        if !spec.any.is_empty() {
            of.push(Query::Or(self.list(&spec.any)));
        }
        for (at, near) in spec.near.iter().enumerate() {
            let (a, b) = (self.side(&near.a), self.side(&near.b));
            let label = format!("near[{at}]");
            of.push(Query::Near {
                a: Box::new(a),
                b: Box::new(b),
                words: near.words.min(MAX_NEAR),
                ordered: near.ordered,
                label,
            });
        }
        if let Some(query) = &spec.query {
            match parser::parse(&query.text, self.fields, &mut self.terms) {
                Ok(Query::And(parsed)) => of.extend(parsed),
                Ok(parsed) => of.push(parsed),
                Err(fault) => self.problems.push(problem(query, fault)),
            }
        }
        let is_positive = !of.is_empty();
        let needs_text = of.iter().any(Query::needs_text);
        if self.problems.is_empty() && !needs_text && !spec.is_partial {
            self.problems.push(too_broad(spec, is_positive));
        }
        if !spec.none.is_empty() {
            of.push(Query::Not(Box::new(Query::Or(self.list(&spec.none)))));
        }
        let whole = if of.len() == 1 {
            of.swap_remove(0)
        } else {
            Query::And(of)
        };
        match spec.min_mentions {
            0 | 1 => whole,
            n => Query::Mentions {
                of: Box::new(whole),
                n,
            },
        }
    }

    fn list(&mut self, terms: &[Written]) -> Vec<Query> {
        let mut queries = Vec::with_capacity(terms.len());
        for term in terms {
            match self.terms.list_term(&term.text, self.fields) {
                Ok(read) => queries.push(Query::Term(read)),
                Err(fault) => self.problems.push(problem(term, fault)),
            }
        }
        queries
    }

    fn side(&mut self, terms: &[Written]) -> Query {
        let mut list = self.list(terms);
        if list.len() == 1 {
            list.swap_remove(0)
        } else {
            Query::Or(list)
        }
    }
}

/// The problem of a watch that could match any article.
fn too_broad(spec: &Conditions, is_positive: bool) -> Problem {
    let help = "add a term that the article must contain, in any, all, near or query";
    if let Some(query) = &spec.query {
        let message = "this query has no term that the text must contain: NOT and fields alone would match nearly everything";
        return problem(query, Fault::new(0..query.text.len(), message, help));
    }
    let message = if is_positive {
        "its terms ask only for source, tag, url, author or language, so it would match everything from there"
    } else if spec.none.is_empty() {
        "it has no condition"
    } else {
        "it has only none = [...], so it would match nearly everything"
    };
    problem(&spec.id, Fault::new(0..spec.id.text.len(), message, help))
}
