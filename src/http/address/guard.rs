//! The address guard: newsvane connects to public addresses only, unless the
//! operator lists others in `allow_addresses`.
//!
//! The URLs of feeds, pages and receivers are written by strangers or copied
//! from them. Without the guard, such a URL could make the daemon send a request
//! to the cloud's metadata service, a router or a database next to it. The guard
//! checks the host of the URL, every address that a name resolves to (so that a
//! name which changes its address between two look-ups gains nothing) and every
//! redirect; and no proxy of the environment is used.
//!
//! Not here: names. `localhost` and others like it are checked by the addresses
//! that they resolve to.

use ipnet::IpNet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use url::{Host, Url};

/// Which addresses newsvane may connect to; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard {
    allowed: Arc<[IpNet]>,
}

/// Why no request is sent to an address or URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Neither `http` nor `https`, or no host.
    NotHttp,
    /// The address is not public; with the kind of network it belongs to.
    Address(IpAddr, &'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttp => f.write_str("it is not an http or https URL"),
            Self::Address(ip, network) => write!(
                f,
                "{ip} is {network}; to allow it, add it to http.allow_addresses"
            ),
        }
    }
}

impl Guard {
    /// A guard that allows public addresses and those in `allowed`.
    #[must_use]
    pub(crate) fn new(allowed: &[IpNet]) -> Self {
        Self {
            allowed: allowed.into(),
        }
    }

    /// Checks the scheme, and the host where it is written as an address, in any
    /// spelling: `Url` has already parsed `0x7f.1`, `2130706433` and full-width
    /// digits.
    ///
    /// # Errors
    /// The reason, if the URL may not be requested.
    pub(crate) fn check_url(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::NotHttp);
        }
        match url.host() {
            Some(Host::Ipv4(ip)) => self.check_ip(ip.into()),
            Some(Host::Ipv6(ip)) => self.check_ip(ip.into()),
            Some(Host::Domain(_)) => Ok(()),
            None => Err(Refusal::NotHttp),
        }
    }

    /// Checks an address before a connection to it is opened.
    ///
    /// # Errors
    /// The reason, if newsvane may not connect to the address.
    pub(crate) fn check_ip(&self, ip: IpAddr) -> Result<(), Refusal> {
        let ip = ip.to_canonical();
        if self.allowed.iter().any(|net| net.contains(&ip)) {
            return Ok(());
        }
        match network_of(ip) {
            None => Ok(()),
            Some(network) => Err(Refusal::Address(ip, network)),
        }
    }
}

/// The kind of network that an address belongs to; `None` for a public one.
fn network_of(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => network_of_v4(ip),
        IpAddr::V6(ip) => network_of_v6(ip),
    }
}

/// IPv4 networks that are not public: first address, prefix length, description.
/// From the IANA IPv4 Special-Purpose Address Registry, with the metadata
/// addresses of clouds.
const V4_NETWORKS: [(Ipv4Addr, u32, &str); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "an address of this host"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "a private address"),
    (
        Ipv4Addr::new(100, 64, 0, 0),
        10,
        "a carrier's private address",
    ),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "a loopback address"),
    (
        Ipv4Addr::new(168, 63, 129, 16),
        32,
        "a cloud's metadata address",
    ),
    (
        Ipv4Addr::new(169, 254, 169, 254),
        32,
        "a cloud's metadata address",
    ),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "a link-local address"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "a private address"),
    (
        Ipv4Addr::new(192, 0, 0, 0),
        24,
        "an address reserved for protocols",
    ),
    (
        Ipv4Addr::new(192, 0, 2, 0),
        24,
        "an address for documentation",
    ),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a 6to4 relay's address"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "a private address"),
    (
        Ipv4Addr::new(198, 18, 0, 0),
        15,
        "an address for benchmarks",
    ),
    (
        Ipv4Addr::new(198, 51, 100, 0),
        24,
        "an address for documentation",
    ),
    (
        Ipv4Addr::new(203, 0, 113, 0),
        24,
        "an address for documentation",
    ),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "a multicast address"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "a reserved address"),
];

fn network_of_v4(ip: Ipv4Addr) -> Option<&'static str> {
    V4_NETWORKS
        .iter()
        .find(|(first, length, _)| (ip.to_bits() ^ first.to_bits()).leading_zeros() >= *length)
        .map(|(_, _, network)| *network)
}

/// Only 2000::/3 is assigned for public use; within it some blocks contain an
/// IPv4 address or are reserved. Outside it only the well-known NAT64 prefix
/// leads to public hosts.
fn network_of_v6(ip: Ipv6Addr) -> Option<&'static str> {
    let s = ip.segments();
    let last_v4 = Ipv4Addr::from_bits(u32::from(s[6]) << 16 | u32::from(s[7]));
    match s {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("an address of this host"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("a loopback address"),
        // IPv4-compatible (deprecated), SIIT's IPv4-translated.
        [0, 0, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => {
            Some("an IPv4 address written as IPv6")
        }
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => network_of_v4(last_v4), // NAT64, RFC 6052
        [0x64, 0xff9b, 1, ..] => Some("a private NAT64 address"), // RFC 8215
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0xfec0..=0xfeff, ..] => Some("a site-local address"),
        [0xfc00..=0xfdff, ..] => Some("a private address"),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        // 2001::/23 is reserved for protocols: Teredo, ORCHID, benchmarks.
        [0x2001, 0, ..] => Some("a Teredo address"),
        [0x2001, 1..=0x1ff, ..] => Some("an address reserved for protocols"),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some("an address for documentation"),
        // 6to4 contains an IPv4 address after its prefix (RFC 3056). Its relays
        // no longer exist, so that no public host is lost.
        [0x2002, ..] => Some("a 6to4 address"),
        // ISATAP (RFC 5214): an IPv4 address after a marked interface id.
        [_, _, _, _, 0 | 0x200, 0x5efe, ..] => Some("an ISATAP address"),
        [0x2000..=0x3fff, ..] => None,
        _ => Some("a reserved address"),
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
