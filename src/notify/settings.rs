//! The settings of a receiver, whatever its kind.

use super::messenger::keys::Common;
use super::{cloudevents, exec, file, services, stdout, webhook};
use crate::http::shown_url;
use crate::model::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[receiver.NAME]` in `newsvane.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ReceiverSettings {
    /// A signed POST request, following Standard Webhooks 1.0.
    Webhook(webhook::Settings),
    /// Standard output: readable text on a terminal, else a line of JSON.
    Stdout(stdout::Settings),
    /// A file of JSON lines.
    File(file::Settings),
    /// A program that is run for each alert.
    Exec(exec::Settings),
    /// A CloudEvent 1.0 over HTTP.
    CloudEvents(cloudevents::Settings),
    /// Slack: an incoming webhook or a bot.
    Slack(services::slack::Settings),
    /// Discord: the webhook of a channel or a forum.
    Discord(services::discord::Settings),
    /// Telegram: a bot in a chat, a group or a channel.
    Telegram(services::telegram::Settings),
    /// Matrix: a room.
    Matrix(services::matrix::Settings),
    /// Mattermost: an incoming webhook or a bot.
    Mattermost(services::mattermost::Settings),
    /// Google Chat: the webhook of a space.
    GoogleChat(services::googlechat::Settings),
    /// Microsoft Teams: a workflow.
    Teams(services::teams::Settings),
    /// ntfy: a topic.
    Ntfy(services::ntfy::Settings),
    /// Pushover: a user or group.
    Pushover(services::pushover::Settings),
    /// PagerDuty: an incident for each story.
    PagerDuty(services::pagerduty::Settings),
    /// Prometheus' Alertmanager: an alert for each story.
    Alertmanager(services::alertmanager::Settings),
}

impl ReceiverSettings {
    /// How long a delivery may take, for receivers that have such a bound.
    pub(crate) fn timeout(&self) -> Option<Span> {
        match self {
            Self::Webhook(settings) => Some(settings.timeout),
            Self::Exec(settings) => Some(settings.timeout),
            Self::Stdout(_) | Self::File(_) => None,
            _ => self.common().map(|common| common.timeout),
        }
    }

    /// The keys that all services have; `None` for a receiver that is no service.
    pub(super) fn common(&self) -> Option<&Common> {
        match self {
            Self::Webhook(_) | Self::Stdout(_) | Self::File(_) | Self::Exec(_) => None,
            Self::CloudEvents(settings) => Some(&settings.common),
            Self::Slack(settings) => Some(&settings.common),
            Self::Discord(settings) => Some(&settings.common),
            Self::Telegram(settings) => Some(&settings.common),
            Self::Matrix(settings) => Some(&settings.common),
            Self::Mattermost(settings) => Some(&settings.common),
            Self::GoogleChat(settings) => Some(&settings.common),
            Self::Teams(settings) => Some(&settings.common),
            Self::Ntfy(settings) => Some(&settings.common),
            Self::Pushover(settings) => Some(&settings.common),
            Self::PagerDuty(settings) => Some(&settings.common),
            Self::Alertmanager(settings) => Some(&settings.common),
        }
    }

    /// The kind, as `type` in the settings.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Stdout(_) => "stdout",
            Self::File(_) => "file",
            Self::Exec(_) => "exec",
            Self::CloudEvents(_) => "cloudevents",
            Self::Slack(_) => "slack",
            Self::Discord(_) => "discord",
            Self::Telegram(_) => "telegram",
            Self::Matrix(_) => "matrix",
            Self::Mattermost(_) => "mattermost",
            Self::GoogleChat(_) => "googlechat",
            Self::Teams(_) => "teams",
            Self::Ntfy(_) => "ntfy",
            Self::Pushover(_) => "pushover",
            Self::PagerDuty(_) => "pagerduty",
            Self::Alertmanager(_) => "alertmanager",
        }
    }

    /// Where alerts go, for a person: without what is secret.
    #[must_use]
    pub fn destination(&self) -> String {
        match self {
            Self::Webhook(settings) => shown_url(&settings.url),
            Self::Stdout(_) => "standard output".to_owned(),
            Self::File(settings) => settings.path.display().to_string(),
            Self::Exec(settings) => settings.command.first().cloned().unwrap_or_default(),
            Self::CloudEvents(settings) => settings.destination(),
            Self::Slack(settings) => settings.destination(),
            Self::Discord(settings) => settings.destination(),
            Self::Telegram(settings) => settings.destination(),
            Self::Matrix(settings) => settings.destination(),
            Self::Mattermost(settings) => settings.destination(),
            Self::GoogleChat(_) => "a space's webhook".to_owned(),
            Self::Teams(_) => "a workflow".to_owned(),
            Self::Ntfy(settings) => settings.destination(),
            Self::Pushover(_) => "a user or group".to_owned(),
            Self::PagerDuty(_) => "a service's integration".to_owned(),
            Self::Alertmanager(settings) => settings.destination(),
        }
    }

    /// A number that changes with the settings.
    pub(crate) fn fingerprint(&self) -> u64 {
        let text = serde_json::to_string(self).unwrap_or_default();
        xxhash_rust::xxh3::xxh3_64(text.as_bytes())
    }
}
