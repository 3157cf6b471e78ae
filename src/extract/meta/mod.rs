//! What a page says of its article: title, dek, authors, dates, language, site,
//! address. From JSON-LD, `<meta>`, microdata, and what stands on the page.
//!
//! To add a source of a field: one name in the tables of `tags.rs`.

mod authors;
mod jsonld;
mod tags;
mod titles;

use super::dom::{Dom, NodeId};
use crate::extract::Options;
use crate::extract::lines::{candidate, date, language};
use jiff::Timestamp;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;

pub(super) use tags::Gathered;

/// An instant, and by which clock the page tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dated {
    pub(crate) instant: Timestamp,
    pub(crate) offset: Option<Offset>,
}

/// A page's metadata, each field from the first source that has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meta {
    pub(crate) title: Option<String>,
    pub(crate) dek: Option<String>,
    pub(crate) authors: Vec<String>,
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
    let declared = first_date(&[
        data.published.as_deref(),
        gathered.first(tags::PUBLISHED),
        gathered.itemprop("datePublished"),
    ]);
    let in_url = options.url.and_then(date_in_url);
    let shown = first_date(&[gathered.first(tags::DATE), gathered.time.as_deref()])
        .or_else(|| gathered.visible_dates.iter().find_map(|text| date_in(text)));
    // A `<time>` may be any article's; the day in the address is this one's.
    let shown = shown.filter(|shown| {
        in_url.is_none_or(|in_url| {
            shown
                .instant
                .duration_since(in_url.instant)
                .as_hours()
                .abs()
                <= 48
        })
    });
    let updated = first_date(&[
        data.updated.as_deref(),
        gathered.first(tags::UPDATED),
        gathered.itemprop("dateModified"),
    ]);
    let time = gathered.time.as_deref().and_then(date_in);
    let published = declared.or(shown).or(in_url);
    let published = published.map(|published| as_shown(published, time, updated));
    let updated = updated.map(|updated| updated.instant);
    let dek = data
        .alternative
        .clone()
        .or_else(|| gathered.dek.clone())
        .map(|dek| candidate::fold_space(&dek))
        .filter(|dek| !dek.is_empty());
    Meta {
        authors: authors::choose(&gathered, &data, site.as_deref()),
        dek,
        published,
        updated: updated
            .filter(|updated| published.is_none_or(|published| *updated > published.instant)),
        language: data
            .language
            .as_deref()
            .into_iter()
            .chain(gathered.language.as_deref())
            .chain(gathered.first(tags::LANGUAGE))
            .find_map(language::of_tag),
        canonical_url: canonical(&gathered, &data, options),
        page_type: gathered.first(tags::TYPE).map(str::to_ascii_lowercase),
        is_paid: data.is_paid,
        has_article_data: data.is_article,
        is_live: data.is_live,
        body: data.body,
        title,
        site,
    }
}

fn first_date(texts: &[Option<&str>]) -> Option<Dated> {
    texts.iter().flatten().find_map(|text| date_in(text))
}

fn date_in(text: &str) -> Option<Dated> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        let offset = match Pieces::parse(text).ok().and_then(|pieces| pieces.offset()) {
            Some(PiecesOffset::Numeric(numeric)) => Some(numeric.offset()),
            // `Z` gives the instant and leaves the clock open.
            _ => None,
        };
        return Some(Dated { instant, offset });
    }
    date::find(text, false)
        .map(|found| Dated {
            instant: found.instant,
            offset: found.offset,
        })
        .or_else(|| {
            of_epoch(text).map(|instant| Dated {
                instant,
                offset: None,
            })
        })
}

/// Days after which a page that shows the day of its last change as its own is
/// a new edition, not a corrected article.
const EDITION_DAYS: i64 = 90;

/// A date as the page's `<time>` shows it to a reader: by the local clock, and
/// of a page that was written anew long after, as of then.
fn as_shown(dated: Dated, time: Option<Dated>, updated: Option<Dated>) -> Dated {
    let Some(shown) = time else { return dated };
    if shown.instant == dated.instant && dated.offset.is_none() {
        return shown;
    }
    let is_of_change = updated.is_some_and(|updated| {
        updated
            .instant
            .duration_since(shown.instant)
            .abs()
            .as_mins()
            < 1
    });
    let n_hours = shown.instant.duration_since(dated.instant).as_hours();
    if is_of_change && n_hours >= 24 * EDITION_DAYS {
        return shown;
    }
    dated
}

/// Seconds or milliseconds since 1970, as some pages give them.
fn of_epoch(text: &str) -> Option<Timestamp> {
    let number: i64 = text.trim().parse().ok()?;
    let seconds = if number > 100_000_000_000 {
        number / 1000
    } else {
        number
    };
    (seconds > 600_000_000)
        .then(|| Timestamp::from_second(seconds).ok())
        .flatten()
}

/// `/2022/02/16/`, `/2022-02-16-`, `/20220216/`.
fn date_in_url(url: &str) -> Option<Dated> {
    let path = url.split(['?', '#']).next()?;
    let at = path.find("/20").or_else(|| path.find("/19"))?;
    let mut parts = path[at + 1..].split(['/', '-', '_']);
    let first = parts.next()?;
    let (year, month, day) = match first.len() {
        4 => (first, parts.next()?, parts.next()?),
        8 if first.is_ascii() => (&first[..4], &first[4..6], &first[6..]),
        _ => return None,
    };
    // `/2022/02/160312.html` has no day.
    if month.len() > 2 || day.len() > 2 {
        return None;
    }
    date_in(&format!("{year}-{month}-{day}"))
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
