"""A polite client of the ClinicalTrials.gov API (version 2): cached, paced, patient, and useful offline."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from topline.errors import ArgumentError, FetchError
from topline.records import Caveat
from topline.sources.fetch.addresses import Resolver, resolve
from topline.sources.fetch.cache import DAY, Cache, Cached, default_cache
from topline.sources.fetch.client import Fetched, Limits, fetch

REGISTRY = "https://clinicaltrials.gov/api/v2/studies"
_NUMBER = re.compile(r"NCT\d{8}")
_TRIES = 4
_LONGEST_WAIT = 60.0
_BUSY = {429, 500, 502, 503, 504}


class _Pace:
    """At most one request a second to a host, whichever thread asks."""

    def __init__(self, gap: float = 1.0) -> None:
        self._gap = gap
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, sleep: Callable[[float], None]) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(host, 0.0))
            self._next[host] = turn + self._gap
        if turn > now:
            sleep(turn - now)


_PACE = _Pace()


def registry_address(nct_id: str, base: str = REGISTRY) -> str:
    """The address of a study's record, ``https://clinicaltrials.gov/api/v2/studies/NCT05651711``.

    Raises ``ArgumentError`` for what is no NCT number.
    """
    number = nct_id.strip().upper()
    if not _NUMBER.fullmatch(number):
        raise ArgumentError(
            f"{nct_id!r} is no number of ClinicalTrials.gov",
            found=repr(nct_id)[:100],
            expected="NCT and eight digits, such as NCT05651711",
        )
    return f"{base.rstrip('/')}/{number}"


def fetch_study(
    nct_id: str,
    *,
    cache_dir: Path | None = None,
    max_age: float = DAY,
    base: str = REGISTRY,
    allow: frozenset[str] = frozenset(),
    resolver: Resolver = resolve,
    sleep: Callable[[float], None] = time.sleep,
) -> Fetched:
    """The record of a study, from the cache if it was retrieved less than ``max_age`` seconds ago, else fetched.

    The cache is ``cache_dir``, or the user's cache folder. A registry that is busy is asked again after the time that
    it names, a few times; one that can't be reached is answered from the cache, however old, with a caveat that names
    the date. ``base``, ``allow``, ``resolver`` and ``sleep`` let a server of one's own play the registry.

    Raises ``ArgumentError`` for what is no NCT number and ``FetchError`` where there is no record to be had.
    """
    url = registry_address(nct_id, base)
    number = url.rsplit("/", 1)[1]
    cache = Cache(cache_dir if cache_dir is not None else default_cache(), max_age)
    kept = cache.fresh(url)
    if kept is not None:
        return _from_cache(kept)
    try:
        fetched = _asked(url, allow, resolver, sleep)
        _check_record(fetched, number)
    except FetchError as wrong:
        kept = cache.find(url)
        if kept is None or not (wrong.status is None or wrong.status in _BUSY):
            raise
        why = f"{wrong.args[0]}; the record of {number} is the one retrieved on {kept.retrieved[:10]}"
        return replace(_from_cache(kept), caveats=(Caveat(code="cached-record", text=why, severity="moderate"),))
    if not cache.keep(url, fetched.data, fetched.media_type, fetched.address, fetched.retrieved):
        text = f"the record of {number} could not be kept in {cache.folder}: the next run asks the registry again"
        return replace(fetched, caveats=(Caveat(code="cache-not-written", text=text, severity="minor"),))
    return fetched


def _from_cache(kept: Cached) -> Fetched:
    return Fetched(kept.data, kept.media_type, kept.address, 200, kept.retrieved, from_cache=True)


def _asked(url: str, allow: frozenset[str], resolver: Resolver, sleep: Callable[[float], None]) -> Fetched:
    """The registry's answer; a busy registry is asked again when it says, or after 1, 2 and 4 seconds."""
    host = urlsplit(url).netloc
    limits = Limits(seconds=60.0)
    for attempt in range(_TRIES):
        _PACE.wait(host, sleep)
        try:
            return fetch(
                url,
                allow=allow,
                limits=limits,
                accept="application/json",
                media_types=frozenset({"application/json"}),
                resolver=resolver,
            )
        except FetchError as wrong:
            if wrong.status == 404:
                raise FetchError(
                    "the registry has no such study", status=404, found=url, repair="check the NCT number"
                ) from None
            wait = wrong.retry_after if wrong.retry_after is not None else 2.0**attempt
            if wrong.status not in _BUSY or attempt == _TRIES - 1 or wait > _LONGEST_WAIT:
                raise _patience(wrong, attempt + 1, wait) from None
            sleep(wait)
    raise AssertionError("the last try returns or raises")


def _patience(wrong: FetchError, tries: int, wait: float) -> FetchError:
    """The error to report in the end: where the registry was busy, how often it was asked and when to try again."""
    if wrong.status not in _BUSY:
        return wrong
    return FetchError(
        "the registry is busy",
        status=wrong.status,
        retry_after=wrong.retry_after,
        found=f"status {wrong.status} after {tries} {'try' if tries == 1 else 'tries'}",
        expected="status 200",
        repair=f"try again in {max(1, round(wait)):,} seconds, or download the record and give the file",
    )


def _check_record(fetched: Fetched, number: str) -> None:
    """Refuse to keep what is not this study's record."""
    try:
        record = json.loads(fetched.data)
        found = record["protocolSection"]["identificationModule"]["nctId"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FetchError(
            "the registry did not answer with a study record",
            status=fetched.status,
            found=repr(fetched.data[:80]),
            expected="JSON with protocolSection.identificationModule.nctId",
        ) from None
    # A study that was registered twice is answered under its first number.
    others = record["protocolSection"]["identificationModule"].get("nctIdAliases") or []
    if number != found and number not in others:
        raise FetchError("the registry answered with another study", found=str(found)[:40], expected=number)
