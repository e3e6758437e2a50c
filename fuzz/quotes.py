"""Folding never loses a place, and the gate admits no quote and no number that is not there. Guided by coverage.

python fuzz/quotes.py -max_total_time=60 [CORPUS]
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["topline.sources.gate", "topline.sources.text"]):
    from topline.records import ArmValue, Readout
    from topline.sources.gate import admit
    from topline.sources.text.folding import find_quote, fold
    from topline.sources.text.sentences import sentence_spans
    from topline.sources.text.spacing import lost_blanks


def one_input(data: bytes) -> None:
    """A text, a quote and a value from the bytes; what is admitted must stand in the text to the letter."""
    provider = atheris.FuzzedDataProvider(data)
    text = provider.ConsumeUnicodeNoSurrogates(400)
    quote = provider.ConsumeUnicodeNoSurrogates(60)
    value = provider.ConsumeUnicodeNoSurrogates(8)
    folded = fold(text).with_spaces(lost_blanks)
    if not len(folded.text) == len(folded.starts) == len(folded.ends):
        raise AssertionError("a character without a place")
    if any(not 0 <= a <= b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True)):
        raise AssertionError("a place outside of the text")
    last = 0
    for start, end in sentence_spans(folded.text):
        if not last <= start < end:
            raise AssertionError("sentences overlap")
        last = end
    place = find_quote(folded, quote)
    if place is not None and not text[place[0] : place[1]].strip():
        raise AssertionError("an empty quote was found")
    fact = Readout(id="", quote=quote, start=None, end=None, values=(ArmValue(arm="a", value=value, unit="%"),))
    passed, _ = admit(folded, [fact])
    for one in passed:
        if text[one.start : one.end] != one.quote:
            raise AssertionError("the quote is not where it is said to be")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
