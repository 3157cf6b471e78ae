//! JSON-LD: the article among a page's `application/ld+json` scripts.

use crate::extract::dom::NodeId;
use crate::extract::dom::parse;
use crate::extract::dom::trim::Attributes;
use serde_json::Value;

/// Longest script read, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// Most values looked at: scripts nest lists in lists.
const MAX_VALUES: usize = 2_000;

/// What the data says of the page's article.
#[derive(Clone, Debug, Default)]
pub(crate) struct Data {
    pub(crate) is_article: bool,
    /// Whether it is told as it happens, post by post.
    pub(crate) is_live: bool,
    pub(crate) headline: Option<String>,
    pub(crate) alternative: Option<String>,
    pub(crate) authors: Vec<String>,
    /// Whether any of the authors is an organisation, as far as the data says.
    pub(crate) is_by_organisation: bool,
    /// The organisations among the authors, where no person is.
    pub(crate) organisations: Vec<String>,
    pub(crate) published: Option<String>,
    pub(crate) updated: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) publisher: Option<String>,
    pub(crate) url: Option<String>,
    /// As it is written: HTML, lines, or neither.
    pub(crate) body: Option<String>,
    pub(crate) is_paid: bool,
}

/// Reads the scripts; the first article among them counts.
pub(crate) fn read(scripts: &[&str]) -> Data {
    let values: Vec<Value> = scripts
        .iter()
        .filter(|script| script.len() <= MAX_BYTES)
        .filter_map(|script| value_of(script))
        .collect();
    let mut all = Vec::new();
    for value in &values {
        collect(value, &mut all);
    }
    let best = all
        .iter()
        .map(|value| (rank(value), *value))
        .filter(|(rank, _)| *rank > 0);
    // The first of the highest rank: `max_by_key` would take the last.
    let best = best.fold(None::<(u32, &Value)>, |best, next| match best {
        Some(best) if best.0 >= next.0 => Some(best),
        _ => Some(next),
    });
    let mut data = best
        .map(|(rank, value)| of_article(value, rank, &all))
        .unwrap_or_default();
    let live = all
        .iter()
        .find(|value| is_type(value, &["LiveBlogPosting"]));
    data.is_live |= live.is_some() && data.is_article;
    data.body = data.body.or_else(|| live.and_then(|live| posts(live)));
    if data.publisher.is_none() {
        data.publisher = all
            .iter()
            .find(|value| is_type(value, &["WebSite", "NewsMediaOrganization", "Organization"]))
            .and_then(|value| string(value, "name"));
    }
    data
}

/// Most posts of a live blog that are read from its data.
const MAX_POSTS: usize = 500;

