#!/usr/bin/env python3
"""Runs the release binary for a long time on many feeds, some of them hostile, and
measures: lost and repeated alerts, time from publishing to webhook, memory, open
files.

usage: tests/soak.py BINARY LOADGEN [--secs 7200] [--healthy 900] [--hostile 100]
                     [--rate 20] [--every 10s] [--window 10000] [--folder DIR]

LOADGEN is the built tool of ../shared/tools/loadgen: it serves the healthy feeds
and their pages, takes the webhooks and counts them. The hostile feeds come from
hostile_server.py. Every 30 s a line goes to DIR/samples.tsv; the end of the run
prints one JSON object.

The isolation of healthy feeds from hostile ones is the latency of two runs:
  tests/soak.py BIN LOADGEN --secs 120 --every 1s --healthy 800 --hostile 0
  tests/soak.py BIN LOADGEN --secs 120 --every 1s --healthy 800 --hostile 200
and the memory of many feeds under attack that of
  tests/soak.py BIN LOADGEN --secs 600 --every 60s --healthy 8000 --hostile 2000
"""

import argparse, json, os, pathlib, signal, subprocess, sys, tempfile, time
import hostile_server

WARM_UP = 1_200  # seconds in which memory may still grow
SETTINGS = """
[store]
max_size = "300MB"
[story]
max_articles = {window}
[http]
allow_addresses = ["127.0.0.0/8"]
per_host = 16
spacing = "0ms"
timeout = "10s"
[scheduler]
min_interval = "1s"
start_spread = "10s"
[receiver.hook]
type = "webhook"
url = "http://127.0.0.1:{port}/hook"
secret_env = "HOOK_SECRET"
{receivers}
[defaults]
alert = {{ mode = "every", to = [{to}] }}
[web]
listen = ""
"""
# A receiver on a port without a server, and one that never responds.
BAD_RECEIVERS = """
[receiver.dead]
type = "webhook"
url = "http://127.0.0.1:9/"
secret_env = "HOOK_SECRET"
[receiver.slow]
type = "webhook"
url = "http://127.77.0.1:{hostile}/silence"
timeout = "15s"
secret_env = "HOOK_SECRET"
"""


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("loadgen", type=pathlib.Path)
    parser.add_argument("--secs", type=int, default=7_200)
    parser.add_argument("--healthy", type=int, default=900)
    parser.add_argument("--hostile", type=int, default=100)
    parser.add_argument("--rate", type=float, default=20, help="items a second, over all healthy feeds")
    parser.add_argument("--every", default="10s")
    parser.add_argument("--window", type=int, default=10_000, help="articles that stories remember")
    parser.add_argument("--articles", help="a folder with pages for loadgen")
    parser.add_argument("--bad-receivers", action="store_true", help="one dead and one slow receiver besides")
    parser.add_argument("--port", type=int, default=8911)
    parser.add_argument("--folder", type=pathlib.Path)
    return parser.parse_args()


def ctl(opt, *what):
    said = subprocess.run([opt.loadgen, "ctl", f"127.0.0.1:{opt.port}", *what], capture_output=True, text=True, check=True)
    return said.stdout


def sample(pid, folder):
    """Memory in MB, of which anonymous, threads, open files, size of the store in MB, CPU seconds."""
    status = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status"))
    mb = lambda key: int(status[key].split()[0]) / 1024
    stat = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    cpu = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    files = len(os.listdir(f"/proc/{pid}/fd"))
    store = sum(file.stat().st_size for file in (folder / "state").glob("newsvane.db*")) / 1e6
    return [mb("VmRSS"), mb("RssAnon"), int(status["Threads"]), files, store, cpu]


def slope(points):
    """Least squares, per hour."""
    n = len(points)
    if n < 3:
        return None
    mean_t, mean_y = (sum(p[k] for p in points) / n for k in (0, 1))
    over = sum((t - mean_t) * (y - mean_y) for t, y in points)
    return over / sum((t - mean_t) ** 2 for t, _ in points) * 3_600


