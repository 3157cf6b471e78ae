//! Which parts of a page tell of something else than its article: links to other
//! articles, readers' comments, menus. A name or a date there is not the article's.

use crate::extract::dom::{Dom, NodeId};
use html5ever::local_name;
use rustc_hash::FxHashSet;

/// Parts of class and id names of such places.
const NAMES: [&str; 22] = [
    "related",
    "teaser",
    "sidebar",
    "recommend",
    "popular",
    "trending",
    "comment",
    "latest",
    "more-stor",
    "morestor",
    "more-news",
    "most-read",
    "mostread",
    "read-next",
    "readnext",
    "next-stor",
    "outbrain",
    "taboola",
    "recirc",
    "promo",
    "newsletter",
    "respond",
];

/// Elements around one that are looked at.
const STEPS: usize = 14;

/// Tells places of the article from others.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    /// The main heading and all around it, which are the article's.
    around_headline: FxHashSet<NodeId>,
    /// The `<article>` of the main heading.
    article: Option<NodeId>,
}

impl Elsewhere {
    /// `headline` is the page's main heading.
    pub(super) fn of(dom: &Dom, headline: Option<NodeId>) -> Self {
        let Some(headline) = headline else {
            return Self::default();
        };
        let around_headline: FxHashSet<NodeId> = std::iter::once(headline)
            .chain(dom.ancestors(headline))
            .collect();
        let article = dom
            .ancestors(headline)
            .find(|id| dom.name(*id) == Some(&local_name!("article")));
        Self {
            around_headline,
            article,
        }
    }

    /// Whether `id` stands in a place that is not the article's.
    pub(super) fn holds(&self, dom: &Dom, id: NodeId) -> bool {
        std::iter::once(id)
            .chain(dom.ancestors(id))
            .take(STEPS)
            .take_while(|id| !self.around_headline.contains(id))
            .any(|id| self.is_other_place(dom, id))
    }

    fn is_other_place(&self, dom: &Dom, id: NodeId) -> bool {
        let Some(element) = dom.element(id) else {
            return false;
        };
        let is_other_tag = match element.name.local {
            local_name!("nav") => true,
            // Blogs put the byline into the foot of the post.
            local_name!("footer") => !dom.ancestors(id).any(|id| {
                dom.name(id) == Some(&local_name!("article"))
                    || dom
                        .attr(id, &local_name!("class"))
                        .is_some_and(|class| class.contains("hentry") || class.contains("post"))
            }),
            local_name!("aside") => {
                let class = dom.attr(id, &local_name!("class")).unwrap_or_default();
                !self.around_headline.is_empty()
                    && !["author", "byline", "meta"]
                        .iter()
                        .any(|own| class.contains(own))
            }
            local_name!("article") => self.article.is_some_and(|own| own != id),
            _ => false,
        };
        is_other_tag
            || [local_name!("class"), local_name!("id")]
                .iter()
                .any(|name| {
                    element.attr(name).is_some_and(|value| {
                        let value = value.to_ascii_lowercase();
                        NAMES.iter().any(|other| {
                            value.contains(other)
                                && !(*other == "comment" && value.contains("commentary"))
                                && !(*other == "teaser" && value.contains("teaser-text"))
                        })
                    })
                })
    }
}
