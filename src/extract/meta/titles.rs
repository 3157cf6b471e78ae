//! The headline: what the page shows as such, checked against what its data
//! says, without the site's name.

use super::jsonld::Data;
use super::tags::{self, Gathered};
use crate::extract::Options;
use crate::extract::lines::{candidate, headline, phrases};
use crate::text::without_www;
use crate::text::{TITLE_MARKS, last_mark};

pub(crate) fn choose(
    gathered: &Gathered<'_>,
    data: &Data,
    site: Option<&str>,
    options: &Options<'_>,
) -> Option<String> {
    let site = Site::new(site, options.url);
    let declared = declared(gathered, data, &site, options);
    let shown = shown(gathered, &declared);
    let n_shown = shown.len();
    match most_like(shown, &declared) {
        Some((likeness, title)) if likeness >= 0.5 || declared.is_empty() => {
            Some(site.strip(&title))
        }
        Some((_, title))
            if n_shown == 1 && title.split(' ').count() >= 4 && !site.is_name(&title) =>
        {
            Some(site.strip(&title))
        }
        _ => heading_of(gathered, &declared).cloned().or_else(|| {
            let first = declared.first();
            first.map(|title| without_cjk_site(title))
        }),
    }
}

/// The titles that the page's data, the feed and its tags state, without the site.
fn declared(
    gathered: &Gathered<'_>,
    data: &Data,
    site: &Site,
    options: &Options<'_>,
) -> Vec<String> {
    let in_data = [
        data.headline.as_deref(),
        options.title_hint,
        gathered.itemprop("headline"),
    ];
    let in_tags = tags::TITLE.iter().flat_map(|name| gathered.all(name));
    in_data
        .into_iter()
        .flatten()
        .chain(in_tags)
        .chain(gathered.title.as_deref())
        .map(|title| site.strip(&candidate::fold_space(&super::jsonld::unescape(title))))
        .filter(|title| !title.is_empty())
        .collect()
}

/// The main headings that may be the headline: not the site's name.
fn shown(gathered: &Gathered<'_>, declared: &[String]) -> Vec<String> {
    let is_declared = |text: &str| is_any_same(declared, text);
    let tag = gathered.title.as_deref().unwrap_or_default();
    gathered
        .h1s
        .iter()
        .zip(&gathered.is_site_heading)
        .filter(|(heading, is_site)| {
            let is_site = **is_site && gathered.h1s.len() > 1
                || is_site_of(tag, &heading.whole, &gathered.headings);
            !is_site || is_declared(&heading.whole) && gathered.headings.is_empty()
        })
        .map(|(heading, _)| candidate::fold_space(&heading.headline(is_declared)))
        .filter(|title| title.chars().count() >= 4)
        .collect()
}

/// The heading most like a declared title, the first of equals, with its likeness.
fn most_like(shown: Vec<String>, declared: &[String]) -> Option<(f32, String)> {
    let likeness_to_declared = |title: &str| {
        let each = declared.iter().map(|other| likeness(title, other));
        each.fold(0.0_f32, f32::max)
    };
    shown
        .into_iter()
        .map(|title| (likeness_to_declared(&title), title))
        .reduce(|best, next| if best.0 >= next.0 { best } else { next })
}

/// A lower heading that is a declared title, or that opens the page's `<title>`.
fn heading_of<'a>(gathered: &'a Gathered<'_>, declared: &[String]) -> Option<&'a String> {
    let tag = gathered.title.as_deref().unwrap_or_default();
    let is_in_tag =
        |heading: &&String| heading.chars().count() >= 12 && tag.starts_with(heading.as_str());
    let headings = || gathered.headings.iter();
    headings()
        .find(|heading| is_any_same(declared, heading))
        .or_else(|| headings().find(is_in_tag))
}

fn is_any_same(declared: &[String], text: &str) -> bool {
    declared.iter().any(|title| headline::is_same(title, text))
}

/// Whether a main heading is the site's name: the page's `<title>` has it behind
/// a mark, and before that mark what another heading of the page says.
fn is_site_of(tag: &str, heading: &str, headings: &[String]) -> bool {
    let rest = tag
        .strip_suffix(heading)
        .map(|rest| {
            rest.trim_end_matches(|c: char| {
                !c.is_alphanumeric()
                    && !matches!(
                        c,
                        '?' | '!' | '.' | ')' | '"' | '\u{201d}' | '\u{201c}' | '\u{bb}'
                    )
            })
        })
        .or_else(|| {
            tag.strip_prefix(heading)
                .map(|rest| rest.trim_start_matches(|c: char| !c.is_alphanumeric()))
        });
    rest.is_some_and(|rest| {
        rest.chars().count() >= 4 && headings.iter().any(|other| headline::is_same(other, rest))
    })
}

