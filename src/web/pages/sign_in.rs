//! The sign-in form: the token for a cookie.

use super::{Chrome, PageError, page};
use crate::web::Shared;
use crate::web::access::Visitor;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    chrome: Chrome,
    to: String,
    is_wrong: bool,
}

/// Where a person wanted to go.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    to: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    token: String,
    #[serde(default)]
    to: String,
}

pub(super) async fn form(
    visitor: Option<Extension<Visitor>>,
    Query(Wanted { to }): Query<Wanted>,
) -> Result<Response, PageError> {
    if visitor.is_some() {
        return Ok(Redirect::to(&own_path(&to)).into_response());
    }
    page(&SignInPage {
        chrome: Chrome::new(None, "Sign in", ""),
        to,
        is_wrong: false,
    })
}

pub(super) async fn sign_in(
    State(shared): State<Shared>,
    Form(Given { token, to }): Form<Given>,
) -> Result<Response, PageError> {
    let Some(cookie) = shared.access.sign_in(&token) else {
        tracing::warn!("somebody tried to sign in to the page with a wrong token");
        let form = page(&SignInPage {
            chrome: Chrome::new(None, "Sign in", ""),
            to,
            is_wrong: true,
        })?;
        return Ok((StatusCode::UNAUTHORIZED, form).into_response());
    };
    let to = Redirect::to(&own_path(&to));
    Ok(([(header::SET_COOKIE, cookie)], to).into_response())
}

pub(super) async fn sign_out(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let cookie = shared.access.sign_out(&headers);
    ([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response()
}

/// `to` if it is a path of this page, else the overview: a link to the form must lead
/// to no other site.
fn own_path(to: &str) -> String {
    let is_path = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    if is_path { to } else { "/" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        assert_eq!(own_path("/alerts?state=dead"), "/alerts?state=dead");
        for foreign in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "",
            "alerts",
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign}");
        }
    }
}
