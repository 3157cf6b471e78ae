//! Who wrote a text: the names in its bylines, which may go over several lines
//! (`By`, `Ann Bell`, `and`, `Carl Dow`, `Staff Writers`), with places, roles and
//! outlets among them.

use crate::extract::lines::candidate::Candidate;
use crate::extract::lines::names;
use crate::extract::lines::vocabulary::Group;
use crate::extract::plain::document::{Document, Line};
use crate::model::RemovedKind;

/// Most authors that a text is given.
const MAX_AUTHORS: usize = 8;

/// Lines from the headline, and from the text's end, within which a name alone is
/// the author's.
const NEAR_HEAD: usize = 12;
const NEAR_TEXT: usize = 3;

/// The authors that the lines around the text name: those of the head, else those
/// below the text; and the lines that name them.
pub(super) fn of(
    candidates: &[Candidate],
    document: &Document,
    title_at: Option<usize>,
) -> Option<Authors> {
    let is_text = |at: usize| candidates[at].is_kept() && document.lines[at].is_text();
    let first_text = (0..candidates.len())
        .find(|at| is_text(*at))
        .unwrap_or(candidates.len());
    let below_text = (0..candidates.len())
        .rfind(|at| is_text(*at))
        .map_or(candidates.len(), |at| at + 1);
    let reader = Reader {
        candidates,
        document,
        title_at,
    };
    let below_title = title_at.map_or(0, |at| at + 1);
    reader
        .marked(0..first_text)
        .or_else(|| reader.alone(below_title..first_text, NEAR_HEAD))
        .or_else(|| reader.marked(below_text..candidates.len()))
        .or_else(|| reader.alone(below_text..candidates.len(), NEAR_TEXT))
        .or_else(|| reader.marked(first_text..below_text))
}

/// Who wrote a text, and in which lines that stands.
#[derive(Debug, Default)]
pub(super) struct Authors {
    pub(super) names: Vec<String>,
    pub(super) lines: Vec<usize>,
}

impl Authors {
    fn add(&mut self, names: Vec<String>, at: usize) {
        self.lines.push(at);
        for name in names {
            if !self.names.contains(&name) && self.names.len() < MAX_AUTHORS {
                self.names.push(name);
            }
        }
    }

    fn some(self) -> Option<Self> {
        (!self.names.is_empty()).then_some(self)
    }
}

struct Reader<'a> {
    candidates: &'a [Candidate],
    document: &'a Document,
    title_at: Option<usize>,
}

impl Reader<'_> {
    /// The line at `at`, if it may be a byline's: short, and no link, appeal,
    /// comment or running text.
    fn line(&self, at: usize) -> Option<(&str, &Line)> {
        let candidate = self.candidates.get(at)?;
        let line = self.document.lines.get(at)?;
        let is_other = matches!(
            line.rule,
            Some(RemovedKind::Related | RemovedKind::Comment | RemovedKind::Promo)
        ) || line.is_code
            || line.is_post_author
            || candidate.is_kept() && !line.is_short();
        (!is_other && Some(at) != self.title_at && candidate.text.len() <= 200)
            .then_some((candidate.text.as_str(), line))
    }

    /// Names in lines that say that they name the author.
    fn marked(&self, range: std::ops::Range<usize>) -> Option<Authors> {
        let mut found = Authors::default();
        let mut is_open = false; // the line before ends in the middle of a list
        for at in range {
            let line = self.line(at).filter(|(_, line)| {
                !self.candidates[at].is_kept()
                    && (is_open || line.shares.start(Group::Picture) == 0.0)
            });
            let Some((text, line)) = line else {
                is_open = false;
                continue;
            };
            let read = names::byline(text).or_else(|| {
                let names = if is_open {
                    names::in_list(text)
                } else {
                    Vec::new()
                };
                let is_open = names::ends_open(text);
                (!names.is_empty()).then_some(names::Byline { names, is_open })
            });
            match read {
                Some(read) => {
                    is_open = read.is_open;
                    if !read.names.is_empty() {
                        found.add(read.names, at);
                    }
                }
                None if names::is_joiner(text) && !found.names.is_empty() => is_open = true,
                None if is_open && found.names.is_empty() && line.is_date => {}
                None => is_open = false,
            }
        }
        found.some()
    }

    /// Names that stand alone in their lines, among the first `n_near`.
    fn alone(&self, range: std::ops::Range<usize>, n_near: usize) -> Option<Authors> {
        let end = range.end.min(range.start + n_near);
        let mut best: Option<(usize, usize)> = None;
        for at in range.start..end {
            let Some((text, line)) = self.line(at) else {
                continue;
            };
            if names::alone(text).is_none() || !is_plain(line) {
                continue;
            }
            let is_first = at <= range.start + 1;
            let mut n_signs = 2 * (self.signs_around(at) + self.signs_of(at, text));
            n_signs +=
                usize::from(is_first) + 2 * usize::from(line.shares.all(Group::Author) > 0.1);
            let is_likely = n_signs > 1 || n_signs > 0 && !self.candidates[at].is_kept();
            if is_likely && best.is_none_or(|(most, _)| n_signs > most) {
                best = Some((n_signs, at));
            }
        }
        let (_, at) = best?;
        let mut found = Authors::default();
        found.add(vec![names::alone(self.line(at)?.0)?], at);
        // `Ann Bell`, `and`, `Carl Dow`; `(now) and`.
        let mut next = at + 1;
        while let Some((text, _)) = self.line(next)
            && names::is_joiner(text)
            && let Some((name, _)) = self.line(next + 1)
            && let Some(name) = names::alone(name)
        {
            found.add(vec![name], next + 1);
            next += 2;
        }
        found.some()
    }

    /// Signs of the lines right before and after that a byline is here.
    fn signs_around(&self, at: usize) -> usize {
        [
            at.checked_sub(2),
            at.checked_sub(1),
            Some(at + 1),
            Some(at + 2),
        ]
        .into_iter()
        .flatten()
        .filter(|near| {
            self.document.lines.get(*near).is_some_and(|line| {
                line.is_short()
                    && (line.is_date || line.is_time || line.shares.all(Group::Author) > 0.4)
            })
        })
        .count()
    }

    /// Whether the name stands again in a line that says what its bearer is.
    fn signs_of(&self, at: usize, name: &str) -> usize {
        self.candidates
            .iter()
            .enumerate()
            .filter(|(other, candidate)| {
                *other != at && !candidate.is_kept() && candidate.text.contains(name)
            })
            .take(1)
            .count()
    }
}

/// Whether none of a page's own words are in a line.
fn is_plain(line: &Line) -> bool {
    let others = [
        Group::Related,
        Group::Promo,
        Group::Use,
        Group::Comment,
        Group::Legal,
        Group::Picture,
        Group::Section,
        Group::Note,
    ];
    others.iter().all(|group| line.shares.all(*group) < 0.3)
        && !line.is_date
        && line.shape.first.is_some_and(|first| {
            first.is_alphabetic() || matches!(first, '\u{ff3b}' | '[' | '\u{2014}')
        })
}
