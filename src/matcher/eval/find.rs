//! The watches that an article meets.

use crate::matcher::compile::program::Leaf;
use crate::matcher::compile::wake_index::Woken;
use crate::matcher::eval::article::Article;
use crate::matcher::eval::quotes::Pieces;
use crate::matcher::eval::scratch::{Met, Scratch};
use crate::matcher::query::spec::FieldSet;
use crate::matcher::{Doc, Matcher};
use crate::model::Match;
use std::sync::Arc;

impl Matcher {
    /// The watches that `doc` meets, in the order of the list, with evidence.
    pub fn matches(&self, scratch: &mut Scratch, doc: &Doc<'_>) -> Vec<Match> {
        let mut found = Vec::new();
        self.matches_into(scratch, doc, &mut found);
        found
    }

    /// [`Matcher::matches`] into `found`, whose old content is dropped and whose
    /// memory is used again: for a stream of articles.
    pub fn matches_into(&self, scratch: &mut Scratch, doc: &Doc<'_>, found: &mut Vec<Match>) {
        for before in found.drain(..) {
            scratch.keep(before.why);
        }
        let mut article = Article::read(&self.program, scratch, doc);
        let mut met = std::mem::take(&mut article.scratch.met);
        met.clear();
        self.wake(&mut article, &mut met);
        for &watch in self.wake_index.always() {
            self.evaluate(watch, &mut article, &mut met);
        }
        let scratch = &*article.scratch;
        self.frequencies.learn(scratch.n_articles, &scratch.touched);
        if !met.is_empty() {
            met.sort_unstable();
            // Several phrases may wake a watch whose check decides alone.
            met.dedup();
            self.show(&met, &mut article, found);
        }
        article.scratch.met = met;
    }

    /// [`Matcher::matches`] by evaluating every watch, without the index: what the
    /// index is measured against.
    pub fn matches_by_full_scan(&self, scratch: &mut Scratch, doc: &Doc<'_>) -> Vec<Match> {
        let mut article = Article::read(&self.program, scratch, doc);
        let mut met = Vec::new();
        for watch in 0..self.program.watches.len() as u32 {
            self.evaluate(watch, &mut article, &mut met);
        }
        let mut found = Vec::new();
        self.show(&met, &mut article, &mut found);
        found
    }

    /// Checks, and if needed evaluates, the watches that the phrases wake.
    fn wake(&self, article: &mut Article<'_>, met: &mut Vec<Met>) {
        let mut woken = std::mem::take(&mut article.scratch.woken);
        woken.clear();
        for &phrase in &article.scratch.touched {
            let by_phrase = self.wake_index.woken_by(phrase).iter();
            woken.extend(by_phrase.map(|&place| (phrase, place)));
        }
        self.wake_index.read_ahead(&woken);
        for &(phrase, place) in &woken {
            match self.wake_index.check(place, phrase, article.scratch.seen()) {
                Woken::Not => {}
                Woken::Perhaps(watch) => self.evaluate(watch, article, met),
                Woken::Met { watch, .. } if article.is_excluded(watch) => {}
                Woken::Met { watch, is_shown } => met.push(Met {
                    watch,
                    checked_at: is_shown.then_some(place),
                }),
            }
        }
        article.scratch.woken = woken;
    }

    #[inline]
    fn evaluate(&self, watch: u32, article: &mut Article<'_>, met: &mut Vec<Met>) {
        if article.is_first_look(watch)
            && !article.is_excluded(watch)
            && article.holds(self.program.watches[watch as usize].root)
        {
            met.push(Met {
                watch,
                checked_at: None,
            });
        }
    }

    /// Appends the matches with their evidence.
    fn show(&self, met: &[Met], article: &mut Article<'_>, found: &mut Vec<Match>) {
        let mut quotes = std::mem::take(&mut article.scratch.quotes);
        quotes.clear();
        for met in met {
            let mut pieces = Pieces::new();
            match met.checked_at {
                Some(place) => {
                    let seen = article.scratch.seen();
                    let phrases = self.wake_index.shown(place);
                    for phrase in phrases.filter(|&phrase| seen.is_in_text(phrase)) {
                        let term = self.program.term_of(phrase);
                        article.gather_leaf(Leaf { phrase, term }, FieldSet::TEXT, &mut pieces);
                    }
                }
                None => article.gather(self.program.watches[met.watch as usize].root, &mut pieces),
            }
            article.quote(&mut pieces, &mut quotes);
        }
        self.read_ahead(met);
        let text = quotes.shared();
        for (at, met) in met.iter().enumerate() {
            let mut why = article.scratch.spare.pop().unwrap_or_default();
            quotes.show(at, &text, &mut why);
            found.push(Match {
                watch: self.program.watches[met.watch as usize].id.clone(),
                why,
                boilerplate: false,
            });
        }
        article.scratch.quotes = quotes;
    }

    /// Looks at the counts of the watches' ids: they lie all over the memory,
    /// and counting one up would wait for each in turn.
    fn read_ahead(&self, met: &[Met]) {
        let seen = met.iter().fold(0, |seen, met| {
            seen ^ Arc::strong_count(&self.program.watches[met.watch as usize].id.0)
        });
        std::hint::black_box(seen);
    }
}
