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
    #[error("this is XML but no feed: its root element is <{root}>; check the address")]
    OtherXml {
        /// The name of the root element.
        root: String,
    },
    /// The document is JSON of another kind, or invalid from the start.
    #[error("this is JSON but no JSON Feed: {reason}; check the address")]
    OtherJson {
        /// What is missing or invalid.
        reason: String,
    },
    /// The document is neither markup nor JSON.
    #[error("this is no feed: it begins with \"{start}\"; check the address")]
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
