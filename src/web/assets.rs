//! The stylesheet and the script, in the program itself.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// All pages' style.
const STYLE: &str = include_str!("assets/style.css");

/// htmx with its extension for server-sent events, and what is our own. In one file:
/// as two, the extension is sometimes loaded too late.
const SCRIPT: &str = concat!(
    include_str!("assets/htmx.min.js"),
    "\n;",
    include_str!("assets/hx-sse.min.js"),
    "\n;",
    include_str!("assets/page.js"),
);

const ICON: &str = include_str!("assets/icon.svg");

/// Changes with every release, so that browsers may keep the files for long.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

fn answer(kind: &'static str, body: &'static str) -> Response {
    let head = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (head, body).into_response()
}

pub(super) async fn style() -> Response {
    answer("text/css; charset=utf-8", STYLE)
}

pub(super) async fn script() -> Response {
    answer("text/javascript; charset=utf-8", SCRIPT)
}

pub(super) async fn icon() -> Response {
    answer("image/svg+xml", ICON)
}
