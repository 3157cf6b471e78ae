//! How an arriving article stands to a story, as numbers for the model.

use crate::story::analysis::profile::Nearness;
use crate::story::assign::subject::Subject;

/// Numbers a story is judged by.
pub const N_FEATURES: usize = 49;
/// A story's standing as the model sees it.
pub type Features = [f32; N_FEATURES];

/// Likeness at which two titles are the same.
const SAME_TITLE: f32 = 0.95;
/// Least likeness of two texts under one title, the title's words left out. Two that
/// have nothing to do with one another share some words, and a rare one by chance.
const MIN_UNDER_ONE_TITLE: f32 = 0.10;
/// ... and under any titles, where the text is long: of 1,400 such joins in real
/// streams none was less than 0.02 alike, and eight less than 0.04.
const MIN_BEYOND_TITLE: f32 = 0.025;
/// Content words of a long text.
const LONG_TEXT: usize = 60;

/// What the features are made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    /// The nearest members, the nearest first; never empty.
    pub members: Vec<(Nearness, i64)>,
    /// Articles in the story.
    pub n_articles: u32,
    /// Seconds between the article and the nearest in time among the members.
    pub gap: i64,
    /// Content words of the new article's text.
    pub n_words: usize,
    /// One of the members compared is of the same outlet.
    pub is_own_outlet: bool,
    /// How far article and story are about the same.
    pub subject: Subject,
}

impl Standing {
    /// Whether the texts have to do with one another: "Live updates" stands over every event.
    pub(crate) fn shares_text(&self) -> bool {
        let least = if self.best(|near| near.title) >= SAME_TITLE {
            MIN_UNDER_ONE_TITLE
        } else if self.n_words >= LONG_TEXT {
            MIN_BEYOND_TITLE
        } else {
            0.0
        };
        self.best(|near| near.beyond_title) >= least
    }

    fn best(&self, of: fn(&Nearness) -> f32) -> f32 {
        let members = self.members.iter();
        members.map(|(near, _)| of(near)).fold(0.0, f32::max)
    }

    fn mean(&self, of: fn(&Nearness) -> f32) -> f32 {
        let sum: f32 = self.members.iter().map(|(near, _)| of(near)).sum();
        sum / self.members.len().max(1) as f32
    }

    /// The likeness of the second nearest member; 0 where there is one only.
    fn second(&self) -> f32 {
        let mut all: Vec<f32> = self.members.iter().map(|(near, _)| near.all).collect();
        all.sort_by(|a, b| b.total_cmp(a));
        all.get(1).copied().unwrap_or(0.0)
    }

    /// The model's input.
    pub(crate) fn features(&self) -> Features {
        let all = self.best(|near| near.all);
        let names = self.best(|near| near.names);
        let lead = self.best(|near| near.lead);
        let in_old = self.best(|near| near.title_in_old);
        let lead_in_old = self.best(|near| near.lead_in_old);
        let short = 1.0 / (1.0 + (self.n_words as f32 / 80.0).powi(2));
        let days = self.gap.unsigned_abs() as f32 / 86400.0;
        let size = (1.0 + self.n_articles as f32).ln();
        let subject = &self.subject;
        [
            1.0,
            all,
            all.sqrt(),
            self.best(|near| near.title),
            lead,
            names,
            in_old,
            self.best(|near| near.title_in_new),
            self.mean(|near| near.all),
            self.mean(|near| near.names),
            self.mean(|near| near.title_in_old),
            self.second(),
            size,
            if self.n_articles == 1 { 1.0 } else { 0.0 },
            short,
            short * all,
            short * names,
            short * lead,
            all * names,
            size * all,
            short * in_old,
            (1.0 + self.best(|near| near.common) / 100.0).ln(),
            lead_in_old,
            self.best(|near| near.lead_in_new),
            self.best(|near| near.rarest) / 8.0,
            if self.is_own_outlet { 1.0 } else { 0.0 },
            subject.in_story,
            subject.in_keys,
            subject.names_in_story,
            subject.names_in_keys,
            subject.unheard,
            subject.names_unheard,
            subject.of_story,
            subject.of_story_in_lead,
            subject.names_of_story,
            subject.core,
            subject.in_story.min(subject.of_story),
            subject.names_in_story.min(subject.names_of_story),
            subject.rarest / 8.0,
            subject.rarest_name / 8.0,
            subject.numbers,
            subject.in_story * all.sqrt(),
            (1.0 + days).ln(),
            (1.0 - days).max(0.0),
            subject.shared / 24.0,
            subject.shared_names / 12.0,
            (1.0 + subject.n_shared as f32).ln(),
            subject.missing / 18.0,
            subject.missing_names / 12.0,
        ]
    }
}
