//! What is said of an article and the stories that it could belong to.

use crate::model::StoryId;
use crate::story::assign::features::Features;

/// A story an article could belong to.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The story.
    pub story: StoryId,
    /// How the article stands to it.
    pub features: Features,
    /// The judge's view of it.
    pub probability: f32,
}

/// The old stories an article belongs to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// The one that it is placed in; `None` where it opens a new one.
    pub(crate) story: Option<StoryId>,
    /// Others that it belongs to as surely: they are one with it.
    pub(crate) linked: Vec<StoryId>,
}
