//! URLs without their secrets: for display (logs, errors, the status page), and
//! as the name of a feed in the store.

use crate::text::percent_decode;
use url::Url;

/// A query parameter whose name contains one of these words holds a secret.
const SECRET_NAMES: [&str; 12] = [
    "token", "key", "secret", "auth", "sig", "pass", "pwd", "session", "code", "hash", "cred",
    "jwt",
];

/// The text that replaces a secret.
const MASK: &str = "***";

/// Shortest value that is taken for a token because of its characters.
const MIN_TOKEN: usize = 12;

/// Shortest part of a path that is taken for a token.
const MIN_PATH_TOKEN: usize = 16;

/// Longest value without digits that is not taken for a token.
const MAX_WORD: usize = 24;

/// Longest URL that is shown, in bytes.
const MAX_SHOWN: usize = 300;

/// `url` without its fragment, and with `***` in place of user, password, keys and
/// tokens.
#[must_use]
pub(crate) fn shown_url(url: &Url) -> String {
    let (mut shown, _) = masked(url);
    if shown.len() > MAX_SHOWN {
        shown.truncate(shown.floor_char_boundary(MAX_SHOWN));
        shown.push('…');
    }
    shown
}

/// `url` with its secrets masked, in full length.
#[must_use]
pub(crate) fn masked_url(url: &Url) -> String {
    let (masked, secrets) = masked(url);
    match secrets.is_empty() {
        true => url.to_string(),
        false => masked,
    }
}

/// Whether the URL contains anything that [`shown_url`] hides.
#[must_use]
pub(crate) fn has_secrets(url: &Url) -> bool {
    !masked(url).1.is_empty()
}

/// The name of a feed in the store, in logs and on the page. It is the URL of the
/// watchlist; if that contains secrets, they are masked, and a short checksum of
/// them is appended, because it may be the only difference between two feeds. The checksum
/// has 16 bits, which are too few to guess a secret by.
#[must_use]
pub fn feed_name(url: &Url) -> String {
    let (masked, secrets) = masked(url);
    if secrets.is_empty() {
        return url.to_string();
    }
    let checksum = xxhash_rust::xxh3::xxh3_64(secrets.join("\n").as_bytes()) & 0xffff;
    format!("{masked}#{checksum:04x}")
}

/// The masked URL without its fragment, and the secrets that were masked.
fn masked(url: &Url) -> (String, Vec<String>) {
    let mut secrets = Vec::new();
    let mut shown = url.clone();
    shown.set_fragment(None);
    if !url.username().is_empty() || url.password().is_some() {
        let (user, password) = (url.username(), url.password().unwrap_or_default());
        secrets.push(format!("{user}:{password}"));
        // Neither can fail for a URL with credentials.
        let _ = shown.set_username(MASK);
        let _ = shown.set_password(None);
    }
    if let Some(query) = url.query() {
        let masked = query.split('&').map(|pair| mask_pair(pair, &mut secrets));
        let masked = masked.collect::<Vec<_>>().join("&");
        shown.set_query(Some(&masked));
    }
    let parts = url.path().split('/').map(|part| {
        let is_secret = is_token(part, MIN_PATH_TOKEN);
        mask_if(is_secret, part, &mut secrets)
    });
    let path = parts.collect::<Vec<_>>().join("/");
    if path != url.path() {
        shown.set_path(&path);
    }
    // The setter escapes the mask in the user's place.
    (shown.as_str().replacen("%2A%2A%2A@", "***@", 1), secrets)
}

fn mask_pair(pair: &str, secrets: &mut Vec<String>) -> String {
    let Some((name, value)) = pair.split_once('=') else {
        return mask_if(is_token(pair, MIN_TOKEN), pair, secrets);
    };
    let value = mask_if(is_secret(name, value), value, secrets);
    format!("{name}={value}")
}

