//! How an arriving article stands to a story, as numbers for the model.

use crate::story::analysis::profile::Nearness;

/// Numbers a story is judged by.
pub const N_FEATURES: usize = 25;
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
}

impl Standing {
    /// Whether the texts have to do with one another: "Live updates" stands over every event.
    pub(crate) fn shares_text(&self) -> bool {
        let best = |of: fn(&Nearness) -> f32| {
            let members = self.members.iter();
            members.map(|(near, _)| of(near)).fold(0.0, f32::max)
        };
        let least = if best(|near| near.title) >= SAME_TITLE {
            MIN_UNDER_ONE_TITLE
        } else if self.n_words >= LONG_TEXT {
            MIN_BEYOND_TITLE
        } else {
            0.0
        };
        best(|near| near.beyond_title) >= least
    }

    /// The model's input.
    pub(crate) fn features(&self) -> Features {
        let best = |of: fn(&Nearness) -> f32| {
            self.members
                .iter()
                .map(|(near, _)| of(near))
                .fold(0.0, f32::max)
        };
        let n_members = self.members.len().max(1) as f32;
        let mean = |of: fn(&Nearness) -> f32| {
            self.members.iter().map(|(near, _)| of(near)).sum::<f32>() / n_members
        };
        let all = best(|near| near.all);
        let title = best(|near| near.title);
        let lead = best(|near| near.lead);
        let names = best(|near| near.names);
        let in_old = best(|near| near.title_in_old);
        let in_new = best(|near| near.title_in_new);
        let second = {
            let mut all: Vec<f32> = self.members.iter().map(|(near, _)| near.all).collect();
            all.sort_by(|a, b| b.total_cmp(a));
            all.get(1).copied().unwrap_or(0.0)
        };
        let short = 1.0 / (1.0 + (self.n_words as f32 / 80.0).powi(2));
        let days = |seconds: i64| seconds.unsigned_abs() as f32 / 86400.0;
        let log_gap = (1.0 + days(self.gap)).ln();
        let size = (1.0 + self.n_articles as f32).ln();
        [
            1.0,
            all,
            all.sqrt(),
            title,
            lead,
            names,
            in_old,
            in_new,
            mean(|near| near.all),
            mean(|near| near.names),
            mean(|near| near.title_in_old),
            second,
            log_gap,
            (1.0 - days(self.gap)).max(0.0),
            size,
            if self.n_articles == 1 { 1.0 } else { 0.0 },
            short,
            short * all,
            short * names,
            short * lead,
            all * names,
            log_gap * all,
            size * all,
            short * in_old,
            (1.0 + best(|near| near.common) / 100.0).ln(),
        ]
    }
}
