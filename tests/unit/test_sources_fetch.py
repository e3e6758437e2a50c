"""The way out to the network, against real servers here: what is refused, what is cut short, what is kept."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from topline.errors import ArgumentError, FetchError
from topline.sources.fetch import Cache, Fetched, Limits, fetch, fetch_study, registry_address
from topline.sources.fetch.addresses import is_public, parse_url
from topline.sources.fetch.wire import USER_AGENT

TLS = Path(__file__).parent / "data" / "tls"
PUBLIC = "93.184.215.14"
STUDY = "NCT01234567"


class Server:
    """A web server on a thread: ``answer(path, nth)`` gives status, headers and body; every request is remembered."""

    def __init__(self, answer: Callable[[str, int], tuple[int, dict[str, str], bytes]]) -> None:
        seen: list[tuple[str, dict[str, str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append((self.path, dict(self.headers)))
                status, headers, body = answer(self.path, len(seen))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self.seen = seen
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.http.server_address[1]
        self.place = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.place}"
        self._thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self._thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(answer: Callable[[str, int], tuple[int, dict[str, str], bytes]]) -> Server:
        started.append(Server(answer))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def raw() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    """A server that speaks bytes: gives the port; ``speak`` gets the connection after the request was read."""
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(speak: Callable[[socket.socket], None]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(65_536)
                    speak(connection)

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listeners:
        # A blocked accept returns once the listener is shut down.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join()


def get(port: int, path: str = "/", **other: object) -> Fetched:
    place = f"127.0.0.1:{port}"
    return fetch(f"http://{place}{path}", allow=frozenset({place}), **other)  # type: ignore[arg-type]


def to_port(port: int, asked: list[tuple[str, int]]) -> Callable[[str, int, float], socket.socket]:
    """A connector that plays the internet: whatever address is asked for, the server at ``port`` answers."""

    def connect(address: str, wanted: int, seconds: float) -> socket.socket:
        asked.append((address, wanted))
        return socket.create_connection(("127.0.0.1", port), timeout=seconds)

    return connect


def test_a_page_comes_with_its_kind_its_address_and_the_moment(serve: Callable[..., Server]) -> None:
    server = serve(lambda path, _: (200, {"Content-Type": "text/html; charset=utf-8"}, path.encode()))
    got = get(server.port, "/a%20b?q=ü")
    assert got.data == b"/a%20b?q=%C3%BC"
    assert got.media_type == "text/html; charset=utf-8"
    assert got.address == f"{server.url}/a%20b?q=%C3%BC"
    assert got.status == 200
    assert abs((datetime.now(UTC) - datetime.fromisoformat(got.retrieved)).total_seconds()) < 60
    headers = server.seen[0][1]
    assert headers["User-Agent"] == USER_AGENT
    assert "topline" in USER_AGENT
    assert headers["Host"] == server.place


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://news.example/a", "scheme ftp"),
        ("file:///etc/hostname", "scheme file"),
        ("javascript:alert(1)", "scheme javascript"),
        ("news.example/a", "scheme none"),
        ("http://reader:secret@news.example/", "…@news.example"),
        ("http://news.example:8080/", "port 8080"),
        ("http://news.example:0/", "port 0"),
        ("http:///path", "http:///path"),
        ("http://news.example:port/", "http://news.example:port/"),
        ("http://[::1/", "http://[::1/"),
        ("http://news.example/\r\nHost: other.example", "\\r\\n"),
        ("http://news.example\\@other.example/", "\\\\"),
        ("http://news_.ex\u2100mple/", "http"),
        ("http://news.example/" + "a" * 9_000, "9,020 characters"),
    ],
)
def test_an_address_of_another_form_is_refused_before_anything_is_looked_up(url: str, said: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("nothing may be looked up")

    with pytest.raises(FetchError) as caught:
        fetch(url, resolver=never)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


PRIVATE = """
127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1 240.0.0.1 192.0.2.1
255.255.255.255 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::808:808 2002:7f00:1::1 2002:a00:1::1 2001:0:808:808::
2001:db8::1 4000::1 nonsense
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_a_host_with_one_address_that_is_not_public_is_refused(address: str) -> None:
    asked: list[tuple[str, int]] = []
    with pytest.raises(FetchError, match="private network") as caught:
        fetch("http://news.example/", resolver=lambda *_: [PUBLIC, address], connector=to_port(1, asked))
    assert address in str(caught.value)
    assert not asked


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
def test_loopback_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(FetchError, match=r"private network|was not found"):
        fetch(f"http://{host}/")


