//! Parses a query string into a [`Query`]. Every error points at its place and says
//! how to correct it.

use crate::matcher::query::ast::{Comparison, Pattern, Phrase, Query, Term, Unit};
use crate::matcher::query::fault::{Fault, nearest};
use crate::matcher::query::lexer::{Lexeme, Token, tokens};
use crate::matcher::query::spec::FieldSet;
use crate::matcher::query::term::{Names, RawTerm, TermReader, split_field};
use std::ops::Range;

/// Deepest nesting of brackets and NOT.
const MAX_DEPTH: u32 = 64;
/// Longest query, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// Parses `query`. Terms that name no field are searched in `fields`.
pub(crate) fn parse<N: Names>(
    query: &str,
    fields: FieldSet,
    terms: &mut TermReader<'_, N>,
) -> Result<Query, Fault> {
    if query.len() > MAX_BYTES {
        let message = format!(
            "this query has {} bytes; {MAX_BYTES} are the most",
            query.len()
        );
        return Err(Fault::new(
            0..1,
            message,
            "split the watch in two, or move names into an entity",
        ));
    }
    let lexemes = tokens(query)?;
    let mut parser = Parser {
        query,
        lexemes: &lexemes,
        at: 0,
        depth: 0,
        fields,
        terms,
    };
    if parser.peek() == &Token::End {
        return Err(Fault::new(
            0..query.len(),
            "this query is empty",
            "write a term, or remove the key",
        ));
    }
    let parsed = parser.bools()?;
    match parser.peek() {
        Token::End => Ok(parsed),
        _ => Err(parser.unexpected()),
    }
}

pub(crate) struct Parser<'a, 'n, N> {
    pub(crate) query: &'a str,
    pub(crate) lexemes: &'a [Lexeme],
    pub(crate) at: usize,
    depth: u32,
    fields: FieldSet,
    terms: &'a mut TermReader<'n, N>,
}

impl<N: Names> Parser<'_, '_, N> {
    pub(crate) fn peek(&self) -> &Token {
        &self.lexemes[self.at].token
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.lexemes[self.at].span.clone()
    }

    /// The token after the next one.
    fn peek_second(&self) -> &Token {
        &self.lexemes[(self.at + 1).min(self.lexemes.len() - 1)].token
    }

    fn skip(&mut self) {
        // The last token, End, is never skipped.
        self.at = (self.at + 1).min(self.lexemes.len() - 1);
    }

    pub(crate) fn written(&self, span: &Range<usize>) -> &str {
        &self.query[span.clone()]
    }

    /// Operands joined by AND or by OR, not both.
    fn bools(&mut self) -> Result<Query, Fault> {
        let start = self.span().start;
        let mut of = vec![self.proximity()?];
        let mut operator: Option<Token> = None;
        while matches!(self.peek(), Token::And | Token::Or) {
            let span = self.span();
            let token = self.peek().clone();
            if operator.as_ref().is_some_and(|before| *before != token) {
                return Err(self.mixed(start, &span));
            }
            operator = Some(token);
            self.skip();
            of.push(self.proximity()?);
        }
        Ok(match operator {
            Some(Token::Or) => Query::Or(of),
            Some(_) => Query::And(of),
            None => of.swap_remove(0),
        })
    }

    /// Operands joined by NEAR, ONEAR, SENT, PARA, from left to right.
    fn proximity(&mut self) -> Result<Query, Fault> {
        let start = self.span().start;
        let mut left = self.unary()?;
        loop {
            let operator = self.peek().clone();
            let at = self.span();
            if !matches!(operator, Token::Near { .. } | Token::Sent | Token::Para) {
                return Ok(left);
            }
            self.skip();
            let from = self.span().start;
            let right = self.unary()?;
            let end = self.lexemes[self.at - 1].span.end;
            self.check_side(&left, start..at.start, &at)?;
            self.check_side(&right, from..end, &at)?;
            let label = label(&self.query[start..end]);
            let (a, b) = (Box::new(left), Box::new(right));
            left = match operator {
                Token::Near { words, ordered } => Query::Near {
                    a,
                    b,
                    words,
                    ordered,
                    label,
                },
                Token::Para => Query::Same {
                    a,
                    b,
                    unit: Unit::Paragraph,
                    label,
                },
                _ => Query::Same {
                    a,
                    b,
                    unit: Unit::Sentence,
                    label,
                },
            };
        }
    }

