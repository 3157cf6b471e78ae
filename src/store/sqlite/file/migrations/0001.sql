-- Times are milliseconds since 1970, UTC. Hashes are stored as signed 64 bits.

CREATE TABLE notes (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE feeds (
  id            INTEGER PRIMARY KEY,
  url           TEXT NOT NULL UNIQUE,
  name          TEXT,                       -- the watchlist's
  title         TEXT,                       -- the feed's own
  state         TEXT NOT NULL DEFAULT 'active',
  due           INTEGER,                    -- NULL: not until someone says so
  lease         INTEGER NOT NULL DEFAULT 0, -- fencing token, grows with each lease
  lease_until   INTEGER NOT NULL DEFAULT 0,
  tries         INTEGER NOT NULL DEFAULT 0,
  etag          TEXT,
  last_modified TEXT,
  body_hash     INTEGER,
  memory        TEXT NOT NULL DEFAULT '',
  polled        INTEGER,
  succeeded     INTEGER,
  status        INTEGER,
  failures      INTEGER NOT NULL DEFAULT 0,
  error         TEXT,
  last_new      INTEGER
);
CREATE INDEX feeds_due ON feeds (due) WHERE state = 'active' AND due IS NOT NULL;

CREATE TABLE entries (
  id           INTEGER PRIMARY KEY,
  feed         INTEGER NOT NULL REFERENCES feeds (id),
  key          TEXT NOT NULL,
  aliases      TEXT NOT NULL DEFAULT '',    -- one a line
  title        TEXT,
  link         TEXT,
  published    INTEGER,
  content_hash INTEGER NOT NULL DEFAULT 0,
  found        INTEGER NOT NULL,
  seen         INTEGER NOT NULL,            -- exact to a day
  payload      TEXT,                        -- dropped once read
  quiet        INTEGER NOT NULL DEFAULT 0,
  due          INTEGER,                     -- NULL: nothing to read
  lease        INTEGER NOT NULL DEFAULT 0,
  lease_until  INTEGER NOT NULL DEFAULT 0,
  tries        INTEGER NOT NULL DEFAULT 0,
  error        TEXT,
  article      INTEGER,
  UNIQUE (feed, key)
);
CREATE INDEX entries_due  ON entries (due) WHERE due IS NOT NULL;
CREATE INDEX entries_seen ON entries (feed, seen);

CREATE TABLE stories (
  id         INTEGER PRIMARY KEY,
  title      TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL
);
CREATE INDEX stories_seen ON stories (last_seen);

CREATE TABLE story_links (
  story INTEGER NOT NULL,
  other INTEGER NOT NULL,
  PRIMARY KEY (story, other)
) WITHOUT ROWID;

CREATE TABLE articles (
  id            INTEGER PRIMARY KEY,
  feed          INTEGER NOT NULL,
  entry         INTEGER NOT NULL,
  url           TEXT,
  canonical_url TEXT,
  title         TEXT NOT NULL,
  dek           TEXT NOT NULL DEFAULT '',
  author        TEXT,
  source        TEXT NOT NULL,
  language      TEXT,
  published     INTEGER,
  updated       INTEGER,
  fetched       INTEGER NOT NULL,
  at            INTEGER NOT NULL,
  words         INTEGER NOT NULL,
  text_from     TEXT NOT NULL,
  body          TEXT NOT NULL,
  detail        TEXT NOT NULL,              -- JSON: site, dateline, block kinds, removed
  story         INTEGER NOT NULL,
  kind          TEXT NOT NULL,
  of            INTEGER,
  new           TEXT NOT NULL DEFAULT '[]'  -- JSON
);
CREATE INDEX articles_story ON articles (story, id);
CREATE INDEX articles_at    ON articles (at);

CREATE TABLE matches (
  watch   TEXT NOT NULL,
  article INTEGER NOT NULL,
  why     TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (watch, article)
) WITHOUT ROWID;
CREATE INDEX matches_article ON matches (article);

CREATE TABLE watch_stories (
  watch      TEXT NOT NULL,
  story      INTEGER NOT NULL,
  n_articles INTEGER NOT NULL DEFAULT 0,
  n_alerts   INTEGER NOT NULL DEFAULT 0,
  last_alert INTEGER,
  PRIMARY KEY (watch, story)
) WITHOUT ROWID;
CREATE INDEX watch_stories_story ON watch_stories (story);

CREATE TABLE alerts (
  id      TEXT PRIMARY KEY,
  kind    TEXT NOT NULL,
  watch   TEXT,
  story   INTEGER,
  article INTEGER,
  created INTEGER NOT NULL,
  held    TEXT,
  body    TEXT NOT NULL
);
CREATE INDEX alerts_created ON alerts (created);
CREATE INDEX alerts_watch   ON alerts (watch, created);

CREATE TABLE deliveries (
  id          INTEGER PRIMARY KEY,
  alert       TEXT NOT NULL REFERENCES alerts (id),
  receiver    TEXT NOT NULL,
  state       TEXT NOT NULL DEFAULT 'pending',
  due         INTEGER,
  lease       INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  tries       INTEGER NOT NULL DEFAULT 0,
  error       TEXT,
  settled     INTEGER,
  UNIQUE (alert, receiver)
);
CREATE INDEX deliveries_due   ON deliveries (receiver, due) WHERE state = 'pending';
CREATE INDEX deliveries_state ON deliveries (state, receiver);

CREATE TABLE attempts (
  delivery   INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  status     INTEGER,
  error      TEXT
);
CREATE INDEX attempts_delivery ON attempts (delivery);

CREATE TABLE receivers (
  name     TEXT PRIMARY KEY,
  disabled INTEGER NOT NULL,
  reason   TEXT NOT NULL
) WITHOUT ROWID;
