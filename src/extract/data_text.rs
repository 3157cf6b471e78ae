//! The text that a page's data has where the page shows none: its rendering is
//! left to a script, or begins with a teaser.

use crate::extract::blocks;
use crate::extract::blocks::text_density::TextDensity;
use crate::extract::dom::NodeId;
use crate::extract::dom::parse;
use crate::extract::dom::trim::Attributes;
use crate::extract::lines::candidate::{self, Candidate};
use crate::extract::lines::phrases;
use crate::extract::meta::unescape;
use crate::model::{Article, Block, BlockKind, TextFrom};

/// Bytes of text from which a page's own is believed to be whole.
const ENOUGH: usize = 600;
/// Least bytes of a text in the data.
const MIN_BYTES: usize = 60;
/// Sentences that make a paragraph of a text without line ends.
const MAX_PARAGRAPH: usize = 700;

/// Takes the data's text if it is much longer than the page's.
pub(super) fn take(article: &mut Article, body: Option<&str>) {
    let Some(body) = body else { return };
    let n_bytes: usize = article.blocks.iter().map(|block| block.text.len()).sum();
    if n_bytes >= ENOUGH || body.len() < (2 * n_bytes).max(MIN_BYTES) {
        return;
    }
    let texts = paragraphs(body);
    let candidates: Vec<Candidate> = texts
        .into_iter()
        .map(|text| {
            let verdict = candidate::verdict_of_folded(&text, &phrases::fold(&text));
            let mut block = Candidate::new(BlockKind::Paragraph, text, false);
            if let Some(verdict) = verdict {
                block.remove(verdict);
            }
            block
        })
        .collect();
    let (blocks, removed) = candidate::part(candidates, None);
    let n_found: usize = blocks.iter().map(|block| block.text.len()).sum();
    if n_found <= n_bytes {
        return;
    }
    article.blocks = blocks;
    article.removed.extend(removed);
    if article.text_from == TextFrom::TitleOnly || article.text_from == TextFrom::ScriptOnly {
        article.text_from = TextFrom::Page;
    }
}

/// Takes what the page says of itself to search engines, where nothing else is
/// there to read.
pub(super) fn take_description(article: &mut Article, description: Option<&str>) {
    let description = description.filter(|description| description.len() >= MIN_BYTES);
    if let Some(description) = description.filter(|_| article.blocks.is_empty()) {
        article.blocks.push(Block {
            kind: BlockKind::Paragraph,
            text: description.to_owned(),
        });
    }
}

/// The paragraphs of a text, which may be HTML, lines, or neither.
fn paragraphs(body: &str) -> Vec<String> {
    let plain = body.contains("&lt;").then(|| unescape(body));
    let body = plain.as_deref().unwrap_or(body);
    if body.contains("</") || body.contains("<br") || body.contains("<p>") {
        let dom = parse::parse(body, Attributes::All);
        return blocks::of_page(
            &dom,
            NodeId::DOCUMENT,
            &TextDensity::of(&dom, NodeId::DOCUMENT),
        )
        .into_iter()
        .map(|block| block.text)
        .collect();
    }
    let fold = candidate::fold_space;
    let lines: Vec<String> = body
        .lines()
        .map(|line| fold(&unescape(line)))
        .filter(|line| !line.is_empty())
        .collect();
    lines.into_iter().flat_map(|line| split(&line)).collect()
}

/// A line in pieces that end with a sentence.
fn split(line: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while rest.len() > 2 * MAX_PARAGRAPH {
        let from = rest.floor_char_boundary(MAX_PARAGRAPH);
        let end = [". ", "! ", "? ", ".\u{201d} ", "\u{3002}"]
            .iter()
            .filter_map(|mark| rest[from..].find(mark).map(|at| from + at + mark.len()))
            .min();
        let Some(end) = end else { break };
        pieces.push(rest[..end].trim().to_owned());
        rest = rest[end..].trim_start();
    }
    pieces.push(rest.to_owned());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, wanted: &[&str]) {
        assert_eq!(paragraphs(body), wanted, "{body}");
    }

    #[test]
    fn a_text_is_read_as_html_or_as_lines() {
        check(
            "<p>One.</p><p>Two &amp; three.</p>",
            &["One.", "Two & three."],
        );
        check("One.\n\n  Two.\r\n", &["One.", "Two."]);
    }
}
