//! Decides which story an article belongs to, its kind in that story, and the alerts that
//! follow.

use super::compose::split_off_boilerplate;
use super::{PageMeasure, Read, Reading};
use crate::daemon::alerting::{self, Audience, Placed};
use crate::daemon::read::site_health;
use crate::daemon::read::site_health::{Change, Example, SiteHealth, Sites};
use crate::daemon::{Placer, Watched};
use crate::model::{ArticleId, WatchId};
use crate::store::{
    AlertRecord, ArticleRecord, EntryLease, Followed, ReadOutcome, Recent, StoreError,
};
use crate::story::{Incoming, Placement};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// An article with its place and its alerts, to be committed.
pub(super) struct Planned {
    pub reading: Reading,
    pub placement: Placement,
    pub n_alerts: usize,
    id: ArticleId,
    at: Timestamp,
    text: String,
    same_as: Option<ArticleId>,
}

impl Planned {
    /// The article as the story index takes it.
    pub(super) fn incoming(&self) -> Incoming<'_> {
        incoming((self.id, self.at, self.same_as), &self.reading, &self.text)
    }

    /// The article as it is stored.
    fn record(
        &self,
        alerts: Vec<AlertRecord>,
        site_health: Option<(String, String)>,
    ) -> ArticleRecord {
        let (reading, placement) = (&self.reading, &self.placement);
        ArticleRecord {
            id: self.id,
            url: reading.url.clone(),
            source: reading.source.clone(),
            fetched: reading.fetched,
            at: self.at,
            words: reading.words,
            article: reading.article.clone(),
            story: placement.story,
            story_title: placement.coverage.title.clone(),
            kind: placement.kind,
            of: placement.of,
            new: placement.new.clone(),
            newness: placement.newness,
            linked: placement.linked.clone(),
            matches: reading.matches.clone(),
            alerts,
            site_health,
        }
    }

    /// The number of the article after it.
    pub(super) fn next_id(&self) -> ArticleId {
        ArticleId(self.id.0 + 1)
    }
}

fn incoming<'a>(
    (id, at, same_as): (ArticleId, Timestamp, Option<ArticleId>),
    reading: &'a Reading,
    text: &'a str,
) -> Incoming<'a> {
    let article = &reading.article;
    Incoming {
        id,
        url: article.canonical_url.as_deref().or(reading.url.as_deref()),
        source: &reading.source,
        title: article.title.as_deref().unwrap_or_default(),
        dek: article.dek.as_deref().unwrap_or_default(),
        text,
        language: article.language.as_deref(),
        at,
        same_as,
    }
}

impl Read {
    /// Decides the article's placement and the alerts that follow. The story index has
    /// all earlier articles, committed or not; `sites` has the health of their sites.
    pub(super) async fn plan(
        &self,
        placer: &Placer,
        sites: &mut Sites,
        lease: &EntryLease,
        reading: Reading,
    ) -> Result<(Planned, ReadOutcome), StoreError> {
        let text = reading.article.text();
        let published = reading.article.published;
        let at = published
            .filter(|at| *at <= reading.fetched)
            .unwrap_or(reading.fetched);
        let (id, same_as) = (placer.next_article, lease.article);
        let incoming = incoming((id, at, same_as), &reading, &text);
        let placement = placer.stories.plan(&incoming);
        let mut planned = Planned {
            reading,
            placement,
            n_alerts: 0,
            id,
            at,
            text,
            same_as,
        };
        self.drop_boilerplate(placer, lease, &mut planned);
        let mut alerts = self.alerts(lease, &planned).await?;
        let site_health = self
            .site_health(sites, lease, &planned.reading, &mut alerts)
            .await?;
        planned.n_alerts = alerts.len();
        log(lease, &planned);
        let record = planned.record(alerts, site_health);
        Ok((planned, ReadOutcome::Article(Box::new(record))))
    }

    /// The alerts that follow from a placed article.
    async fn alerts(
        &self,
        lease: &EntryLease,
        planned: &Planned,
    ) -> Result<Vec<AlertRecord>, StoreError> {
        let (reading, placement) = (&planned.reading, &planned.placement);
        let daemon = &self.daemon;
        let watched = daemon.watched();
        let (recent, zone) = (self.recent(reading, &watched).await?, TimeZone::system());
        let followed = self.followed(reading, placement).await?;
        let placed = Placed {
            id: planned.id,
            identity: (&lease.feed_url, &lease.key),
            revision: lease.article.map(|_| lease.content_hash),
            url: reading.url.as_deref(),
            source: &reading.source,
            article: &reading.article,
            words: reading.words,
            placement,
            is_quiet: lease.quiet,
            now: reading.fetched,
        };
        let audience = Audience {
            watched: &watched,
            defaults: &daemon.settings.defaults.alert,
            zone: &zone,
            linked: &followed.stories,
            followed: &followed.watches,
            recent: &recent,
        };
        Ok(alerting::alerts(&placed, &reading.matches, &audience))
    }

