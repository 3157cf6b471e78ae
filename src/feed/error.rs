//! Why a document is not a feed.

/// What a document is instead of a feed, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The document is empty or blank.
    #[error("the body is empty; the server may refuse this user agent, or the feed has moved")]
    Empty,
    /// The document is a web page.
    #[error(
        "this is an HTML page, not a feed{}; look for the feed's own address with `newsvane feeds discover`",
        .title.as_deref().map(|title| format!(" (\"{title}\")")).unwrap_or_default()
    )]
    Html {
        /// The page's title, if it has one.
        title: Option<String>,
    },
    /// The document is XML of another kind.
    #[error(
        "this is XML but not a feed: its root element is <{root}>{}; check the address",
        said(text)
    )]
    OtherXml {
        /// The name of the root element.
        root: String,
        /// The beginning of its text, such as a server's error message.
        text: String,
    },
    /// The document is a list of feeds.
    #[error("this is OPML, a list of feeds; import it with `newsvane feeds import`")]
    Opml,
    /// The document is a sitemap without news.
    #[error(
        "this is a sitemap without news entries (sitemap-news), not a feed; look for the site's news sitemap or feed with `newsvane feeds discover`"
    )]
    Sitemap,
    /// The document is a check for browsers in front of the feed.
    #[error(
        "the server answered with a challenge page{}, not with the feed; ask the outlet to admit feed readers, or set user_agent or headers for this feed",
        .by.map(|by| format!(" of {by}")).unwrap_or_default()
    )]
    Challenge {
        /// Who made the page, if it is known.
        by: Option<&'static str>,
    },
    /// The document is still compressed.
    #[error("this is a {kind} file, not a feed; decompress it first")]
    Compressed {
        /// Its format.
        kind: &'static str,
    },
    /// The document is JSON of another kind, or invalid from the start.
    #[error("this is JSON but not a JSON Feed: {reason}; check the address")]
    OtherJson {
        /// What is missing or invalid.
        reason: String,
    },
    /// The document is neither markup nor JSON.
    #[error("this is not a feed: it begins with \"{start}\"; check the address")]
    Unknown {
        /// The first characters, without control characters.
        start: String,
    },
    /// The document is too large.
    #[error("the document has {n_bytes} bytes, over the limit of 32 MiB")]
    TooLarge {
        /// Its size in bytes.
        n_bytes: usize,
    },
}

/// The text that a document has instead of a feed, for an error message.
fn said(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!(", and it says \"{text}\"")
}
