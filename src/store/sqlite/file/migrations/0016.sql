-- A checksum in each row, kept up to date by triggers, so that a damaged byte is
-- found by whoever looks: SQLite itself has none. `row_sum` is a function that
-- newsvane gives SQLite (`sum.rs`); other programs can read the file, but not write it.
-- Left out are columns that change with each lease, or with each poll of a feed: wrong ones
-- cost a request or a try, and most of them stand in an index as well, which is compared.

ALTER TABLE notes ADD COLUMN sum INTEGER;
UPDATE notes SET sum = row_sum(key, value);
CREATE TRIGGER sum_notes_add AFTER INSERT ON notes BEGIN
  UPDATE notes SET sum = row_sum(key, value) WHERE key = new.key;
END;
CREATE TRIGGER sum_notes_change AFTER UPDATE OF key, value ON notes BEGIN
  UPDATE notes SET sum = row_sum(key, value) WHERE key = new.key;
END;

ALTER TABLE feeds ADD COLUMN sum INTEGER;
UPDATE feeds SET sum = row_sum(id, url, name, title, state);
CREATE TRIGGER sum_feeds_add AFTER INSERT ON feeds BEGIN
  UPDATE feeds SET sum = row_sum(id, url, name, title, state) WHERE id = new.id;
END;
CREATE TRIGGER sum_feeds_change AFTER UPDATE OF id, url, name, title, state ON feeds BEGIN
  UPDATE feeds SET sum = row_sum(id, url, name, title, state) WHERE id = new.id;
END;

ALTER TABLE feed_memories ADD COLUMN sum INTEGER;
UPDATE feed_memories SET sum = row_sum(feed, memory);
CREATE TRIGGER sum_feed_memories_add AFTER INSERT ON feed_memories BEGIN
  UPDATE feed_memories SET sum = row_sum(feed, memory) WHERE feed = new.feed;
END;
CREATE TRIGGER sum_feed_memories_change AFTER UPDATE OF feed, memory ON feed_memories BEGIN
  UPDATE feed_memories SET sum = row_sum(feed, memory) WHERE feed = new.feed;
END;

ALTER TABLE feed_usage ADD COLUMN sum INTEGER;
UPDATE feed_usage SET sum = row_sum(feed, bytes);
CREATE TRIGGER sum_feed_usage_add AFTER INSERT ON feed_usage BEGIN
  UPDATE feed_usage SET sum = row_sum(feed, bytes) WHERE feed = new.feed;
END;
CREATE TRIGGER sum_feed_usage_change AFTER UPDATE OF feed, bytes ON feed_usage BEGIN
  UPDATE feed_usage SET sum = row_sum(feed, bytes) WHERE feed = new.feed;
END;

ALTER TABLE entries ADD COLUMN sum INTEGER;
UPDATE entries SET sum = row_sum(id, feed, key, aliases, title, link, published, content_hash, found, payload, quiet, error, article);
CREATE TRIGGER sum_entries_add AFTER INSERT ON entries BEGIN
  UPDATE entries SET sum = row_sum(id, feed, key, aliases, title, link, published, content_hash, found, payload, quiet, error, article) WHERE id = new.id;
END;
CREATE TRIGGER sum_entries_change AFTER UPDATE OF id, feed, key, aliases, title, link, published, content_hash, found, payload, quiet, error, article ON entries BEGIN
  UPDATE entries SET sum = row_sum(id, feed, key, aliases, title, link, published, content_hash, found, payload, quiet, error, article) WHERE id = new.id;
END;

ALTER TABLE stories ADD COLUMN sum INTEGER;
UPDATE stories SET sum = row_sum(id, title, first_seen, last_seen, touched);
CREATE TRIGGER sum_stories_add AFTER INSERT ON stories BEGIN
  UPDATE stories SET sum = row_sum(id, title, first_seen, last_seen, touched) WHERE id = new.id;
