//! Terms that miss forms of a word: where a language writes other words onto it, and
//! where `~` knows no inflections.

use super::{Watch, tags};
use crate::matcher::query::ast::{Pattern, Slot, Term};
use crate::matcher::query::spec::Problem;
use crate::text::{self, Language};

/// The first term of each kind that misses forms.
pub(super) fn lint(watch: &Watch<'_>) -> Vec<Problem> {
    let terms = || watch.groups.iter().flatten().copied();
    let attached = terms().find_map(|term| attached(watch, term));
    let unknown = terms().find_map(|term| unknown_forms(watch, term));
    attached.into_iter().chain(unknown).collect()
}

fn last_slot(term: &Term) -> Option<&Slot> {
    match &term.pattern {
        Pattern::Phrases(phrases) if term.fields.has_text() => phrases.first()?.last(),
        Pattern::Phrases(_) | Pattern::Regex(_) | Pattern::Entity(_) => None,
    }
}

/// A plain word of a language that writes particles and the like onto words.
fn attached(watch: &Watch<'_>, term: &Term) -> Option<Problem> {
    let Slot::Word { folded, .. } = last_slot(term)? else {
        return None;
    };
    let reason = text::attached_hint(folded)?;
    let written = &term.written;
    Some(watch.warning(
        term,
        &format!("{written} is not found where other words are written onto it: {reason}"),
        &format!("write ~{written}, or a wildcard such as {written}*"),
    ))
}

/// A `~word` of a language whose inflections are not known.
fn unknown_forms(watch: &Watch<'_>, term: &Term) -> Option<Problem> {
    let Slot::Stem(word) = last_slot(term)? else {
        return None;
    };
    if text::attached_hint(word).is_some() {
        return None;
    }
    let languages = tags(&watch.spec.languages);
    let is_known = |base: &str| Language::from_tag(base).is_some();
    let language = if languages.is_empty() {
        guessed(word)?.to_owned()
    } else {
        let unknown = languages.iter().all(|tag| !is_known(tag.base()));
        languages.first().filter(|_| unknown)?.base().to_owned()
    };
    Some(watch.warning(
        term,
        &format!("~ knows no inflections of the language {language}, so {} finds little more than the word itself", term.written),
        "write a wildcard, or list the forms",
    ))
}

/// A language without known inflections that alone has letters of `word`.
fn guessed(word: &str) -> Option<&'static str> {
    const LETTERS: [(&str, &str); 6] = [
        ("uk", "іїєґ"),
        ("be", "ў"),
        ("pl", "łżźśćńąę"),
        ("cs", "řěů"),
        ("vi", "ơưđạảấầậắằặẹẻếềệịỉọỏốồộớờợụủứừự"),
        ("fa", "پچژگ"),
    ];
    let lower = word.to_lowercase();
    let by_letter = LETTERS
        .iter()
        .find(|(_, letters)| lower.contains(|c: char| letters.contains(c)));
    if let Some((tag, _)) = by_letter {
        return Some(tag);
    }
    Some(match lower.chars().next()? {
        '\u{0900}'..='\u{097F}' => "hi",
        '\u{0E00}'..='\u{0E7F}' => "th",
        '\u{0E80}'..='\u{0EFF}' => "lo",
        '\u{1000}'..='\u{109F}' => "my",
        '\u{1780}'..='\u{17FF}' => "km",
        '\u{10A0}'..='\u{10FF}' => "ka",
        '\u{0530}'..='\u{058F}' => "hy",
        '\u{3040}'..='\u{30FF}' => "ja",
        '\u{3400}'..='\u{9FFF}' => "zh",
        _ => return None,
    })
}
