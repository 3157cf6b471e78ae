//! Parsing a document on a background thread, with its processor time measured.

use crate::daemon::runtime::cost::metered;
use crate::daemon::runtime::offload;
use crate::feed;
use crate::feed::{Hints, ParsedFeed};
use crate::http::Fetched;
use std::time::Duration;

/// Parses the document; also returns the processor time that it took.
pub(crate) async fn parse(fetched: &Fetched) -> (Result<ParsedFeed, String>, Duration) {
    let (bytes, content_type) = (fetched.body.clone(), fetched.content_type.clone());
    let base = fetched.url.to_string();
    let work = move || {
        let hints = Hints {
            content_type: content_type.as_deref(),
            base: Some(&base),
        };
        feed::parse(&bytes, &hints).map_err(|err| err.to_string())
    };
    let panicked = "parsing it panicked; please report this";
    offload::run(fetched.body.len(), || metered(work))
        .await
        .unwrap_or_else(|_| (Err(panicked.to_owned()), Duration::ZERO))
}
