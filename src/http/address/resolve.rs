//! The resolver. All names are resolved here, and the address guard filters the
//! addresses before anything connects to them.

use crate::http::address::guard::{Guard, Refusal};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Most look-ups at a time. The system's resolver blocks a thread for each, for
/// up to half a minute if a name server does not answer.
const MAX_LOOKUPS: usize = 64;

#[derive(Debug)]
pub(crate) struct Resolver {
    guard: Guard,
    slots: Arc<Semaphore>,
}

/// Why a name has no address to connect to.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ResolveError {
    #[error("{0}")]
    Refused(Refusal),
    #[error("{0}")]
    Failed(String),
}

impl Resolver {
    pub(crate) fn new(guard: Guard) -> Self {
        Self {
            guard,
            slots: Arc::new(Semaphore::new(MAX_LOOKUPS)),
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard.clone();
        let slots = self.slots.clone();
        Box::pin(async move {
            let failed = |err: &dyn std::fmt::Display| ResolveError::Failed(err.to_string());
            let slot = slots.acquire_owned().await.map_err(|err| failed(&err))?;
            // The thread owns the slot: a request that is given up does not end
            // the look-up that it started.
            let look_up = move || {
                let _slot = slot;
                (name.as_str(), 0).to_socket_addrs().map(Vec::from_iter)
            };
            let found = tokio::task::spawn_blocking(look_up)
                .await
                .map_err(|err| failed(&err))?;
            let addresses = filter(&guard, found.map_err(|err| failed(&err))?)?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The addresses that the guard allows. A name with a public and a private
/// address is reached at the public one only.
fn filter(guard: &Guard, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, ResolveError> {
    let mut refused = None;
    let mut kept = found;
    kept.retain(|address| match guard.check_ip(address.ip()) {
        Ok(()) => true,
        Err(refusal) => {
            refused = Some(refusal);
            false
        }
    });
    match (kept.is_empty(), refused) {
        (false, _) => Ok(kept),
        (true, Some(refusal)) => Err(ResolveError::Refused(refusal)),
        (true, None) => Err(ResolveError::Failed("the name has no address".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: &[&str], want: Result<&[&str], &str>) {
        let parse = |s: &&str| SocketAddr::new(s.parse().unwrap(), 0);
        let kept = filter(&Guard::default(), found.iter().map(parse).collect());
        match want {
            Ok(want) => assert_eq!(kept.unwrap(), want.iter().map(parse).collect::<Vec<_>>()),
            Err(want) => assert!(kept.unwrap_err().to_string().contains(want)),
        }
    }

    #[test]
    fn only_the_public_addresses_of_a_name_are_used() {
        check(
            &["8.8.8.8", "10.0.0.1", "2606:4700::1"],
            Ok(&["8.8.8.8", "2606:4700::1"]),
        );
        check(&["127.0.0.1", "::1"], Err("loopback"));
        check(&["169.254.169.254"], Err("metadata"));
        check(&["::ffff:192.168.1.1"], Err("private"));
        check(&[], Err("no address"));
    }
}
