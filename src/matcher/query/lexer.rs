//! Cuts a query string into tokens.

use crate::matcher::query::fault::{Fault, nearest};
use std::ops::Range;

/// A token of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Open,
    Close,
    Comma,
    And,
    Or,
    Not,
    /// `NEAR/n` and `ONEAR/n`.
    Near {
        words: u32,
        ordered: bool,
    },
    Sent,
    Para,
    Of,
    Count,
    /// `>=`, `>`, `=`, `<`, `<=`, as written.
    Compare(&'static str),
    /// `title:` directly before a bracket.
    Field(String),
    /// A term with its field and prefix, up to the closing quote.
    Term,
    /// `~n` after a quoted phrase.
    Slop(u32),
    End,
}

/// A token and its byte range.
#[derive(Clone, Debug)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) span: Range<usize>,
}

/// Words between the sides of a NEAR without a number.
const DEFAULT_NEAR: u32 = 5;
/// Most words between the sides of NEAR; AND serves for larger distances.
pub(crate) const MAX_NEAR: u32 = 1_000;

const OPERATORS: [&str; 9] = [
    "AND", "OR", "NOT", "NEAR", "ONEAR", "SENT", "PARA", "OF", "COUNT",
];

/// Cuts `query` into tokens; the last one is [`Token::End`].
pub(crate) fn tokens(query: &str) -> Result<Vec<Lexeme>, Fault> {
    let mut lexer = Lexer {
        query,
        at: 0,
        lexemes: Vec::new(),
    };
    while lexer.next()? {}
    let end = query.len();
    lexer.lexemes.push(Lexeme {
        token: Token::End,
        span: end..end,
    });
    Ok(lexer.lexemes)
}

/// The operator that `word` would be in capitals.
pub(crate) fn meant_operator(word: &str) -> Option<&'static str> {
    let head = word.split('/').next()?;
    OPERATORS
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(head))
}

