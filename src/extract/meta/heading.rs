//! A main heading in its parts: `<h1><span class="kicker">Baths</span> City
//! mends the old one</h1>` is a headline with a label above it.

use crate::extract::dom::{Data, Dom, Element, NodeId};
use crate::extract::lines::candidate::fold_space;
use html5ever::local_name;

/// Most parts of one heading.
const MAX_PARTS: usize = 6;

/// What a part of a heading is, by its element and class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Headline,
    /// A label above the headline or a line below it.
    Beside,
    Unknown,
}

/// A heading's text, whole and in parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heading {
    /// All of its text; parts that touch are set apart by a space.
    pub(crate) whole: String,
    parts: Vec<(Role, String)>,
}

/// Class words of labels above headlines and of lines below them.
const BESIDE: &[&str] = &[
    "kicker",
    "dachzeile",
    "overline",
    "topline",
    "roofline",
    "spitzmarke",
    "eyebrow",
    "rubric",
    "rubrik",
    "category",
    "pretitle",
    "pre-title",
    "pre-headline",
    "preheadline",
    "antetitulo",
    "surtitre",
    "sur-title",
    "occhiello",
    "overtitle",
    "supertitle",
    "super-title",
    "tagline",
    "label",
    "subtitle",
    "sub-title",
    "subheadline",
    "sub-headline",
    "subline",
    "subhead",
    "ressort",
    "section",
    "topic",
    "flag",
    "badge",
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader",
];
/// Class words of the headline itself.
const HEADLINE: &[&str] = &["headline", "title", "heading", "titel", "titulo", "titre"];

impl Heading {
    pub(super) fn of(dom: &Dom, id: NodeId) -> Option<Self> {
        let parts = parts(dom, inner(dom, id));
        let whole = joined(parts.iter().map(|(_, text)| text.as_str()));
        (!whole.is_empty() && whole.len() <= 2_000).then_some(Self { whole, parts })
    }

    /// The headline alone: the parts in a row that say one of the declared
    /// titles, else what the classes leave of it.
    pub(crate) fn headline(&self, is_declared: impl Fn(&str) -> bool) -> String {
        if self.parts.len() < 2 {
            return self.whole.clone();
        }
        let run = |from: usize, to: usize| {
            joined(self.parts[from..to].iter().map(|(_, text)| text.as_str()))
        };
        let n = self.parts.len();
        let runs = (0..n).flat_map(|from| (from + 1..=n).map(move |to| (from, to)));
        let declared = runs
            .filter(|(from, to)| to - from < n)
            .map(|(from, to)| run(from, to))
            .filter(|text| text.chars().count() >= 4 && is_declared(text))
            .max_by_key(String::len);
        if let Some(declared) = declared {
            return declared;
        }
        let has_label = self
            .parts
            .first()
            .is_some_and(|(_, text)| text.ends_with(':'));
        if has_label && is_declared(&self.whole) {
            return self.whole.clone();
        }
        let with = |role: &dyn Fn(Role) -> bool| {
            joined(
                self.parts
                    .iter()
                    .filter(|(own, _)| role(*own))
                    .map(|(_, text)| text.as_str()),
            )
        };
        let headlines = with(&|role| role == Role::Headline);
        if headlines.split(' ').count() >= 3
            && self.parts.iter().any(|(role, _)| *role == Role::Beside)
        {
            return headlines;
        }
        let without = with(&|role| role != Role::Beside);
        let is_enough = without.split(' ').count() >= 2 || without.chars().count() >= 8;
        if is_enough {
            without
        } else {
            self.whole.clone()
        }
    }
}

/// The innermost element that holds all of the heading's text.
fn inner(dom: &Dom, id: NodeId) -> NodeId {
    let mut at = id;
    loop {
        let mut only = None;
        let mut child = dom.node(at).first_child;
        while let Some(id) = child {
            child = dom.node(id).next;
            match &dom.node(id).data {
                Data::Comment => {}
                Data::Text { .. }
                    if dom.own_text(id).is_some_and(|text| text.trim().is_empty()) => {}
                Data::Element(_) if only.is_none() => only = Some(id),
                _ => return at,
            }
        }
        match only {
            Some(id) => at = id,
            None => return at,
        }
    }
}

