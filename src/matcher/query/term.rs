//! One term as it is written: `withdraw*`, `=NATO`, `~withdraw`, `@nato`,
//! `/regex/`, each with a field before it or not.

use crate::matcher::query::ast::{Pattern, Phrase, Slot, Term, Wildcard};
use crate::matcher::query::fault::{Fault, nearest};
use crate::matcher::query::regexes::Regexes;
use crate::matcher::query::spec::FieldSet;
use crate::model::Field;
use crate::text;
use crate::text::Text;
use std::cell::RefCell;

/// Most words in a term.
const MAX_WORDS: usize = 40;
/// Most hyphens of a term that are each tried joined and apart. A term with more
/// is tried with all joined and with all apart.
const MAX_HYPHENS: usize = 3;
/// What terms refer to: entities by name, and the regular expressions of the list.
pub(crate) trait Names {
    /// The index of the entity called `name`; else message and help.
    fn entity(&self, name: &str) -> Result<u32, (String, String)>;

    /// The regular expressions of the list.
    fn regexes(&self) -> &RefCell<Regexes>;
}

/// Parses terms; keeps its working memory for the next one.
pub(crate) struct TermReader<'a, N> {
    pub(crate) names: &'a N,
    text: Text,
    marked: String,
    /// Whether the term is searched in prose, where capitals tell US from us. In
    /// tags, addresses and names they mean nothing.
    is_prose: bool,
}

/// A term with its field split off.
pub(crate) struct RawTerm<'a> {
    /// All of it, as written.
    pub(crate) written: &'a str,
    /// What follows the field.
    pub(crate) content: &'a str,
    /// Where the content starts in `written`.
    pub(crate) offset: usize,
    /// The fields it is searched in.
    pub(crate) fields: FieldSet,
}

impl<'a, N: Names> TermReader<'a, N> {
    pub(crate) fn new(names: &'a N) -> Self {
        Self {
            names,
            text: Text::default(),
            marked: String::new(),
            is_prose: true,
        }
    }

    /// Parses a term of a list, where the whole string is the term.
    pub(crate) fn list_term(&mut self, written: &str, default: FieldSet) -> Result<Term, Fault> {
        let (fields, offset) = split_field(written, default)?;
        let content = &written[offset..];
        let lead = content.len() - content.trim_start().len();
        let raw = RawTerm {
            written,
            content: content.trim(),
            offset: offset + lead,
            fields,
        };
        self.term(&raw)
    }

    /// Parses a term whose field is known.
    pub(crate) fn term(&mut self, raw: &RawTerm<'_>) -> Result<Term, Fault> {
        let (content, start) = (raw.content, raw.offset);
        let whole = start..start + content.len();
        self.is_prose = raw.fields.has_text();
        let tag = language_tag(raw);
        let content = tag.as_deref().unwrap_or(content);
        let mut is_ideographic = false;
        let pattern = if let Some(name) = content.strip_prefix('@') {
            let index = self.names.entity(name);
            Pattern::Entity(index.map_err(|(message, help)| Fault::new(whole, message, help))?)
        } else if content.len() > 1 && content.starts_with('/') && content.ends_with('/') {
            let mut regexes = self.names.regexes().borrow_mut();
            Pattern::Regex(regexes.compile(&content[1..content.len() - 1], whole)?)
        } else if content.starts_with('/') && content.len() > 1 && !content[1..].contains(' ') {
            return Err(Fault::new(
                whole,
                "the regular expression has no closing slash",
                format!("write {content}/"),
            ));
        } else {
            let phrases = self.phrases(content, start)?;
            is_ideographic = ideographic(unquoted(content).0);
            Pattern::Phrases(phrases)
        };
        Ok(Term {
            written: raw.written.to_owned(),
            pattern,
            fields: raw.fields,
            is_ideographic,
        })
    }

