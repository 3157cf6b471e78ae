//! The order of a message's lines, and which of them a limit leaves.

use super::fit::cut_by;
use super::{Message, Passage};
use url::Url;

/// Most sentences of each kind in a message: it is read on a phone.
const MAX_SENTENCES: usize = 5;

/// Most lines of a summary.
const MAX_MORE: usize = 25;

/// How a piece of text looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// As the rest.
    Plain,
    /// Bold.
    Bold,
    /// A link to this URL.
    Link(Url),
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Its text, without any markup.
    pub(crate) text: String,
    /// How it looks.
    pub(crate) style: Style,
}

/// A line of a message.
pub(crate) type Line = Vec<Span>;

fn span(text: impl Into<String>, style: Style) -> Span {
    Span {
        text: text.into(),
        style,
    }
}

/// All lines of a message.
///
/// `is_reply`: it stands in its story's thread, so it need not name the story.
pub(crate) fn lines(message: &Message, is_reply: bool) -> Vec<Line> {
    let mut lines = vec![heading(message), headline_line(message)];
    lines.extend(rest(message, is_reply));
    lines
}

/// The lines below the headline, for kinds that show it by themselves.
pub(crate) fn rest(message: &Message, is_reply: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.extend(about(message));
    lines.extend(story(message, is_reply));
    let (mut n_left, why) = labelled("why: ", &message.why, MAX_SENTENCES);
    let (n_new_left, new) = labelled("new: ", &message.new, MAX_SENTENCES);
    let (n_more_left, more) = labelled("• ", &message.more, MAX_MORE);
    n_left += n_new_left + n_more_left + message.n_cut;
    lines.extend(why.into_iter().chain(new).chain(more));
    if n_left > 0 {
        lines.push(left_out(n_left));
    }
    lines
}

/// The watch, what happened, and how severe it is.
pub(crate) fn heading(message: &Message) -> Line {
    let mut line = vec![
        span(message.watch.clone(), Style::Bold),
        span(format!(" · {}", message.kind), Style::Plain),
    ];
    if let Some(severity) = &message.severity {
        line.push(span(format!(" · {severity}"), Style::Plain));
    }
    line
}

/// The headline, as a link where there is one.
pub(crate) fn headline_line(message: &Message) -> Line {
    let style = match &message.link {
        Some(link) => Style::Link(link.clone()),
        None => Style::Bold,
    };
    vec![span(message.headline.clone(), style)]
}

/// The outlet and the counts.
fn about(message: &Message) -> Option<Line> {
    let outlet = (!message.outlet.is_empty()).then(|| message.outlet.clone());
    let parts: Vec<String> = outlet.into_iter().chain(message.counts()).collect();
    (!parts.is_empty()).then(|| vec![span(parts.join(" · "), Style::Plain)])
}

/// The story's title, of a later alert that stands in no thread.
fn story(message: &Message, is_reply: bool) -> Option<Line> {
    let story = message.story.as_ref()?;
    let is_known = is_reply || story.number < 2 || story.title.is_empty();
    let text = format!("story: {} (alert {})", story.title, story.number);
    (!is_known).then(|| vec![span(text, Style::Plain)])
}

/// The first `most` passages with a label; and how many were left out.
fn labelled(label: &str, passages: &[Passage], most: usize) -> (usize, Vec<Line>) {
    let lines = passages.iter().take(most).map(|passage| {
        let mut line = vec![span(label, Style::Plain)];
        let styled = |(text, is_bold): &(String, bool)| {
            let style = match (&passage.link, is_bold) {
                (Some(link), true) => Style::Link(link.clone()),
                (None, true) => Style::Bold,
                (_, false) => Style::Plain,
            };
            span(text.clone(), style)
        };
        line.extend(passage.parts.iter().map(styled));
        line
    });
    (passages.len().saturating_sub(most), lines.collect())
}

fn left_out(n: usize) -> Line {
    vec![span(format!("… and {n} more not shown"), Style::Plain)]
}

/// What the line about lines left out may take, at most.
const LEFT_OUT_ROOM: usize = 48;

/// As many of the lines as `most` leaves. The last one is cut as text, and a line
/// says how many were left out. `cost` is what a span takes once it is marked up;
/// a line takes `per_line` besides.
pub(crate) fn fit(
    lines: Vec<Line>,
    most: usize,
    per_line: usize,
    cost: impl Fn(&Span) -> usize,
) -> Vec<Line> {
    let total = |line: &Line| line.iter().map(&cost).sum::<usize>() + per_line;
    if lines.iter().map(total).sum::<usize>() <= most {
        return lines;
    }
    let mut room = most.saturating_sub(LEFT_OUT_ROOM + per_line + cost(&span("", Style::Plain)));
    let n_lines = lines.len();
    let mut kept: Vec<Line> = Vec::new();
    for line in lines {
        let size = total(&line);
        if size <= room {
            room -= size;
            kept.push(line);
            continue;
        }
        let begun = cut_line(line, room.saturating_sub(per_line), &cost);
        if !begun.is_empty() {
            kept.push(begun);
        }
        break;
    }
    let n_left = n_lines - kept.len();
    if n_left > 0 {
        kept.push(left_out(n_left));
    }
    kept
}

/// The beginning of a line.
fn cut_line(line: Line, mut room: usize, cost: &impl Fn(&Span) -> usize) -> Line {
    let mut kept = Line::new();
    for part in line {
        let size = cost(&part);
        if size <= room {
            room -= size;
            kept.push(part);
            continue;
        }
        let empty = span("", part.style.clone());
        let frame = cost(&empty);
        let text = cut_by(&part.text, room.saturating_sub(frame), |text| {
            cost(&span(text, part.style.clone())).saturating_sub(frame)
        });
        // A few letters of a sentence say nothing.
        if !text.is_empty() && frame < room {
            kept.push(span(text, part.style));
        }
        break;
    }
    kept
}
