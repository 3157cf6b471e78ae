//! The settings of the HTTP client: `[http]` in `newsvane.toml`.

use crate::model::{ByteSize, Span};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::net::IpAddr;
use std::path::PathBuf;

/// `[http]`: how newsvane makes requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The `User-Agent` header. Include an address where its operator can be
    /// reached: sites block pollers without one.
    pub user_agent: String,
    /// Networks that newsvane may connect to although they are not public, such
    /// as `["10.20.0.0/16"]` for the feeds of an intranet.
    #[serde(deserialize_with = "networks")]
    #[schemars(with = "Vec<String>")]
    pub allow_addresses: Vec<IpNet>,
    /// Largest feed or page, after decompression.
    pub max_body: ByteSize,
    /// Longest time for one request with its redirects, until the body's last byte.
    pub timeout: Span,
    /// Longest time to open a connection, within `timeout`.
    pub connect_timeout: Span,
    /// Most requests at a time to one host.
    pub per_host: usize,
    /// Shortest time between the starts of two requests to one host.
    pub spacing: Span,
    /// Most redirects that one request follows.
    pub max_redirects: usize,
    /// Whether article pages are fetched only where the site's `robots.txt` allows it.
    pub robots: bool,
    /// Whether HTTP/2 is used where a server offers it. It is off because a
    /// server can send without limit on an HTTP/2 connection after a request was
    /// broken off, and the HTTP library cannot close such a connection.
    pub http2: bool,
    /// A file of CA certificates (PEM) that are trusted in addition to those of
    /// the machine.
    pub ca_file: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!(
                "newsvane/",
                env!("CARGO_PKG_VERSION"),
                " (news feed monitor)"
            )
            .into(),
            allow_addresses: Vec::new(),
            max_body: ByteSize(8_000_000),
            timeout: Span::secs(30),
            connect_timeout: Span::secs(10),
            per_host: 2,
            spacing: Span::millis(100),
            max_redirects: 5,
            robots: true,
            http2: false,
            ca_file: None,
        }
    }
}

/// Accepts networks (`"10.0.0.0/8"`) and single addresses (`"10.1.2.3"`).
fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    Vec::<String>::deserialize(deserializer)?
        .iter()
        .map(|written| {
            written
                .parse::<IpNet>()
                .or_else(|_| written.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| {
                    D::Error::custom(format!(
                        "{written:?} is not a network, such as \"10.0.0.0/8\" or \"fd00::/8\""
                    ))
                })
        })
        .collect()
}
