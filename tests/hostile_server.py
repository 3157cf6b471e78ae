"""A hostile web server for tests/soak.py: each path shows one behaviour.

`behaviours()` lists them; `urls(port, n)` gives the URLs of n feeds with all
behaviours in turn, each on its own loopback address. Run by itself it serves until
it is killed:

usage: hostile_server.py PORT
"""

import asyncio, gzip, itertools, socket, struct, sys, zlib

OK = b"HTTP/1.1 200 OK\r\n"
N_REQUESTS = itertools.count()


def whole(body, head=b"", status=b"200 OK"):
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, head, len(body), body)


def feed(items, extra=b""):
    return (
        b'<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        b"<title>Trouble</title>%s%s</channel></rss>" % (extra, b"".join(items))
    )


def item(guid, title=b"A quiet day at the harbour", link=b"", body=b"Nothing happened, twice."):
    link = b"<link>%s</link>" % link if link else b""
    return b"<item><guid>%s</guid><title>%s</title>%s<description>%s</description></item>" % (guid, title, link, body)


FEW = feed(item(b"steady-%d" % n) for n in range(5))


def fresh():
    """A number that no earlier response contained."""
    return next(N_REQUESTS)


def pages(kind):
    """A valid feed whose newest entry has a page with this behaviour."""

    def body(host):
        n = fresh() // 4
        return feed([item(b"page-%d" % n, link=b"http://%s/%s/%d" % (host, kind, n))])

    return body


