-- When a whole document of the feed was last judged: what it did not hold is
-- no longer in the feed.
ALTER TABLE feeds ADD COLUMN whole INTEGER;
UPDATE feeds SET whole = last_new;
