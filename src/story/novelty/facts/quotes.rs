//! Finds the quotes in a sentence.

use std::ops::Range;

/// The byte ranges between quotation marks. A quote that is not closed reaches to the end
/// of the sentence; one that is not opened begins at its start.
pub(crate) fn quoted(sentence: &str) -> Vec<Range<usize>> {
    let (mut found, mut open): (Vec<Range<usize>>, Option<usize>) = (Vec::new(), None);
    let mut before = ' ';
    for (at, c) in sentence.char_indices() {
        let after = at + c.len_utf8();
        let opens = match c {
            '“' | '„' | '«' | '「' => Some(true),
            '”' | '»' | '」' => Some(false),
            // A straight mark does not show its side: it opens a quote if none is open.
            '"' => Some(open.is_none() && (before.is_whitespace() || before == '(')),
            _ => None,
        };
        match (opens, open) {
            // “ closes a quote that „ opened.
            (Some(true), Some(start)) if c == '“' => {
                found.push(start..at);
                open = None;
            }
            (Some(true), None) => open = Some(after),
            (Some(false), Some(start)) => {
                found.push(start..at);
                open = None;
            }
            (Some(false), None) if found.is_empty() => found.push(0..at),
            (Some(_), _) | (None, _) => {}
        }
        before = c;
    }
    found.extend(open.map(|start| start..sentence.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_of_all_kinds_are_paired() {
        let check = |sentence: &str, want: &[&str]| {
            let found: Vec<&str> = quoted(sentence).into_iter().map(|r| &sentence[r]).collect();
            assert_eq!(found, want, "{sentence}");
        };
        check("He said “one” and “two”.", &["one", "two"]);
        check("He said \"one\" and \"two\".", &["one", "two"]);
        check("Er sagte „eins“ und «zwei».", &["eins", "zwei"]);
        check("“It began and", &["It began and"]);
        check("it ended,” she said.", &["it ended,"]);
        check("A 12\" pipe", &["A 12"]);
        check("", &[]);
    }
}
