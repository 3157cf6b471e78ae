#!/usr/bin/env python3
"""Fills a new store with invented articles and alerts, to time the page on it.

Usage: fill.py STORE ARTICLES ALERTS FEEDS
STORE is a store that newsvane has made and that nobody uses.
"""
import json
import random
import sqlite3
import sys
import time

store, articles, alerts, feeds = sys.argv[1], *map(int, sys.argv[2:5])
rng = random.Random(7)
words = [a + b for a in "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu".split()
         for b in "dam ferry gate harbour island jetty keel lamp mast net oar pier quay rope sail tide".split()]
outlets = [f"The {word.title()} Courier" for word in rng.sample(words, 200)]
watches = [f"watch-{n}" for n in range(100)]
db = sqlite3.connect(store, isolation_level=None)
db.create_function("octet_length", 1, lambda text: None if text is None else len(str(text).encode()), deterministic=True)
db.execute("PRAGMA synchronous = OFF")
db.execute("PRAGMA journal_mode = MEMORY")
now = int(time.time() * 1000)
span = 30 * 86_400_000
db.execute("BEGIN")
for n in range(feeds):
    failing = n % 50 == 0
    db.execute("INSERT INTO feeds (url, name, state, due, polled, succeeded, status, failures, error) VALUES (?,?,?,?,?,?,?,?,?)",
               (f"https://feed-{n}.example/news.rss", f"Feed {n}", "active", now + 9 * 10**11, now, now, 503 if failing else 200,
                3 if failing else 0, "answered 503" if failing else None))
every = max(1, articles // alerts)
n_alerts = 0
for n in range(1, articles + 1):
    at = now - span + span * n // articles
    story = max(1, n // 3 - rng.randrange(5))
    title = " ".join(rng.choices(words, k=8)).capitalize()
    body = "\n\n".join(" ".join(rng.choices(words, k=60)).capitalize() + "." for _ in range(5))
    feed, source = n % feeds + 1, rng.choice(outlets)
    url = f"https://outlet.example/{n}"
    db.execute("INSERT INTO entries (id, feed, key, title, link, published, found, seen, article) VALUES (?,?,?,?,?,?,?,?,?)",
               (n, feed, str(n), title, url, at, at, at, n))
    kind = "first" if n % 3 == 0 else rng.choice(["independent", "development", "duplicate", "rewrite"])
    db.execute("INSERT INTO stories (id, title, first_seen, last_seen, touched) VALUES (?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)",
               (story, title, at, at, at))
    db.execute("INSERT INTO articles (id, feed, entry, url, title, dek, source, language, published, fetched, at, words, text_from, body, detail, story, kind, new) VALUES (?,?,?,?,?,'',?,?,?,?,?,300,'page',?,'{}',?,?,'[]')",
               (n, feed, n, url, title, source, "en", at, at, at, body, story, kind))
    if n % every == 0 and n_alerts < alerts:
        n_alerts += 1
        watch = rng.choice(watches)
        alert = f"al_{n:032x}"
        why = [{"term": "pier", "field": "body", "start": 0, "end": 4, "sentence": title, "marks": [[0, 4]]}]
        db.execute("INSERT OR IGNORE INTO matches VALUES (?,?,?)", (watch, n, json.dumps(why)))
        db.execute("INSERT INTO watch_stories (watch, story, n_articles, n_alerts, last_alert) VALUES (?,?,1,1,?) ON CONFLICT (watch, story) DO UPDATE SET n_articles = n_articles + 1", (watch, story, at))
        body = {"type": "story.opened", "timestamp": "2031-05-04T12:00:00Z", "data": {"schema": 1, "alert": alert}}
        db.execute("INSERT INTO alerts (id, kind, watch, story, article, created, held, body) VALUES (?,?,?,?,?,?,?,?)",
                   (alert, "story.opened", watch, story, n, at, "cooldown" if n % 10 == 0 else None, json.dumps(body)))
        if n % 10:
            state = "dead" if n % 1000 == 1 else "delivered"
            row = db.execute("INSERT INTO deliveries (alert, receiver, state, tries, settled) VALUES (?,?,?,1,?)", (alert, rng.choice(["ops", "desk", "archive"]), state, at))
            db.execute("INSERT INTO attempts VALUES (?,?,12,204,NULL)", (row.lastrowid, at))
db.execute("COMMIT")
print(f"{articles} articles, {n_alerts} alerts, {feeds} feeds")
