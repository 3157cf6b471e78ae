//! A page's tree -> its blocks in reading order, each with what the page's
//! structure says of it. Nothing is decided here.

pub(super) mod classes;
pub(super) mod tables;
pub(super) mod text_density;
pub(super) mod repeats;
pub(super) mod glyphs;
mod inline;
mod labels;

use super::dom::{Data, Dom, Element, NodeId};
use crate::extract::blocks::classes::{Sign, Signs};
use crate::extract::lines::candidate::is_invisible;
use crate::model::BlockKind;
use html5ever::local_name;

/// Most blocks of one page: a real one has some hundreds.
const MAX_BLOCKS: usize = 12_000;

/// A run of text between two block boundaries, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) kind: BlockKind,
    /// White space folded; not empty.
    pub(crate) text: String,
    /// The innermost block element that holds it.
    pub(crate) element: NodeId,
    /// Letters of it, spaces aside, and how many of them stand in links. A sign
    /// of a script that writes whole syllables or words counts as several.
    pub(crate) n_chars: u32,
    pub(crate) n_link_chars: u32,
    pub(crate) n_links: u32,
    /// Characters in bold or italics.
    pub(crate) n_strong_chars: u32,
    /// Characters in italics.
    pub(crate) n_slanted_chars: u32,
    /// Rules between it and the block before.
    pub(crate) n_rules: u32,
    /// Pictures, videos and frames between it and the block before.
    pub(crate) n_media: u32,
    /// Signs of the block's element and the two around it.
    pub(crate) near: Signs,
    /// Signs of all elements around it that do not hold most of the page.
    pub(crate) around: Signs,
    /// Tags around it.
    pub(crate) tags: Tags,
}

/// Tags that stand around a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags(pub(super) u32);

/// A tag that tells something of what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Article,
    Main,
    Nav,
    Aside,
    Footer,
    Header,
    Figure,
    Figcaption,
    Form,
    Button,
    ListItem,
    List,
    Quote,
    Table,
    Paragraph,
    Heading,
    H1,
    Link,
    Time,
    Section,
    Address,
    Details,
    Definition,
}

impl Tags {
    pub(crate) fn has(self, tag: Tag) -> bool {
        self.0 & (1 << tag as u32) != 0
    }

    fn add(&mut self, tag: Tag) {
        self.0 |= 1 << tag as u32;
    }
}

impl Tag {
    /// All tags, in the order of the enum.
    #[rustfmt::skip]
    pub(crate) const ALL: [Self; 23] = [
        Self::Article, Self::Main, Self::Nav, Self::Aside, Self::Footer, Self::Header, Self::Figure, Self::Figcaption, Self::Form, Self::Button, Self::ListItem, Self::List,
        Self::Quote, Self::Table, Self::Paragraph, Self::Heading, Self::H1, Self::Link, Self::Time, Self::Section, Self::Address, Self::Details, Self::Definition,
    ];
}

fn tag_of(element: &Element) -> Option<Tag> {
    Some(match element.name.local {
        local_name!("article") => Tag::Article,
        local_name!("main") => Tag::Main,
        local_name!("nav") => Tag::Nav,
        local_name!("aside") => Tag::Aside,
        local_name!("footer") => Tag::Footer,
        local_name!("header") => Tag::Header,
        local_name!("figure") => Tag::Figure,
        local_name!("figcaption") | local_name!("caption") => Tag::Figcaption,
        local_name!("form") | local_name!("fieldset") => Tag::Form,
        local_name!("button") => Tag::Button,
        local_name!("li") => Tag::ListItem,
        local_name!("ul") | local_name!("ol") => Tag::List,
        local_name!("blockquote") => Tag::Quote,
        local_name!("table") => Tag::Table,
        local_name!("p") => Tag::Paragraph,
        local_name!("h1") => Tag::H1,
        local_name!("h2")
        | local_name!("h3")
        | local_name!("h4")
        | local_name!("h5")
        | local_name!("h6") => Tag::Heading,
        local_name!("a") => Tag::Link,
        local_name!("time") => Tag::Time,
        local_name!("section") => Tag::Section,
        local_name!("address") => Tag::Address,
        local_name!("details") => Tag::Details,
        local_name!("dl") => Tag::Definition,
        _ => return None,
    })
}

/// Elements whose insides are never text to read.
fn is_skipped(element: &Element) -> bool {
    matches!(
        element.name.local,
        local_name!("script")
            | local_name!("style")
            | local_name!("template")
            | local_name!("head")
            | local_name!("iframe")
            | local_name!("object")
            | local_name!("select")
            | local_name!("textarea")
            | local_name!("input")
            | local_name!("svg")
            | local_name!("math")
            | local_name!("canvas")
            | local_name!("audio")
            | local_name!("video")
            | local_name!("datalist")
            | local_name!("map")
    )
}

/// Pictures and what plays; an `<img>` counts where it is entered.
fn is_media(element: &Element) -> bool {
    matches!(
        element.name.local,
        local_name!("iframe")
            | local_name!("object")
            | local_name!("audio")
            | local_name!("video")
            | local_name!("img")
    )
}

