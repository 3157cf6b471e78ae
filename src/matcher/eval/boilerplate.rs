//! Matches that hold only because of boilerplate: sentences that an outlet repeats
//! under articles on other topics.

use crate::matcher::{Doc, Matcher, Scratch};
use crate::model::{Field, Match};
use crate::text::CharOffsets;
use std::ops::Range;

impl Matcher {
    /// Marks those of `found`, the matches of `doc`, that hold only because of the
    /// byte ranges `boilerplate` of its body, with their evidence. The others keep
    /// only evidence from elsewhere.
    pub fn mark_boilerplate(
        &self,
        scratch: &mut Scratch,
        doc: &Doc<'_>,
        boilerplate: &[Range<usize>],
        found: &mut [Match],
    ) {
        let offsets = CharOffsets::new(doc.body);
        let ranges: Vec<Range<usize>> = boilerplate
            .iter()
            .map(|range| offsets.of(doc.body, range.start)..offsets.of(doc.body, range.end))
            .collect();
        let mut is_touched = false;
        for evidence in found.iter_mut().flat_map(|found| &mut found.why) {
            let is_inside =
                |range: &Range<usize>| range.start < evidence.end && evidence.start < range.end;
            evidence.boilerplate = evidence.field == Field::Body && ranges.iter().any(is_inside);
            is_touched |= evidence.boilerplate;
        }
        if !is_touched {
            return;
        }
        let body = blanked(doc.body, boilerplate);
        let own = self.matches(
            scratch,
            &Doc {
                body: &body,
                ..*doc
            },
        );
        for found in found {
            match own.iter().find(|own| own.watch == found.watch) {
                Some(own) => found.why.clone_from(&own.why),
                None => found.boilerplate = found.why.iter().any(|why| why.boilerplate),
            }
        }
    }
}

/// `text` with the ranges replaced by as many characters of white space, of which the
/// first two end a block: nothing is near, or in one sentence, across a range.
fn blanked(text: &str, ranges: &[Range<usize>]) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut from = 0;
    for range in ranges {
        let Some(kept) = text.get(from..range.start) else {
            continue;
        };
        blanked.push_str(kept);
        let n_chars = text[range.start..].chars();
        let n_chars = n_chars.scan(range.start, |at, c| {
            *at += c.len_utf8();
            (*at <= range.end).then_some(())
        });
        blanked.extend(
            n_chars
                .enumerate()
                .map(|(at, ())| if at < 2 { '\n' } else { ' ' }),
        );
        from = range.end;
    }
    blanked.push_str(text.get(from..).unwrap_or_default());
    blanked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanked_text_has_as_many_characters() {
        let text = "Eins. Zwölf Möwen. Drei.";
        let at = text.find("Zwölf").unwrap();
        let range = at..at + "Zwölf Möwen.".len();
        let blanked = blanked(text, &[range]);
        assert_eq!(blanked, "Eins. \n\n           Drei.");
        assert_eq!(blanked.chars().count(), text.chars().count());
        assert_eq!(super::blanked(text, &[]), text);
    }
}
