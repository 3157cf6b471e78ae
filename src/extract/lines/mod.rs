//! What a single line says by itself: template remains, bylines, captions, date lines, furniture known by its words.

pub(super) mod rules;
pub(super) mod phrases;
pub(super) mod vocabulary;
pub(super) mod wording;
pub(super) mod template;
pub(super) mod byline;
pub(super) mod names;
pub(super) mod caption;
pub(super) mod dateline;
pub(super) mod date;
pub(super) mod headline;
pub(super) mod language;
pub(super) mod candidate;
