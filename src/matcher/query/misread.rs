//! Errors for queries that cannot be parsed: what is wrong and what to write instead.

use crate::matcher::query::fault::Fault;
use crate::matcher::query::lexer::{Token, meant_operator};
use crate::matcher::query::parser::Parser;
use crate::matcher::query::term::Names;
use std::ops::Range;

impl<N: Names> Parser<'_, '_, N> {
    /// The error for a token that cannot come here.
    pub(crate) fn unexpected(&self) -> Fault {
        let span = self.span();
        let written = self.written(&span).to_owned();
        match self.peek() {
            Token::Close => Fault::new(
                span,
                "there is no open bracket that this one closes",
                "remove it, or add an opening bracket before it",
            ),
            Token::Term | Token::Open | Token::Count | Token::Field(_) => self.two_in_a_row(),
            Token::End => Fault::new(
                self.last(),
                "the query ends where a term is expected",
                "add a term, or remove the operator",
            ),
            Token::Comma => Fault::new(
                span,
                "a comma separates only the terms of OF",
                "write OR, or 2 OF (a, b, c)",
            ),
            Token::Compare(_) => Fault::new(
                span,
                format!("{written} compares only a COUNT"),
                "write COUNT(term) >= 3",
            ),
            Token::Of => Fault::new(
                span,
                "OF needs a number before it and terms in brackets after it",
                "write 2 OF (a, b, c)",
            ),
            Token::Slop(_) => Fault::new(
                span,
                "~ with a number must directly follow a quoted phrase",
                "write \"a b\"~3",
            ),
            Token::And
            | Token::Or
            | Token::Not
            | Token::Near { .. }
            | Token::Sent
            | Token::Para => Fault::new(
                span,
                format!("{written} needs a term before it and after it"),
                format!("write a {written} b; for the word itself, quote it"),
            ),
        }
    }

    pub(crate) fn last(&self) -> Range<usize> {
        self.lexemes[self.lexemes.len().saturating_sub(2)]
            .span
            .clone()
    }

    /// The error for two terms side by side: an operator in lower case, or missing
    /// quotes.
    fn two_in_a_row(&self) -> Fault {
        let span = self.span();
        let before = self.lexemes[self.at.saturating_sub(1)].span.clone();
        for place in [span.clone(), before.clone()] {
            let word = self.written(&place);
            if let Some(operator) = meant_operator(word) {
                let message = format!("operators are written in capitals; found {word}");
                return Fault::new(
                    place,
                    message,
                    format!("write {operator}; for the word itself, quote it"),
                );
            }
        }
        let (a, b) = (self.written(&before), self.written(&span));
        let is_word = |term: &str| term.starts_with(char::is_alphanumeric);
        let mut first = self.at.saturating_sub(1);
        let is_bare = |at: usize| {
            self.lexemes[at].token == Token::Term && is_word(self.written(&self.lexemes[at].span))
        };
        while first > 0 && is_bare(first - 1) {
            first -= 1;
        }
        let help = if is_word(a) && is_word(b) {
            let mut last = self.at;
            while is_bare(last + 1) {
                last += 1;
            }
            let words = &self.query[self.lexemes[first].span.start..self.lexemes[last].span.end];
            format!("write \"{words}\" for the phrase, or put AND or OR between")
        } else {
            "put AND, OR or NEAR/5 between".to_owned()
        };
        Fault::new(span, "there is no operator between these two terms", help)
    }

    pub(crate) fn mixed(&self, start: usize, span: &Range<usize>) -> Fault {
        let before = self.query[start..span.start].trim();
        let operator = self.written(span);
        let help = if before.len() <= 60 {
            format!("write ({before}) {operator} ..., or bracket what belongs together")
        } else {
            "bracket what belongs together, as in a AND (b OR c)".to_owned()
        };
        Fault::new(span.clone(), "AND and OR are mixed without brackets", help)
    }
}
