//! How an arriving article stands to a story, as numbers for the model.

use crate::model::StoryId;
use crate::story::analysis::profile::Nearness;

/// Numbers a story is judged by.
pub const N_FEATURES: usize = 37;
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

/// With fewer articles in memory it is not known which words are common.
const YOUNG_MEMORY: u32 = 30;

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
    /// How near the nearest of the other stories are.
    pub rivals: Rivals,
    /// Articles that the weights of words were counted over.
    pub n_known: u32,
}

/// The stories that the article is near to besides the one that is judged: alike
/// events are all near, and the article's own stands out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rivals {
    /// Of the nearest article of another story, each as in [`Nearness`].
    pub all: f32,
    pub lead: f32,
    pub names: f32,
    pub title_in_old: f32,
    pub lead_in_old: f32,
    /// The mean nearness of the articles of other stories that were compared.
    pub mean: f32,
}

impl Rivals {
    /// Of the stories but the one at `own`.
    pub(crate) fn of(stories: &[(StoryId, Standing)], own: usize) -> Self {
        let mut found = Self::default();
        let mut n_compared = 0.0;
        let others = stories.iter().enumerate().filter(|(at, _)| *at != own);
        for (near, _) in others.flat_map(|(_, (_, standing))| &standing.members) {
            found.all = found.all.max(near.all);
            found.lead = found.lead.max(near.lead);
            found.names = found.names.max(near.names);
            found.title_in_old = found.title_in_old.max(near.title_in_old);
            found.lead_in_old = found.lead_in_old.max(near.lead_in_old);
            found.mean += near.all;
            n_compared += 1.0;
        }
        found.mean /= f32::max(n_compared, 1.0);
        found
    }
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
        // Within a day, time tells nothing: alike events happen side by side.
        let log_gap = days(self.gap).max(1.0).ln();
        let lead_in_old = best(|near| near.lead_in_old);
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
            if self.n_known < YOUNG_MEMORY {
                1.0
            } else {
                0.0
            },
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
            lead_in_old,
            best(|near| near.lead_in_new),
            best(|near| near.numbers),
            mean(|near| near.lead_in_old),
            all - self.rivals.all,
            lead - self.rivals.lead,
            names - self.rivals.names,
            in_old - self.rivals.title_in_old,
            lead_in_old - self.rivals.lead_in_old,
            self.rivals.mean,
            all / (all + self.rivals.mean + 0.02),
            (1.0 + self.n_known as f32).ln() / 8.0,
        ]
    }
}
