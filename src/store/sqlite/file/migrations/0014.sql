-- Watches and feeds whose alerts are held back until a time.
CREATE TABLE mutes (
  kind   TEXT NOT NULL,             -- 'watch' or 'feed'
  name   TEXT NOT NULL,             -- the watch's id, or the feed's URL
  since  INTEGER NOT NULL,
  until  INTEGER NOT NULL,
  reason TEXT,
  PRIMARY KEY (kind, name)
) WITHOUT ROWID;
-- The feed that an alert is about, if it is about no article: so that a mute finds it.
ALTER TABLE alerts ADD COLUMN feed INTEGER;
