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

#[test]
fn in_a_line_of_capitals_everyday_words_are_no_acronyms() {
    check_term("US", "GIVE US MORE BOATS, SAY FERRYMEN", None);
    check_term("WHO", "NOBODY KNOWS WHO SANK THE FERRY", None);
    check_term("EU", "EU SENDS BOATS TO THE HARBOUR", Some(&["EU"]));
    check_term("US", "U.S. SENDS BOATS TO THE HARBOUR", Some(&["U.S."]));
    check_term("US", "US to send boats", Some(&["US"]));
    check_term(
        "US",
        "How it began\n\nGIVE US MORE BOATS\n\nThe US came.",
        Some(&["US"]),
    );
}

#[test]
fn letters_and_digits_of_the_arabic_script_are_the_same_on_every_keyboard() {
    check_term("ایرانی", "هيئت ايراني آمد", Some(&["ايراني"]));
    check_term("كرمان", "زلزله در کرمان", Some(&["کرمان"]));
    check_term("ہندوستان", "هندوستان نے", Some(&["هندوستان"]));
    for year in ["2026", "۲۰۲۶", "٢٠٢٦", "२०२६"] {
        check_term("2026", &format!("{year} a"), Some(&[year]));
        check_term(year, "a 2026", Some(&["2026"]));
    }
}

#[test]
fn scripts_without_spaces_hit_between_dictionary_words() {
    check_term("น้ำท่วม", "ชาวบ้านอพยพหนีน้ำท่วมเมื่อคืนนี้", Some(&["น้ำท่วม"]));
    check_term("ท่วมเมื่อ", "น้ำลด", None);
    check_term("ទឹកជំនន់", "ភូមិបីរងទឹកជំនន់កាលពីយប់មិញ", Some(&["ទឹកជំនន់"]));
    check_term("ນ້ຳຖ້ວມ", "ເກີດນໍ້າຖ້ວມໃນສາມບ້ານ", Some(&["ນໍ້າຖ້ວມ"]));
    check_term("ဖုန်း", "ရွာသုံးရွာတွင်ဖုန်းလိုင်းမရှိပါ", Some(&["ဖုန်း"]));
}

#[test]
fn words_written_onto_others_are_found_by_a_tilde_or_a_wildcard() {
    check_term("화재", "공장에서 화재가 났다", None);
    check_term("화재*", "공장에서 화재가 났다", Some(&["화재가"]));
    check_term("~화재", "공장에서 화재가 났다", Some(&["화재가"]));
    check_term("*ירושלים", "הנמל בירושלים נסגר", Some(&["בירושלים"]));
    check_term("~ירושלים", "הנמל בירושלים נסגר", Some(&["בירושלים"]));
    check_term("*القاهرة", "اجتمع بالقاهرة", Some(&["بالقاهرة"]));
    check_term("~ঢাকা", "ঢাকায় আগুন", Some(&["ঢাকায়"]));
    check_term("*gericht", "das Landgericht", Some(&["Landgericht"]));
    check_term("*gericht*e", "die Landgerichte", Some(&["Landgerichte"]));
}

#[test]
fn a_hashtag_is_the_words_that_it_writes_together() {
    check_term("kelmere dam", "see #KelmereDam now", Some(&["KelmereDam"]));
    check_term("kelmeredam", "see #KelmereDam now", Some(&["KelmereDam"]));
    check_term(
        "dam collapse",
        "#KelmereDam collapse",
        Some(&["KelmereDam collapse"]),
    );
    check_term("EU", "#EUSummit26", Some(&["EUSummit26"]));
    check_term("kelmere dam", "see KelmereDam now", None);
    check_term("#KelmereDam", "the Kelmere dam", None);
}
