//! How much memory feeds and pages take at once.
//!
//! Small bodies (up to [`SMALL`]) need no permission: the number of slots bounds
//! them. A larger body needs a share, first while it is received and then while it
//! is parsed and stored. There is a fixed number of shares of each size, which are
//! given out in the order in which they were asked for. Of bodies of the largest
//! size, two are received and one is parsed at a time, however many feeds there
//! are: a burst of large feeds takes longer, and never more memory.
//!
//! Feeds and pages have separate shares, so that neither delays the other.

use crate::model::ByteSize;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

/// Bodies up to this size need no permission. 128 slots take at most 16 MB.
const SMALL: usize = 128 << 10;

/// The first share of a larger body. One that outgrows it needs the largest size.
const MEDIUM: usize = 1 << 20;

/// How many bodies of the medium size are received at a time.
const MEDIUM_AT_ONCE: usize = 12;

/// How many bodies of the largest size are received at a time.
const LARGEST_AT_ONCE: usize = 2;

/// How long a body that is being received waits for its share. The server waits
/// as long, and servers close idle connections.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// How far apart requests that were postponed for lack of memory try again.
const RETRY_SPACING: Duration = Duration::from_millis(200);

/// Longest time after which such a request tries again.
const MAX_RETRY: Duration = Duration::from_secs(60);

/// Most URLs whose size is remembered.
const MAX_KNOWN: usize = 65_536;

/// The unit in which bodies that are being parsed are counted.
const KILOBYTE: usize = 1 << 10;

/// The shares for bodies of one kind.
#[derive(Debug)]
pub(crate) struct Memory {
    largest: usize,
    receiving_medium: Arc<Semaphore>,
    receiving_largest: Arc<Semaphore>,
    /// Counts kilobytes.
    parsing: Arc<Semaphore>,
    /// What bodies that are not small needed last time, by a hash of their URL.
    known: Mutex<FxHashMap<u64, Size>>,
    last_retry: Mutex<Instant>,
}

/// The sizes that shares are given out in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Medium,
    Largest,
}

/// The share of a body that is being received, or was and is still in memory.
#[derive(Debug)]
pub(crate) struct Share {
    url: u64,
    size: Option<Size>,
    permit: Option<OwnedSemaphorePermit>,
}

/// Permission to parse a body and to keep what it contains in memory; returned
/// when dropped.
#[derive(Debug)]
pub struct Parsing {
    _permit: Option<OwnedSemaphorePermit>,
}

/// There is no memory for a body; when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoMemory(pub(crate) Duration);

impl Memory {
    /// Shares for bodies of up to `max_body` bytes.
    pub(crate) fn new(max_body: ByteSize) -> Self {
        // Semaphores count in 32 bits; a limit that large is no limit.
        let largest = max_body.as_len().clamp(MEDIUM, 1 << 32);
        let permits = |n| Arc::new(Semaphore::new(n));
        Self {
            largest,
            receiving_medium: permits(MEDIUM_AT_ONCE),
            receiving_largest: permits(LARGEST_AT_ONCE),
            parsing: permits(largest.div_ceil(KILOBYTE)),
            known: Mutex::default(),
            last_retry: Mutex::new(Instant::now()),
        }
    }

