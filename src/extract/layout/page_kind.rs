//! The kind of a page: an article or not.

use crate::extract::ExtractError;
use crate::extract::blocks::Tag;
use crate::extract::dom::{Dom, NodeId};
use crate::extract::layout::survey::Survey;
use crate::extract::lines::phrases;
use crate::extract::meta::Meta;
use crate::model::{Article, BlockKind, TextFrom};
use html5ever::local_name;

/// Bytes by which files say that they are no page.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "a media file"),
    (b"\x00\x00\x01\x00", "an image"),
    (b"PK\x03\x04", "an archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "compressed data"),
    (b"\x28\xb5\x2f\xfd", "compressed data"),
    (b"BZh", "compressed data"),
    (b"7z\xbc\xaf", "an archive"),
    (b"ID3", "audio"),
    (b"OggS", "audio or video"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
];

/// Kinds of content that are read as a page or may be one.
const READABLE: [&str; 6] = [
    "html",
    "xml",
    "text/plain",
    "octet-stream",
    "x-unknown",
    "multipart",
];

/// Says what the bytes are, if they are no page.
pub(crate) fn of_bytes(bytes: &[u8], content_type: Option<&str>) -> Result<(), ExtractError> {
    if bytes.len() > crate::extract::MAX_BYTES {
        return Err(ExtractError::TooBig {
            n_bytes: bytes.len(),
        });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ExtractError::Empty);
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(ExtractError::NotHtml {
            what: (*what).to_owned(),
        });
    }
    let declared = content_type.map(|kind| {
        kind.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    });
    if let Some(kind) = declared
        .filter(|kind| !kind.is_empty() && !READABLE.iter().any(|readable| kind.contains(readable)))
    {
        // Servers mislabel pages; what has tags is looked at all the same.
        if !has_tags(bytes) {
            return Err(ExtractError::NotHtml { what: kind });
        }
    }
    if is_binary(bytes) {
        return Err(ExtractError::NotHtml {
            what: "binary data".to_owned(),
        });
    }
    Ok(())
}

fn has_tags(bytes: &[u8]) -> bool {
    let head = bytes[..bytes.len().min(4096)].to_ascii_lowercase();
    [
        "<html",
        "<!doctype html",
        "<body",
        "<article",
        "<p>",
        "<div",
    ]
    .iter()
    .any(|tag| memchr::memmem::find(&head, tag.as_bytes()).is_some())
}

/// Control bytes that no charset's text has; UTF-16 has zeros and is let pass.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let n_control = head
        .iter()
        .filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31))
        .count();
    let n_zero = head.iter().filter(|byte| **byte == 0).count();
    n_control * 20 > head.len() || n_zero * 20 > head.len() && n_zero * 3 < head.len()
}

/// A kind of page that is no article, by the words of its headline or its only
/// text. To add one: a row; phrases as in [`crate::extract::lines::rules`].
#[rustfmt::skip]
const OTHER_PAGES: &[(&str, &[&str])] = &[
    ("an error page", &[
        "404", "404 not found", "page not found", "not found", "error 404", "404 error", "403 forbidden", "access denied", "500 internal server error", "502 bad gateway", "503 service unavailable", "service unavailable", "internal server error", "this page could not be found", "the page you requested could not be found", "page cannot be found", "sorry we couldnt find that page",
        "oops", "something went wrong", "page introuvable", "seite nicht gefunden", "página no encontrada", "pagina non trovata", "página não encontrada", "pagina niet gevonden", "страница не найдена", "strona nie została znaleziona", "an error occurred", "410 gone", "this content is not available", "this page isnt available", "temporarily unavailable", "site under maintenance",
    ]),
    ("a check for robots", &[
        "just a moment", "attention required", "are you a robot", "are you human", "verify you are human", "please verify you are a human", "checking your browser", "security check", "access to this page has been denied", "pardon our interruption", "robot check", "one more step", "ddos protection", "please enable js and disable any ad blocker", "enable javascript and cookies to continue", "request unsuccessful",
    ]),
    ("a consent page", &[
        "before you continue", "we value your privacy", "your privacy choices", "cookie consent", "consent", "privacy settings", "we and our partners", "we care about your privacy", "bevor sie fortfahren", "ihre privatsphäre", "datenschutzeinstellungen", "avant de continuer", "votre vie privée", "antes de continuar", "tu privacidad", "la tua privacy", "privacyinstellingen", "continue to site",
    ]),
    ("a log-in page", &["log in", "sign in", "login", "please log in", "please sign in", "anmelden", "se connecter", "iniciar sesión"]),
];

/// Running text below this is not enough to pass for an article against signs
/// to the contrary, in characters.
const LITTLE: usize = 600;

/// Links to other articles that a list of articles has at least.
const MANY_TEASERS: usize = 25;

