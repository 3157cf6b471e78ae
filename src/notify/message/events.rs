//! Messages of events without an article: summaries, spikes, newsvane's own health.

use super::{Message, Passage, clean, counted, link};
use crate::model::AlertId;
use crate::notify::payload::{
    DeadDelivery, Digest, DigestLine, Event, FeedHealth, Ping, Volume, WatchRef,
};

/// The message of an event without an article.
pub(super) fn without_article(event: &Event) -> Message {
    match event {
        Event::WatchDigest(digest) => of_digest(digest),
        Event::WatchSpike(volume) => of_volume("far more coverage than usual", volume),
        Event::WatchSilent(volume) => of_volume("far less coverage than usual", volume),
        Event::FeedFailing(health) => of_health("feed fails", health),
        Event::FeedSilent(health) => of_health("feed is silent", health),
        Event::FeedRecovered(health) => of_health("feed works again", health),
        Event::ExtractionDegraded(health) => of_health("articles are no longer found", health),
        Event::DeliveryDead(dead) => of_dead(dead),
        Event::TestPing(ping) => of_ping(ping),
        Event::StoryOpened(coverage)
        | Event::StoryDeveloped(coverage)
        | Event::StoryCovered(coverage)
        | Event::WatchMatched(coverage)
        | Event::ArticleRevised(coverage) => super::of_coverage(coverage),
    }
}

/// A message of newsvane about itself.
fn own(kind: &'static str, headline: String) -> Message {
    Message {
        alert: AlertId::from(""),
        event: "",
        watch: "newsvane".to_owned(),
        watch_id: String::new(),
        kind,
        severity: None,
        headline,
        link: None,
        outlet: String::new(),
        story: None,
        why: Vec::new(),
        new: Vec::new(),
        more: Vec::new(),
        n_cut: 0,
    }
}

fn of_watch(kind: &'static str, watch: &WatchRef, headline: String) -> Message {
    Message {
        watch: clean(&watch.name),
        watch_id: watch.id.to_string(),
        severity: watch.severity.as_deref().map(clean),
        ..own(kind, headline)
    }
}

fn of_digest(digest: &Digest) -> Message {
    let n = usize::try_from(digest.alerts).unwrap_or(usize::MAX);
    let headline = match digest.reason.as_str() {
        "" => format!("Summary of {}", counted(n, "alert")),
        reason => format!("Summary of {}: {}", counted(n, "alert"), clean(reason)),
    };
    Message {
        more: digest.coverage.iter().map(of_line).collect(),
        n_cut: digest.cut.coverage,
        ..of_watch("summary", &digest.watch, headline)
    }
}

fn of_line(line: &DigestLine) -> Passage {
    let title = clean(&line.article.title);
    let outlet = clean(&line.article.source);
    let articles = counted(line.story.articles, "article");
    Passage {
        parts: vec![(title, true), (format!(" ({outlet}; {articles})"), false)],
        link: link(&line.article.url),
    }
}

fn of_volume(kind: &'static str, volume: &Volume) -> Message {
    let headline = format!(
        "{} from {} since {}; usual: {:.1}",
        counted(volume.articles, "article"),
        counted(volume.sources, "outlet"),
        volume.since.strftime("%Y-%m-%d %H:%M UTC"),
        volume.expected
    );
    let stories = volume.stories.iter().map(|story| {
        let n = usize::try_from(story.articles).unwrap_or(usize::MAX);
        Passage::plain(&format!("{} on {}", counted(n, "article"), story.title))
    });
    let mut more: Vec<Passage> = stories.collect();
    if !volume.outlets.is_empty() {
        more.push(Passage::plain(&volume.outlets.join(", ")));
    }
    Message {
        more,
        ..of_watch(kind, &volume.watch, headline)
    }
}

fn of_health(kind: &'static str, health: &FeedHealth) -> Message {
    Message {
        more: vec![Passage::plain(&health.reason), Passage::plain(&health.url)],
        ..own(kind, clean(&health.name))
    }
}

fn of_dead(dead: &DeadDelivery) -> Message {
    let headline = format!("A delivery to {} was given up", clean(&dead.receiver));
    let repair = format!("newsvane alerts redeliver {}", dead.delivery_of);
    Message {
        more: vec![Passage::plain(&dead.reason), Passage::plain(&repair)],
        ..own("delivery given up", headline)
    }
}

fn of_ping(ping: &Ping) -> Message {
    own("test", clean(&ping.message))
}
