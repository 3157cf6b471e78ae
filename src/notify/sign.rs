//! Signatures of Standard Webhooks 1.0: HMAC-SHA256 of `id.timestamp.body`. Each
//! secret signs, so that a secret can be changed while receivers still use the
//! old one.

use crate::http::Secret;
use jiff::Timestamp;
use standardwebhooks::Webhook;
use std::fmt;

/// Shortest key, in bytes. The specification asks for 24; older systems issue 16.
const MIN_KEY_BYTES: usize = 16;

/// Signs the bodies of webhooks.
pub struct Signer {
    keys: Vec<Webhook>,
}

/// What is wrong with a secret. It never contains the secret itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Not base64.
    #[error(
        "has a secret that is not of the form whsec_BASE64; \
         create one with: echo whsec_$(head -c 32 /dev/urandom | base64)"
    )]
    NotBase64,
    /// Too short to be secure.
    #[error(
        "has a secret of less than 16 bytes; create one with: echo whsec_$(head -c 32 /dev/urandom | base64)"
    )]
    TooShort,
    /// There is none.
    #[error("has an empty secret")]
    Missing,
}

impl Signer {
    /// A signer with the secrets in `secrets`, which are separated by white space,
    /// the newest first. Each of them signs.
    ///
    /// # Errors
    /// When one of them is invalid, or there is none.
    pub fn new(secrets: &Secret) -> Result<Self, BadKey> {
        let keys = secrets
            .reveal()
            .split_ascii_whitespace()
            .map(key)
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            Err(BadKey::Missing)
        } else {
            Ok(Self { keys })
        }
    }

    /// The value of `webhook-signature`; `None` if the body is not UTF-8.
    #[must_use]
    pub fn sign(&self, id: &str, now: Timestamp, body: &[u8]) -> Option<String> {
        let signatures: Vec<String> = self
            .keys
            .iter()
            .map(|key| key.sign(id, now.as_second(), body).ok())
            .collect::<Option<_>>()?;
        Some(signatures.join(" "))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({} secrets)", self.keys.len())
    }
}

fn key(secret: &str) -> Result<Webhook, BadKey> {
    let bare = secret.strip_prefix("whsec_").unwrap_or(secret);
    // Four characters of base64 encode three bytes.
    let n_bytes = bare.trim_end_matches('=').len() * 3 / 4;
    let key = Webhook::new(secret).map_err(|_| BadKey::NotBase64)?;
    if n_bytes < MIN_KEY_BYTES {
        Err(BadKey::TooShort)
    } else {
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn a_body_is_signed_as_the_specification_shows() {
        let signer = Signer::new(&Secret::new(SECRET)).unwrap();
        let now = Timestamp::from_second(1_614_265_330).unwrap();
        let signature = signer.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            now,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(
            signature.unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn each_secret_signs_and_the_newest_is_first() {
        let both = format!("whsec_{}\n{SECRET}\n", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY");
        let signer = Signer::new(&Secret::new(&both)).unwrap();
        let now = Timestamp::from_second(1_614_265_330).unwrap();
        let signature = signer
            .sign(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                now,
                br#"{"test": 2432232314}"#,
            )
            .unwrap();
        let signatures: Vec<&str> = signature.split(' ').collect();
        assert_eq!(signatures.len(), 2);
        assert_eq!(
            signatures[1],
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn an_invalid_secret_is_refused_without_showing_it() {
        let check = |secret: &str, want: BadKey| {
            let refused = Signer::new(&Secret::new(secret)).unwrap_err();
            assert_eq!(refused, want);
            assert!(!refused.to_string().contains(secret) || secret.is_empty());
        };
        check("", BadKey::Missing);
        check("whsec_pa$$word", BadKey::NotBase64);
        check("whsec_c2hvcnQ=", BadKey::TooShort);
        check("hunter2", BadKey::NotBase64);
    }
}
