//! What applies to an element and its content: namespaces, `xml:base`, `xml:lang`.

use crate::feed::limits::{MAX_ADDRESS_BYTES, MAX_NAMESPACES};
use crate::feed::link;
use crate::feed::xml::attributes::Attributes;
use crate::feed::xml::draft;
use crate::feed::xml::entities::Entities;
use crate::feed::xml::names::Namespace;
use crate::feed::xml::repair::{Repair, Repairs};

/// Depth up to which an unknown default namespace is taken as the feed's own (on
/// `rss`, `channel`) and not as that of embedded content.
const ROOT_DEPTH: usize = 2;

pub(crate) struct Scopes<'a> {
    namespaces: Vec<Declared<'a>>,
    bases: Vec<(usize, Option<String>)>,
    languages: Vec<(usize, Option<String>)>,
    document_base: Option<String>,
}

#[derive(Clone, Copy)]
struct Declared<'a> {
    depth: usize,
    prefix: &'a str,
    address: &'a str,
    namespace: Namespace,
}

impl<'a> Scopes<'a> {
    pub(crate) fn new(base: Option<&str>) -> Self {
        let base = base
            .map(str::trim)
            .filter(|base| base.len() <= MAX_ADDRESS_BYTES);
        Self {
            namespaces: Vec::with_capacity(16),
            bases: Vec::new(),
            languages: Vec::new(),
            document_base: base.map(str::to_owned),
        }
    }

    /// Takes over what the attributes of an element at `depth` declare.
    pub(crate) fn enter(
        &mut self,
        depth: usize,
        attributes: Attributes<'a>,
        raw: &'a str,
        entities: &Entities,
    ) {
        // `xmlns`, `xml:base` and `xml:lang` all begin with `xml`.
        if raw.len() < 8 || memchr::memmem::find(raw.as_bytes(), b"xml").is_none() {
            return;
        }
        for (name, value) in attributes.iter() {
            if let Some(prefix) = name.strip_prefix("xmlns") {
                self.declare(depth, prefix.strip_prefix(':').unwrap_or(prefix), value);
            } else if name == "xml:base" {
                let value = entities.decode(value, &mut Default::default());
                let base = link::resolve(&value, self.base());
                // `javascript:` and the like cannot be a base.
                let base = base.filter(|base| !link::is_absolute(base) || link::is_web(base));
                self.bases
                    .push((depth, base.or_else(|| self.base().map(str::to_owned))));
            } else if name == "xml:lang" {
                self.languages.push((depth, draft::language(value)));
            }
        }
    }

    fn declare(&mut self, depth: usize, prefix: &'a str, address: &'a str) {
        if self.namespaces.len() >= MAX_NAMESPACES {
            return;
        }
        self.namespaces.push(Declared {
            depth,
            prefix,
            address,
            namespace: Namespace::of_address(address),
        });
    }

    /// Forgets what an element at `depth` declared.
    pub(crate) fn leave(&mut self, depth: usize) {
        while self
            .namespaces
            .pop_if(|declared| declared.depth >= depth)
            .is_some()
        {}
        while self
            .bases
            .pop_if(|(declared, _)| *declared >= depth)
            .is_some()
        {}
        while self
            .languages
            .pop_if(|(declared, _)| *declared >= depth)
            .is_some()
        {}
    }

    /// The namespace and the local part of a qualified name.
    pub(crate) fn resolve<'n>(&self, name: &'n str, repairs: &mut Repairs) -> (Namespace, &'n str) {
        let (prefix, local) = match memchr::memchr(b':', name.as_bytes()) {
            Some(at) => (&name[..at], &name[at + 1..]),
            None => ("", name),
        };
        let namespace = match self.declared(prefix) {
            Some(declared) if prefix.is_empty() => match declared.namespace {
                Namespace::Other
                    if declared.depth < ROOT_DEPTH && !is_embedded(declared.address) =>
                {
                    repairs.note_if(!declared.address.is_empty(), Repair::UnknownNamespace);
                    Namespace::Core
                }
                namespace => namespace,
            },
            Some(declared) => match declared.namespace {
                Namespace::Core if declared.address.to_ascii_lowercase().contains("atom") => {
                    Namespace::Atom
                }
                namespace => namespace,
            },
            None if prefix.is_empty() => Namespace::Core,
            None => {
                repairs.note_if(prefix != "xml", Repair::UndeclaredPrefix);
                Namespace::of_custom(prefix)
            }
        };
        (namespace, local)
    }

    /// The address of the namespace of a qualified name; empty if it has none.
    pub(crate) fn address_of(&self, name: &str) -> String {
        let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
        self.declared(prefix)
            .map(|declared| declared.address.to_ascii_lowercase())
            .unwrap_or_default()
    }

    fn declared(&self, prefix: &str) -> Option<&Declared<'a>> {
        self.namespaces
            .iter()
            .rev()
            .find(|declared| declared.prefix == prefix)
    }

    /// The address that relative links are resolved against.
    pub(crate) fn base(&self) -> Option<&str> {
        match self.bases.last() {
            Some((_, base)) => base.as_deref(),
            None => self.document_base.as_deref(),
        }
    }

    /// The current language by `xml:lang`.
    pub(crate) fn language(&self) -> Option<&str> {
        self.languages
            .last()
            .and_then(|(_, language)| language.as_deref())
    }
}

/// Namespaces of documents of other kinds.
fn is_embedded(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    ["xhtml", "svg", "mathml", "sitemap", "opml"]
        .iter()
        .any(|kind| address.contains(kind))
}
