//! What an element's class, id, role and name say of what it holds: a table of
//! word beginnings per [`Sign`].
//!
//! To add a word: put it into its row; `=` before it takes no longer words. Words are compared with the parts of
//! `class="article__related-links adSlot"`: article, related, links, ad, slot.

use crate::extract::dom::Element;
use html5ever::local_name;

/// A set of [`Sign`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs(pub(crate) u32);

impl Signs {
    pub(crate) fn has(self, sign: Sign) -> bool {
        self.0 & (1 << sign as u32) != 0
    }

    pub(crate) fn has_any(self, signs: &[Sign]) -> bool {
        signs.iter().any(|sign| self.has(*sign))
    }

    pub(crate) fn add(&mut self, sign: Sign) {
        self.0 |= 1 << sign as u32;
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What an element seems to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Article,
    Body,
    Title,
    Dek,
    Related,
    Promo,
    Ad,
    Caption,
    Credit,
    Figure,
    Byline,
    Date,
    Share,
    Navigation,
    Comment,
    Tags,
    Footer,
    Sidebar,
    Popup,
    Embed,
    Quote,
    Hidden,
    Widget,
    Legal,
    Form,
    Teaser,
    Meta,
    Header,
    Live,
}

impl Sign {
    /// All signs, in the order of the enum.
    #[rustfmt::skip]
    pub(crate) const ALL: [Self; 29] = [
        Self::Article, Self::Body, Self::Title, Self::Dek, Self::Related, Self::Promo, Self::Ad, Self::Caption, Self::Credit, Self::Figure,
        Self::Byline, Self::Date, Self::Share, Self::Navigation, Self::Comment, Self::Tags, Self::Footer, Self::Sidebar, Self::Popup, Self::Embed,
        Self::Quote, Self::Hidden, Self::Widget, Self::Legal, Self::Form, Self::Teaser, Self::Meta, Self::Header, Self::Live,
    ];
}

/// Beginnings of class words, longest and rarest first within no order at all:
/// every row is looked at.
#[rustfmt::skip]
const WORDS: &[(Sign, &[&str])] = &[
    (Sign::Article, &["article", "story", "post", "entry", "hentry", "artikel", "articulo", "nota", "noticia"]),
    (Sign::Body, &["body", "content", "text", "articlebody", "entrycontent", "postcontent", "storybody", "richtext", "paragraph", "copy", "prose", "texto", "contenido", "conteudo", "cuerpo", "corpo", "inhalt", "wysiwyg"]),
    (Sign::Title, &["title", "headline", "heading", "titulo", "titre", "hed"]),
    (Sign::Dek, &["dek", "subtitle", "subhead", "standfirst", "deck", "excerpt", "summary", "teaser", "lead", "lede", "intro", "abstract", "kicker", "bajada", "sumario", "chapo", "subheadline", "description", "strapline", "sapo", "ingress", "vorspann"]),
    (Sign::Related, &["related", "recommend", "more", "readmore", "most", "popular", "trending", "also", "similar", "relacionad", "inline", "outbrain", "taboola", "zergnet", "revcontent", "next", "prev", "latest", "recirc", "suggest", "further", "readalso", "interesting", "siblings", "sibling", "correlat", "moreon", "linked", "readnext"]),
    (Sign::Promo, &["promo", "newsletter", "subscri", "signup", "donat", "cta", "callout", "follow", "app", "paywall", "register", "regwall", "membership", "support", "marketing", "campaign", "offer", "mailchimp", "optin", "abonn", "piano", "meter", "podcast", "upsell", "inbox"]),
    (Sign::Ad, &["ad", "ads", "adv", "advert", "advertisement", "advertising", "sponsor", "sponsored", "banner", "dfp", "gpt", "adslot", "adunit", "adcontainer", "adbox", "googlead", "teads", "werbung", "anzeige", "publicidad", "pub", "commercial", "affiliate", "native", "shopping", "product"]),
    (Sign::Caption, &["caption", "figcaption", "wpcaption", "imagecaption", "legend", "leyenda", "epigrafe", "bildunterschrift", "legenda", "cutline", "didascalia", "pie"]),
    (Sign::Credit, &["credit", "copyright", "photographer", "source", "attribution", "rights", "fotograf", "quelle", "photocredit"]),
    (Sign::Figure, &["image", "img", "figure", "photo", "picture", "gallery", "slideshow", "carousel", "slider", "media", "video", "player", "audio", "thumb", "thumbnail", "lightbox", "foto", "bild", "lede"]),
    (Sign::Byline, &["byline", "author", "authors", "bio", "writer", "contributor", "autor", "auteur", "vcard", "reporter", "journalist", "profile", "columnist", "redactor", "bylines"]),
    (Sign::Date, &["date", "time", "timestamp", "published", "updated", "datetime", "pubdate", "fecha", "datum", "posted", "dateline", "modified", "publish", "dtstamp"]),
    (Sign::Share, &["share", "sharing", "social", "facebook", "twitter", "addthis", "addtoany", "sharedaddy", "sharebar", "whatsapp", "linkedin", "tweet", "sns", "a2a", "print", "tools", "toolbar", "utility", "actions"]),
    (Sign::Navigation, &["nav", "navigation", "menu", "breadcrumb", "breadcrumbs", "pagination", "pager", "navbar", "submenu", "topbar", "skip", "crumb", "crumbs", "toc", "index", "tabs", "tab", "dropdown", "sitemap"]),
    (Sign::Comment, &["=comment", "comments", "commentlist", "commentlink", "commentthread", "commentform", "commentbox", "commentsection", "commentarea", "commentbody", "commenter", "disqus", "respond", "reply", "discussion", "kommentare", "comentarios", "livefyre", "spotim", "coral", "forum", "replies", "conversation"]),
    (Sign::Tags, &["tag", "tags", "topic", "topics", "category", "categories", "keyword", "keywords", "taglist", "section", "label", "labels", "eyebrow", "rubric", "channel", "terms", "kategorie"]),
    (Sign::Footer, &["footer", "foot", "bottom", "colophon", "endnote", "after", "footnote", "below", "outro"]),
    (Sign::Sidebar, &["sidebar", "aside", "rail", "side", "secondary", "rightcol", "column", "col", "complementary", "right", "left", "sidebar1"]),
    (Sign::Popup, &["popup", "modal", "overlay", "cookie", "cookies", "consent", "gdpr", "dialog", "toast", "alert", "notification", "tooltip", "notice", "interstitial", "lightbox", "onetrust"]),
    (Sign::Embed, &["embed", "tweet", "instagram", "oembed", "twitter", "iframe", "youtube", "tiktok"]),
    (Sign::Quote, &["quote", "pullquote", "blockquote", "pull", "zitat", "citation", "cita"]),
    (Sign::Hidden, &["hidden", "hide", "screenreader", "sr", "visuallyhidden", "offscreen", "invisible", "collapse", "collapsed", "noprint", "reader", "visually"]),
    (Sign::Widget, &["widget", "module", "block", "box", "factbox", "infobox", "card", "panel", "component", "poll", "quiz", "weather", "stock", "livescore", "plugin"]),
    (Sign::Legal, &["legal", "disclaimer", "terms", "privacy", "license", "correction", "corrections", "disclosure", "copyright", "note"]),
    (Sign::Form, &["form", "input", "button", "btn", "search", "login", "field", "submit"]),
    (Sign::Teaser, &["teaser", "list", "item", "items", "grid", "feed", "stream", "listing", "links", "link", "cards", "stories", "articles", "posts", "headlines", "news", "archive", "river", "collection", "package"]),
    (Sign::Meta, &["meta", "info", "details", "data", "metadata", "infos", "postmeta"]),
    (Sign::Header, &["header", "head", "masthead", "top", "hero", "branding", "logo"]),
    (Sign::Live, &["live", "liveblog", "livepost", "liveposts", "liveticker", "liveupdate", "livestream", "liveentry", "ticker", "newsticker"]),
];

/// Words of four letters or fewer must be whole, and those marked with `=`:
/// `commentary` is an opinion, not a reader's comment.
fn fits(word: &[u8], row: &[u8]) -> bool {
    match row.strip_prefix(b"=") {
        Some(whole) => word == whole,
        None => word == row || row.len() > 4 && word.starts_with(row),
    }
}

/// Whether an element is named at all, by any attribute that is looked at.
pub(crate) fn may_hold_metadata(element: &Element) -> bool {
    element.attrs.iter().any(|attr| {
        matches!(attr.name.local, local_name!("class") | local_name!("id"))
            && METADATA
                .as_ref()
                .is_some_and(|metadata| metadata.is_match(&*attr.value))
    })
}

/// Parts of the class names of dates, bylines and standfirsts: a quick look
/// that spares most elements the slow one.
static METADATA: std::sync::LazyLock<Option<aho_corasick::AhoCorasick>> =
    std::sync::LazyLock::new(|| {
        aho_corasick::AhoCorasick::new([
            "uthor",
            "yline",
            "date",
            "Date",
            "time",
            "Time",
            "ublish",
            "osted",
            "vcard",
            "dek",
            "Dek",
            "ubtitle",
            "ubhead",
            "tandfirst",
            "ummary",
            "lead",
            "ubheadline",
            "fecha",
            "datum",
            "utor",
            "ontributor",
            "riter",
            "ournalist",
            "auteur",
        ])
        .ok()
    });

/// The signs that an element bears itself.
pub(crate) fn of_element(element: &Element) -> Signs {
    let mut signs = Signs::default();
    for attr in &element.attrs {
        match attr.name.local {
            local_name!("class") | local_name!("id") => of_words(&attr.value, &mut signs),
            local_name!("role") => of_role(&attr.value, &mut signs),
            local_name!("hidden") => signs.add(Sign::Hidden),
            local_name!("style") if is_undisplayed(&attr.value) => signs.add(Sign::Hidden),
            local_name!("itemprop") => of_itemprop(&attr.value, &mut signs),
            _ => {}
        }
    }
    signs
}

/// Names of what is shown while a word is pointed at, and of the part that is.
const POINTED: [&str; 5] = ["tooltip", "popover", "rollover", "hovercard", "hover-card"];
const SHOWN: [&str; 8] = [
    "block", "content", "text", "body", "inner", "box", "bubble", "panel",
];

/// Whether an element is a card shown while a word is pointed at: its class is
/// of both tables, as `tooltip-content` is. What is a `tooltip` only may hold
/// the word itself.
pub(crate) fn is_card(element: &Element) -> bool {
    let Some(class) = element.attr(&local_name!("class")) else {
        return false;
    };
    class.split_ascii_whitespace().any(|word| {
        POINTED.iter().any(|pointed| {
            word.find(pointed)
                .map(|at| &word[at + pointed.len()..])
                .is_some_and(|rest| SHOWN.iter().any(|shown| rest.contains(shown)))
        })
    })
}

fn of_role(role: &str, signs: &mut Signs) {
    match role {
        "navigation" | "menu" | "menubar" | "tablist" => signs.add(Sign::Navigation),
        "complementary" => signs.add(Sign::Sidebar),
        "dialog" | "alertdialog" | "alert" => signs.add(Sign::Popup),
        "contentinfo" => signs.add(Sign::Footer),
        "banner" => signs.add(Sign::Header),
        "article" | "main" => signs.add(Sign::Article),
        "search" | "button" => signs.add(Sign::Form),
        _ => {}
    }
}

fn of_itemprop(itemprop: &str, signs: &mut Signs) {
    match itemprop {
        "articleBody" | "text" => signs.add(Sign::Body),
        "headline" | "name" => signs.add(Sign::Title),
        "description" | "alternativeHeadline" => signs.add(Sign::Dek),
        "author" | "creator" => signs.add(Sign::Byline),
        "datePublished" | "dateModified" => signs.add(Sign::Date),
        "caption" => signs.add(Sign::Caption),
        "comment" => signs.add(Sign::Comment),
        _ => {}
    }
}

fn is_undisplayed(style: &str) -> bool {
    let Some(at) = style.find("display") else {
        return false;
    };
    style[at + 7..]
        .trim_start_matches([':', ' '])
        .starts_with("none")
}

/// Most bytes of one attribute that are looked at.
const MAX_BYTES: usize = 300;
/// Longest class word that is looked at.
const MAX_WORD: usize = 24;

fn of_words(value: &str, signs: &mut Signs) {
    let bytes = &value.as_bytes()[..value.len().min(MAX_BYTES)];
    let mut word = [0_u8; MAX_WORD];
    let mut len = 0;
    let mut was_lower = false;
    for &byte in bytes.iter().chain(b" ") {
        let is_word = byte.is_ascii_alphanumeric();
        let is_hump = byte.is_ascii_uppercase() && was_lower;
        if (!is_word || is_hump) && len > 0 {
            of_word(&word[..len], signs);
            len = 0;
        }
        if is_word && len < MAX_WORD {
            word[len] = byte.to_ascii_lowercase();
            len += 1;
        }
        was_lower = byte.is_ascii_lowercase();
    }
}

fn of_word(word: &[u8], signs: &mut Signs) {
    // By first letter: most class words fit no row at all.
    let Some(rows) = BY_LETTER.get(usize::from(word[0].wrapping_sub(b'a'))) else {
        return;
    };
    for (row, sign) in rows {
        if fits(word, row) {
            signs.add(*sign);
        }
    }
}

/// A word of the table and what it is a sign of.
type Row = (&'static [u8], Sign);

static BY_LETTER: std::sync::LazyLock<[Vec<Row>; 26]> = std::sync::LazyLock::new(|| {
    let mut by_letter: [Vec<Row>; 26] = Default::default();
    for (sign, words) in WORDS {
        for word in *words {
            let first = word.trim_start_matches('=').as_bytes()[0];
            let letter = usize::from(first.wrapping_sub(b'a'));
            if let Some(rows) = by_letter.get_mut(letter) {
                rows.push((word.as_bytes(), *sign));
            }
        }
    }
    by_letter
});
