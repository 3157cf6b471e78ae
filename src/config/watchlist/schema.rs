//! The JSON Schema of the watchlist, for completion and checks in editors.

use serde_json::{Value, json};

/// The schema. Editors that support TOML use it if the first line of the file is
/// `#:schema ./watchlist.schema.json`.
#[must_use]
pub fn schema() -> Value {
    let terms = |text: &str| json!({ "description": text, "$ref": "#/definitions/terms" });
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "newsvane watchlist",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "feed": { "description": "Feeds to poll", "type": "array", "items": { "$ref": "#/definitions/feed" } },
            "entity": {
                "description": "People, organisations, places: defined once, used as @name",
                "type": "object",
                "additionalProperties": { "$ref": "#/definitions/entity" }
            },
            "watch": { "description": "Topics to watch for", "type": "array", "items": { "$ref": "#/definitions/watch" } }
        },
        "definitions": {
            "terms": { "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
            "duration": { "type": "string", "pattern": "^[0-9]+ ?(ms|s|m|h|d|w)$", "examples": ["30m", "12h"] },
            "feed": feed(),
            "entity": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "names": terms("Terms that name it for certain"),
                    "metonyms": terms("Names that are used for it by custom; a watch may exclude them"),
                    "short": terms("Terms that count only in an article with a full name, or within 40 words of the context"),
                    "context": terms("Terms that make a short name count"),
                    "not": terms("Phrases inside which a short name does not count")
                }
            },
            "watch": watch(),
            "near": {
                "type": "object",
                "additionalProperties": false,
                "required": ["a", "b"],
                "properties": {
                    "a": terms("One side"),
                    "b": terms("The other side"),
                    "words": { "description": "Most words between the two", "type": "integer", "minimum": 0, "maximum": 1000, "default": 5 },
                    "ordered": { "description": "Whether a must come before b", "type": "boolean", "default": false }
                }
            },
            "alert": alert(),
            "test": {
                "type": "object",
                "additionalProperties": false,
                "required": ["match"],
                "properties": {
                    "title": { "type": "string" },
                    "text": { "type": "string" },
                    "source": { "type": "string" },
                    "tags": terms("The feed's tags"),
                    "language": { "type": "string" },
                    "match": { "description": "Whether the watch must match it", "type": "boolean" }
                }
            }
        }
    })
}

fn feed() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["url"],
        "properties": {
            "url": { "description": "An RSS, Atom or JSON Feed", "type": "string", "pattern": "^https?://" },
            "name": { "description": "The name; by default the feed's own title", "type": "string" },
            "tags": { "$ref": "#/definitions/terms" },
            "every": { "description": "A fixed interval; the default is adaptive", "$ref": "#/definitions/duration" },
            "full_text": { "description": "Whether articles are fetched from their pages", "enum": ["auto", "always", "never"], "default": "auto" },
            "headers": { "type": "object", "additionalProperties": { "type": "string" } },
            "basic_auth_file": { "description": "A file with user:password", "type": "string" },
            "user_agent": { "type": "string" },
            "article_selector": { "description": "A CSS selector of the article on its pages", "type": "string" },
            "remove": { "description": "CSS selectors of what is removed from its pages", "$ref": "#/definitions/terms" }
        }
    })
}

fn watch() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id"],
        "properties": {
            "id": { "description": "A short name that does not change; alerts carry it", "type": "string", "pattern": "^[\\p{L}\\p{N}._-]{1,100}$" },
            "name": { "description": "The name for people", "type": "string" },
            "all": { "description": "Terms that must all be found", "$ref": "#/definitions/terms" },
            "any": { "description": "Terms of which at least one must be found", "$ref": "#/definitions/terms" },
            "none": { "description": "Terms that must not be found", "$ref": "#/definitions/terms" },
            "near": { "description": "Terms that must be near each other", "type": "array", "items": { "$ref": "#/definitions/near" } },
            "query": { "description": "AND OR NOT ( ) NEAR/n ONEAR/n SENT PARA 2 OF (a, b, c) COUNT(a) >= 3", "type": "string" },
            "min_mentions": { "description": "The least number of hits of the positive terms", "type": "integer", "minimum": 1 },
            "in": { "description": "The parts of an article that are searched", "type": "array", "items": { "enum": ["title", "dek", "body", "caption"] } },
            "metonyms": { "description": "Whether metonyms of entities count", "type": "boolean", "default": true },
            "sources": {
                "type": "object",
                "additionalProperties": false,
                "properties": { "only": { "$ref": "#/definitions/terms" }, "not": { "$ref": "#/definitions/terms" } }
            },
            "languages": { "description": "The only languages that count, as tags such as en", "$ref": "#/definitions/terms" },
            "alert": { "$ref": "#/definitions/alert" },
            "test": { "description": "Articles that it must match or must not match", "type": "array", "items": { "$ref": "#/definitions/test" } }
        }
    })
}

fn alert() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "mode": { "enum": ["every", "first", "story", "digest", "spike", "silence"], "default": "story" },
            "digest": { "description": "The time of a daily digest", "type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$" },
            "updates": {
                "description": "Coverage kinds that alert after the first",
                "type": "array",
                "items": { "enum": ["first", "independent", "development", "rewrite", "duplicate", "revision"] }
            },
            "to": { "description": "Receivers", "$ref": "#/definitions/terms" },
            "cooldown": { "description": "How long the watch is quiet after an alert", "$ref": "#/definitions/duration" },
            "budget": { "description": "Most alerts in a period", "type": "string", "examples": ["20/day"] },
            "severity": { "enum": ["low", "normal", "high"], "default": "normal" },
            "min_sources": { "description": "The least number of independent outlets for a spike", "type": "integer", "minimum": 1, "maximum": 1000, "default": 3 },
            "development": { "description": "How much of an article has to be new for a development", "type": "number", "minimum": 0, "maximum": 1, "default": 0.25 }
        }
    })
}
