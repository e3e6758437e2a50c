"""One request and its answer over one connection, inside a time limit and a size limit."""

from __future__ import annotations

import io
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import Any

from topline import __version__
from topline.errors import FetchError
from topline.sources.fetch.addresses import Target

Connector = Callable[[str, int, float], socket.socket]
"""From an internet address, a port and a number of seconds to a connected socket."""

USER_AGENT = f"topline/{__version__} (reads published evidence)"
_HEADER_BYTES = 256_000
_PIECE = 65_536


@dataclass(frozen=True)
class Answer:
    """A status, its headers, and the body without its transfer and content coding."""

    status: int
    headers: Message
    body: bytes


class Deadline:
    """A moment after which nothing more is waited for."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises ``FetchError`` when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise FetchError(
                "the answer took too long",
                found=f"more than {self._seconds:g} seconds",
                repair="try again later, or download the document and give the file",
            )
        return left


class _Incoming(io.RawIOBase):
    """What a socket receives, until the deadline or the size limit.

    A socket's own timeout starts anew with every byte, so that a slow drip would outlast it.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline, most: int) -> None:
        self._connection = connection
        self._deadline = deadline
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            raise _too_large(None)
        self._connection.settimeout(self._deadline.left())
        try:
            count = self._connection.recv_into(buffer)
        except TimeoutError:
            self._deadline.left()
            raise
        self._left -= count
        return count


class _Stream:
    """What ``HTTPResponse`` needs of a socket."""

    def __init__(self, incoming: _Incoming) -> None:
        self._incoming = incoming

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._incoming, _PIECE)


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """A socket connected to an internet address; no name is looked up."""
    return socket.create_connection((address, port), timeout=seconds)


def ask(
    target: Target,
    addresses: list[str],
    accept: str,
    deadline: Deadline,
    most: int,
    connector: Connector,
    tls: ssl.SSLContext | None,
) -> Answer:
    """GET ``target`` from one of the addresses, which were checked before. ``most`` limits the body in bytes.

    TLS checks the certificate for the host's name. Raises ``FetchError`` for whatever goes wrong.
    """
    connection = _reach(target, addresses, deadline, connector, tls)
    try:
        connection.settimeout(deadline.left())
        connection.sendall(_request(target, accept))
        response: HTTPResponse = HTTPResponse(
            _Stream(_Incoming(connection, deadline, most + _HEADER_BYTES)),  # type: ignore[arg-type]
            method="GET",
        )
        try:
            response.begin()
            body = _body(response, most)
            return Answer(response.status, response.headers, body)
        finally:
            response.close()
    except (OSError, HTTPException, ValueError, zlib.error) as wrong:
        deadline.left()
        raise FetchError(
            f"{target.host} did not answer as a web server does",
            found=str(wrong)[:200] or type(wrong).__name__,
            repair="try again later, or download the document and give the file",
        ) from None
    finally:
        connection.close()


def _request(target: Target, accept: str) -> bytes:
    lines = (
        f"GET {target.request} HTTP/1.1",
        f"Host: {target.authority}",
        f"User-Agent: {USER_AGENT}",
        f"Accept: {accept}",
        "Accept-Encoding: gzip",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _reach(
    target: Target, addresses: list[str], deadline: Deadline, connector: Connector, tls: ssl.SSLContext | None
) -> socket.socket:
    wrong: OSError | None = None
    for i, address in enumerate(addresses):
        # No single address may use up the time of those that come after it.
        seconds = deadline.left() / (len(addresses) - i)
        try:
            plain = connector(address, target.port, seconds)
        except OSError as failed:
            wrong = failed
            continue
        if target.scheme == "http":
            return plain
        try:
            plain.settimeout(deadline.left())
            return (tls or ssl.create_default_context()).wrap_socket(plain, server_hostname=target.host)
        except (OSError, ValueError) as failed:
            plain.close()
            deadline.left()
            raise FetchError(
                f"no secure connection to {target.host}",
                found=getattr(failed, "verify_message", "") or str(failed)[:200],
                repair="download the document with a browser that can judge the certificate, and give the file",
            ) from None
    deadline.left()
    raise FetchError(
        f"{target.host} can't be reached",
        offline=True,
        found=(wrong.strerror or str(wrong)) if wrong else None,
        repair="check the network, or download the document and give the file",
    )


def _too_large(size: int | None, most: int | None = None) -> FetchError:
    return FetchError(
        "the answer is too large",
        found=f"{size:,} bytes" if size is not None else "more bytes than are read",
        expected=f"up to {most:,} bytes" if most is not None else None,
        repair="download the part that is needed and give the file",
    )


def _body(response: HTTPResponse, most: int) -> bytes:
    """The body, decoded. Whatever its coding, no more than ``most`` bytes of it are ever held."""
    announced = response.headers.get("Content-Length", "")
    size = int(announced) if announced.isascii() and announced.isdigit() and not response.chunked else None
    if size is not None and size > most:
        raise _too_large(size, most)
    coding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise ValueError(f"content coding {coding!r}, which was not asked for")
    unpack = None if coding == "identity" else zlib.decompressobj(47)
    received = 0
    held = bytearray()
    while piece := response.read(_PIECE):
        received += len(piece)
        while piece:
            if unpack is None:
                held += piece
                break
            held += unpack.decompress(piece, most + 1 - len(held))
            if len(held) > most:
                raise _too_large(None, most)
            piece = unpack.unconsumed_tail or unpack.unused_data
            if unpack.eof and piece:
                unpack = zlib.decompressobj(47)
        if max(received, len(held)) > most:
            raise _too_large(None, most)
    if size is not None and received < size and response.status != 304:
        raise ValueError(f"the answer broke off after {received:,} of {size:,} bytes")
    if unpack is not None and received and not unpack.eof:
        raise ValueError("the packed answer broke off")
    return bytes(held)
