//! Each service's rules: where it is, what it takes, how it answers.

use super::markup::{self, units};
use super::{TOKEN, nothing, reply, reply_with};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use serde_json::{Value, json};

/// A service, by how it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    SlackBot,
    SlackHook,
    Discord,
    Forum,
    Telegram,
    Matrix,
    MattermostBot,
    MattermostHook,
    GoogleChat,
    Teams,
    Ntfy,
    Pushover,
    PagerDuty,
    Alertmanager,
}

impl Kind {
    pub(crate) const ALL: [Self; 14] = [
        Self::SlackBot,
        Self::SlackHook,
        Self::Discord,
        Self::Forum,
        Self::Telegram,
        Self::Matrix,
        Self::MattermostBot,
        Self::MattermostHook,
        Self::GoogleChat,
        Self::Teams,
        Self::Ntfy,
        Self::Pushover,
        Self::PagerDuty,
        Self::Alertmanager,
    ];

    /// Its name, which is the first part of its path.
    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    pub(super) fn of_path(path: &str) -> Option<Self> {
        let first = path.split('/').nth(1)?;
        Self::ALL.into_iter().find(|kind| kind.name() == first)
    }

    /// Its settings; `{folder}` has the files `token` and `NAME-url`.
    pub(crate) fn settings(self, base: &str, folder: &str) -> String {
        let name = self.name();
        let base = format!("{base}/{name}");
        let token = format!("token_file = \"{folder}/token\"\n");
        let url = format!("url_file = \"{folder}/{name}-url\"\n");
        match self {
            Self::SlackBot => {
                format!("type = \"slack\"\nchannel = \"C1\"\napi = \"{base}\"\n{token}")
            }
            Self::SlackHook => format!("type = \"slack\"\n{url}"),
            Self::Discord => format!("type = \"discord\"\n{url}"),
            Self::Forum => format!("type = \"discord\"\nforum = true\n{url}"),
            Self::Telegram => {
                format!("type = \"telegram\"\nchat = \"77\"\napi = \"{base}\"\n{token}")
            }
            Self::Matrix => {
                format!("type = \"matrix\"\nhomeserver = \"{base}\"\nroom = \"!r:ex.org\"\n{token}")
            }
            Self::MattermostBot => {
                format!("type = \"mattermost\"\nserver = \"{base}\"\nchannel = \"c1\"\n{token}")
            }
            Self::MattermostHook => format!("type = \"mattermost\"\n{url}"),
            Self::GoogleChat => format!("type = \"googlechat\"\n{url}"),
            Self::Teams => format!("type = \"teams\"\n{url}"),
            Self::Ntfy => {
                format!("type = \"ntfy\"\nserver = \"{base}\"\ntopic = \"news\"\n{token}")
            }
            Self::Pushover => {
                format!("type = \"pushover\"\nuser = \"u1\"\napi = \"{base}\"\n{token}")
            }
            Self::PagerDuty => format!("type = \"pagerduty\"\napi = \"{base}\"\n{token}"),
            Self::Alertmanager => format!("type = \"alertmanager\"\nurl = \"{base}\"\n{token}"),
        }
    }

    /// The secret URL of a webhook.
    pub(crate) fn hook(self, base: &str) -> String {
        format!("{base}/{}/hook?key={TOKEN}", self.name())
    }

    /// Whether a story's messages share a key instead of replying to one.
    pub(crate) fn shares_keys(self) -> bool {
        matches!(
            self,
            Self::GoogleChat | Self::PagerDuty | Self::Alertmanager
        )
    }

    /// Whether replies and edits exist.
    pub(crate) fn has_threads(self) -> bool {
        matches!(
            self,
            Self::SlackBot | Self::Forum | Self::Telegram | Self::Matrix | Self::MattermostBot
        )
    }

    pub(crate) fn has_edits(self) -> bool {
        self.has_threads() || self == Self::Discord
    }

    /// The message that the request replies to, or the key of its story.
    pub(super) fn thread(self, uri: &Uri, body: &Value) -> Option<String> {
        let text = |value: &Value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        match self {
            Self::SlackBot => text(&body["thread_ts"]),
            Self::Telegram => text(&body["reply_parameters"]["message_id"]),
            Self::Matrix => text(&body["m.relates_to"]["event_id"]),
            Self::MattermostBot => text(&body["root_id"]),
            Self::GoogleChat => text(&body["thread"]["threadKey"]),
            Self::PagerDuty => text(&body["dedup_key"]),
            Self::Alertmanager => Some(body[0]["labels"].to_string()),
            Self::Forum => query(uri, "thread_id"),
            _ => None,
        }
    }

