//! Challenge pages: checks for browsers that a server sends in place of a feed.

/// Bytes of a page that are searched for marks.
const WINDOW: usize = 64 << 10;

/// Marks of the pages, in lower case, and who makes them. Each is part of the challenge
/// itself: a page that only mentions the maker is none.
const MARKS: &[(&str, Option<&str>)] = &[
    ("/cdn-cgi/challenge-platform/", Some("Cloudflare")),
    ("cf-browser-verification", Some("Cloudflare")),
    ("_cf_chl_opt", Some("Cloudflare")),
    (
        "<title>attention required! | cloudflare",
        Some("Cloudflare"),
    ),
    ("<title>just a moment...", Some("Cloudflare")),
    ("_incapsula_resource", Some("Imperva")),
    ("ddos-guard.net/.well-known", Some("DDoS-Guard")),
    ("<title>ddos-guard", Some("DDoS-Guard")),
    ("captcha-delivery.com", Some("DataDome")),
    ("px-captcha", Some("HUMAN")),
    ("window._pxappid", Some("HUMAN")),
    ("token.awswaf.com", Some("AWS WAF")),
    ("awswafcookiedomainlist", Some("AWS WAF")),
    ("gokuprops", Some("AWS WAF")),
    ("sucuri_cloudproxy_js", Some("Sucuri")),
    ("<title>vercel security checkpoint", Some("Vercel")),
    ("/.within.website/x/cmd/anubis", Some("Anubis")),
    ("anubis_challenge", Some("Anubis")),
    ("sec-if-cpt-container", Some("Akamai")),
    ("/_sec/cp_challenge/", Some("Akamai")),
    ("<title>checking your browser", None),
    ("<title>making sure you're not a bot", None),
    ("<title>making sure you&#39;re not a bot", None),
    ("<title>are you a robot", None),
    ("<title>robot or human", None),
    ("<title>verifying you are human", None),
    ("<title>human verification", None),
    ("<title>security check", None),
];

/// Whether a page is a challenge for browsers, and whose: `Some(None)` if its maker is
/// not known.
#[must_use]
pub fn challenge(page: &[u8]) -> Option<Option<&'static str>> {
    let head = page[..page.len().min(WINDOW)].to_ascii_lowercase();
    let is_markup = memchr::memchr(b'<', &head).is_some();
    let holds = |mark: &str| memchr::memmem::find(&head, mark.as_bytes()).is_some();
    let (_, by) = MARKS.iter().find(|(mark, _)| is_markup && holds(mark))?;
    Some(*by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_pages_are_known_by_their_marks() {
        let check = |page: &str, wanted| assert_eq!(challenge(page.as_bytes()), wanted, "{page}");
        check(
            "<html><head><title>Just a moment...</title></head><body></body></html>",
            Some(Some("Cloudflare")),
        );
        check(
            "<script src=\"https://ct.captcha-delivery.com/c.js\"></script>",
            Some(Some("DataDome")),
        );
        check("<TITLE>Verifying you are human</TITLE>", Some(None));
        check("<html><title>Cloudflare has an outage</title></html>", None);
        check("px-captcha", None);
        check("", None);
    }
}
