//! The dialects of markup. Each escapes what a feed wrote so that it stays text,
//! and writes only the styles of [`Style`].

use super::clean::{defuse, defuse_line};
use super::fit::Unit;
use super::layout::{Line, Span, Style, fit};
use crate::text::escape_markup;
use url::Url;

/// How a service writes bold text and links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// No markup; a link stands after its text.
    Plain,
    /// `<b>` and `<a href>`, as Telegram, Matrix, Google Chat and mail take them.
    Html,
    /// `**bold**` and `[text](url)` with backslashes, as Discord and Mattermost take them.
    Markdown,
    /// `*bold*` and `<url|text>`, as Slack takes them in a notification's text.
    Slack,
}

impl Dialect {
    /// A span of a line without links, marked up.
    fn write(self, span: &Span) -> String {
        let text = self.mark_off(&span.text);
        match (&span.style, self) {
            // Empty bold or linked text is shown as its markup.
            (_, _) if span.text.trim().is_empty() => text,
            (Style::Plain, _) | (Style::Bold, Self::Plain | Self::Slack) => text,
            (Style::Bold, Self::Html) => format!("<b>{text}</b>"),
            (Style::Bold, Self::Markdown) => bold_markdown(&span.text, &text),
            (Style::Link(url), Self::Plain) => format!("{text}\n{}", href(url)),
            (Style::Link(url), Self::Html) => {
                format!("<a href=\"{}\">{text}</a>", escape_markup(&href(url)))
            }
            (Style::Link(url), Self::Markdown) => format!("[{text}]({})", href(url)),
            (Style::Link(url), Self::Slack) => format!("<{}|{text}>", escape_markup(&href(url))),
        }
    }

    /// What a feed wrote, so that the service shows it as it is.
    pub(crate) fn escape(self, text: &str) -> String {
        self.mark_off(&defuse(text))
    }

    /// `text` with the signs of the dialect's markup escaped.
    fn mark_off(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Html => escape_markup(text),
            Self::Markdown => escape_markdown(text),
            Self::Slack => text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
        }
    }

    /// Lines, cut to `most` units and marked up.
    pub(crate) fn lines(self, mut lines: Vec<Line>, most: usize, unit: Unit) -> String {
        for line in &mut lines {
            let mut texts: Vec<&mut String> = line.iter_mut().map(|span| &mut span.text).collect();
            defuse_line(&mut texts);
        }
        let fitted = fit(lines, most, 1, |span| unit.count(&self.write(span)));
        let lines = fitted
            .iter()
            .map(|line| line.iter().map(|span| self.write(span)).collect::<String>());
        lines.collect::<Vec<String>>().join("\n")
    }
}

/// Bold text begins and ends with a letter: markup next to a space is shown as it is.
fn bold_markdown(text: &str, escaped: &str) -> String {
    let has_space = text.starts_with(' ') || text.ends_with(' ');
    match has_space {
        false => format!("**{escaped}**"),
        true => escaped.to_owned(),
    }
}

fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '*'
                | '_'
                | '~'
                | '`'
                | '|'
                | '>'
                | '<'
                | '['
                | ']'
                | '('
                | ')'
                | '#'
                | '-'
                | '+'
                | '!'
                | '$'
                | ':'
                | '@'
                | '{'
                | '}'
        ) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The URL, without the characters that end a link in one of the dialects.
pub(crate) fn href(url: &Url) -> String {
    let text = url.as_str();
    // Brackets in front of the path are those of an IPv6 address.
    let path = text.len() - url[url::Position::BeforePath..].len();
    let mut href = text[..path].to_owned();
    for c in text[path..].chars() {
        match c {
            '(' => href.push_str("%28"),
            ')' => href.push_str("%29"),
            '[' => href.push_str("%5B"),
            ']' => href.push_str("%5D"),
            '|' => href.push_str("%7C"),
            '<' => href.push_str("%3C"),
            '>' => href.push_str("%3E"),
            '"' => href.push_str("%22"),
            '`' => href.push_str("%60"),
            '\\' => href.push_str("%5C"),
            '*' => href.push_str("%2A"),
            c => href.push(c),
        }
    }
    href
}
