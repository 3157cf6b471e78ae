-- A chat shows a story's alerts as one thread. Its deliveries to such a receiver go out
-- one after the other, and each finds the message that opened the thread.
ALTER TABLE deliveries ADD COLUMN story INTEGER;
UPDATE deliveries SET story = (SELECT story FROM alerts WHERE alerts.id = deliveries.alert);
CREATE INDEX deliveries_story ON deliveries (receiver, story, id) WHERE state = 'pending';

CREATE TABLE threads (
  receiver  TEXT NOT NULL,
  story     INTEGER NOT NULL,
  alert     TEXT NOT NULL,             -- the alert that opened the thread
  reference TEXT NOT NULL,             -- the service's name for its message
  touched   INTEGER NOT NULL,          -- when the newest message of the thread was sent
  sum       INTEGER,
  PRIMARY KEY (receiver, story)
) WITHOUT ROWID;
CREATE TRIGGER sum_threads_add AFTER INSERT ON threads BEGIN
  UPDATE threads SET sum = row_sum(receiver, story, alert, reference, touched) WHERE receiver = new.receiver AND story = new.story;
END;
CREATE TRIGGER sum_threads_change AFTER UPDATE OF receiver, story, alert, reference, touched ON threads BEGIN
  UPDATE threads SET sum = row_sum(receiver, story, alert, reference, touched) WHERE receiver = new.receiver AND story = new.story;
END;

-- What each receiver's settings were when the daemon last started: a receiver that was
-- stopped for good is tried again when its settings change.
CREATE TABLE receiver_settings (
  name        TEXT NOT NULL PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  sum         INTEGER
) WITHOUT ROWID;
CREATE TRIGGER sum_receiver_settings_add AFTER INSERT ON receiver_settings BEGIN
  UPDATE receiver_settings SET sum = row_sum(name, fingerprint) WHERE name = new.name;
END;
CREATE TRIGGER sum_receiver_settings_change AFTER UPDATE OF name, fingerprint ON receiver_settings BEGIN
  UPDATE receiver_settings SET sum = row_sum(name, fingerprint) WHERE name = new.name;
END;
