//! Cutting whole texts into words.

use super::analyze;

fn check(source: &str, wanted: &[&str]) {
    let text = analyze(source);
    let found: Vec<&str> = text.words().iter().map(|word| text.folded(word)).collect();
    assert_eq!(found, wanted, "{source}");
}

#[test]
fn words_are_runs_of_letters_and_digits() {
    check(
        "Well-known, (e-mail) user_name @acme #tag",
        &["well", "known", "e", "mail", "user", "name", "acme", "tag"],
    );
    check(
        "1,500 at 3.5 or 7, then 8.",
        &["1,500", "at", "3.5", "or", "7", "then", "8"],
    );
}

#[test]
fn ampersand_plus_and_hash_stay_in_short_words() {
    check(
        "B&O and B&amp;O, salt&pepper",
        &["b&o", "and", "b&o", "salt", "pepper"],
    );
    check(
        "C++ and F# but abc# 5+5",
        &["c++", "and", "f#", "but", "abc", "5", "5"],
    );
}

#[test]
fn a_final_possessive_is_dropped_and_other_apostrophes_separate() {
    check(
        "Anna's Anna’s ANNA'S Anna&#39;s",
        &["anna", "anna", "anna", "anna"],
    );
    check(
        "O'Hara l’Europe the boys' élève's",
        &["o", "hara", "l", "europe", "the", "boys", "eleve"],
    );
}

#[test]
fn dotted_capitals_are_one_word() {
    check(
        "The U.K. and the U.K's p.m. at x.y.z",
        &["the", "uk", "and", "the", "uk", "pm", "at", "xyz"],
    );
    check("www.a.b.com v1.2", &["www", "a", "b", "com", "v1.2"]);
}

#[test]
fn format_characters_do_not_split_words() {
    check(
        "\u{feff}com\u{ad}pa\u{200b}ny na\u{308}ive مـحـمد",
        &["company", "naive", "محمد"],
    );
}

#[test]
fn han_and_kana_are_words_by_the_character() {
    check("新しいAI計画", &["新", "し", "い", "ai", "計", "画"]);
    check("ｶﾞか\u{3099}", &["ガ", "が"]);
}

#[test]
fn decomposed_letters_are_composed() {
    check("и\u{306}од", &["йод"]);
    check("\u{1112}\u{1161}\u{11ab}국", &["한국"]);
}

#[test]
fn flags_say_how_a_word_is_written() {
    let text = analyze("IAEA Chief u.n. report2\n\nnext Аcme 京");
    let flags: Vec<_> = text.words().iter().map(|word| word.flags).collect();
    assert!(flags[0].is_caps() && flags[0].opens_block());
    assert!(flags[1].is_capital() && !flags[1].is_caps());
    assert!(flags[2].is_caps() && flags[2].is_dotted());
    assert!(flags[3].has_digit());
    assert!(flags[4].opens_block());
    assert!(flags[5].is_mixed());
    assert!(flags[6].is_ideograph());
}

#[test]
fn spelling_keeps_accents_and_case() {
    let source = "Bey\u{ad}oncé U.N. R&amp;B";
    let text = analyze(source);
    let found: Vec<_> = text
        .words()
        .iter()
        .map(|word| text.spelling(source, word))
        .collect();
    assert_eq!(found, ["Beyoncé", "UN", "R&B"]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_cut_into_ordered_words_within_ordered_sentences(source in "(\\PC|[ .&'’\n]){0,80}") {
        let text = analyze(&source);
        let mut end = 0;
        for word in text.words() {
            proptest::prop_assert!(end <= word.range().start && word.start < word.end);
            proptest::prop_assert!(source.get(word.range()).is_some());
            proptest::prop_assert!(!text.folded(word).is_empty());
            end = word.range().end;
        }
        let mut next = 0;
        let mut end = 0;
        for sentence in text.sentences() {
            proptest::prop_assert_eq!(sentence.words().start, next);
            proptest::prop_assert!(end <= sentence.range().start);
            proptest::prop_assert!(source.get(sentence.range()).is_some());
            next = sentence.words().end;
            end = sentence.range().end;
        }
        proptest::prop_assert_eq!(next, text.words().len());
    }

    #[test]
    fn folding_twice_changes_nothing(source in "[A-Za-zÀ-ÿŁłА-яα-ωΑ-Ωа-яё ]{0,40}") {
        let once = analyze(&source);
        let joined: Vec<_> = once.words().iter().map(|word| once.folded(word)).collect();
        let joined = joined.join(" ");
        let twice = analyze(&joined);
        let again: Vec<_> = twice.words().iter().map(|word| twice.folded(word)).collect();
        proptest::prop_assert_eq!(joined, again.join(" "));
    }
}
