//! Left-overs of templates that were never filled in: `{{#rendered}}`,
//! `<% if %>`, `[[headline]]`, `${title}`, `%%ad%%`, in any dress.

/// Pairs of marks that templating languages put around a name or a command.
/// To add one: a row. Longer opening marks stand before their beginnings.
const MARKS: &[(&str, &str)] = &[
    ("{{{", "}}}"),
    ("{{", "}}"),
    ("{%", "%}"),
    ("{#", "#}"),
    ("<%", "%>"),
    ("<?", "?>"),
    ("<<", ">>"),
    ("[[", "]]"),
    ("[%", "%]"),
    ("${", "}"),
    ("#{", "}"),
    ("@{", "}"),
    ("%%", "%%"),
    ("<!--", "-->"),
];

/// What stands between two marks is short: longer is a page's own text.
const MAX_BYTES: usize = 160;

/// Longest line looked through; no paragraph is so long, and every brace costs
/// a look at what follows it.
const MAX_LINE_BYTES: usize = 64 << 10;

/// The line without its template left-overs, and these; none if it has none.
pub(crate) fn strip(line: &str) -> Option<(String, Vec<String>)> {
    if line.len() > MAX_LINE_BYTES || !line.contains(['{', '<', '[', '%']) {
        return None;
    }
    let mut kept = String::with_capacity(line.len());
    let mut left_overs = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['{', '<', '[', '$', '#', '@', '%']) {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let n_bytes = left_over(rest).unwrap_or(0);
        if n_bytes > 0 {
            left_overs.push(rest[..n_bytes].to_owned());
            rest = &rest[n_bytes..];
        } else {
            let n_bytes = rest.chars().next().map_or(0, char::len_utf8);
            kept.push_str(&rest[..n_bytes]);
            rest = &rest[n_bytes..];
        }
    }
    kept.push_str(rest);
    (!left_overs.is_empty()).then(|| (tidy(&kept), left_overs))
}

/// Bytes of the left-over that `text` begins with.
fn left_over(text: &str) -> Option<usize> {
    MARKS.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open)?;
        let window = &inner[..inner.floor_char_boundary(MAX_BYTES)];
        let n_inner = window.find(close)?;
        is_code(open, &inner[..n_inner]).then_some(open.len() + n_inner + close.len())
    })
}

/// Whether what stands between the marks is a name or a command, not words an
/// author put into double brackets.
fn is_code(open: &str, inner: &str) -> bool {
    let n_words = inner.split_whitespace().count();
    match open {
        // Editors write «<<so>>» and [[so]]; a name or a sigil is a template's.
        "<<" | "[[" | "%%" => {
            n_words <= 1
                || inner
                    .trim_start()
                    .starts_with(['#', '/', '^', '$', '@', '!', '%'])
        }
        _ => n_words <= 20,
    }
}

/// Folds the gaps that were left: no doubled space, none before punctuation.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !tidy.is_empty() && !word.starts_with(['.', ',', ';', ':', '!', '?', ')']) {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, kept: Option<&str>) {
        assert_eq!(strip(line).map(|(kept, _)| kept).as_deref(), kept, "{line}");
    }

    #[test]
    fn a_line_of_marks_alone_is_left_empty() {
        for line in [
            "{{#rendered}} {{/rendered}}",
            "<% if ad %><% end %>",
            "{% block x %}",
            "<<#rendered>> <</rendered>>",
            "[[ad-slot]]",
            "${title}",
            "%%AD%%",
            "{{{ body }}}",
        ] {
            check(line, Some(""));
        }
    }

    #[test]
    fn marks_inside_a_sentence_leave_the_sentence() {
        check(
            "The port {{/link}} reopened {{#if x}}on Monday{{/if}}.",
            Some("The port reopened on Monday."),
        );
    }

    #[test]
    fn an_authors_own_brackets_stay() {
        check("He said [sic] it was {done}.", None);
        check("Growth was < 3% and > 1%.", None);
        check("A set [[of three words]] stays.", None);
    }
}
