//! The names an entry goes by.

use super::limits::{MAX_ADDRESS_BYTES, cut};
use super::link::{canonical_link, is_web};
use super::{ParsedEntry, plain};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Gives `entry` its key, its aliases and its hash. `guid` is the id as it
/// stands in the feed, before relative ones are resolved: the key must not
/// change when the feed moves.
pub(super) fn assign(entry: &mut ParsedEntry, guid: Option<&str>) {
    let canonical = entry.link.as_deref().map(canonical_link);
    let guid = guid.map(plain::fold).filter(|guid| !guid.is_empty());
    entry.content_hash = content_hash(entry, canonical.as_deref());
    entry.key = match (&guid, &canonical) {
        (Some(guid), _) => cut(guid, MAX_ADDRESS_BYTES).to_owned(),
        (None, Some(link)) => link.clone(),
        (None, None) => format!("hash:{:016x}", text_hash(entry)),
    };
    let local = guid.as_deref().and_then(without_host);
    entry.aliases = [local, canonical]
        .into_iter()
        .flatten()
        .filter(|alias| *alias != entry.key)
        .collect();
    entry.aliases.dedup();
}

/// Takes away the aliases that several entries of one document share: a link
/// to the front page names none of them.
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

/// A web address as guid without scheme and host: what is left when a site
/// changes to https or to another domain. A path of `/` says nothing.
fn without_host(guid: &str) -> Option<String> {
    if !is_web(guid) {
        return None;
    }
    let (_, rest) = guid.split_once("://")?;
    let path = &rest[rest.find(['/', '?'])?..];
    (path.len() > 1).then(|| cut(path, MAX_ADDRESS_BYTES).to_owned())
}

fn content_hash(entry: &ParsedEntry, canonical: Option<&str>) -> u64 {
    let mut hash = Xxh3::new();
    for part in [entry.title.as_deref(), entry.body(), canonical] {
        hash.update(part.unwrap_or_default().as_bytes());
        hash.update(&[0]);
    }
    hash.digest()
}

fn text_hash(entry: &ParsedEntry) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(entry.title.as_deref().unwrap_or_default().as_bytes());
    hash.update(&[0]);
    hash.update(entry.body().unwrap_or_default().as_bytes());
    hash.digest()
}
