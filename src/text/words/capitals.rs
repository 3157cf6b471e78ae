//! Recognises acronyms, also in lines that are all in capitals: in "GIVE US MORE TIME",
//! US is not the country.

use crate::text::{Text, Word};

/// How many words on either side of a word are checked.
const REACH: usize = 12;
/// The bytes of a word that is too long for an acronym.
const LONG: usize = 5;

impl Text {
    /// Whether the word with index `at` is in capitals as an acronym is, in
    /// `source`, which the text was read from. In a line that is all in capitals, an
    /// everyday word of the `language`, which is asked for only there, is no acronym.
    pub(crate) fn is_acronym<'l>(
        &self,
        source: &str,
        at: usize,
        language: impl FnOnce() -> Option<&'l str>,
    ) -> bool {
        let word = &self.words()[at];
        word.flags.is_caps()
            && (word.flags.is_dotted()
                || !self.is_line_in_capitals(source, at)
                || !is_everyday_word(self.folded(word), language()))
    }

    /// Whether the line of the word with index `at` is written in capitals, in
    /// `source`, which the text was read from. In prose the first neighbour says no.
    fn is_line_in_capitals(&self, source: &str, at: usize) -> bool {
        let words = self.words();
        let is_apart = |before: usize, after: usize| {
            let gap = words[before].end as usize..words[after].start as usize;
            let gap = source.as_bytes().get(gap);
            gap.is_none_or(|gap| memchr::memchr2(b'\n', b'\r', gap).is_some())
        };
        let is_small = |word: &Word| !word.flags.is_caps() && !word.flags.has_digit();
        let is_long = |word: &Word| word.flags.is_caps() && word.range().len() >= LONG;
        let mut has_long = false;
        for before in (at.saturating_sub(REACH)..at).rev() {
            if is_apart(before, before + 1) {
                break;
            }
            if is_small(&words[before]) {
                return false;
            }
            has_long |= is_long(&words[before]);
        }
        for (after, word) in words.iter().enumerate().skip(at + 1).take(REACH) {
            if is_apart(after - 1, after) {
                break;
            }
            if is_small(word) {
                return false;
            }
            has_long |= is_long(word);
        }
        has_long
    }
}

/// Whether an acronym of this folded form is also an everyday word in `language` (a
/// BCP 47 tag); in any language if it is not known.
fn is_everyday_word(folded: &str, language: Option<&str>) -> bool {
    let primary = language.map(|tag| tag.split(['-', '_']).next().unwrap_or_default());
    let primary = primary.filter(|primary| SHORT_WORDS.iter().any(|(known, _)| known == primary));
    SHORT_WORDS
        .iter()
        .filter(|(tag, _)| primary.is_none_or(|primary| primary == *tag))
        .any(|(_, words)| words.split(' ').any(|word| word == folded))
}

