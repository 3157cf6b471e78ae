#!/usr/bin/env python3
"""Damages the store's file at random, or lets its file operations fail, and looks
whether newsvane says so.

usage: tests/damage.py BINARY [--times 500] [--faults 200] [--seed 1] [--workers 2] [--folder DIR]

Each time, one byte or one page of a copy of a store is damaged, while newsvane is
stopped or while it runs; or the N-th operation on the store's files fails once
(ENOSPC, EIO, EBUSY, EINTR, a short write), by a preloaded library, which needs a C
compiler. Then a story is published. The outcomes:

  named     the story is alerted, and the status names what is damaged
  refused   newsvane does not start, and says what to do
  unwell    it does not work, and /healthz says so; the next start is refused, or works
  harmless  the story is alerted, and every row of every table is as it was
  healed    newsvane wrote the page anew before anybody read it; the store is whole
  works     (a failed operation) the story is alerted, the store is whole
  BAD       anything else: a line with the seed, to be repeated with --only SEED

Prints one JSON object with the counts; the exit status is 1 where one was bad.
"""

import argparse, collections, concurrent.futures, errno, hashlib, http.server, json, os, pathlib, queue, random
import shutil, signal, socket, sqlite3, subprocess, sys, tempfile, threading, time, urllib.error, urllib.request