    /// How far the article's watches have followed its story, and the stories that
    /// are linked to it.
    async fn followed(
        &self,
        reading: &Reading,
        placement: &Placement,
    ) -> Result<Followed, StoreError> {
        let matches = reading.matches.iter();
        let watches: Vec<_> = matches.map(|matched| matched.watch.clone()).collect();
        if watches.is_empty() {
            return Ok(Followed::default());
        }
        let mut stories = placement.linked.clone();
        stories.push(placement.story);
        let mut followed = self.daemon.store.watch_stories(stories, watches).await?;
        followed.stories.retain(|story| *story != placement.story);
        Ok(followed)
    }

    /// Drops matches that hold only because of boilerplate: a note that the outlet puts
    /// under every article is not news.
    fn drop_boilerplate(&self, placer: &Placer, lease: &EntryLease, planned: &mut Planned) {
        if planned.reading.matches.is_empty() {
            return;
        }
        let stories = &placer.stories;
        let boilerplate = stories.boilerplate(&planned.incoming(), planned.placement.story);
        if boilerplate.is_empty() {
            return;
        }
        let Planned { reading, text, .. } = planned;
        for found in split_off_boilerplate(&self.daemon, lease, reading, text, &boilerplate) {
            let sentence = found.why.first().map(|why| why.sentence.to_string());
            tracing::info!(entry = %lease.id, watch = %found.watch, sentence, "a watch matched only in a sentence that the outlet repeats; no alert");
        }
    }

    /// The health of the page's site, with this page taken into account; adds an
    /// alert where the health changes. Needs the lock on the stories: otherwise two
    /// pages of a site at once would forget one of them.
    async fn site_health(
        &self,
        sites: &mut Sites,
        lease: &EntryLease,
        reading: &Reading,
        alerts: &mut Vec<AlertRecord>,
    ) -> Result<Option<(String, String)>, StoreError> {
        let Some(PageMeasure { site, url, measure }) = &reading.look else {
            return Ok(None);
        };
        let mut health = match sites.get(site) {
            Some(health) => *health,
            None => {
                let known = self.daemon.store.site_health(site.clone()).await?;
                SiteHealth::from_json(known.as_deref())
            }
        };
        let (url, to) = (
            crate::http::shown_url(url),
            &self.daemon.settings.defaults.health,
        );
        match health.after(*measure, reading.fetched) {
            Some(Change::Degraded { how, since }) => {
                tracing::warn!(site, url, how = ?how, since = %since, "extraction quality for this site has changed");
                let feed = lease.feed.to_string();
                let example = Example { feed, site, url };
                if !to.is_empty() {
                    alerts.push(site_health::alert(how, since, example, to, reading.fetched));
                }
            }
            Some(Change::Recovered { since }) => {
                tracing::info!(site, since = %since, "extraction quality for this site is as usual again");
            }
            None => {}
        }
        sites.insert(site.clone(), health);
        Ok(Some((site.clone(), health.to_json())))
    }

    /// What the article's watches sent recently, as far as it matters. Needs the lock
    /// on the stories, so that no other alert comes between.
    async fn recent(
        &self,
        reading: &Reading,
        watched: &Watched,
    ) -> Result<Vec<(WatchId, Recent)>, StoreError> {
        let asked = alerting::looks_back(
            &reading.matches,
            watched,
            &self.daemon.settings.defaults.alert,
            &TimeZone::system(),
            reading.fetched,
        );
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let recent = self.daemon.store.watch_recent(asked.clone()).await?;
        Ok(asked.into_iter().map(|(id, _)| id).zip(recent).collect())
    }
}

fn log(lease: &EntryLease, planned: &Planned) {
    let (reading, placement) = (&planned.reading, &planned.placement);
    let delay_s = reading
        .article
        .published
        .map(|at| reading.fetched.duration_since(at).as_secs());
    tracing::info!(
        entry = %lease.id, feed = %lease.feed_url, story = %placement.story, kind = ?placement.kind,
        words = reading.words, from = ?reading.article.text_from,
        matches = reading.matches.len(), alerts = planned.n_alerts, delay_s,
        "read"
    );
}
