"""Fetch one address: every hop checked, redirects followed by hand, nothing without a limit."""

from __future__ import annotations

import email.utils
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin

from topline.errors import FetchError
from topline.records import Caveat
from topline.sources.fetch.addresses import Resolver, Target, checked_addresses, parse_url, resolve
from topline.sources.fetch.cache import Cache
from topline.sources.fetch.wire import Answer, Connector, Deadline, ask, connect

_REDIRECTS = {301, 302, 303, 307, 308}
ACCEPT = "text/html, application/pdf, application/json, text/plain;q=0.9, */*;q=0.5"


@dataclass(frozen=True)
class Limits:
    """What one fetch may take: seconds in all, bytes of the body (unpacked), and redirects."""

    seconds: float = 30.0
    size: int = 25_000_000
    redirects: int = 5


@dataclass(frozen=True)
class Fetched:
    """What an address answered. ``address`` is the one that answered in the end, ``retrieved`` the moment in UTC.

    ``media_type`` is the Content-Type as it came (``text/html; charset=utf-8``), or None.
    """

    data: bytes
    media_type: str | None
    address: str
    status: int
    retrieved: str
    from_cache: bool = False
    caveats: tuple[Caveat, ...] = ()


def fetch(
    url: str,
    *,
    allow: frozenset[str] = frozenset(),
    cache: Cache | None = None,
    limits: Limits = Limits(),
    accept: str = ACCEPT,
    media_types: frozenset[str] | None = None,
    resolver: Resolver = resolve,
    connector: Connector = connect,
    tls: ssl.SSLContext | None = None,
) -> Fetched:
    """GET an http or https address of the public internet.

    At every hop the host is resolved once, each of its addresses must be public, and the connection goes to an address
    that was checked; TLS checks the certificate for the host's name. ``media_types`` are the only ones taken, where
    given. A fresh answer in ``cache`` is returned without asking; a new one is kept there.

    ``allow`` holds ``host:port`` of places that are exempt from the checks of address and port. No command exposes it:
    it is for a server of one's own in the same process. ``resolver``, ``connector`` and ``tls`` replace the system's.

    Raises ``FetchError`` for an address that is refused, an answer that breaks a limit, and a status of failure.
    """
    kept = cache.fresh(url) if cache is not None else None
    if kept is not None:
        return Fetched(kept.data, kept.media_type, kept.address, 200, kept.retrieved, from_cache=True)
    deadline = Deadline(limits.seconds)
    target, answer = _follow(url, allow, limits, accept, deadline, resolver, connector, tls)
    if not 200 <= answer.status < 300:
        raise FetchError(
            f"{target.host} answered with status {answer.status}",
            status=answer.status,
            retry_after=_retry_after(answer),
            found=target.url[:200],
            expected="status 200",
            repair="open the address in a browser; if it shows the document there, save it and give the file",
        )
    media_type = answer.headers.get("Content-Type")
    if media_types is not None and _essence(media_type) not in media_types:
        raise FetchError(
            f"{target.host} answered with another kind of document",
            status=answer.status,
            found=media_type or "no Content-Type",
            expected=" or ".join(sorted(media_types)),
        )
    fetched = Fetched(answer.body, media_type, target.url, answer.status, datetime.now(UTC).isoformat("T", "seconds"))
    if cache is not None:
        cache.keep(url, fetched.data, fetched.media_type, fetched.address, fetched.retrieved)
    return fetched


def _follow(
    url: str,
    allow: frozenset[str],
    limits: Limits,
    accept: str,
    deadline: Deadline,
    resolver: Resolver,
    connector: Connector,
    tls: ssl.SSLContext | None,
) -> tuple[Target, Answer]:
    """The place that answers with something else than a redirect, and its answer."""
    target = parse_url(url, allow)
    seen = {target.url}
    for _ in range(limits.redirects + 1):
        addresses = checked_addresses(target, resolver, allow, deadline.left())
        answer = ask(target, addresses, accept, deadline, limits.size, connector, tls)
        if answer.status not in _REDIRECTS:
            return target, answer
        onward = answer.headers.get("Location", "").strip()
        if not onward:
            raise FetchError("a redirect leads nowhere", status=answer.status, found=f"no Location from {target.host}")
        # A server may send Latin-1 or UTF-8 in a header: http.client hands it on as Latin-1.
        onward = onward.encode("latin-1", "replace").decode("utf-8", "replace").replace(" ", "%20")
        following = parse_url(_joined(target.url, onward), allow)
        if target.scheme == "https" and following.scheme == "http":
            raise FetchError("a redirect leads from https to http", found=following.url[:200])
        if following.url in seen:
            raise FetchError("redirects go round in a circle", found=following.url[:200])
        seen.add(following.url)
        target = following
    raise FetchError(
        "there are too many redirects", found=f"more than {limits.redirects}, the last to {target.url[:200]}"
    )


def _joined(base: str, onward: str) -> str:
    """The address that a redirect leads to, seen from the one that gave it."""
    try:
        return urljoin(base, onward)
    except ValueError as wrong:
        raise FetchError("a redirect leads to no address", found=onward[:200], expected=str(wrong)) from None


def _essence(media_type: str | None) -> str:
    """A media type without its parameters."""
    return (media_type or "").partition(";")[0].strip().lower()


def _retry_after(answer: Answer) -> float | None:
    """How many seconds the answer asks to wait, whether it gives seconds or a date."""
    text = (answer.headers.get("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
