//! One article as the evaluator reads it: its words as classes, and where each
//! phrase hit.

use crate::matcher::Doc;
use crate::matcher::compile::class::{Class, First, NO_CLASS, NONE, PhraseId, bit_of};
use crate::matcher::compile::program::Program;
use crate::matcher::compile::trie::Reached;
use crate::matcher::compile::vocabulary::Vocabulary;
use crate::matcher::eval::place::Place;
use crate::matcher::eval::scratch::{Classes, Hit, Scratch, Token};
use crate::matcher::query::spec::{FIELDS, FieldSet, N_FIELDS};
use crate::model::Field;
use crate::text;
use crate::text::{CharOffsets, Language, Text};
use std::borrow::Cow;
use std::sync::Arc;

/// Most words of an article that are read: as many as a long book has.
const MAX_WORDS: usize = 1 << 20;

// Flags of a token.
const OPENS_BLOCK: u32 = 1;
const HAS_EXTRA: u32 = 2;
const IS_HASHTAG: u32 = 4;

/// An article, read into the [`Scratch`] of its thread.
pub(crate) struct Article<'a> {
    pub(crate) program: &'a Program,
    pub(crate) scratch: &'a mut Scratch,
    pub(crate) doc: &'a Doc<'a>,
    sources: [Cow<'a, str>; N_FIELDS],
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

    fn prepare_stems(&mut self) {
        let stems = self.program.vocabulary.stems();
        if stems.is_empty() {
            return;
        }
        let language = self
            .scratch
            .language
            .as_deref()
            .and_then(Language::from_tag);
        if self
            .scratch
            .stems
            .as_ref()
            .is_none_or(|known| known.language != language)
        {
            self.scratch.stems = Some(stems.in_language(language));
        }
    }

    fn read_field(&mut self, field: usize) {
        let source = self.sources[field].as_ref();
        let vocabulary = &self.program.vocabulary;
        let scratch = &mut *self.scratch;
        let mut read = std::mem::take(&mut scratch.texts[field]);
        read.analyze_words(source);
        let first = scratch.tokens.len() as u32;
        let has_wilds = !vocabulary.wilds().is_empty();
        let is_plain = !has_wilds && scratch.stems.is_none();
        let room = MAX_WORDS.saturating_sub(scratch.tokens.len());
        let words = read.words().iter().take(room);
        vocabulary.read_ahead(words.clone().map(|word| read.key(word)));
        for (index, word) in words.enumerate() {
            let entry = vocabulary.entry(read.key(word));
            let class = entry.class;
            let mut flags = if word.flags.opens_block() {
                OPENS_BLOCK
            } else {
                0
            };
            let has_variants = class != NO_CLASS && vocabulary.has_variants(class);
            if has_variants || !is_plain || word.flags.is_mixed() {
                let found = &mut scratch.found;
                let spelling = || read.spelling(source, word);
                if has_variants {
                    vocabulary.variants(
                        class,
                        word.flags.is_caps() && read.is_acronym(source, index, || tag_of(self.doc)),
                        || spelling().into_owned(),
                        found,
                    );
                }
                if has_wilds {
                    vocabulary.wilds().classes(read.folded(word), found);
                }
                if let Some(stems) = &mut scratch.stems {
                    stems.classes(&spelling(), found);
                }
                if word.flags.is_mixed() {
                    for skeleton in text::skeletons(&spelling()) {
                        let class = vocabulary.word(&skeleton);
                        if class != NO_CLASS {
                            found.push(class);
                            vocabulary.variants(
                                class,
                                word.flags.is_caps(),
                                || skeleton.clone(),
                                found,
                            );
                        }
                    }
                }
                if !found.is_empty() {
                    flags |= HAS_EXTRA;
                    let at = scratch.tokens.len() as u32;
                    scratch
                        .extras
                        .extend(found.drain(..).map(|class| (at, class)));
                }
            }
            if word.flags.is_hashtag() {
                let spelling = read.spelling(source, word);
                let parts = parts_of(vocabulary, &spelling);
                if !parts.is_empty() {
                    flags |= IS_HASHTAG;
                    let at = scratch.tokens.len() as u32;
                    scratch.hashtags.push((at, parts));
                }
            }
            scratch.tokens.push(Token {
                class,
                first: entry.first(),
                flags,
            });
        }
        scratch.bounds[field] = (first, scratch.tokens.len() as u32);
        scratch.texts[field] = read;
    }

    /// Finds every phrase in every field.
    fn scan(&mut self) {
        for field in 0..N_FIELDS {
            let (first, end) = self.scratch.bounds[field];
            for at in first..end {
                let token = self.scratch.tokens[at as usize];
                if token.first != First::NONE {
                    let reached = token.first.reached(token.class);
                    self.walk(reached, field as u8, at, at + 1, end);
                }
                if token.flags & IS_HASHTAG != 0 {
                    self.scan_hashtag(field as u8, at, end);
                }
                if token.flags & HAS_EXTRA != 0 {
                    for index in self.extras_of(at) {
                        let class = self.scratch.extras[index].1;
                        let reached = self.program.trie.first(class).reached(class);
                        self.walk(reached, field as u8, at, at + 1, end);
                    }
                }
            }
        }
    }

    /// Finds every phrase of the words that the hashtag at `at` writes together. Its
    /// hits have the place of the whole hashtag.
    fn scan_hashtag(&mut self, field: u8, at: u32, end: u32) {
        let hashtags = &self.scratch.hashtags;
        let Ok(index) = hashtags.binary_search_by_key(&at, |(token, _)| *token) else {
            return;
        };
        let parts = std::mem::take(&mut self.scratch.hashtags[index].1);
        for (first, classes) in parts.iter().enumerate() {
            for &class in classes {
                let reached = self.program.trie.first(class).reached(class);
                self.walk_hashtag(reached, &parts[first + 1..], field, at, end);
            }
        }
        self.scratch.hashtags[index].1 = parts;
    }

    fn walk_hashtag(&mut self, reached: Reached, rest: &[Classes], field: u8, at: u32, end: u32) {
        let Some((classes, rest)) = rest.split_first() else {
            self.walk(reached, field, at, at + 1, end);
            return;
        };
        if reached.phrase != NONE {
            let place = Place {
                start: at,
                end: at + 1,
                field,
            };
            self.hit(reached.phrase, place);
        }
        for &class in classes {
            if let Some(next) = self.program.trie.step(reached.node, class) {
                self.walk_hashtag(next, rest, field, at, end);
            }
        }
    }

    fn extras_of(&self, at: u32) -> std::ops::Range<usize> {
        let extras = &self.scratch.extras;
        let from = extras.partition_point(|(word, _)| *word < at);
        let n = extras[from..]
            .iter()
            .take_while(|(word, _)| *word == at)
            .count();
        from..from + n
    }

    /// Continues from the node that the words `start..next` lead to. The depth of
    /// the recursion is that of the trie: at most the words of a term.
    #[inline]
    fn walk(&mut self, reached: Reached, field: u8, start: u32, next: u32, end: u32) {
        if reached.phrase != NONE {
            self.hit(
                reached.phrase,
                Place {
                    start,
                    end: next,
                    field,
                },
            );
        }
        if reached.next == 0 || next >= end {
            return;
        }
        let Token { class, flags, .. } = self.scratch.tokens[next as usize];
        if flags & OPENS_BLOCK != 0 {
            return;
        }
        if class != NO_CLASS && reached.next & bit_of(class) != 0 {
            self.step(reached.node, class, field, start, next, end);
        }
        if flags & HAS_EXTRA != 0 {
            for index in self.extras_of(next) {
                self.step(
                    reached.node,
                    self.scratch.extras[index].1,
                    field,
                    start,
                    next,
                    end,
                );
            }
        }
    }

    fn step(&mut self, node: u32, class: Class, field: u8, start: u32, next: u32, end: u32) {
        if let Some(reached) = self.program.trie.step(node, class) {
            self.walk(reached, field, start, next + 1, end);
        }
    }

    fn hit(&mut self, phrase: PhraseId, place: Place) {
        if self.program.trie.is_ideographic(phrase)
            && !text::word_edges(&self.sources[usize::from(place.field)], self.bytes(place))
        {
            return;
        }
        let is_seen = self.scratch.seen().is_anywhere(phrase);
        let scratch = &mut *self.scratch;
        let last = &mut scratch.last_hits[phrase as usize];
        let at = scratch.hits.len() as u32;
        let fields = FieldSet(1 << place.field);
        let mut hit = Hit {
            place,
            fields,
            first: at,
            next: NONE,
        };
        if is_seen {
            let before = &scratch.hits[*last as usize];
            // Two paths through the trie may lead to one place.
            if before.place == place {
                return;
            }
            hit.fields = fields.with(before.fields);
            hit.first = before.first;
            hit.next = *last;
        } else {
            scratch.touched.push(phrase);
            let bit = 1 << (phrase % 64);
            scratch.seen[phrase as usize / 64] |= bit;
            // Title, dek and body are read before the other fields, so the
            // first hit of a phrase says whether it is in the text.
            if FieldSet::TEXT.0 & fields.0 != 0 {
                scratch.seen_in_text[phrase as usize / 64] |= bit;
            }
        }
        *last = at;
        scratch.hits.push(hit);
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

/// The classes of each word that a hashtag writes together; empty for a single word.
fn parts_of(vocabulary: &Vocabulary, spelling: &str) -> Vec<Classes> {
    let parts = text::hashtag_parts(spelling).into_iter();
    let classes = parts.map(|part| {
        let part = &spelling[part];
        let class = vocabulary.word(&text::fold_word(part));
        let mut classes = Vec::new();
        if class != NO_CLASS {
            classes.push(class);
            let is_caps = part.chars().all(char::is_uppercase);
            vocabulary.variants(class, is_caps, || part.to_owned(), &mut classes);
        }
        classes.into()
    });
    classes.collect()
}

/// The language of an article for the question whether a word is an everyday one; it
/// is detected if it is not given.
fn tag_of<'d>(doc: &Doc<'d>) -> Option<&'d str> {
    let given = doc.language.filter(|tag| !tag.is_empty());
    given.or_else(|| text::detect_language(doc.body))
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
