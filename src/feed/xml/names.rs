//! The vocabulary: which element a name means, with any prefix, in any case or namespace
//! address it is written.

use crate::text::without_www;

/// The namespaces whose elements are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    /// RSS of all versions, and Atom as the default namespace. One vocabulary, because
    /// feeds mix the two.
    Core,
    /// Atom with a prefix.
    Atom,
    Rdf,
    DublinCore,
    Content,
    Media,
    Itunes,
    Syndication,
    FeedBurner,
    /// Any other namespace, declared or not.
    Other,
}

/// The role of an element in a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    Root(Root),
    Channel,
    Entry,
    /// Holds fields that do not belong to the feed or entry itself: `<source>`, `<image>`.
    Foreign,
    Field(Field),
    /// `<html>`: the document may be a web page.
    Html,
    Other,
}

/// The root elements of the formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    Rss,
    Rdf,
    Feed,
}

/// An element whose content is a field of the feed or the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Title,
    Link,
    Id,
    Description,
    /// A line that is used if there is no description.
    Subtitle,
    Content,
    Published,
    Updated,
    Created,
    Author,
    /// The author of the feed that an entry was copied from (`source` of Atom).
    SourceAuthor,
    Category,
    Language,
    Ttl,
    SkipHours,
    SkipDays,
    UpdatePeriod,
    UpdateFrequency,
    OriginalLink,
    Enclosure,
}

impl Namespace {
    /// The namespace of an address; case, `https`, `www.` and a final slash or hash do
    /// not matter.
    pub(crate) fn of_address(address: &str) -> Self {
        let address = address.trim().to_ascii_lowercase();
        let address = address
            .trim_start_matches("https://")
            .trim_start_matches("http://")
            .trim_end_matches(['/', '#']);
        let address = without_www(address);
        match address {
            "w3.org/2005/atom" => Self::Core,
            "w3.org/1999/02/22-rdf-syntax-ns" => Self::Rdf,
            "purl.org/rss/1.0/modules/content" => Self::Content,
            "purl.org/rss/1.0/modules/syndication" => Self::Syndication,
            "search.yahoo.com/mrss"
            | "video.search.yahoo.com/mrss"
            | "tools.search.yahoo.com/mrss" => Self::Media,
            "rssnamespace.org/feedburner/ext/1.0" => Self::FeedBurner,
            _ if address.starts_with("purl.org/dc/") => Self::DublinCore,
            _ if address.starts_with("purl.org/atom/") => Self::Core,
            _ if address.starts_with("itunes.com/dtds/podcast") => Self::Itunes,
            _ if is_rss(address) => Self::Core,
            _ => Self::Other,
        }
    }

    /// The usual namespace of a prefix that is not declared.
    pub(crate) fn of_custom(prefix: &str) -> Self {
        match prefix {
            "atom" | "atom03" | "atom10" | "a10" => Self::Atom,
            "rdf" => Self::Rdf,
            "dc" | "dcterms" => Self::DublinCore,
            "content" => Self::Content,
            "media" => Self::Media,
            "itunes" => Self::Itunes,
            "sy" => Self::Syndication,
            "feedburner" => Self::FeedBurner,
            "rss" => Self::Core,
            _ => Self::Other,
        }
    }
}

/// A name without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn is_rss(address: &str) -> bool {
    const RSS: [&str; 9] = [
        "purl.org/rss/1.0",
        "purl.org/rss/2.0",
        "purl.org/net/rss1.1",
        "my.netscape.com/",
        "channel.netscape.com/",
        "backend.userland.com/",
        "blogs.law.harvard.edu/",
        "cyber.law.harvard.edu/",
        "rssboard.org",
    ];
    !address.contains("/modules/") && RSS.iter().any(|start| address.starts_with(start))
}

/// Longest local name that is known, in bytes.
const MAX_NAME_BYTES: usize = 18;

/// The role of the element with this local name in a namespace.
pub(crate) fn element(namespace: Namespace, local: &str) -> Element {
    let mut lower = [0_u8; MAX_NAME_BYTES];
    let Some(lower) = lower.get_mut(..local.len()) else {
        return Element::Other;
    };
    lower.copy_from_slice(local.as_bytes());
    lower.make_ascii_lowercase();
    let lower = &*lower;
    match namespace {
        Namespace::Core => core_element(lower),
        Namespace::Atom => match core_element(lower) {
            // Links and authors under `atom:` count as much as those of RSS.
            element @ (Element::Root(_) | Element::Field(_) | Element::Entry) => element,
            Element::Foreign => Element::Foreign,
            Element::Channel | Element::Html | Element::Other => Element::Other,
        },
        Namespace::Rdf => match lower {
            b"rdf" => Element::Root(Root::Rdf),
            _ => Element::Other,
        },
        Namespace::DublinCore => dublin_core_element(lower),
        Namespace::Content => match lower {
            b"encoded" => Element::Field(Field::Content),
            _ => Element::Other,
        },
        Namespace::Media => match lower {
            b"title" => Element::Field(Field::Title),
            b"description" => Element::Field(Field::Description),
            _ => Element::Other,
        },
        Namespace::Itunes => match lower {
            b"title" => Element::Field(Field::Title),
            b"summary" => Element::Field(Field::Description),
            b"subtitle" => Element::Field(Field::Subtitle),
            b"author" => Element::Field(Field::Author),
            b"owner" => Element::Foreign,
            _ => Element::Other,
        },
        Namespace::Syndication => match lower {
            b"updateperiod" => Element::Field(Field::UpdatePeriod),
            b"updatefrequency" => Element::Field(Field::UpdateFrequency),
            _ => Element::Other,
        },
        Namespace::FeedBurner => match lower {
            b"origlink" => Element::Field(Field::OriginalLink),
            _ => Element::Other,
        },
        Namespace::Other => Element::Other,
    }
}

fn core_element(lower: &[u8]) -> Element {
    let field = match lower {
        b"rss" => return Element::Root(Root::Rss),
        b"rdf" => return Element::Root(Root::Rdf),
        b"feed" => return Element::Root(Root::Feed),
        b"channel" => return Element::Channel,
        b"item" | b"entry" => return Element::Entry,
        b"image" | b"textinput" | b"source" | b"cloud" => return Element::Foreign,
        b"html" => return Element::Html,
        b"title" => Field::Title,
        b"link" => Field::Link,
        b"guid" | b"id" => Field::Id,
        b"description" | b"summary" | b"abstract" => Field::Description,
        b"content" | b"body" | b"fullitem" => Field::Content,
        b"pubdate" | b"published" | b"issued" => Field::Published,
        b"updated" | b"modified" | b"lastbuilddate" => Field::Updated,
        b"created" => Field::Created,
        b"author" | b"managingeditor" => Field::Author,
        b"category" | b"keywords" => Field::Category,
        b"language" => Field::Language,
        b"ttl" => Field::Ttl,
        b"skiphours" => Field::SkipHours,
        b"skipdays" => Field::SkipDays,
        b"enclosure" => Field::Enclosure,
        _ => return Element::Other,
    };
    Element::Field(field)
}

fn dublin_core_element(lower: &[u8]) -> Element {
    let field = match lower {
        b"title" => Field::Title,
        b"description" => Field::Description,
        b"creator" | b"author" => Field::Author,
        b"issued" | b"available" => Field::Published,
        b"date" | b"modified" => Field::Updated,
        b"created" => Field::Created,
        b"subject" => Field::Category,
        b"language" => Field::Language,
        _ => return Element::Other,
    };
    Element::Field(field)
}
