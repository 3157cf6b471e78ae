-- The article with which two stories turned out to be one; none of links made
-- before that was kept: they hold from the first article on.
ALTER TABLE story_links ADD COLUMN article INTEGER;
