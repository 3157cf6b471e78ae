//! How the demo prints: one line for each event, with its time and a label,
//! wrapped for a terminal of ordinary width.

use crate::command::output::show::count;
use crate::model::shown_term;
use crate::model::{CoverageKind, outermost};
use crate::notify::payload::{Coverage, Event, Payload, Why};
use crate::text::printable;
use anstyle::{AnsiColor, Style};
use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Instant;

/// Columns that the time and the label take.
const INDENT: usize = 22;
/// Columns of a whole line.
const WIDTH: usize = 110;
/// How many sentences of each kind are shown.
const MAX_SHOWN: usize = 3;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const MARK: Style = AnsiColor::Yellow.on_default().bold();
const NEW: Style = AnsiColor::Green.on_default();
const ALERT: Style = AnsiColor::Red.on_default().bold();
const HELD: Style = AnsiColor::Cyan.on_default();
const PLAIN: Style = Style::new();

/// The demo's output.
pub(super) struct Paper<'a> {
    out: &'a mut (dyn Write + Send),
    /// Marks are colours on a terminal and brackets elsewhere.
    has_colour: bool,
    begun: Instant,
}

impl<'a> Paper<'a> {
    pub(super) fn new(out: &'a mut (dyn Write + Send), has_colour: bool) -> Self {
        Self {
            out,
            has_colour,
            begun: Instant::now(),
        }
    }

    /// Prints a line as it is.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")?;
        self.out.flush()
    }

    /// Prints a bold line.
    pub(super) fn head(&mut self, text: &str) -> io::Result<()> {
        self.line(&format!("{BOLD}{text}{BOLD:#}"))
    }

    pub(super) fn published(&mut self, outlet: &str, title: &str, again: bool) -> io::Result<()> {
        let label = if again { "corrected" } else { "published" };
        self.event(label, PLAIN, &format!("{DIM}{outlet}:{DIM:#} {title}"))
    }

    pub(super) fn note(&mut self, label: &str, text: &str) -> io::Result<()> {
        self.event(label, HELD, text)
    }

    /// Prints that an article matches no watch; `n_named` watches would match
    /// the page around it.
    pub(super) fn no_match(&mut self, outlet: &str, n_named: usize) -> io::Result<()> {
        let text = match n_named {
            0 => format!("{outlet}: the article matches no watch"),
            _ => format!(
                "{outlet}: the page around it matches {n_named} of the watches, the article none"
            ),
        };
        self.event("no match", DIM, &text)
    }

    pub(super) fn bad_feed(&mut self, name: &str, error: &str) -> io::Result<()> {
        self.event("bad feed", ALERT, &format!("{name}: {}", printable(error)))
    }

    /// Prints something that must not happen.
    pub(super) fn wrong(&mut self, text: &str) -> io::Result<()> {
        self.event("WRONG", ALERT, &printable(text))
    }

    /// Prints why an article that matches a watch causes no alert. `of` is the
    /// outlet whose article it repeats.
    pub(super) fn no_alert(
        &mut self,
        kind: CoverageKind,
        outlet: &str,
        of: Option<&str>,
        new: &[String],
    ) -> io::Result<()> {
        let of = of.unwrap_or("another outlet");
        let text = match kind {
            CoverageKind::Duplicate => {
                format!("{BOLD}duplicate{BOLD:#}: {outlet} carries {of}'s article word for word")
            }
            CoverageKind::Rewrite => {
                format!("{BOLD}rewrite{BOLD:#}: {outlet} rewrites {of}'s article and adds nothing")
            }
            CoverageKind::Independent => {
                format!("{BOLD}independent{BOLD:#}: {outlet} has its own report, with nothing new")
            }
            CoverageKind::Revision => format!(
                "{BOLD}revision{BOLD:#}: {outlet} corrected its article; the new version is recorded:"
            ),
            CoverageKind::First => format!("{BOLD}first{BOLD:#}: {outlet}, without an alert"),
            CoverageKind::Development => {
                format!("{BOLD}development{BOLD:#}: {outlet}, without an alert")
            }
        };
        self.event("no alert", HELD, &text)?;
        if kind == CoverageKind::Revision {
            for sentence in new.iter().take(MAX_SHOWN) {
                self.text(&format!("{DIM}now{DIM:#}  {}", printable(sentence)), 5)?;
            }
        }
        Ok(())
    }

    /// Prints an alert that arrived with a valid signature.
    pub(super) fn alert(&mut self, payload: &Payload) -> io::Result<()> {
        let Some(coverage) = payload.event.coverage() else {
            let name = format!("{BOLD}{}{BOLD:#}", payload.event.name());
            return self.event("ALERT", ALERT, &name);
        };
        let what = match payload.event {
            Event::StoryOpened(_) => "new story",
            Event::StoryDeveloped(_) => "development",
            Event::WatchMatched(_) => "match",
            Event::ArticleRevised(_) => "revision",
            _ => "coverage",
        };
        self.coverage(what, coverage)?;
        self.text(
            &format!(
                "{DIM}signature verified, webhook-id {}{DIM:#}",
                payload.alert
            ),
            0,
        )
    }

    fn coverage(&mut self, what: &str, coverage: &Coverage) -> io::Result<()> {
        let (watch, story, article) = (&coverage.watch, &coverage.story, &coverage.article);
        let severity = watch.severity.as_deref();
        let severity = severity.map_or_else(String::new, |severity| {
            format!(", {ALERT}{}{ALERT:#}", printable(severity))
        });
        let name = printable(&watch.name);
        self.event(
            "ALERT",
            ALERT,
            &format!("{BOLD}{what}{BOLD:#} for the watch {BOLD}{name}{BOLD:#}{severity}"),
        )?;
        self.text(&format!("{BOLD}{}{BOLD:#}", printable(&article.title)), 0)?;
        let written = article
            .author
            .as_deref()
            .map(|author| format!(", by {author}"));
        self.text(
            &format!(
                "{DIM}{}{}, {} words; story {}: {} from {}{DIM:#}",
                printable(&article.source),
                printable(&written.unwrap_or_default()),
                article.words,
                story.id,
                count(story.articles, "article"),
                count(story.sources, "outlet"),
            ),
            0,
        )?;
        for (sentence, marks, terms) in by_sentence(&coverage.why).into_iter().take(MAX_SHOWN) {
            let marked = self.marked(sentence, &marks);
            let terms = printable(&terms.join(", "));
            self.text(
                &format!("{DIM}why{DIM:#}  {marked}  {DIM}({terms}){DIM:#}"),
                5,
            )?;
        }
        for new in coverage.new.iter().take(MAX_SHOWN) {
            let facts = outermost(new.marks.iter().map(|mark| mark.span));
            let marked = self.marked(&new.sentence, &facts);
            self.text(&format!("{DIM}new{DIM:#}  {NEW}{marked}{NEW:#}"), 5)?;
        }
        match coverage.new.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            more => self.text(
                &format!("{DIM}     and {more} more new sentences{DIM:#}"),
                5,
            ),
        }
    }

    /// `sentence` with the matched words marked.
    fn marked(&self, sentence: &str, marks: &[(usize, usize)]) -> String {
        let (open, close) = if self.has_colour {
            (format!("{MARK}"), format!("{MARK:#}"))
        } else {
            ("[".to_owned(), "]".to_owned())
        };
        let mut marked = String::new();
        for (at, c) in printable(sentence).chars().enumerate() {
            if marks.iter().any(|(_, end)| *end == at) {
                marked.push_str(&close);
            }
            if marks.iter().any(|(start, _)| *start == at) {
                marked.push_str(&open);
            }
            marked.push(c);
        }
        if marks
            .iter()
            .any(|(_, end)| *end >= sentence.chars().count())
        {
            marked.push_str(&close);
        }
        marked
    }

    /// Prints a line with the time and a label; the rest wraps below it.
    fn event(&mut self, label: &str, style: Style, text: &str) -> io::Result<()> {
        let seconds = self.begun.elapsed().as_secs_f64();
        let time = format!("{DIM}{seconds:6.1} s{DIM:#}");
        let start = format!("{time}  {style}{label:<10}{style:#}  ");
        let mut lines = wrap(text, 0);
        let first = if lines.is_empty() {
            String::new()
        } else {
            lines.remove(0)
        };
        writeln!(self.out, "{start}{first}")?;
        self.rest(&lines)
    }

    /// Prints lines below an event, from the second line on `hang` columns
    /// further in.
    fn text(&mut self, text: &str, hang: usize) -> io::Result<()> {
        self.rest(&wrap(text, hang))
    }

    fn rest(&mut self, lines: &[String]) -> io::Result<()> {
        for line in lines {
            writeln!(self.out, "{:INDENT$}{line}", "")?;
        }
        self.out.flush()
    }
}

