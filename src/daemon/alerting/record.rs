//! An alert as it is stored: kind and body follow from its event, its id from
//! what it is about.

use crate::model::AlertId;
use crate::notify::payload::{Event, Payload};
use crate::store::AlertRecord;
use jiff::Timestamp;
use xxhash_rust::xxh3::Xxh3;

/// The id of an alert about `parts`, told apart by `last` (a time or a number):
/// the same however often it is worked out, so that a crash between the work and
/// its record leaves nothing behind that could differ.
pub(in crate::daemon) fn computed_id(parts: &[&str], last: [u8; 8]) -> AlertId {
    let mut hash = Xxh3::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update(&[0xff]); // no part holds this byte: it is not UTF-8
    }
    hash.update(&last);
    AlertId::from(format!("al_{:032x}", hash.digest128()))
}

/// The alert of `event` at `now`, sent at once; of no watch, story or article
/// unless the caller says so.
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

    /// Receivers deduplicate by it, over updates of newsvane as well.
    #[test]
    fn an_id_is_the_hash_of_its_parts_each_ended_and_of_what_is_last() {
        let id = computed_id(&["dam", "e1"], 7_i64.to_le_bytes());
        let hashed = xxh3_128(b"dam\xffe1\xff\x07\0\0\0\0\0\0\0");
        assert_eq!(id.as_str(), format!("al_{hashed:032x}"));
    }
}
