-- How a site's pages usually come out of extraction, and whether they still do.
CREATE TABLE sites (
  site    TEXT PRIMARY KEY,
  health  TEXT NOT NULL,
  touched INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sites_touched ON sites (touched);
