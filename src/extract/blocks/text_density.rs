//! Where a page's running text stands: for every node, the characters of
//! sentences below it.

use crate::extract::dom::{Data, Dom, NodeId};
use html5ever::local_name;

/// Text nodes shorter than this are labels and links, not running text.
const MIN_BYTES: usize = 60;

/// Running text per node.
#[derive(Debug)]
pub(crate) struct TextDensity {
    per_node: Vec<u32>,
    total: u32,
}

impl TextDensity {
    pub(crate) fn of(dom: &Dom, root: NodeId) -> Self {
        let mut per_node = vec![0_u32; dom.nodes.len()];
        let mut is_out = vec![false; dom.nodes.len()];
        let order: Vec<NodeId> = dom.descendants(root).collect();
        for &id in &order {
            let parent_is_out = id != root
                && dom
                    .node(id)
                    .parent
                    .is_some_and(|parent| is_out[parent.index()]);
            is_out[id.index()] = parent_is_out || is_no_place(dom, id);
            if let (false, Data::Text { .. }) = (parent_is_out, &dom.node(id).data) {
                per_node[id.index()] = of_text(dom.own_text(id).unwrap_or_default());
            }
        }
        for &id in order.iter().rev() {
            if let Some(parent) = dom.node(id).parent.filter(|_| id != root) {
                per_node[parent.index()] =
                    per_node[parent.index()].saturating_add(per_node[id.index()]);
            }
        }
        let total = per_node[root.index()];
        Self { per_node, total }
    }

    pub(crate) fn at(&self, id: NodeId) -> u32 {
        self.per_node[id.index()]
    }

    /// The node's part of the page's running text, 0 to 1.
    pub(crate) fn share(&self, id: NodeId) -> f32 {
        if self.total == 0 {
            0.0
        } else {
            self.at(id) as f32 / self.total as f32
        }
    }
}

/// Running text is not looked for in links, menus, scripts, page feet.
fn is_no_place(dom: &Dom, id: NodeId) -> bool {
    dom.name(id).is_some_and(|name| {
        matches!(
            *name,
            local_name!("a")
                | local_name!("nav")
                | local_name!("footer")
                | local_name!("aside")
                | local_name!("script")
                | local_name!("style")
                | local_name!("form")
                | local_name!("button")
                | local_name!("select")
                | local_name!("figcaption")
                | local_name!("svg")
                | local_name!("template")
                | local_name!("head")
                | local_name!("option")
        )
    })
}

fn of_text(text: &str) -> u32 {
    let text = text.trim();
    if text.len() < MIN_BYTES {
        return 0;
    }
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
