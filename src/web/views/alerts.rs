//! The alerts, and one of them in full.

use super::ViewError;
use super::part::{Part, below, cursor, time};
use crate::model::{AlertId, StoryId, WatchId};
use crate::store::{AlertFilter, AlertView, ArticleDetail, AttemptView, DeliveryState, Store};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What may be asked of the list of alerts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct AlertQuery {
    /// Only alerts of this watch.
    pub(crate) watch: String,
    /// Only alerts about this story, as `s12` or `12`.
    pub(crate) story: String,
    /// `dead`: only those with a delivery that was given up; `held`: only those that
    /// were held back.
    pub(crate) state: String,
    /// Only alerts from this time on.
    pub(crate) since: String,
    /// Only alerts before this time.
    pub(crate) until: String,
    /// `next` of the part before.
    pub(crate) cursor: String,
}

impl AlertQuery {
    /// The filter of the store, for `n` alerts.
    ///
    /// # Errors
    /// What cannot be understood.
    pub(crate) fn filter(&self, n: usize) -> Result<AlertFilter, ViewError> {
        let (dead, held) = match self.state.as_str() {
            "" => (false, false),
            "dead" => (true, false),
            "held" => (false, true),
            other => {
                return Err(ViewError::BadRequest(format!(
                    "state is \"dead\" or \"held\"; this is {other:?}"
                )));
            }
        };
        let story = match self.story.as_str() {
            "" => None,
            id => Some(id.parse::<StoryId>().map_err(|_| no_story_id(id))?),
        };
        Ok(AlertFilter {
            dead,
            held,
            story,
            watch: Some(self.watch.trim())
                .filter(|watch| !watch.is_empty())
                .map(WatchId::from),
            since: time(Some(&self.since))?,
            until: time(Some(&self.until))?,
            below: below(Some(&self.cursor))?,
            limit: n,
            ..AlertFilter::default()
        })
    }
}

pub(super) fn no_story_id(id: &str) -> ViewError {
    ViewError::BadRequest(format!("{id:?} is not a story's id, such as s12"))
}

/// A part of the alerts.
///
/// # Errors
/// What cannot be understood, or if the store cannot be read.
pub(crate) async fn list(
    store: &Arc<dyn Store>,
    query: &AlertQuery,
    n: usize,
) -> Result<Part<AlertView>, ViewError> {
    let found = store.alerts(query.filter(n + 1)?).await?;
    Ok(Part::of(found, n, |alert| cursor(alert.created, alert.row)))
}

/// An alert in full.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AlertPage {
    /// The alert and its deliveries.
    pub(crate) alert: AlertView,
    /// Each attempt to deliver it, the first one first.
    pub(crate) attempts: Vec<AttemptView>,
    /// When the summary is due that tells of a held alert.
    pub(crate) held_until: Option<Timestamp>,
    /// The body as it is sent.
    pub(crate) body: serde_json::Value,
    /// The article, while it is kept.
    pub(crate) article: Option<ArticleDetail>,
}

impl AlertPage {
    /// Whether there is a dead letter to send again.
    pub(crate) fn has_dead(&self) -> bool {
        let deliveries = &self.alert.deliveries;
        deliveries
            .iter()
            .any(|delivery| delivery.state == DeliveryState::Dead)
    }
}

/// One alert in full.
///
/// # Errors
/// If there is no such alert, or if the store cannot be read.
pub(crate) async fn one(store: &Arc<dyn Store>, id: &str) -> Result<AlertPage, ViewError> {
    let detail = store.alert_detail(AlertId::from(id)).await?;
    let detail = detail.ok_or_else(|| {
        ViewError::NotFound(format!(
            "there is no alert {id}; it may have been deleted after the time that the store keeps alerts"
        ))
    })?;
    let article = match detail.article {
        Some(article) => store.article(article).await?,
        None => None,
    };
    Ok(AlertPage {
        alert: detail.alert,
        attempts: detail.attempts,
        held_until: detail.held_until,
        // A damaged body is shown as the text that it is.
        body: serde_json::from_str(&detail.body).unwrap_or(serde_json::Value::String(detail.body)),
        article,
    })
}
