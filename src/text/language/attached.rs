//! Small words that a script attaches to other words: Korean particles, Hebrew and Arabic
//! prefixes, Bengali endings. `~word` finds the word with any of them.

/// Endings of Korean nouns, longest first: particles, and particles after them.
const KOREAN: &[&str] = &[
    "에서부터",
    "으로부터",
    "으로서는",
    "으로써는",
    "에게서는",
    "이라고는",
    "에서는",
    "에서도",
    "에서의",
    "에게는",
    "에게도",
    "에게서",
    "에게만",
    "으로는",
    "으로도",
    "으로만",
    "으로서",
    "으로써",
    "로부터",
    "까지는",
    "까지도",
    "까지의",
    "부터는",
    "만으로",
    "만이라도",
    "이라는",
    "이라고",
    "이라도",
    "이라며",
    "이라면",
    "이지만",
    "이었다",
    "이었던",
    "이었고",
    "입니다",
    "들에게",
    "들에서",
    "들로부터",
    "들이나",
    "한테서",
    "한테는",
    "밖에는",
    "보다는",
    "보다도",
    "처럼은",
    "처럼도",
    "마다의",
    "대로는",
    "와의",
    "과의",
    "와는",
    "과는",
    "와도",
    "과도",
    "에서",
    "에게",
    "에는",
    "에도",
    "에만",
    "으로",
    "로는",
    "로도",
    "로만",
    "로서",
    "로써",
    "까지",
    "부터",
    "처럼",
    "보다",
    "마다",
    "조차",
    "마저",
    "밖에",
    "한테",
    "께서",
    "이나",
    "이며",
    "이고",
    "이란",
    "이라",
    "인데",
    "였다",
    "라고",
    "라는",
    "라며",
    "라면",
    "라도",
    "들이",
    "들은",
    "들을",
    "들의",
    "들과",
    "들도",
    "들로",
    "들에",
    "만이",
    "만은",
    "만을",
    "만의",
    "하고",
    "대로",
    "만큼",
    "같은",
    "이다",
    "가",
    "이",
    "을",
    "를",
    "은",
    "는",
    "의",
    "에",
    "로",
    "와",
    "과",
    "도",
    "만",
    "나",
    "란",
    "라",
    "며",
    "고",
    "다",
    "들",
    "께",
    "여",
    "야",
    "아",
    "인",
];

/// Endings of Bengali nouns, longest first.
const BENGALI: &[&str] = &[
    "গুলোতে",
    "গুলোকে",
    "গুলোর",
    "গুলিতে",
    "গুলিকে",
    "গুলির",
    "দেরকে",
    "টিতে",
    "টিকে",
    "টির",
    "টাকে",
    "টাতে",
    "টার",
    "গুলো",
    "গুলি",
    "য়ের",
    "দের",
    "কেও",
    "তেও",
    "রাও",
    "য়ও",
    "রও",
    "েও",
    "তেই",
    "েই",
    "তে",
    "কে",
    "রা",
    "েরা",
    "ের",
    "টি",
    "টা",
    "খানা",
    "য়",
    "র",
    "ে",
    "ই",
    "ও",
];

/// The least letters that remain of a word, by script.
const MIN_KOREAN: usize = 2;
const MIN_SEMITIC: usize = 2;
const MIN_BENGALI: usize = 2;

/// A script whose words have others written onto them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Hangul,
    Hebrew,
    Arabic,
    Bengali,
}

impl Script {
    fn of(word: &str) -> Option<Self> {
        Some(match word.chars().next()? {
            '\u{AC00}'..='\u{D7A3}' => Self::Hangul,
            '\u{05D0}'..='\u{05EA}' => Self::Hebrew,
            '\u{0620}'..='\u{064A}' | '\u{066E}'..='\u{06D3}' => Self::Arabic,
            '\u{0985}'..='\u{09E1}' => Self::Bengali,
            _ => return None,
        })
    }
}

