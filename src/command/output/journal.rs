//! The journal's message says it all: `journalctl` shows only MESSAGE, so the
//! feed, the reason and the other fields of an event are written behind it.
//!
//! `a poll failed` becomes
//! `a poll failed: feed=https://example.org/rss err="answered 503" failures=3`.
//! The fields themselves stay as they are, for searches (`F_FEED=...`).

use std::fmt::{self, Write as _};
use tracing::field::{Field, Value, Visit};
use tracing::{Event, Subscriber, span};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// The longest message, in bytes; longer ones are cut.
const MAX_BYTES: usize = 2_000;
/// The most fields an event may have to be rewritten. tracing itself allows 32.
const MAX_FIELDS: usize = 32;

/// Passes events on to `L` with their fields written into the message.
#[derive(Debug)]
pub(super) struct FieldsInMessage<L>(pub(super) L);

/// The fields of a span as text, kept with the span.
struct SpanText(String);

/// Collects fields as `key=value`, and the message apart.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, &format!("{value:?}"));
    }
}

impl Text {
    fn add(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            name if self.fields.len() < MAX_BYTES => add_field(&mut self.fields, name, value),
            _ => {}
        }
    }
}

/// Adds ` name=value`. A value with spaces or quotes is quoted; control
/// characters never reach the journal's readers.
fn add_field(fields: &mut String, name: &str, value: &str) {
    let is_plain = !value.is_empty()
        && !value.contains(|c: char| c.is_whitespace() || c == '"' || c.is_control());
    // Writing to a string cannot fail.
    let _ = if is_plain {
        write!(fields, " {name}={value}")
    } else {
        write!(fields, " {name}={value:?}")
    };
}

/// The message, followed by the event's fields and those of its spans.
fn worded(text: &Text, spans: &[String]) -> String {
    let mut message = text.message.clone();
    let fields = spans.concat() + &text.fields;
    if !fields.is_empty() {
        message.push(':');
        message.push_str(&fields);
    }
    if message.len() > MAX_BYTES {
        message.truncate(message.floor_char_boundary(MAX_BYTES));
        message.push('…');
    }
    message
}

impl<S, L> Layer<S> for FieldsInMessage<L>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    L: Layer<S>,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id) {
            let mut text = Text::default();
            attributes.record(&mut text);
            span.extensions_mut().insert(SpanText(text.fields));
        }
        self.0.on_new_span(attributes, id, ctx);
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id) {
            let mut text = Text::default();
            values.record(&mut text);
            if let Some(kept) = span.extensions_mut().get_mut::<SpanText>() {
                kept.0.push_str(&text.fields);
            }
        }
        self.0.on_record(id, values, ctx);
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        let spans: Vec<String> = ctx
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root())
            .filter_map(|span| Some(span.extensions().get::<SpanText>()?.0.clone()))
            .collect();
        with_message(event, &worded(&text, &spans), |event| {
            self.0.on_event(event, ctx);
        });
    }
}

/// Calls `pass` with `event`, whose message is replaced by `message`.
fn with_message(event: &Event<'_>, message: &str, pass: impl FnOnce(&Event<'_>)) {
    let known = event.metadata().fields();
    let mut kept = Kept::default();
    event.record(&mut kept);
    let Some(first) = known.iter().next().filter(|_| kept.0.len() <= MAX_FIELDS) else {
        return pass(event);
    };
    let message = tracing::field::display(message);
    let values: Vec<(Field, &dyn Value)> = kept
        .0
        .iter()
        .map(|(field, value)| {
            let is_message = field.name() == "message";
            (
                field.clone(),
                if is_message {
                    &message as &dyn Value
                } else {
                    value as &dyn Value
                },
            )
        })
        .collect();
    // `value_set` wants an array; what is unused stays empty.
    let mut set: [(&Field, Option<&dyn Value>); MAX_FIELDS] = [(&first, None); MAX_FIELDS];
    for (slot, (field, value)) in set.iter_mut().zip(&values) {
        *slot = (field, Some(*value));
    }
    let set = known.value_set(&set);
    let event = match event.parent() {
        Some(parent) => Event::new_child_of(parent.clone(), event.metadata(), &set),
        None => Event::new(event.metadata(), &set),
    };
    pass(&event);
}

/// The fields of an event with their values as text.
#[derive(Default)]
struct Kept(Vec<(Field, String)>);

impl Visit for Kept {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.clone(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push((field.clone(), format!("{value:?}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt as _;

    /// Keeps what the inner layer is given: all fields of each event.
    #[derive(Clone, Default)]
    struct Seen(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber> Layer<S> for Seen {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let mut kept = Kept::default();
            event.record(&mut kept);
            let line: Vec<String> = kept
                .0
                .iter()
                .map(|(field, value)| format!("{}|{value}", field.name()))
                .collect();
            self.0
                .lock()
                .expect("no test panics here")
                .push(line.join(" "));
        }
    }

    fn check(log: impl FnOnce(), want: &str) {
        let seen = Seen::default();
        let subscriber = tracing_subscriber::registry().with(FieldsInMessage(seen.clone()));
        tracing::subscriber::with_default(subscriber, log);
        assert_eq!(
            *seen.0.lock().expect("no test panics here"),
            [want.to_owned()]
        );
    }

    #[test]
    fn the_message_says_which_feed_and_why() {
        check(
            || {
                let err = "answered 503";
                tracing::warn!(
                    feed = "https://ex.example/rss",
                    failures = 3,
                    err,
                    "a poll failed"
                );
            },
            "message|a poll failed: feed=https://ex.example/rss failures=3 err=\"answered 503\" \
             feed|https://ex.example/rss failures|3 err|answered 503",
        );
    }

    #[test]
    fn the_fields_of_the_spans_around_it_are_said_too() {
        check(
            || {
                let span = tracing::info_span!("deliver", receiver = "ops");
                let _entered = span.enter();
                tracing::info!(status = 200, "delivered");
            },
            "message|delivered: receiver=ops status=200 status|200",
        );
    }

    #[test]
    fn a_long_field_is_cut_and_no_control_character_stays() {
        let long = "é".repeat(3_000);
        let seen = Seen::default();
        let subscriber = tracing_subscriber::registry().with(FieldsInMessage(seen.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(title = "a\u{1b}[31mb", "read");
            tracing::info!(title = long, "read");
        });
        let lines = seen.0.lock().expect("no test panics here");
        assert!(
            lines[0].starts_with(r#"message|read: title="a\u{1b}[31mb""#),
            "{}",
            lines[0]
        );
        assert!(lines[1].len() < 3 * MAX_BYTES + MAX_BYTES * 2);
    }
}