END;
CREATE TRIGGER sum_stories_change AFTER UPDATE OF id, title, first_seen, last_seen, touched ON stories BEGIN
  UPDATE stories SET sum = row_sum(id, title, first_seen, last_seen, touched) WHERE id = new.id;
END;

ALTER TABLE story_links ADD COLUMN sum INTEGER;
UPDATE story_links SET sum = row_sum(story, other, article);
CREATE TRIGGER sum_story_links_add AFTER INSERT ON story_links BEGIN
  UPDATE story_links SET sum = row_sum(story, other, article) WHERE story = new.story AND other = new.other;
END;
CREATE TRIGGER sum_story_links_change AFTER UPDATE OF story, other, article ON story_links BEGIN
  UPDATE story_links SET sum = row_sum(story, other, article) WHERE story = new.story AND other = new.other;
END;

ALTER TABLE articles ADD COLUMN sum INTEGER;
UPDATE articles SET sum = row_sum(id, feed, entry, url, canonical_url, title, dek, author, source, language, published, updated, fetched, at, words, text_from, body, detail, story, kind, "of", "new", newness);
CREATE TRIGGER sum_articles_add AFTER INSERT ON articles BEGIN
  UPDATE articles SET sum = row_sum(id, feed, entry, url, canonical_url, title, dek, author, source, language, published, updated, fetched, at, words, text_from, body, detail, story, kind, "of", "new", newness) WHERE id = new.id;
END;
CREATE TRIGGER sum_articles_change AFTER UPDATE OF id, feed, entry, url, canonical_url, title, dek, author, source, language, published, updated, fetched, at, words, text_from, body, detail, story, kind, "of", "new", newness ON articles BEGIN
  UPDATE articles SET sum = row_sum(id, feed, entry, url, canonical_url, title, dek, author, source, language, published, updated, fetched, at, words, text_from, body, detail, story, kind, "of", "new", newness) WHERE id = new.id;
END;

ALTER TABLE matches ADD COLUMN sum INTEGER;
UPDATE matches SET sum = row_sum(watch, article, why);
CREATE TRIGGER sum_matches_add AFTER INSERT ON matches BEGIN
  UPDATE matches SET sum = row_sum(watch, article, why) WHERE watch = new.watch AND article = new.article;
END;
CREATE TRIGGER sum_matches_change AFTER UPDATE OF watch, article, why ON matches BEGIN
  UPDATE matches SET sum = row_sum(watch, article, why) WHERE watch = new.watch AND article = new.article;
END;

ALTER TABLE watch_stories ADD COLUMN sum INTEGER;
UPDATE watch_stories SET sum = row_sum(watch, story, n_articles, n_alerts, last_alert);
CREATE TRIGGER sum_watch_stories_add AFTER INSERT ON watch_stories BEGIN
  UPDATE watch_stories SET sum = row_sum(watch, story, n_articles, n_alerts, last_alert) WHERE watch = new.watch AND story = new.story;
END;
CREATE TRIGGER sum_watch_stories_change AFTER UPDATE OF watch, story, n_articles, n_alerts, last_alert ON watch_stories BEGIN
  UPDATE watch_stories SET sum = row_sum(watch, story, n_articles, n_alerts, last_alert) WHERE watch = new.watch AND story = new.story;
END;

ALTER TABLE alerts ADD COLUMN sum INTEGER;
UPDATE alerts SET sum = row_sum(id, kind, watch, story, article, feed, created, held, body, held_since, held_until, told_in);
CREATE TRIGGER sum_alerts_add AFTER INSERT ON alerts BEGIN
  UPDATE alerts SET sum = row_sum(id, kind, watch, story, article, feed, created, held, body, held_since, held_until, told_in) WHERE id = new.id;
END;
CREATE TRIGGER sum_alerts_change AFTER UPDATE OF id, kind, watch, story, article, feed, created, held, body, held_since, held_until, told_in ON alerts BEGIN
  UPDATE alerts SET sum = row_sum(id, kind, watch, story, article, feed, created, held, body, held_since, held_until, told_in) WHERE id = new.id;
