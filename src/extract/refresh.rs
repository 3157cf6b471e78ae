//! Pages that only lead to another one: `<meta http-equiv="refresh">`, which browsers
//! follow like a redirect.

use url::Url;

/// Bytes of a page that are searched.
const WINDOW: usize = 64 << 10;

/// Longest delay of a refresh that leads on, in seconds. A longer one reloads a page that
/// is meant to be read.
const MAX_DELAY_S: f64 = 5.0;

/// Words from which a page is an article itself: its refresh is for browsers without
/// scripts.
const MAX_WORDS: usize = 60;

/// The address that a page leads to within a few seconds; `None` for a page with text of
/// its own, and for one that reloads itself. `url` is the page's address.
#[must_use]
pub fn refresh_target(page: &[u8], url: &Url) -> Option<Url> {
    let head = String::from_utf8_lossy(&page[..page.len().min(WINDOW)]);
    let lower = head.to_ascii_lowercase();
    let target = memchr::memmem::find_iter(lower.as_bytes(), "<meta").find_map(|at| {
        let end = at + lower[at..].find('>')?;
        let is_refresh =
            lower[at..end].contains("http-equiv") && lower[at..end].contains("refresh");
        is_refresh.then(|| content(&head[at..end])).flatten()
    })?;
    let mut target = url.join(&target).ok()?;
    let mut own = url.clone();
    target.set_fragment(None);
    own.set_fragment(None);
    let is_other = matches!(target.scheme(), "http" | "https") && target != own;
    (is_other && n_words(&lower) <= MAX_WORDS).then_some(target)
}

/// The address in the `content` of a refresh tag: `0; url='/a'`.
fn content(tag: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let start = lower.find("content")? + "content".len();
    let value = tag[start..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split('>').next()?,
    };
    let (delay, target) = value.split_once([';', ','])?;
    let delay: f64 = delay.trim().parse().ok()?;
    let target = target.trim();
    let is_named = target
        .get(..3)
        .is_some_and(|name| name.eq_ignore_ascii_case("url"));
    let target = match is_named {
        true => target[3..].trim_start().strip_prefix('=')?,
        false => target,
    };
    let target = target
        .trim()
        .trim_matches(['"', '\''])
        .replace("&amp;", "&");
    (delay <= MAX_DELAY_S && !target.is_empty()).then_some(target)
}

/// The words of a page outside of tags, scripts and styles.
fn n_words(lower: &str) -> usize {
    let mut n_words = 0;
    let mut rest = lower;
    while let Some((text, tag)) = rest.split_once('<') {
        n_words += text.split_whitespace().count();
        let hidden = ["script", "style"]
            .into_iter()
            .find(|name| tag.starts_with(name));
        rest = match hidden.and_then(|name| tag.find(&format!("</{name}"))) {
            Some(end) => &tag[end..],
            None => tag,
        };
        rest = rest.split_once('>').map_or("", |(_, after)| after);
    }
    n_words + rest.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, wanted: Option<&str>) {
        let url = Url::parse("https://a.example/go?id=7").unwrap();
        let found = refresh_target(page.as_bytes(), &url);
        assert_eq!(found.as_ref().map(Url::as_str), wanted, "{page}");
    }

    #[test]
    fn a_refresh_of_a_few_seconds_leads_on() {
        let page = "https://b.example/n?a=1&b=2";
        check(
            "<meta http-equiv=\"refresh\" content=\"0; url=https://b.example/n?a=1&amp;b=2\">",
            Some(page),
        );
        check(
            "<noscript><META content='3;URL=\"/n\"' HTTP-EQUIV=Refresh></noscript>",
            Some("https://a.example/n"),
        );
        check(
            "<meta http-equiv=refresh content=0;url=/n>",
            Some("https://a.example/n"),
        );
    }

    #[test]
    fn a_page_that_reloads_itself_or_has_text_is_kept() {
        check("<meta http-equiv=refresh content=\"300\">", None);
        check("<meta http-equiv=refresh content=\"600; url=/n\">", None);
        check(
            "<meta http-equiv=refresh content=\"0; url=/go?id=7#top\">",
            None,
        );
        check(
            "<meta http-equiv=refresh content=\"0; url=javascript:x()\">",
            None,
        );
        let text = "The water rose again. ".repeat(40);
        check(
            &format!(
                "<noscript><meta http-equiv=refresh content=\"0; url=/n\"></noscript><p>{text}</p>"
            ),
            None,
        );
        check("<meta http-equiv=refresh content=", None);
    }
}