PAGE = 4_096
SETTINGS = """
[http]
allow_addresses = ["127.0.0.0/8"]
spacing = "0ms"
[scheduler]
min_interval = "1s"
start_spread = "1s"
[receiver.hook]
type = "webhook"
url = "http://127.0.0.1:{port}/hook"
secret_env = "HOOK_SECRET"
[receiver.dead]
type = "webhook"
url = "http://127.0.0.1:9/"
secret_env = "HOOK_SECRET"
[defaults]
alert = {{ mode = "every", to = ["hook", "dead"] }}
[web]
listen = "127.0.0.1:{page}"
"""
WATCHLIST = """
[[feed]]
url = "http://127.0.0.1:{port}/feed.xml"
every = "1s"
[[watch]]
id = "lights"
any = ["lighthouse"]
[[watch]]
id = "boats"
any = ["ferry"]
"""
# Stands before what SQLite calls, for files whose name begins with newsvane.db.
FAULTS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/types.h>
static long count = 0;
static int is_ours(int fd) {
    char link[64], name[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, name, sizeof name - 1);
    if (n <= 0) return 0;
    name[n] = 0;
    const char *base = strrchr(name, '/');
    return base && strncmp(base + 1, "newsvane.db", 11) == 0;
}
/* 0: go on; -1: fail; 1: a short write */
static int fault(int fd, int writes) {
    static long at = -1; static int code = 0;
    if (at < 0) {
        const char *said = getenv("FAULT_AT");
        at = said ? atol(said) : 0;
        said = getenv("FAULT_CODE");
        code = said ? atoi(said) : 0;
    }
    int kept = errno;
    int ours = is_ours(fd);
    errno = kept;
    if (!ours || __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST) != at) return 0;
    fprintf(stderr, "the operation %ld fails with %d\n", at, code);
    if (code == 0) return writes ? 1 : 0;
    errno = code;
    return -1;
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) { int f = fault(fd, 1); if (f < 0) return -1; return REAL(pwrite)(fd, b, f ? n / 2 : n, at); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) { int f = fault(fd, 1); if (f < 0) return -1; return REAL(pwrite64)(fd, b, f ? n / 2 : n, at); }
ssize_t write(int fd, const void *b, size_t n) { int f = fault(fd, 1); if (f < 0) return -1; return REAL(write)(fd, b, f ? n / 2 : n); }
ssize_t pread(int fd, void *b, size_t n, off_t at) { if (fault(fd, 0) < 0) return -1; return REAL(pread)(fd, b, n, at); }
ssize_t pread64(int fd, void *b, size_t n, off64_t at) { if (fault(fd, 0) < 0) return -1; return REAL(pread64)(fd, b, n, at); }
ssize_t read(int fd, void *b, size_t n) { if (fault(fd, 0) < 0) return -1; return REAL(read)(fd, b, n); }
int fsync(int fd) { if (fault(fd, 0) < 0) return -1; return REAL(fsync)(fd); }
int fdatasync(int fd) { if (fault(fd, 0) < 0) return -1; return REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t n) { if (fault(fd, 0) < 0) return -1; return REAL(ftruncate)(fd, n); }
int ftruncate64(int fd, off64_t n) { if (fault(fd, 0) < 0) return -1; return REAL(ftruncate64)(fd, n); }
"""
CODES = [errno.ENOSPC, errno.EIO, errno.EBUSY, errno.EINTR, 0]
WORDS = "council harbour budget bridge inquiry railway museum orchard clinic treaty auction archive quarry school market".split()


def story(port, number, word):
    chance = random.Random(number)
    text = " ".join(f"The {' '.join(chance.choices(WORDS, k=9))} of {chance.randrange(9999)} was opened." for _ in range(15))
    return (
        f"<item><guid>story-{number}</guid><title>Story {number} of the {chance.choice(WORDS)}</title>"
        f"<link>http://127.0.0.1:{port}/story/{number}</link><content:encoded><![CDATA[<p>{text}</p><p>The {word} of {number} stayed.</p><p>{text}</p>]]></content:encoded></item>"
    )


class Newsroom:
    """A feed and a webhook on a free port."""

    def __init__(self):
        self.items, self.accepted, room = [], set(), self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def respond(self, body, status=200):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path != "/feed.xml":
                    return self.respond(b"", 404)
                items = "".join(reversed(room.items[-200:]))
                self.respond(f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Room</title>{items}</channel></rss>'.encode())

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                room.accepted.add(body)
                self.respond(b"")

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def begin_again(self):
        """As the feed was when the store was copied."""
        self.items, self.accepted = list(self.first), set()

    def publish(self, word="lighthouse"):
        number = len(self.items)
        self.items.append(story(self.port, number, word))
        return number

    def has(self, number):
        link = f"/story/{number}\"".encode()
        return any(link in body for body in list(self.accepted))


class Daemon:
    def __init__(self, binary, folder, room, **environment):
        self.folder, self.page = folder, free_port()
        (folder / "newsvane.toml").write_text(SETTINGS.format(port=room.port, page=self.page))
        (folder / "watchlist.toml").write_text(WATCHLIST.format(port=room.port))
        self.environment = os.environ | {"STATE_DIRECTORY": str(folder), "HOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"} | environment
        self.binary, self.log = binary, folder / "log"
        command = [binary, "run", "--config", "newsvane.toml", "--watchlist", "watchlist.toml"]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=self.environment, stderr=log, stdout=log)

    def text(self):
        return self.log.read_text(errors="replace")

    def ready(self, secs=60):
        """Whether it is ready; false once it has ended."""
        until(lambda: "newsvane is ready" in self.text() or self.process.poll() is not None, secs)
        return self.process.poll() is None and "newsvane is ready" in self.text()

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.page}{path}", timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as err:
            return err.code, err.read().decode()
        except OSError as err:
            return 0, str(err)

    def is_healthy(self):
        return self.get("/healthz")[0] == 200

    def named(self):
        """What the status names as damaged or wrong."""
        try:
            progress = json.loads(self.get("/api/status")[1])["running"]["progress"]
        except (ValueError, KeyError, TypeError):
            return []
        return progress["damaged_rows"] + progress["troubles"]

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def run(self, *arguments):
        return subprocess.run([self.binary, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, errors="replace", timeout=120)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def until(condition, secs):
    end = time.time() + secs
    while time.time() < end:
        if condition():
            return True
        time.sleep(0.1)
    return bool(condition())


def rows(path):
    """A hash of all rows of all tables; None where not all can be read."""
    found = hashlib.sha256()
    try:
        db = sqlite3.connect(path)
        db.text_factory = bytes
        if [line[0] for line in db.execute("PRAGMA integrity_check")] != [b"ok"]:
            return None
        for schema in db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall():
            found.update(repr(schema).encode())
            kind, name = schema[0], schema[1].decode()
            if kind == b"table" and not name.startswith(("sqlite_", "articles_text")):
                for row in db.execute(f"SELECT * FROM {name}"):
                    found.update(repr(row).encode())
        db.close()
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    return found.hexdigest()


def damage(chance, size):
    """Where a file of this size is damaged, and with what."""
    if chance.random() < 0.7:
        return chance.randrange(size), bytes([chance.randrange(256)]), "byte"
    at = chance.randrange(size // PAGE) * PAGE
    return at, chance.choice([bytes(PAGE), chance.randbytes(PAGE), b"\xa5" * PAGE]), "page"


def put(path, at, what):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(what)


def copy(base, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(base / "newsvane.db", folder)


def judge(daemon, room, same, says):
    """The outcome for a daemon that runs; `same` tells whether no row was changed."""
    number = room.publish()
    is_alerted = until(lambda: room.has(number) or not daemon.is_healthy() or daemon.process.poll() is not None, 40) and room.has(number)
    if is_alerted and same():
        # What is damaged in unused space may still be named.
        return "harmless"
    if until(lambda: daemon.named() or not daemon.is_healthy(), 60):
        if is_alerted and daemon.is_healthy():
            return "named"
        if until(lambda: not daemon.is_healthy(), 20):
            return "unwell"
    if is_alerted and daemon.run("store", "check", "newsvane.db").returncode == 0:
        return "healed"
    return f"BAD {says}: alerted {is_alerted}, healthz {daemon.get('/healthz')}, names {daemon.named()}"


def refusal(daemon):
    text = daemon.text()
    return "refused" if any(word in text for word in ("newsvane restore", "try again", "tries again")) else None


def one_damage(binary, room, base, folder, seed):
    chance = random.Random(seed)
    room.begin_again()
    is_running = chance.random() < 0.5
    copy(base, folder)
    path = folder / "newsvane.db"
    daemon = None
    try:
        if is_running:
            daemon = Daemon(binary, folder, room)
            if not daemon.ready():
                return "BAD does not start on a sound store"
            number = room.publish()
            if not until(lambda: room.has(number), 60):
                return "BAD does not work on a sound store"
            time.sleep(chance.random() * 3)
        before, after = folder / "before", folder / "after"
        at, what, kind = damage(chance, path.stat().st_size)
        for name in (before, after):
            name.mkdir()
            for end in ("", "-wal"):
                if (folder / f"newsvane.db{end}").exists():
                    shutil.copy(folder / f"newsvane.db{end}", name)
        # The two copies are to be of the same moment.
        for end in ("", "-wal"):
            if (before / f"newsvane.db{end}").exists():
                shutil.copy(before / f"newsvane.db{end}", after)
        put(after / "newsvane.db", at, what)
        put(path, at, what)
        says = f"{kind} at {at}, {'running' if is_running else 'stopped'}"
        same = lambda: (found := rows(before / "newsvane.db")) is not None and found == rows(after / "newsvane.db")
        if not is_running:
            daemon = Daemon(binary, folder, room)
            if not daemon.ready():
                return refusal(daemon) or f"BAD {says}: ended without a remedy: {daemon.text()[-300:]}"
        outcome = judge(daemon, room, same, says)
        if outcome == "unwell":
            daemon.stop(signal.SIGKILL)
            daemon = Daemon(binary, folder, room)
            if daemon.ready():
                again = judge(daemon, room, same, says)
                return outcome if not again.startswith("BAD") else again
            return outcome if refusal(daemon) else f"BAD {says}: then ended without a remedy: {daemon.text()[-300:]}"
        return outcome
    finally:
        if daemon:
            daemon.stop()


def one_fault(binary, room, base, folder, seed, library):
    chance = random.Random(seed)
    room.begin_again()
    copy(base, folder)
    code = chance.choice(CODES)
    # The first hundreds of operations belong to the start; evenly over their sizes.
    at = int(2 ** (chance.random() * 12))
    says = f"operation {at} failed with {errno.errorcode.get(code, 'a short write')}"
    daemon = Daemon(binary, folder, room, LD_PRELOAD=str(library), FAULT_AT=str(at), FAULT_CODE=str(code))
    try:
        outcome = "works"
        if not daemon.ready():
            if not refusal(daemon):
                return f"BAD {says}: ended without a remedy: {daemon.text()[-300:]}"
            outcome = "refused"
            daemon = Daemon(binary, folder, room)
            if not daemon.ready():
                return f"BAD {says}: does not start again: {daemon.text()[-300:]}"
        numbers = [room.publish() for _ in range(3)]
        if not until(lambda: all(map(room.has, numbers)), 60):
            if daemon.is_healthy():
                return f"BAD {says}: green and idle: {daemon.text()[-300:]}"
            outcome = "unwell"
            daemon.stop(signal.SIGKILL)
            daemon = Daemon(binary, folder, room)
            if not daemon.ready() or not until(lambda: all(map(room.has, numbers)), 60):
                return f"BAD {says}: does not work after a restart: {daemon.text()[-300:]}"
        daemon.stop()
        daemon.environment.pop("LD_PRELOAD", None)
        checked = daemon.run("store", "check", "newsvane.db")
        return outcome if checked.returncode == 0 else f"BAD {says}: {checked.stdout[-300:]}"
    finally:
        daemon.stop()


def make_base(binary, folder):
    """A newsroom, and a store with articles, alerts and entries of its feed."""
    folder.mkdir(parents=True)
    room = Newsroom()
    daemon = Daemon(binary, folder, room)
    if not daemon.ready():
        sys.exit(f"newsvane does not start: {daemon.text()[-500:]}")
    room.publish("quay")
    time.sleep(3)
    numbers = [room.publish(("lighthouse", "ferry", "quay")[n % 3]) for n in range(150)]
    if not until(lambda: all(room.has(n) for n in numbers if (n - 1) % 3 != 2), 120):
        sys.exit(f"not all of the first stories were alerted: {daemon.text()[-500:]}")
    if daemon.stop() != 0:
        sys.exit("newsvane did not stop cleanly")
    room.first = list(room.items)
    return room, folder


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="this seed alone")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=pathlib.Path)
    opt = parser.parse_args()
    folder = (opt.folder or pathlib.Path(tempfile.mkdtemp(prefix="newsvane-damage-"))).resolve()
    library = folder / "faults.so"
    scenes = queue.SimpleQueue()
    for n in range(opt.workers):
        scenes.put(make_base(opt.binary, folder / f"base-{n}"))
    (folder / "faults.c").write_text(FAULTS)
    built = subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, folder / "faults.c", "-ldl"], check=False)
    n_faults = opt.faults if built.returncode == 0 else 0

    def run(job):
        kind, seed = job
        place = folder / f"{kind}-{seed}"
        room, base = scenes.get()
        try:
            if kind == "damage":
                outcome = one_damage(opt.binary, room, base, place, seed)
            else:
                outcome = one_fault(opt.binary, room, base, place, seed, library)
        except Exception as err:
            outcome = f"BAD the test itself: {err!r}"
        scenes.put((room, base))
        if outcome.startswith("BAD"):
            print(kind, seed, outcome, flush=True)
        else:
            shutil.rmtree(place, ignore_errors=True)
        return kind, outcome.split()[0]

    seeds = lambda n: [opt.only] if opt.only is not None else range(opt.seed, opt.seed + n)
    jobs = [("damage", seed) for seed in seeds(opt.times) if opt.times] + [("fault", seed) for seed in seeds(n_faults) if n_faults]
    counts = collections.defaultdict(collections.Counter)
    with concurrent.futures.ThreadPoolExecutor(opt.workers) as pool:
        for kind, outcome in pool.map(run, jobs):
            counts[kind][outcome] += 1
    print(json.dumps({kind: dict(found) for kind, found in counts.items()}))
    sys.exit(any(found["BAD"] for found in counts.values()))


main()
