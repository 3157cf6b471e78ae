//! Events for the systemd journal, in its native protocol: a datagram for each,
//! sent by the log's own thread, so that a journal that stands still holds up nobody.
//!
//! The message says it all: `journalctl` shows only MESSAGE, so the feed, the
//! reason and the other fields of an event are written behind it.
//! `a poll failed` becomes
//! `a poll failed: feed=https://example.org/rss err="answered 503" failures=3`.
//! The fields themselves are there as well, for searches (`F_FEED=...`).

use super::log_writer::LogWriter;
use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber, span};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter as _;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Where the journal takes events.
const SOCKET: &str = "/run/systemd/journal/socket";

/// The longest message, in bytes; longer ones are cut. A field is cut at twice that:
/// with all of its fields, an event fits into one datagram.
const MAX_BYTES: usize = 2_000;

/// Sends one datagram for each write.
#[derive(Debug)]
pub(super) struct Socket(UnixDatagram);

impl Socket {
    /// The journal's.
    ///
    /// # Errors
    /// When there is no journal.
    pub(super) fn open() -> io::Result<Self> {
        Self::at(Path::new(SOCKET))
    }

    fn at(path: &Path) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        socket.connect(path)?;
        Ok(Self(socket))
    }
}

impl Write for Socket {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        // The journal may have been restarted meanwhile.
        if self.0.send(event).is_err() {
            if let Ok(again) = Self::open() {
                *self = again;
            }
            self.0.send(event)?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes the journal's events of newsvane's.
#[derive(Debug)]
pub(super) struct Journal {
    writer: LogWriter,
    identifier: String,
}

impl Journal {
    /// Events that `writer` takes to the journal.
    pub(super) fn new(writer: LogWriter) -> Self {
        let program = std::env::args_os().next();
        let name = program.as_deref().map(Path::new).and_then(Path::file_name);
        Self {
            writer,
            identifier: name.map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        }
    }
}

/// The fields of an event or span: for the message, and as the journal wants them.
#[derive(Debug, Default)]
struct Fields {
    message: String,
    text: String,
    encoded: Vec<u8>,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, &format!("{value:?}"));
    }
}

impl Fields {
    fn add(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
            return;
        }
        if self.text.len() < MAX_BYTES {
            add_to_text(&mut self.text, field.name(), value);
        }
        encode(&mut self.encoded, &format!("F_{}", field.name()), value);
    }
}

/// Adds ` name=value`. A value with spaces or quotes is quoted; control
/// characters never reach the journal's readers.
fn add_to_text(text: &mut String, name: &str, value: &str) {
    let is_plain = !value.is_empty()
        && !value.contains(|c: char| c.is_whitespace() || c == '"' || c.is_control());
    // Writing to a string cannot fail.
    let _ = if is_plain {
        write!(text, " {name}={value}")
    } else {
        write!(text, " {name}={value:?}")
    };
}

/// Adds a field with its length, so that its value may have several lines.
fn encode(event: &mut Vec<u8>, name: &str, value: &str) {
    let name = name
        .chars()
        .map(|c| {
            if c == '.' {
                '_'
            } else {
                c.to_ascii_uppercase()
            }
        })
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_');
    event.extend(name.map(|c| c as u8));
    event.push(b'\n');
    let value = &value[..value.floor_char_boundary(2 * MAX_BYTES)];
    event.extend_from_slice(&(value.len() as u64).to_le_bytes());
    event.extend_from_slice(value.as_bytes());
    event.push(b'\n');
}

/// The message, followed by the fields of the event's spans and its own.
fn worded(message: &str, fields: &str) -> String {
    let mut worded = message.to_owned();
    if !fields.is_empty() {
        worded.push(':');
        worded.push_str(fields);
    }
    if worded.len() > MAX_BYTES {
        worded.truncate(worded.floor_char_boundary(MAX_BYTES));
        worded.push('…');
    }
    worded
}

/// The priority, as syslog counts.
fn priority(level: Level) -> &'static str {
    match level {
        Level::ERROR => "3",
        Level::WARN => "4",
        Level::INFO => "5",
        Level::DEBUG => "6",
        Level::TRACE => "7",
    }
}

