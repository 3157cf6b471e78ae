//! The HTTP client and the receivers, built from the settings by `run`, and by
//! `check` to see whether they can be built. Nothing is opened, resolved or sent.

use crate::config::diagnostic::Diagnostic;
use crate::config::settings::Settings;
use crate::config::web::BadWeb;
use crate::http;
use crate::http::{BadClient, Client};
use crate::model::Span;
use crate::notify::{BadReceiver, Receivers};
use crate::store;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// The least `store.max_size`, in bytes. An empty store has 213 kB, and a store that
/// is always over its bound would keep nothing.
const MIN_STORE_BYTES: u64 = 1_000_000;

/// The longest timeout of a receiver: with all slots taken for half an hour, the
/// daemon counts as stuck, and its supervisor restarts it.
const MAX_TIMEOUT: Span = Span::mins(15);

/// What a daemon fetches and delivers with.
#[derive(Debug)]
pub struct Services {
    /// The HTTP client.
    pub client: Client,
    /// The receivers of the settings.
    pub receivers: Receivers,
}

/// One reason why a daemon cannot run with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key in `newsvane.toml`, part by part.
    pub key: Vec<String>,
    /// What is wrong, with the key or receiver.
    pub message: String,
    /// Whether the service may be able to run with it, although this user is not:
    /// only the service may read the file, or its unit sets the variable.
    pub is_local: bool,
}

/// All reasons why a daemon cannot run with the settings.
#[derive(Debug)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages: Vec<&str> = self.0.iter().map(|fault| fault.message.as_str()).collect();
        f.write_str(&messages.join("\n"))
    }
}

impl std::error::Error for Faults {}

/// Builds the services that `settings` describe.
///
/// # Errors
/// Everything that prevents a daemon from running with them.
pub fn services(settings: &Settings) -> Result<Services, Faults> {
    let mut faults = bounds(settings);
    let state_dir = Path::new("");
    if let Err(err) = store::sqlite_path(&settings.store.url, state_dir) {
        faults.push(Fault::new(&["store", "url"], err.to_string()));
    }
    if let Err(err) = settings.web.door() {
        faults.push(err.into());
    }
    let client = Client::new(&settings.http).or_else(|err| {
        faults.push(err.into());
        // Go on, so that errors of the receivers are reported as well.
        Client::new(&http::Settings {
            allow_addresses: settings.http.allow_addresses.clone(),
            ..http::Settings::default()
        })
    });
    let Ok(client) = client else {
        return Err(Faults(faults));
    };
    match Receivers::build(&settings.receiver, &client) {
        Ok(receivers) if faults.is_empty() => Ok(Services { client, receivers }),
        built => {
            let problems = built.err().unwrap_or_default();
            faults.extend(problems.into_iter().map(Fault::from));
            Err(Faults(faults))
        }
    }
}

/// Values that are valid by themselves but make no sense.
fn bounds(settings: &Settings) -> Vec<Fault> {
    let mut faults = Vec::new();
    let scheduler = &settings.scheduler;
    if scheduler.min_interval > scheduler.max_interval {
        let message = format!(
            "scheduler.min_interval ({}) is longer than scheduler.max_interval ({})",
            scheduler.min_interval, scheduler.max_interval
        );
        faults.push(Fault::new(&["scheduler", "min_interval"], message));
    }
    if settings.http.per_host == 0 {
        let message = "http.per_host 0 lets no request through: write 1 or more";
        faults.push(Fault::new(&["http", "per_host"], message.to_owned()));
    }
    if settings.http.timeout == Span::secs(0) {
        let message = "http.timeout 0 lets no request through: write \"1s\" or more";
        faults.push(Fault::new(&["http", "timeout"], message.to_owned()));
    }
    for (name, receiver) in &settings.receiver {
        if let Some(message) = receiver.timeout().and_then(unworkable) {
            let message = format!("receiver.{name}.timeout {message}");
            faults.push(Fault::new(&["receiver", name, "timeout"], message));
        }
    }
    let max_size = settings.store.max_size;
    if (1..MIN_STORE_BYTES).contains(&max_size.0) {
        let message = format!(
            "store.max_size {max_size} is less than an empty store needs: write 1MB or more, or \"0\" for no such bound"
        );
        faults.push(Fault::new(&["store", "max_size"], message));
    }
    faults
}