    fn phrases(&mut self, content: &str, start: usize) -> Result<Vec<Phrase>, Fault> {
        let (mode, rest) = match content.chars().next() {
            Some('=') => (Mode::Exact, &content[1..]),
            Some('~') => (Mode::Inflected, &content[1..]),
            _ => (Mode::Folded, content),
        };
        let (words, lead) = unquoted(rest);
        let offset = start + (content.len() - rest.len()) + lead;
        let whole = start..start + content.len();
        let mut phrases: Vec<Phrase> = Vec::new();
        for spelling in hyphen_forms(words) {
            let phrase = self.phrase(&spelling, mode).map_err(|fault| match fault {
                SlotFault::Star(word) => star_fault(words, offset, &word),
                SlotFault::Wild => Fault::new(
                    whole.clone(),
                    format!("{content} combines a wildcard with = or ~"),
                    "remove the = or ~, or write the word without a wildcard",
                ),
            })?;
            if phrase.len() > MAX_WORDS {
                return Err(Fault::new(
                    whole,
                    format!(
                        "this term has {} words; {MAX_WORDS} are the most",
                        phrase.len()
                    ),
                    "watch for a shorter phrase of it",
                ));
            }
            if !phrases.contains(&phrase) {
                phrases.push(phrase);
            }
        }
        if phrases.iter().all(Vec::is_empty) {
            let help = match words.trim() {
                "" => "write a word, or remove it",
                _ => {
                    "words are made of letters and digits; other signs separate words and are not compared"
                }
            };
            return Err(Fault::new(whole, "there is no word in this term", help));
        }
        Ok(phrases)
    }