def test_the_connection_goes_to_the_address_that_was_checked(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: (200, {}, b"x"))
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    looked_up: list[str] = []
    asked: list[tuple[str, int]] = []

    def rebinding(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return next(answers)

    assert fetch("http://news.example/", resolver=rebinding, connector=to_port(server.port, asked)).data == b"x"
    assert looked_up == ["news.example"]
    assert asked == [(PUBLIC, 80)]
    assert server.seen[0][1]["Host"] == "news.example"
    with pytest.raises(FetchError, match="private network"):
        fetch("http://news.example/", resolver=rebinding, connector=to_port(server.port, asked))


def test_the_next_address_is_tried_when_one_does_not_answer(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: (200, {}, b"x"))

    def second_only(address: str, port: int, seconds: float) -> socket.socket:
        if address == PUBLIC:
            raise ConnectionRefusedError(111, "Connection refused")
        return socket.create_connection(("127.0.0.1", server.port), timeout=seconds)

    got = fetch("http://news.example/", resolver=lambda *_: [PUBLIC, "8.8.8.8"], connector=second_only)
    assert got.data == b"x"
    with pytest.raises(FetchError, match="can't be reached") as caught:
        fetch("http://news.example/", resolver=lambda *_: [PUBLIC], connector=second_only)
    assert caught.value.offline


def test_redirects_are_followed_and_every_hop_is_checked(serve: Callable[..., Server]) -> None:
    def answer(path: str, _: int) -> tuple[int, dict[str, str], bytes]:
        onward = {
            "/start": "two", "/two": "/three?x=1", "/inside": "http://10.0.0.1/", "/file": "file:///etc/hostname",
            "/loop": "/pool", "/pool": "/loop", "/metadata": "http://169.254.169.254/latest", "/empty": "",
        }  # fmt: skip
        if path.startswith("/count"):
            return 302, {"Location": f"/count{int(path[6:]) + 1}"}, b""
        if path in onward:
            return 302, {"Location": onward[path]}, b""
        return 200, {}, path.encode()

    server = serve(answer)
    got = get(server.port, "/start")
    assert got.data == b"/three?x=1"
    assert got.address == f"{server.url}/three?x=1"
    for path, said in {
        "/inside": "private network",
        "/metadata": "private network",
        "/file": "only http and https",
        "/loop": "in a circle",
        "/count0": "too many redirects",
        "/empty": "leads nowhere",
    }.items():
        before = len(server.seen)
        with pytest.raises(FetchError, match=said):
            get(server.port, path)
        assert len(server.seen) - before <= 6


def test_a_host_on_the_allow_list_does_not_open_the_way_to_another(serve: Callable[..., Server]) -> None:
    inner = serve(lambda *_: (200, {}, b"secret"))
    outer = serve(lambda *_: (302, {"Location": inner.url}, b""))
    with pytest.raises(FetchError, match="only ports 80 and 443"):
        get(outer.port)
    assert not inner.seen


def secure(server: Server) -> ssl.SSLContext:
    """Puts TLS on a server; gives the context that trusts its certificate."""
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    server.http.socket = there.wrap_socket(server.http.socket, server_side=True)
    return ssl.create_default_context(cafile=str(TLS / "certificate.pem"))


def test_tls_checks_the_certificate_for_the_name(serve: Callable[..., Server]) -> None:
    def answer(path: str, _: int) -> tuple[int, dict[str, str], bytes]:
        return (302, {"Location": "http://news.example/"}, b"") if path == "/down" else (200, {}, b"sealed")

    server = serve(answer)
    trusting = secure(server)
    connector = to_port(server.port, [])

    def sealed(url: str, tls: ssl.SSLContext | None = trusting) -> bytes:
        return fetch(url, resolver=lambda *_: [PUBLIC], connector=connector, tls=tls).data

    assert sealed("https://news.example/") == b"sealed"
    with pytest.raises(FetchError, match=r"no secure connection to other\.example"):
        sealed("https://other.example/")
    with pytest.raises(FetchError, match=r"no secure connection to news\.example"):
        sealed("https://news.example/", tls=None)
    with pytest.raises(FetchError, match="from https to http"):
        sealed("https://news.example/down")


def test_a_body_over_the_limit_is_cut_off(serve: Callable[..., Server], raw: Callable[..., int]) -> None:
    sent = 0

    def endless(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while sent < 200_000_000:
            sent += connection.send(b"x" * 65_536)

    with pytest.raises(FetchError, match="too large"):
        get(raw(endless), limits=Limits(size=1_000_000))
    assert sent < 50_000_000
    server = serve(lambda *_: (200, {}, b"x" * 2_000))
    with pytest.raises(FetchError, match="too large") as caught:
        get(server.port, limits=Limits(size=1_000))
    assert "2,000 bytes" in str(caught.value)
    assert len(get(server.port, limits=Limits(size=2_000)).data) == 2_000


def test_endless_chunks_are_cut_off(raw: Callable[..., int]) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(100_000):
            connection.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")

    with pytest.raises(FetchError, match="too large"):
        get(raw(endless), limits=Limits(size=100_000))


@pytest.mark.parametrize(
    "start", [b"HTTP/1.1 200 OK\r\nA: ", b"HTTP/1.1 ", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"]
)
def test_a_slow_drip_is_cut_off_in_time(raw: Callable[..., int], start: bytes) -> None:
    done = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        while not done.wait(0.05):
            connection.sendall(b"1")

    begun = time.monotonic()
    try:
        with pytest.raises(FetchError, match="took too long"):
            get(raw(drip), limits=Limits(seconds=0.6))
    finally:
        done.set()
    assert time.monotonic() - begun < 5


def test_a_silent_server_and_a_slow_resolver_are_given_up(raw: Callable[..., int]) -> None:
    done = threading.Event()

    def unknown(*_: object) -> list[str]:
        done.wait(5)
        return []

    try:
        with pytest.raises(FetchError, match="took too long"):
            get(raw(unknown), limits=Limits(seconds=0.3))
        with pytest.raises(FetchError, match="was not found"):
            fetch("http://news.example/", resolver=unknown, limits=Limits(seconds=0.3))
    finally:
        done.set()


@pytest.mark.parametrize("line", [b"A: b\r\n", b"A: " + b"b" * 100_000, b" folded\r\n"])
def test_endless_headers_are_cut_off(raw: Callable[..., int], line: bytes) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(1_000_000):
            connection.sendall(line)

    with pytest.raises(FetchError, match="did not answer as a web server does"):
        get(raw(endless), limits=Limits(seconds=20))


def test_endless_interim_answers_are_cut_off(raw: Callable[..., int]) -> None:
    def endless(connection: socket.socket) -> None:
        for _ in range(1_000_000):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    with pytest.raises(FetchError, match="too large"):
        get(raw(endless), limits=Limits(size=1_000))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"\x16\x03\x01\x00",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello", mtime=0)[:-9],
    ],
)
def test_what_is_no_whole_answer_is_an_error(raw: Callable[..., int], answer: bytes) -> None:
    port = raw(lambda connection: connection.sendall(answer))
    with pytest.raises(FetchError, match="did not answer as a web server does"):
        get(port, limits=Limits(seconds=5))


def test_packed_answers_are_unpacked_within_the_limit(serve: Callable[..., Server]) -> None:
    bodies = {
        "/one": gzip.compress(b"hello", mtime=0),
        "/two": gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0),
        "/bomb": gzip.compress(b"\0" * 300_000_000, 1, mtime=0),
    }
    server = serve(lambda path, _: (200, {"Content-Encoding": "gzip"}, bodies[path]))
    assert get(server.port, "/one").data == b"hello"
    assert get(server.port, "/two").data == b"hello"
    with pytest.raises(FetchError, match="too large"):
        get(server.port, "/bomb")


