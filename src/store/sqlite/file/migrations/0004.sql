-- Full-text search over what was read. The text itself stays in `articles`.
CREATE VIRTUAL TABLE articles_text USING fts5(
  title, dek, body,
  content = 'articles', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER articles_text_add AFTER INSERT ON articles BEGIN
  INSERT INTO articles_text (rowid, title, dek, body) VALUES (new.id, new.title, new.dek, new.body);
END;
CREATE TRIGGER articles_text_drop AFTER DELETE ON articles BEGIN
  INSERT INTO articles_text (articles_text, rowid, title, dek, body)
  VALUES ('delete', old.id, old.title, old.dek, old.body);
END;
CREATE TRIGGER articles_text_change AFTER UPDATE OF title, dek, body ON articles BEGIN
  INSERT INTO articles_text (articles_text, rowid, title, dek, body)
  VALUES ('delete', old.id, old.title, old.dek, old.body);
  INSERT INTO articles_text (rowid, title, dek, body) VALUES (new.id, new.title, new.dek, new.body);
END;
INSERT INTO articles_text (articles_text) VALUES ('rebuild');