    fn phrase(&mut self, words: &str, mode: Mode) -> Result<Phrase, SlotFault> {
        self.marked.clear();
        self.marked.extend(words.chars().map(|c| match c {
            '*' => Wildcard::ANY,
            '?' => Wildcard::ONE,
            other => other,
        }));
        self.text.analyze_words(&self.marked);
        let n_words = self.text.words().len();
        let slots = self.text.words().iter().enumerate().map(|(at, word)| {
            let folded = self.text.folded(word);
            if folded.contains([Wildcard::ANY, Wildcard::ONE]) {
                if mode != Mode::Folded {
                    return Err(SlotFault::Wild);
                }
                return wildcard(folded);
            }
            let spelling = self.text.spelling(&self.marked, word);
            let is_short = (2..=3).contains(&folded.len())
                && folded.bytes().all(|byte| byte.is_ascii_lowercase());
            Ok(match mode {
                Mode::Exact => Slot::Exact {
                    spelling: spelling.into_owned(),
                    folded: folded.to_owned(),
                },
                Mode::Inflected if at + 1 == n_words => Slot::Stem(spelling.into_owned()),
                Mode::Folded | Mode::Inflected => Slot::Word {
                    folded: folded.to_owned(),
                    caps: word.flags.is_caps() && is_short && self.is_prose,
                },
            })
        });
        slots.collect()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Folded,
    Exact,
    Inflected,
}

enum SlotFault {
    /// This word has a `*` without three letters before it.
    Star(String),
    /// A wildcard in an exact or inflected term.
    Wild,
}

fn wildcard(folded: &str) -> Result<Slot, SlotFault> {
    // The letters before a `*`; those after it if the word begins with one.
    let fixed = folded.trim_start_matches(Wildcard::ANY);
    let fixed = fixed.split(Wildcard::ANY).next().unwrap_or_default();
    // A Hangul syllable is two or three letters, and two of them are a whole noun.
    let n_letters = |c: char| match c {
        Wildcard::ONE => 0,
        '\u{AC00}'..='\u{D7A3}' => 2,
        _ => 1,
    };
    let n_fixed: usize = fixed.chars().map(n_letters).sum();
    let has_star = folded.contains(Wildcard::ANY);
    let needed = if has_star { 3 } else { 1 };
    if n_fixed < needed {
        return Err(SlotFault::Star(folded.to_owned()));
    }
    Ok(Slot::Wild(Wildcard(folded.to_owned())))
}

fn star_fault(words: &str, offset: usize, word: &str) -> Fault {
    let at = words.find(['*', '?']).unwrap_or(0);
    let span = offset + at..offset + at + 1;
    let shown: String = word
        .chars()
        .map(|c| match c {
            Wildcard::ANY => '*',
            Wildcard::ONE => '?',
            other => other,
        })
        .collect();
    if shown.chars().all(|c| matches!(c, '*' | '?')) {
        let message = format!("{shown} alone would match every word");
        return Fault::new(span, message, "put letters before it, as in withdraw*");
    }
    let side = if shown.starts_with('*') {
        "after it at the start of a word"
    } else {
        "before it"
    };
    let message = format!("* needs three letters {side}; {shown} would match too many words");
    Fault::new(
        span,
        message,
        "write more of the word, or list the words that you mean",
    )
}

/// The text between quotes, and the number of bytes before it.
fn unquoted(content: &str) -> (&str, usize) {
    let inner = content
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.map_or((content, 0), |inner| (inner, 1))
}

/// The fields that `written` begins with, else `default`; and where the rest begins.
pub(crate) fn split_field(written: &str, default: FieldSet) -> Result<(FieldSet, usize), Fault> {
    let lead = written.len() - written.trim_start().len();
    let rest = &written[lead..];
    let n_letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let Some(behind) = rest[n_letters..].strip_prefix(':') else {
        return Ok((default, lead));
    };
    let name = &rest[..n_letters];
    let field = FieldSet::field(&name.to_ascii_lowercase());
    if let Some(field) = field {
        return Ok((FieldSet::of(field), lead + n_letters + 1));
    }
    // "Update: ..." is a phrase with a colon. A field has no space after it.
    if n_letters == 0 || behind.is_empty() || behind.starts_with([' ', '/']) {
        return Ok((default, lead));
    }
    let known = crate::matcher::query::spec::FIELDS.map(|(known, _)| known);
    let help = match nearest(name, known) {
        Some(near) => format!("did you mean {near}: ? the fields are {}", known.join(", ")),
        None => format!(
            "the fields are {}; for a phrase, leave the colon out",
            known.join(", ")
        ),
    };
    Err(Fault::new(
        lead..lead + n_letters + 1,
        format!("there is no field called {name}"),
        help,
    ))
}

/// The term, and the term with its hyphens joined: COVID-19 is also COVID19.
fn hyphen_forms(words: &str) -> Vec<String> {
    let hyphens: Vec<(usize, usize)> = words
        .char_indices()
        .filter(|&(at, c)| {
            let glued = |side: Option<char>| side.is_some_and(|c| !c.is_whitespace());
            matches!(
                c,
                '-' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{FE63}' | '\u{FF0D}'
            ) && glued(words[..at].chars().next_back())
                && glued(words[at + c.len_utf8()..].chars().next())
        })
        .map(|(at, c)| (at, c.len_utf8()))
        .collect();
    let n = hyphens.len();
    let all = (1usize << n.min(16)) - 1;
    let choices: Vec<usize> = if n <= MAX_HYPHENS {
        (0..=all).collect()
    } else {
        vec![0, all]
    };
    choices
        .into_iter()
        .map(|joined| {
            let mut form = String::with_capacity(words.len());
            let mut from = 0;
            for (index, &(at, len)) in hyphens.iter().enumerate() {
                let is_joined = joined & 1 << index.min(15) != 0;
                form.push_str(&words[from..if is_joined { at } else { at + len }]);
                from = at + len;
            }
            form.push_str(&words[from..]);
            form
        })
        .collect()
}

fn ideographic(words: &str) -> bool {
    let words = words.trim_start_matches(['=', '~']);
    let is_spaced = words.contains(text::is_southeast_asian);
    words.chars().count() > 1
        && words
            .chars()
            .all(|c| text::is_unspaced(c) || is_spaced && c == ' ')
}

/// The tag of a `lang:` term as it is compared; `None` for other terms.
fn language_tag(raw: &RawTerm<'_>) -> Option<String> {
    let content = unquoted(raw.content).0;
    let is_tag = raw.fields == FieldSet::of(Field::Lang)
        && content.len() > 1
        && content
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    is_tag.then(|| text::LanguageTag::read(content).canonical())
}
