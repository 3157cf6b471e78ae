//! Which entries of a document have an end tag of their own. It decides whether an
//! entry inside another is a quotation, or shows that the outer one was never closed.

use crate::feed::xml::names::local;
use crate::feed::xml::scan::{Scanner, Token};

/// The start tags of entries that are closed.
pub(super) struct Nesting {
    /// Their places in the document, ascending.
    closed: Vec<usize>,
}

impl Nesting {
    /// Matches each end tag with the last open start tag of its name.
    pub(super) fn of(text: &str) -> Self {
        let mut scanner = Scanner::new(text);
        let mut open: Vec<(usize, &str)> = Vec::new();
        let mut closed = Vec::new();
        loop {
            let at = scanner.position();
            match scanner.next(is_entry) {
                None => break,
                Some(Token::Start { name, is_empty, .. }) if is_entry(name) => {
                    if is_empty {
                        closed.push(at);
                    } else {
                        open.push((at, local(name)));
                    }
                }
                Some(Token::End(name)) if is_entry(name) => {
                    let is_same =
                        |(_, open): &(usize, &str)| open.eq_ignore_ascii_case(local(name));
                    if open.last().is_some_and(is_same) {
                        closed.extend(open.pop().map(|(at, _)| at));
                    }
                }
                Some(_) => {}
            }
        }
        closed.sort_unstable();
        Self { closed }
    }

    /// Whether the entry whose start tag is at this place has an end tag of its own.
    pub(super) fn is_closed(&self, at: usize) -> bool {
        self.closed.binary_search(&at).is_ok()
    }
}

fn is_entry(name: &str) -> bool {
    let name = local(name);
    name.eq_ignore_ascii_case("item") || name.eq_ignore_ascii_case("entry")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &[usize]) {
        assert_eq!(Nesting::of(text).closed, wanted, "{text}");
    }

    #[test]
    fn an_end_tag_belongs_to_the_last_open_entry() {
        check("<item><item/></item>", &[0, 6]);
        check("<item><x><item></item></x></item>", &[0, 9]);
        check("<item><item></item><item></item>", &[6, 19]);
        check("<item><![CDATA[</item>]]></item>", &[0]);
    }
}