def test_a_failure_names_its_status(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: (503, {"Retry-After": "7"}, b""))
    with pytest.raises(FetchError, match="status 503") as caught:
        get(server.port)
    assert caught.value.status == 503
    assert caught.value.retry_after == 7
    assert caught.value.to_dict()["error"]["code"] == "fetch"  # type: ignore[index]


def test_another_kind_of_document_is_refused(serve: Callable[..., Server]) -> None:
    server = serve(lambda *_: (200, {"Content-Type": "text/html"}, b"<html>"))
    with pytest.raises(FetchError, match="another kind of document") as caught:
        get(server.port, media_types=frozenset({"application/json"}))
    assert "text/html" in str(caught.value)


def test_a_fresh_answer_is_not_asked_for_again(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = serve(lambda _, nth: (200, {"Content-Type": "text/plain"}, f"answer {nth}".encode()))
    cache = Cache(tmp_path / "kept")
    first, second = (get(server.port, "/x", cache=cache) for _ in range(2))
    assert (first.data, first.from_cache) == (b"answer 1", False)
    assert (second.data, second.from_cache, second.retrieved) == (b"answer 1", True, first.retrieved)
    assert second.media_type == "text/plain"
    assert get(server.port, "/y", cache=cache).data == b"answer 2"
    assert get(server.port, "/x", cache=Cache(cache.folder, max_age=-1)).data == b"answer 3"
    for file in cache.folder.iterdir():
        file.write_bytes(file.read_bytes()[:-1])  # torn
    assert get(server.port, "/x", cache=cache).data == b"answer 4"


def test_the_parts_of_an_address() -> None:
    assert parse_url("HTTPS://Bücher.example.:443/ä?b=c+d").url == "https://xn--bcher-kva.example/%C3%A4?b=c+d"
    assert parse_url("http://[2606:4700::1111]/a#part").authority == "[2606:4700::1111]"


def test_the_address_of_a_study() -> None:
    assert registry_address("NCT05651711") == "https://clinicaltrials.gov/api/v2/studies/NCT05651711"
    assert registry_address(" nct05651711 ").endswith("/NCT05651711")
    for wrong in ("NCT0565171", "NCT056517111", "05651711", "NCT05651711/../x", ""):
        with pytest.raises(ArgumentError, match="no number of"):
            registry_address(wrong)


def record(number: str = STUDY, **other: object) -> bytes:
    return json.dumps({"protocolSection": {"identificationModule": {"nctId": number, **other}}}).encode()


class Registry:
    """A server that plays the registry, the cache beside it, and how long the client slept."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.slept: list[float] = []

    def study(self, number: str = STUDY, **other: object) -> Fetched:
        return fetch_study(
            number,
            cache_dir=self.folder,
            base=f"{self.server.url}/studies",
            allow=frozenset({self.server.place}),
            sleep=self.slept.append,
            **other,  # type: ignore[arg-type]
        )


JSON = {"Content-Type": "application/json"}


def test_a_study_is_fetched_once_a_day(serve: Callable[..., Server], tmp_path: Path) -> None:
    registry = Registry(serve(lambda *_: (200, JSON, record())), tmp_path)
    assert registry.study().data == record()
    again = registry.study()
    assert again.data == record()
    assert again.from_cache
    assert not again.caveats
    assert [path for path, _ in registry.server.seen] == [f"/studies/{STUDY}"]
    assert registry.server.seen[0][1]["Accept"] == "application/json"


def test_requests_to_a_host_are_a_second_apart(serve: Callable[..., Server], tmp_path: Path) -> None:
    registry = Registry(serve(lambda path, _: (200, JSON, record(path[-11:]))), tmp_path)
    for i in range(4):
        registry.study(f"NCT0000000{i}")
    assert len(registry.slept) == 3
    assert registry.slept == sorted(registry.slept)
    assert 2 < registry.slept[-1] <= 3  # the test's sleep returns at once, so that the waits add up


@pytest.mark.parametrize("dated", [False, True])
def test_a_busy_registry_is_asked_again_when_it_says(serve: Callable[..., Server], tmp_path: Path, dated: bool) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True) if dated else "17"
    busy = (429, {"Retry-After": later}, b"")
    registry = Registry(serve(lambda _, nth: busy if nth < 3 else (200, JSON, record())), tmp_path)
    assert registry.study().data == record()
    assert sum(16.5 < wait < 20.5 for wait in registry.slept) == 2
    assert len(registry.server.seen) == 3


def test_a_registry_that_stays_busy_is_given_up(serve: Callable[..., Server], tmp_path: Path) -> None:
    registry = Registry(serve(lambda *_: (503, {}, b"")), tmp_path)
    with pytest.raises(FetchError, match="registry is busy") as caught:
        registry.study()
    assert "after 4 tries" in str(caught.value)
    assert len(registry.server.seen) == 4
    patient = Registry(serve(lambda *_: (429, {"Retry-After": "3600"}, b"")), tmp_path)
    with pytest.raises(FetchError, match="try again in 3,600 seconds"):
        patient.study()
    assert len(patient.server.seen) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, b""), "no such study"),
        ((200, {"Content-Type": "text/html"}, b"<html>"), "another kind of document"),
        ((200, JSON, b"{}"), "did not answer with a study record"),
        ((200, JSON, b"[" * 100_000), "did not answer with a study record"),
        ((200, JSON, record("NCT00000009")), "another study"),
    ],
)
def test_what_is_no_record_is_an_error_and_is_not_kept(
    serve: Callable[..., Server], tmp_path: Path, answer: tuple[int, dict[str, str], bytes], said: str
) -> None:
    registry = Registry(serve(lambda *_: answer), tmp_path)
    with pytest.raises(FetchError, match=said):
        registry.study()
    assert not list(tmp_path.iterdir())


def test_a_number_that_was_merged_into_another_is_taken(serve: Callable[..., Server], tmp_path: Path) -> None:
    body = record("NCT00000001", nctIdAliases=[STUDY])
    assert Registry(serve(lambda *_: (200, JSON, body)), tmp_path).study().data == body


def test_offline_the_last_record_serves_with_its_date(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = Server(lambda *_: (200, JSON, record()))
    registry = Registry(server, tmp_path)
    first = registry.study()
    server.stop()
    old = registry.study(max_age=-1)
    assert old.data == first.data
    assert old.from_cache
    (caveat,) = old.caveats
    assert caveat.code == "cached-record"
    assert first.retrieved[:10] in caveat.text
    with pytest.raises(FetchError, match="can't be reached") as caught:
        registry.study("NCT00000002")
    assert caught.value.offline
    busy = Registry(serve(lambda *_: (500, {}, b"")), tmp_path)
    with pytest.raises(FetchError, match="registry is busy"):
        busy.study()


def test_a_cache_that_can_not_be_written_costs_only_a_caveat(serve: Callable[..., Server], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    registry = Registry(serve(lambda *_: (200, JSON, record())), tmp_path / "file" / "kept")
    got = registry.study()
    assert got.data == record()
    assert [caveat.code for caveat in got.caveats] == ["cache-not-written"]


def test_the_cache_lies_where_the_user_has_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from topline.sources.fetch import default_cache

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "topline"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache() == tmp_path / ".cache" / "topline"
