//! The regular expressions of a list: each is compiled once, and all together
//! are bounded.

use crate::matcher::query::fault::Fault;
use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// Size limits of a compiled regular expression in bytes, and what an expression
/// of that size costs. `\d{2,3},\d{3}` takes some 20 kB, ten thousand counted
/// repetitions a hundred times as much. Compiling takes time in proportion: 20 ms
/// for 1 MB.
const TIERS: [(usize, u32); 4] = [(1 << 13, 1), (1 << 15, 4), (1 << 18, 40), (1 << 20, 200)];

/// What all regular expressions of a list may cost together: 4,000 as short as
/// `AB-[0-9]{4}`, 1,000 of 20 kB, or 20 of the largest. They take a second to
/// compile, and each costs time for every article.
const MAX_COST: u32 = 4_000;

/// The regular expressions of a list.
#[derive(Debug, Default)]
pub(crate) struct Regexes {
    known: FxHashMap<String, Arc<Regex>>,
    cost: u32,
}

impl Regexes {
    /// The compiled `source`, which is at `span` of its term.
    pub(crate) fn compile(
        &mut self,
        source: &str,
        span: Range<usize>,
    ) -> Result<Arc<Regex>, Fault> {
        if let Some(known) = self.known.get(source) {
            return Ok(Arc::clone(known));
        }
        if self.cost >= MAX_COST {
            return Err(Fault::new(
                span,
                "the regular expressions before this one use up the memory allowed for those of a watchlist",
                "use phrases, wildcards or ~word where they suffice, and make counted repetitions smaller",
            ));
        }
        let (compiled, cost) = compiled(source).map_err(|err| {
            // Finding out that it is too big took the time as well.
            if let regex::Error::CompiledTooBig(_) = err {
                self.cost += TIERS[TIERS.len() - 1].1;
            }
            fault(&err, span.clone())
        })?;
        if compiled.is_match("") {
            return Err(Fault::new(
                span,
                "this regular expression matches the empty text, so it would match everywhere",
                "ask for at least one character, as with + in place of *",
            ));
        }
        self.cost += cost;
        let compiled = Arc::new(compiled);
        self.known.insert(source.to_owned(), Arc::clone(&compiled));
        Ok(compiled)
    }
}

fn compiled(source: &str) -> Result<(Regex, u32), regex::Error> {
    let mut too_big = regex::Error::CompiledTooBig(0);
    for (n_bytes, cost) in TIERS {
        let built = RegexBuilder::new(source)
            .size_limit(n_bytes)
            .dfa_size_limit(1 << 20)
            .nest_limit(50)
            .multi_line(true)
            .build();
        match built {
            Ok(compiled) => return Ok((compiled, cost)),
            Err(err @ regex::Error::CompiledTooBig(_)) => too_big = err,
            Err(err) => return Err(err),
        }
    }
    Err(too_big)
}

fn fault(err: &regex::Error, span: Range<usize>) -> Fault {
    match err {
        regex::Error::CompiledTooBig(_) => Fault::new(
            span,
            "this regular expression is too large",
            "counted repetitions such as {1000} multiply: make them smaller",
        ),
        other => {
            let text = other.to_string();
            let reason = text.lines().last().unwrap_or_default();
            let reason = reason.trim_start_matches("error: ");
            Fault::new(
                span,
                format!("this regular expression cannot be read: {reason}"),
                r"a sign that is meant literally needs a backslash before it, as in \( or \.",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_large_expressions_are_refused_and_one_written_often_is_not() {
        let mut regexes = Regexes::default();
        let mut n_taken = 0;
        while regexes
            .compile(&format!(r"(\pL{{1,3}}x){{1,3}}{n_taken}"), 0..1)
            .is_ok()
        {
            n_taken += 1;
            assert!(n_taken <= MAX_COST);
        }
        assert!((20..=120).contains(&n_taken), "{n_taken}");
        for _ in 0..2 * MAX_COST {
            assert!(regexes.compile(r"(\pL{1,3}x){1,3}0", 0..1).is_ok());
        }
    }
}
