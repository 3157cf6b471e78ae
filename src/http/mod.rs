//! The one HTTP client: everything that newsvane fetches or posts goes through
//! [`Client`], so that every cap, every address rule and every courtesy holds
//! for it. `reqwest` is named nowhere else.
//!
//! ```text
//! Client::get   gate (per host) -> guard (URL, resolved addresses) -> request -> caps -> Fetched
//!               each redirect goes round again
//! Client::post  guard -> request -> Posted; no redirects
//! ```
//!
//! Not here: what a status means for the feed (`policy`), what the bytes say
//! (`feed`, `extract`), what is kept (`store`).

mod politeness;
mod address;
mod settings;
mod client;
mod error;
mod secret;
mod shown;
mod tls;

pub use address::guard::{Guard, Refusal};
pub use client::Client;
pub use client::request::{BasicAuth, Get, Kind, Post};
pub use client::response::{CacheHints, Fetched, Hop, Posted, Validators};
pub use error::FetchError;
pub use politeness::gate::Closed;
pub use secret::{BadSecret, Secret, SecretSource};
pub use settings::Settings;
pub use shown::shown_url;
pub use tls::BadClient;
