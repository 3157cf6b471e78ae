//! What a page says of its article: title, dek, authors, dates, language, site,
//! address. From JSON-LD, `<meta>`, microdata, and what stands on the page.
//!
//! To add a source of a field: one name in the tables of `tags.rs`.

mod authors;
mod dates;
mod elsewhere;
mod heading;
mod jsonld;
mod tags;
mod titles;

use super::dom::{Dom, NodeId};
use crate::extract::Options;
use crate::extract::lines::{candidate, language};
use jiff::Timestamp;
use jiff::tz::Offset;

pub(super) use jsonld::unescape;
pub(super) use tags::Gathered;

/// An instant, and by which clock the page tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dated {
    pub(crate) instant: Timestamp,
    pub(crate) offset: Option<Offset>,
    /// Whether it was told without a zone, and is taken for UTC.
    pub(crate) is_local: bool,
}

/// A page's metadata, each field from the first source that has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meta {
    pub(crate) title: Option<String>,
    pub(crate) dek: Option<String>,
    /// What the page says of itself to search engines: often its standfirst.
    pub(crate) description: Option<String>,
    pub(crate) authors: Vec<String>,
    /// The outlet, where the page declares it as the author.
    pub(crate) outlet_author: Option<String>,
    pub(crate) published: Option<Dated>,
    pub(crate) updated: Option<Timestamp>,
    pub(crate) language: Option<String>,
    pub(crate) site: Option<String>,
    pub(crate) canonical_url: Option<String>,
    /// The text as the page's data has it: often cut, evidence only.
    pub(crate) body: Option<String>,
    /// What the page calls itself: `article`, `website`.
    pub(crate) page_type: Option<String>,
    /// Whether the page says that its text is for those who pay.
    pub(crate) is_paid: bool,
    /// Whether its data calls it an article.
    pub(crate) has_article_data: bool,
    /// Whether its data calls it a live blog.
    pub(crate) is_live: bool,
}

impl Meta {
    /// Whether `03/04/2022` is a day in April, by the page's language.
    pub(crate) fn is_day_first(&self) -> bool {
        dates::is_day_first(self.language.as_deref())
    }
}

/// Posts that make a page a live blog.
const MIN_LIVE_POSTS: u32 = 3;

pub(crate) fn of(dom: &Dom, options: &Options<'_>) -> Meta {
    let gathered = Gathered::of(dom);
    let data = jsonld::read(&gathered.scripts);
    let site = gathered
        .first(tags::SITE)
        .map(str::to_owned)
        .or_else(|| data.publisher.clone())
        .map(|site| candidate::fold_space(&site))
        .filter(|site| !site.is_empty() && site.chars().count() <= 80);
    let title = titles::choose(&gathered, &data, site.as_deref(), options);
    let language = data
        .language
        .as_deref()
        .into_iter()
        .chain(gathered.language.as_deref())
        .chain(gathered.first(tags::LANGUAGE))
        .find_map(language::of_tag);
    let dates = dates::choose(&gathered, &data, language.as_deref(), options);
    let dek = data
        .alternative
        .clone()
        .or_else(|| gathered.dek.clone())
        .map(|dek| candidate::fold_space(&dek))
        .filter(|dek| !dek.is_empty());
    Meta {
        outlet_author: authors::outlet(&gathered, &data),
        authors: authors::choose(&gathered, &data, site.as_deref()),
        dek,
        description: gathered.first(tags::DESCRIPTION).map(candidate::fold_space),
        published: dates.published,
        updated: dates.updated,
        language,
        canonical_url: canonical(&gathered, &data, options),
        page_type: gathered.first(tags::TYPE).map(str::to_ascii_lowercase),
        is_paid: data.is_paid,
        has_article_data: data.is_article,
        is_live: data.is_live || gathered.n_live_posts >= MIN_LIVE_POSTS,
        body: data.body,
        title,
        site,
    }
}

fn canonical(gathered: &Gathered, data: &jsonld::Data, options: &Options<'_>) -> Option<String> {
    let base = options.url.and_then(|url| url::Url::parse(url).ok());
    [
        gathered.canonical.as_deref(),
        gathered.first(tags::URL),
        data.url.as_deref(),
    ]
    .into_iter()
    .flatten()
    .find_map(|address| {
        let address = match &base {
            Some(base) => base.join(address.trim()).ok()?,
            None => url::Url::parse(address.trim()).ok()?,
        };
        // A canonical address that is the site's front page is a page's mistake.
        let is_article = matches!(address.scheme(), "http" | "https") && address.path().len() > 1;
        is_article.then(|| address.to_string())
    })
}

/// The text of a page's first element of a name.
fn text_of(dom: &Dom, id: NodeId) -> Option<String> {
    let text = dom.text_of(id);
    (!text.is_empty() && text.len() <= 2_000).then_some(text)
}