struct Lexer<'a> {
    query: &'a str,
    at: usize,
    lexemes: Vec<Lexeme>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.query[self.at..]
    }

    fn push(&mut self, token: Token, n_bytes: usize) {
        let span = self.at..self.at + n_bytes;
        self.lexemes.push(Lexeme { token, span });
        self.at += n_bytes;
    }

    /// Reads one token; false at the end.
    fn next(&mut self) -> Result<bool, Fault> {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let Some(c) = self.rest().chars().next() else {
            return Ok(false);
        };
        match c {
            '(' => self.push(Token::Open, 1),
            ')' => self.push(Token::Close, 1),
            ',' => self.push(Token::Comma, 1),
            '>' | '<' => self.comparison(),
            '=' if self.rest()[1..].starts_with(|c: char| c == '=' || c.is_whitespace()) => {
                self.comparison();
            }
            '=' if self.counts() => self.comparison(),
            '~' if self.follows_quote() => self.slop()?,
            _ => self.word()?,
        }
        Ok(true)
    }

    fn comparison(&mut self) {
        let signs = [
            (">=", ">="),
            ("<=", "<="),
            ("==", "="),
            (">", ">"),
            ("<", "<"),
            ("=", "="),
        ];
        let found = signs
            .into_iter()
            .find(|(sign, _)| self.rest().starts_with(sign));
        let (sign, meaning) = found.unwrap_or(("=", "="));
        self.push(Token::Compare(meaning), sign.len());
    }

    /// Whether the bracket of a COUNT was just closed, so that `=` is a comparison.
    fn counts(&self) -> bool {
        let mut depth = 0i32;
        for (index, lexeme) in self.lexemes.iter().enumerate().rev() {
            match lexeme.token {
                Token::Close => depth += 1,
                Token::Open => {
                    depth -= 1;
                    if depth == 0 {
                        return index > 0 && self.lexemes[index - 1].token == Token::Count;
                    }
                }
                _ if depth == 0 => return false,
                _ => {}
            }
        }
        false
    }

    fn follows_quote(&self) -> bool {
        self.lexemes.last().is_some_and(|last| {
            last.token == Token::Term
                && last.span.end == self.at
                && self.query[..self.at].ends_with('"')
        })
    }

    fn slop(&mut self) -> Result<(), Fault> {
        let digits = self.rest()[1..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let span = self.at..self.at + 1 + digits;
        match self.rest()[1..=digits].parse::<u32>() {
            Ok(n) if n <= MAX_NEAR => {
                self.push(Token::Slop(n), 1 + digits);
                Ok(())
            }
            _ => Err(Fault::new(
                span,
                "~ after a phrase needs a number of words",
                "write \"a b\"~3 for at most three other words between, or put ~ before a word for its inflections",
            )),
        }
    }

    /// A term, an operator, or a field before a bracket.
    fn word(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let end = self.word_end(start)?;
        let word = &self.query[start..end];
        if let Some(name) = word.strip_suffix(':')
            && self.query[end..].trim_start().starts_with('(')
        {
            let name = name.to_ascii_lowercase();
            self.push(Token::Field(name), end - start);
            return Ok(());
        }
        let token = match word {
            "AND" | "&&" => Token::And,
            "OR" | "||" => Token::Or,
            "NOT" => Token::Not,
            "SENT" => Token::Sent,
            "PARA" => Token::Para,
            "OF" => Token::Of,
            "COUNT" => Token::Count,
            "NEAR" | "ONEAR" => Token::Near {
                words: DEFAULT_NEAR,
                ordered: word == "ONEAR",
            },
            _ => match word.split_once('/') {
                Some((name @ ("NEAR" | "ONEAR"), number)) => near(name, number, start..end)?,
                Some((name @ ("SENT" | "PARA"), _)) => {
                    return Err(Fault::new(
                        start..end,
                        format!("{name} takes no number"),
                        format!("write {name}"),
                    ));
                }
                _ => Token::Term,
            },
        };
        self.push(token, end - start);
        Ok(())
    }

    /// The end of the term or operator that starts at `start`.
    fn word_end(&self, start: usize) -> Result<usize, Fault> {
        let rest = &self.query[start..];
        let mut chars = rest.char_indices().peekable();
        // A field and a prefix may come before a quote or slash.
        let body = rest.find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, ':' | '=' | '~')));
        let body = body.filter(|&at| at == 0 || rest[..at].ends_with([':', '=', '~']));
        match body.and_then(|at| Some((at, rest[at..].chars().next()?))) {
            Some((at, '"')) => closing(rest, at + 1, '"')
                .map(|end| start + end)
                .ok_or_else(|| unclosed(start + at, self.query)),
            Some((at, open @ ('“' | '”' | '„' | '«' | '‘'))) => Err(Fault::new(
                start + at..start + at + open.len_utf8(),
                format!("{open} is a curly quote; phrases need straight quotes"),
                "write \"like this\"",
            )),
            Some((at, '/')) => closing(rest, at + 1, '/')
                .map(|end| start + end)
                .ok_or_else(|| {
                    Fault::new(
                        start + at..self.query.len(),
                        "this regular expression has no closing slash",
                        "end it with /",
                    )
                }),
            _ => {
                let mut end = rest.len();
                while let Some((at, c)) = chars.next() {
                    let joins_comma = c == ','
                        && rest[..at].ends_with(|c: char| c.is_ascii_digit())
                        && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
                    if c.is_whitespace() || matches!(c, '(' | ')' | '"') || c == ',' && !joins_comma
                    {
                        end = at;
                        break;
                    }
                    if matches!(c, '>' | '<') && at > 0 {
                        end = at;
                        break;
                    }
                }
                Ok(start + end)
            }
        }
    }
}

/// One past the next `close` from `from` on that no backslash precedes.
fn closing(rest: &str, from: usize, close: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in rest[from..].char_indices() {
        if c == close && !is_escaped {
            return Some(from + at + 1);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    None
}

fn unclosed(at: usize, query: &str) -> Fault {
    let shown: String = query[at + 1..]
        .split_whitespace()
        .take(2)
        .collect::<Vec<_>>()
        .join(" ");
    Fault::new(
        at..at + 1,
        "this quote is never closed",
        format!("write \"{shown}\" with a quote on both sides"),
    )
}

fn near(name: &str, number: &str, span: Range<usize>) -> Result<Token, Fault> {
    match number.parse::<u32>() {
        Ok(words) if words <= MAX_NEAR => Ok(Token::Near {
            words,
            ordered: name == "ONEAR",
        }),
        Ok(words) => Err(Fault::new(
            span,
            format!("{name}/{words} is too far; {MAX_NEAR} words are the most"),
            "write AND for two terms anywhere in the article",
        )),
        Err(_) => {
            let found = if number.is_empty() { "nothing" } else { number };
            let help = match nearest(number, NUMBERS) {
                Some(word) => {
                    let n = NUMBERS.iter().position(|known| *known == word).unwrap_or(5);
                    format!("write {name}/{n}")
                }
                None => format!("write {name}/{DEFAULT_NEAR} for at most five words between"),
            };
            let message =
                format!("{name} needs a number of words, as in {name}/5; found {name}/{found}");
            let message = message.replace("/nothing", "/");
            Err(Fault::new(span, message, help))
        }
    }
}

const NUMBERS: [&str; 11] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];
