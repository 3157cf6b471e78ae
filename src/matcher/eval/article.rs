//! One article as the evaluator reads it: its words as classes, and where each
//! phrase hit.

use crate::matcher::Doc;
use crate::matcher::compile::class::PhraseId;
use crate::matcher::compile::program::Program;
use crate::matcher::eval::place::Place;
use crate::matcher::eval::scratch::{Hit, Scratch};
use crate::matcher::query::spec::{FIELDS, FieldSet, N_FIELDS};
use crate::model::Field;
use crate::text;
use crate::text::{CharOffsets, Text};
use std::borrow::Cow;
use std::sync::Arc;

/// An article, read into the [`Scratch`] of its thread.
pub(crate) struct Article<'a> {
    pub(crate) program: &'a Program,
    pub(crate) scratch: &'a mut Scratch,
    pub(crate) doc: &'a Doc<'a>,
    pub(super) sources: [Cow<'a, str>; N_FIELDS],
}

impl<'a> Article<'a> {
    /// Reads `doc`: words, classes, hits.
    pub(crate) fn read(
        program: &'a Arc<Program>,
        scratch: &'a mut Scratch,
        doc: &'a Doc<'a>,
    ) -> Self {
        scratch.reset(program);
        let needs = |field| program.fields.contains(field);
        let joined = |field, list: &'a [String]| match list {
            [one] if needs(field) => Cow::Borrowed(one.as_str()),
            several if needs(field) => Cow::Owned(several.join("\n\n")),
            _ => Cow::Borrowed(""),
        };
        let language = language_of(program, doc);
        let sources = [
            Cow::Borrowed(doc.title),
            Cow::Borrowed(doc.dek),
            Cow::Borrowed(doc.body),
            joined(Field::Caption, doc.captions),
            Cow::Borrowed(doc.author),
            Cow::Borrowed(doc.source),
            joined(Field::Tag, doc.tags),
            Cow::Borrowed(doc.url),
            Cow::Owned(language.as_deref().map(text::tag_field).unwrap_or_default()),
        ];
        scratch.language = language;
        let mut article = Self {
            program,
            scratch,
            doc,
            sources,
        };
        article.prepare_stems();
        for (field, (_, name)) in FIELDS.iter().enumerate() {
            if needs(*name) && !article.sources[field].is_empty() {
                article.read_field(field);
            }
        }
        article.scan();
        article
    }

    /// The last hit of `phrase`; it links to the earlier ones.
    #[inline]
    pub(crate) fn last_hit(&self, phrase: PhraseId) -> Option<&Hit> {
        let is_seen = self.scratch.seen().is_anywhere(phrase);
        is_seen.then(|| &self.scratch.hits[self.scratch.last_hits[phrase as usize] as usize])
    }

    /// The hits of `phrase` from the last to the first.
    pub(crate) fn hits(&self, phrase: PhraseId) -> impl Iterator<Item = Place> + '_ {
        let mut next = self.last_hit(phrase).copied();
        std::iter::from_fn(move || {
            let hit = next?;
            next = self.scratch.hits.get(hit.next as usize).copied();
            Some(hit.place)
        })
    }

    /// The first hit of `phrase` in one of `fields`.
    #[inline]
    pub(crate) fn first_hit(&self, phrase: PhraseId, fields: FieldSet) -> Option<Place> {
        let is_in = |place: Place| fields.0 & 1 << place.field != 0;
        let first = self.scratch.hits[self.last_hit(phrase)?.first as usize].place;
        if is_in(first) {
            return Some(first);
        }
        self.hits(phrase).filter(|&place| is_in(place)).last()
    }

    /// Whether the watch was not evaluated yet for this article; it counts as
    /// evaluated from now on.
    #[inline]
    pub(crate) fn is_first_look(&mut self, watch: u32) -> bool {
        let epoch = self.scratch.epoch;
        let looked_at = &mut self.scratch.looked_at[watch as usize];
        std::mem::replace(looked_at, epoch) != epoch
    }

    /// Whether the `sources` and `languages` of the watch exclude the article.
    #[inline]
    pub(crate) fn is_excluded(&mut self, watch: u32) -> bool {
        let Some((index, filter)) = self.program.filter_of(watch) else {
            return false;
        };
        let (asked, is_excluded) = self.scratch.excluded[index as usize];
        if asked == self.scratch.epoch {
            return is_excluded;
        }
        let is_excluded = filter.exclusion(self.doc, self.language()).is_some();
        self.scratch.excluded[index as usize] = (self.scratch.epoch, is_excluded);
        is_excluded
    }

    /// The article's language, if it is known.
    pub(crate) fn language(&self) -> Option<&str> {
        self.scratch.language.as_deref()
    }

    /// The text of `field`.
    pub(crate) fn source(&self, field: u8) -> &str {
        &self.sources[usize::from(field)]
    }

    /// The words of `field`, with their sentences.
    pub(crate) fn text(&mut self, field: u8) -> &Text {
        let index = usize::from(field);
        if self.scratch.split & 1 << field == 0 {
            self.scratch.split |= 1 << field;
            self.scratch.texts[index].split(&self.sources[index]);
        }
        &self.scratch.texts[index]
    }

    /// The first word of `field`, and one past the last.
    pub(crate) fn bounds(&self, field: u8) -> (u32, u32) {
        self.scratch.bounds[usize::from(field)]
    }

    /// The bytes of `place` in its field.
    pub(crate) fn bytes(&self, place: Place) -> std::ops::Range<usize> {
        let (first, _) = self.bounds(place.field);
        let words = self.scratch.texts[usize::from(place.field)].words();
        let start = words[(place.start - first) as usize].start as usize;
        let end = words[(place.end - 1 - first) as usize].end as usize;
        start..end
    }

    /// The character offset of byte `at` of `field`.
    pub(crate) fn chars(&mut self, field: u8, at: usize) -> usize {
        let index = usize::from(field);
        let source = &self.sources[index];
        self.scratch.offsets[index]
            .get_or_insert_with(|| CharOffsets::new(source))
            .of(source, at)
    }

    /// The places where the regular expression with this index matches.
    pub(crate) fn regex_places(&mut self, index: u32) -> &[Place] {
        let epoch = self.scratch.epoch;
        if self.scratch.regexes[index as usize].0 != epoch {
            let places = self.match_regex(index);
            self.scratch.regexes[index as usize] = (epoch, places);
        }
        &self.scratch.regexes[index as usize].1
    }

    fn match_regex(&self, index: u32) -> Vec<Place> {
        let regex = &self.program.regexes[index as usize];
        let mut places = Vec::new();
        for field in 0..N_FIELDS {
            let (first, end) = self.scratch.bounds[field];
            let words = self.scratch.texts[field].words();
            if first == end {
                continue;
            }
            for found in regex.find_iter(&self.sources[field]) {
                let start = words.partition_point(|word| word.end as usize <= found.start());
                let stop = words.partition_point(|word| (word.start as usize) < found.end());
                let stop = stop.min((end - first) as usize);
                if start < stop {
                    places.push(Place {
                        start: first + start as u32,
                        end: first + stop as u32,
                        field: field as u8,
                    });
                }
            }
        }
        places
    }

    /// The cached places of an entity, if they were computed for this article.
    pub(crate) fn cached_entity(&self, index: u32) -> Option<&[Place]> {
        let (epoch, places) = &self.scratch.entities[index as usize];
        (*epoch == self.scratch.epoch).then_some(places)
    }

    /// Caches the places of an entity for this article.
    pub(crate) fn cache_entity(&mut self, index: u32, places: &[Place]) {
        let epoch = self.scratch.epoch;
        let known = &mut self.scratch.entities[index as usize];
        known.0 = epoch;
        known.1.clear();
        known.1.extend_from_slice(places);
    }
}

fn language_of(program: &Program, doc: &Doc<'_>) -> Option<String> {
    if !program.needs_language {
        return None;
    }
    let given = doc
        .language
        .filter(|tag| !tag.is_empty())
        .map(str::to_ascii_lowercase);
    given.or_else(|| {
        text::detect_language(doc.body)
            .or_else(|| text::detect_language(doc.title))
            .map(str::to_owned)
    })
}
