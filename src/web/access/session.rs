//! Sessions of the sign-in form. They live in memory: after a restart, people sign in
//! again.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::HashMap;
use std::io::Read as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The cookie's name.
const NAME: &str = "newsvane";

/// How long a session lasts without a visit.
const IDLE: Duration = Duration::from_secs(14 * 24 * 3_600);

/// Most sessions; beyond it, the one that was not used for longest ends.
const MAX_SESSIONS: usize = 1_000;

/// The sessions, with the time of the last visit of each.
#[derive(Default)]
pub(super) struct Sessions {
    by_id: Mutex<HashMap<String, Instant>>,
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a session; gives its cookie. `None` if there is no randomness.
    pub(super) fn open(&self, is_secure: bool) -> Option<String> {
        let mut bytes = [0; 32];
        let mut source = std::fs::File::open("/dev/urandom").ok()?;
        source.read_exact(&mut bytes).ok()?;
        let id = URL_SAFE_NO_PAD.encode(bytes);
        let mut sessions = self.lock();
        sessions.retain(|_, used| used.elapsed() < IDLE);
        if sessions.len() >= MAX_SESSIONS {
            let oldest = sessions.iter().min_by_key(|(_, used)| **used);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                sessions.remove(&oldest);
            }
        }
        sessions.insert(id.clone(), Instant::now());
        let secure = if is_secure { "; Secure" } else { "" };
        let seconds = IDLE.as_secs();
        Some(format!(
            "{NAME}={id}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"
        ))
    }

    /// Whether the request brings the cookie of a session.
    pub(super) fn holds(&self, headers: &HeaderMap) -> bool {
        let Some(id) = cookie(headers) else {
            return false;
        };
        let mut sessions = self.lock();
        match sessions.get_mut(id) {
            Some(used) if used.elapsed() < IDLE => {
                *used = Instant::now();
                true
            }
            _ => false,
        }
    }

    /// Ends the session of the request.
    pub(super) fn close(&self, headers: &HeaderMap) {
        if let Some(id) = cookie(headers) {
            self.lock().remove(id);
        }
    }
}

/// The cookie that deletes ours.
pub(super) fn deleted() -> String {
    format!("{NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get_all(header::COOKIE).iter();
    given
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lasts_until_it_is_closed() {
        let sessions = Sessions::default();
        let cookie = sessions.open(false).unwrap();
        let id = cookie.split(';').next().unwrap();
        let headers = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, format!("a=b; {value}").parse().unwrap());
            headers
        };
        assert!(sessions.holds(&headers(id)));
        assert!(!sessions.holds(&headers("newsvane=other")));
        assert!(!sessions.holds(&HeaderMap::new()));
        sessions.close(&headers(id));
        assert!(!sessions.holds(&headers(id)));
    }

    #[test]
    fn there_are_so_many_sessions_and_no_more() {
        let sessions = Sessions::default();
        for _ in 0..MAX_SESSIONS + 5 {
            sessions.open(false).unwrap();
        }
        assert_eq!(sessions.lock().len(), MAX_SESSIONS);
    }
}
