//! Interprets the content of a field when the field ends.

use crate::feed::limits::{
    MAX_ADDRESS_BYTES, MAX_NAME_BYTES, MAX_RAW_TITLE_BYTES, MAX_TITLE_BYTES, cut,
};
use crate::feed::xml::draft;
use crate::feed::xml::draft::{EntryDraft, author_name, link_rank, offer_id};
use crate::feed::xml::entities::is_allowed;
use crate::feed::xml::names::{Field, Namespace};
use crate::feed::xml::reader::Reader;
use crate::feed::xml::reader::capture::{Captured, Piece};
use crate::feed::xml::repair::Repair;
use crate::feed::xml::scan::{Scanner, Token};
use crate::feed::{FeedKind, date, link, plain, timing};
use base64::Engine as _;
use std::borrow::Cow;

/// How the content of a field is encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Html,
    Base64,
}

impl<'a> Reader<'a> {
    /// The content with references decoded once and CDATA unwrapped; not for fields that
    /// hold markup.
    fn once_decoded(&mut self, capture: &Captured<'a>) -> Cow<'a, str> {
        match capture.pieces.as_slice() {
            [] => Cow::Borrowed(""),
            [Piece::Cdata(text)] => Cow::Borrowed(text),
            [Piece::Source(start, end)] => self
                .entities
                .decode(&self.text[*start..*end], &mut self.decode_repairs),
            pieces => {
                let mut decoded = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Cdata(text) => decoded.push_str(text),
                        Piece::Source(start, end) => {
                            let text = &self.text[*start..*end];
                            decoded.push_str(&self.entities.decode(text, &mut self.decode_repairs));
                        }
                    }
                }
                Cow::Owned(decoded)
            }
        }
    }

    /// The content as written, as HTML; in XHTML, CDATA becomes text.
    fn source(&self, capture: &Captured<'a>) -> Cow<'a, str> {
        if let [Piece::Source(start, end)] = capture.pieces.as_slice() {
            return Cow::Borrowed(&self.text[*start..*end]);
        }
        let mut source = String::new();
        for piece in &capture.pieces {
            match piece {
                Piece::Cdata(text) if capture.is_xhtml() => source.push_str(&plain::to_html(text)),
                Piece::Cdata(text) => source.push_str(text),
                Piece::Source(start, end) => source.push_str(&self.text[*start..*end]),
            }
        }
        Cow::Owned(source)
    }

    fn form(&self, capture: &Captured<'a>) -> Form {
        let attributes = capture.attributes();
        let is_atom = matches!(self.facts.kind, Some(FeedKind::Atom | FeedKind::Atom03))
            && capture.namespace == Namespace::Core
            || capture.namespace == Namespace::Atom;
        if !is_atom {
            return Form::Html;
        }
        let kind = attributes
            .raw("type")
            .map(|kind| kind.trim().to_ascii_lowercase());
        match (kind.as_deref(), attributes.raw("mode")) {
            (_, Some(mode)) if mode.eq_ignore_ascii_case("base64") => Form::Base64,
            (None | Some("" | "text" | "text/plain"), _) => Form::Text,
            (Some("html" | "xhtml" | "text/html"), _) => Form::Html,
            (Some(kind), None) if is_binary(kind) && capture.field == Field::Content => {
                Form::Base64
            }
            (Some(kind), None) if is_binary(kind) => Form::Base64,
            (Some(_), _) => Form::Html,
        }
    }

    /// The content as plain text.
    fn plain(&mut self, capture: &Captured<'a>) -> String {
        if capture.has_markup {
            return plain::of_html(cut(&self.source(capture), MAX_RAW_TITLE_BYTES));
        }
        let form = self.form(capture);
        let text = self.once_decoded(capture);
        match form {
            Form::Text => plain::fold(cut(&text, MAX_RAW_TITLE_BYTES)),
            Form::Html => plain::of_html(cut(&text, MAX_RAW_TITLE_BYTES)),
            Form::Base64 => match from_base64(&text) {
                Some(html) => plain::of_html(cut(&html, MAX_RAW_TITLE_BYTES)),
                None => plain::of_html(cut(&text, MAX_RAW_TITLE_BYTES)),
            },
        }
    }

    /// The content as HTML; `None` if there is none.
    fn html(&mut self, capture: &Captured<'a>) -> Option<String> {
        let html = if capture.has_markup {
            self.source(capture)
        } else {
            let form = self.form(capture);
            let text = self.once_decoded(capture);
            match form {
                Form::Text => Cow::Owned(plain::to_html(&text)),
                Form::Html => text,
                Form::Base64 => from_base64(&text).map_or(text, Cow::Owned),
            }
        };
        let html = html.trim();
        if html.is_empty() {
            return None;
        }
        if !may_hold_forbidden(html) {
            return Some(html.to_owned());
        }
        let allowed: String = html.chars().filter(|c| is_allowed(*c)).collect();
        self.repairs
            .note_if(allowed.len() != html.len(), Repair::BadCharacter);
        Some(allowed)
    }

    pub(crate) fn take_entry_field(&mut self, capture: &Captured<'a>) {
        let Some(mut entry) = self.entry.take() else {
            return;
        };
        let rank = capture.rank;
        match capture.field {
            Field::Title if entry.title.is_worse_than(rank) => {
                let title = self.plain(capture);
                if !title.is_empty() {
                    entry.title.offer(rank, title);
                }
            }
            Field::Link => self.take_entry_link(capture, &mut entry),
            Field::OriginalLink => {
                let address = self.once_decoded(capture);
                if let Some(link) = link::resolve(&address, self.scopes.base()) {
                    entry.link.offer(link_rank::ORIGINAL, link);
                }
            }
            Field::Id => self.take_id(capture, &mut entry),
            Field::Description if entry.summary.is_worse_than(rank) => {
                if let Some(html) = self.html(capture) {
                    entry.summary.offer(rank, html);
                }
            }
            Field::Content if entry.content.is_worse_than(rank) => {
                if let Some(html) = self.html(capture) {
                    entry.content.offer(rank, html);
                }
            }
            Field::Published => self.take_date(capture, |date| entry.published.offer(rank, date)),
            Field::Updated => self.take_date(capture, |date| entry.updated.offer(rank, date)),
            Field::Created => self.take_date(capture, |date| entry.created.offer(rank, date)),
            Field::Author => {
                let name = self.author(capture);
                // `dc:creator` is a name where RSS's `author` is an address.
                let rank = if capture.namespace == Namespace::DublinCore || !name.contains('@') {
                    8
                } else {
                    rank
                };
                entry.authors.offer(rank, name);
            }
            Field::Category => self.take_category(capture, &mut entry),
            Field::Language => {
                if let Some(language) = draft::language(&self.once_decoded(capture)) {
                    entry.language.offer(rank, language);
                }
            }
            Field::Title
            | Field::Description
            | Field::Content
            | Field::Enclosure
            | Field::Ttl
            | Field::SkipHours
            | Field::SkipDays
            | Field::UpdatePeriod
            | Field::UpdateFrequency => {}
        }
        self.entry = Some(entry);
    }

    pub(crate) fn take_feed_field(&mut self, capture: &Captured<'a>) {
        let rank = capture.rank;
        match capture.field {
            Field::Title if self.feed.title.is_worse_than(rank) => {
                let title = self.plain(capture);
                if !title.is_empty() {
                    self.feed
                        .title
                        .offer(rank, cut(&title, MAX_TITLE_BYTES).to_owned());
                }
            }
            Field::Link => self.take_feed_link(capture),
            Field::Language => {
                if let Some(language) = draft::language(&self.once_decoded(capture)) {
                    self.feed.language.offer(rank, language);
                }
            }
            Field::Ttl => self.feed.timing.ttl = timing::ttl(&self.once_decoded(capture)),
            Field::SkipHours => {
                let hours = self.children(capture, "hour");
                self.feed.timing.skip_hours =
                    hours.iter().filter_map(|text| timing::hour(text)).collect();
            }
            Field::SkipDays => {
                let days = self.children(capture, "day");
                self.feed.timing.skip_days =
                    days.iter().filter_map(|text| timing::day(text)).collect();
            }
            Field::UpdatePeriod => {
                self.feed.syndication.period = timing::period(&self.once_decoded(capture));
            }
            Field::UpdateFrequency => {
                let frequency = self.once_decoded(capture);
                self.feed.syndication.frequency = frequency.trim().parse().ok();
            }
            Field::Title
            | Field::Id
            | Field::Description
            | Field::Content
            | Field::Published
            | Field::Updated
            | Field::Created
            | Field::Author
            | Field::Category
            | Field::OriginalLink
            | Field::Enclosure => {}
        }
    }

    fn take_date(&mut self, capture: &Captured<'a>, offer: impl FnOnce(jiff::Timestamp)) {
        let text = self.once_decoded(capture);
        if let Some(date) = date::parse_date(&text) {
            offer(date);
        }
    }

    /// The resolved address of a link element and its rank for an entry; `None` if it has
    /// another relation.
    fn link_of(&mut self, capture: &Captured<'a>, relation: &str) -> Option<(u8, String)> {
        let attributes = capture.attributes();
        let Some(href) = attributes.get("href", &self.entities) else {
            let text = if capture.has_markup {
                Cow::Owned(plain::of_html(cut(
                    &self.source(capture),
                    MAX_RAW_TITLE_BYTES,
                )))
            } else {
                self.once_decoded(capture)
            };
            let link = link::resolve(&text, self.scopes.base())?;
            return (relation == "alternate").then_some((link_rank::OWN, link));
        };
        let rel = attributes
            .get("rel", &self.entities)
            .unwrap_or(Cow::Borrowed(""));
        let rel = rel
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let rel = if rel.is_empty() { "alternate" } else { &rel };
        if rel != relation {
            return None;
        }
        let kind = attributes.raw("type").unwrap_or_default().trim();
        let is_page = kind.is_empty() || kind.contains("html");
        let rank = if is_page {
            link_rank::HTML_ALTERNATE
        } else {
            link_rank::ALTERNATE
        };
        Some((rank, link::resolve(&href, self.scopes.base())?))
    }

    fn take_entry_link(&mut self, capture: &Captured<'a>, entry: &mut EntryDraft) {
        if let Some((rank, link)) = self.link_of(capture, "alternate") {
            entry.link.offer(rank, link);
        }
    }

    fn take_feed_link(&mut self, capture: &Captured<'a>) {
        if let Some((rank, link)) = self.link_of(capture, "alternate") {
            self.feed.site.offer(rank, link);
        } else if let Some((_, link)) = self.link_of(capture, "prev-archive") {
            self.feed.prev_archive = Some(link);
        }
    }

    fn take_id(&mut self, capture: &Captured<'a>, entry: &mut EntryDraft) {
        let is_permalink = capture
            .attributes()
            .raw("isPermaLink")
            .is_none_or(|value| !value.trim().eq_ignore_ascii_case("false"));
        let is_atom = matches!(self.facts.kind, Some(FeedKind::Atom | FeedKind::Atom03));
        let rank = if is_atom {
            link_rank::ID
        } else {
            link_rank::GUID
        };
        let id = if capture.has_markup {
            self.source(capture)
        } else {
            self.once_decoded(capture)
        };
        let id = cut(&id, MAX_ADDRESS_BYTES);
        offer_id(
            entry,
            capture.rank,
            id,
            self.scopes.base(),
            is_permalink.then_some(rank),
        );
    }

    fn take_category(&mut self, capture: &Captured<'a>, entry: &mut EntryDraft) {
        let attributes = capture.attributes();
        let label = attributes
            .get("label", &self.entities)
            .filter(|label| !label.is_empty())
            .or_else(|| attributes.get("term", &self.entities));
        match label {
            Some(label) => entry.tag(&label),
            None => entry.tag(&self.once_decoded(capture)),
        }
    }

    /// The name in an author element, which is a text or a person.
    fn author(&mut self, capture: &Captured<'a>) -> String {
        if !capture.has_markup {
            let text = self.once_decoded(capture);
            return author_name(&plain::of_html(cut(&text, MAX_NAME_BYTES)));
        }
        let name = |names: Vec<String>| names.into_iter().find(|name| !name.is_empty());
        name(self.children(capture, "name"))
            .or_else(|| name(self.children(capture, "email")))
            .unwrap_or_else(|| {
                author_name(&plain::of_html(cut(&self.source(capture), MAX_NAME_BYTES)))
            })
    }

    /// The texts of the child elements called `local` of a field.
    fn children(&mut self, capture: &Captured<'a>, local: &str) -> Vec<String> {
        /// `skipHours` has 24.
        const MAX_CHILDREN: usize = 32;
        let source = self.source(capture);
        let mut scanner = Scanner::new(&source);
        let mut texts: Vec<String> = Vec::new();
        let mut is_inside = false;
        while let Some(token) = scanner.next(|_| false) {
            match token {
                Token::Start { name, is_empty, .. } if is_local(name, local) => {
                    if texts.len() == MAX_CHILDREN {
                        break;
                    }
                    is_inside = !is_empty;
                    texts.push(String::new());
                }
                Token::End(_) | Token::Start { .. } => is_inside = false,
                Token::Text(text) if is_inside => {
                    let text = self
                        .entities
                        .decode(cut(text, MAX_NAME_BYTES), &mut self.decode_repairs);
                    if let Some(last) = texts.last_mut() {
                        last.push_str(&plain::fold(&text));
                    }
                }
                Token::Cdata(text) if is_inside => {
                    if let Some(last) = texts.last_mut() {
                        last.push_str(&plain::fold(cut(text, MAX_NAME_BYTES)));
                    }
                }
                Token::Text(_)
                | Token::Cdata(_)
                | Token::Doctype(_)
                | Token::Instruction(_)
                | Token::Comment => {}
            }
        }
        texts
    }
}

/// Whether a text may hold a character that XML does not allow; fast, and true in
/// case of doubt.
fn may_hold_forbidden(text: &str) -> bool {
    let is_suspect = |byte: u8| {
        (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) | (byte == 0x7f) | (byte == 0xef)
    };
    // The fold has no early exit so that the compiler can vectorise it.
    text.bytes()
        .fold(false, |found, byte| found | is_suspect(byte))
}

fn is_local(name: &str, local: &str) -> bool {
    let name = name.rsplit(':').next().unwrap_or(name);
    name.eq_ignore_ascii_case(local)
}

/// Whether a media type is neither text nor XML.
fn is_binary(kind: &str) -> bool {
    kind.contains('/') && !kind.starts_with("text/") && !kind.contains("xml")
}

fn from_base64(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(compact)
        .ok()?;
    String::from_utf8(bytes).ok()
}