    /// The share of a body that is about to be requested. It is as large as the
    /// body was last time, so that a large body is only requested if there is
    /// room for it.
    pub(crate) fn share(&self, url: u64) -> Result<Share, NoMemory> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let size = known.get(&url).copied();
        drop(known);
        let permit = match size {
            None => None,
            Some(size) => {
                let permit = self.receiving(size).try_acquire_owned();
                Some(permit.map_err(|_| self.no_memory())?)
            }
        };
        Ok(Share { url, size, permit })
    }

    /// Enlarges the share until it holds `n_bytes`, at most the largest size.
    /// Waits a moment for others to return theirs.
    pub(crate) async fn grow(&self, share: &mut Share, n_bytes: usize) -> Result<(), NoMemory> {
        while self.bytes(share.size) < n_bytes {
            let size = match share.size {
                None if n_bytes <= MEDIUM => Size::Medium,
                None | Some(Size::Medium) => Size::Largest,
                Some(Size::Largest) => return Ok(()),
            };
            match timeout(MAX_WAIT, self.receiving(size).acquire_owned()).await {
                Ok(Ok(permit)) => share.permit = Some(permit),
                Ok(Err(_)) | Err(_) => {
                    self.remember(share.url, Some(size));
                    return Err(self.no_memory());
                }
            }
            share.size = Some(size);
        }
        Ok(())
    }

    /// Remembers the size of a body that was received completely.
    pub(crate) fn received(&self, share: &Share, n_bytes: usize) {
        let size = match n_bytes {
            n if n <= SMALL => None,
            n if n <= MEDIUM => Some(Size::Medium),
            _ => Some(Size::Largest),
        };
        if size.is_some() || share.size.is_some() {
            self.remember(share.url, size);
        }
    }

    /// Waits until a body of `n_bytes` may be parsed.
    pub(crate) async fn parsing(&self, n_bytes: usize) -> Parsing {
        if n_bytes <= SMALL {
            return Parsing { _permit: None };
        }
        let n = n_bytes.min(self.largest).div_ceil(KILOBYTE) as u32;
        Parsing {
            _permit: self.parsing.clone().acquire_many_owned(n).await.ok(),
        }
    }

    fn bytes(&self, size: Option<Size>) -> usize {
        match size {
            None => SMALL,
            Some(Size::Medium) => MEDIUM,
            Some(Size::Largest) => self.largest,
        }
    }

    fn receiving(&self, size: Size) -> Arc<Semaphore> {
        Arc::clone(match size {
            Size::Medium => &self.receiving_medium,
            Size::Largest => &self.receiving_largest,
        })
    }

    fn remember(&self, url: u64, size: Option<Size>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match size {
            None => {
                known.remove(&url);
            }
            Some(size) => {
                // Forgetting costs each large body one request that is broken off.
                if known.len() >= MAX_KNOWN {
                    known.clear();
                }
                known.insert(url, size);
            }
        }
    }

    /// Requests that find no room come back one after the other.
    fn no_memory(&self) -> NoMemory {
        let last = &self.last_retry;
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        *last = (*last + RETRY_SPACING).clamp(now + RETRY_SPACING, now + MAX_RETRY);
        NoMemory(*last - now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGEST: usize = 8_000_000;

    fn memory() -> Memory {
        Memory::new(ByteSize(LARGEST as u64))
    }

    #[tokio::test(start_paused = true)]
    async fn small_bodies_are_never_refused_and_large_ones_only_a_few_at_a_time() {
        let memory = memory();
        let mut held = Vec::new();
        for url in 0..64 {
            let mut share = memory.share(url).unwrap();
            if memory.grow(&mut share, LARGEST).await.is_ok() {
                held.push(share);
            }
        }
        assert_eq!(held.len(), LARGEST_AT_ONCE);
        let mut small = memory.share(99).unwrap();
        memory.grow(&mut small, SMALL).await.unwrap();
        drop(held.pop());
        let mut next = memory.share(98).unwrap();
        memory.grow(&mut next, LARGEST).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_known_as_large_is_not_requested_while_there_is_no_room() {
        let memory = memory();
        let mut held: Vec<Share> = (0..2).map(|url| memory.share(url).unwrap()).collect();
        for share in &mut held {
            memory.grow(share, LARGEST).await.unwrap();
        }
        let mut share = memory.share(7).unwrap();
        memory.grow(&mut share, LARGEST).await.unwrap_err();
        drop(share);
        let waits: Vec<u128> = (0..3)
            .map(|_| memory.share(7).unwrap_err().0.as_millis())
            .collect();
        assert!(waits.is_sorted() && waits[0] < waits[2], "{waits:?}");
        drop(held);
        let share = memory.share(7).unwrap();
        memory.received(&share, 5_000);
        drop(share);
        assert_eq!(memory.share(7).unwrap().size, None, "it has become small");
    }

    #[tokio::test(start_paused = true)]
    async fn bodies_of_the_largest_size_are_parsed_one_at_a_time() {
        let memory = memory();
        let first = memory.parsing(LARGEST).await;
        let second = timeout(MAX_WAIT, memory.parsing(LARGEST)).await;
        assert!(second.is_err());
        timeout(MAX_WAIT, memory.parsing(SMALL)).await.unwrap();
        drop(first);
        timeout(MAX_WAIT, memory.parsing(LARGEST)).await.unwrap();
    }
}
