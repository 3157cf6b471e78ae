//! `/api/v1/openapi.json`: the API's description (OpenAPI 3.1), made from the types.

use super::lists::Paging;
use super::problem::Problem;
use crate::store;
use crate::web::actions::{Done, MuteQuery};
use crate::web::views::part::Part;
use crate::web::views::{alerts, feeds, overview, receivers, search, stories, trial, watches, why};
use axum::Json;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// An endpoint.
struct Endpoint {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    /// What may be asked in the address.
    query: Vec<Schema>,
    /// The type of the body.
    body: Option<Schema>,
    /// The type of the answer.
    answer: Schema,
}

/// Serves the description.
pub(super) async fn serve() -> Json<Value> {
    Json(description())
}

fn description() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = SchemaGenerator::new(settings);
    let problem = generator.subschema_for::<Problem>();
    let mut paths = Map::new();
    for endpoint in endpoints(&mut generator) {
        let operation = operation(&endpoint, &problem);
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "newsvane",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What newsvane's page shows, as JSON. Fields are added and never renamed.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
        "security": [{}, { "token": [] }],
    })
}

fn get<T: JsonSchema>(
    generator: &mut SchemaGenerator,
    path: &'static str,
    summary: &'static str,
    query: Vec<Schema>,
) -> Endpoint {
    Endpoint {
        method: "get",
        path,
        summary,
        query,
        body: None,
        answer: generator.subschema_for::<T>(),
    }
}

fn post<T: JsonSchema>(
    generator: &mut SchemaGenerator,
    path: &'static str,
    summary: &'static str,
) -> Endpoint {
    Endpoint {
        method: "post",
        ..get::<T>(generator, path, summary, Vec::new())
    }
}

fn endpoints(g: &mut SchemaGenerator) -> Vec<Endpoint> {
    fn asks<T: JsonSchema>() -> Schema {
        SchemaSettings::draft2020_12()
            .into_generator()
            .into_root_schema_for::<T>()
    }
    let paging = asks::<Paging>;
    vec![
        get::<overview::Overview>(
            g,
            "/api/v1/overview",
            "What is wrong and what to do, and what happened last",
            vec![],
        ),
        get::<Value>(
            g,
            "/api/v1/status",
            "The state, as `newsvane status --json` gives it",
            vec![],
        ),
        get::<Part<store::AlertView>>(
            g,
            "/api/v1/alerts",
            "The alerts, the newest first",
            vec![asks::<alerts::AlertQuery>(), paging()],
        ),
        get::<alerts::AlertPage>(
            g,
            "/api/v1/alerts/{id}",
            "One alert with its article and every attempt",
            vec![],
        ),
        post::<Done>(
            g,
            "/api/v1/alerts/{id}/redeliver",
            "Sends an alert's dead letters again, under their old ids",
        ),
        get::<store::ArticleDetail>(
            g,
            "/api/v1/articles/{id}",
            "One article with what was removed from its page",
            vec![],
        ),
        get::<Part<store::StoryView>>(
            g,
            "/api/v1/stories",
            "The stories, the last changed first",
            vec![asks::<stories::StoryQuery>(), paging()],
        ),
        get::<stories::StoryPage>(g, "/api/v1/stories/{id}", "One story as a timeline", vec![]),
        get::<Part<watches::WatchLine>>(
            g,
            "/api/v1/watches",
            "The watches in the order of the watchlist",
            vec![asks::<watches::WatchQuery>(), paging()],
        ),
        get::<watches::WatchPage>(
            g,
            "/api/v1/watches/{id}",
            "One watch with what it found",
            vec![],
        ),
        Endpoint {
            body: Some(g.subschema_for::<MuteQuery>()),
            ..post::<Done>(
                g,
                "/api/v1/watches/{id}/mute",
                "Holds a watch's alerts back for a time; they are told in one summary then",
            )
        },
        post::<Done>(g, "/api/v1/watches/{id}/unmute", "Ends the mute of a watch"),
        Endpoint {
            body: Some(g.subschema_for::<MuteQuery>()),
            ..post::<Done>(
                g,
                "/api/v1/feeds/{id}/mute",
                "Holds a feed's alerts back for a time",
            )
        },
        post::<Done>(g, "/api/v1/feeds/{id}/unmute", "Ends the mute of a feed"),
        post::<Done>(
            g,
            "/api/v1/feeds/{id}/poll",
            "Polls a feed now, and says what it brought",
        ),
        Endpoint {
            body: Some(g.subschema_for::<trial::TrialQuery>()),
            ..post::<trial::Trial>(
                g,
                "/api/v1/try",
                "What an edited watch would have found in the archive; nothing is written",
            )
        },
        get::<Part<feeds::FeedLine>>(
            g,
            "/api/v1/feeds",
            "The feeds by address",
            vec![asks::<feeds::FeedQuery>(), paging()],
        ),
        get::<feeds::FeedPage>(
            g,
            "/api/v1/feeds/{id}",
            "One feed with its newest entries",
            vec![],
        ),
        get::<Part<receivers::ReceiverLine>>(g, "/api/v1/receivers", "The receivers", vec![]),
        post::<Done>(
            g,
            "/api/v1/receivers/{name}/test",
            "Sends a `test.ping` and gives the receiver's answer",
        ),
        post::<Done>(
            g,
            "/api/v1/receivers/{name}/redeliver",
            "Sends all dead letters of a receiver again",
        ),
        get::<Part<store::FoundArticle>>(
            g,
            "/api/v1/search",
            "The archive by words and conditions, the last read first",
            vec![asks::<search::SearchQuery>(), paging()],
        ),
        get::<why::Why>(
            g,
            "/api/v1/why",
            "What was done with an article and why",
            vec![asks::<why::WhyQuery>()],
        ),
    ]
}

fn operation(endpoint: &Endpoint, problem: &Schema) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    for name in ["id", "name"] {
        if endpoint.path.contains(&format!("{{{name}}}")) {
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "schema": { "type": "string" },
            }));
        }
    }
    for schema in &endpoint.query {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            let mut schema = schema.clone();
            let told = schema
                .as_object_mut()
                .and_then(|schema| schema.remove("description"));
            parameters.push(json!({
                "name": name, "in": "query", "description": told, "schema": schema,
            }));
        }
    }
    let failed = json!({
        "description": "What is wrong, and what to do",
        "content": { "application/problem+json": { "schema": problem } },
    });
    let mut operation = json!({
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": "Done",
                "content": { "application/json": { "schema": endpoint.answer } },
            },
            "default": failed,
        },
    });
    if let Some(body) = &endpoint.body {
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": body } },
        });
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_names_types_that_it_holds() {
        let description = description();
        let text = description.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(description.pointer(pointer).is_some(), "{pointer}");
        }
        let alerts = &description["paths"]["/api/v1/alerts"]["get"]["parameters"];
        let names: Vec<_> = alerts
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert!(
            names.contains(&"watch") && names.contains(&"cursor") && names.contains(&"limit"),
            "{names:?}"
        );
    }
}