/// Why the page is no article, by what was found on it.
pub(crate) fn not_an_article(
    survey: &Survey<'_>,
    meta: &Meta,
    article: &Article,
    url: Option<&str>,
) -> Option<&'static str> {
    let n_chars: usize = article.blocks.iter().map(|block| block.text.len()).sum();
    if n_chars < LITTLE && !meta.has_article_data {
        let said = article
            .title
            .iter()
            .map(String::as_str)
            .chain(heads(survey));
        if let Some(what) = said.filter(|text| text.len() < 160).find_map(other_page) {
            return Some(what);
        }
    }
    let is_told = |kind: &str| kind == "article" || kind.starts_with("video");
    if meta.has_article_data || meta.page_type.as_deref().is_some_and(is_told) {
        return None;
    }
    let is_root = url
        .and_then(|url| url::Url::parse(url).ok())
        .is_some_and(|url| url.path().len() <= 1 && url.query().is_none());
    let is_teaser = |at: &usize| {
        let facts = &survey.facts[*at];
        facts.link_density > 0.8 && facts.n_words >= 4
    };
    let n_teasers = (0..survey.blocks.len()).filter(is_teaser).count();
    let has_text = || has_text_below_title(survey, article);
    let is_front = if is_root {
        // An organisation's first page tells what it does, and links to little else.
        let least = if n_chars < LITTLE { 8 } else { MANY_TEASERS };
        n_teasers >= least && !(n_chars >= LITTLE && has_text())
    } else {
        n_teasers >= MANY_TEASERS && n_chars < LITTLE && !has_text()
    };
    is_front.then_some("a front page or a list of articles")
}

/// Blocks that say what a page is: its headings, and the first lines of a page
/// that has little else.
fn heads<'a>(survey: &'a Survey<'_>) -> impl Iterator<Item = &'a str> {
    let is_bare = survey.blocks.len() <= BARE;
    survey
        .blocks
        .iter()
        .zip(&survey.facts)
        .enumerate()
        .filter(move |(at, (block, facts))| {
            facts.link_density < 0.5 && (block.tags.has(Tag::H1) || is_bare && *at < 3)
        })
        .map(|(_, (block, _))| block.text.as_str())
        .take(4)
}

/// Blocks of a page that holds little else than what it says of itself.
const BARE: usize = 12;
/// Blocks below a headline within which its text begins.
const REACH: usize = 12;

/// Whether a sentence that was kept stands below the page's headline, with no
/// other headline between them.
fn has_text_below_title(survey: &Survey<'_>, article: &Article) -> bool {
    let Some(title_at) = survey.title_at else {
        return false;
    };
    let below = title_at + 1..(title_at + 1 + REACH).min(survey.blocks.len());
    let is_headline = |at: &usize| {
        survey.facts[*at].link_density > 0.8 && survey.facts[*at].n_words >= 4
            || survey.blocks[*at].kind == BlockKind::Heading
    };
    survey.facts[title_at].link_density < 0.5
        && below.take_while(|at| !is_headline(at)).any(|at| {
            survey.facts[at].is_sentence
                && article
                    .blocks
                    .iter()
                    .any(|kept| kept.text.ends_with(survey.blocks[at].text.as_str()))
        })
}

fn other_page(text: &str) -> Option<&'static str> {
    let folded = phrases::fold(text);
    OTHER_PAGES
        .iter()
        .find(|(_, said)| {
            said.iter().any(|said| {
                folded.starts_with(&phrases::fold(said)) && folded.len() < 2 * said.len() + 60
            })
        })
        .map(|(what, _)| *what)
}

/// Words that a wall for those who do not pay is made of.
const WALLS: &[&str] = &[
    "subscribe to continue",
    "subscribe to read",
    "to continue reading",
    "to keep reading",
    "continue reading with a subscription",
    "already a subscriber",
    "this article is for subscribers",
    "this content is for subscribers",
    "subscribers only",
    "exclusive to subscribers",
    "for subscribers only",
    "create a free account to",
    "sign in to read",
    "log in to read",
    "register to read",
    "you have reached your limit",
    "youve reached your limit",
    "get unlimited access",
    "start your free trial",
    "members only",
    "this is premium content",
    "jetzt weiterlesen",
    "weiterlesen mit",
    "artikel ist exklusiv für",
    "nur für abonnenten",
    "réservé aux abonnés",
    "article réservé",
    "il vous reste",
    "para suscriptores",
    "solo para suscriptores",
    "contenido exclusivo para",
    "riservato agli abbonati",
    "contenuto per abbonati",
    "exclusivo para assinantes",
    "alleen voor abonnees",
    "для подписчиков",
    "tylko dla subskrybentów",
    "artykuł tylko dla",
];

/// Whether the text is whole, as far as the page tells.
pub(crate) fn text_from(survey: &Survey<'_>, meta: &Meta, article: &Article) -> TextFrom {
    if article.blocks.is_empty() {
        let is_app =
            survey.blocks.len() < 12 && survey.dom.nodes.len() < 400 && has_scripts(survey.dom);
        return if is_app || meta.has_article_data {
            TextFrom::ScriptOnly
        } else {
            TextFrom::TitleOnly
        };
    }
    let n_chars: usize = article.blocks.iter().map(|block| block.text.len()).sum();
    let body = meta.body.as_ref().map_or(0, String::len);
    let has_wall = || {
        article
            .removed
            .iter()
            .any(|removed| removed.text.len() < 400 && is_wall(&removed.text))
    };
    if n_chars < 1_500 && (meta.is_paid || has_wall()) && body < 2 * n_chars {
        TextFrom::Paywalled
    } else if body > 4 * n_chars && n_chars < LITTLE {
        TextFrom::ScriptOnly
    } else {
        TextFrom::Page
    }
}

fn has_scripts(dom: &Dom) -> bool {
    dom.descendants(NodeId::DOCUMENT)
        .any(|id| dom.name(id) == Some(&local_name!("script")))
}

fn is_wall(text: &str) -> bool {
    let folded = phrases::fold(text);
    WALLS
        .iter()
        .any(|wall| folded.contains(&phrases::fold(wall)))
}
