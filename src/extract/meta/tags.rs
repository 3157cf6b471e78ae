//! One look over the whole page for whatever may tell of the article.

use super::elsewhere::Elsewhere;
use super::heading::Heading;
use super::text_of;
use crate::extract::blocks::classes;
use crate::extract::blocks::classes::Sign;
use crate::extract::dom::{Data, Dom, Element, NodeId};
use html5ever::local_name;

/// Names of `<meta>` that hold a field, best first.
pub(crate) const SITE: &[&str] = &[
    "og:site_name",
    "application-name",
    "al:android:app_name",
    "twitter:app:name:iphone",
    "dc.publisher",
    "publisher",
];
pub(crate) const TITLE: &[&str] = &[
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "title",
    "headline",
];
pub(crate) const AUTHOR: &[&str] = &[
    "author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "article:author_name",
    "byl",
    "article:author",
    "og:article:author",
    "citation_author",
    "cxenseparse:author",
    "mediator_author",
    "twitter:data1",
    "byline",
];
pub(crate) const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "datepublished",
    "publish-date",
    "publish_date",
    "pubdate",
    "publication_date",
    "publicationdate",
    "article_date_original",
    "originalpublicationdate",
    "date_published",
    "dc.date.issued",
    "dcterms.created",
    "citation_publication_date",
    "rnews:datepublished",
    "displaydate",
    "ptime",
];
pub(crate) const DATE: &[&str] = &[
    "date",
    "dc.date",
    "dcterms.date",
    "timestamp",
    "article:post_date",
    "eomportal-instance-publicationdate",
    "weibo:article:create_at",
];
pub(crate) const UPDATED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "datemodified",
    "utime",
];
pub(crate) const DESCRIPTION: &[&str] = &["og:description", "description", "twitter:description"];
pub(crate) const LANGUAGE: &[&str] = &["og:locale", "content-language", "language", "dc.language"];
pub(crate) const TYPE: &[&str] = &["og:type"];
pub(crate) const URL: &[&str] = &["og:url", "twitter:url"];

/// Most elements of one sort that are kept.
const MAX: usize = 64;

