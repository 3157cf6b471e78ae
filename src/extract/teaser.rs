//! Whether a feed's own text is only an article's beginning: it ends in dots, in
//! a link to the entry's page, or in an invitation to read on.

use super::blocks::{self, Block};
use super::dom::{Dom, NodeId};
use crate::extract::MAX_BYTES;
use crate::extract::blocks::text_density::TextDensity;
use crate::extract::dom::parse;
use crate::extract::dom::trim::Attributes;
use crate::extract::lines::phrases;
use crate::text::without_www;
use html5ever::local_name;
use std::sync::LazyLock;

/// Blocks at the end that may stand below the invitation.
const REACH: usize = 6;
/// Longest line that is an invitation as a whole, in words.
const MAX_WORDS: usize = 14;

/// Invitations to read on, folded as [`phrases::fold`] does it. To add a
/// language: its phrases.
#[rustfmt::skip]
const INVITATIONS: &[&str] = &[
    "continue reading", "read more", "read the full", "read full", "read the rest", "read the whole", "read the entire", "read on", "keep reading", "full story", "full article", "full text", "view full", "view the full", "click here to read", "click to read", "(more", "more »", "see more", "the rest of this", "read the original", "read it on",
    "weiterlesen", "weiter lesen", "mehr lesen", "den ganzen artikel", "ganzen artikel", "zum artikel", "zum ganzen artikel", "zum vollständigen", "vollständigen artikel", "lesen sie mehr", "lesen sie weiter", "hier weiterlesen", "jetzt weiterlesen", "mehr erfahren",
    "lire la suite", "lire l'article", "lire plus", "en savoir plus", "continuer la lecture", "lire l'intégralité", "leer más", "seguir leyendo", "continuar leyendo", "sigue leyendo", "leer el artículo", "leer completo", "leer noticia completa", "ver más", "llegir més", "continua llegint",
    "leggi tutto", "continua a leggere", "leggi l'articolo", "continua la lettura", "leggi di più", "continua", "leia mais", "continue lendo", "continuar lendo", "ler mais", "continuar a ler", "leia a matéria completa", "lees verder", "lees meer", "verder lezen", "lees het hele", "lees het volledige",
    "läs mer", "läs hela", "fortsätt läsa", "les mer", "les hele", "les videre", "læs mere", "læs hele", "læs videre", "lue lisää", "lue koko", "jatka lukemista", "lesa meira", "loe edasi", "lasīt vairāk", "skaityti toliau", "skaitykite daugiau",
    "czytaj dalej", "czytaj więcej", "czytaj całość", "więcej", "číst dál", "číst dále", "čtěte dále", "celý článek", "pokračovat ve čtení", "čítať ďalej", "tovább", "olvasd tovább", "teljes cikk", "citește mai mult", "citește mai departe", "pročitaj više", "opširnije", "preberi več",
    "читать далее", "читать дальше", "читать полностью", "подробнее", "читати далі", "докладніше", "четете още", "прочетете", "devamını oku", "devamı", "διαβάστε περισσότερα", "συνέχεια", "اقرأ المزيد", "لقراءة المزيد", "المزيد", "קרא עוד", "המשך קריאה", "ادامه مطلب", "مزید پڑھیں", "और पढ़ें", "आगे पढ़ें", "আরও পড়ুন", "மேலும் படிக்க",
    "続きを読む", "続きは", "全文を読む", "阅读全文", "阅读更多", "继续阅读", "查看全文", "查看原文", "繼續閱讀", "閱讀全文", "더 보기", "더보기", "계속 읽기", "전체 기사", "baca selengkapnya", "selengkapnya", "xem thêm", "đọc tiếp", "อ่านต่อ", "อ่านเพิ่มเติม", "soma zaidi",
];

/// What feeds put below everything else.
const BELOW: &[&str] = &[
    "the post",
    "appeared first on",
    "first appeared on",
    "this article",
    "this story",
    "der beitrag",
    "erschien zuerst",
    "cet article",
    "la entrada",
    "se publicó primero",
    "comments",
    "comment",
    "kommentare",
    "commentaires",
    "comentarios",
    "filed under",
    "tags",
    "share",
    "©",
    "l'articolo",
    "proviene da",
    "o post",
    "apareceu primeiro",
];

static FOLDED: LazyLock<[Vec<String>; 2]> = LazyLock::new(|| {
    [INVITATIONS, BELOW].map(|rows| {
        rows.iter()
            .map(|row| phrases::fold(row).trim().to_owned())
            .collect()
    })
});

