//! The key of an entry and its other names.

use super::limits::{MAX_ADDRESS_BYTES, cut};
use super::link::{canonical_link, is_web};
use super::{ParsedEntry, plain};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Sets the key, the aliases and the hash of `entry`. `guid` is the id as written in
/// the feed, before a relative one is resolved: the key must not change when the feed
/// moves.
pub(super) fn assign(entry: &mut ParsedEntry, guid: Option<&str>) {
    let canonical = entry.link.as_deref().map(canonical_link);
    let guid = guid.map(plain::fold).filter(|guid| !guid.is_empty());
    entry.content_hash = content_hash(entry, canonical.as_deref());
    entry.key = match (&guid, &canonical) {
        (Some(guid), _) => cut(guid, MAX_ADDRESS_BYTES).to_owned(),
        (None, Some(link)) => link.clone(),
        (None, None) => text_key(entry),
    };
    let local = guid.as_deref().and_then(without_host);
    let canonical = canonical.filter(|link| names_a_page(link));
    // Without a guid the link is the key, unless another entry has the same link;
    // the title then distinguishes the two.
    let title = guid.is_none().then(|| title_key(entry)).flatten();
    entry.aliases = [local, canonical, title]
        .into_iter()
        .flatten()
        .filter(|alias| *alias != entry.key)
        .collect();
    entry.aliases.dedup();
}

/// Removes aliases that several entries of one document share: a link to the front
/// page identifies none of them.
pub(super) fn drop_shared_aliases(entries: &mut [ParsedEntry]) {
    let mut n_uses: FxHashMap<u64, u32> = FxHashMap::default();
    for entry in &*entries {
        for alias in &entry.aliases {
            *n_uses.entry(xxh3_64(alias.as_bytes())).or_default() += 1;
        }
    }
    for entry in entries {
        let is_own = |alias: &String| n_uses.get(&xxh3_64(alias.as_bytes())) == Some(&1);
        entry.aliases.retain(is_own);
    }
}

/// A guid that is a web address, without scheme and host: this part stays the same
/// when a site changes to https or to another domain. A path of `/` says nothing.
fn without_host(guid: &str) -> Option<String> {
    if !is_web(guid) {
        return None;
    }
    let (_, rest) = guid.split_once("://")?;
    let path = &rest[rest.find(['/', '?'])?..];
    (path.len() > 1).then(|| cut(path, MAX_ADDRESS_BYTES).to_owned())
}

/// Whether a canonical link leads to more than a site's front page.
fn names_a_page(link: &str) -> bool {
    let path = link
        .strip_prefix("https://")
        .and_then(|rest| rest.split_once('/'));
    path.is_none_or(|(_, path)| !path.is_empty())
}

fn content_hash(entry: &ParsedEntry, canonical: Option<&str>) -> u64 {
    let mut hash = Xxh3::new();
    for part in [entry.title.as_deref(), entry.body(), canonical] {
        hash.update(part.unwrap_or_default().as_bytes());
        hash.update(&[0]);
    }
    hash.digest()
}

/// The key of an entry without guid and link.
fn text_key(entry: &ParsedEntry) -> String {
    let mut hash = Xxh3::new();
    hash.update(entry.title.as_deref().unwrap_or_default().as_bytes());
    hash.update(&[0]);
    hash.update(entry.body().unwrap_or_default().as_bytes());
    format!("hash:{:016x}", hash.digest())
}

/// The name of an entry by its title.
pub(super) fn title_key(entry: &ParsedEntry) -> Option<String> {
    let title = entry.title.as_deref()?;
    Some(format!("title:{:016x}", xxh3_64(title.as_bytes())))
}
