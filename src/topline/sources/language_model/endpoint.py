"""Where a language model answers, and what it may spend: all from the user, nothing from a document.

The key is never part of the endpoint: only the name of the environment variable that holds it is, so that no record,
message or ``repr`` can show it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from topline.errors import ArgumentError

URL_VARIABLE = "TOPLINE_LLM_URL"
MODEL_VARIABLE = "TOPLINE_LLM_MODEL"
KEY_VARIABLES = ("TOPLINE_LLM_API_KEY", "OPENAI_API_KEY")
"""Environment variables that stand in for an option; of the keys the first that is set counts, empty or not."""

LONGEST_MODEL_NAME = 200
_EXAMPLE = "an address such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1"


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible service: the address up to ``/v1``, the model, and the limits of one request.

    ``api_key_variable`` names the environment variable with the key; None sends none. ``timeout`` is in seconds and
    holds for a whole answer. ``max_output_tokens`` bounds an answer. Raises ``ArgumentError`` for an address that is
    not http or https or that holds a password or a query, and for limits that are none.
    """

    base_url: str
    model: str
    api_key_variable: str | None = None
    timeout: float = 120.0
    max_output_tokens: int = 8192
    temperature: float = 0.0
    seed: int | None = 1

    def __post_init__(self) -> None:
        address = _address(self.base_url)
        if not self.model or len(self.model) > LONGEST_MODEL_NAME or not self.model.isprintable():
            raise ArgumentError(
                "this is not the name of a model",
                found=repr(self.model)[:80],
                expected="the name by which the service knows it",
                repair=f"give --llm-model NAME, or set {MODEL_VARIABLE}",
            )
        if address.scheme == "http" and self.api_key_variable and not _is_near(address.hostname or ""):
            raise ArgumentError(
                "a key is not sent in the clear over the open network",
                found=self.host,
                repair=f"use an https address, or set {KEY_VARIABLES[0]} to nothing to send no key",
            )
        if not 0 < self.timeout <= 3600:
            raise ArgumentError("the time limit is not one", found=str(self.timeout), expected="1 to 3600 seconds")
        if not 16 <= self.max_output_tokens <= 1_000_000:
            raise ArgumentError(
                "the limit of output tokens is not one", found=str(self.max_output_tokens), expected="16 to 1000000"
            )
        if not 0 <= self.temperature <= 2:
            raise ArgumentError("the temperature is not one", found=str(self.temperature), expected="0 to 2")

    @property
    def host(self) -> str:
        """The host and port, as records and messages name the service."""
        return urlsplit(self.base_url).netloc

    @property
    def address(self) -> str:
        """The address that every request goes to."""
        base = self.base_url.rstrip("/")
        return base if base.endswith("/chat/completions") else f"{base}/chat/completions"

    @property
    def is_loopback(self) -> bool:
        """Whether the service runs on this machine, where no proxy stands between."""
        return _is_loopback(urlsplit(self.base_url).hostname or "")

    def key(self, environ: Mapping[str, str]) -> str:
        """The key, or nothing. Raises ``ArgumentError``, which does not show it, for one that no header can carry."""
        key = environ.get(self.api_key_variable, "").strip() if self.api_key_variable else ""
        if not all("!" <= character <= "~" for character in key):
            raise ArgumentError(
                f"the environment variable {self.api_key_variable} does not hold a key",
                found="blanks, line ends or letters beyond ASCII in it",
                expected="one word of ASCII",
            )
        return key


def endpoint_from(options: Mapping[str, object], environ: Mapping[str, str]) -> Endpoint:
    """The endpoint that a command's options name, else the environment.

    Options, each may be missing or None: ``llm_url``, ``llm_model``, ``llm_timeout`` (seconds), ``llm_max_tokens``,
    ``llm_seed``. Raises ``ArgumentError`` where the address or the model is named nowhere.
    """
    url = _named(options, "llm_url", environ, URL_VARIABLE)
    model = _named(options, "llm_model", environ, MODEL_VARIABLE)
    if not url:
        raise ArgumentError(
            "the language-model reader needs the address of a model",
            expected=_EXAMPLE,
            repair=f"give --llm-url URL, or set {URL_VARIABLE}",
        )
    if not model:
        raise ArgumentError(
            "the language-model reader needs the name of a model",
            repair=f"give --llm-model NAME, or set {MODEL_VARIABLE}",
        )
    variable = next((name for name in KEY_VARIABLES if name in environ), None)
    has_key = variable is not None and bool(environ[variable].strip())
    return Endpoint(
        url,
        model,
        variable if has_key else None,
        timeout=_number(options, "llm_timeout", Endpoint.timeout),
        max_output_tokens=int(_number(options, "llm_max_tokens", Endpoint.max_output_tokens)),
        seed=int(_number(options, "llm_seed", 1)),
    )


def _named(options: Mapping[str, object], option: str, environ: Mapping[str, str], variable: str) -> str:
    return str(options.get(option) or environ.get(variable) or "").strip()


def _number(options: Mapping[str, object], option: str, default: float) -> float:
    value = options.get(option)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ArgumentError(f"{option} is not a number", found=repr(value)[:80])
    return value


def _address(url: str) -> SplitResult:
    """The parts of the address. The message never repeats an address that may hold a password."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  a wrong port shows only here
    except ValueError:
        raise ArgumentError("the address of the model is not one", expected=_EXAMPLE) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ArgumentError(
            "the address of the model is not http or https", found=f"{parts.scheme or 'no scheme'}", expected=_EXAMPLE
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ArgumentError(
            "the address of the model holds more than host and path",
            found="a name, a password, a query or a fragment",
            expected=_EXAMPLE,
            repair=f"give the key in the environment variable {KEY_VARIABLES[0]}",
        )
    if not url.isprintable() or " " in url:
        raise ArgumentError("the address of the model holds blanks or control characters", expected=_EXAMPLE)
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_near(host: str) -> bool:
    """Whether the host is this machine or one of the user's own network, where plain http is usual."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan"))
