//! What is wrong in a term or query, where, and how to correct it.

use std::ops::Range;

/// An error in a term or query: its bytes, what is wrong, and how to correct it.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Fault {
    pub(crate) fn new(
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let help = Some(help.into()).filter(|help| !help.is_empty());
        Self {
            span,
            message: message.into(),
            help,
        }
    }
}

/// The one of the `known` words that `word` is most likely a misspelling of.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|known| {
            (
                strsim::damerau_levenshtein(&lower, &known.to_lowercase()),
                known,
            )
        })
        .filter(|&(distance, known)| distance <= (known.len().max(lower.len()) / 3).clamp(1, 3))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}
