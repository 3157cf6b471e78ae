//! A feed's own rules for its pages: where the article is, what to leave out.

use super::dom::{Data, Dom, NodeId, is_void};
use crate::text::escape_markup;
use scraper::{Html, Selector};
use std::fmt::Write as _;

/// CSS selectors of a feed, checked.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    article: Option<Selector>,
    remove: Vec<Selector>,
}

/// A selector that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{selector}\" is no CSS selector: {why}")]
pub struct SelectorError {
    selector: String,
    why: String,
}

impl Overrides {
    /// Checks the selectors: of the element that holds the article, and of
    /// those that do not belong to it.
    ///
    /// # Errors
    /// On the first that is no CSS selector.
    pub fn new<S: AsRef<str>>(
        article_selector: Option<&str>,
        remove: &[S],
    ) -> Result<Self, SelectorError> {
        Ok(Self {
            article: article_selector.map(parse).transpose()?,
            remove: remove
                .iter()
                .map(|selector| parse(selector.as_ref()))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.article.is_none() && self.remove.is_empty()
    }

    /// Takes what is to be removed out of the page and gives the element that
    /// holds the article, if one is named and there.
    pub(super) fn apply(&self, dom: &mut Dom) -> Option<NodeId> {
        if self.is_empty() {
            return None;
        }
        // Selectors are scraper's to match, on its own kind of tree: the page is
        // written out with each element's number and read again. It is within
        // the bounds on depth and size by then, and few feeds have overrides.
        let html = Html::parse_document(&numbered(dom));
        let place = |element: scraper::ElementRef<'_>| {
            element.value().attr(NUMBER)?.parse().ok().map(NodeId)
        };
        let article = self
            .article
            .as_ref()
            .and_then(|selector| html.select(selector).find_map(place));
        for id in self
            .remove
            .iter()
            .flat_map(|selector| html.select(selector))
            .filter_map(place)
        {
            if id.index() < dom.nodes.len() {
                dom.detach(id);
            }
        }
        article.filter(|id| id.index() < dom.nodes.len())
    }
}

/// The attribute that carries an element's number; no page has it.
const NUMBER: &str = "newsvane-node";

fn parse(selector: &str) -> Result<Selector, SelectorError> {
    Selector::parse(selector).map_err(|err| SelectorError {
        selector: selector.to_owned(),
        why: err.to_string(),
    })
}

/// The page's elements without its text, each with its number.
fn numbered(dom: &Dom) -> String {
    let mut html = String::new();
    let mut open: Vec<NodeId> = Vec::new();
    for id in dom.descendants(NodeId::DOCUMENT) {
        while open
            .last()
            .is_some_and(|last| dom.node(id).parent != Some(*last))
        {
            close(dom, open.pop(), &mut html);
        }
        let Data::Element(element) = &dom.node(id).data else {
            continue;
        };
        let _ = write!(html, "<{} {NUMBER}=\"{}\"", &*element.name.local, id.0);
        for attr in &element.attrs {
            let _ = write!(
                html,
                " {}=\"{}\"",
                &*attr.name.local,
                escape_markup(&attr.value)
            );
        }
        html.push('>');
        open.push(id);
    }
    while let Some(id) = open.pop() {
        close(dom, Some(id), &mut html);
    }
    html
}

fn close(dom: &Dom, id: Option<NodeId>, html: &mut String) {
    if let Some(name) = id.and_then(|id| dom.name(id)).filter(|name| !is_void(name)) {
        let _ = write!(html, "</{}>", &**name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{Options, from_html};

    const PAGE: &str = "<html><body><div id=other><p>The ferry of Portvale sailed on Monday, as it does every day of the week, rain or shine.</p></div>\
        <div id=story><p>The harbour reopened on Monday, the harbour master said, after two weeks of work on the quay.</p>\
        <p class=note>The council met on Sunday, as it does before every such work, and let the town know of it.</p>\
        <p>All ships had come back, large and small, and nobody had been hurt when the wind rose to nine.</p></div></body></html>";

    fn check(article: Option<&str>, remove: &[&str], is_there: &str, is_gone: &str) {
        let overrides = Overrides::new(article, remove).expect("the selectors are right");
        let options = Options {
            overrides: Some(&overrides),
            ..Options::default()
        };
        let article = from_html(PAGE.as_bytes(), &options).expect("the page holds an article");
        let all: String = article
            .blocks
            .iter()
            .map(|block| &block.text)
            .chain(article.removed.iter().map(|removed| &removed.text))
            .cloned()
            .collect();
        assert!(all.contains(is_there) && !all.contains(is_gone), "{all}");
    }

    #[test]
    fn a_feed_names_the_article_and_what_to_leave_out() {
        check(Some("#story"), &[], "The harbour reopened", "The ferry");
        check(None, &["p.note"], "All ships", "The council");
        check(
            Some("#not-there"),
            &["div#other"],
            "The harbour",
            "The ferry",
        );
    }

    #[test]
    fn a_wrong_selector_is_an_error_before_any_page_is_read() {
        let err = Overrides::new(None, &["p >"]).expect_err("no selector");
        assert!(
            err.to_string().starts_with("\"p >\" is no CSS selector"),
            "{err}"
        );
    }
}