    fn check_side(
        &self,
        side: &Query,
        span: Range<usize>,
        operator: &Range<usize>,
    ) -> Result<(), Fault> {
        if side.has_places() {
            return Ok(());
        }
        let name = self.written(operator);
        let written = self.query[span.clone()].trim();
        let span = span.start..span.start + written.len().max(1);
        let help = match side {
            Query::And(_) => format!("write (x {name} a) AND (x {name} b)"),
            Query::Not(_) => format!("write x AND NOT (x {name} y)"),
            _ => format!("put {name} around the terms and the rest outside, joined by AND"),
        };
        Err(Fault::new(
            span,
            format!(
                "{name} needs terms, or terms joined by OR, on both sides; this side has no place in the text"
            ),
            help,
        ))
    }

    fn unary(&mut self) -> Result<Query, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::new(
                self.span(),
                format!("brackets are nested deeper than {MAX_DEPTH}"),
                "remove brackets that group nothing",
            ));
        }
        let parsed = self.unary_within();
        self.depth -= 1;
        parsed
    }

    fn unary_within(&mut self) -> Result<Query, Fault> {
        match self.peek().clone() {
            Token::Not => {
                self.skip();
                Ok(Query::Not(Box::new(self.unary()?)))
            }
            Token::Open => self.bracketed(),
            Token::Field(name) => self.scoped(&name),
            Token::Count => self.count(),
            Token::Term if self.peek_second() == &Token::Of => self.of(),
            Token::Term => self.term(),
            _ => Err(self.unexpected()),
        }
    }

    fn bracketed(&mut self) -> Result<Query, Fault> {
        let open = self.span();
        self.skip();
        if self.peek() == &Token::Close {
            return Err(Fault::new(
                open.start..self.span().end,
                "these brackets are empty",
                "write terms in them, or remove them",
            ));
        }
        let inner = self.bools()?;
        self.close(open)?;
        Ok(inner)
    }

    fn close(&mut self, open: Range<usize>) -> Result<(), Fault> {
        match self.peek() {
            Token::Close => {
                self.skip();
                Ok(())
            }
            Token::End => Err(Fault::new(
                open,
                "this bracket is never closed",
                "add ) where the group ends",
            )),
            _ => Err(self.unexpected()),
        }
    }

    fn scoped(&mut self, name: &str) -> Result<Query, Fault> {
        let span = self.span();
        let Some(field) = FieldSet::field(name) else {
            let known = crate::matcher::query::spec::FIELDS.map(|(known, _)| known);
            let near = nearest(name, known)
                .map(|near| format!("did you mean {near}: ? "))
                .unwrap_or_default();
            return Err(Fault::new(
                span,
                format!("there is no field called {name}"),
                format!("{near}the fields are {}", known.join(", ")),
            ));
        };
        self.skip();
        let outer = std::mem::replace(&mut self.fields, FieldSet::of(field));
        let inner = self.bracketed();
        self.fields = outer;
        inner
    }

    fn count(&mut self) -> Result<Query, Fault> {
        let start = self.span();
        self.skip();
        let help = "write COUNT(@nato) >= 3";
        if self.peek() != &Token::Open {
            return Err(Fault::new(start, "COUNT needs a term in brackets", help));
        }
        let open = self.span();
        let of = self.bracketed()?;
        if !of.has_places() {
            return Err(Fault::new(
                open,
                "COUNT counts hits of a term or of terms joined by OR",
                help,
            ));
        }
        let Token::Compare(sign) = *self.peek() else {
            return Err(Fault::new(
                start.start..self.lexemes[self.at - 1].span.end,
                "COUNT needs a comparison",
                help,
            ));
        };
        self.skip();
        let number = self.span();
        let n = self.written(&number).parse::<u32>();
        let Ok(n) = n else {
            return Err(Fault::new(
                number,
                format!("{sign} needs a whole number after it"),
                help,
            ));
        };
        self.skip();
        let (comparison, n) = match sign {
            ">=" => (Comparison::AtLeast, n),
            ">" => (Comparison::AtLeast, n.saturating_add(1)),
            "<=" => (Comparison::AtMost, n),
            "<" if n == 0 => {
                return Err(Fault::new(
                    number,
                    "no count is below 0",
                    "write COUNT(x) = 0, or NOT x",
                ));
            }
            "<" => (Comparison::AtMost, n - 1),
            _ => (Comparison::Exactly, n),
        };
        Ok(Query::Count {
            of: Box::new(of),
            comparison,
            n,
        })
    }

    fn of(&mut self) -> Result<Query, Fault> {
        let number = self.span();
        let written = self.written(&number).to_owned();
        let Ok(n) = written.parse::<u32>() else {
            return Err(Fault::new(
                number,
                format!("OF needs a number before it; found {written}"),
                "write 2 OF (a, b, c)",
            ));
        };
        self.skip();
        self.skip();
        let open = self.span();
        if self.peek() != &Token::Open {
            return Err(Fault::new(
                open,
                "OF needs terms in brackets",
                "write 2 OF (a, b, c)",
            ));
        }
        self.skip();
        let mut of = vec![self.bools()?];
        while self.peek() == &Token::Comma {
            self.skip();
            of.push(self.bools()?);
        }
        self.close(open)?;
        if n == 0 || n as usize > of.len() {
            let message = format!(
                "{n} OF {} terms can {} be met",
                of.len(),
                if n == 0 { "always" } else { "never" }
            );
            return Err(Fault::new(
                number,
                message,
                format!("write a number from 1 to {}", of.len()),
            ));
        }
        Ok(Query::AtLeast { n, of })
    }

    fn term(&mut self) -> Result<Query, Fault> {
        let span = self.span();
        let written = self.written(&span).to_owned();
        let shift = |mut fault: Fault| {
            fault.span = fault.span.start + span.start..fault.span.end + span.start;
            fault
        };
        self.skip();
        let (fields, offset) = split_field(&written, self.fields).map_err(shift)?;
        if offset == written.len() {
            return Err(Fault::new(
                span,
                format!("{written} has no term after it"),
                "write the term directly after the colon, without a space",
            ));
        }
        let raw = RawTerm {
            written: &written,
            content: &written[offset..],
            offset,
            fields,
        };
        let term = self.terms.term(&raw).map_err(shift)?;
        if let Token::Slop(extra) = *self.peek() {
            let whole = span.start..self.span().end;
            self.skip();
            return window(&term, extra, &self.query[whole.clone()]).ok_or_else(|| {
                Fault::new(
                    whole,
                    "~ with a number needs a phrase of several words",
                    "write \"a b\"~3",
                )
            });
        }
        Ok(Query::Term(term))
    }
}

/// `"a b"~n` as its words; `None` for a phrase of one word.
fn window(term: &Term, extra: u32, written: &str) -> Option<Query> {
    let Pattern::Phrases(phrases) = &term.pattern else {
        return None;
    };
    let words = phrases.first().filter(|words| words.len() > 1)?;
    let of = words.iter().map(|slot| {
        let phrase: Phrase = vec![slot.clone()];
        Query::Term(Term {
            pattern: Pattern::Phrases(vec![phrase]),
            ..term.clone()
        })
    });
    Some(Query::Window {
        of: of.collect(),
        extra,
        label: label(written),
    })
}

/// The name of a part of the query in the evidence: that part itself, cut if it
/// is long.
fn label(written: &str) -> String {
    const MAX_CHARS: usize = 80;
    match written.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => format!("{}…", &written[..at]),
        None => written.to_owned(),
    }
}
