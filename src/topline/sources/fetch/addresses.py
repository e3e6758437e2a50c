"""Which addresses may be fetched: the form of a URL, and whether an internet address is one of the public network.

The ranges are those of IANA's special-purpose registries (RFC 6890 and its updates) as Python's ``ipaddress`` has them.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from topline.errors import FetchError

Resolver = Callable[[str, int], list[str]]
"""From a host and a port to every internet address that the host has."""

LONGEST_URL = 8_000
PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the IPv4 address stands in the last 32 bits
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_PATH = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class Target:
    """A URL taken apart: ``host`` in ASCII, ``request`` the path with its query."""

    scheme: str
    host: str
    port: int
    request: str

    @property
    def place(self) -> str:
        """Host and port, as an allow-list has them."""
        return f"{self.host}:{self.port}"

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.request}"


def parse_url(url: str, allow: frozenset[str] = frozenset()) -> Target:
    """A URL in its parts. ``allow`` holds ``host:port`` of places whose port may be any.

    Raises ``FetchError`` for another scheme than http and https, credentials, another port, or no host.
    """
    if len(url) > LONGEST_URL:
        raise FetchError("the address is too long", found=f"{len(url):,} characters", expected=f"up to {LONGEST_URL:,}")
    if re.search(r"[\x00-\x20\x7f\\\ud800-\udfff]", url):
        raise FetchError("the address holds a blank or a character that none may hold", found=repr(url)[:200])
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except ValueError as wrong:
        raise FetchError("this is not an address", found=url[:200], expected=str(wrong)) from None
    if parts.scheme not in PORTS:
        scheme = parts.scheme or "none"
        raise FetchError(
            "only http and https are fetched", found=f"scheme {scheme} in {url[:200]}", expected="https://…"
        )
    if parts.username is not None or parts.password is not None:
        raise FetchError(
            "an address may not hold a user name or password",
            found=f"…@{host}",
            repair="download the document and give the file",
        )
    if not host:
        raise FetchError("the address names no host", found=url[:200], expected="https://host/…")
    request = quote(parts.path or "/", safe=_PATH) + (f"?{quote(parts.query, safe=_PATH + '?')}" if parts.query else "")
    target = Target(parts.scheme, host, port if port is not None else PORTS[parts.scheme], request)
    if target.port not in PORTS.values() and target.place not in allow:
        raise FetchError("only ports 80 and 443 are fetched", found=f"port {target.port} in {url[:200]}")
    return target


def _ascii_host(host: str) -> str:
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise ValueError("a host name that can be written in ASCII (IDNA)") from None
    host = host.rstrip(".").lower()
    if not re.fullmatch(r"[a-z0-9._\-]*|[0-9a-f:.]+", host):
        raise ValueError("a host of letters, digits, hyphens and dots")
    return host


def is_public(address: str) -> bool:
    """Whether an internet address belongs to the public network.

    Private, loopback, link-local, carrier, multicast and reserved ranges do not. IPv6 addresses that carry an IPv4
    address (mapped, 6to4, NAT64) are as public as that; Teredo, which carries two, never is.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        if found.sixtofour is not None:
            return is_public(str(found.sixtofour))
        if found.teredo is not None or found not in _GLOBAL_UNICAST:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def resolve(host: str, port: int) -> list[str]:
    """Every internet address of a host, by the system's resolver. Raises ``OSError`` where there is none."""
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


def checked_addresses(target: Target, resolver: Resolver, allow: frozenset[str], seconds: float) -> list[str]:
    """The addresses to connect to. Raises ``FetchError`` unless each of them is public, or the place is allowed."""
    try:
        found = _within(lambda: resolver(target.host, target.port), seconds)
    except (OSError, UnicodeError):
        raise FetchError(
            f"the host {target.host} was not found",
            offline=True,
            found="its name does not resolve",
            repair="check the spelling and the network, or download the document and give the file",
        ) from None
    if not found:
        raise FetchError(f"the host {target.host} has no address", offline=True)
    if target.place in allow:
        return found
    for address in found:
        if not is_public(address):
            raise FetchError(
                "the address leads into a private network",
                found=address if target.host.strip("[]") == address else f"{target.host} is {address}",
                expected="an address of the public internet",
                repair="download the document and give the file",
            )
    return found


def _within(work: Callable[[], list[str]], seconds: float) -> list[str]:
    """The result of a call that can't be told to stop; ``OSError`` when it takes longer."""
    result: list[list[str]] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            result.append(work())
        except Exception as wrong:  # handed to the caller's thread
            failed.append(wrong)

    thread = threading.Thread(target=run, daemon=True, name="resolve")
    thread.start()
    thread.join(max(seconds, 0.001))
    if failed:
        raise failed[0]
    if not result:
        raise TimeoutError("the name took too long to resolve")
    return result[0]
