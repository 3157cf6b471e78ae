//! `newsvane alerts`: lists alerts and their deliveries; redelivers them.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::open as open_store;
use crate::command::input::watches::check_watch;
use crate::command::output::show;
use crate::model::{AlertId, WatchId};
use crate::store::{AlertFilter, AlertView, DeliveryState, DeliveryView, Redeliver, Store};
use jiff::Timestamp;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `newsvane alerts`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// Print one JSON object per alert
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the newest alerts with their deliveries
    List {
        /// Only alerts of this watch
        #[arg(long, add = crate::command::complete::watches())]
        watch: Option<String>,
        /// How many to list
        #[arg(long, short = 'n', default_value_t = 20)]
        limit: usize,
    },
    /// Print one alert's body as it is sent
    Show {
        /// The alert's id
        id: String,
    },
    /// List alerts with a dead letter: a delivery that was given up
    Dead {
        /// How many to list
        #[arg(long, short = 'n', default_value_t = 100)]
        limit: usize,
    },
    /// Redeliver dead letters, under their old ids
    Redeliver {
        /// The alert's id
        #[arg(required_unless_present = "all_dead")]
        id: Option<String>,
        /// All dead letters
        #[arg(long, conflicts_with = "id")]
        all_dead: bool,
        /// Only dead letters to this receiver
        #[arg(long, requires = "all_dead", add = crate::command::complete::receivers())]
        receiver: Option<String>,
    },
}

/// Runs the command.
///
/// # Errors
/// When the store cannot be opened or read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.files)?;
    runtime()?.block_on(async {
        let newest = Action::List {
            watch: None,
            limit: 20,
        };
        match args.action.as_ref().unwrap_or(&newest) {
            Action::List { watch, limit } => {
                if let Some(id) = watch {
                    check_watch(&store, &args.files, id).await?;
                }
                let watch = watch.as_deref().map(WatchId::from);
                list(
                    &store,
                    AlertFilter {
                        watch,
                        limit: *limit,
                        ..AlertFilter::default()
                    },
                    args.json,
                )
                .await
            }
            Action::Dead { limit } => {
                list(
                    &store,
                    AlertFilter {
                        dead: true,
                        limit: *limit,
                        ..AlertFilter::default()
                    },
                    args.json,
                )
                .await
            }
            Action::Show { id } => show_one(&store, id).await,
            Action::Redeliver { id, receiver, .. } => {
                redeliver(&store, id.as_deref(), receiver.clone()).await
            }
        }
    })
}

async fn list(store: &Arc<dyn Store>, filter: AlertFilter, json: bool) -> anyhow::Result<ExitCode> {
    let alerts = store.alerts(filter).await?;
    if json {
        for alert in &alerts {
            anstream::println!("{}", serde_json::to_string(alert)?);
        }
    } else if alerts.is_empty() {
        anstream::println!("none");
    } else {
        let now = Timestamp::now();
        let rows: Vec<_> = alerts.iter().map(|alert| row(alert, now)).collect();
        anstream::print!(
            "{}",
            show::table(
                &[
                    "WHEN (UTC)",
                    "TYPE",
                    "WATCH",
                    "DELIVERIES",
                    "SOURCE",
                    "TITLE",
                    "ID"
                ],
                &rows
            )
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn row(alert: &AlertView, now: Timestamp) -> Vec<String> {
    let deliveries = match &alert.held {
        Some(why) => format!("held: {why}"),
        None => alert
            .deliveries
            .iter()
            .map(|delivery| delivery_line(delivery, now))
            .collect::<Vec<_>>()
            .join("; "),
    };
    vec![
        show::time(alert.created),
        alert.kind.clone(),
        show::line(alert.watch.as_ref().map_or("", |watch| watch.as_str()), 24),
        show::line(&deliveries, 90),
        show::line(alert.source.as_deref().unwrap_or(""), 20),
        show::line(alert.title.as_deref().unwrap_or(""), 60),
        alert.id.to_string(),
    ]
}

fn delivery_line(delivery: &DeliveryView, now: Timestamp) -> String {
    let receiver = &delivery.receiver;
    let error = delivery
        .error
        .as_deref()
        .unwrap_or("the reason is not known");
    match (delivery.state, delivery.next) {
        (DeliveryState::Delivered, _) => format!("{receiver} ok"),
        (DeliveryState::Dead, _) => {
            format!("{receiver} DEAD after {} tries: {error}", delivery.tries)
        }
        (DeliveryState::Pending, Some(next)) if delivery.tries > 0 => {
            format!(
                "{receiver} try {} {}: {error}",
                delivery.tries + 1,
                show::distance(next, now)
            )
        }
        (DeliveryState::Pending, _) => format!("{receiver} pending"),
    }
}

async fn show_one(store: &Arc<dyn Store>, id: &str) -> anyhow::Result<ExitCode> {
    match store.alert_body(AlertId::from(id)).await? {
        Some(body) => {
            anstream::println!("{body}");
            Ok(ExitCode::SUCCESS)
        }
        None => anyhow::bail!(no_alert(id)),
    }
}

fn no_alert(id: &str) -> String {
    format!("there is no alert {id}; `newsvane alerts list` shows the ids")
}

async fn redeliver(
    store: &Arc<dyn Store>,
    id: Option<&str>,
    receiver: Option<String>,
) -> anyhow::Result<ExitCode> {
    let now = Timestamp::now();
    let which = id.map_or(Redeliver::AllDead(receiver), |id| {
        Redeliver::Alert(AlertId::from(id))
    });
    let n = store.redeliver(which, now).await?;
    match (n, id) {
        (0, Some(id)) => anstream::println!("{}", why_none(store, id, now).await?),
        (0, None) => anstream::println!("there is no dead letter to redeliver"),
        (1, _) => anstream::println!("1 delivery will be tried again now"),
        (n, _) => anstream::println!("{n} deliveries will be tried again now"),
    }
    Ok(ExitCode::from(u8::from(n == 0)))
}

/// Why no delivery of the alert `id` is tried again.
///
/// # Errors
/// When there is no such alert.
async fn why_none(store: &Arc<dyn Store>, id: &str, now: Timestamp) -> anyhow::Result<String> {
    let filter = AlertFilter {
        id: Some(AlertId::from(id)),
        limit: 1,
        ..AlertFilter::default()
    };
    let found = store.alerts(filter).await?;
    let alert = found.first().ok_or_else(|| anyhow::anyhow!(no_alert(id)))?;
    let is_delivered = |delivery: &DeliveryView| delivery.state == DeliveryState::Delivered;
    Ok(match (&alert.held, alert.deliveries.as_slice()) {
        (Some(why), _) => match &alert.told_in {
            Some(digest) => format!("{id} was held ({why}) and listed in the summary {digest}"),
            None => format!("{id} is held ({why}); it was not sent"),
        },
        (None, []) => format!("{id} has no receiver: its watch names none"),
        (None, all) if all.iter().all(is_delivered) => {
            let names: Vec<&str> = all.iter().map(|one| one.receiver.as_str()).collect();
            let names = names.join(", ");
            format!("{id} was delivered to {names}; only dead letters are redelivered")
        }
        (None, all) => {
            let lines: Vec<String> = all.iter().map(|one| delivery_line(one, now)).collect();
            format!("{id} has no dead letter: {}", lines.join("; "))
        }
    })
}
