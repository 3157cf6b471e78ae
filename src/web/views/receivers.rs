//! The receivers, with what was sent to them. Of their addresses only what is no
//! secret is shown: whoever knows the URL of a chat can post to it.

use super::ViewError;
use crate::config::settings::Settings;
use crate::notify::ReceiverSettings;
use crate::store::{ReceiverFacts, Store};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A receiver.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReceiverLine {
    /// What was sent to it.
    #[serde(flatten)]
    pub(crate) facts: ReceiverFacts,
    /// Its `type` in the settings; `null` for one that is no longer in them.
    pub(crate) kind: Option<String>,
    /// Where its alerts go, without what is secret.
    pub(crate) destination: Option<String>,
    /// What is wrong with it; `null` where nothing is.
    pub(crate) trouble: Option<String>,
    /// What to do about that.
    pub(crate) advice: Option<String>,
}

/// The receivers of the settings, and those that alerts were once sent to.
///
/// # Errors
/// If the store cannot be read.
pub(crate) async fn list(
    store: &Arc<dyn Store>,
    settings: &Settings,
) -> Result<Vec<ReceiverLine>, ViewError> {
    Ok(with_unused(store.receiver_facts().await?, settings))
}

/// The receivers of the settings, before anything was sent to them.
pub(crate) fn unused(settings: &Settings) -> Vec<ReceiverLine> {
    with_unused(Vec::new(), settings)
}

fn with_unused(mut known: Vec<ReceiverFacts>, settings: &Settings) -> Vec<ReceiverLine> {
    for name in settings.receiver.keys() {
        if !known.iter().any(|facts| facts.name == *name) {
            known.push(ReceiverFacts {
                name: name.clone(),
                ..ReceiverFacts::default()
            });
        }
    }
    known.sort_by(|a, b| a.name.cmp(&b.name));
    let lines = known.into_iter().map(|facts| line(facts, settings));
    lines.collect()
}

fn line(facts: ReceiverFacts, settings: &Settings) -> ReceiverLine {
    let own = settings.receiver.get(&facts.name);
    let (trouble, advice) = match (&facts.disabled, &facts.last_error) {
        (Some(reason), _) => (
            Some(format!("it is disabled: {reason}")),
            Some(
                "Correct that, then redeliver its dead letters: that enables it again.".to_owned(),
            ),
        ),
        (None, Some(error)) if facts.dead > 0 => (
            Some(format!("deliveries were given up: {error}")),
            Some("Test it. Once it works, redeliver its dead letters.".to_owned()),
        ),
        (None, Some(error)) => (
            Some(format!("the last attempt failed: {error}")),
            Some("It is tried again by itself, for about four days.".to_owned()),
        ),
        (None, None) => (None, None),
    };
    ReceiverLine {
        facts,
        kind: own.map(|own| own.kind().to_owned()),
        destination: own.map(ReceiverSettings::destination),
        trouble,
        advice,
    }
}
