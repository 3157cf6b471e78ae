//! `robots.txt` as RFC 9309 reads it: which group is ours, which rule wins.

use std::time::Duration;

/// What newsvane is called in `robots.txt`.
const TOKEN: &str = "newsvane";

/// Most bytes of rules that are kept of one file; rules after that are ignored,
/// which errs on the side of the allowed.
const MAX_RULE_BYTES: usize = 16 << 10;

/// Longest `Crawl-delay` that is believed: it is no part of the RFC, and some
/// sites use it to write numbers that would take years.
const MAX_DELAY_SECS: f64 = 30.0;

/// The rules that hold for newsvane.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    /// `Crawl-delay` of our group, bounded.
    pub(crate) delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    allows: bool,
    pattern: Box<str>,
}

/// The groups that may be ours; a line `User-agent: newsvane` beats one with `*`.
#[derive(Default)]
struct Groups {
    own: Option<Rules>,
    any: Rules,
    n_bytes: usize,
}

impl Rules {
    /// Reads a file; whatever is not understood is passed over.
    pub(crate) fn parse(file: &[u8]) -> Self {
        let file = String::from_utf8_lossy(file);
        let mut groups = Groups::default();
        let (mut names_own, mut names_any, mut is_naming) = (false, false, false);
        for line in file.trim_start_matches('\u{feff}').split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if !is_naming {
                    (names_own, names_any) = (false, false);
                }
                is_naming = true;
                names_any |= value.starts_with('*');
                if is_own(value) {
                    names_own = true;
                    groups.own.get_or_insert_default();
                }
                continue;
            }
            // Sitemap and the like stand outside the groups and end none.
            if matches!(key.as_str(), "allow" | "disallow" | "crawl-delay") {
                is_naming = false;
                groups.add(&key, value, names_own, names_any);
            }
        }
        groups.own.unwrap_or(groups.any)
    }

    /// Whether a path with its query may be fetched: the longest rule that fits
    /// wins, of two equal ones the kinder.
    pub(crate) fn allow(&self, path: &str) -> bool {
        let path = unescape(path);
        self.rules
            .iter()
            .filter(|rule| fits(&rule.pattern, &path))
            .max_by_key(|rule| (rule.pattern.len(), rule.allows))
            .is_none_or(|rule| rule.allows)
    }
}

impl Groups {
    fn add(&mut self, key: &str, value: &str, to_own: bool, to_any: bool) {
        self.n_bytes += if to_own || to_any {
            value.len() + 24
        } else {
            0
        };
        if self.n_bytes > MAX_RULE_BYTES {
            return;
        }
        let targets = [
            self.own.as_mut().filter(|_| to_own),
            Some(&mut self.any).filter(|_| to_any),
        ];
        for target in targets.into_iter().flatten() {
            if key == "crawl-delay" {
                let secs = value.parse::<f64>().ok().filter(|secs| *secs > 0.0);
                target.delay = secs.map(|secs| Duration::from_secs_f64(secs.min(MAX_DELAY_SECS)));
            } else if !value.is_empty() {
                // An empty Disallow forbids nothing: the same as no rule.
                target.rules.push(Rule {
                    allows: key == "allow",
                    pattern: unescape(value).into(),
                });
            }
        }
    }
}

/// A `User-agent` value is a product token; what follows it (a version) is not.
fn is_own(value: &str) -> bool {
    let end = value
        .find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_'))
        .unwrap_or(value.len());
    value[..end].eq_ignore_ascii_case(TOKEN)
}

/// Percent-escapes of unreserved characters undone and the others upper-cased,
/// and raw non-ASCII escaped, so that two spellings of one path compare equal.
fn unescape(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut plain = String::with_capacity(path.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| hex(bytes, at + 1)).flatten();
        match escaped {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                plain.push(char::from(byte));
            }
            Some(byte) => plain.push_str(&format!("%{byte:02X}")),
            None if bytes[at].is_ascii() => plain.push(char::from(bytes[at])),
            None => plain.push_str(&format!("%{:02X}", bytes[at])),
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
    plain
}

