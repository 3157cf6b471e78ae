-- How many bytes each feed's entries and articles take, about: kept up to date by
-- triggers, so that no feed takes more than its share of the store. An article's
-- text counts twice, as it stands in the text index as well.
CREATE TABLE feed_usage (
  feed  INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL
);
CREATE INDEX feed_usage_bytes ON feed_usage (bytes);

CREATE VIEW entry_sizes AS SELECT id, feed,
  200 + 2 * octet_length(key) + octet_length(aliases) + coalesce(octet_length(title), 0)
    + coalesce(octet_length(link), 0) + coalesce(octet_length(payload), 0) AS bytes FROM entries;
CREATE VIEW article_sizes AS SELECT id, feed,
  500 + 2 * (octet_length(title) + octet_length(dek) + octet_length(body))
    + octet_length(detail) + octet_length(new) AS bytes FROM articles;

INSERT INTO feed_usage (feed, bytes)
  SELECT feed, sum(bytes) FROM (SELECT feed, bytes FROM entry_sizes UNION ALL SELECT feed, bytes FROM article_sizes)
  WHERE feed IS NOT NULL GROUP BY feed;

CREATE TRIGGER usage_entry_add AFTER INSERT ON entries BEGIN
  INSERT INTO feed_usage (feed, bytes) SELECT feed, bytes FROM entry_sizes WHERE id = new.id
    ON CONFLICT (feed) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER usage_entry_drop BEFORE DELETE ON entries BEGIN
  UPDATE feed_usage SET bytes = bytes - (SELECT bytes FROM entry_sizes WHERE id = old.id) WHERE feed = old.feed;
END;
CREATE TRIGGER usage_entry_payload AFTER UPDATE OF payload ON entries WHEN old.payload IS NOT new.payload BEGIN
  UPDATE feed_usage SET bytes = bytes + coalesce(octet_length(new.payload), 0) - coalesce(octet_length(old.payload), 0)
    WHERE feed = old.feed;
END;
CREATE TRIGGER usage_article_add AFTER INSERT ON articles BEGIN
  INSERT INTO feed_usage (feed, bytes) SELECT feed, bytes FROM article_sizes WHERE id = new.id
    ON CONFLICT (feed) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER usage_article_drop BEFORE DELETE ON articles BEGIN
  UPDATE feed_usage SET bytes = bytes - (SELECT bytes FROM article_sizes WHERE id = old.id) WHERE feed = old.feed;
END;

-- The oldest stories of one feed are looked for when it is beyond its share.
CREATE INDEX articles_feed ON articles (feed, id);