/// What was found, in the page's order.
#[derive(Debug, Default)]
pub(in crate::extract) struct Gathered<'a> {
    metas: Vec<(String, &'a str)>,
    itemprops: Vec<(&'a str, String)>,
    pub(crate) scripts: Vec<&'a str>,
    pub(crate) title: Option<String>,
    pub(super) h1s: Vec<Heading>,
    pub(crate) headings: Vec<String>,
    pub(crate) canonical: Option<String>,
    pub(crate) language: Option<String>,
    /// The `<time datetime>` most likely to be the article's.
    pub(crate) time: Option<String>,
    is_time_below: bool,
    /// Texts of elements that call themselves dates.
    pub(crate) visible_dates: Vec<String>,
    /// Texts of elements that call themselves authors or bylines.
    pub(crate) bylines: Vec<String>,
    /// Texts of `rel=author` links.
    pub(crate) author_links: Vec<String>,
    /// Texts of elements that are named for holding an author's name.
    pub(crate) author_names: Vec<String>,
    /// The text of the element that calls itself the standfirst.
    pub(crate) dek: Option<String>,
    /// Elements that call themselves posts of a live blog.
    pub(crate) n_live_posts: u32,
    /// For each main heading, whether it looks like the site's name.
    pub(super) is_site_heading: Vec<bool>,
    elsewhere: Elsewhere,
}

impl<'a> Gathered<'a> {
    pub(in crate::extract) fn of(dom: &'a Dom) -> Self {
        let headline = dom
            .descendants(NodeId::DOCUMENT)
            .filter(|id| dom.name(*id) == Some(&local_name!("h1")))
            .find(|id| !is_site_heading(dom, *id));
        let mut gathered = Self {
            elsewhere: Elsewhere::of(dom, headline),
            ..Self::default()
        };
        for id in dom.descendants(NodeId::DOCUMENT) {
            if let Data::Element(element) = &dom.node(id).data {
                gathered.add(dom, id, element);
            }
        }
        gathered
    }

    /// The first non-empty `<meta>` of these names.
    pub(crate) fn first(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.all(name).next())
    }

    /// All non-empty `<meta>` of a name.
    pub(crate) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'a str> + 'b {
        self.metas
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, content)| *content)
    }

    pub(crate) fn itemprop(&self, name: &str) -> Option<&str> {
        self.itemprops
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| text.as_str())
    }

    fn add(&mut self, dom: &'a Dom, id: NodeId, element: &'a Element) {
        match element.name.local {
            local_name!("meta") => self.add_meta(element),
            local_name!("script") => {
                if let Some(script) = dom
                    .node(id)
                    .first_child
                    .and_then(|text| dom.own_text(text))
                    .filter(|_| self.scripts.len() < MAX)
                {
                    self.scripts.push(script);
                }
            }
            local_name!("html") => {
                self.language = element.attr(&local_name!("lang")).map(str::to_owned);
            }
            local_name!("link") if element.attr(&local_name!("rel")) == Some("canonical") => {
                self.canonical = self
                    .canonical
                    .take()
                    .or_else(|| element.attr(&local_name!("href")).map(str::to_owned));
            }
            local_name!("title") if self.title.is_none() => self.title = text_of(dom, id),
            local_name!("h1") if self.h1s.len() < MAX => {
                if let Some(heading) = Heading::of(dom, id) {
                    self.h1s.push(heading);
                    self.is_site_heading.push(is_site_heading(dom, id));
                }
            }
            local_name!("h2") | local_name!("h3") if self.headings.len() < 16 => {
                self.headings.extend(text_of(dom, id));
            }
            local_name!("time") if !self.elsewhere.holds(dom, id) => self.add_time(element),
            _ => {}
        }
        if !element.attrs.is_empty() {
            self.add_visible(dom, id, element);
        }
    }

    /// The first `<time>` below the first headline, else the first of all; one
    /// that says it tells of a change is passed over.
    fn add_time(&mut self, element: &Element) {
        let is_of_change = |value: &str| {
            let value = value.to_ascii_lowercase();
            value.contains("modif") || value.contains("updat")
        };
        let names = [local_name!("class"), local_name!("itemprop")];
        if names
            .iter()
            .any(|name| element.attr(name).is_some_and(is_of_change))
        {
            return;
        }
        let is_below = !self.h1s.is_empty();
        if (self.time.is_none() || is_below && !self.is_time_below)
            && let Some(time) = element
                .attr(&local_name!("datetime"))
                .filter(|time| time.len() >= 8)
        {
            (self.time, self.is_time_below) = (Some(time.to_owned()), is_below);
        }
    }

    fn add_meta(&mut self, element: &'a Element) {
        let content = element
            .attr(&local_name!("content"))
            .or_else(|| element.attr_named("value"))
            .map(str::trim)
            .filter(|content| !content.is_empty());
        let name = ["property", "name", "itemprop", "http-equiv"]
            .iter()
            .find_map(|attr| element.attr_named(attr));
        if let (Some(name), Some(content)) = (name, content) {
            if self.metas.len() < 4 * MAX {
                self.metas.push((name.trim().to_ascii_lowercase(), content));
            }
            if element.attr(&local_name!("itemprop")).is_some() {
                self.itemprops.push((name, content.to_owned()));
            }
        }
    }

    fn add_visible(&mut self, dom: &'a Dom, id: NodeId, element: &'a Element) {
        if let Some(itemprop) = element
            .attr(&local_name!("itemprop"))
            .filter(|_| self.itemprops.len() < MAX)
            && matches!(
                itemprop,
                "datePublished" | "dateModified" | "author" | "headline" | "alternativeHeadline"
            )
        {
            let value = element
                .attr_named("content")
                .or_else(|| element.attr_named("datetime"))
                .map(str::to_owned);
            self.itemprops.extend(
                value
                    .or_else(|| text_of(dom, id))
                    .map(|text| (itemprop, text)),
            );
        }
        if element
            .attr(&local_name!("rel"))
            .is_some_and(|rel| rel.split(' ').any(|rel| rel == "author"))
            && self.author_links.len() < 8
            && element.name.local != local_name!("link")
            && !self.elsewhere.holds(dom, id)
        {
            self.author_links.extend(text_of(dom, id));
        }
        let class = element.attr(&local_name!("class")).unwrap_or_default();
        self.n_live_posts += u32::from(LIVE_POSTS.iter().any(|name| class.contains(name)));
        if is_author_name(element, class)
            && self.author_names.len() < 8
            && !self.elsewhere.holds(dom, id)
        {
            self.author_names
                .extend(text_of(dom, id).filter(|text| text.len() <= 60));
        }
        if !classes::may_hold_metadata(element) {
            return;
        }
        let signs = classes::of_element(element);
        let is_asked = signs.has_any(&[Sign::Byline, Sign::Date, Sign::Dek]);
        let is_elsewhere = !is_asked
            || signs.has_any(&[Sign::Related, Sign::Comment, Sign::Sidebar])
            || self.elsewhere.holds(dom, id);
        let short = |limit: usize| text_of(dom, id).filter(|text| text.len() <= limit);
        if signs.has(Sign::Byline) && !is_elsewhere && self.bylines.len() < 12 {
            self.bylines.extend(short(200));
        }
        let is_of_change = ["updat", "modif", "Updat", "Modif"]
            .iter()
            .any(|word| class.contains(word));
        if signs.has(Sign::Date) && !is_of_change && !is_elsewhere && self.visible_dates.len() < 6 {
            self.visible_dates.extend(short(120));
        }
        let is_picture = signs.has_any(&[Sign::Figure, Sign::Caption, Sign::Credit]);
        if signs.has(Sign::Dek)
            && !is_picture
            && !is_elsewhere
            && self.dek.is_none()
            && !self.h1s.is_empty()
        {
            self.dek = short(600).filter(|text| text.len() >= 25);
        }
    }
}

