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
    let plain = |title: &str| site.strip(&candidate::fold_space(&super::jsonld::unescape(title)));
    let declared: Vec<String> = [
        data.headline.as_deref(),
        options.title_hint,
        gathered.itemprop("headline"),
    ]
    .into_iter()
    .flatten()
    .chain(tags::TITLE.iter().flat_map(|name| gathered.all(name)))
    .chain(gathered.title.as_deref())
    .map(plain)
    .filter(|title| !title.is_empty())
    .collect();
    let shown = gathered
        .h1s
        .iter()
        .map(|title| candidate::fold_space(title))
        .filter(|title| title.chars().count() >= 4);
    // A shown headline that the page's data repeats; else that is most like it.
    let likeness = |title: &str| {
        declared
            .iter()
            .map(|other| likeness(title, other))
            .fold(0.0_f32, f32::max)
    };
    let best_shown =
        shown
            .map(|title| (likeness(&title), title))
            .fold(None::<(f32, String)>, |best, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            });
    match best_shown {
        Some((likeness, title)) if likeness >= 0.5 || declared.is_empty() => {
            Some(site.strip(&title))
        }
        Some((_, title))
            if gathered.h1s.len() == 1
                && title.split(' ').count() >= 4
                && !site.is_name(&title) =>
        {
            Some(site.strip(&title))
        }
        _ => {
            let heading = gathered.headings.iter().find(|heading| {
                declared
                    .iter()
                    .any(|title| headline::is_same(heading, title))
            });
            heading.cloned().or_else(|| declared.into_iter().next())
        }
    }
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
