//! Secrets: text that is never printed, and where it is read from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Text that must not be logged. `Debug` hides it and serde cannot write it;
/// only [`Secret::reveal`] gives it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

/// Largest file that a secret is read from. Credentials are far smaller.
const MAX_BYTES: u64 = 64 << 10;

/// Where a secret is read from: exactly one of the three keys is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SecretSource {
    /// A file that holds the secret and nothing else; white space around it is ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_file: Option<PathBuf>,
    /// An environment variable that holds the secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_env: Option<String>,
    /// A systemd credential (`LoadCredential=NAME:...`) that holds the secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_credential: Option<String>,
}

/// Why the secret could not be read, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum BadSecret {
    /// None of the three keys is set, or more than one.
    #[error("needs exactly one of secret_file, secret_env and secret_credential")]
    NotOne,
    /// The file cannot be read.
    #[error("cannot read its secret from {path}: {cause}", path = .0.display(), cause = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// The environment variable is not set.
    #[error("has no secret: the environment variable {0} is not set")]
    NoVariable(String),
    /// The process was started without systemd credentials.
    #[error(
        "has no secret: the credential {0:?} is not available, because this process was started without systemd credentials; \
         add LoadCredential={0}:/path/to/it to the unit"
    )]
    NoCredentials(String),
    /// The secret is empty.
    #[error("has an empty secret")]
    Empty,
}

impl BadSecret {
    /// The key of [`SecretSource`] that caused the error; none where no single key did.
    #[must_use]
    pub fn key(&self) -> Option<&'static str> {
        match self {
            Self::Unreadable(..) => Some("secret_file"),
            Self::NoVariable(_) => Some("secret_env"),
            Self::NoCredentials(_) => Some("secret_credential"),
            Self::NotOne | Self::Empty => None,
        }
    }

    /// Whether the secret may be readable for another user, or for the service
    /// with its own environment.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Unreadable(..) | Self::NoVariable(_) | Self::NoCredentials(_) => true,
            Self::NotOne | Self::Empty => false,
        }
    }
}

impl Secret {
    /// Wraps a text as a secret.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text itself, for the place that sends or compares it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl SecretSource {
    /// Whether none of the keys is set.
    #[must_use]
    pub(crate) fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// Reads the secret, without the white space around it.
    ///
    /// # Errors
    /// When it cannot be read; the message says what to do.
    pub(crate) fn read(&self) -> Result<Secret, BadSecret> {
        let text = match (&self.secret_file, &self.secret_env, &self.secret_credential) {
            (Some(path), None, None) => read_file(path)?,
            (None, Some(name), None) => {
                std::env::var(name).map_err(|_| BadSecret::NoVariable(name.clone()))?
            }
            (None, None, Some(name)) => {
                let folder = std::env::var_os("CREDENTIALS_DIRECTORY")
                    .ok_or_else(|| BadSecret::NoCredentials(name.clone()))?;
                read_file(&Path::new(&folder).join(name))?
            }
            _ => return Err(BadSecret::NotOne),
        };
        match text.trim() {
            "" => Err(BadSecret::Empty),
            text => Ok(Secret::new(text)),
        }
    }
}

fn read_file(path: &Path) -> Result<String, BadSecret> {
    use std::io::Read as _;
    let read = || {
        let mut text = String::new();
        std::fs::File::open(path)?
            .take(MAX_BYTES)
            .read_to_string(&mut text)?;
        Ok(text)
    };
    read().map_err(|err| BadSecret::Unreadable(path.into(), err))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_a_secret() {
        let secret = Secret::new("whsec_c2VjcmV0");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    fn check(source: &SecretSource, want: Result<&str, &str>) {
        let found = source.read().map_err(|err| err.to_string());
        match want {
            Ok(want) => assert_eq!(found.unwrap().reveal(), want),
            Err(want) => assert!(found.clone().unwrap_err().contains(want), "{found:?}"),
        }
    }

    #[test]
    fn a_secret_is_read_from_its_file_without_the_newline() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "whsec_abc\n").unwrap();
        let source = SecretSource {
            secret_file: Some(path.clone()),
            ..Default::default()
        };
        check(&source, Ok("whsec_abc"));
        std::fs::write(&path, " \n").unwrap();
        check(&source, Err("has an empty secret"));
    }

    #[test]
    fn the_error_for_a_missing_secret_says_where_it_was_expected() {
        let file = SecretSource {
            secret_file: Some("/nowhere/secret".into()),
            ..Default::default()
        };
        check(&file, Err("/nowhere/secret"));
        let env = SecretSource {
            secret_env: Some("NEWSVANE_TEST_NOT_SET".into()),
            ..Default::default()
        };
        check(&env, Err("NEWSVANE_TEST_NOT_SET is not set"));
        check(&SecretSource::default(), Err("exactly one of"));
        let both = SecretSource {
            secret_credential: Some("x".into()),
            ..env
        };
        check(&both, Err("exactly one of"));
    }
}
