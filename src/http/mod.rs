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

mod settings;
mod client;
mod request;
mod response;
mod error;
mod body;
mod classify;
mod resolve;
mod guard;
mod gate;
mod robots;
mod robots_rules;
mod secret;
mod shown;
mod tls;

pub use client::Client;
pub use error::FetchError;
pub use gate::Closed;
pub use guard::{Guard, Refusal};
pub use request::{BasicAuth, Get, Kind, Post};
pub use response::{CacheHints, Fetched, Hop, Posted, Validators};
pub use secret::{BadSecret, Secret, SecretSource};
pub use settings::Settings;
pub use shown::shown_url;
pub use tls::BadClient;
