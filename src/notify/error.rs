//! Why a receiver cannot be made ready.

use crate::http::{BadSecret, Refusal};
use crate::notify::BadKey;

/// A receiver that cannot be made ready.
#[derive(Debug, thiserror::Error)]
#[error("receiver {name:?} {problem}")]
pub struct BadReceiver {
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub problem: Unfit,
}

/// What is wrong with a receiver's settings.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It is where newsvane does not post to.
    #[error("cannot be at {url}: {refusal}")]
    Address {
        /// Its URL, as it may be shown.
        url: String,
        /// Why not.
        refusal: Refusal,
    },
    /// Its secret is not to be had.
    #[error(transparent)]
    Secret(#[from] BadSecret),
    /// Its secret is no key.
    #[error(transparent)]
    Key(#[from] BadKey),
    /// It has no program to run.
    #[error("names no program: set command = [\"/path/to/program\", \"argument\"]")]
    NoProgram,
}

impl Unfit {
    /// The receiver's key that is to be mended; none where it is not one key.
    #[must_use]
    pub fn key(&self) -> Option<&'static str> {
        match self {
            Self::Address { .. } => Some("url"),
            Self::Secret(err) => err.key(),
            Self::Key(_) => None,
            Self::NoProgram => Some("command"),
        }
    }

    /// Whether it may be otherwise for another user or in the service.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Secret(err) => err.is_local(),
            Self::Address { .. } | Self::Key(_) | Self::NoProgram => false,
        }
    }
}
