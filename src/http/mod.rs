//! The one HTTP client: everything that newsvane fetches or posts goes through
//! [`Client`], so that every size limit, address rule and rate limit applies to
//! it. No other module names `reqwest`.
//!
//! ```text
//! Client::get   address guard -> robots.txt (pages) -> gate of the host -> request -> size limits -> Fetched
//!               each redirect passes all of them again
//! Client::post  address guard -> request -> Posted; redirects are not followed
//! ```
//!
//! - `client`: requests and responses
//! - `address`: which addresses may be connected to
//! - `politeness`: how often a host is asked, and `robots.txt`
//! - `proxy`: the proxy that requests go through
//! - `memory`: how much memory feeds and pages take at once
//!
//! Not here: what a status means for a feed (`policy`), how a body is parsed
//! (`feed`, `extract`), what is stored (`store`).

mod politeness;
mod address;
mod settings;
mod memory;
mod proxy;
mod client;
mod error;
mod secret;
mod shown;
mod tls;

pub(crate) use address::guard::Guard;
pub use address::guard::Refusal;
pub use client::Client;
pub(crate) use client::body::one_line;
pub use client::call::{Answer, Call};
pub use client::request::{BasicAuth, Get, Kind, Post};
pub use client::response::{CacheHints, Fetched, Hop, Posted, Validators};
pub use error::{FetchError, Wait};
pub use memory::Parsing;
pub(crate) use secret::SecretSource;
pub use secret::{BadSecret, Secret};
pub use settings::Settings;
pub use shown::feed_name;
pub(crate) use shown::{has_secrets, masked_url, shown_url};
pub use tls::BadClient;