impl<S> Layer<S> for Journal
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id) {
            let mut fields = Fields::default();
            encode(&mut fields.encoded, "SPAN_NAME", span.name());
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let (mut text, mut sent) = (String::new(), Vec::new());
        let spans = ctx.event_scope(event).into_iter();
        for span in spans.flat_map(|scope| scope.from_root()) {
            if let Some(fields) = span.extensions().get::<Fields>() {
                text.push_str(&fields.text);
                sent.extend_from_slice(&fields.encoded);
            }
        }
        let mut own = Fields::default();
        event.record(&mut own);
        text.push_str(&own.text);
        sent.extend_from_slice(&own.encoded);
        let about = event.metadata();
        encode(&mut sent, "MESSAGE", &worded(&own.message, &text));
        encode(&mut sent, "PRIORITY", priority(*about.level()));
        encode(&mut sent, "TARGET", about.target());
        encode(&mut sent, "SYSLOG_IDENTIFIER", &self.identifier);
        if let Some(file) = about.file() {
            encode(&mut sent, "CODE_FILE", file);
        }
        if let Some(line) = about.line() {
            encode(&mut sent, "CODE_LINE", &line.to_string());
        }
        // What does not fit is counted by the writer.
        let _ = self.writer.make_writer().write_all(&sent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt as _;

    /// Keeps what is sent.
    #[derive(Clone, Default)]
    struct Sent(Arc<Mutex<Vec<Vec<u8>>>>);

    impl Write for Sent {
        fn write(&mut self, event: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(event.to_vec());
            Ok(event.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The fields of a datagram, as the journal reads them.
    fn decoded(mut event: &[u8]) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        while let Some(end) = event.iter().position(|byte| *byte == b'\n') {
            let name = String::from_utf8(event[..end].to_vec()).unwrap();
            let (length, rest) = event[end + 1..].split_at(8);
            let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
            let value = String::from_utf8(rest[..length].to_vec()).unwrap();
            assert_eq!(rest[length], b'\n');
            event = &rest[length + 1..];
            fields.push((name, value));
        }
        fields
    }

    fn logged(log: impl FnOnce()) -> Vec<Vec<(String, String)>> {
        let sent = Sent::default();
        let (writer, last) = LogWriter::start(sent.clone()).unwrap();
        let subscriber = tracing_subscriber::registry().with(Journal::new(writer));
        tracing::subscriber::with_default(subscriber, log);
        drop(last);
        let sent = sent.0.lock().unwrap();
        sent.iter().map(|event| decoded(event)).collect()
    }

    fn check(log: impl FnOnce(), wanted: &[(&str, &str)]) {
        let events = logged(log);
        for (name, value) in wanted {
            let field = ((*name).to_owned(), (*value).to_owned());
            assert!(events[0].contains(&field), "{name}: {:?}", events[0]);
        }
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
            &[
                (
                    "MESSAGE",
                    "a poll failed: feed=https://ex.example/rss failures=3 err=\"answered 503\"",
                ),
                ("PRIORITY", "4"),
                ("F_FEED", "https://ex.example/rss"),
                ("F_FAILURES", "3"),
                ("F_ERR", "answered 503"),
            ],
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
            &[
                ("MESSAGE", "delivered: receiver=ops status=200"),
                ("SPAN_NAME", "deliver"),
                ("F_RECEIVER", "ops"),
                ("F_STATUS", "200"),
            ],
        );
    }

    #[test]
    fn a_long_field_is_cut_and_no_control_character_stays() {
        let long = "é".repeat(3_000);
        let events = logged(|| {
            tracing::info!(title = "a\u{1b}[31mb", "read");
            tracing::info!(title = long, "read");
        });
        let message = |event: &[(String, String)]| {
            let found = event.iter().find(|(name, _)| name == "MESSAGE");
            found.unwrap().1.clone()
        };
        assert_eq!(message(&events[0]), r#"read: title="a\u{1b}[31mb""#);
        assert!(message(&events[1]).len() <= MAX_BYTES + '…'.len_utf8());
        assert!(
            events[1]
                .iter()
                .all(|(_, value)| value.len() <= 2 * MAX_BYTES)
        );
    }

    #[test]
    fn a_journal_that_stands_still_holds_up_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journal = UnixDatagram::bind(&path).unwrap();
        let (writer, last) = LogWriter::start(Socket::at(&path).unwrap()).unwrap();
        let subscriber = tracing_subscriber::registry().with(Journal::new(writer));
        // More than the socket and the queue hold: with a send that waits, the test
        // would not come to its end.
        tracing::subscriber::with_default(subscriber, || {
            for n in 0..20_000 {
                tracing::info!(n, "polled");
            }
        });
        let mut event = vec![0; 4_096];
        let n_bytes = journal.recv(&mut event).unwrap();
        let first = decoded(&event[..n_bytes]);
        assert!(
            first.contains(&("F_N".to_owned(), "0".to_owned())),
            "{first:?}"
        );
        drop(last);
    }
}
