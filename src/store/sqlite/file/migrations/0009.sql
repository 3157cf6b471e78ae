-- What a watch that tells spikes or silences has learnt of its own rhythm.
CREATE TABLE watch_volumes (
  watch   TEXT PRIMARY KEY,
  article INTEGER NOT NULL,     -- the last one taken into account
  state   TEXT NOT NULL,        -- JSON
  touched INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX watch_volumes_touched ON watch_volumes (touched);
-- How much of the article was new to its story: a watch may set its own limit
-- of a development. NULL for articles read before this was kept.
ALTER TABLE articles ADD COLUMN newness REAL;
