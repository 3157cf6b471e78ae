//! Notices that pages put between an article's paragraphs: layers that ask for
//! consent, what stands in for an embedded video until the reader agrees,
//! appeals for money, rules for comments, what a subscription holds, switches
//! that open a box.
//!
//! One word proves nothing. A line is a notice if the words of one sort add up
//! to [`ENOUGH`]. To add a word: put it into its row, folded as
//! [`crate::extract::lines::phrases::fold`] does it, `*` standing for any ending.

use crate::extract::lines::wording::{Counts, Wording};
use crate::model::RemovedKind;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Consent,
    Appeal,
    CommentRules,
    Offer,
    Switch,
}

const N_SORTS: usize = 5;

/// Points from which a line is a notice.
const ENOUGH: u32 = 4;

impl Sort {
    const ALL: [Self; N_SORTS] = [
        Self::Consent,
        Self::Appeal,
        Self::CommentRules,
        Self::Offer,
        Self::Switch,
    ];

    fn kind(self) -> RemovedKind {
        match self {
            Self::Consent => RemovedKind::Junk,
            Self::Appeal | Self::Offer => RemovedKind::Promo,
            Self::CommentRules => RemovedKind::Comment,
            Self::Switch => RemovedKind::Navigation,
        }
    }

    /// Longest notice of the sort, in words.
    fn max_words(self) -> usize {
        match self {
            Self::Switch => 8,
            Self::Offer => 45,
            Self::Consent | Self::Appeal | Self::CommentRules => 120,
        }
    }
}

/// Words of a sort and how many points each gives.
type Row = (Sort, u32, &'static [&'static str]);

