//! A story's messages at a receiver that keeps them together.

/// A story's thread at a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The service's name for the message that opened it.
    pub reference: String,
    /// The body of the alert that opened it; `None` once that alert was deleted.
    pub root: Option<String>,
}

/// Where a message went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum InThread {
    /// Into no thread.
    #[default]
    No,
    /// It opened its story's thread; the service's name for it.
    Opened(String),
    /// Into its story's thread.
    Reply,
}