/// What is left of `word`, folded, without the words that may be written onto it;
/// without the word itself. `is_arabic` is false for Persian, Urdu and the like, whose
/// prefixes are not those of Arabic.
pub(super) fn bare_forms(word: &str, is_arabic: bool) -> Vec<String> {
    let mut forms = Vec::new();
    match Script::of(word) {
        Some(Script::Hangul) => endings(word, KOREAN, MIN_KOREAN, &mut forms),
        Some(Script::Bengali) => {
            endings(word, BENGALI, MIN_BENGALI, &mut forms);
            for form in forms.clone() {
                endings(&form, BENGALI, MIN_BENGALI, &mut forms);
            }
        }
        Some(Script::Hebrew) => hebrew(word, &mut forms),
        Some(Script::Arabic) if is_arabic => arabic(word, &mut forms),
        Some(Script::Arabic) | None => {}
    }
    forms
}

fn endings(word: &str, endings: &[&str], least: usize, out: &mut Vec<String>) {
    let roots = endings
        .iter()
        .filter_map(|ending| word.strip_suffix(ending));
    out.extend(
        roots
            .filter(|root| root.chars().count() >= least)
            .map(str::to_owned),
    );
}

/// And, that, as, in, to, from, the: in this order, each at most once.
fn hebrew(word: &str, out: &mut Vec<String>) {
    let mut rest = word;
    for prefixes in [&['ו'][..], &['ש', 'כ'], &['ב', 'ל', 'מ', 'כ'], &['ה']] {
        if let Some(shorter) = rest.strip_prefix(prefixes)
            && shorter.chars().count() >= MIN_SEMITIC
        {
            rest = shorter;
            out.push(rest.to_owned());
        }
    }
    let plurals = out.iter().map(String::as_str).chain([word]);
    let singular = |form: &str| {
        let root = form
            .strip_suffix("ים")
            .or_else(|| form.strip_suffix("ות"))?;
        (root.chars().count() > MIN_SEMITIC).then(|| root.to_owned())
    };
    let singulars: Vec<String> = plurals.filter_map(singular).collect();
    out.extend(singulars);
}

/// And, so; in, to, as; the: in this order, each at most once. To and the are
/// written `لل`.
fn arabic(word: &str, out: &mut Vec<String>) {
    let mut push = |form: &str| {
        if form.chars().count() >= MIN_SEMITIC {
            out.push(form.to_owned());
        }
    };
    let joined = word.strip_prefix(['و', 'ف']).unwrap_or(word);
    for start in [word, joined] {
        push(start);
        if let Some(rest) = start.strip_prefix("لل") {
            push(rest);
            push(&format!("ال{rest}"));
        }
        for form in [Some(start), start.strip_prefix(['ب', 'ل', 'ك'])]
            .into_iter()
            .flatten()
        {
            push(form);
            if let Some(bare) = form.strip_prefix("ال") {
                push(bare);
            }
        }
    }
}

/// The forms of a term that `~` asks for, besides itself: an Arabic noun with its
/// article is the noun.
pub(super) fn term_forms(word: &str, is_arabic: bool) -> Option<String> {
    let bare = word.strip_prefix("ال")?;
    (is_arabic && bare.chars().count() >= MIN_SEMITIC).then(|| bare.to_owned())
}

/// What to write so that a term finds `word` with the words that its script writes
/// onto it; `None` for scripts that do not.
pub(crate) fn attached_hint(word: &str) -> Option<&'static str> {
    Some(match Script::of(word)? {
        Script::Hangul => "Korean writes particles onto words",
        Script::Hebrew => "Hebrew writes \"in\", \"to\", \"the\" and the like onto words",
        Script::Arabic => "Arabic writes \"in\", \"to\", \"and\" onto words",
        Script::Bengali => "Bengali writes endings onto words",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, wanted: &str) {
        let forms = bare_forms(word, true);
        assert!(forms.iter().any(|form| form == wanted), "{word}: {forms:?}");
    }

    #[test]
    fn particles_prefixes_and_endings_are_taken_off() {
        check("화재가", "화재");
        check("화재에서는", "화재");
        check("공장들은", "공장");
        check("בירושלים", "ירושלים");
        check("ושבירושלים", "ירושלים");
        check("הספינות", "ספינ");
        check("بالقاهره", "القاهره");
        check("وللقاهره", "القاهره");
        check("لحماس", "حماس");
        check("ঢাকায়", "ঢাকা");
        check("ঢাকাতেও", "ঢাকা");
    }

    #[test]
    fn too_little_is_never_left() {
        assert!(bare_forms("물이", true).is_empty());
        assert!(bare_forms("با", true).iter().all(|form| form == "با"));
        assert!(bare_forms("harbour", true).is_empty());
    }
}
