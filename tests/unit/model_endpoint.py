"""A real HTTP server on loopback that plays a chat-completions endpoint, and a document for it to read."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from topline.records import DocumentInfo
from topline.sources.document import Document
from topline.sources.language_model import Endpoint

KEY = "sk-secret-7f2e91ab44"

HEADER = "title: Verolimab meets its endpoint\n---\n"
BODY = """Halden Pharma and Nordlys Bio today said that verolimab met the primary endpoint of the Phase III AURORA-2
trial. At week 24, 42.5% of patients on verolimab 300 mg reached EASI-75, versus 17.9% on placebo (p<0.001;
95% CI 19.2 to 30.1).
The most common adverse event was headache, in 6.1% versus 4.8% on placebo.

“We’re delighted,” said Mara Lund, chief executive of Halden Pharma. Halden plans to file in the first half of 2026.
Nordlys paid Halden $45 million upfront in March 2024.
"""
FOOT = "\nMORE STORIES\nTerrapin shares fall after its drug fails.\n"


def document(body: str = BODY, *, header: str = HEADER, foot: str = FOOT, date: str | None = "2025-09-30") -> Document:
    """A document of prose whose article is ``body``."""
    text = header + body + foot
    info = DocumentInfo(
        title="Verolimab meets its endpoint",
        date=date,
        publisher="Halden Pharma",
        sha256=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        media_type="text/plain",
        text_sha256=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
    )
    return Document(info, text.encode("utf-8", "replace"), text, (len(header), len(header) + len(body)))


@dataclass
class Reply:
    """What the server answers; ``pause`` seconds before each of the ``pieces``, which stand in for the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterator[bytes] | None = None
    pause: float = 0.0
    hang_up: bool = False


@dataclass
class Request:
    """What the server was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def question(self) -> str:
        """The last message."""
        return self.json["messages"][-1]["content"]


Answer = Reply | Callable[[Request], Reply]


@dataclass
class Server:
    """Where the server listens, and what it was asked so far."""

    url: str
    requests: list[Request]

    def endpoint(self, **more: Any) -> Endpoint:
        """The server as an endpoint."""
        return Endpoint(self.url, "tiny-model", **{"timeout": 10.0, **more})


def chat(content: Any, *, finish_reason: str = "stop", **more: Any) -> Reply:
    """A chat completion whose message is ``content``: text, or facts that are written as JSON."""
    text = content if isinstance(content, str | None) else json.dumps(content)
    choice = {"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", "content": text, **more}}
    return Reply(body=json.dumps({"id": "1", "model": "tiny-model-2025", "choices": [choice]}).encode())


def failure(status: int, message: str, **headers: str) -> Reply:
    """An error as OpenAI-compatible services write it."""
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error"}}).encode()
    return Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


@contextmanager
def serving(*answers: Answer) -> Iterator[Server]:
    """A server that gives the answers in turn, the last one for ever."""
    requests: list[Request] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked = Request(self.command, self.path, dict(self.headers), self.rfile.read(length))
            with lock:
                requests.append(asked)
                answer = answers[min(len(requests), len(answers)) - 1]
            self._give(answer(asked) if callable(answer) else answer)

        do_GET = do_POST  # noqa: N815  the name that the server calls

        def _give(self, reply: Reply) -> None:
            self.close_connection = True
            if reply.hang_up:
                return
            try:
                time.sleep(0 if reply.pieces else reply.pause)
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                if reply.pieces is None and "Content-Length" not in reply.headers:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.send_header("Connection", "close")
                self.end_headers()
                for piece in reply.pieces or [reply.body]:
                    time.sleep(reply.pause if reply.pieces else 0)
                    self.wfile.write(piece)
                    self.wfile.flush()
            except (BrokenPipeError, ConnectionResetError):
                return  # the reader had enough

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_address[1]}/v1", requests)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


READOUT: dict[str, Any] = {
    "quote": "At week 24, 42.5% of patients on verolimab 300 mg reached EASI-75, versus 17.9% on placebo (p<0.001; "
    "95% CI 19.2 to 30.1)",
    "drug": "verolimab",
    "comparator": "placebo",
    "endpoint": "EASI-75",
    "timepoint": "week 24",
    "values": [
        {"arm": "verolimab 300 mg", "value": "42.5", "unit": "%"},
        {"arm": "placebo", "value": "17.9", "unit": "%"},
    ],
    "effect": None,
    "p": "<0.001",
    "ci": "19.2 to 30.1",
    "n": None,
    "trial": "AURORA-2",
    "phase": "3",
    "outcome": "met",
    "population": None,
}
EVENT: dict[str, Any] = {
    "quote": "Halden Pharma and Nordlys Bio today said that verolimab met the primary endpoint of the Phase III "
    "AURORA-2 trial",
    "type": "readout",
    "status": "happened",
    "date": "2025-09-30",
    "parties": [{"name": "Halden Pharma", "role": "sponsor"}, {"name": "Nordlys Bio", "role": "partner"}],
    "drug": "verolimab",
    "phase": "III",
    "trial": "AURORA-2",
}
PAYMENT: dict[str, Any] = {
    "quote": "Nordlys paid Halden $45 million upfront in March 2024",
    "type": "payment",
    "status": "background",
    "date": "2024-03",
    "parties": [{"name": "Nordlys", "role": "licensee"}],
    "amounts": [{"text": "$45 million", "purpose": "upfront"}],
}
SAFETY: dict[str, Any] = {
    "quote": "The most common adverse event was headache, in 6.1% versus 4.8% on placebo.",
    "event": "headache",
    "direction": "most common",
    "arms": [{"arm": "verolimab", "value": "6.1", "unit": "%"}, {"arm": "placebo", "value": "4.8", "unit": "%"}],
    "drug": "verolimab",
}
OPINION: dict[str, Any] = {
    "quote": "We're delighted",
    "who": "Mara Lund (Halden Pharma)",
    "stance": "positive",
    "about": "company executive",
}
GOOD: dict[str, Any] = {
    "events": [EVENT, PAYMENT],
    "readouts": [READOUT],
    "safety": [SAFETY],
    "opinions": [OPINION],
}
NOTHING: dict[str, Any] = {"events": [], "readouts": [], "safety": [], "opinions": []}