/// The posts of a live blog as one text.
fn posts(live: &Value) -> Option<String> {
    let posts = match live.get("liveBlogUpdate")? {
        Value::Array(posts) => posts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let lines: Vec<String> = posts
        .iter()
        .take(MAX_POSTS)
        .flat_map(|post| ["headline", "articleBody"].map(|key| string(post, key)))
        .flatten()
        .collect();
    let text = lines.join("\n");
    (text.len() > MIN_BODY).then_some(text)
}

/// Least bytes of a text in the data.
const MIN_BODY: usize = 200;

fn value_of(script: &str) -> Option<Value> {
    let script = script
        .trim()
        .trim_start_matches("<!--")
        .trim_end_matches("-->")
        .trim()
        .trim_end_matches(';');
    serde_json::from_str(script).ok().or_else(|| {
        // Line ends inside strings are the commonest fault.
        let mended = script.replace(['\n', '\r', '\t'], " ");
        serde_json::from_str(&mended).ok()
    })
}

fn collect<'a>(value: &'a Value, all: &mut Vec<&'a Value>) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        if all.len() >= MAX_VALUES {
            return;
        }
        match value {
            Value::Array(values) => open.extend(values.iter().rev()),
            Value::Object(object) => {
                all.push(value);
                // Not `liveBlogUpdate`: a post is no article of its own.
                open.extend(
                    ["mainEntity", "mainEntityOfPage", "@graph"]
                        .iter()
                        .filter_map(|key| object.get(*key)),
                );
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn is_type(value: &Value, types: &[&str]) -> bool {
    match value.get("@type") {
        Some(Value::String(own)) => types.contains(&own.rsplit('/').next().unwrap_or(own)),
        Some(Value::Array(own)) => own
            .iter()
            .filter_map(Value::as_str)
            .any(|own| types.contains(&own)),
        _ => false,
    }
}

fn rank(value: &Value) -> u32 {
    const ARTICLES: &[&str] = &[
        "NewsArticle",
        "Article",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "TechArticle",
        "ScholarlyArticle",
        "SocialMediaPosting",
        "Report",
        "AdvertiserContentArticle",
        "Review",
        "Recipe",
    ];
    if is_type(value, ARTICLES) {
        2 + u32::from(value.get("headline").is_some())
            + u32::from(value.get("datePublished").is_some())
    } else {
        u32::from(
            is_type(
                value,
                &[
                    "WebPage",
                    "ItemPage",
                    "CreativeWork",
                    "VideoObject",
                    "PodcastEpisode",
                ],
            ) && value.get("datePublished").is_some(),
        )
    }
}

fn of_article(value: &Value, rank: u32, all: &[&Value]) -> Data {
    let publisher = value
        .get("publisher")
        .map(|publisher| resolve(publisher, all));
    Data {
        is_article: rank >= 2,
        is_live: is_type(value, &["LiveBlogPosting"]),
        headline: string(value, "headline").or_else(|| string(value, "name")),
        alternative: string(value, "alternativeHeadline"),
        authors: authors(value, all),
        is_by_organisation: authors_of(value)
            .iter()
            .any(|author| is_type(resolve(author, all), ORGANISATIONS)),
        organisations: authors_of(value)
            .iter()
            .map(|author| resolve(author, all))
            .filter(|author| is_type(author, ORGANISATIONS))
            .filter_map(|author| string(author, "name"))
            .collect(),
        published: string(value, "datePublished").or_else(|| string(value, "dateCreated")),
        updated: string(value, "dateModified"),
        language: string(value, "inLanguage"),
        publisher: publisher.and_then(|publisher| string(publisher, "name")),
        url: string(value, "url").or_else(|| string(value, "mainEntityOfPage")),
        body: value
            .get("articleBody")
            .and_then(Value::as_str)
            .filter(|body| body.len() > MIN_BODY)
            .map(str::to_owned),
        is_paid: matches!(value.get("isAccessibleForFree"), Some(Value::Bool(false)))
            || string(value, "isAccessibleForFree")
                .is_some_and(|free| free.eq_ignore_ascii_case("false")),
    }
}

/// The object that `{"@id": ...}` stands for.
fn resolve<'a>(value: &'a Value, all: &[&'a Value]) -> &'a Value {
    let Some(id) = value.get("@id").filter(|_| value.get("name").is_none()) else {
        return value;
    };
    all.iter()
        .find(|other| other.get("@id") == Some(id) && other.get("name").is_some())
        .copied()
        .unwrap_or(value)
}

const ORGANISATIONS: &[&str] = &["Organization", "NewsMediaOrganization", "Corporation"];

fn authors_of(value: &Value) -> &[Value] {
    match value.get("author").or_else(|| value.get("creator")) {
        Some(Value::Array(several)) => several,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

fn authors(value: &Value, all: &[&Value]) -> Vec<String> {
    let several = authors_of(value);
    let has_people = several
        .iter()
        .any(|author| is_type(resolve(author, all), &["Person"]));
    several
        .iter()
        .filter(|author| !has_people || !is_type(resolve(author, all), ORGANISATIONS))
        .take(12)
        .flat_map(|author| match resolve(author, all) {
            Value::String(name) => vec![name.clone()],
            author => match author.get("name") {
                Some(Value::Array(names)) => names
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
                Some(Value::String(name)) => vec![name.clone()],
                _ => Vec::new(),
            },
        })
        .collect()
}

/// A text field; of an object or list its first text.
fn string(value: &Value, key: &str) -> Option<String> {
    let text = match value.get(key)? {
        Value::String(text) => text.as_str(),
        Value::Array(values) => values.first()?.as_str()?,
        Value::Object(object) => object
            .get("@id")
            .or_else(|| object.get("name"))
            .or_else(|| object.get("@value"))?
            .as_str()?,
        Value::Null | Value::Bool(_) | Value::Number(_) => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| unescape(text))
}

/// Pages escape for HTML what JSON would not need to have escaped.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let dom = parse::parse(&text.replace('<', "&lt;"), Attributes::All);
    dom.text_of(NodeId::DOCUMENT)
}
