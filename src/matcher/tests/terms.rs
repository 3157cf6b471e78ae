//! What terms match.

use super::*;

#[test]
fn words_and_phrases_match_whole_words() {
    check_term(
        "recall",
        "The recall’s cost. Recalls fell.",
        Some(&["recall"]),
    );
    check_term("recall", "Total recalled", None);
    check_term(
        "pull back",
        "They pull, back to base",
        Some(&["pull, back"]),
    );
    check_term("pull back", "They pull\n\nback", None);
}

#[test]
fn short_capitals_match_only_capitals() {
    check_term("UN", "the un in unkind", None);
    check_term("UN", "the U.N. voted", Some(&["U.N."]));
    check_term("U.N.", "the UN voted", Some(&["UN"]));
    check_term("un", "the UN voted", Some(&["UN"]));
}

#[test]
fn exact_terms_keep_case_and_accents() {
    check_term("=Acme", "acme and Acme", Some(&["Acme"]));
    check_term("=resume", "his résumé", None);
    check_term("resume", "his résumé", Some(&["résumé"]));
}

#[test]
fn hyphenated_terms_match_joined_and_apart() {
    for body in ["the Mark-7 engine", "the Mark 7 engine", "the MARK7 engine"] {
        let start = body[4..].split(" engine").next().expect("there is one");
        check_term("Mark-7", body, Some(&[start]));
    }
    check_term("Mark7", "the Mark-7 engine", None);
}

#[test]
fn wildcards_stand_for_letters() {
    check_term("recall* of", "recalling of cars", Some(&["recalling of"]));
    check_term("organi?ation", "an organisation", Some(&["organisation"]));
    check_term("de-escalat*", "the deescalation", Some(&["deescalation"]));
}

#[test]
fn inflections_follow_the_language() {
    check_term("~withdraw", "Troops withdrew", Some(&["withdrew"]));
    check_term("~withdraw", "A withdrawal", None);
    check_term("~car maker", "Car makers agreed", Some(&["Car makers"]));
}
