"""The patterns of a case against texts, within a time: a case may be a stranger's, and a pattern made never to end.

Python can't interrupt a search. A pattern with few repetitions is searched for at once; any other by a process of its
own, which is ended when it takes too long.
"""

from __future__ import annotations

import atexit
import functools
import json
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterable

from topline.errors import CaseError

LONGEST_SECONDS = 2.0
_LONGEST_TEXT = 8_192
_STARTING_SECONDS = 30.0
_MOST_CHOICES = {0: 8, 1: 4}  # by the number of repetitions
_REPEATS = re.compile(r"[*+{]")
_CHOICES = re.compile(r"[?|]")
_REPEATED_GROUP = re.compile(r"\)[*+{?]")

# What the other process runs: one line of JSON in, [pattern, text]; one line out.
_SEARCHER = """
import json, re, sys
print(flush=True)
for line in sys.stdin:
    pattern, text = json.loads(line)
    print(int(re.search(pattern, text, re.IGNORECASE) is not None), flush=True)
"""


def fits(patterns: Iterable[str], text: str) -> bool:
    """Whether any of the patterns is found in the text, capitals ignored.

    Raises ``CaseError`` for a pattern that is searched for longer than ``LONGEST_SECONDS``.
    """
    return any(_found(pattern, text[:_LONGEST_TEXT]) for pattern in patterns)


def is_quick(pattern: str) -> bool:
    """Whether no text of a few thousand characters keeps a search busy for long, told from its signs alone."""
    repeats = len(_REPEATS.findall(pattern))
    if len(_CHOICES.findall(pattern)) > _MOST_CHOICES.get(repeats, -1):
        return False
    return not (repeats and _REPEATED_GROUP.search(pattern))


@functools.lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@functools.lru_cache(maxsize=4096)
def _found(pattern: str, text: str) -> bool:
    if is_quick(pattern):
        return _compiled(pattern).search(text) is not None
    with _LOCK:
        if not _searcher().runs:
            _searcher().end()
        return _searcher().found(pattern, text)


class _Searcher:
    """A process that searches; one for all, as long as it answers in time."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-X", "utf8", "-c", _SEARCHER]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._listen, daemon=True, name="pattern answers")
        self._thread.start()
        self._answers.get(timeout=_STARTING_SECONDS)
        atexit.register(self.end)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)

    @property
    def runs(self) -> bool:
        """Whether the process is still there."""
        return self._process.poll() is None

    def found(self, pattern: str, text: str) -> bool:
        """Whether the pattern is found in the text."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([pattern, text]) + "\n")
        self._process.stdin.flush()
        try:
            return int(self._answers.get(timeout=LONGEST_SECONDS)) == 1
        except queue.Empty:
            self.end()
            raise CaseError(
                "a pattern takes too long",
                file="case.toml",
                found=repr(pattern)[:200],
                expected=f"an answer within {LONGEST_SECONDS:g} seconds for every text",
                repair="write it without a repetition inside of another, or with fewer of them",
            ) from None

    def end(self) -> None:
        """End the process; the next search begins another."""
        _searcher.cache_clear()
        atexit.unregister(self.end)
        self._process.kill()
        self._thread.join()
        self._process.communicate()


_LOCK = threading.Lock()


@functools.cache
def _searcher() -> _Searcher:
    return _Searcher()