/// Parts of class names of a live blog's posts.
const LIVE_POSTS: [&str; 10] = [
    "live-post",
    "livepost",
    "live-blog-post",
    "liveblog-post",
    "liveblog__post",
    "live-entry",
    "liveticker-",
    "ticker-entry",
    "ticker__entry",
    "live-update",
];

/// Whether an element is named for holding an author's name and no more.
fn is_author_name(element: &Element, class: &str) -> bool {
    let has = |words: &[&str]| {
        class
            .split_ascii_whitespace()
            .any(|word| words.contains(&word))
    };
    let is_named = |word: &str| {
        let word = word.to_ascii_lowercase();
        [
            "__author",
            "-author",
            "_author",
            "author-name",
            "authorname",
        ]
        .iter()
        .any(|end| word.ends_with(end))
    };
    class.split_ascii_whitespace().any(is_named)
        || has(&["author", "byline"]) && element.name.local != local_name!("div")
        || has(&[
            "fn",
            "author-name",
            "author__name",
            "author_name",
            "authorname",
            "byline__name",
            "byline-name",
            "byline__author",
            "byline-author",
            "entry-author-name",
            "post-author-name",
            "article-author",
            "article__author",
            "author-link",
            "author__link",
            "nickname",
            "username-author",
        ])
        || element.name.local == local_name!("a")
            && has(&["author", "byline", "post-author", "entry-author"])
}

/// Parts of class and id names of what holds a site's name.
const SITE_PLACES: [&str; 9] = [
    "logo",
    "site-title",
    "sitetitle",
    "site-name",
    "sitename",
    "blog-title",
    "blogtitle",
    "branding",
    "masthead",
];

/// Whether a main heading seems to be the site's name: it, or what is close
/// around it, is named so.
fn is_site_heading(dom: &Dom, id: NodeId) -> bool {
    std::iter::once(id)
        .chain(dom.ancestors(id))
        .take(3)
        .any(|id| {
            let names = [local_name!("class"), local_name!("id")];
            names.iter().any(|name| {
                dom.attr(id, name).is_some_and(|value| {
                    let value = value.to_ascii_lowercase();
                    SITE_PLACES.iter().any(|place| value.contains(place)) || value == "header"
                })
            })
        })
}