def write_files(opt, folder):
    healthy = (folder / "urls").read_text().split()
    hostile = list(hostile_server.urls(opt.port + 1, opt.hostile))
    feeds = "".join(f'[[feed]]\nurl = "{url}"\nevery = "{opt.every}"\n' for url in healthy + hostile)
    watch = '[[watch]]\nid = "soak"\nany = ["Zorblatt Industries"]\n'
    (folder / "watchlist.toml").write_text(feeds + watch)
    receivers, to = ("", '"hook"')
    if opt.bad_receivers:
        receivers, to = BAD_RECEIVERS.format(hostile=opt.port + 1), '"hook", "dead", "slow"'
    text = SETTINGS.format(window=opt.window, port=opt.port, receivers=receivers, to=to)
    (folder / "newsvane.toml").write_text(text)


def run(opt, folder, children):
    start = lambda *command, **more: children.append(subprocess.Popen(command, **more)) or children[-1]
    start(sys.executable, hostile_server.__file__, str(opt.port + 1))
    pages = ["--articles", opt.articles] if opt.articles else []
    start(
        opt.loadgen, "serve", "--feeds", str(opt.healthy), "--items", "30", "--port", str(opt.port), "--hosts", "50",
        "--rate", "0", "--match-fraction", "0.2", "--urls", folder / "urls", "--duration", str(opt.secs + 300), *pages,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not (folder / "urls").exists():
        if children[-1].poll() is not None:
            sys.exit("loadgen ended: is its port taken?")
        time.sleep(0.5)
    time.sleep(3)
    write_files(opt, folder)
    environment = os.environ | {
        "STATE_DIRECTORY": str(folder / "state"),
        "HOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "RUST_LOG": "warn",
    }
    daemon = start(
        opt.binary.resolve(), "run", "--config", "newsvane.toml", "--watchlist", "watchlist.toml",
        cwd=folder, env=environment, stderr=open(folder / "log", "w"),
    )  # fmt: skip
    time.sleep(30)
    ctl(opt, "POST", f"/rate?per_s={opt.rate}")
    begun, samples = time.time(), []
    with open(folder / "samples.tsv", "w", buffering=1) as file:
        print("secs", "rss_mb", "anon_mb", "threads", "files", "store_mb", "cpu_s", sep="\t", file=file)
        while (now := time.time() - begun) < opt.secs:
            if daemon.poll() is not None:
                sys.exit(f"newsvane ended: {daemon.returncode}; see {folder}/log")
            samples.append([now, *sample(daemon.pid, folder)])
            print(*(f"{value:.1f}" for value in samples[-1]), sep="\t", file=file)
            time.sleep(min(30, max(0.0, opt.secs - now)))
    ctl(opt, "POST", "/rate?per_s=0")
    time.sleep(45)
    stats = json.loads(ctl(opt, "GET", "/stats"))
    daemon.send_signal(signal.SIGTERM)
    report = {
        "feeds": opt.healthy + opt.hostile,
        "hostile": opt.hostile,
        "secs": opt.secs,
        "exit": daemon.wait(60),
        "cpu_share": round((samples[-1][6] - samples[0][6]) / max(1, samples[-1][0] - samples[0][0]), 3),
        "peak_rss_mb": round(max(s[1] for s in samples), 1),
        "stats": stats,
    }
    late = [s for s in samples if s[0] >= WARM_UP]
    if len(late) > 2:
        report |= {
            "rss_mb_per_hour": round(slope([(s[0], s[1]) for s in late]), 2),
            "anon_mb_per_hour": round(slope([(s[0], s[2]) for s in late]), 2),
            "files_per_hour": round(slope([(s[0], s[4]) for s in late]), 2),
            "files": [min(s[4] for s in late), max(s[4] for s in late)],
        }
    print(json.dumps(report))


def main():
    opt = options()
    folder = opt.folder or pathlib.Path(tempfile.mkdtemp(prefix="newsvane-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    children = []
    try:
        run(opt, folder, children)
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()


main()
