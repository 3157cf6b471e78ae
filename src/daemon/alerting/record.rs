//! An alert as it is stored: its kind and body follow from its event, its id from
//! what it is about.

use crate::model::AlertId;
use crate::notify::payload::{Event, Payload};
use crate::store::AlertRecord;
use jiff::Timestamp;
use xxhash_rust::xxh3::Xxh3;

/// The id of an alert about `parts`; `last` (a time or a number) distinguishes alerts
/// about the same parts. It is computed, not random: work that is done again after a
/// crash gets the same id.
pub(in crate::daemon) fn computed_id(parts: &[&str], last: [u8; 8]) -> AlertId {
    let mut hash = Xxh3::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update(&[0xff]); // no part holds this byte: it is not UTF-8
    }
    hash.update(&last);
    AlertId::from(format!("al_{:032x}", hash.digest128()))
}

/// The alert of `event` at `now`, sent at once. The caller adds watch, story and
/// article, if any.
pub(in crate::daemon) fn alert_record(
    id: AlertId,
    event: Event,
    to: Vec<String>,
    now: Timestamp,
) -> AlertRecord {
    AlertRecord {
        id: id.clone(),
        kind: event.name().to_owned(),
        watch: None,
        story: None,
        article: None,
        feed: None,
        body: Payload {
            timestamp: now,
            alert: id,
            event,
        }
        .to_body(),
        created: now,
        to,
        held: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_128;

    /// Receivers deduplicate by the id, also after an update of newsvane.
    #[test]
    fn an_id_is_the_hash_of_its_parts_with_separators_and_of_the_last_value() {
        let id = computed_id(&["dam", "e1"], 7_i64.to_le_bytes());
        let hashed = xxh3_128(b"dam\xffe1\xff\x07\0\0\0\0\0\0\0");
        assert_eq!(id.as_str(), format!("al_{hashed:032x}"));
    }
}
