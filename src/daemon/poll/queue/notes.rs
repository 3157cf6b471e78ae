//! The outcomes of polls without news, until they are flushed to the store.

use crate::model::FeedId;
use crate::store::{PollNote, PollRecord};
use std::collections::HashMap;

/// One note for each feed: a later note takes over what only the earlier one says.
#[derive(Debug, Default)]
pub(super) struct PollNotes(HashMap<FeedId, PollNote>);

impl PollNotes {
    pub(super) fn add(&mut self, id: FeedId, mut note: PollNote) {
        if let Some(before) = self.0.remove(&id) {
            carry_over(&mut note, before);
        }
        self.0.insert(id, note);
    }

    /// All notes; none is left.
    pub(super) fn take(&mut self) -> Vec<(FeedId, PollNote)> {
        self.0.drain().collect()
    }

    /// Takes back notes that could not be flushed; newer ones are kept.
    pub(super) fn put_back(&mut self, notes: Vec<(FeedId, PollNote)>) {
        for (id, note) in notes {
            if let Some(newer) = self.0.get_mut(&id) {
                carry_over(newer, note);
            } else {
                self.0.insert(id, note);
            }
        }
    }

    /// Merges the note of earlier polls into a record that is committed now.
    pub(super) fn supersede(&mut self, id: FeedId, record: &mut PollRecord) {
        if let Some(PollNote::Polled(before)) = self.0.remove(&id) {
            carry_over_record(record, *before);
        }
    }
}

/// Adds to a note what only the earlier one says.
fn carry_over(note: &mut PollNote, before: PollNote) {
    match (&mut *note, before) {
        (PollNote::Polled(record), PollNote::Polled(before)) => carry_over_record(record, *before),
        (PollNote::Postponed { at, memory }, PollNote::Polled(mut before)) => {
            before.memory = memory.take().or(before.memory);
            before.next = Some(*at);
            *note = PollNote::Polled(before);
        }
        (PollNote::Postponed { memory, .. }, PollNote::Postponed { memory: before, .. }) => {
            *memory = memory.take().or(before);
        }
        (PollNote::Polled(_), PollNote::Postponed { .. }) => {}
    }
}

fn carry_over_record(record: &mut PollRecord, before: PollRecord) {
    record.title = record.title.take().or(before.title);
    record.memory = record.memory.take().or(before.memory);
}
