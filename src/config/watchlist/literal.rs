//! Maps bytes of a string's value to the bytes of its literal in the file.

use std::ops::Range;

/// The bytes of `source` where the bytes `span` of a value are written. The literal
/// of the value, or the bare key, starts at `at`.
pub(super) fn raw_span(source: &str, at: usize, span: &Range<usize>) -> Range<usize> {
    let Some(rest) = source.get(at..) else {
        return at..at;
    };
    let start = raw_offset(rest, span.start);
    let end = raw_offset(rest, span.end);
    at + start..at + end.max(start + 1)
}

/// The offset in the literal at the start of `rest` of the value's byte `wanted`.
fn raw_offset(rest: &str, wanted: usize) -> usize {
    let (quote, is_basic) = match rest {
        _ if rest.starts_with("\"\"\"") => (3, true),
        _ if rest.starts_with("'''") => (3, false),
        _ if rest.starts_with('"') => (1, true),
        _ if rest.starts_with('\'') => (1, false),
        _ => (0, false),
    };
    let mut raw = quote;
    if quote == 3 {
        // A line end directly after the quotes is not part of the value.
        let body = &rest[raw..];
        raw += if body.starts_with("\r\n") {
            2
        } else {
            usize::from(body.starts_with('\n'))
        };
    }
    if !is_basic {
        return raw + wanted;
    }
    let mut value = 0;
    while let Some(c) = rest[raw..].chars().next() {
        let (n_raw, n_value) = if c == '\\' {
            escape(&rest[raw..])
        } else {
            (c.len_utf8(), c.len_utf8())
        };
        // A line continuation has no value; it belongs to what precedes it.
        if value >= wanted && n_value > 0 {
            break;
        }
        raw += n_raw;
        value += n_value;
    }
    raw
}

/// The length in bytes of the escape at the start of `rest`, and of its value.
fn escape(rest: &str) -> (usize, usize) {
    let hex = |n: usize| {
        let code = rest
            .get(2..2 + n)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        (
            2 + n,
            code.and_then(char::from_u32).map_or(0, char::len_utf8),
        )
    };
    match rest.as_bytes().get(1) {
        Some(b'x') => hex(2),
        Some(b'u') => hex(4),
        Some(b'U') => hex(8),
        // A backslash at the end of a line removes the white space after it.
        Some(b'\n' | b'\r' | b' ' | b'\t') => {
            let swallowed = rest[1..].len() - rest[1..].trim_start().len();
            (1 + swallowed, 0)
        }
        Some(_) => (2, 1),
        None => (1, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_counted_as_they_are_written() {
        let check = |source: &str, span: Range<usize>, wanted: &str| {
            assert_eq!(&source[raw_span(source, 0, &span)], wanted, "{source}");
        };
        check(r#""a \"b\" c""#, 6..7, "c");
        check(r#"'/\d+/ x'"#, 6..7, "x");
        check("\"\"\"\nfirst\\\n   x\"\"\"", 5..6, "x");
        check(r#""\u00e9x""#, 2..3, "x");
        check("bare", 0..4, "bare");
    }
}