fn mask_if(is_secret: bool, text: &str, secrets: &mut Vec<String>) -> String {
    if !is_secret {
        return text.to_owned();
    }
    secrets.push(text.to_owned());
    MASK.to_owned()
}

/// Whether the value of a query parameter is a secret, by its name or its look.
fn is_secret(name: &str, value: &str) -> bool {
    let name = percent_decode(name).to_ascii_lowercase();
    if value.is_empty() {
        return false;
    }
    if SECRET_NAMES.iter().any(|secret| name.contains(secret)) {
        return true;
    }
    // The ids of channels and playlists look like tokens, and are public.
    let is_id = name == "id" || name.ends_with("_id");
    !is_id && is_token(value, MIN_TOKEN)
}

/// Whether a text looks like a token rather than words, a date or a number: one
/// run of letters with digits among them, or a very long run of letters.
fn is_token(text: &str, min_length: usize) -> bool {
    let text = percent_decode(text);
    let is_run = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'='))
        || is_uuid(&text);
    let n_digits = text.bytes().filter(u8::is_ascii_digit).count();
    let n_letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_mixed = text.len() >= min_length && n_digits >= 2 && n_letters >= 2;
    is_run && (is_mixed || n_letters > MAX_WORD)
}

/// Whether a text is a UUID: hexadecimal digits in five groups.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// The URL's host for a message, with its port if that is not the default port.
pub(super) fn shown_host(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => url.scheme().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, want: &str) {
        assert_eq!(shown_url(&Url::parse(url).unwrap()), want);
    }

    #[test]
    fn credentials_keys_and_tokens_are_masked() {
        check("https://ann:pa55@ex.org/rss", "https://***@ex.org/rss");
        check("https://ann@ex.org/rss#top", "https://***@ex.org/rss");
        check(
            "https://ex.org/rss?api_key=1&q=a",
            "https://ex.org/rss?api_key=***&q=a",
        );
        check(
            "https://ex.org/rss?q=1&accessToken=2",
            "https://ex.org/rss?q=1&accessToken=***",
        );
        check(
            "https://ex.org/rss?t=querysecret4711",
            "https://ex.org/rss?t=***",
        );
        check(
            "https://ex.org/rss?9f86d081884c7d65",
            "https://ex.org/rss?***",
        );
        check(
            "https://ex.org/u/9f86d081884c7d659a2f/rss.xml",
            "https://ex.org/u/***/rss.xml",
        );
        check(
            "https://ex.org/123e4567-e89b-12d3-a456-426614174000.rss",
            "https://ex.org/123e4567-e89b-12d3-a456-426614174000.rss",
        );
        check(
            "https://ex.org/123e4567-e89b-12d3-a456-426614174000/rss",
            "https://ex.org/***/rss",
        );
    }

    #[test]
    fn words_dates_numbers_and_ids_are_shown() {
        for url in [
            "https://ex.org/rss?section=world&page=2",
            "https://ex.org/rss?from=2024-05-06&n=1234567890123",
            "https://ex.org/search?q=flood+defences+in+the+northern+valleys&hl=en",
            "https://ex.org/videos.xml?channel_id=UCx1y2z3x1y2z3x1y2z3x1y2",
            "https://ex.org/2024/05/06/harbour-wall-holds-for-the-second-winter",
            "https://ex.org/section/internationalnews/rss.xml",
        ] {
            check(url, url);
        }
    }

    #[test]
    fn feeds_that_differ_in_their_secrets_only_have_different_names() {
        let name = |url: &str| feed_name(&Url::parse(url).unwrap());
        let (a, b) = (
            name("https://ex.org/?key=a1"),
            name("https://ex.org/?key=b2"),
        );
        assert_ne!(a, b);
        assert!(a.starts_with("https://ex.org/?key=***#"), "{a}");
        assert_eq!(name("https://ex.org/rss?a=1#x"), "https://ex.org/rss?a=1#x");
        assert_eq!(name("https://ex.org"), "https://ex.org/");
    }
}