fn hex(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    u8::try_from(digit(at)? << 4 | digit(at + 1)?).ok()
}

/// Whether the pattern, with `*` for anything and `$` for the end, fits the
/// path's beginning. Linear but for the searches: each part is taken at its
/// first place, which is never worse than a later one.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, is_anchored) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*').peekable();
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    if parts.peek().is_none() {
        return !is_anchored || rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if is_anchored && parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, path: &str, want: bool) {
        assert_eq!(
            Rules::parse(file.as_bytes()).allow(path),
            want,
            "{file:?} for {path}"
        );
    }

    #[test]
    fn the_longest_rule_wins_and_of_two_equal_ones_the_kinder() {
        let file =
            "User-agent: *\nDisallow: /news\nAllow: /news/world\nDisallow: /same\nAllow: /same\n";
        check(file, "/", true);
        check(file, "/news/local", false);
        check(file, "/news/world/1", true);
        check(file, "/same", true);
    }

    #[test]
    fn wildcards_and_the_end_are_understood() {
        check("User-agent:*\nDisallow: /*.pdf$", "/a/b.pdf", false);
        check("User-agent:*\nDisallow: /*.pdf$", "/a/b.pdf?x", true);
        check("User-agent:*\nDisallow: /a*b*c", "/a-b-c-d", false);
        check("User-agent:*\nDisallow: /a*b*c", "/a-c-b", true);
        check("User-agent:*\nDisallow: *?print=", "/a?print=1", false);
        check("User-agent:*\nDisallow: /$", "/", false);
        check("User-agent:*\nDisallow: /$", "/a", true);
    }

    #[test]
    fn our_own_group_beats_the_one_for_all() {
        let file = "User-agent: *\nDisallow: /\n\nUser-agent: Newsvane/1.0\nDisallow: /private\n";
        check(file, "/open", true);
        check(file, "/private", false);
        check("User-agent: newsvane-extra\nDisallow: /\n", "/", true);
    }

    #[test]
    fn agents_named_together_share_their_rules_and_groups_of_one_agent_add_up() {
        let file = "User-agent: other\nUser-agent: newsvane\nDisallow: /a\n\nUser-agent: newsvane\nDisallow: /b\n";
        check(file, "/a", false);
        check(file, "/b", false);
        check(
            "User-agent: newsvane\nDisallow: /a\nUser-agent: other\nDisallow: /b",
            "/b",
            true,
        );
    }

    #[test]
    fn an_empty_disallow_and_an_empty_file_forbid_nothing() {
        check("User-agent: *\nDisallow:\n", "/", true);
        check("", "/", true);
        check("<html>not found</html>", "/", true);
        check("Disallow: /", "/", true);
    }

    #[test]
    fn comments_line_ends_and_escapes_do_not_matter() {
        check(
            "\u{feff}user-AGENT : * # all\r\nDISALLOW : /a # this\r\n",
            "/a",
            false,
        );
        check("User-agent: *\rDisallow: /%7Eann", "/~ann", false);
        check("User-agent: *\nDisallow: /caf%c3%a9", "/caf%C3%A9", false);
        check("User-agent: *\nDisallow: /café", "/caf%C3%A9", false);
    }

    #[test]
    fn a_crawl_delay_is_bounded() {
        let delay = |value: &str| {
            Rules::parse(format!("User-agent: *\nCrawl-delay: {value}").as_bytes()).delay
        };
        assert_eq!(delay("2.5"), Some(Duration::from_millis(2_500)));
        assert_eq!(delay("86400"), Some(Duration::from_secs(30)));
        assert_eq!(delay("inf"), Some(Duration::from_secs(30)));
        assert_eq!(delay("-1"), None);
        assert_eq!(delay("NaN"), None);
    }

    #[test]
    fn a_file_of_a_million_rules_keeps_a_bounded_number() {
        let file = "User-agent: *\n".to_owned() + &"Disallow: /a\n".repeat(30_000);
        assert!(Rules::parse(file.as_bytes()).rules.len() < 1_000);
    }
}
