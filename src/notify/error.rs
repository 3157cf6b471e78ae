//! Why a receiver cannot be created.

use crate::http::{BadSecret, Refusal};
use crate::notify::BadKey;

/// A receiver that cannot be created from its settings.
#[derive(Debug, thiserror::Error)]
#[error("receiver {name:?} {problem}")]
pub struct BadReceiver {
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub problem: ReceiverError,
}

/// What is wrong with a receiver's settings.
#[derive(Debug, thiserror::Error)]
pub enum ReceiverError {
    /// The address guard refuses its URL.
    #[error("cannot use the URL {url}: {refusal}")]
    Address {
        /// Its URL, without what may be secret.
        url: String,
        /// Why not.
        refusal: Refusal,
    },
    /// Its secret cannot be read.
    #[error(transparent)]
    Secret(#[from] BadSecret),
    /// Its secret is not a valid key.
    #[error(transparent)]
    Key(#[from] BadKey),
    /// A key is missing, or its value makes no sense.
    #[error("{problem}")]
    Setting {
        /// The key that is to be set.
        key: &'static str,
        /// What is wrong, and what to write.
        problem: String,
    },
    /// Its `command` is empty.
    #[error("has no program to run: set command = [\"/path/to/program\", \"argument\"]")]
    NoProgram,
}

impl ReceiverError {
    /// The key of the receiver's settings that is wrong; `None` if it is not a single one.
    #[must_use]
    pub fn key(&self) -> Option<&'static str> {
        match self {
            Self::Address { .. } => Some("url"),
            Self::Secret(err) => err.key(),
            Self::Key(_) => None,
            Self::Setting { key, .. } => Some(key),
            Self::NoProgram => Some("command"),
        }
    }

    /// Whether the receiver may work for another user or in the service.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Secret(err) => err.is_local(),
            Self::Address { .. } | Self::Key(_) | Self::Setting { .. } | Self::NoProgram => false,
        }
    }
}
