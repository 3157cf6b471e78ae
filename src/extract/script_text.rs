//! The article of a page that leaves its rendering to a script: the script's
//! state holds it, as a string of HTML.

/// Least bytes of such a string.
const MIN_BYTES: usize = 600;
/// Most strings that are looked at.
const MAX_STRINGS: usize = 32;
/// Ends of paragraphs, as scripts write them.
const ENDS: [&str; 3] = ["</p>", "<\\/p>", "\\u003c/p\\u003e"];

/// The longest string of HTML paragraphs in the scripts of a page.
pub(super) fn longest_html(page: &str) -> Option<String> {
    ENDS.iter()
        .filter_map(|end| longest_with(page, end))
        .max_by_key(String::len)
}

fn longest_with(page: &str, end: &str) -> Option<String> {
    let finder = memchr::memmem::Finder::new(end);
    let mut longest: Option<String> = None;
    let mut from = 0;
    for _ in 0..MAX_STRINGS {
        let Some(hit) = finder.find(&page.as_bytes()[from..]) else {
            break;
        };
        let Some((start, stop)) = string_around(page.as_bytes(), from, from + hit) else {
            break;
        };
        from = stop;
        if let Ok(html) = serde_json::from_str::<String>(&page[start..stop])
            && html.len() >= MIN_BYTES
            && longest
                .as_ref()
                .is_none_or(|known| known.len() < html.len())
        {
            longest = Some(html);
        }
    }
    longest
}

/// Where the string in quotes begins and ends that holds the byte `at`; it does
/// not begin before `from`.
fn string_around(bytes: &[u8], from: usize, at: usize) -> Option<(usize, usize)> {
    let is_quote = |at: usize| {
        let n_slashes = bytes[..at].iter().rev().take_while(|byte| **byte == b'\\');
        bytes[at] == b'"' && n_slashes.count() % 2 == 0
    };
    let start = memchr::memrchr_iter(b'"', &bytes[from..at])
        .map(|quote| from + quote)
        .find(|quote| is_quote(*quote));
    let stop = memchr::memchr_iter(b'"', &bytes[at..])
        .map(|quote| at + quote)
        .find(|quote| is_quote(*quote))?;
    Some((start.unwrap_or(from), stop + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_string_of_paragraphs_is_found() {
        let long = "The ferry stops for a week. ".repeat(30);
        let page = format!(
            r#"<script>state = {{"a": "\u003cp\u003eShort.\u003c/p\u003e", "b": "\u003cp class=\"x\"\u003e{long}\u003c/p\u003e"}}</script>"#
        );
        let wanted = format!("<p class=\"x\">{long}</p>");
        assert_eq!(longest_html(&page), Some(wanted));
    }

    #[test]
    fn a_page_without_such_a_string_has_none() {
        assert_eq!(longest_html("<p>The \"ferry\" stops.</p>"), None);
        assert_eq!(longest_html("\\u003c/p\\u003e"), None);
    }
}