/// The blocks of all that stands below `root`. `density` gives each node's share
/// of the page's running text: what holds most of it bears no bad signs.
pub(crate) fn of_page(dom: &Dom, root: NodeId, density: &text_density::TextDensity) -> Vec<Block> {
    let mut walk = Walk::new(dom, density);
    let mut next = Some(root);
    while let Some(id) = next {
        let goes_in = walk.enter(id);
        let child = dom.node(id).first_child.filter(|_| goes_in);
        next = match child {
            Some(child) => Some(child),
            None => walk.leave_up_to_next(id, root),
        };
        if walk.blocks.len() >= MAX_BLOCKS {
            break;
        }
    }
    walk.flush();
    walk.blocks
}

#[derive(Clone, Copy, Debug, Default)]
struct Around {
    kind: Option<BlockKind>,
    tags: Tags,
    near: [Signs; 3],
    around: Signs,
    element: Option<NodeId>,
    is_strong: bool,
    is_slanted: bool,
    is_pre: bool,
    /// Within a row of a data table, which is one block.
    is_row: bool,
    /// Whether the element ends the text before and within it.
    is_boundary: bool,
}

struct Walk<'a> {
    dom: &'a Dom,
    density: &'a text_density::TextDensity,
    blocks: Vec<Block>,
    /// What surrounds the place the walk is at, one for every open element.
    around: Vec<Around>,
    text: String,
    n_chars: u32,
    n_link_chars: u32,
    n_links: u32,
    n_strong_chars: u32,
    n_slanted_chars: u32,
    n_rules: u32,
    n_media: u32,
    is_gap: bool,
    n_breaks: u32,
}

impl<'a> Walk<'a> {
    fn new(dom: &'a Dom, density: &'a text_density::TextDensity) -> Self {
        Self {
            dom,
            density,
            blocks: Vec::with_capacity(256),
            around: vec![Around::default()],
            text: String::new(),
            n_chars: 0,
            n_link_chars: 0,
            n_links: 0,
            n_strong_chars: 0,
            n_slanted_chars: 0,
            n_rules: 0,
            n_media: 0,
            is_gap: false,
            n_breaks: 0,
        }
    }

    fn top(&self) -> Around {
        self.around.last().copied().unwrap_or_default()
    }

    /// Takes a node in; whether its children are to be visited.
    fn enter(&mut self, id: NodeId) -> bool {
        match &self.dom.node(id).data {
            Data::Text { .. } => self.add_text(self.dom.own_text(id).unwrap_or_default()),
            Data::Element(element) if is_skipped(element) => {
                self.n_media += u32::from(is_media(element));
            }
            Data::Element(element) if self.is_card(element) => {}
            Data::Element(element) if inline::is_left_out(self.dom, id, element, &self.text) => {}
            Data::Element(element) => {
                self.open(id, element);
                return true;
            }
            Data::Root => {
                self.around.push(self.top());
                return true;
            }
            Data::Comment => {}
        }
        let around = self.top();
        self.around.push(Around {
            is_boundary: false,
            ..around
        });
        false
    }

    /// What a paragraph shows only while a word in it is pointed at.
    fn is_card(&self, element: &Element) -> bool {
        !self.text.is_empty() && element.is_phrasing() && classes::is_card(element)
    }

    fn open(&mut self, id: NodeId, element: &Element) {
        let mut around = self.top();
        let is_in_line = inline::is_in_line(self.dom, id, element);
        if let Some(tag) = tag_of(element).filter(|tag| *tag != Tag::Button || !is_in_line) {
            around.tags.add(tag);
        }
        self.n_media += u32::from(is_media(element));
        match element.name.local {
            local_name!("br") => self.line_break(),
            local_name!("a") => self.n_links += 1,
            local_name!("b") | local_name!("strong") => around.is_strong = true,
            local_name!("em") | local_name!("i") => {
                (around.is_strong, around.is_slanted) = (true, true);
            }
            local_name!("hr") => self.n_rules += 1,
            _ => {}
        }
        let is_block = !is_in_line && element.name.local != local_name!("br");
        around.is_boundary = is_block && !around.is_row;
        if around.is_boundary {
            self.flush();
            self.n_links = 0;
            around.element = Some(id);
            around.kind = kind_of(element).or(around.kind);
            if element.name.local == local_name!("tr") && tables::is_data_row(self.dom, id) {
                (around.kind, around.is_row) = (Some(BlockKind::Table), true);
            }
            around.is_pre |= element.name.local == local_name!("pre");
            let signs = classes::of_element(element);
            around.near = [signs, around.near[0], around.near[1]];
            let is_most = self.density.share(id) > 0.5;
            around.around = around
                .around
                .with(if is_most { good_only(signs) } else { signs });
        } else if is_block {
            self.cell_or_gap(element);
        } else if !element.attrs.is_empty() && self.text.is_empty() {
            // `<span class="caption">` as a block of its own.
            let signs = classes::of_element(element);
            around.near[0] = around.near[0].with(signs);
        }
        self.around.push(around);
    }

