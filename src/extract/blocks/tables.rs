//! Tables that hold data, as against tables that lay out a page.

use crate::extract::dom::{Data, Dom, NodeId};
use html5ever::local_name;

/// Longest text of a data row, in bytes; a longer one holds paragraphs.
const MAX_ROW_BYTES: usize = 600;
/// Most nodes of a data row.
const MAX_NODES: usize = 200;

/// Whether a `<tr>` is a row of data: at least two cells, short, with no
/// table, list or heading inside.
pub(crate) fn is_data_row(dom: &Dom, row: NodeId) -> bool {
    let (mut n_cells, mut n_bytes) = (0, 0);
    for (n_nodes, id) in dom.descendants(row).enumerate() {
        if n_nodes > MAX_NODES || n_bytes > MAX_ROW_BYTES {
            return false;
        }
        match &dom.node(id).data {
            Data::Text { .. } => n_bytes += dom.own_text(id).map_or(0, |text| text.trim().len()),
            Data::Element(element) => match element.name.local {
                local_name!("td") | local_name!("th") => n_cells += 1,
                local_name!("table")
                | local_name!("form")
                | local_name!("h1")
                | local_name!("h2")
                | local_name!("h3")
                | local_name!("article") => return false,
                _ => {}
            },
            Data::Root | Data::Comment => {}
        }
    }
    n_cells >= 2
}