#[rustfmt::skip]
const WORDS: &[Row] = &[
    // What only such a notice says.
    (Sort::Consent, 4, &[
        "externen inhalt", "externer inhalt", "externe inhalte anzeigen", "externen inhalte", "aller externen inhalte", "inhalte von drittanbietern", "empfohlener redaktioneller inhalt", "empfohlener externer inhalt", "redaktionell empfohlener inhalt", "privatsphäre einstellungen verhindern", "um diesen inhalt anzuzeigen", "inhalt laden", "inhalte werden geladen",
        "external content", "third party content is", "this content is hosted by a third party", "to view this content", "to see this content", "to display this content", "content is blocked", "content is not available due to your", "due to your cookie", "due to your privacy", "accept cookies to", "allow cookies to", "we use cookies", "uses cookies", "your consent to load",
        "contenu externe", "pour afficher ce contenu", "pour voir ce contenu", "ce contenu est bloqué", "ce contenu a été bloqué", "contenido externo", "para ver este contenido", "este contenido está bloqueado", "contenuto esterno", "per visualizzare questo contenuto", "per vedere questo contenuto", "conteúdo externo", "para ver este conteúdo", "para visualizar este conteúdo",
        "externe inhoud", "externe content", "om deze inhoud", "eksternt innhold", "eksternt indhold", "externt innehåll", "for å se dette innholdet", "for at se dette indhold", "för att se det här innehållet", "ulkoinen sisältö", "treść zewnętrzn*", "zewnętrzne treści", "aby zobaczyć tę treść", "externí obsah", "внешний контент", "harici içerik",
    ]),
    (Sort::Consent, 2, &[
        "einwilligung*", "einverstanden", "personenbezogene*", "datenschutzerklärung*", "datenschutzeinstellung*", "drittplattform*", "drittanbieter*", "verarbeitungsvorg*", "cookie*", "rechtsgrundlage", "ip adresse", "endgerät*", "zweck :", "zustimm*", "privatsphäre*",
        "consent", "personal data", "privacy policy", "privacy settings", "privacy preferences", "third part*", "legitimate interest*", "ip address", "données personnelles", "consentement", "vie privée", "politique de confidentialité", "tiers", "datos personales", "consentimiento", "política de privacidad", "terceros",
        "dati personali", "consenso", "informativa", "terze parti", "dados pessoais", "consentimento", "terceiros", "persoonsgegevens", "toestemming", "privacybeleid", "derden", "personopplysninger", "personoplysninger", "samtykke*", "personvern*", "personuppgifter", "samtycke*", "tredjepart*", "danych osobowych", "polityk* prywatności", "osobních údajů", "персональных данных", "kişisel veri*",
    ]),
    (Sort::Consent, 1, &[
        "klick*", "anzeig*", "aktivier*", "lade*", "akzeptier*", "widerruf*", "speicher*", "website", "webbrowser*", "anbieter*", "übermittel*", "partner*", "statistisch*", "dieser stelle", "click*", "accept*", "load*", "agree*", "enable*", "allow*", "browser", "provider*", "cliqu*", "accept*", "affich*", "autoris*", "clic", "acept*", "mostrar", "permit*", "accett*", "visualizz*", "aceit*", "accepteer*", "toon", "klikk*", "godta*", "godkänn*", "tillad*", "zgod*", "kliknij", "souhlas*",
    ]),
    (Sort::Appeal, 4, &[
        "support independent journalism", "support our journalism", "reader supported", "reader funded", "become a supporter", "make a donation", "please consider donating", "please donate", "donate today", "donate now", "listeners like you", "readers like you", "viewers like you", "buy me a coffee", "unterstützen sie unsere arbeit", "unterstützen sie uns", "unterstütze uns", "unterstütze unsere arbeit", "mit ihrer spende", "spendenkonto", "jetzt spenden", "bitte spenden", "probeabo", "soutenez nous", "faites un don", "faire un don", "soutenez notre", "haz una donación", "apóyanos", "apoya nuestro", "hazte socio",
        "fai una donazione", "sostienici", "sostieni il", "faça uma doação", "apoie o", "steun ons", "doneer", "wesprzyj nas", "wesprzyj", "поддержите нас", "поддержать", "støtt oss", "stöd oss", "støt os", "bağış yap",
    ]),
    (Sort::Appeal, 2, &[
        "spende*", "abo", "abos", "abonnement*", "abonnieren", "abonniere", "bestellen sie", "testen sie", "kostenlos*", "briefkasten", "gedruckte zeitung", "endet automatisch", "abbestellt", "unabhängige* journalis*", "mitglied werden", "fördermitglied*", "iban", "paypal", "donat*", "subscribe*", "subscription*", "free trial", "cancel anytime", "cancel at any time", "membership", "contribution*", "independent journalism", "crowdfund*", "patreon", "abonnez", "abonnement*", "gratuit*", "indépendant*", "dons", "suscríb*", "suscrip*", "donaci*", "gratis", "periodismo independiente",
        "abbona*", "donazion*", "giornalismo indipendente", "assine", "assinatura*", "doaç*", "doação", "jornalismo independente", "abonneer*", "proefabonnement", "lid worden", "prenumer*", "subskry*", "darowizn*", "подпи*", "пожертвов*",
    ]),
    (Sort::Appeal, 1, &[
        "angebot*", "lesen sie", "unterstütz*", "zeitung", "wochen", "euro", "monat*", "journalismus", "leser*", "support*", "offer", "month*", "readers", "journalism", "newsletter*", "soutien", "offre", "mois", "lecteurs", "oferta", "apoy*", "lectores", "offerta", "lettori", "apoi*", "leitores", "steun*", "lezers", "informieren sie",
    ]),
    (Sort::CommentRules, 3, &[
        "ihre kommentare", "kommentare werden", "netiquette", "ihr kommentar", "kommentarfunktion", "kommentarbereich", "comment policy", "comments are moderated", "comments are subject", "your comments", "house rules", "commenting guidelines", "community guidelines", "vos commentaires", "les commentaires sont", "charte de modération", "los comentarios", "sus comentarios", "tus comentarios", "i commenti", "i tuoi commenti", "os comentários", "comentários são", "uw reactie*", "reacties worden", "huisregels", "komentarze są", "regulamin*", "komentář*", "комментари*", "التعليقات", "التعليق", "تعليقات", "تعليق", "yorumlar*", "yorumunuz", "kommentarer", "kommentarfelt*", "debattregler", "コメント", "评论", "댓글",
    ]),
    (Sort::CommentRules, 2, &[
        "themenbezogen*", "moderier*", "moderat*", "beleidig*", "sachlich*", "verfasser*", "verantwortung für den inhalt", "abusive", "offensive", "off topic", "respectful*", "civil", "defamatory", "profanity", "modér*", "injur*", "diffamat*", "courtois*", "respect*", "ofensiv*", "insult*", "moderad*", "offensiv*", "rispett*", "moderaz*", "beledig*", "gemodereerd", "obraź*", "wulgar*", "vulgár*", "оскорб*", "модер*", "الإساءة", "الإساءه", "الموضوع", "الشتائم", "لا تعبر", "hakaret*", "küfür*", "saklig*", "誹謗", "辱骂",
    ]),
    (Sort::CommentRules, 1, &[
        "veröffentlich*", "lösch*", "formulier*", "kommentar*", "comment*", "publish*", "delete*", "remove*", "publi*", "supprim*", "elimin*", "rimoss*", "remov*", "verwijder*", "usun*", "удал*", "نشر", "حذف", "للكاتب", "الأشخاص", "yayın*", "slett*", "radera*", "掲載", "删除",
    ]),
    (Sort::Offer, 4, &[
        "unlimited online access", "unlimited digital access", "unlimited access to", "exclusive articles by", "exclusive articles from", "with one account", "support local journalism", "an electronic replica of the print edition", "create an account or sign in", "sign in or create an account", "join the conversation in the comments", "additional articles per month", "enjoy additional articles", "subscribe now to read", "subscribe to read", "get exclusive access", "ad free reading", "cancel any time", "daily puzzles",
        "unbegrenzter zugang", "unbegrenzten zugriff", "alle artikel lesen", "jederzeit kündbar", "monatlich kündbar", "accès illimité", "articles réservés aux abonnés", "sans engagement", "acceso ilimitado", "acceso a todos los", "sin publicidad", "accesso illimitato", "senza pubblicità", "acesso ilimitado", "onbeperkt toegang", "ubegrenset tilgang", "obegränsad tillgång", "nieograniczony dostęp", "неограниченный доступ",
    ]),
    (Sort::Offer, 2, &[
        "epaper", "e paper", "newsletters", "virtual events", "crossword", "subscriber*", "sign in", "account", "exclusive", "share your thoughts", "columnists", "abonnenten", "digitalabo", "abonnés", "suscriptores", "abbonati", "assinantes", "abonnees", "abonnenter", "prenumeranter",
    ]),
    (Sort::Offer, 1, &["access", "articles", "app", "unlimited", "subscribe", "plus", "sites", "print edition", "local", "zugang", "artikel", "accès", "acceso"]),
    (Sort::Switch, 4, &[
        "advertisement has not loaded", "article content", "article continues below", "story continues below", "continues after the ad", "artikel wird nach der anzeige fortgesetzt", "weiter nach der werbung", "weiter nach der anzeige", "la suite après cette publicité", "sigue después de la publicidad", "continua dopo la pubblicità", "continua após a publicidade", "lees verder na de advertentie", "artikkelen fortsetter under annonsen", "artikeln fortsätter under annonsen", "artiklen fortsætter efter annoncen", "dalsza część artykułu pod",
        "aufklappen", "zuklappen", "ausklappen", "einklappen", "mehr anzeigen", "weniger anzeigen", "show more", "show less", "read less", "view more", "see less", "show transcript", "hide transcript", "expand", "collapse", "afficher plus", "afficher moins", "voir moins", "mostrar más", "mostrar menos", "ver menos", "mostra altro", "mostra meno", "mostrar mais", "toon meer", "toon minder", "vis mer", "vis mindre", "visa mer", "visa mindre", "näytä lisää", "rozwiń", "zwiń", "pokaż więcej", "pokaż mniej", "zobrazit více", "zobrazit méně", "развернуть", "свернуть", "показать еще", "daha fazla göster", "daha az göster", "もっと見る", "閉じる", "展开全文", "收起", "더보기", "접기", "عرض المزيد", "عرض أقل",
    ]),
];

