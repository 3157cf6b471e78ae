-- Entries to read, feed by feed: so that a feed whose pages are slow, or many,
-- takes only its share of what is read at once.
CREATE INDEX entries_waiting ON entries (feed, lease_until, due) WHERE due IS NOT NULL;
