-- The rota of polls lives in the daemon's memory; nothing looks for due feeds
-- here, and feeds are not lent. What polls remember lies beside the row that
-- every poll writes: it is ten times as long and hardly ever changes.
CREATE TABLE feed_memories (
  feed   INTEGER PRIMARY KEY REFERENCES feeds (id),
  memory TEXT NOT NULL
);
INSERT INTO feed_memories (feed, memory) SELECT id, memory FROM feeds WHERE memory <> '';
DROP INDEX feeds_due;
ALTER TABLE feeds DROP COLUMN memory;
ALTER TABLE feeds DROP COLUMN lease;
ALTER TABLE feeds DROP COLUMN lease_until;
-- Counted every few seconds, among entries that are nearly all of another kind.
CREATE INDEX entries_given_up ON entries (feed) WHERE due IS NULL AND article IS NULL AND error IS NOT NULL;
