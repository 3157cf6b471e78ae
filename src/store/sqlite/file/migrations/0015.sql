-- What the page and its API look for.
CREATE INDEX alerts_article    ON alerts (article) WHERE article IS NOT NULL;
CREATE INDEX alerts_story      ON alerts (story, created) WHERE story IS NOT NULL;
CREATE INDEX alerts_held       ON alerts (created) WHERE held IS NOT NULL;
CREATE INDEX articles_url      ON articles (url) WHERE url IS NOT NULL;
CREATE INDEX articles_own_url  ON articles (canonical_url) WHERE canonical_url IS NOT NULL;
CREATE INDEX entries_link      ON entries (link) WHERE link IS NOT NULL;
-- With all that a list of stories counts, so that no article's text is walked over.
CREATE INDEX articles_coverage ON articles (story, source, kind);
CREATE INDEX deliveries_settled ON deliveries (receiver, settled) WHERE state = 'delivered';
