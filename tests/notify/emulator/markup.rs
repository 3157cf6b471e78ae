//! Strict readers of the services' markup: what they would show, and whether anything
//! in it is a mention or a link that is not the article's.

/// The beginnings of the links that a message may have: those of articles in tests.
const OWN_LINKS: [&str; 2] = ["https://courier.example/", "http://127.0.0.1:"];

/// Whether the link is an article's.
pub(crate) fn is_own(url: &str) -> bool {
    OWN_LINKS.iter().any(|own| url.starts_with(own))
}

/// The text of HTML that has `<b>`, `<a href>` and `<br>` only.
pub(crate) fn html(markup: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = markup;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            let end = rest.find(';').ok_or("a bare &")?;
            text.push_str(match &rest[..=end] {
                "&amp;" => "&",
                "&lt;" => "<",
                "&gt;" => ">",
                "&quot;" => "\"",
                "&#39;" | "&apos;" => "'",
                other => return Err(format!("the entity {other}")),
            });
            rest = &rest[end + 1..];
            continue;
        }
        let end = rest.find('>').ok_or("a bare <")?;
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if tag == "br" {
            text.push('\n');
        } else if let Some(name) = tag.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
        } else if tag == "b" {
            open.push("b".to_owned());
        } else if let Some(href) = tag
            .strip_prefix("a href=\"")
            .and_then(|tag| tag.strip_suffix('"'))
        {
            own_link(href)?;
            open.push("a".to_owned());
        } else {
            return Err(format!("the tag <{tag}>"));
        }
    }
    text.push_str(rest);
    if !open.is_empty() {
        return Err(format!("{open:?} is not closed"));
    }
    plain(&text)?;
    Ok(text)
}

/// The text of Markdown in which everything but `**bold**` and `[text](url)` is
/// escaped by backslashes.
pub(crate) fn markdown(markup: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut chars = markup.chars().peekable();
    let (mut is_bold, mut in_link) = (false, false);
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().ok_or("a backslash at the end")?),
            '*' if chars.next_if_eq(&'*').is_some() => is_bold = !is_bold,
            '[' if !in_link => in_link = true,
            ']' if in_link => {
                let rest: String = chars.clone().collect();
                let url = rest
                    .strip_prefix('(')
                    .and_then(|rest| rest.split_once(')'))
                    .ok_or("a bracket without a link")?
                    .0;
                own_link(url)?;
                chars.nth(url.chars().count() + 1);
                in_link = false;
            }
            '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '#' | '@' => {
                return Err(format!("{c} is not escaped in {markup:?}"));
            }
            c => text.push(c),
        }
    }
    if is_bold || in_link {
        return Err("bold or a link is not closed".to_owned());
    }
    plain(&text)?;
    Ok(text)
}

/// Slack's text: only `<url|text>` and the three entities.
pub(crate) fn slack(markup: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = markup;
    while let Some(at) = rest.find(['<', '&', '>']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(behind) = rest.strip_prefix('<') {
            let (link, behind) = behind.split_once('>').ok_or("a bare <")?;
            let (url, shown) = link.split_once('|').ok_or("a link without its text")?;
            own_link(url)?;
            text.push_str(shown);
            rest = behind;
        } else {
            let entity = ["&amp;", "&lt;", "&gt;"]
                .iter()
                .find(|entity| rest.starts_with(**entity));
            let entity = entity.ok_or_else(|| format!("not escaped: {rest:?}"))?;
            text.push_str(match *entity {
                "&amp;" => "&",
                "&lt;" => "<",
                _ => ">",
            });
            rest = &rest[entity.len()..];
        }
    }
    text.push_str(rest);
    plain(&text)?;
    Ok(text)
}

/// Text in which a service would find no mention, hashtag or link.
pub(crate) fn plain(text: &str) -> Result<(), String> {
    for line in text.lines().filter(|line| !is_own(line)) {
        if line.contains("://") {
            return Err(format!("a link in {line:?}"));
        }
        let mut before = ' ';
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied().unwrap_or(' ');
            if matches!(c, '@' | '#') && next.is_alphanumeric() {
                return Err(format!("a mention in {line:?}"));
            }
            if c == '.' && before.is_alphabetic() && next.is_alphabetic() {
                return Err(format!("what looks like a host in {line:?}"));
            }
            before = c;
        }
    }
    Ok(())
}

fn own_link(url: &str) -> Result<(), String> {
    match is_own(url) {
        true => Ok(()),
        false => Err(format!("a link to {url}")),
    }
}

/// What a service that counts UTF-16 units counts.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
