//! A key that is the same for all addresses of one article, whatever tracking parameters
//! they carry.

use crate::text::without_www;
use url::Url;

/// Query parameters that track where the reader came from and do not select the article.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "ref",
    "cmpid",
    "smid",
    "srnd",
    "igshid",
    "mc_cid",
    "mc_eid",
    "ocid",
    "partner",
    "source",
    "ns_campaign",
];

/// The key of `address`; `None` if it cannot be an article: a site's front page, or not a
/// web address.
pub(crate) fn url_key(address: &str) -> Option<u64> {
    let url = Url::parse(address.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = url.host_str()?;
    let host = without_www(host);
    let host = ["m.", "amp.", "mobile."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix))
        .unwrap_or(host);
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/amp").unwrap_or(path);
    let mut pairs: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("utm_") && !TRACKING.contains(&name.as_ref()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if path.is_empty() && pairs.is_empty() {
        return None;
    }
    pairs.sort();
    let key = format!("{host}{path}?{pairs:?}");
    Some(xxhash_rust::xxh3::xxh3_64(key.as_bytes()))
}