struct Lexicon {
    automaton: Option<AhoCorasick>,
    rows: Vec<usize>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut patterns = Vec::new();
    let mut rows = Vec::new();
    for (at, (_, _, words)) in WORDS.iter().enumerate() {
        for word in *words {
            patterns.push(match word.strip_suffix('*') {
                Some(stem) => format!(" {stem}"),
                // Scripts without spaces have no word ends to look for.
                None if WORDS[at].0 == Sort::CommentRules
                    && !word.contains(' ')
                    && word.chars().count() <= 4
                    && word.chars().all(|c| c >= '\u{3040}') =>
                {
                    (*word).to_owned()
                }
                None => format!(" {word} "),
            });
            rows.push(at);
        }
    }
    Lexicon {
        // Building fails only on gigabytes of patterns; without it nothing is found.
        automaton: AhoCorasick::new(patterns).ok(),
        rows,
    }
});

/// Words by which a linked line points to another article. To add a language: its
/// words.
#[rustfmt::skip]
const POINTERS: &[&str] = &[
    "read also", "also read", "see also", "read more", "read next", "related", "les også", "läs också", "läs även", "läs mer", "læs også", "lue myös", "lees ook", "lesen sie auch", "lesen sie dazu", "lies auch", "mehr zum thema", "mehr dazu", "lire aussi", "à lire aussi", "a lire aussi", "voir aussi", "lea también", "lee también", "lea además", "también te puede interesar", "mira también", "leggi anche", "vedi anche", "leia também", "veja também", "czytaj także", "czytaj też", "zobacz też", "zobacz także", "přečtěte si také", "čtěte také", "prečítajte si aj", "olvasd el", "citește și", "citeşte şi", "pročitajte i", "читайте также", "читайте також", "διαβάστε επίσης", "ayrıca okuyun", "baca juga", "xem thêm", "اقرأ أيضا", "اقرأ أيضاً", "関連記事", "あわせて読みたい", "相关阅读", "延伸閱讀", "관련기사",
];

