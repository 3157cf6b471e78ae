"""A feed that grows by /publish, and a ledger of the webhooks that arrive.

usage: systemd_server.py SECRET LEDGER
Each webhook is written as a line "ENTRY ID" to LEDGER, or to LEDGER.forged if its
signature is wrong.
"""

import base64, hashlib, hmac, json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

key = base64.b64decode(sys.argv[1].removeprefix("whsec_"))
ledger = sys.argv[2]
lock = Lock()
published = polls = private = 0
PLACES = ["Skerry Point", "the old mole", "Gull Island", "the northern bar", "Cray Head"]
DEEDS = ["went dark", "was lit again", "is to be sold", "lost its keeper", "was painted"]


def entry(n):
    place, deed = PLACES[n % 5], DEEDS[n // 5 % 5]
    return (
        f"<item><guid>entry-{n}</guid><link>http://127.0.0.1:8000/entry-{n}</link>"
        f"<title>Notice {n}: the lighthouse at {place} {deed}</title>"
        f"<description>The lighthouse at {place} {deed}, harbour notice {n} says.</description></item>"
    )


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, text, status=200):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        global published, polls, private
        if self.headers.get("Host", "").startswith("10."):
            private += 1
        if self.path == "/feed":
            polls += 1
            items = "".join(entry(n) for n in range(published, 0, -1))
            self.answer(f'<rss version="2.0"><channel><title>Harbour notices</title>{items}</channel></rss>')
        elif self.path == "/publish":
            with lock:
                published += 1
            self.answer("")
        elif self.path == "/published":
            self.answer(str(published))
        elif self.path == "/polls":
            self.answer(str(polls))
        elif self.path == "/private":
            self.answer(str(private))
        else:
            self.answer("", 404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        id, at = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        mac = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
        signed = "v1," + base64.b64encode(mac).decode()
        right = signed in self.headers["webhook-signature"].split(" ")
        url = json.loads(body)["data"]["article"]["url"]
        with lock, open(ledger if right else ledger + ".forged", "a") as file:
            file.write(f"{url.rsplit('/', 1)[1]} {id}\n")
        self.answer("")


ThreadingHTTPServer(("", 8000), Handler).serve_forever()
