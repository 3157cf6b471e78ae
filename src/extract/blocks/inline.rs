//! What stands within a line of text: words in elements that a page invents or
//! borrows, and marks that are no part of the sentence.

use crate::extract::dom::{Data, Dom, Element, NodeId};
use html5ever::{LocalName, local_name};

/// Most nodes looked at below an element.
const MAX_NODES: usize = 40;
/// Letters of a sentence that must stand beside an element for it to be a part.
const MIN_LETTERS: usize = 12;
/// Longest note mark: `[12]`, `(3)`, `*`.
const MAX_MARK_BYTES: usize = 8;
/// Longest label for those who hear a page, in bytes.
const MAX_LABEL_BYTES: usize = 60;

/// Whether an element is part of the line that it stands in. A button, an
/// output or an element of the page's own is one in the middle of a sentence.
pub(super) fn is_in_line(dom: &Dom, id: NodeId, element: &Element) -> bool {
    element.is_phrasing()
        || may_be_in_line(element) && is_in_sentence(dom, id) && !holds_blocks(dom, id)
}

fn may_be_in_line(element: &Element) -> bool {
    matches!(
        element.name.local,
        local_name!("button") | local_name!("output")
    ) || element.name.local.contains('-')
}

/// Whether text stands directly before or behind the element, and enough of it.
fn is_in_sentence(dom: &Dom, id: NodeId) -> bool {
    let letters = |id: Option<NodeId>| {
        let text = id.and_then(|id| dom.own_text(id)).unwrap_or_default();
        let alphanumeric = text.chars().filter(|c| c.is_alphanumeric());
        alphanumeric.take(MIN_LETTERS).count()
    };
    let (before, behind) = (
        letters(dom.node(id).previous),
        letters(shown_behind(dom, id)),
    );
    before + behind >= MIN_LETTERS && (behind > 0 || before >= MIN_LETTERS && !is_button(dom, id))
}

/// What a reader sees right behind the element: no popover, for it is shown on
/// demand.
fn shown_behind(dom: &Dom, id: NodeId) -> Option<NodeId> {
    let mut behind = dom.node(id).next;
    while let Some(element) = behind.and_then(|id| dom.element(id)) {
        if !is_popover(element) {
            break;
        }
        behind = behind.and_then(|id| dom.node(id).next);
    }
    behind
}

/// Whether it is a popover, which is built as a `<bdo>`.
fn is_popover(element: &Element) -> bool {
    element.name.local == local_name!("bdo") && element.attr_named("popover").is_some()
}

fn is_button(dom: &Dom, id: NodeId) -> bool {
    dom.name(id) == Some(&local_name!("button"))
}

fn holds_blocks(dom: &Dom, id: NodeId) -> bool {
    dom.descendants(id).skip(1).enumerate().any(|(n, id)| {
        n >= MAX_NODES
            || dom
                .element(id)
                .is_some_and(|element| !element.is_phrasing())
    })
}

/// Whether an element within a line is no part of its text: readings above the
/// words, popovers, marks of notes, labels for those who hear the page. `text`
/// is what stands before it in the line.
pub(super) fn is_left_out(dom: &Dom, id: NodeId, element: &Element, text: &str) -> bool {
    match element.name.local {
        local_name!("rt") | local_name!("rp") | local_name!("rtc") => true,
        local_name!("bdo") => is_popover(element),
        local_name!("sup") => is_note(dom, id, text),
        local_name!("a") if is_link_to_note(element) => is_note(dom, id, text),
        _ => element.is_phrasing() && is_unseen(element) && is_short(dom, id),
    }
}

/// Parts of the classes and roles of a link that leads to a note.
const NOTE_LINKS: [&str; 5] = ["footnote", "noteref", "note-ref", "fn-ref", "fnref"];

/// Whether a link says by its class or role that it leads to a note.
fn is_link_to_note(element: &Element) -> bool {
    let has = |name: LocalName| {
        element
            .attr(&name)
            .is_some_and(|value| NOTE_LINKS.iter().any(|word| value.contains(word)))
    };
    has(local_name!("class")) || has(local_name!("role"))
}

/// Whether a `<sup>` or a link to a note is the mark of a note. Digits behind a short word are a
/// unit's (`km2`), behind a number its power, and letters an ordinal's.
fn is_note(dom: &Dom, id: NodeId, text: &str) -> bool {
    let mark = dom.text_of(id);
    let has_link = dom
        .descendants(id)
        .any(|id| dom.name(id) == Some(&local_name!("a")));
    let is_bracketed = mark.starts_with(['[', '(']) && mark.ends_with([']', ')']);
    let is_mark = !mark.is_empty()
        && mark.len() <= MAX_MARK_BYTES
        && mark.chars().all(|c| {
            c.is_ascii_digit()
                || matches!(
                    c,
                    '[' | ']' | '(' | ')' | '*' | ',' | ' ' | '\u{2020}' | '\u{2021}' | '\u{a7}'
                )
                || is_bracketed && c.is_alphabetic()
        });
    is_mark
        && (is_bracketed
            || has_link
            || !mark.contains(|c: char| c.is_ascii_digit())
            || may_bear_note(text))
}

/// Letters of a word from which on it is no unit.
const MIN_WORD: usize = 4;

/// Whether what ends `text` may have the mark of a note: a word that is no unit,
/// or the end of a sentence.
fn may_bear_note(text: &str) -> bool {
    let n_letters = text
        .chars()
        .rev()
        .take_while(|c| c.is_alphabetic())
        .take(MIN_WORD)
        .count();
    let is_syllabic = || {
        text.ends_with(|c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'))
    };
    n_letters >= MIN_WORD
        || n_letters > 0 && is_syllabic()
        || n_letters == 0
            && text.ends_with([
                '.', ',', '!', '?', ';', ')', '"', '\'', '\u{201d}', '\u{2019}', '\u{bb}',
                '\u{3002}',
            ])
}

/// Whether `c` is a raised digit that marks a note.
pub(super) fn is_note_digit(c: char, text: &str) -> bool {
    let is_raised = |c: char| {
        matches!(
            c,
            '\u{b9}' | '\u{b2}' | '\u{b3}' | '\u{2070}' | '\u{2074}'..='\u{2079}'
        )
    };
    is_raised(c) && may_bear_note(text)
}

/// Class words of what only screen readers say.
const UNSEEN: [&str; 10] = [
    "sr-only",
    "sronly",
    "visually-hidden",
    "visuallyhidden",
    "visuallyHidden",
    "screen-reader",
    "screenreader",
    "a11y-hidden",
    "offscreen",
    "assistive",
];

fn is_unseen(element: &Element) -> bool {
    if element.attrs.is_empty() {
        return false;
    }
    let has = |name: LocalName, words: &[&str]| {
        let value = element.attr(&name);
        value.is_some_and(|value| words.iter().any(|word| value.contains(word)))
    };
    has(local_name!("class"), &UNSEEN)
        || has(
            local_name!("style"),
            &[
                "clip:",
                "clip-path:inset(50%",
                "clip-path: inset(50%",
                "display:none",
                "display: none",
            ],
        )
}

fn is_short(dom: &Dom, id: NodeId) -> bool {
    let mut n_bytes = 0;
    for (n_nodes, node) in dom.descendants(id).enumerate() {
        if let Data::Text { .. } = dom.node(node).data {
            n_bytes += dom.own_text(node).map_or(0, |text| text.trim().len());
        }
        if n_nodes >= MAX_NODES || n_bytes > MAX_LABEL_BYTES {
            return false;
        }
    }
    true
}
