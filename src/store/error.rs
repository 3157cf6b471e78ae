//! Why the store did not do what it was asked.

/// Why the store did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The lease ran out and the work was leased to another; nothing was changed.
    #[error("the lease was lost: the work took longer than it was leased for")]
    LeaseLost,
    /// The file, its folder or its disk cannot be used; what to do is in the text.
    #[error("{0}")]
    Unusable(String),
    /// The disk is full or fails, the file is read-only, or another program
    /// has locked it: the same may succeed later.
    #[error("the store cannot write: {0}; newsvane tries again")]
    CannotWrite(String),
    /// The file is damaged; what to do is in the text.
    #[error("the store is damaged: {0}; {REMEDY}")]
    Damaged(String),
    /// Any other error of the database.
    #[error("the store's database reported an error: {0}")]
    Database(String),
}

/// What a person can do about a damaged store.
pub(super) const REMEDY: &str = "stop newsvane, then run `newsvane restore` with a backup, \
    or `newsvane store salvage`, which saves what can still be read";

impl StoreError {
    /// Whether the same may succeed later without any change by newsvane, such as when
    /// the disk has room again.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::CannotWrite(_) => true,
            Self::LeaseLost | Self::Unusable(_) | Self::Damaged(_) | Self::Database(_) => false,
        }
    }

    /// Whether the file itself is damaged.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::LeaseLost | Self::Unusable(_) | Self::CannotWrite(_) | Self::Database(_) => false,
        }
    }
}
