//! `newsvane feeds poll`: the running daemon polls a feed now.

use crate::command::input::files::Files;
use crate::command::input::store::{ask, unexpected};
use crate::command::output::show;
use crate::control::{Answer, Polled, Request};
use jiff::Timestamp;
use std::process::ExitCode;

/// Polls the feed of this URL or name. Exit status 1 if the poll failed.
pub(super) async fn poll(files: &Files, feed: &str, json: bool) -> anyhow::Result<ExitCode> {
    let request = Request::Poll {
        feed: feed.to_owned(),
    };
    let Answer::Polled(polled) = ask(files, &request).await? else {
        return Err(unexpected());
    };
    if json {
        anstream::println!("{}", serde_json::to_string(&polled)?);
    } else {
        anstream::println!("{}", text(&polled, Timestamp::now()));
    }
    Ok(ExitCode::from(u8::from(polled.error.is_some())))
}

fn text(polled: &Polled, now: Timestamp) -> String {
    let feed = show::line(&polled.feed, 200);
    let outcome = show::line(&polled.outcome(), 400);
    let next = polled
        .next
        .map(|next| format!("; next poll {}", show::distance(next, now)));
    format!("{feed}: {outcome}{}", next.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_says_what_came_of_the_poll() {
        let nothing = Polled {
            feed: "https://paper.example/rss".to_owned(),
            status: Some(304),
            error: None,
            new: 0,
            recorded: 0,
            updated: 0,
            next: Some(Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(5)),
        };
        let check = |polled: Polled, wanted: &str| {
            assert_eq!(
                text(&polled, Timestamp::UNIX_EPOCH),
                format!("https://paper.example/rss: {wanted}; next poll in 5 min")
            );
        };
        check(nothing.clone(), "not modified (304), nothing new");
        let news = Polled {
            status: Some(200),
            new: 3,
            updated: 1,
            ..nothing.clone()
        };
        check(news, "answered 200, 3 new, to read, 1 entry changed");
        let failed = Polled {
            status: Some(404),
            error: Some("answered 404".to_owned()),
            ..nothing
        };
        check(failed, "answered 404");
    }
}