/// A sentence, its marks, and the terms behind them.
type Found<'a> = (&'a str, Vec<(usize, usize)>, Vec<Cow<'a, str>>);

/// The sentences with all marks and terms that were found in each.
fn by_sentence(why: &[Why]) -> Vec<Found<'_>> {
    let mut sentences: Vec<Found<'_>> = Vec::new();
    for why in why {
        let term = shown_term(&why.term, &why.sentence, &why.marks);
        match sentences
            .iter_mut()
            .find(|(sentence, ..)| *sentence == why.sentence)
        {
            Some((_, marks, terms)) => {
                marks.extend(&why.marks);
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
            None => sentences.push((&why.sentence, why.marks.clone(), vec![term])),
        }
    }
    sentences
}

/// Wraps `text` to the remaining width; styles take no columns.
fn wrap(text: &str, hang: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut width = 0;
    for (n, word) in text.split(' ').enumerate() {
        let n_columns = columns(word);
        if n > 0 && width + 1 + n_columns > WIDTH - INDENT {
            lines.push(" ".repeat(hang));
            width = hang;
        } else if n > 0 {
            width += 1;
            push(&mut lines, " ");
        }
        push(&mut lines, word);
        width += n_columns;
    }
    lines
        .iter()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// How many columns `word` takes, without its ANSI sequences.
fn columns(word: &str) -> usize {
    let mut is_in_sequence = false;
    word.chars()
        .filter(|c| {
            is_in_sequence |= *c == '\u{1b}';
            let is_shown = !is_in_sequence;
            is_in_sequence &= *c != 'm';
            is_shown
        })
        .count()
}