END;

ALTER TABLE deliveries ADD COLUMN sum INTEGER;
UPDATE deliveries SET sum = row_sum(id, alert, receiver, state, error, settled);
CREATE TRIGGER sum_deliveries_add AFTER INSERT ON deliveries BEGIN
  UPDATE deliveries SET sum = row_sum(id, alert, receiver, state, error, settled) WHERE id = new.id;
END;
CREATE TRIGGER sum_deliveries_change AFTER UPDATE OF id, alert, receiver, state, error, settled ON deliveries BEGIN
  UPDATE deliveries SET sum = row_sum(id, alert, receiver, state, error, settled) WHERE id = new.id;
END;

ALTER TABLE attempts ADD COLUMN sum INTEGER;
UPDATE attempts SET sum = row_sum(rowid, delivery, at, elapsed_ms, status, error);
CREATE TRIGGER sum_attempts_add AFTER INSERT ON attempts BEGIN
  UPDATE attempts SET sum = row_sum(rowid, delivery, at, elapsed_ms, status, error) WHERE rowid = new.rowid;
END;
CREATE TRIGGER sum_attempts_change AFTER UPDATE OF delivery, at, elapsed_ms, status, error ON attempts BEGIN
  UPDATE attempts SET sum = row_sum(rowid, delivery, at, elapsed_ms, status, error) WHERE rowid = new.rowid;
END;

ALTER TABLE receivers ADD COLUMN sum INTEGER;
UPDATE receivers SET sum = row_sum(name, disabled, reason);
CREATE TRIGGER sum_receivers_add AFTER INSERT ON receivers BEGIN
  UPDATE receivers SET sum = row_sum(name, disabled, reason) WHERE name = new.name;
END;
CREATE TRIGGER sum_receivers_change AFTER UPDATE OF name, disabled, reason ON receivers BEGIN
  UPDATE receivers SET sum = row_sum(name, disabled, reason) WHERE name = new.name;
END;

ALTER TABLE sites ADD COLUMN sum INTEGER;
UPDATE sites SET sum = row_sum(site, health, touched);
CREATE TRIGGER sum_sites_add AFTER INSERT ON sites BEGIN
  UPDATE sites SET sum = row_sum(site, health, touched) WHERE site = new.site;
END;
CREATE TRIGGER sum_sites_change AFTER UPDATE OF site, health, touched ON sites BEGIN
  UPDATE sites SET sum = row_sum(site, health, touched) WHERE site = new.site;
END;

ALTER TABLE mutes ADD COLUMN sum INTEGER;
UPDATE mutes SET sum = row_sum(kind, name, since, until, reason);
CREATE TRIGGER sum_mutes_add AFTER INSERT ON mutes BEGIN
  UPDATE mutes SET sum = row_sum(kind, name, since, until, reason) WHERE kind = new.kind AND name = new.name;
END;
CREATE TRIGGER sum_mutes_change AFTER UPDATE OF kind, name, since, until, reason ON mutes BEGIN
  UPDATE mutes SET sum = row_sum(kind, name, since, until, reason) WHERE kind = new.kind AND name = new.name;
END;

ALTER TABLE watch_volumes ADD COLUMN sum INTEGER;
UPDATE watch_volumes SET sum = row_sum(watch, article, state, touched);
CREATE TRIGGER sum_watch_volumes_add AFTER INSERT ON watch_volumes BEGIN
  UPDATE watch_volumes SET sum = row_sum(watch, article, state, touched) WHERE watch = new.watch;
END;
CREATE TRIGGER sum_watch_volumes_change AFTER UPDATE OF watch, article, state, touched ON watch_volumes BEGIN
  UPDATE watch_volumes SET sum = row_sum(watch, article, state, touched) WHERE watch = new.watch;
END;