/// Whether a feed's text of an entry is a teaser; `link` is the entry's page.
pub(super) fn is_teaser(html: &str, link: Option<&str>) -> bool {
    let html = &html[..html.floor_char_boundary(MAX_BYTES)];
    let dom = parse::parse(html, Attributes::All);
    let blocks = blocks::of_page(
        &dom,
        NodeId::DOCUMENT,
        &TextDensity::of(&dom, NodeId::DOCUMENT),
    );
    for block in blocks.iter().rev().take(REACH) {
        if invites(block) || ends_in_dots(&block.text) {
            return true;
        }
        if is_below(block) {
            continue;
        }
        return link.is_some_and(|link| is_link_to(&dom, block, link));
    }
    false
}

/// Whether a block, or its last words where they are a link, invite to read on.
fn invites(block: &Block) -> bool {
    let folded = phrases::fold(&block.text);
    let line = folded.trim().trim_start_matches(['(', '|', ':', ' ']);
    let is_line = line.split(' ').count() <= MAX_WORDS;
    let [invitations, _] = &*FOLDED;
    invitations.iter().any(|said| {
        let said = said.trim_start_matches(['(', ' ']);
        let is_short = said.split(' ').count() == 1;
        let begins = line.strip_prefix(said).is_some_and(|rest| {
            let is_whole = !rest.contains(char::is_alphanumeric);
            let is_word = !rest.starts_with(char::is_alphanumeric);
            is_whole || is_word && is_line && (!is_short || block.n_link_chars > 0)
        });
        let ends = || {
            let tail = line.trim_end_matches([')', '|', ' ', '!']);
            block.n_link_chars > 0 && tail.ends_with(said) && tail.len() > said.len()
        };
        begins
            && (block.n_link_chars > 0
                || !phrases::ends_as_sentence(&block.text)
                || line.len() < said.len() + 4)
            || ends()
    })
}

fn ends_in_dots(text: &str) -> bool {
    let text = text.trim_end_matches([' ', '\u{a0}', '"', '\u{201d}', '\u{2192}', '\u{bb}', '>']);
    let text = text.trim_end_matches([']', ')']);
    text.ends_with(['\u{2026}', '\u{22ef}']) || text.ends_with("...")
}

/// Whether a block is what feeds put below everything else.
fn is_below(block: &Block) -> bool {
    let folded = phrases::fold(&block.text);
    let [_, below] = &*FOLDED;
    folded.split_ascii_whitespace().count() <= 40
        && below.iter().any(|said| {
            folded.trim().starts_with(said.as_str())
                || said.contains(' ') && folded.contains(said.as_str())
        })
}

/// Whether a block is nothing but a link to the entry's page.
fn is_link_to(dom: &Dom, block: &Block, link: &str) -> bool {
    let bare = |url: &str| {
        let url = url
            .split(['#', '?'])
            .next()
            .unwrap_or(url)
            .trim_end_matches('/');
        without_www(url.split("://").last().unwrap_or(url)).to_owned()
    };
    let own = bare(link);
    let is_own = |id: NodeId| {
        dom.attr(id, &local_name!("href"))
            .is_some_and(|href| bare(href) == own)
    };
    10 * block.n_link_chars > 9 * block.n_chars && dom.descendants(block.element).any(is_own)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "<p>The harbour was closed on Monday after a storm.</p>";
    const LINK: &str = "https://post.example/2026/harbour";

    fn check(tail: &str, wanted: bool) {
        assert_eq!(
            is_teaser(&format!("{TEXT}{tail}"), Some(LINK)),
            wanted,
            "{tail}"
        );
    }

    #[test]
    fn an_invitation_to_read_on_makes_a_teaser() {
        check(
            "<p><a href='https://post.example/2026/harbour#more'>Read full article</a></p><p><a href=/c>Comments</a></p>",
            true,
        );
        check(
            "<p><a href='/x'>Continue reading Harbour closed &rarr;</a></p>",
            true,
        );
        check("<p><a href='/x'>(more&hellip;)</a></p>", true);
        check("<p>Weiterlesen</p>", true);
        check(
            "<p>Nobody was hurt. <a href='/x'>Lire la suite</a></p>",
            true,
        );
        check(
            "<p><a href='/x'>\u{7d9a}\u{304d}\u{3092}\u{8aad}\u{3080}</a></p>",
            true,
        );
    }

    #[test]
    fn dots_and_a_link_to_the_page_make_a_teaser() {
        check(
            "<p>And then [&#8230;]</p><p>The post <a href='/x'>Harbour</a> appeared first on <a href=/>Post</a>.</p>",
            true,
        );
        check(
            "<p><a href='http://www.post.example/2026/harbour/?from=feed'>post.example</a></p>",
            true,
        );
    }

    #[test]
    fn a_whole_text_is_none() {
        check("", false);
        check(
            "<p>Read more books, the minister told the schools.</p>",
            false,
        );
        check(
            "<p>The post <a href='/x'>Harbour</a> appeared first on <a href=/>Post</a>.</p>",
            false,
        );
        check(
            "<p>See <a href='https://other.example/1'>the report</a> of the harbour office for more details on it.</p>",
            false,
        );
    }
}