/// Whether a line begins with words that point to another article; to be asked
/// of lines that are links.
pub(super) fn is_pointer(folded: &str) -> bool {
    let line = folded.trim_start();
    POINTERS.iter().any(|words| {
        line.strip_prefix(words)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() && c < '\u{3040}'))
    })
}

/// Most terms of one line that are counted.
const MAX_TERMS: usize = 64;

/// What kind of notice a line is, if it is one; `folded` and `wording` as its
/// facts have them.
pub(super) fn kind_of(folded: &str, wording: &Counts) -> Option<RemovedKind> {
    let automaton = LEXICON.automaton.as_ref()?;
    let mut points = [0_u32; N_SORTS];
    let mut most = [0_u32; N_SORTS];
    let mut seen = [usize::MAX; MAX_TERMS];
    let mut n_seen = 0;
    for found in automaton.find_overlapping_iter(folded) {
        let pattern = found.pattern().as_usize();
        // A word said twice proves no more than once.
        if seen[..n_seen].contains(&pattern) {
            continue;
        }
        if n_seen == MAX_TERMS {
            break;
        }
        seen[n_seen] = pattern;
        n_seen += 1;
        let (sort, n_points, _) = WORDS[LEXICON.rows[pattern]];
        points[sort as usize] += n_points;
        most[sort as usize] = most[sort as usize].max(n_points);
    }
    if n_seen == 0 {
        return None;
    }
    let n_words = folded.split_ascii_whitespace().count();
    let speaks = |sorts: &[Wording]| sorts.iter().any(|sort| wording[*sort as usize] > 0);
    Sort::ALL
        .into_iter()
        .filter(|sort| n_words <= sort.max_words())
        .find(|sort| {
            let points = points[*sort as usize];
            match sort {
                Sort::Switch => points >= ENOUGH,
                // A report on data protection has its words too, but speaks to nobody.
                Sort::Consent | Sort::Appeal => {
                    points >= ENOUGH
                        && (n_words <= 8
                            || speaks(&[Wording::You, Wording::We, Wording::Asking])
                            || 2 * points >= 3 * ENOUGH)
                }
                // What insults is not yet about comments.
                Sort::CommentRules => points > ENOUGH && most[*sort as usize] >= 3,
                Sort::Offer => points >= ENOUGH,
            }
        })
        .map(Sort::kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::lines::{phrases, wording};

    fn check(line: &str, wanted: Option<RemovedKind>) {
        let folded = phrases::fold(line);
        assert_eq!(kind_of(&folded, &wording::count(&folded)), wanted, "{line}");
    }

    #[test]
    fn notices_are_known_by_several_words() {
        check(
            "An dieser Stelle steht ein externer Inhalt, den Sie mit einem Klick laden.",
            Some(RemovedKind::Junk),
        );
        check(
            "Pour afficher ce contenu, vous devez accepter les cookies.",
            Some(RemovedKind::Junk),
        );
        check(
            "Bitte spenden Sie: Mit Ihrer Spende bleibt unser Blatt unabhängig.",
            Some(RemovedKind::Promo),
        );
        check(
            "Comments are moderated; please be civil and respectful.",
            Some(RemovedKind::Comment),
        );
        check(
            "Unlimited online access to all our articles with one account.",
            Some(RemovedKind::Promo),
        );
        check("Infobox aufklappen", Some(RemovedKind::Navigation));
    }

    #[test]
    fn a_report_on_the_same_things_is_none() {
        check(
            "Das Gericht verlangt eine Einwilligung, bevor Cookies gesetzt werden.",
            None,
        );
        check(
            "The charity received 40 donations for the school by Friday.",
            None,
        );
        check(
            "The minister declined to comment on the offensive in the north.",
            None,
        );
    }
}
