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

/// Lines from the headline within which a name alone is the author's.
const NEAR_HEAD: usize = 12;

/// The authors that the lines taken out name: those of the head, else those
/// below the text.
pub(super) fn of(
    candidates: &[Candidate],
    document: &Document,
    title_at: Option<usize>,
) -> Option<String> {
    let first_text = candidates
        .iter()
        .enumerate()
        .position(|(at, candidate)| candidate.is_kept() && document.lines[at].is_text())
        .unwrap_or(candidates.len());
    let last_text = candidates
        .iter()
        .enumerate()
        .rposition(|(at, candidate)| candidate.is_kept() && document.lines[at].is_text())
        .unwrap_or(0);
    let reader = Reader {
        candidates,
        document,
        title_at,
    };
    let names = reader
        .marked(0..first_text)
        .or_else(|| reader.alone(title_at.map_or(0, |at| at + 1)..first_text))
        .or_else(|| reader.marked(last_text + 1..candidates.len()))
        .or_else(|| reader.alone(last_text + 1..(last_text + 4).min(candidates.len())))
        .or_else(|| reader.marked(first_text..last_text))?;
    Some(names.join(", "))
}

struct Reader<'a> {
    candidates: &'a [Candidate],
    document: &'a Document,
    title_at: Option<usize>,
}

impl Reader<'_> {
    /// The line at `at`, if it may be a byline's: taken out, and not as a link,
    /// an appeal or a picture's.
    fn line(&self, at: usize) -> Option<(&str, &Line)> {
        let candidate = self.candidates.get(at)?;
        let is_other = matches!(
            candidate.verdict,
            None | Some(RemovedKind::Related | RemovedKind::Comment | RemovedKind::Template)
        );
        (!is_other && Some(at) != self.title_at && candidate.text.len() <= 200)
            .then_some((candidate.text.as_str(), &self.document.lines[at]))
    }

    /// Names in lines that say that they name the author.
    fn marked(&self, range: std::ops::Range<usize>) -> Option<Vec<String>> {
        let mut found: Vec<String> = Vec::new();
        let mut is_open = false; // the line before ends in the middle of a list
        for at in range {
            let Some((text, line)) = self.line(at) else {
                is_open = false;
                continue;
            };
            if line.shares.start(Group::Picture) > 0.0 && !is_open {
                continue;
            }
            let read = names::byline(text).or_else(|| {
                is_open.then(|| names::Byline {
                    names: names::in_list(text),
                    is_open: names::ends_open(text),
                })
            });
            let is_joined = names::is_joiner(text);
            match read {
                Some(read) => {
                    for name in read.names {
                        if !found.contains(&name) && found.len() < MAX_AUTHORS {
                            found.push(name);
                        }
                    }
                    is_open = read.is_open;
                }
                None if is_joined && !found.is_empty() => is_open = true,
                None if is_open && found.is_empty() && line.is_date => {}
                None => {
                    is_open = false;
                }
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// Names that stand alone in their lines, near the headline or the date.
    fn alone(&self, range: std::ops::Range<usize>) -> Option<Vec<String>> {
        let end = range.end.min(range.start + NEAR_HEAD);
        let mut best: Option<(usize, usize)> = None;
        for at in range.start..end {
            let Some((text, line)) = self.line(at) else {
                continue;
            };
            if names::alone(text).is_none() || !self.is_plain(line) {
                continue;
            }
            let n_signs = self.signs_around(at) + self.signs_of(at);
            if n_signs > 0 && best.is_none_or(|(most, _)| n_signs > most) {
                best = Some((n_signs, at));
            }
        }
        let (_, at) = best?;
        let mut found = vec![names::alone(self.line(at)?.0)?];
        // `Ann Bell`, `and`, `Carl Dow`; `(now) and`.
        let mut next = at + 1;
        while let Some((text, _)) = self.line(next)
            && names::is_joiner(text)
            && let Some((name, _)) = self.line(next + 1)
            && let Some(name) = names::alone(name)
        {
            if !found.contains(&name) {
                found.push(name);
            }
            next += 2;
        }
        Some(found)
    }

    /// Whether none of a page's own words are in the line.
    fn is_plain(&self, line: &Line) -> bool {
        let asking = [
            Group::Related,
            Group::Promo,
            Group::Use,
            Group::Comment,
            Group::Legal,
            Group::Picture,
            Group::Section,
            Group::Note,
        ];
        asking.iter().all(|group| line.shares.all(*group) < 0.3) && !line.is_date
    }

    /// Signs of the lines right before and after that a byline is here.
    fn signs_around(&self, at: usize) -> usize {
        let near = [
            at.checked_sub(2),
            at.checked_sub(1),
            Some(at + 1),
            Some(at + 2),
        ];
        near.into_iter()
            .flatten()
            .filter(|near| {
                let Some(line) = self.document.lines.get(*near) else {
                    return false;
                };
                let is_title = Some(*near) == self.title_at;
                let is_said = line.is_short()
                    && (line.is_date || line.is_time || line.shares.all(Group::Author) > 0.4);
                is_title && *near + 1 == at || is_said
            })
            .count()
    }

    /// Whether the name stands again in a line that says what its bearer is.
    fn signs_of(&self, at: usize) -> usize {
        let Some((name, _)) = self.line(at) else {
            return 0;
        };
        self.candidates
            .iter()
            .enumerate()
            .filter(|(other, candidate)| {
                *other != at && !candidate.is_kept() && candidate.text.contains(name)
            })
            .take(2)
            .count()
    }
}
