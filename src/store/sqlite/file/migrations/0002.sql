-- How often in a row the process ended while the entry was being read.
ALTER TABLE entries ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entries_suspect ON entries (due) WHERE due IS NOT NULL AND crashes >= 2;
