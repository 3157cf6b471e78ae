//! Text of others made safe to show: on a terminal, in HTML and in XML; and the
//! parts of addresses.

use percent_encoding::percent_decode_str;

/// `text` in one line, for a terminal: control characters and characters that hide
/// or reverse text become spaces.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if is_printable(c) { c } else { ' ' })
        .collect()
}

/// [`printable`], but line ends and tabs are kept.
#[must_use]
pub fn printable_lines(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if is_printable(c) => c,
            _ => ' ',
        })
        .collect()
}

/// Whether `c` is neither a control character nor one that hides text or changes its
/// direction. Joiners (U+200C, U+200D) are printable: Persian and emoji need them.
#[must_use]
pub fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `text` as text or attribute value of HTML and XML. Control characters that XML
/// does not allow are left out.
#[must_use]
pub fn escape_markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// `text` with its percent-escapes decoded; what is not UTF-8 then becomes U+FFFD.
#[must_use]
pub fn percent_decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `host` without a leading `www.`.
#[must_use]
pub fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_becomes_a_space() {
        assert_eq!(printable("a\u{1b}[31m\nb\u{202e}c"), "a [31m b c");
        assert_eq!(printable_lines("a\u{7}\n\tb\u{2066}"), "a \n\tb ");
        assert_eq!(printable("می\u{200c}شود 京都"), "می\u{200c}شود 京都");
    }

    #[test]
    fn markup_in_text_is_shown_as_text() {
        assert_eq!(
            escape_markup("<b class=\"x\">'&'\u{1b}\u{ffff}\n"),
            "&lt;b class=&quot;x&quot;&gt;&#39;&amp;&#39;\n"
        );
    }

    #[test]
    fn percent_escapes_are_decoded() {
        assert_eq!(percent_decode("a%20b%C3%A9"), "a bé");
        assert_eq!(percent_decode("100%, %zz, %4"), "100%, %zz, %4");
        assert_eq!(percent_decode("%ff"), "\u{fffd}");
    }

    #[test]
    fn only_a_leading_www_is_removed() {
        assert_eq!(without_www("www.example.org"), "example.org");
        assert_eq!(without_www("example.org"), "example.org");
        assert_eq!(without_www("wwwexample.org"), "wwwexample.org");
    }
}
