//! Reads the words of an article as classes: what each word is to the compiled watches.

use crate::matcher::Doc;
use crate::matcher::compile::class::{Class, NO_CLASS};
use crate::matcher::compile::vocabulary::Vocabulary;
use crate::matcher::eval::article::Article;
use crate::matcher::eval::scratch::{Classes, HAS_EXTRA, IS_HASHTAG, OPENS_BLOCK, Token};
use crate::text::{self, Language, Word};

/// Most words of an article that are read: as many as a long book has.
const MAX_WORDS: usize = 1 << 20;

impl Article<'_> {
    /// Chooses the stems of the language of the article.
    pub(super) fn prepare_stems(&mut self) {
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

    /// Reads the words of `field` into the tokens of the scratch.
    pub(super) fn read_field(&mut self, field: usize) {
        let source = self.sources[field].as_ref();
        let vocabulary = &self.program.vocabulary;
        let scratch = &mut *self.scratch;
        let mut read = std::mem::take(&mut scratch.texts[field]);
        read.analyze_words(source);
        let first = scratch.tokens.len() as u32;
        let has_wilds = !vocabulary.wilds().is_empty();
        let is_plain = !has_wilds && scratch.stems.is_none();
        let has_hashtags = memchr::memchr(b'#', source.as_bytes()).is_some();
        let room = MAX_WORDS.saturating_sub(scratch.tokens.len());
        let words = read.words().iter().take(room);
        vocabulary.read_ahead(words.clone().map(|word| read.key(word)));
        for (index, word) in words.enumerate() {
            let entry = vocabulary.entry(read.key(word));
            let class = entry.class;
            let mut flags = OPENS_BLOCK * u32::from(word.flags.opens_block());
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
                    skeleton_classes(vocabulary, &spelling(), word.flags.is_caps(), found);
                }
                if !found.is_empty() {
                    flags |= HAS_EXTRA;
                    let at = scratch.tokens.len() as u32;
                    scratch
                        .extras
                        .extend(found.drain(..).map(|class| (at, class)));
                }
            }
            if has_hashtags && is_hashtag(source, word) {
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
}

/// Adds the classes of a word that mixes scripts, read as if it were of one script.
fn skeleton_classes(
    vocabulary: &Vocabulary,
    spelling: &str,
    is_caps: bool,
    found: &mut Vec<Class>,
) {
    for skeleton in text::skeletons(spelling) {
        let class = vocabulary.word(&skeleton);
        if class != NO_CLASS {
            found.push(class);
            vocabulary.variants(class, is_caps, || skeleton.clone(), found);
        }
    }
}

/// Whether there is a `#` before `word`, which begins with a capital.
fn is_hashtag(source: &str, word: &Word) -> bool {
    let before = (word.start as usize).checked_sub(1);
    word.flags.is_capital() && before.is_some_and(|at| source.as_bytes()[at] == b'#')
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

/// The language of an article, detected if it is not given. It decides which words are
/// everyday words.
fn tag_of<'d>(doc: &Doc<'d>) -> Option<&'d str> {
    let given = doc.language.filter(|tag| !tag.is_empty());
    given.or_else(|| text::detect_language(doc.body))
}
