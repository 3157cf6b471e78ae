//! The part of a page that holds the article, chosen so that nothing is lost:
//! what does not belong is taken out block by block afterwards.

use super::dom::{Dom, NodeId};
use super::mass::Mass;

/// A branch that holds this much of its parent's running text is gone into.
const MAIN_SHARE: f32 = 0.85;

/// The smallest element that holds nearly all of the page's running text.
pub(super) fn of(dom: &Dom, root: NodeId, mass: &Mass) -> NodeId {
    let mut region = root;
    loop {
        let whole = mass.at(region) as f32;
        let heaviest = dom.children(region).max_by_key(|child| mass.at(*child));
        match heaviest {
            Some(child)
                if whole > 0.0
                    && dom
                        .element(child)
                        .is_some_and(|element| !element.is_phrasing())
                    && mass.at(child) as f32 >= MAIN_SHARE * whole
                    && mass.at(child) > 0
                    && dom.name(child).is_none_or(|name| &**name != "p") =>
            {
                region = child
            }
            _ => return region,
        }
    }
}
