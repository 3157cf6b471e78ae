//! The receiver that all chat and paging services share: it makes the message,
//! keeps the rate, judges the answer and edits the thread's first message.

pub(crate) mod keys;
pub(crate) mod rate;
pub(crate) mod service;

use super::message::Message;
use super::{Attempt, InThread, Outgoing, Receiver};
use crate::http::{Answer, Call, Client, FetchError};
use crate::policy::AttemptOutcome;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use keys::Common;
use rate::{Rate, Rates};
use service::{Request, Service, Verdict};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a delivery waits for its turn. It holds a slot of its receiver and its
/// lease meanwhile; whoever would wait longer gives both back.
const PATIENCE: Duration = Duration::from_secs(10);

/// A receiver for a service.
#[derive(Debug)]
pub(crate) struct Messenger {
    service: Box<dyn Service>,
    rate: Arc<Rate>,
    timeout: Duration,
    client: Client,
}

impl Messenger {
    pub(crate) fn new(
        service: Box<dyn Service>,
        common: &Common,
        rates: &Rates,
        client: &Client,
    ) -> Self {
        let pace = common.pace(service.pace());
        Self {
            rate: rates.of(service.destination(), pace),
            service,
            timeout: common.timeout.0,
            client: client.clone(),
        }
    }

    async fn attempt(&self, outgoing: &Outgoing, now: Timestamp) -> Attempt {
        let begun = Instant::now();
        let Some(message) = Message::from_body(&outgoing.body) else {
            let reason = "its body is no alert that this version of newsvane knows".to_owned();
            return Attempt::of(AttemptOutcome::Permanent { reason }, begun.elapsed());
        };
        let thread = outgoing.thread.as_ref();
        let reference = thread.map(|thread| thread.reference.as_str());
        let mut attempt = self.post(&message, reference, now).await;
        if matches!(attempt.1, Some(Verdict::ThreadLost(_))) {
            // Somebody deleted the message: the story's thread begins anew.
            attempt = self.post(&message, None, now).await;
        }
        let (mut attempt, verdict) = attempt;
        let is_reply = reference.is_some() && attempt.in_thread == InThread::Reply;
        if let (true, Some(Verdict::Accepted { .. }), Some(thread)) = (is_reply, verdict, thread)
            && let Some(root) = &thread.root
        {
            self.edit(root, &thread.reference, &message).await;
        }
        attempt.elapsed = begun.elapsed();
        attempt
    }

    /// Posts the message, as a reply in a thread or as one that opens its own.
    async fn post(
        &self,
        message: &Message,
        thread: Option<&str>,
        now: Timestamp,
    ) -> (Attempt, Option<Verdict>) {
        if let Err(retry_after) = self.rate.turn(PATIENCE).await {
            let outcome = AttemptOutcome::Throttled { retry_after };
            return (Attempt::of(outcome, Duration::ZERO), None);
        }
        let request = self.service.post(message, thread, now);
        let answer = match self.call(request).await {
            Ok(answer) => answer,
            // Never permanent: an address or a certificate can be corrected.
            Err(err) => return (Attempt::transient(err.to_string(), Duration::ZERO), None),
        };
        let verdict = self.service.verdict(&answer);
        let mut attempt = Attempt::of(outcome(&verdict, &answer), answer.elapsed);
        attempt.status = Some(answer.status);
        match &verdict {
            Verdict::Accepted { reference } => {
                attempt.in_thread = match (thread, reference) {
                    (Some(_), _) => InThread::Reply,
                    (None, Some(reference)) => InThread::Opened(reference.clone()),
                    (None, None) => InThread::No,
                };
                if let Some(wait) = self.service.pause(&answer) {
                    self.rate.hold(wait);
                }
            }
            Verdict::Throttled(wait) => self.rate.hold(*wait),
            _ => {}
        }
        (attempt, Some(verdict))
    }

    /// Shows the story's newest counts in the message that opened its thread. The
    /// reply has arrived, so that a failure is only logged.
    async fn edit(&self, root: &str, reference: &str, newest: &Message) {
        let Some(mut root) = Message::from_body(root.as_bytes()) else {
            return;
        };
        root.take_counts(newest);
        let Some(request) = self.service.edit(&root, reference, newest.alert.as_str()) else {
            return;
        };
        if self.rate.turn(PATIENCE).await.is_err() {
            return;
        }
        match self.call(request).await {
            Ok(answer) => match self.service.verdict(&answer) {
                Verdict::Accepted { .. } => {}
                Verdict::Throttled(wait) => self.rate.hold(wait),
                verdict => {
                    tracing::debug!(?verdict, "the thread's first message keeps its old counts");
                }
            },
            Err(err) => {
                tracing::debug!(err = %err, "the thread's first message keeps its old counts");
            }
        }
    }

    async fn call(&self, request: Request) -> Result<Answer, FetchError> {
        let call = Call {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body,
            timeout: self.timeout,
        };
        self.client.call(&call).await
    }

    async fn tell_end(&self, request: Request) -> Attempt {
        if let Err(retry_after) = self.rate.turn(PATIENCE).await {
            return Attempt::of(AttemptOutcome::Throttled { retry_after }, Duration::ZERO);
        }
        match self.call(request).await {
            Ok(answer) => {
                let verdict = self.service.verdict(&answer);
                Attempt::of(outcome(&verdict, &answer), answer.elapsed)
            }
            Err(err) => Attempt::transient(err.to_string(), Duration::ZERO),
        }
    }
}

impl Receiver for Messenger {
    fn send<'a>(&'a self, outgoing: &'a Outgoing, now: Timestamp) -> BoxFuture<'a, Attempt> {
        self.attempt(outgoing, now).boxed()
    }

    fn keeps_threads(&self) -> bool {
        true
    }

    fn end<'a>(&'a self, reference: &'a str) -> Option<BoxFuture<'a, Attempt>> {
        let request = self.service.end(reference)?;
        Some(self.tell_end(request).boxed())
    }

    /// Of a request with an invented message: it has the URL, the token or the key.
    fn fingerprint(&self) -> u64 {
        let request = self
            .service
            .post(&Message::sample(), None, Timestamp::UNIX_EPOCH);
        let mut sum = xxhash_rust::xxh3::Xxh3::new();
        sum.update(request.url.as_str().as_bytes());
        for (name, value) in &request.headers {
            sum.update(name.as_bytes());
            sum.update(value.as_bytes());
        }
        sum.update(&request.body);
        sum.digest()
    }

    fn render(&self, outgoing: &Outgoing, now: Timestamp) -> Option<String> {
        let message = Message::from_body(&outgoing.body)?;
        let reference = outgoing
            .thread
            .as_ref()
            .map(|thread| thread.reference.as_str());
        let request = self.service.post(&message, reference, now);
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let pretty = serde_json::from_str::<serde_json::Value>(&body)
            .and_then(|json| serde_json::to_string_pretty(&json));
        Some(pretty.unwrap_or(body))
    }
}

fn outcome(verdict: &Verdict, answer: &Answer) -> AttemptOutcome {
    match verdict {
        Verdict::Accepted { .. } => AttemptOutcome::Accepted,
        Verdict::Throttled(wait) => AttemptOutcome::Throttled { retry_after: *wait },
        Verdict::Failed(reason) | Verdict::ThreadLost(reason) => AttemptOutcome::Transient {
            reason: reason.clone(),
            retry_after: answer.retry_after,
        },
        Verdict::Rejected(reason) => AttemptOutcome::Permanent {
            reason: reason.clone(),
        },
        Verdict::Refused(reason) => AttemptOutcome::Refused {
            reason: reason.clone(),
        },
    }
}