fn parts(dom: &Dom, id: NodeId) -> Vec<(Role, String)> {
    let mut parts: Vec<(Role, String)> = vec![(Role::Unknown, String::new())];
    let mut child = dom.node(id).first_child;
    while let Some(id) = child {
        child = dom.node(id).next;
        let own = match &dom.node(id).data {
            Data::Element(element) if element.name.local == local_name!("br") => {
                Some(Role::Unknown)
            }
            Data::Element(element) => role(element),
            Data::Root | Data::Text { .. } | Data::Comment => None,
        };
        let text = match dom.own_text(id) {
            Some(text) => text.to_owned(),
            None => dom.text_of(id),
        };
        match own {
            Some(role) if parts.len() < MAX_PARTS => {
                parts.push((role, text));
                parts.push((Role::Unknown, String::new()));
            }
            _ => {
                if let Some((_, last)) = parts.last_mut() {
                    last.push_str(&text);
                }
            }
        }
    }
    for (_, text) in &mut parts {
        *text = fold_space(text);
    }
    parts.retain(|(_, text)| text.chars().any(char::is_alphanumeric));
    parts
}

/// The role of an element within a heading; none for what is part of the line.
fn role(element: &Element) -> Option<Role> {
    let class = element
        .attr(&local_name!("class"))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| class.contains(word));
    match element.name.local {
        local_name!("small") => return Some(Role::Beside),
        local_name!("span")
        | local_name!("div")
        | local_name!("p")
        | local_name!("a")
        | local_name!("strong")
        | local_name!("time") => {}
        _ => return None,
    }
    if has(BESIDE) {
        Some(Role::Beside)
    } else if has(HEADLINE) {
        Some(Role::Headline)
    } else {
        (element.name.local != local_name!("a") && element.name.local != local_name!("strong"))
            .then_some(Role::Unknown)
    }
}

/// Parts as one line. A drop cap is no part of its own.
fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut whole = String::new();
    for part in parts {
        let is_cap = whole.chars().count() == 1;
        if !whole.is_empty() && !is_cap {
            whole.push(' ');
        }
        whole.push_str(part);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::dom::parse;
    use crate::extract::dom::trim::Attributes;

    fn check(html: &str, declared: &[&str], wanted: &str) {
        let dom = parse::parse(html, Attributes::All);
        let h1 = dom
            .descendants(NodeId::DOCUMENT)
            .find(|id| dom.name(*id) == Some(&local_name!("h1")));
        let heading = Heading::of(&dom, h1.expect("there is a heading")).expect("it has a text");
        assert_eq!(
            heading.headline(|text| declared.contains(&text)),
            wanted,
            "{html}"
        );
    }

    #[test]
    fn a_label_above_the_headline_is_no_part_of_it() {
        check(
            "<h1><span class=kicker>Baths</span>City mends the old one</h1>",
            &[],
            "City mends the old one",
        );
        check(
            "<h1><span>Baths</span><span>City mends the old one</span></h1>",
            &["City mends the old one"],
            "City mends the old one",
        );
        check(
            "<h1>City mends the old one<br><small>Council votes</small></h1>",
            &[],
            "City mends the old one",
        );
    }

    #[test]
    fn words_in_elements_of_their_own_stay() {
        check(
            "<h1>City <em>mends</em> the <a href=/o>old</a> one</h1>",
            &[],
            "City mends the old one",
        );
        check(
            "<h1><span>C</span>ity mends the old one</h1>",
            &[],
            "City mends the old one",
        );
        check(
            "<h1><a href=/x><span>City mends</span> the old one</a></h1>",
            &["Other"],
            "City mends the old one",
        );
    }
}
