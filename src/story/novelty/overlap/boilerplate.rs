//! Finds boilerplate: sentences that an outlet repeats under unrelated articles. They
//! show neither what an article is about nor that it is a copy, so placement and matching
//! ignore them.

use crate::model::StoryId;
use crate::story::Incoming;
use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::sketch::Sketch;
use crate::story::assign::place::Stories;
use std::ops::Range;

/// The most earlier articles of the outlet that an arriving one is compared with.
const MAX_EARLIER: usize = 16;

impl Stories {
    /// The article without its boilerplate sentences; `None` if it has none.
    pub(crate) fn own_words<'a>(&self, arrival: &Arrival<'a>) -> Option<Arrival<'a>> {
        let is_standing = self.standing_sentences(arrival);
        is_standing.contains(&true).then(|| {
            let analysis = arrival.analysis.without(&is_standing);
            Arrival::analysed(arrival.incoming, analysis, &self.idf)
        })
    }

    /// The outlet's latest earlier article that has this sentence of the arriving
    /// article.
    fn earlier(&self, arrival: &Arrival<'_>, sentence: usize) -> Option<u32> {
        let key = arrival.taken.repeats.get(sentence).copied().unwrap_or(0);
        self.repeats.latest(key).filter(|_| key != 0)
    }

    /// Whether the outlet has published the sentence in an earlier article.
    pub(crate) fn is_said_again(&self, arrival: &Arrival<'_>, sentence: usize) -> bool {
        self.earlier(arrival, sentence)
            .is_some_and(|number| self.window.sketch(number).is_some())
    }

    /// Whether the outlet has published the sentence in another story.
    pub(crate) fn is_repeat(&self, arrival: &Arrival<'_>, sentence: usize, story: StoryId) -> bool {
        self.earlier(arrival, sentence)
            .and_then(|number| self.window.sketch(number))
            .is_some_and(|sketch| sketch.story != story)
    }

    /// Whether an article is the outlet's follow-up to its own earlier article: it
    /// repeats old paragraphs and adds new text.
    pub(crate) fn follows_up(&self, arrival: &Arrival<'_>, earlier: &Sketch) -> bool {
        earlier.source == arrival.taken.source && self.is_revised(arrival, earlier)
    }

    /// For each sentence of the text, whether it is boilerplate: the outlet has published
    /// it in an article on something else.
    pub(crate) fn standing_sentences(&self, arrival: &Arrival<'_>) -> Vec<bool> {
        let mut seen: Vec<(u32, bool)> = Vec::new();
        let mut is_on_another_thing = |number: u32| {
            let known = seen.iter().find(|(earlier, _)| *earlier == number);
            if let Some((_, is_other)) = known {
                return *is_other;
            }
            let sketch = self.window.sketch(number);
            let is_other = seen.len() < MAX_EARLIER
                && sketch.is_some_and(|sketch| !arrival.shares_title(sketch));
            seen.push((number, is_other));
            is_other
        };
        (0..arrival.taken.repeats.len())
            .map(|sentence| {
                let earlier = self.earlier(arrival, sentence);
                earlier.is_some_and(&mut is_on_another_thing)
            })
            .collect()
    }

    /// The byte ranges of an article's text that are boilerplate for matching: sentences
    /// that its outlet has published in another story, in an article on something else.
    /// Empty if they are most of the text, because then they are its topic.
    #[must_use]
    pub fn boilerplate(&self, incoming: &Incoming<'_>, story: StoryId) -> Vec<Range<usize>> {
        let arrival = Arrival::new(incoming, &self.idf);
        let is_repeated = self.standing_sentences(&arrival);
        let sentences = &arrival.analysis.sentences[arrival.analysis.body.clone()];
        let ranges: Vec<Range<usize>> = sentences
            .iter()
            .enumerate()
            .filter(|&(at, _)| is_repeated.get(at) == Some(&true))
            .filter(|&(at, _)| self.is_repeat(&arrival, at, story))
            .map(|(_, sentence)| sentence.span.clone())
            .collect();
        let n_bytes: usize = ranges.iter().map(Range::len).sum();
        if n_bytes * 2 > incoming.text.len() {
            return Vec::new();
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use crate::model::ArticleId;
    use crate::story::{Incoming, Settings, Stories};

    const NOTE: &str = "Harbour Courier readers can follow the Kelmere dam appeal on our app.";

    /// Checks the boilerplate of the last of these articles (title and text), which are
    /// all of one outlet.
    fn check(articles: &[(&str, &str)], wanted: &[&str]) {
        let mut stories = Stories::new(Settings::default());
        let mut found = Vec::new();
        for (at, (title, text)) in articles.iter().enumerate() {
            let incoming = Incoming {
                id: ArticleId(at as i64),
                url: None,
                source: "Harbour Courier",
                title,
                dek: "",
                text,
                language: Some("en"),
                at: jiff::Timestamp::UNIX_EPOCH,
                same_as: None,
            };
            let placement = stories.plan(&incoming);
            let ranges = stories.boilerplate(&incoming, placement.story);
            found = ranges.into_iter().map(|range| &text[range]).collect();
            stories.apply(&incoming, &placement);
        }
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_note_under_articles_on_different_topics_is_boilerplate() {
        let bakers = format!(
            "Bakers in Ostwick raised the price of rye bread on Monday. Flour has become dearer since the spring harvest failed.\n\n{NOTE}"
        );
        let tram = format!(
            "The number nine tram will stop at midnight from next week. Drivers had asked for shorter shifts for two years.\n\n{NOTE}"
        );
        check(&[("Rye bread gets dearer in Ostwick", &bakers)], &[]);
        let both = [
            ("Rye bread gets dearer in Ostwick", bakers.as_str()),
            ("Last tram leaves at midnight", tram.as_str()),
        ];
        check(&both, &[NOTE]);
    }

    #[test]
    fn what_most_of_an_article_says_is_its_topic() {
        let short = format!("A correction.\n\n{NOTE}");
        let long = format!("Bakers in Ostwick raised the price of rye bread on Monday.\n\n{NOTE}");
        check(
            &[
                ("Rye bread gets dearer in Ostwick", &long),
                ("Kelmere appeal", &short),
            ],
            &[],
        );
    }
}