# Fixed responses: path -> bytes, or a function of the Host header.
ANSWERS = {
    "short-length": OK + b"Content-Length: 4\r\n\r\n" + FEW,
    "long-length": OK + b"Content-Length: 999999\r\n\r\n" + FEW,
    "two-lengths": OK + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\n<rss/>",
    "bad-length": OK + b"Content-Length: six\r\n\r\n<rss/>",
    "end-before": b"",
    "end-in-headers": OK + b"Content-Le",
    "chunked-nonsense": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "chunk-beyond-numbers": OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\nabc",
    "chunks-cut": OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc",
    "no-http": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "http-1-0": b"HTTP/1.0 200 OK\r\n\r\n" + FEW,
    "304-unasked": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "status-999": whole(b"x", status=b"999 What"),
    "status-99": whole(b"x", status=b"99 What"),
    "error-500": whole(b"<h1>Oops</h1>", status=b"500 Internal Server Error"),
    "error-503": whole(b"", b"Retry-After: 1\r\n", b"503 Service Unavailable"),
    "error-429": whole(b"", b"Retry-After: Wed, 21 Oct 2099 07:28:00 GMT\r\n", b"429 Too Many Requests"),
    "retry-nonsense": whole(b"", b"Retry-After: -99999999999999999999\r\n", b"503 Service Unavailable"),
    "gone-404": whole(b"", status=b"404 Not Found"),
    "redirect-private": whole(b"", b"Location: http://10.0.0.1/feed\r\n", b"301 Moved Permanently"),
    "redirect-metadata": whole(b"", b"Location: http://0xa9fea9fe/latest\r\n", b"302 Found"),
    "redirect-file": whole(b"", b"Location: file:///etc/passwd\r\n", b"302 Found"),
    "redirect-nowhere": whole(b"", status=b"302 Found"),
    "redirect-loop": whole(b"", b"Location: /redirect-loop\r\n", b"302 Found"),
    "huge-headers": OK + b"X-A: " + b"a" * 100_000 + b"\r\nContent-Length: 0\r\n\r\n",
    "gzip-bomb": whole(gzip.compress(bytes(50_000_000)), b"Content-Encoding: gzip\r\n"),
    "gzip-cut": whole(gzip.compress(FEW * 50)[:200], b"Content-Encoding: gzip\r\n"),
    "gzip-twice": whole(gzip.compress(gzip.compress(FEW)), b"Content-Encoding: gzip\r\n"),
    "gzip-said": whole(FEW, b"Content-Encoding: gzip\r\n"),
    "deflate": whole(zlib.compress(FEW), b"Content-Encoding: deflate\r\n"),
    "empty": whole(b""),
    "pdf": whole(b"%PDF-1.7\n" + bytes(range(256)) * 40, b"Content-Type: application/pdf\r\n"),
    "image": whole(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, b"Content-Type: application/rss+xml\r\n"),
    "web-page": whole(b"<!doctype html><title>Log in</title><p>Please log in.", b"Content-Type: text/html\r\n"),
    "deep-xml": whole(b"<rss><channel>" + b"<a>" * 200_000),
    "deep-media": whole(feed([b"<item><media:group>" + b"<media:group>" * 5_000 + b"</item>"])),
    "entity-bomb": whole(
        b'<!DOCTYPE l [<!ENTITY a "lol">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]><rss><channel><item><title>&j;</title></item></channel></rss>"
    ),
    "many-entries": whole(gzip.compress(feed(item(b"%d" % n, b"t", body=b"") for n in range(100_000))), b"Content-Encoding: gzip\r\n"),
    "one-guid": whole(feed(item(b"same", b"Title %d" % n) for n in range(2_000))),
    "no-guids": whole(feed(item(b"", b"Title") for _ in range(2_000))),
    "long-title": whole(feed([item(b"long", b"word " * 400_000)])),
    "control-characters": whole(feed([item(b"\x1b]0;owned\x07", b"\x1b[2J\x1b[31mred\x00\x08\xe2\x80\xae")])),
    "cut": whole(FEW[: len(FEW) // 2]),
    "cdata-open": whole(b"<rss><channel><item><title><![CDATA[" + b"a" * 1_000_000),
}

# Responses that differ each time.
LIVE = {
    "new-guids": lambda _: whole(feed(item(b"g-%d" % fresh()) for _ in range(20))),
    "new-articles": lambda _: whole(
        feed(
            item(b"n-%d" % n, b"Council of Port %d votes on item %d" % (n % 977, n), body=b"The council of port %d met on item %d. " % (n, n) * 8)
            for n in (fresh() for _ in range(3))
        )
    ),
    "new-etag": lambda _: whole(FEW, b'ETag: "%d"\r\n' % fresh()),
    "flapping": lambda _: whole(FEW) if fresh() % 2 else whole(b"", status=b"502 Bad Gateway"),
    "endless-archive": lambda host: whole(
        feed(
            [item(b"a-%d" % fresh())],
            b'<atom:link rel="prev-archive" href="http://%s/endless-archive/%d"/>' % (host, fresh()),
        )
    ),
    "page-huge": lambda host: whole(pages(b"endless-body")(host)),
    "page-deep": lambda host: whole(pages(b"deep-html")(host)),
    "page-slow": lambda host: whole(pages(b"slow-body")(host)),
    "page-silent": lambda host: whole(pages(b"silence")(host)),
    "page-bomb": lambda host: whole(pages(b"gzip-bomb")(host)),
    "page-tags": lambda host: whole(pages(b"many-tags")(host)),
    "page-refused": lambda host: whole(pages(b"redirect-private")(host)),
    "page-502": lambda host: whole(pages(b"error-500")(host)),
}

# Responses for pages only.
PAGES = {
    "deep-html": whole(b"<html><body>" + b"<div>" * 50_000 + b"deep", b"Content-Type: text/html\r\n"),
    "many-tags": whole(b"<html><body>" + b"<p><b>a</b>" * 300_000, b"Content-Type: text/html\r\n"),
}


async def forever(writer, first, piece, pause=0.0):
    writer.write(first)
    while True:
        writer.write(piece)
        await writer.drain()
        if pause:
            await asyncio.sleep(pause)


def reset(writer):
    handle = writer.get_extra_info("socket")
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def reset_in_the_middle(writer):
    writer.write(OK + b"Content-Length: 100000\r\n\r\n<rss")
    await writer.drain()
    reset(writer)


async def early_hints(writer):
    await forever(writer, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.5)


# Responses that are slow or never end.
SLOW = {
    "silence": lambda writer: asyncio.sleep(3_600),
    "slow-headers": lambda writer: forever(writer, OK, b"X-A: b\r\n", 1.0),
    "slow-body": lambda writer: forever(writer, OK + b"\r\n", b"<", 1.0),
    "endless-body": lambda writer: forever(writer, OK + b"Content-Type: text/html\r\n\r\n", b"<p>more and more</p>" * 400),
    "endless-headers": lambda writer: forever(writer, OK, b"X-A: aaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 100),
    "endless-chunks": lambda writer: forever(writer, OK + b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\naaaa\r\n" * 400),
    "endless-status": lambda writer: forever(writer, b"HTTP/1.1 200 ", b"a" * 4_000),
    "early-hints": early_hints,
    "reset-before": None,
    "reset-middle": reset_in_the_middle,
    "stops": lambda writer: forever(writer, OK + b"Content-Length: 100000\r\n\r\n<rss", b"", 60.0),
}


async def serve(reader, writer):
    try:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ", 2)[1].decode("latin-1")
            host = next((l[5:].strip() for l in request.split(b"\r\n") if l.lower().startswith(b"host:")), b"")
            name = path.strip("/").split("/")[0]
            if name == "robots.txt":
                # Every other host has one of 10 MB.
                n = int(host.split(b":")[0].rsplit(b".", 1)[1] or 0)
                writer.write(whole(b"# nothing\n" * (1_000_000 if n % 2 else 1)))
            elif name in SLOW:
                if name == "reset-before":
                    reset(writer)
                    return
                await SLOW[name](writer)
                return
            elif name in LIVE:
                writer.write(LIVE[name](host))
            else:
                writer.write(ANSWERS.get(name) or PAGES.get(name) or b"")
                if name not in PAGES:
                    await writer.drain()
                    return
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.TimeoutError):
        pass
    finally:
        writer.close()


def behaviours():
    return [*ANSWERS, *LIVE, *SLOW, "tls", "closed-port", "no-such-name"]


def urls(port, n):
    names = behaviours()
    for k in range(n):
        name, host = names[k % len(names)], f"127.77.{k // 250}.{k % 250 + 1}"
        if name == "tls":
            yield f"https://{host}:{port}/{k}"
        elif name == "closed-port":
            yield f"http://{host}:9/{k}"
        elif name == "no-such-name":
            yield f"http://feed-{k}.invalid/"
        else:
            yield f"http://{host}:{port}/{name}/{k}"


async def main(port):
    server = await asyncio.start_server(serve, "0.0.0.0", port, backlog=1_000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