/// Marks between a headline, its section and the site in Chinese, Japanese and
/// Korean titles.
const CJK_MARKS: [char; 6] = ['_', '|', '\u{ff5c}', '\u{3163}', '\u{2502}', '-'];
/// Least signs of a headline in such a script.
const MIN_CJK: usize = 6;

/// A title in such a script without the section and the site behind it.
fn without_cjk_site(title: &str) -> String {
    let is_cjk = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
    let n_cjk = |text: &str| text.chars().filter(|c| is_cjk(*c)).count();
    if n_cjk(title) < MIN_CJK {
        return title.to_owned();
    }
    let parts = || {
        title
            .split(CJK_MARKS)
            .map(str::trim)
            .filter(|part| !part.is_empty())
    };
    parts()
        .next()
        .filter(|first| n_cjk(first) >= MIN_CJK)
        .or_else(|| parts().max_by_key(|part| n_cjk(part)))
        .unwrap_or(title)
        .to_owned()
}

/// Shared words as a part of all words of two titles.
fn likeness(a: &str, b: &str) -> f32 {
    let (a, b) = (phrases::fold(a), phrases::fold(b));
    let a: Vec<&str> = a.split_ascii_whitespace().collect();
    let b: Vec<&str> = b.split_ascii_whitespace().collect();
    let n_shared = a.iter().filter(|word| b.contains(word)).count();
    2.0 * n_shared as f32 / (a.len() + b.len()).max(1) as f32
}

/// The site's names, as letters and digits only.
struct Site {
    keys: Vec<String>,
}

impl Site {
    fn new(name: Option<&str>, url: Option<&str>) -> Self {
        let mut keys: Vec<String> = name.map(headline::key).into_iter().collect();
        if let Some(host) = url
            .and_then(|url| url::Url::parse(url).ok())
            .and_then(|url| url.host_str().map(str::to_owned))
        {
            let host = without_www(&host);
            keys.push(headline::key(host));
            let labels: Vec<&str> = host.split('.').collect();
            keys.extend(
                labels
                    .iter()
                    .rev()
                    .skip(1)
                    .filter(|label| label.len() > 3)
                    .map(|label| headline::key(label)),
            );
        }
        keys.retain(|key| !key.is_empty());
        Self { keys }
    }

    /// Whether `text` is the site's name, or nearly.
    fn is_name(&self, text: &str) -> bool {
        let key = headline::key(text);
        let bare = key.trim_start_matches("the");
        let is_initials = |known: &str| {
            let initials: String = text
                .split_whitespace()
                .filter_map(|word| word.chars().next())
                .flat_map(char::to_lowercase)
                .collect();
            initials.len() >= 3 && known == initials
        };
        !key.is_empty()
            && self.keys.iter().any(|known| {
                let known_bare = known.trim_start_matches("the");
                known_bare == bare
                    || known_bare.len() >= 4 && bare.contains(known_bare)
                    || bare.len() >= 4 && known_bare.contains(bare)
                    || is_initials(known)
            })
    }

    /// `title` without the site's name at its end or beginning.
    fn strip(&self, title: &str) -> String {
        let mut title = title.trim().to_owned();
        for _ in 0..3 {
            let Some(shorter) = self.strip_once(&title) else {
                break;
            };
            title = shorter;
        }
        title
    }

    fn strip_once(&self, title: &str) -> Option<String> {
        if let Some((at, len)) = last_mark(title) {
            let (head, tail) = (title[..at].trim(), title[at + len..].trim());
            // `Headline | Section | Site`: what follows a bar is never the headline's.
            let is_bar = title[at..].starts_with(" | ")
                && tail.split(' ').count() <= 4
                && head.split(' ').count() >= 3;
            if (self.is_name(tail) || is_bar) && !head.is_empty() && tail.split(' ').count() <= 7 {
                return Some(head.to_owned());
            }
        }
        let first = TITLE_MARKS
            .iter()
            .chain(&[": "])
            .filter_map(|mark| Some((title.find(mark)?, mark.len())))
            .min()?;
        let (head, tail) = (title[..first.0].trim(), title[first.0 + first.1..].trim());
        (self.is_name(head) && head.split(' ').count() <= 4 && tail.split(' ').count() >= 3)
            .then(|| tail.to_owned())
    }
}
