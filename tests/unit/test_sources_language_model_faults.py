"""An endpoint that fails in every way that one can, over a real connection: clear errors, bounded work, no key."""

from __future__ import annotations

import contextlib
import dataclasses
import email.utils
import gzip
import importlib.util
import itertools
import json
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from topline.errors import ArgumentError, FetchError, ToplineError
from topline.records import to_json
from topline.sources.language_model import Endpoint, endpoint_from, read_with_model
from topline.sources.language_model.exchange import ATTEMPTS, LARGEST_ANSWER, Line

_SPEC = importlib.util.spec_from_file_location("unit_model_endpoint", Path(__file__).with_name("model_endpoint.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
played = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = played  # a dataclass looks its module up
_SPEC.loader.exec_module(played)

Reply, chat, document, failure, serving = played.Reply, played.chat, played.document, played.failure, played.serving
GOOD, NOTHING, KEY = played.GOOD, played.NOTHING, played.KEY


def failing(*answers: Any, requests: int, **limits: Any) -> FetchError:
    """The error that a reading ends with, after so many requests."""
    with serving(*answers) as server, pytest.raises(FetchError) as caught:
        read_with_model(document(), server.endpoint(**limits), environ={})
    assert len(server.requests) == requests
    return caught.value


def choices(*found: Any, **more: Any) -> Any:
    return Reply(body=json.dumps({"choices": list(found), **more}).encode())


WRONG = {
    "no such path": (failure(404, "the model `tiny-model` does not exist"), "knows no such address or model"),
    "a wrong key": (failure(401, "Incorrect API key provided"), "refuses the request"),
    "no right": (failure(403, "not for you"), "refuses the request"),
    "gone": (failure(410, "gone"), "can't answer"),
    "a redirect": (Reply(302, headers={"Location": "http://127.0.0.1:1/"}), "redirects are not followed"),
    "a page": (Reply(body=b"<!doctype html><title>Hello</title>"), "did not answer in JSON"),
    "an empty body": (Reply(), "did not answer in JSON"),
    "a list": (Reply(body=b"[]"), "did not answer in JSON"),
    "half of it": (Reply(body=chat(GOOD).body[:200]), "did not answer in JSON"),
    "not a number": (Reply(body=b'{"choices": NaN}'), "did not answer in JSON"),
    "a number without end": (Reply(body=b'{"choices": ' + b"9" * 5000 + b"}"), "did not answer in JSON"),
    "a well without bottom": (Reply(body=b'{"a":' * 100_000), "did not answer in JSON"),
    "wrong letters": (Reply(body=b"\xff\xfe\x00\x80"), "did not answer in JSON"),
    "a stream": (Reply(body=b'data: {"choices": [{"delta": {"content": "{"}}]}\n\n' * 9), "did not answer in JSON"),
    "compressed": (Reply(body=gzip.compress(b"0" * 10**6), headers={"Content-Encoding": "gzip"}), "is compressed"),
    "no choices": (choices(), "gave no answer"),
    "choices that are none": (choices("yes"), "gave no answer"),
    "no list of choices": (Reply(body=b'{"choices": {"0": 1}}'), "gave no answer"),
    "no message": (choices({"finish_reason": "stop"}), "gave no answer"),
    "text in parts of which none is a fact": (
        choices({"message": {"content": [{"type": "text", "text": "no"}, {"type": "text", "text": "ne"}]}}),
        "found:    none",
    ),
    "no text": (chat(None), "answered without text"),
    "text of another kind": (
        choices({"message": {"content": [{"type": "image_url", "text": 1}]}}),
        "answered without text",
    ),
    "a call of a tool": (chat(None, tool_calls=[{"function": {"name": "read_file"}}]), "answered without text"),
    "a refusal": (chat(None, refusal="I can't help with that"), "declined to answer"),
    "a filter": (chat("", finish_reason="content_filter"), "declined to answer"),
    "chatter": (chat("I am sorry, there are no facts."), "did not answer with facts"),
    "other JSON": (chat('{"facts": []}'), "did not answer with facts"),
    "broken JSON": (chat('{"events": [{"quote": "x"'), "did not answer with facts"),
    "many braces": (chat("{" * 200_000), "did not answer with facts"),
    "deep JSON": (chat('{"events": ' + "[" * 100_000), "did not answer with facts"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_of_no_use_is_one_clear_error_after_one_request(name: str) -> None:
    reply, message = WRONG[name]
    error = failing(reply, requests=1)
    assert message in str(error)
    assert "127.0.0.1" in str(error)
    assert error.to_dict()["error"]["code"] == "fetch"
    assert all(len(line) < 400 and line.isprintable() for line in str(error).splitlines())


def test_a_service_that_refuses_every_form_of_the_request_is_asked_for_each_once() -> None:
    error = failing(failure(400, "no \x1b[31mway\x1b[0m"), requests=3)
    assert "refuses the request" in str(error)
    assert "\x1b" not in str(error)
    long = failing(failure(400, "This model's maximum context length is 2048 tokens"), requests=1)
    assert "maximum context length" in str(long)
    everything = "max_completion_tokens temperature seed response_format"
    assert "refuses" in str(failing(failure(422, everything), requests=6))


def test_an_answer_cut_short_on_the_smallest_part_says_what_to_change() -> None:
    error = failing(chat('{"events": [', finish_reason="length"), requests=1, max_output_tokens=64)
    assert "cut short" in str(error)
    assert "64 output tokens" in str(error)


def test_a_model_that_never_has_room_ends_the_reading_in_a_few_requests() -> None:
    with serving(chat("{", finish_reason="length")) as server, pytest.raises(FetchError, match="cut short"):
        read_with_model(document("Words and more words. " * 500), server.endpoint(), environ={})
    assert len(server.requests) <= 8


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    busy = failure(429, "slow down", Retry_After="1")
    with serving(busy, failure(503, "overloaded", Retry_After="0"), chat(GOOD)) as server:
        start = time.monotonic()
        reading = read_with_model(document(), server.endpoint(), environ={})
    assert time.monotonic() - start >= 1
    assert len(server.requests) == ATTEMPTS == 3
    assert len({request.body for request in server.requests}) == 1
    assert len(reading.events) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_service_that_stays_busy_is_left_alone_after_three_attempts(status: int) -> None:
    error = failing(failure(status, "later", Retry_After="0"), requests=3)
    assert f"status {status}: later" in str(error)
    assert error.problem.repair == "try again later"


def waits(*answers: Any) -> list[float]:
    """The seconds that a line waits between its attempts; nothing is waited for here."""
    waited: list[float] = []
    with serving(*answers) as server, Line(server.endpoint(), "", sleep=waited.append) as line:
        try:
            line.ask({"model": "m"})
        except FetchError:
            waited.append(-1)
    return waited


def test_the_wait_is_what_the_service_asks_for_if_that_is_not_long() -> None:
    soon = email.utils.formatdate(time.time() + 20, usegmt=True)
    assert waits(failure(503, "x", Retry_After="7"), chat(NOTHING)) == [7.0]
    assert waits(failure(503, "x", Retry_After="3600"), chat(NOTHING)) == [-1]
    assert waits(failure(503, "x", Retry_After="9" * 400), chat(NOTHING)) == [-1]
    assert waits(failure(503, "x", Retry_After="Thu, 01 Jan 1970 00:00:00 GMT"), chat(NOTHING)) == [0.0]
    (wait,) = waits(failure(503, "x", Retry_After=soon), chat(NOTHING))
    assert 15 < wait <= 20
    assert waits(failure(503, "x", Retry_After="in a while"), chat(NOTHING)) == [0.5]
    assert waits(failure(503, "x")) == [0.5, 1.0, -1]


def test_a_connection_that_breaks_is_tried_again_and_then_said() -> None:
    assert waits(Reply(hang_up=True), chat(NOTHING)) == [0.5]
    assert waits(Reply(hang_up=True)) == [0.5, 1.0, -1]
    promised = Reply(body=b'{"choices"', headers={"Content-Length": "1000"})
    assert waits(promised) == [0.5, 1.0, -1]


def test_nobody_at_the_address_is_said_with_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    endpoint = endpoint_from({"llm_url": f"http://{address}/v1", "llm_model": "m"}, {})
    with pytest.raises(FetchError, match="can't be reached") as caught:
        read_with_model(document(), endpoint, environ={})
    assert address in str(caught.value)
    assert "--llm-url" in str(caught.value)


def test_a_body_without_end_is_cut_off() -> None:
    given = itertools.count()

    def without_end() -> Any:
        for _ in given:
            yield b" " * 65_536

    error = failing(Reply(pieces=without_end()), requests=1, timeout=60)
    assert "too large" in str(error)
    assert next(given) * 65_536 < 20 * LARGEST_ANSWER


@pytest.mark.parametrize(
    "slow",
    [lambda: Reply(body=chat(GOOD).body, pause=3.0), lambda: Reply(pieces=itertools.repeat(b" "), pause=0.1)],
    ids=["late", "drop by drop"],
)
def test_a_slow_answer_ends_at_the_time_limit(slow: Callable[[], Any]) -> None:
    start = time.monotonic()
    error = failing(slow(), requests=1, timeout=0.5)
    assert time.monotonic() - start < 2.5
    assert "took too long" in str(error)
    assert "0.5 seconds" in str(error)


def test_headers_drop_by_drop_end_at_the_time_limit() -> None:
    stop = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not stop.wait(0.1):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        slow = Endpoint(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", "m", timeout=0.5)
        start = time.monotonic()
        try:
            with pytest.raises(FetchError, match="took too long"):
                read_with_model(document(), slow, environ={})
            assert time.monotonic() - start < 5
        finally:
            stop.set()
            thread.join()


def test_a_redirect_leads_nowhere_and_a_cookie_does_not_come_back() -> None:
    with serving(chat(GOOD)) as other:
        moved = Reply(307, headers={"Location": f"{other.url}/chat/completions"})
        failing(moved, requests=1)
    assert not other.requests
    cookie = failure(503, "x", Retry_After="0", Set_Cookie="a=b")
    with serving(cookie, chat(GOOD)) as server:
        read_with_model(document(), server.endpoint(), environ={})
    assert "Cookie" not in server.requests[1].headers


def test_a_loopback_endpoint_is_asked_without_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(chat(NOTHING)) as proxy, serving(chat(GOOD)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        read_with_model(document(), server.endpoint(), environ={})
    assert len(server.requests) == 1
    assert not proxy.requests


def test_one_bad_answer_among_the_parts_leaves_no_half_reading() -> None:
    with serving(chat(GOOD), chat("nonsense")) as server, pytest.raises(FetchError, match="did not answer with facts"):
        read_with_model(document(played.BODY + "\n\n" + "More words here. " * 1500), server.endpoint(), environ={})
    assert len(server.requests) == 2


# The key

ECHOES = [
    failure(401, f"Incorrect API key provided: {KEY}"),
    failure(404, f"no model for {KEY}"),
    failure(400, f"bad request with Bearer {KEY}"),
    failure(500, f"crash {KEY}", Retry_After="0"),
    Reply(302, headers={"Location": f"http://127.0.0.1/{KEY}"}),
    Reply(body=f"<p>{KEY}</p>".encode()),
    Reply(503, f"<p>{KEY}</p>".encode(), {"Retry-After": "0"}),
    chat(f"your key is {KEY}"),
    chat(None, refusal=f"not with {KEY}"),
    chat({**NOTHING, "opinions": [{"quote": f"{KEY} is the key", "who": KEY, "stance": KEY}], "events": [KEY]}),
    chat({**NOTHING, "events": [{"quote": "Nordlys paid Halden", "type": KEY, "status": KEY, KEY: KEY}]}),
    chat(json.dumps({**NOTHING, "events": [KEY]}).replace("sk-", "\\u0073k-")),
    Reply(body=chat(GOOD).body.replace(b"tiny-model-2025", KEY.encode())),
]


@pytest.mark.parametrize("reply", ECHOES, ids=range(len(ECHOES)))
def test_the_key_is_in_no_error_log_or_record_even_if_the_service_repeats_it(
    reply: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    environ = {"TOPLINE_LLM_API_KEY": KEY}
    with serving(reply) as server, caplog.at_level(logging.DEBUG):
        endpoint = endpoint_from({"llm_url": server.url, "llm_model": "m"}, environ)
        said = [repr(endpoint), repr(Line(endpoint, KEY))]
        try:
            reading = read_with_model(document(), endpoint, environ=environ)
            said += [repr(reading), to_json(dataclasses.asdict(reading)).decode()]
        except ToplineError as error:
            said += [str(error), repr(error), json.dumps(error.to_dict())]
            said.append(repr(error.__cause__))
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    said += [caplog.text, *capfd.readouterr()]
    assert not [text for text in said if KEY in text]


@pytest.mark.parametrize("key", ["two words of it", "with\r\nX-Header: 1", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with serving(chat(GOOD)) as server:
        endpoint = endpoint_from({"llm_url": server.url, "llm_model": "m"}, {"OPENAI_API_KEY": key})
        with pytest.raises(ArgumentError, match="OPENAI_API_KEY does not hold a key") as caught:
            read_with_model(document(), endpoint, environ={"OPENAI_API_KEY": key})
    assert key not in str(caught.value)
    assert not server.requests


def test_a_short_word_that_local_services_take_for_a_key_is_no_secret() -> None:
    environ = {"TOPLINE_LLM_API_KEY": "Halden"}
    with serving(chat(GOOD)) as server:
        endpoint = endpoint_from({"llm_url": server.url, "llm_model": "m"}, environ)
        assert len(read_with_model(document(), endpoint, environ=environ).events) == 2
