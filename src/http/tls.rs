//! The client's TLS settings: rustls with ring, and the machine's CA certificates.
//!
//! They are built here and given to reqwest complete. Without them reqwest looks
//! for a process-wide crypto provider and panics if none is installed.

use super::Settings;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why the client cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum BadClient {
    /// `http.ca_file` contains no usable certificates.
    #[error("http.ca_file {path}: {cause}", path = .0.display(), cause = .1)]
    CaFile(PathBuf, String),
    /// `http.user_agent` is no valid header value.
    #[error("http.user_agent {0:?} cannot be sent as a header: use printable ASCII characters")]
    UserAgent(String),
    /// The TLS library rejected the settings.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The HTTP library rejected the settings.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// The TLS settings, and whether any CA certificate was found. Without one plain
/// HTTP still works, which is enough for a demo on loopback, and each `https`
/// request fails with a message that says what is missing.
pub(super) fn config(settings: &Settings) -> Result<(ClientConfig, bool), BadClient> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = settings.ca_file.as_deref() {
        add_file(&mut roots, path).map_err(|cause| BadClient::CaFile(path.into(), cause))?;
    }
    let has_roots = !roots.is_empty();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = match settings.http2 {
        true => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        false => vec![b"http/1.1".to_vec()],
    };
    Ok((config, has_roots))
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), String> {
    let mut n_added = 0;
    for cert in CertificateDer::pem_file_iter(path).map_err(|err| err.to_string())? {
        let cert = cert.map_err(|err| err.to_string())?;
        roots.add(cert).map_err(|err| err.to_string())?;
        n_added += 1;
    }
    if n_added == 0 {
        return Err("it contains no certificate in PEM format".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http2_is_offered_only_if_it_is_switched_on() {
        let offered = |http2| {
            let settings = Settings {
                http2,
                ..Settings::default()
            };
            config(&settings).unwrap().0.alpn_protocols
        };
        assert_eq!(offered(false), [b"http/1.1"]);
        assert_eq!(offered(true)[0], b"h2");
    }
}