    /// The message that the request edits.
    pub(super) fn edited(self, method: &Method, uri: &Uri, body: &Value) -> Option<String> {
        let parts: Vec<&str> = uri.path().split('/').collect();
        match self {
            Self::SlackBot if uri.path().ends_with("chat.update") => {
                body["ts"].as_str().map(str::to_owned)
            }
            Self::Discord | Self::Forum if *method == Method::PATCH => {
                parts.last().map(|id| (*id).to_owned())
            }
            Self::Telegram if uri.path().ends_with("editMessageText") => {
                Some(body["message_id"].to_string())
            }
            Self::Matrix if body["m.relates_to"]["rel_type"] == "m.replace" => {
                body["m.relates_to"]["event_id"].as_str().map(str::to_owned)
            }
            Self::MattermostBot if *method == Method::PUT => {
                parts.get(parts.len() - 2).map(|id| (*id).to_owned())
            }
            _ => None,
        }
    }

    /// The name by which the service knows a message that is sent again.
    pub(super) fn idempotency(self, uri: &Uri) -> Option<String> {
        match self {
            Self::Matrix => uri.path().rsplit('/').next().map(str::to_owned),
            Self::GoogleChat => query(uri, "requestId"),
            _ => None,
        }
    }

    pub(super) fn new_id(self, n: usize, body: &Value) -> String {
        match self {
            Self::PagerDuty => body["dedup_key"].as_str().unwrap_or_default().to_owned(),
            Self::Matrix => format!("$event{n}"),
            _ => (1_000 + n).to_string(),
        }
    }

    pub(super) fn accepted(self, id: &str) -> Response {
        match self {
            Self::SlackBot => reply(200, &json!({ "ok": true, "channel": "C1", "ts": id })),
            Self::SlackHook => reply(200, &json!("ok")),
            // A forum's post has the number of its first message.
            Self::Discord | Self::Forum => reply(200, &json!({ "id": id, "channel_id": id })),
            Self::Telegram => {
                let number: i64 = id.parse().unwrap_or(0);
                reply(
                    200,
                    &json!({ "ok": true, "result": { "message_id": number } }),
                )
            }
            Self::Matrix => reply(200, &json!({ "event_id": id })),
            Self::MattermostBot => reply(201, &json!({ "id": id })),
            Self::MattermostHook => reply(200, &json!("ok")),
            Self::GoogleChat => reply(200, &json!({ "name": format!("spaces/s/messages/{id}") })),
            Self::Teams => reply(202, &Value::Null),
            Self::Ntfy => reply(200, &json!({ "id": id, "event": "message" })),
            Self::Pushover => reply(200, &json!({ "status": 1, "request": id })),
            Self::PagerDuty => reply(202, &json!({ "status": "success", "dedup_key": id })),
            Self::Alertmanager => reply(200, &nothing()),
        }
    }

