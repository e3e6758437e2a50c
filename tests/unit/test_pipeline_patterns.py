"""The patterns of a stranger's case: found as Python finds them, and ended when they do not end."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import CaseError
from topline.pipeline.intake import patterns
from topline.pipeline.intake.patterns import fits, is_quick

ENDLESS = [
    ("(a+)+b", "a" * 60),
    ("(a|a)*b", "a" * 60),
    ("(a|b|ab)*c{1}", "ab" * 60),
    ("a?" * 30 + "b", "a" * 60),
    ("(a|a)" * 40 + "b", "a" * 60),
    (".*a.*a.*a.*a.*b", "a" * 4000),
    (r"(a)(\1?)+(\1?)+(\1?)+b{2}", "a" * 3000),
]


@pytest.mark.parametrize(("pattern", "text"), ENDLESS)
def test_a_pattern_without_end_is_ended_and_named(monkeypatch, pattern, text):
    monkeypatch.setattr(patterns, "LONGEST_SECONDS", 0.3)
    begun = time.monotonic()
    with pytest.raises(CaseError, match="takes too long") as caught:
        fits([pattern], text)
    assert time.monotonic() - begun < 10
    assert repr(pattern)[:200] in str(caught.value)
    monkeypatch.undo()
    assert fits(["(x+)+y.*z"], "xxy z")  # the next search is answered
    assert not fits(["(x+)+y.*z"], "xx z")


QUICK = ["EASI[- ]?75", "^chills$", "a.*b", "(any|with) adverse events?", "a?b?c?d?.*e", "(a|b|c|d)e", "[^a]+b"]


@pytest.mark.parametrize("pattern", QUICK)
@pytest.mark.parametrize("text", ["a" * 8192, "ab" * 4096, "EASI" * 2048, "with " * 1600, " " * 8192, "abcd" * 2048])
def test_what_is_searched_for_at_once_has_an_end(pattern, text):
    assert is_quick(pattern)
    begun = time.monotonic()
    fits([pattern], text)
    assert time.monotonic() - begun < 5


@given(
    pattern=st.sampled_from([*QUICK, "(ab)+c*", r"\bé+\b.*ß{1,2}", "a*|b+", r"(?=.*a)(?=.*b)c?", r'"+\\n*']),
    text=st.text(st.sampled_from('abcdé ßÉ"\\n\n\u2028EASI75😀'), max_size=20),
)
@settings(deadline=None, max_examples=150)
def test_a_pattern_is_found_wherever_python_finds_it(pattern, text):
    assert fits([pattern], text) == (re.search(pattern, text, re.IGNORECASE) is not None)


def test_a_process_that_was_ended_is_replaced():
    assert fits(["(u+)+v.*w"], "uvw")
    patterns._searcher()._process.kill()
    patterns._searcher()._process.wait()
    assert fits(["(u+)+v.*w"], "uuvw")


def test_no_pattern_finds_nothing():
    assert not fits([], "a")
