"""One request to a model and its answer: bounded in size, time and number of attempts, to one address only.

Redirects are not followed, cookies and passwords of the user's machine are not used, and no message shows the key or
control characters of the server.
"""

from __future__ import annotations

import contextlib
import email.utils
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Any

from topline.errors import ArgumentError, FetchError
from topline.sources.language_model.endpoint import KEY_VARIABLES, Endpoint
from topline.sources.language_model.json_text import as_line, encoded, loaded, without_key

if TYPE_CHECKING:
    import httpx

ATTEMPTS = 3
LONGEST_WAIT = 30.0
LARGEST_ANSWER = 4_000_000
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses after which the same request may do better: the service is busy, or broken for the moment."""


_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")


class RefusedRequestError(Exception):
    """The service did not take the request as it stands (400 or 422): another form of it may do."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)


@dataclass
class Line:
    """An open line to the endpoint; a context manager. ``sleep`` waits between attempts, in seconds."""

    endpoint: Endpoint
    key: str = field(repr=False)
    sleep: Callable[[float], None] = time.sleep
    _client: httpx.Client | None = None
    _stream: Any = field(default=None, init=False, repr=False)
    _silence: logging.Filter = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._silence = _Silence(self.key)

    def __enter__(self) -> Line:
        require_httpx()
        import httpx

        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "topline"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self._silence)
        seconds = self.endpoint.timeout
        self._client = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(seconds, connect=min(seconds, 15.0)),
            follow_redirects=False,
            trust_env=not self.endpoint.is_loopback,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._client is not None
        self._client.close()
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self._silence)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The service's answer, a JSON object. Raises ``RefusedRequestError``, or ``FetchError`` for all else."""
        body = encoded(request)
        for attempt in range(1, ATTEMPTS + 1):
            outcome = self._attempt(body)
            if isinstance(outcome, dict):
                return outcome
            if attempt == ATTEMPTS or outcome.wait > LONGEST_WAIT:
                raise outcome.error
            self.sleep(outcome.wait if outcome.wait >= 0 else 0.5 * 2 ** (attempt - 1))
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, body: bytes) -> dict[str, Any] | _Failed:
        import httpx

        assert self._client is not None
        end = time.monotonic() + self.endpoint.timeout
        json_type = {"Content-Type": "application/json"}
        watch = threading.Timer(self.endpoint.timeout, self._cut)
        watch.daemon = True
        watch.start()
        try:
            with self._client.stream(
                "POST", self.endpoint.address, content=body, headers=json_type, extensions={"trace": self._trace}
            ) as response:
                content = self._read(response, end)
                status, headers = response.status_code, dict(response.headers)
        except httpx.TimeoutException:
            raise self._too_slow() from None
        except (httpx.TransportError, httpx.InvalidURL) as error:
            if time.monotonic() >= end:
                raise self._too_slow() from None
            said = as_line(without_key(self.key, str(error) or type(error).__name__))
            broken = FetchError(
                f"the language model at {self.endpoint.host} can't be reached",
                found=said,
                repair="check --llm-url and that the service runs",
            )
            return _Failed(broken)
        finally:
            watch.cancel()
            self._client.cookies.clear()
        if status == 200:
            answer = loaded(without_key(self.key, content.decode("utf-8", errors="replace")))
            if isinstance(answer, dict):
                return answer
            raise FetchError(
                f"the language model at {self.endpoint.host} did not answer in JSON",
                found=as_line(without_key(self.key, content[:400].decode("utf-8", errors="replace"))),
                expected="an OpenAI-compatible chat completion",
                repair="check --llm-url; the address usually ends in /v1",
            )
        message = self._message(content)
        if status in {400, 422}:
            raise RefusedRequestError(status, message)
        refusal = self._refusal(status, message)
        if status in AGAIN:
            return _Failed(refusal, _retry_after(headers.get("retry-after")))
        raise refusal

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        """Remember the open connection."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._stream = info["return_value"]

    def _cut(self) -> None:
        """End the connection: a time limit of the library below begins anew with every byte of the headers."""
        with contextlib.suppress(Exception):  # it may have ended by itself
            self._stream.get_extra_info("socket").shutdown(2)

    def _read(self, response: httpx.Response, end: float) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
            raise FetchError(f"the answer of {self.endpoint.host} is compressed, which was not asked for")
        content = bytearray()
        for piece in response.iter_raw():
            content += piece
            if len(content) > LARGEST_ANSWER:
                raise FetchError(
                    f"the answer of the language model at {self.endpoint.host} is too large",
                    found=f"more than {LARGEST_ANSWER // 1_000_000} MB",
                )
            if time.monotonic() > end:
                raise self._too_slow()
        if time.monotonic() > end:  # the connection was cut, which may look like the end of the answer
            raise self._too_slow()
        return bytes(content)

    def _too_slow(self) -> FetchError:
        return FetchError(
            f"the language model at {self.endpoint.host} took too long",
            found=f"no whole answer after {self.endpoint.timeout:g} seconds",
            repair="try again, or take a faster model",
        )

    def _message(self, content: bytes) -> str:
        """What the service says went wrong, on one line."""
        body = loaded(content[:100_000].decode("utf-8", errors="replace"))
        said: Any = body.get("error", body.get("detail", body.get("message"))) if isinstance(body, dict) else None
        if isinstance(said, dict):
            said = said.get("message")
        if said is None:
            said = content[:400].decode("utf-8", errors="replace")
        return as_line(without_key(self.key, said if isinstance(said, str) else str(said)))

    def _refusal(self, status: int, message: str) -> FetchError:
        where = f"the language model at {self.endpoint.host}"
        if 300 <= status < 400:
            return FetchError(
                f"{where} sends elsewhere; redirects are not followed",
                found=f"status {status}",
                repair="give the address that it leads to as --llm-url",
            )
        if status in {401, 403}:  # what the service says here may repeat parts of the key
            sent = f"the key of {self.endpoint.api_key_variable}" if self.key else "no key"
            return FetchError(
                f"{where} refuses the request",
                found=f"status {status}; {sent} was sent",
                repair=f"set {KEY_VARIABLES[0]} to a key that it takes",
            )
        if status == 404:
            return FetchError(
                f"{where} knows no such address or model",
                found=message or "status 404",
                repair="check --llm-model, and --llm-url, which usually ends in /v1",
            )
        reason = "has too many requests" if status == 429 else "can't answer"
        return FetchError(f"{where} {reason}", found=f"status {status}: {message}", repair="try again later")


class _Silence(logging.Filter):
    """Keeps lines with the key out of the log of the library below, which shows a service's headers as they are."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        return bool(without_key(self._key, message) == message)


@dataclass(frozen=True)
class _Failed:
    """An attempt that failed in a way that may pass; ``wait`` is in seconds, negative where the service named none."""

    error: FetchError
    wait: float = -1.0


def require_httpx() -> None:
    """Raise ``ArgumentError`` that names the extra where httpx is not installed."""
    if find_spec("httpx") is None:
        raise ArgumentError(
            "the language-model reader needs httpx, which is not installed",
            repair="pip install 'topline[llm]'; or read with the rules: --reader rules",
        )


def _retry_after(value: str | None) -> float:
    """The seconds that the header asks to wait, -1 where it says nothing that can be read."""
    if value is None:
        return -1.0
    if value.strip().isascii() and value.strip().isdigit():
        return float(value[:12])
    try:
        when = email.utils.parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return -1.0
    return max(0.0, when - time.time())