    /// A cell's beginning is a tab, anything else within a row a space.
    fn cell_or_gap(&mut self, element: &Element) {
        let is_cell = matches!(element.name.local, local_name!("td") | local_name!("th"));
        if is_cell && self.n_chars > 0 {
            self.text.push('\t');
            self.is_gap = false;
        } else {
            self.is_gap = true;
        }
    }

    /// Leaves `id` and all elements that end with it; the node that follows.
    fn leave_up_to_next(&mut self, id: NodeId, root: NodeId) -> Option<NodeId> {
        let mut at = id;
        loop {
            if self.top().is_boundary && self.dom.element(at).is_some() {
                self.flush();
            }
            self.around.pop();
            if at == root {
                return None;
            }
            if let Some(next) = self.dom.node(at).next {
                return Some(next);
            }
            at = self.dom.node(at).parent?;
        }
    }

    fn line_break(&mut self) {
        self.n_breaks += 1;
        self.is_gap = true;
        if self.n_breaks >= 2 && !self.top().is_row {
            self.flush();
        }
    }

    fn add_text(&mut self, text: &str) {
        let around = self.top();
        let mut n_chars = 0;
        let mut rest = text;
        while !rest.is_empty() {
            // Most text is words of plain ASCII, which are taken whole.
            let n_plain = rest.bytes().take_while(u8::is_ascii_graphic).count();
            if n_plain > 0 {
                self.fill_gap();
                self.text.push_str(&rest[..n_plain]);
                n_chars += n_plain as u32;
                rest = &rest[n_plain..];
            }
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { break };
            rest = chars.as_str();
            if c.is_whitespace() {
                if around.is_pre && c == '\n' && !self.text.is_empty() {
                    self.text.push('\n');
                } else {
                    self.is_gap = true;
                }
            } else if !is_invisible(c) && !inline::is_note_digit(c, &self.text) {
                self.fill_gap();
                self.text.push(c);
                n_chars += letters_in(c);
            }
        }
        if n_chars > 0 {
            self.n_breaks = 0;
        }
        self.n_chars += n_chars;
        if around.tags.has(Tag::Link) {
            self.n_link_chars += n_chars;
        }
        if around.is_strong {
            self.n_strong_chars += n_chars;
        }
        if around.is_slanted {
            self.n_slanted_chars += n_chars;
        }
    }

    /// Puts the space that is due before the next word.
    fn fill_gap(&mut self) {
        if self.is_gap && !self.text.is_empty() && !self.text.ends_with(['\n', '\t']) {
            self.text.push(' ');
        }
        self.is_gap = false;
    }

    /// Ends the current block.
    fn flush(&mut self) {
        let around = self.top();
        if self.n_chars > 0 {
            let text = self.text.trim_end();
            let text = match self.n_link_chars {
                0 => text.to_owned(),
                _ => labels::without_site(&labels::without_link_labels(text)).to_owned(),
            };
            let [a, b, c] = around.near;
            self.blocks.push(Block {
                kind: around.kind.unwrap_or(BlockKind::Paragraph),
                text,
                element: around.element.unwrap_or(NodeId::DOCUMENT),
                n_chars: self.n_chars,
                n_link_chars: self.n_link_chars,
                n_links: self.n_links.max(u32::from(self.n_link_chars > 0)),
                n_strong_chars: self.n_strong_chars,
                n_slanted_chars: self.n_slanted_chars,
                n_rules: self.n_rules,
                n_media: self.n_media,
                near: a.with(b).with(c),
                around: around.around,
                tags: around.tags,
            });
            self.n_links = 0;
            self.n_rules = 0;
            self.n_media = 0;
        }
        self.text.clear();
        (self.n_chars, self.n_link_chars, self.n_strong_chars) = (0, 0, 0);
        self.n_slanted_chars = 0;
        (self.is_gap, self.n_breaks) = (false, 0);
    }
}

/// How many letters of an alphabet say what `c` says: a text is as long in
/// Chinese as in English, though it has a third of the characters.
fn letters_in(c: char) -> u32 {
    match c {
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' => 3,
        '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}' => 2,
        _ => 1,
    }
}

fn good_only(signs: Signs) -> Signs {
    let mut good = Signs::default();
    for sign in [Sign::Article, Sign::Body] {
        if signs.has(sign) {
            good.add(sign);
        }
    }
    good
}

fn kind_of(element: &Element) -> Option<BlockKind> {
    Some(match element.name.local {
        local_name!("h1")
        | local_name!("h2")
        | local_name!("h3")
        | local_name!("h4")
        | local_name!("h5")
        | local_name!("h6") => BlockKind::Heading,
        local_name!("li") | local_name!("dt") | local_name!("dd") => BlockKind::ListItem,
        local_name!("blockquote") => BlockKind::Quote,
        local_name!("pre") => BlockKind::Pre,
        _ => return None,
    })
}
