-- Since when a feed is silent against its own rhythm, if that was told: a trouble
-- that is listed with the others.
ALTER TABLE feeds ADD COLUMN silent_since INTEGER;
CREATE INDEX feeds_silent ON feeds (silent_since) WHERE silent_since IS NOT NULL;
