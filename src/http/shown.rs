//! URLs for display (logs, errors, the status page), without their secrets.

use url::Url;

/// A query parameter whose name contains one of these words holds a secret.
const SECRET_NAMES: [&str; 10] = [
    "token", "key", "secret", "auth", "sig", "pass", "pwd", "session", "code", "hash",
];

/// Longest value of a query parameter that is shown. Tokens are longer than the
/// names of sections and the numbers of pages.
const MAX_VALUE: usize = 24;

/// `url` without credentials and fragment, and without its query if that may
/// contain a token.
#[must_use]
pub(crate) fn shown_url(url: &Url) -> String {
    let mut shown = url.clone();
    // Neither can fail for a URL with a host; one without a host has neither.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    if url
        .query_pairs()
        .any(|(name, value)| is_secret(&name, &value))
    {
        shown.set_query(None);
    }
    let mut shown = shown.to_string();
    if shown.len() > MAX_SHOWN {
        shown.truncate(shown.floor_char_boundary(MAX_SHOWN));
        shown.push('…');
    }
    shown
}

/// Longest URL that is shown, in bytes.
const MAX_SHOWN: usize = 300;

fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    value.len() > MAX_VALUE || SECRET_NAMES.iter().any(|secret| name.contains(secret))
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
    fn credentials_and_tokens_are_not_shown() {
        check("https://ann:pa55@ex.org/rss", "https://ex.org/rss");
        check(
            "https://ex.org/rss?section=world&page=2",
            "https://ex.org/rss?section=world&page=2",
        );
        check("https://ex.org/rss?api_key=1", "https://ex.org/rss");
        check("https://ex.org/rss?q=1&accessToken=2", "https://ex.org/rss");
        check(
            "https://ex.org/rss?u=0123456789abcdef0123456789abcdef",
            "https://ex.org/rss",
        );
        check("https://ex.org/rss#top", "https://ex.org/rss");
    }
}
