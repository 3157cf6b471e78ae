-- Alerts that are held back until a summary tells of them.
ALTER TABLE alerts ADD COLUMN held_since INTEGER; -- the stretch's beginning
ALTER TABLE alerts ADD COLUMN held_until INTEGER; -- when a summary is due; NULL: none will come
ALTER TABLE alerts ADD COLUMN told_in    TEXT;    -- the summary's id
CREATE INDEX alerts_sent   ON alerts (watch, created)    WHERE held IS NULL;
CREATE INDEX alerts_untold ON alerts (watch, held_until) WHERE held_until IS NOT NULL AND told_in IS NULL;