/// The everyday words of two and three letters, folded, by language.
const SHORT_WORDS: &[(&str, &str)] = &[
    (
        "en",
        "ad add ago aid aim air all am an and any are arm art as ask at ate bad bar be bed big \
         bit box boy bus but buy by can car cat cop cup cut dad day did die do dog due ear eat \
         egg end eye fan far fat few fit fix fly for fun gas get go god got gun guy had has hat \
         he her him his hit hot how ice if ill in is it its job key kid lab law lay led leg let \
         lie lot low mad man map may me men met mix mom mr my net new no nor not now odd of off \
         oh oil ok old on one or our out own pay per pet pro put ran raw red rid row run sad saw \
         say sea see set sex she sit six sky so son sue sum sun tax tea ten the tie tip to toe \
         too top toy try two up us use via war was way we wet who why win won yes yet you zoo",
    ),
    (
        "de",
        "ab als am an arm art auf aus bei bin bis da das dem den der des die du ehe ein er es \
         fur gar gut hat her ihm ihn ihr im in ist ja mal man mit neu nie nun nur ob oft ort \
         rat rot sei sie so tag tat tod tor tun um und uns vom von vor war was weg wem wen wer \
         wie wir wo zu zum zur",
    ),
    (
        "fr",
        "ai an as au aux bas ca car ce ces cet de des dit du eau eh elu en est et eu eux feu \
         fin fut ici il ils je la le les lui ma mai mal me mer mes moi mon mot ne ni non nos \
         on ont or ou oui par pas peu pie plu pour pre qui rue sa se ses si soi son sur ta te \
         tes tir toi ton tot tu un une va vie vol vos vu",
    ),
    (
        "es",
        "al asi con dan dar de del dia dio don dos el en era es eso fin fue gas ha han hay hoy \
         iba ir la las le les ley lo los luz mal mar mas me mes mi mil mis muy ni no nos oro \
         paz por que red rey sea ser si sin so sol son su sus te tu un una uno uso va van ver \
         vez via voz y ya yo",
    ),
    (
        "it",
        "a ad al che chi ci col con da dal dei del di dio due e ed fa fra gas gia gli ha ho i \
         il in io la le lei lo lui ma mai me mi mia mio ne nei nel noi non o oro per piu poi \
         pro qua re se si sia sin su sua sul suo te ti tra tre tu tua tuo un una uno va via",
    ),
    (
        "pt",
        "a ao aos as ate com da das de dia do dos e ela ele em era esta eu fez fim foi ha ir \
         ja la lei lhe luz mal mar mas me meu mil na nas nao no nos o os ou paz pela por que \
         rei rio se sem ser seu sob sol sua tem ter tu um uma vai ver vez via voz",
    ),
    (
        "nl",
        "aan al als ben bij dan dat de der die dit doe dus een en er ga gas had ham hem hen het \
         hij hoe hun ik in is ja je kan man me met mij na nee net nog nu of om ons ook op oud \
         pas per te tot u uit van ver via vol voor wat we wel wie wij ze zei zij zo zus",
    ),
    (
        "sv",
        "ar att av bar bli da de dem den det dig din dit du dom ej en er ett far for ga ger gor \
         ha han har hej hon hur i in ja jag kan kom mal man med men mig min mot mer nar nej ni \
         nu ny och om oss pa sa se sex sig sin ska som ta till tre tva under upp ut var vad vem \
         vi via vid",
    ),
    (
        "da",
        "af al alt at bar ben bil blev da dag de dem den der det dig din dog du efter en er et \
         far fem fik for fra far ga gor ham han har her hun hus hvor i ja jeg kan kom lov mad \
         man med men mig min mod mor nar nej ni nok nu ny og om op os over pa se sig sin sit \
         sag som sa tag tid til to tre ud uge under var ved vej vi via vil",
    ),
    (
        "no",
        "av bil bli da dag de deg dem den der det din du eg ein en er et etter fem fikk for fra \
         ga ham han har her hun hus hva i ja jeg kan kom lov man med meg men min mot na nar nei \
         ni noe ny og om opp oss over pa sa se seg sin som ta til tre to ut uke under var ved \
         vei vi via vil",
    ),
    (
        "pl",
        "ale ani bez bo by byl co czy dla do dni dom go i ich im iz ja jak jej jest juz kto ku \
         ma mi my na nad nie no o od on ona pan po pod pol raz rok sa sam sie ta tak tam te tej \
         ten to tu ty tym u w wie wy z za ze",
    ),
    (
        "tr",
        "ac ad ak al an ana ara at az bak bey bin bir biz bu da de dis diye dun eli en er et ev \
         fon gec gel gun her hic ic ile is iki kan kac kar ki kim ki mi mu ne o ol on on ona \
         onu oy ram saf sen ses siz son su suc tek tum uc ulu un ve ya yas yer yol yuz zam",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::analyze;

    fn check(source: &str, word: &str, wanted: bool) {
        let text = analyze(source);
        let at = text
            .words()
            .iter()
            .position(|found| text.folded(found) == word);
        let at = at.expect("the word is in the text");
        assert_eq!(text.is_line_in_capitals(source, at), wanted, "{source}");
    }

    #[test]
    fn a_line_is_in_capitals_if_no_word_of_it_has_a_small_letter() {
        check("GIVE US MORE BOATS, SAY FERRYMEN", "us", true);
        check("US to send boats", "us", false);
        check(
            "A quiet day\nTELL US MORE ABOUT FERRIES\nNobody did.",
            "us",
            true,
        );
        // Nothing but short words: they may all be acronyms.
        check("UN, EU, US", "us", false);
    }

    #[test]
    fn everyday_words_are_those_of_the_language() {
        assert!(is_everyday_word("us", Some("en-GB")));
        assert!(!is_everyday_word("us", Some("de")));
        assert!(is_everyday_word("um", Some("de")));
        assert!(is_everyday_word("us", None));
        assert!(!is_everyday_word("eu", Some("en")));
        assert!(!is_everyday_word("un", Some("en")));
    }
}
