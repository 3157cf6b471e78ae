//! Lines that are code, not words: style sheets, scripts, data, addresses.

/// Whether a line is code or data that a page left in its text.
pub(super) fn is_code(line: &str) -> bool {
    let head = &line[..line.floor_char_boundary(2_000)];
    let head = head.trim();
    is_data(head) || is_style(head) || is_script(head) || is_address(head)
}

/// `{"adUnit":"x","sizes":[…]}`.
fn is_data(line: &str) -> bool {
    let is_open = line.starts_with(['{', '[']) && line.ends_with(['}', ']']);
    is_open && (line.contains("\":") || line.contains("':"))
}

/// `.box{position:relative;padding:0}`.
fn is_style(line: &str) -> bool {
    let (Some(open), true) = (line.find('{'), line.contains('}')) else {
        return false;
    };
    let inner = &line[open + 1..];
    let has_selector = line[..open]
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " .#-_:,>()[]=\"'*@+~".contains(c));
    has_selector
        && inner.contains(':')
        && (inner.contains(';') || inner.ends_with('}'))
        && !inner.trim_start().starts_with(char::is_uppercase)
}

/// `window.push(()=>{…})`, `var x = …;`.
fn is_script(line: &str) -> bool {
    const OPENERS: [&str; 12] = [
        "var ",
        "let ",
        "const ",
        "function ",
        "function(",
        "window.",
        "document.",
        "(function",
        "if (",
        "try {",
        "import ",
        "$(",
    ];
    const MARKS: [&str; 10] = [
        "function(",
        "function (",
        "=>",
        ".push(",
        "window.",
        "document.",
        "();",
        "});",
        "') ;",
        "');",
    ];
    let n_marks = MARKS.iter().filter(|mark| line.contains(*mark)).count();
    let ends_as_code = line.ends_with([';', '{', '}', ')']);
    let opens_as_code = OPENERS.iter().any(|opener| line.starts_with(opener));
    ends_as_code && (n_marks >= 2 || n_marks >= 1 && opens_as_code)
}

/// Nothing but an address, an e-mail's or a page's.
fn is_address(line: &str) -> bool {
    if line.contains(' ') || line.len() < 6 {
        return false;
    }
    let is_page = line.starts_with("http://") || line.starts_with("https://");
    let is_mail = line
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && host.is_ascii());
    is_page || is_mail
}

/// Whether a line names the account that an embedded post is from:
/// `— Ann Bell (@annbell) October 9, 2024`.
pub(super) fn is_post_author(line: &str) -> bool {
    if line.len() > 160 {
        return false;
    }
    let Some(at) = line.find("(@") else {
        return line.starts_with('@') && !line.contains(' ');
    };
    let Some(close) = line[at..].find(')') else {
        return false;
    };
    let handle = &line[at + 2..at + close];
    let after = line[at + close + 1..].trim();
    handle
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
        && (line.starts_with(['\u{2014}', '\u{2013}', '-'])
            || after.is_empty()
            || crate::extract::lines::date::is_date_line(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_words() {
        for line in [
            r#"{"slot":"mid-1","sizes":[[300,250]]}"#,
            ".wrap{position:relative;height:0}",
            "window.ads.push(()=>{render({\"id\":\"A-1\"})})",
            "ads.cmd.push(function() { ads.display('in-read'); });",
            "https://paper.example/harbour",
            "ann.bell@paper.example",
        ] {
            assert!(is_code(line), "{line}");
        }
        for line in [
            "The set {a, b} holds two names: Ann and Bo.",
            "[He paused: then he went on.]",
            "Write to ann.bell@paper.example before Monday.",
            "Let the ships pass (he said);",
        ] {
            assert!(!is_code(line), "{line}");
        }
    }

    #[test]
    fn an_embedded_posts_author_is_known() {
        assert!(is_post_author(
            "\u{2014} Ann Bell (@annbell) October 9, 2024"
        ));
        assert!(is_post_author("Ann B (@annb)"));
        assert!(!is_post_author(
            "The mayor (@mayor) wrote that he would stay."
        ));
    }
}
