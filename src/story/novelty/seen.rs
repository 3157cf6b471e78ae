//! The features of an article, for the training of the novelty models.

use crate::model::StoryId;
use crate::story::Incoming;
use crate::story::analysis::arrival::Arrival;
use crate::story::assign::place::Stories;
use crate::story::novelty::article_features::ArticleFeatures;
use crate::story::novelty::sentence_features::SentenceFeatures;
use std::ops::Range;

/// The features of an article and its sentences.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The byte range of each sentence in the text, and its features.
    pub sentences: Vec<(Range<usize>, SentenceFeatures)>,
    /// The article's features.
    pub article: ArticleFeatures,
    /// Whether most of its text comes from an earlier article.
    pub is_copy: bool,
}

impl Stories {
    /// The features of `incoming` in `story`; `None` if the story is not in memory.
    #[must_use]
    pub fn seen(&self, incoming: &Incoming<'_>, story: StoryId) -> Option<Seen> {
        let arrival = Arrival::new(incoming, &self.idf);
        let members = &self.stories.get(&story)?.members;
        let findings = self.findings(&arrival, members.iter().copied());
        let new = self.probabilities(&findings);
        let article = self.article_features(&arrival, story, &findings, &new);
        let body = &arrival.analysis.sentences[arrival.analysis.body.clone()];
        let spans = body.iter().map(|sentence| sentence.span.clone());
        Some(Seen {
            sentences: spans.zip(findings.sentences).collect(),
            article,
            is_copy: self.copied(&arrival).is_some(),
        })
    }
}