/// Why no alert can be delivered with this timeout, and what to write.
fn unworkable(timeout: Span) -> Option<String> {
    if timeout == Span::secs(0) {
        return Some("0 lets no delivery succeed: write \"1s\" or more".to_owned());
    }
    (timeout > MAX_TIMEOUT).then(|| {
        format!(
            "{timeout} is longer than {MAX_TIMEOUT}, after which deliveries count as stuck: write {MAX_TIMEOUT} or less, and let the receiver accept the alert first and do its work then"
        )
    })
}

impl Fault {
    /// An error at `key`.
    #[must_use]
    pub fn new(key: &[&str], message: String) -> Self {
        Self {
            key: key.iter().map(|&part| part.to_owned()).collect(),
            message,
            is_local: false,
        }
    }

    /// The fault as a message about its place in `text`, the text of the file
    /// `name`; a warning if the service may be able to run with it.
    #[must_use]
    pub fn diagnostic(&self, name: &str, text: &str) -> Diagnostic {
        let variable = format!("NEWSVANE__{}", self.key.join("__").to_uppercase());
        let found = match place(text, &self.key) {
            _ if std::env::var_os(&variable).is_some() => {
                Diagnostic::whole(&variable, &self.message)
            }
            Some(span) => Diagnostic::at(name, text, span, &self.message),
            None => Diagnostic::whole(name, &self.message),
        };
        if self.is_local {
            let help = "newsvane run does not start without it; run the check as the user and in the environment of the service";
            found.as_warning().with_help(help)
        } else {
            found
        }
    }
}

