-- When an article of the story was last read. Retention goes by it: an article's
-- own date may lie years back on the day it is found.
ALTER TABLE stories ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
UPDATE stories SET touched = coalesce((SELECT max(fetched) FROM articles WHERE story = stories.id), last_seen);
CREATE INDEX stories_touched ON stories (touched);
