//! Parses `robots.txt` (RFC 9309): which group applies to newsvane, and which
//! rule decides.

use std::time::Duration;

/// newsvane's product token in `robots.txt`.
const TOKEN: &str = "newsvane";

/// Most bytes of rules that are kept of one file. Later rules are ignored, so
/// that the pages they disallow count as allowed.
const MAX_RULE_BYTES: usize = 16 << 10;

/// Longest `Crawl-delay` that is respected. It is not part of the RFC, and some
/// sites set it to years.
const MAX_DELAY_SECS: f64 = 30.0;

/// The rules that apply to newsvane.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    /// `Crawl-delay` of the group that applies, bounded.
    pub(crate) delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    allows: bool,
    pattern: Box<str>,
}

/// The groups that may apply; one with `User-agent: newsvane` takes precedence
/// over one with `*`.
#[derive(Default)]
struct Groups {
    own: Option<Rules>,
    any: Rules,
    n_bytes: usize,
}

impl Rules {
    /// Parses a file; lines that are not understood are ignored.
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
            // Other lines, such as Sitemap, do not belong to a group and do not end one.
            if matches!(key.as_str(), "allow" | "disallow" | "crawl-delay") {
                is_naming = false;
                groups.add(&key, value, names_own, names_any);
            }
        }
        groups.own.unwrap_or(groups.any)
    }

    /// Whether a path with its query may be fetched. The longest matching rule
    /// decides; of two with the same length, the one that allows.
    pub(crate) fn allow(&self, path: &str) -> bool {
        let path = normalize(path);
        self.rules
            .iter()
            .filter(|rule| matches(&rule.pattern, &path))
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
                // An empty Disallow disallows nothing: the same as no rule.
                target.rules.push(Rule {
                    allows: key == "allow",
                    pattern: normalize(value).into(),
                });
            }
        }
    }
}

/// Whether a `User-agent` value is newsvane's product token, which a version may
/// follow.
fn is_own(value: &str) -> bool {
    let end = value
        .find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_'))
        .unwrap_or(value.len());
    value[..end].eq_ignore_ascii_case(TOKEN)
}

/// Decodes percent-escapes of unreserved characters, puts other escapes in upper
/// case and escapes non-ASCII bytes, so that two spellings of a path are equal.
fn normalize(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut normal = String::with_capacity(path.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| hex(bytes, at + 1)).flatten();
        match escaped {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                normal.push(char::from(byte));
            }
            Some(byte) => normal.push_str(&format!("%{byte:02X}")),
            None if bytes[at].is_ascii() => normal.push(char::from(bytes[at])),
            None => normal.push_str(&format!("%{:02X}", bytes[at])),
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
    normal
}

fn hex(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    u8::try_from(digit(at)? << 4 | digit(at + 1)?).ok()
}

/// Whether the pattern matches the beginning of the path: `*` matches any
/// characters, `$` for the end. Each part is matched at its first occurrence,
/// which is never worse than a later one, so that nothing is tried twice.
fn matches(pattern: &str, path: &str) -> bool {
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
    fn the_longest_rule_decides_and_of_equal_ones_the_one_that_allows() {
        let file =
            "User-agent: *\nDisallow: /news\nAllow: /news/world\nDisallow: /same\nAllow: /same\n";
        check(file, "/", true);
        check(file, "/news/local", false);
        check(file, "/news/world/1", true);
        check(file, "/same", true);
    }

    #[test]
    fn wildcards_and_the_end_anchor_are_supported() {
        check("User-agent:*\nDisallow: /*.pdf$", "/a/b.pdf", false);
        check("User-agent:*\nDisallow: /*.pdf$", "/a/b.pdf?x", true);
        check("User-agent:*\nDisallow: /a*b*c", "/a-b-c-d", false);
        check("User-agent:*\nDisallow: /a*b*c", "/a-c-b", true);
        check("User-agent:*\nDisallow: *?print=", "/a?print=1", false);
        check("User-agent:*\nDisallow: /$", "/", false);
        check("User-agent:*\nDisallow: /$", "/a", true);
    }

    #[test]
    fn the_group_for_newsvane_takes_precedence_over_the_group_for_all() {
        let file = "User-agent: *\nDisallow: /\n\nUser-agent: Newsvane/1.0\nDisallow: /private\n";
        check(file, "/open", true);
        check(file, "/private", false);
        check("User-agent: newsvane-extra\nDisallow: /\n", "/", true);
    }

    #[test]
    fn agents_named_together_share_rules_and_groups_of_one_agent_are_combined() {
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
    fn an_empty_disallow_and_an_empty_file_disallow_nothing() {
        check("User-agent: *\nDisallow:\n", "/", true);
        check("", "/", true);
        check("<html>not found</html>", "/", true);
        check("Disallow: /", "/", true);
    }

    #[test]
    fn comments_line_endings_and_escapes_do_not_matter() {
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