/// The place of `key` in `text`, else that of the table that it belongs to.
fn place(text: &str, key: &[String]) -> Option<Range<usize>> {
    let document = DeTable::parse(text).ok()?;
    let mut table = document.get_ref();
    let mut found = None;
    for part in key {
        let Some((_, value)) = table.iter().find(|(name, _)| name.get_ref() == part) else {
            break;
        };
        found = Some(value.span());
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    found
}

impl From<BadClient> for Fault {
    fn from(err: BadClient) -> Self {
        let message = err.to_string();
        match err {
            BadClient::CaFile(..) => Self::new(&["http", "ca_file"], message),
            BadClient::Proxy { key, .. } => {
                let is_file = key.ends_with("proxy_auth_file");
                let key = if is_file { "proxy_auth_file" } else { "proxy" };
                Self::new(&["http", key], message)
            }
            BadClient::UserAgent(_) => Self::new(&["http", "user_agent"], message),
            BadClient::Tls(_) | BadClient::Client(_) => Self::new(&["http"], message),
        }
    }
}

impl From<BadReceiver> for Fault {
    fn from(err: BadReceiver) -> Self {
        let path = ["receiver", &err.name];
        let path: Vec<&str> = path.into_iter().chain(err.problem.key()).collect();
        Self {
            is_local: err.problem.is_local(),
            ..Self::new(&path, err.to_string())
        }
    }
}

impl From<BadWeb> for Fault {
    fn from(err: BadWeb) -> Self {
        Self {
            is_local: err.is_local(),
            ..Self::new(&["web", err.key()], err.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::diagnostic::Severity;

    /// Checks what is wrong with the settings `text`, as lines and messages; those
    /// of warnings end with `?`.
    fn check(text: &str, wanted: &[(usize, &str)]) {
        let settings: Settings = toml::from_str(text).expect("the settings are TOML");
        let faults = services(&settings).map_or_else(|faults| faults.0, |_| Vec::new());
        let found: Vec<Diagnostic> = faults
            .iter()
            .map(|fault| fault.diagnostic("newsvane.toml", text))
            .collect();
        assert_eq!(found.len(), wanted.len(), "{text}: {found:#?}");
        for (found, (line, message)) in found.iter().zip(wanted) {
            let is_warning = message.ends_with('?');
            let message = message.trim_end_matches('?');
            assert!(found.message.contains(message), "{found}");
            assert_eq!(found.line, *line, "{found}");
            assert_eq!(found.severity == Severity::Warning, is_warning, "{found}");
        }
    }

    #[test]
    fn a_daemon_can_run_with_the_defaults() {
        check("", &[]);
    }

    #[test]
    fn a_receiver_that_cannot_be_built_is_an_error_at_its_place() {
        check(
            "[receiver.ops]\ntype = \"webhook\"\nurl = \"https://example.org/hook\"\n",
            &[(1, "receiver \"ops\" needs exactly one of secret_file")],
        );
        check(
            "[receiver.\"a.b\"]\ntype = \"webhook\"\nurl = \"http://10.1.2.3/hook\"\n",
            &[(3, "10.1.2.3 is a private address")],
        );
        check(
            "[receiver.run]\ntype = \"exec\"\ncommand = []\n",
            &[(3, "receiver \"run\" has no program to run")],
        );
    }

    #[test]
    fn a_secret_that_only_the_service_may_read_is_a_warning() {
        let hook = "[receiver.ops]\ntype = \"webhook\"\nurl = \"https://example.org/hook\"\n";
        check(
            &format!("{hook}secret_file = \"/nowhere/secret\"\n"),
            &[(4, "cannot read its secret from /nowhere/secret?")],
        );
        check(
            &format!("{hook}secret_env = \"NEWSVANE_TEST_NOT_SET\"\n"),
            &[(4, "NEWSVANE_TEST_NOT_SET is not set?")],
        );
        check(
            "[web]\ntoken_file = \"/nowhere/token\"\n",
            &[(2, "web.token_file cannot read its secret?")],
        );
    }

    #[test]
    fn a_page_that_is_open_to_other_machines_is_refused() {
        check(
            "[web]\nlisten = \"0.0.0.0:80\"\n",
            &[(2, "is open to other machines")],
        );
        check(
            "[web]\nlisten = \"localhost\"\n",
            &[(2, "is not an address and port")],
        );
        check("[web]\nlisten = \"\"\n", &[]);
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        check(
            "[scheduler]\nmin_interval = \"2h\"\nmax_interval = \"1h\"\n",
            &[(
                2,
                "min_interval (2h) is longer than scheduler.max_interval (1h)",
            )],
        );
        check("[http]\nper_host = 0\n", &[(2, "http.per_host 0")]);
        check("[http]\ntimeout = \"0s\"\n", &[(2, "http.timeout 0")]);
        check(
            "[store]\nmax_size = \"300kB\"\n",
            &[(2, "store.max_size 300kB")],
        );
        check("[store]\nmax_size = \"1MB\"\n", &[]);
        check("[store]\nmax_size = \"0\"\n", &[]);
    }

    #[test]
    fn a_timeout_with_which_no_alert_is_delivered_is_refused_with_what_to_write() {
        let exec = "[receiver.page]\ntype = \"exec\"\ncommand = [\"page-me\"]\ntimeout = ";
        check(
            &format!("{exec}\"0s\"\n"),
            &[(
                4,
                "receiver.page.timeout 0 lets no delivery succeed: write \"1s\"",
            )],
        );
        check(
            &format!("{exec}\"2h\"\n"),
            &[(4, "receiver.page.timeout 2h is longer than 15m")],
        );
        check(&format!("{exec}\"15m\"\n"), &[]);
        let settings: Settings = toml::from_str(&format!("{exec}\"2h\"\n")).unwrap();
        let fault = services(&settings).unwrap_err().0.remove(0);
        let found = fault.diagnostic("newsvane.toml", &format!("{exec}\"2h\"\n"));
        assert_eq!((found.line, found.column), (4, 11));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        check(
            "[http]\nuser_agent = \"a\\nb\"\n[store]\nurl = \"postgres://db\"\n[receiver.run]\ntype = \"exec\"\ncommand = []\n",
            &[
                (4, "keeps its state in SQLite"),
                (2, "http.user_agent"),
                (7, "has no program to run"),
            ],
        );
        check(
            "[http]\nca_file = \"/nowhere/ca.pem\"\n",
            &[(2, "http.ca_file /nowhere/ca.pem")],
        );
    }
}
