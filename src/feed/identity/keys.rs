//! The key of each entry of a document.

use super::KeyMode;
use crate::feed::{ParsedEntry, canonical_link, key};
use rustc_hash::{FxHashMap, FxHashSet};

/// One guid in this many may be missing or used twice.
const MAX_BAD_GUID_SHARE: usize = 20;

/// The mode after this document: link, if too many guids are missing or used for
/// several entries, and the links are better.
pub(super) fn key_mode(mode: KeyMode, entries: &[ParsedEntry]) -> KeyMode {
    if mode == KeyMode::Link || entries.is_empty() {
        return mode;
    }
    let mut links_of_guid: FxHashMap<&str, Option<&str>> = FxHashMap::default();
    let mut links = FxHashSet::default();
    let mut n_bad_guids = 0;
    let mut n_bad_links = 0;
    for entry in entries {
        let link = entry.link.as_deref();
        match &entry.id {
            // The same entry twice in a document is not a bad guid.
            Some(id) => match links_of_guid.insert(id, link) {
                Some(earlier) if earlier == link => continue,
                Some(_) => n_bad_guids += 1,
                None => {}
            },
            None => n_bad_guids += 1,
        }
        let is_good = link.is_some_and(|link| links.insert(link));
        n_bad_links += usize::from(!is_good);
    }
    let is_bad = n_bad_guids * MAX_BAD_GUID_SHARE > entries.len();
    if is_bad && n_bad_links < n_bad_guids {
        KeyMode::Link
    } else {
        KeyMode::Guid
    }
}

/// The key of each entry in `mode`. If several entries share a key, all of them use
/// the link instead, and if they share the link, the title: their order changes from
/// poll to poll.
pub(super) fn document_keys(mode: KeyMode, entries: &[ParsedEntry]) -> Vec<String> {
    let links: Vec<_> = entries
        .iter()
        .map(|entry| canonical(entry.link.as_deref()))
        .collect();
    let keys = entries.iter().map(|entry| Some(entry.key.as_str()));
    let shared_keys = shared(keys, entries, &links);
    let shared_links = shared(links.iter().map(Option::as_deref), entries, &links);
    entries
        .iter()
        .zip(&links)
        .map(|(entry, link)| {
            let own_link = link
                .as_ref()
                .filter(|link| !shared_links.contains(link.as_str()));
            let is_shared = shared_keys.contains(entry.key.as_str());
            match own_link {
                Some(link) if is_shared || mode == KeyMode::Link => link.clone(),
                None if is_shared => key::title_key(entry).unwrap_or_else(|| entry.key.clone()),
                Some(_) | None => entry.key.clone(),
            }
        })
        .collect()
}

/// Names that are shared by entries with different links, or by entries with more
/// than two different titles. Two titles may be versions of one entry, which Atom
/// allows.
fn shared<'a>(
    names: impl Iterator<Item = Option<&'a str>> + Clone,
    entries: &'a [ParsedEntry],
    links: &'a [Option<String>],
) -> FxHashSet<&'a str> {
    let mut n_of_name: FxHashMap<&str, usize> = FxHashMap::default();
    for name in names.clone().flatten() {
        *n_of_name.entry(name).or_default() += 1;
    }
    let mut of_name: FxHashMap<&str, (FxHashSet<_>, FxHashSet<_>)> = FxHashMap::default();
    for ((name, entry), link) in names.zip(entries).zip(links) {
        // Hardly any name is used twice.
        if let Some(name) = name.filter(|name| n_of_name.get(name) > Some(&1)) {
            let (links, titles) = of_name.entry(name).or_default();
            links.insert((
                link.as_deref(),
                entry.id.is_none().then_some(entry.title.as_deref()),
            ));
            titles.insert(entry.title.as_deref());
        }
    }
    of_name
        .into_iter()
        .filter(|(_, (links, titles))| links.len() > 1 || titles.len() > 2)
        .map(|(name, _)| name)
        .collect()
}

/// A link in the form that is compared.
pub(super) fn canonical(link: Option<&str>) -> Option<String> {
    link.map(canonical_link)
}
