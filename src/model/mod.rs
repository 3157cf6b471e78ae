//! The domain as plain data: feed, entry, article, match, story, alert, delivery.
//! The types have no behaviour beyond questions about their own values, and no I/O.
//!
//! To add a type, add a file here and re-export the type below.

mod article;
mod excerpt;
mod id;
mod matched;
mod quantity;
mod story;
mod thread;

pub use article::{Article, Block, BlockKind, Removed, RemovedKind, TextFrom};
pub use excerpt::Excerpt;
pub use id::{AlertId, ArticleId, DeliveryId, EntryId, FeedId, StoryId, WatchId};
pub use matched::{Evidence, Field, Marks, Match, shown_term};
pub use quantity::{BadQuantity, ByteSize, Span};
pub use story::{CoverageKind, FactKind, NewFact, Novelty, outermost};
pub use thread::{InThread, Thread};
