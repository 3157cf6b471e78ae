//! Errors of the API as problem details (RFC 9457), and those of pages as text.

use crate::web::views::ViewError;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// An error of the API.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong, and what to do.
    detail: String,
}

/// An error as problem details if it is the API's, else as text.
pub(in crate::web) fn answer(status: StatusCode, detail: &str, is_api: bool) -> Response {
    if !is_api {
        return (status, format!("{detail}\n")).into_response();
    }
    let problem = Problem {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: detail.to_owned(),
    };
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, body).into_response()
}

impl ViewError {
    /// The status that says what kind of error it is.
    pub(in crate::web) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// An error of the API, from a view.
pub(in crate::web) struct ApiError(pub(in crate::web) ViewError);

impl From<ViewError> for ApiError {
    fn from(err: ViewError) -> Self {
        Self(err)
    }
}

impl From<crate::store::StoreError> for ApiError {
    fn from(err: crate::store::StoreError) -> Self {
        Self(err.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let ViewError::Store(err) = &self.0 {
            tracing::error!(err = %err, "the page's API cannot read the store");
        }
        answer(self.0.status(), &self.0.to_string(), true)
    }
}
