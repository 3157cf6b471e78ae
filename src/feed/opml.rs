//! OPML, the format in which feed readers exchange lists of feeds: read as
//! tolerantly as feeds, written as version 2.0.

use super::{FeedError, limits, plain};
use crate::feed::xml::attributes::Attributes;
use crate::feed::xml::entities::Entities;
use crate::feed::xml::scan::{Scanner, Token};
use crate::text::charset::{self, Markup};
use crate::text::escape_markup;
use std::fmt::Write as _;

/// Most feeds of one list.
const MAX_FEEDS: usize = 20_000;

/// One feed of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The feed's address as written; not checked.
    pub url: String,
    /// The feed's name.
    pub title: Option<String>,
    /// The folders that it is in and its categories, each once.
    pub tags: Vec<String>,
}

/// The feeds of a list in their order, 20,000 at most.
///
/// # Errors
/// If the bytes are not OPML.
pub fn read(bytes: &[u8]) -> Result<Vec<Outline>, FeedError> {
    if bytes.len() > limits::MAX_DOCUMENT_BYTES {
        return Err(FeedError::TooLarge {
            n_bytes: bytes.len(),
        });
    }
    let decoded = charset::decode(bytes, None, Markup::Xml);
    let mut scanner = Scanner::new(&decoded.text);
    let mut root = None;
    // The names of the open folders; `None` for a feed's outline.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut too_deep = 0_usize;
    let mut feeds = Vec::new();
    while let Some(token) = scanner.next(|_| false) {
        match token {
            Token::Start {
                name,
                attributes,
                is_empty,
            } => {
                root.get_or_insert_with(|| name.to_owned());
                if !name.eq_ignore_ascii_case("outline") || feeds.len() >= MAX_FEEDS {
                    continue;
                }
                let (feed, folder) = outline(Attributes::new(attributes), &open);
                feeds.extend(feed);
                match is_empty {
                    true => {}
                    false if open.len() < limits::MAX_DEPTH => open.push(folder),
                    false => too_deep += 1,
                }
            }
            Token::End(name) if name.eq_ignore_ascii_case("outline") => {
                if too_deep > 0 {
                    too_deep -= 1;
                } else {
                    open.pop();
                }
            }
            Token::End(_)
            | Token::Text(_)
            | Token::Cdata(_)
            | Token::Doctype(_)
            | Token::Instruction(_)
            | Token::Comment => {}
        }
    }
    match root {
        Some(root) if root.eq_ignore_ascii_case("opml") => Ok(feeds),
        Some(root) => Err(FeedError::OtherXml { root }),
        None => Err(FeedError::Empty),
    }
}

/// The feed of one outline, or the name of a folder.
fn outline(
    attributes: Attributes<'_>,
    open: &[Option<String>],
) -> (Option<Outline>, Option<String>) {
    let entities = Entities::default();
    let get = |name| {
        let value = plain::fold(&attributes.get(name, &entities)?);
        (!value.is_empty()).then_some(limits::cut(&value, limits::MAX_NAME_BYTES).to_owned())
    };
    let title = get("title").or_else(|| get("text"));
    let url = attributes
        .get("xmlUrl", &entities)
        .map(|url| url.trim().to_owned())
        .filter(|url| !url.is_empty() && url.len() <= limits::MAX_ADDRESS_BYTES);
    let Some(url) = url else {
        return (None, title);
    };
    let mut tags: Vec<String> = Vec::new();
    let category = get("category").unwrap_or_default();
    let own = category
        .split([',', '/'])
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty());
    for tag in open.iter().flatten().cloned().chain(own) {
        if tags.len() < limits::MAX_NAMES && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    (Some(Outline { url, title, tags }), None)
}

/// The feeds as OPML 2.0; tags become categories.
#[must_use]
pub fn write(title: &str, feeds: &[Outline]) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>{}</title>\n  </head>\n  <body>\n",
        escape_markup(title)
    );
    for feed in feeds {
        let name = escape_markup(feed.title.as_deref().unwrap_or(&feed.url));
        let _ = write!(
            text,
            "    <outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{}\"",
            escape_markup(&feed.url)
        );
        if !feed.tags.is_empty() {
            let _ = write!(
                text,
                " category=\"{}\"",
                escape_markup(&feed.tags.join(","))
            );
        }
        text.push_str("/>\n");
    }
    text.push_str("  </body>\n</opml>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `url|title|tag,tag` a feed.
    fn check(list: &str, wanted: &[&str]) {
        let found: Vec<_> = read(list.as_bytes())
            .unwrap()
            .iter()
            .map(|feed| {
                let title = feed.title.as_deref().unwrap_or("-");
                format!("{}|{title}|{}", feed.url, feed.tags.join(","))
            })
            .collect();
        assert_eq!(found, wanted, "{list}");
    }

    #[test]
    fn folders_and_categories_are_tags() {
        check(
            r#"<opml version="1.0"><head><title>mine</title></head><body>
            <outline text="Wires"><outline text="Harbour &amp; Sea" xmlUrl="https://a.example/?x=1&amp;y=2"/>
              <outline title="Inner"><outline type="rss" title="B" text="b" xmlUrl=" https://b.example/rss " category="/coast/north,Wires"></outline></outline>
            </outline>
            <outline xmlurl="https://c.example/"/></body></opml>"#,
            &[
                "https://a.example/?x=1&y=2|Harbour & Sea|Wires",
                "https://b.example/rss|B|Wires,Inner,coast,north",
                "https://c.example/|-|",
            ],
        );
    }

    #[test]
    fn a_truncated_list_gives_its_complete_feeds() {
        check(
            "<opml><body><outline text=\"A\"><outline xmlUrl=\"https://a.example/\"/><outline xmlUrl=\"https",
            &["https://a.example/|-|A"],
        );
    }

    #[test]
    fn other_documents_are_refused() {
        assert!(matches!(read(b"<rss/>"), Err(FeedError::OtherXml { .. })));
        assert!(matches!(read(b"url,title"), Err(FeedError::Empty)));
        assert!(matches!(read(b""), Err(FeedError::Empty)));
    }

    #[test]
    fn endless_nesting_costs_nothing() {
        let deep = "<outline text=\"d\">".repeat(100_000);
        let list = format!("<opml>{deep}<outline xmlUrl=\"https://a.example/\"/>");
        check(&list, &["https://a.example/|-|d"]);
    }

    #[test]
    fn a_written_list_is_read_back_unchanged() {
        let feeds = vec![
            Outline {
                url: "https://a.example/?x=1&y=\"2\"".to_owned(),
                title: Some("A <b> & c".to_owned()),
                tags: vec!["wire".to_owned(), "eu".to_owned()],
            },
            Outline {
                url: "https://b.example/".to_owned(),
                title: Some("B".to_owned()),
                tags: Vec::new(),
            },
        ];
        assert_eq!(read(write("mine", &feeds).as_bytes()).unwrap(), feeds);
    }
}