    pub(super) fn throttled(self) -> Response {
        match self {
            Self::SlackBot => reply_with(
                200,
                ("retry-after", "0"),
                &json!({ "ok": false, "error": "ratelimited" }),
            ),
            Self::Discord | Self::Forum => {
                reply(429, &json!({ "retry_after": 0.01, "global": false }))
            }
            Self::Telegram => reply(
                429,
                &json!({ "ok": false, "error_code": 429, "parameters": { "retry_after": 0 } }),
            ),
            Self::Matrix => reply(
                429,
                &json!({ "errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 10 }),
            ),
            _ => reply_with(429, ("retry-after", "0"), &nothing()),
        }
    }

    pub(super) fn unauthorized(self) -> Response {
        match self {
            Self::SlackBot => reply(200, &json!({ "ok": false, "error": "invalid_auth" })),
            Self::Matrix => reply(
                401,
                &json!({ "errcode": "M_UNKNOWN_TOKEN", "error": "unknown token" }),
            ),
            Self::Pushover => reply(400, &json!({ "status": 0, "token": "invalid" })),
            Self::PagerDuty => reply(
                400,
                &json!({ "status": "invalid event", "errors": ["'routing_key' is invalid"] }),
            ),
            _ => reply(401, &json!({ "error": "unauthorized" })),
        }
    }

    pub(super) fn rejected(self, fault: &str) -> Response {
        match self {
            Self::SlackBot => reply(
                200,
                &json!({ "ok": false, "error": "invalid_blocks", "why": fault }),
            ),
            _ => reply(400, &json!({ "error": fault })),
        }
    }

    pub(super) fn no_such_message(self) -> Response {
        match self {
            Self::SlackBot => reply(200, &json!({ "ok": false, "error": "thread_not_found" })),
            Self::Discord | Self::Forum => reply(
                404,
                &json!({ "code": 10_003, "message": "Unknown Channel" }),
            ),
            Self::MattermostBot => reply(
                400,
                &json!({ "id": "api.post.create_post.root_id.app_error" }),
            ),
            _ => reply(404, &json!({ "error": "no such message" })),
        }
    }

    /// What the service would show.
    pub(super) fn text(self, body: &Value) -> String {
        rules_of(self, body).unwrap_or_default()
    }
}

/// Whether the request has the token where the service looks for it.
pub(super) fn has_token(kind: Kind, uri: &Uri, headers: &HeaderMap, body: &Value) -> bool {
    let bearer = headers
        .get("authorization")
        .is_some_and(|value| value == format!("Bearer {TOKEN}").as_str());
    match kind {
        Kind::SlackBot | Kind::Matrix | Kind::MattermostBot | Kind::Ntfy | Kind::Alertmanager => {
            bearer
        }
        Kind::Telegram => uri.path().contains(&format!("/bot{TOKEN}/")),
        Kind::Pushover => body["token"] == TOKEN,
        Kind::PagerDuty => body["routing_key"] == TOKEN,
        _ => query(uri, "key").as_deref() == Some(TOKEN),
    }
}

/// What is wrong with a request.
pub(crate) fn check(kind: Kind, method: &Method, uri: &Uri, body: &Value) -> Result<(), String> {
    let wanted = match kind {
        Kind::Matrix => Method::PUT,
        Kind::MattermostBot if uri.path().ends_with("/patch") => Method::PUT,
        Kind::Discord | Kind::Forum if uri.path().contains("/messages/") => Method::PATCH,
        _ => Method::POST,
    };
    if *method != wanted {
        return Err(format!("{method} {uri}"));
    }
    if kind == Kind::PagerDuty && body["event_action"] == "resolve" {
        return Ok(());
    }
    rules_of(kind, body).map(|_| ())
}

/// The text that a body shows, or what is wrong with it.
pub(crate) fn rules_of(kind: Kind, body: &Value) -> Result<String, String> {
    match kind {
        Kind::SlackBot | Kind::SlackHook => slack(body),
        Kind::Discord | Kind::Forum => discord(body),
        Kind::Telegram => {
            let text = markup::html(string(&body["text"])?)?;
            at_most("text", units(&text), 4_096)?;
            is("parse_mode", &body["parse_mode"], "HTML")?;
            Ok(text)
        }
        Kind::Matrix => matrix(body),
        Kind::MattermostBot | Kind::MattermostHook => {
            let key = if kind == Kind::MattermostBot {
                "message"
            } else {
                "text"
            };
            let markup = string(&body[key])?;
            at_most(key, markup.chars().count(), 16_383)?;
            markup::markdown(markup)
        }
        Kind::GoogleChat => {
            at_most("body", body.to_string().len(), 32_000)?;
            at_most(
                "threadKey",
                string(&body["thread"]["threadKey"])?.len(),
                4_000,
            )?;
            markup::plain(string(&body["text"])?)?;
            let card = &body["cardsV2"][0]["card"]["sections"][0]["widgets"][0];
            markup::html(string(&card["textParagraph"]["text"])?)
        }
        Kind::Teams => teams(body),
        Kind::Ntfy => {
            at_most("title", string(&body["title"])?.len(), 250)?;
            let text = string(&body["message"])?;
            at_most("message", text.len(), 4_096)?;
            markup::plain(text)?;
            Ok(format!("{}\n{text}", string(&body["title"])?))
        }
        Kind::Pushover => {
            at_most("title", units(string(&body["title"])?), 250)?;
            let text = string(&body["message"])?;
            at_most("message", units(text), 1_024)?;
            at_most("url", body["url"].as_str().unwrap_or_default().len(), 512)?;
            Ok(format!(
                "{}\n{}",
                string(&body["title"])?,
                markup::html(text)?
            ))
        }
        Kind::PagerDuty => pagerduty(body),
        Kind::Alertmanager => alertmanager(body),
    }
}

fn slack(body: &Value) -> Result<String, String> {
    markup::slack(string(&body["text"])?)?;
    let blocks = body["blocks"].as_array().ok_or("no blocks")?;
    at_most("blocks", blocks.len(), 50)?;
    let mut text = String::new();
    for block in blocks {
        is("block", &block["type"], "rich_text")?;
        let section = &block["elements"][0];
        is("element", &section["type"], "rich_text_section")?;
        for element in section["elements"].as_array().ok_or("no elements")? {
            match string(&element["type"])? {
                "text" => {}
                "link" if markup::is_own(string(&element["url"])?) => {}
                other => return Err(format!("the element {other}")),
            }
            let part = string(&element["text"])?;
            if part.is_empty() {
                return Err("an empty text".to_owned());
            }
            text.push_str(part);
        }
    }
    at_most("text", units(&text), 3_000)?;
    Ok(text)
}

fn discord(body: &Value) -> Result<String, String> {
    if body["allowed_mentions"] != json!({ "parse": [] }) {
        return Err("mentions are allowed".to_owned());
    }
    at_most(
        "thread_name",
        units(body["thread_name"].as_str().unwrap_or_default()),
        100,
    )?;
    let embeds = body["embeds"].as_array().ok_or("no embeds")?;
    at_most("embeds", embeds.len(), 10)?;
    let markup = string(&embeds[0]["description"])?;
    at_most("description", units(markup), 4_096)?;
    markup::markdown(markup)
}

fn matrix(body: &Value) -> Result<String, String> {
    // The server adds the sender, the room, hashes and signatures.
    at_most("event", body.to_string().len(), 64_000)?;
    if body["m.mentions"] != nothing() {
        return Err("it mentions somebody".to_owned());
    }
    is("format", &body["format"], "org.matrix.custom.html")?;
    markup::plain(string(&body["body"])?)?;
    markup::html(string(&body["formatted_body"])?)
}

fn teams(body: &Value) -> Result<String, String> {
    at_most("message", body.to_string().len(), 28_672)?;
    let card = &body["attachments"][0]["content"];
    is("version", &card["version"], "1.4")?;
    let mut text = String::new();
    for block in card["body"].as_array().ok_or("no body")? {
        is("block", &block["type"], "RichTextBlock")?;
        for run in block["inlines"].as_array().ok_or("no inlines")? {
            is("inline", &run["type"], "TextRun")?;
            if let Some(url) = run["selectAction"]["url"].as_str()
                && !markup::is_own(url)
            {
                return Err(format!("a link to {url}"));
            }
            text.push_str(string(&run["text"])?);
        }
        text.push('\n');
    }
    Ok(text)
}

fn pagerduty(body: &Value) -> Result<String, String> {
    at_most("body", body.to_string().len(), 512 << 10)?;
    let key = string(&body["dedup_key"])?;
    at_most("dedup_key", key.len(), 255)?;
    let payload = &body["payload"];
    let summary = string(&payload["summary"])?;
    at_most("summary", units(summary), 1_024)?;
    let severity = string(&payload["severity"])?;
    if !["critical", "error", "warning", "info"].contains(&severity) {
        return Err(format!("the severity {severity}"));
    }
    if string(&payload["source"])?.is_empty() {
        return Err("no source".to_owned());
    }
    Ok(format!("{summary} {}", payload["custom_details"]))
}

fn alertmanager(body: &Value) -> Result<String, String> {
    let labels = body[0]["labels"].as_object().ok_or("no labels")?;
    for (name, value) in labels {
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name || string(value)?.is_empty() {
            return Err(format!("the label {name} = {value}"));
        }
    }
    let end: Result<jiff::Timestamp, _> = string(&body[0]["endsAt"])?.parse();
    end.map_err(|err| err.to_string())?;
    let annotations = &body[0]["annotations"];
    Ok(format!(
        "{}\n{}",
        string(&annotations["summary"])?,
        string(&annotations["description"])?
    ))
}

fn string(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{value} is no text"))
}

fn is(what: &str, value: &Value, wanted: &str) -> Result<(), String> {
    match value == wanted {
        true => Ok(()),
        false => Err(format!("{what} is {value}, not {wanted}")),
    }
}

fn at_most(what: &str, n: usize, most: usize) -> Result<(), String> {
    match n <= most {
        true => Ok(()),
        false => Err(format!("{what} has {n}, of at most {most}")),
    }
}

fn query(uri: &Uri, name: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(uri.query()?.as_bytes());
    let mut pairs = pairs.filter(|(key, _)| key == name);
    pairs.next().map(|(_, value)| value.into_owned())
}
