"""The reader as a whole: what must not change a fact does not, and no text breaks it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.records import OpinionStatement, ReadEvent, ReadFact, Reading, Readout, SafetyStatement
from topline.sources import open_document, read_document

OWN = Path(__file__).resolve().parents[1] / "truth" / "data" / "reading" / "own"
FILES = sorted(OWN.glob("*.txt"))[:30]
TEXTS = [path.read_text(encoding="utf-8") for path in FILES]


def read(text: str) -> Reading:
    document = open_document(text.encode("utf-8"), name="story.txt")
    reading = read_document(document)
    for fact in reading.candidates:
        assert fact.start is not None
        assert document.text[fact.start : fact.end] == fact.quote
    return reading


def said(fact: ReadFact) -> tuple[object, ...]:
    """What a fact says, without its place."""
    if isinstance(fact, ReadEvent):
        return fact.type, fact.status, fact.date, fact.drug
    if isinstance(fact, Readout):
        return (
            fact.drug,
            fact.outcome,
            tuple((v.value, v.unit) for v in fact.values),
            tuple(sorted(fact.effect.items())),
        )
    if isinstance(fact, SafetyStatement):
        return fact.event.lower(), tuple((v.value, v.unit) for v in fact.arms)
    assert isinstance(fact, OpinionStatement)
    return fact.who, fact.stance


def facts(text: str) -> Counter[tuple[object, ...]]:
    return Counter(said(fact) for fact in read(text).candidates)


def wide_blanks(text: str) -> str:
    head, mark, body = text.partition("\n---\n")
    return head + mark + re.sub(r" (?=\w)", "  ", body)


def straight_marks(text: str) -> str:
    return text.translate({ord("“"): '"', ord("”"): '"', ord("’"): "'", ord("‘"): "'"})


def soft_hyphens(text: str) -> str:
    head, mark, body = text.partition("\n---\n")
    return head + mark + re.sub(r"(?<=[a-z]{4})(?=[a-z]{4})", "\u00ad", body, count=20)


def entities(text: str) -> str:
    head, mark, body = text.partition("\n---\n")
    return head + mark + body.replace("’", "&#39;").replace("“", "&quot;").replace("”", "&quot;")


@pytest.mark.parametrize("change", [wide_blanks, straight_marks, soft_hyphens, entities], ids=lambda f: f.__name__)
@pytest.mark.parametrize("number", range(0, len(FILES), 3), ids=lambda i: FILES[i].stem)
def test_how_a_text_is_set_changes_no_fact(change, number: int) -> None:
    assert facts(change(TEXTS[number])) == facts(TEXTS[number])


def test_a_drug_by_another_name_is_read_alike() -> None:
    text = TEXTS[2].replace("mirovakitug", "zentolimab")
    renamed = Counter({tuple("zentolimab" if part == "mirovakitug" else part for part in key): n
                       for key, n in facts(TEXTS[2]).items()})  # fmt: skip
    assert facts(text) == renamed


def test_a_later_date_moves_the_relative_dates_and_nothing_else() -> None:
    text = "title: T\ndate: {}\n---\nOn Friday, Nagano Pharma, Inc. said the FDA had approved mirovakimab."
    dates = [read(text.format(day)).events[0].date for day in ("2026-03-02", "2026-03-09")]
    assert dates == ["2026-02-27", "2026-03-06"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_pieces_of_documents_in_any_order_are_read(data: st.DataObject) -> None:
    pieces = [piece for text in TEXTS for piece in re.split(r"(?<=[.!?]) ", text)]
    chosen = data.draw(st.lists(st.sampled_from(pieces), max_size=12))
    noise = data.draw(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40))
    text = noise.join(chosen)
    if text.strip():
        read(f"title: x\n---\n{text} end.")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=300))
def test_any_text_at_all_is_read(noise: str) -> None:
    read(f"title: x\ndate: 2026-01-02\n---\nNagano met its goal; {noise} 32.8% versus 13.7% (p<0.001) of mirovakimab.")


def test_of_a_text_without_end_the_beginning_is_read_and_said(monkeypatch) -> None:
    sentence = "The FDA approved mirovakimab for atopic dermatitis. "
    monkeypatch.setattr("topline.sources.reading.LONGEST_PROSE", len(sentence) * 2)
    whole, cut = read(sentence * 2), read(sentence * 2 + "\n\nThe trial of mirovakimab met its primary endpoint.")
    assert [c.code for c in whole.caveats] == []
    assert [c.code for c in cut.caveats] == ["long-text"]
    assert [e.type for e in cut.events] == [e.type for e in whole.events] == ["approval"]
    assert f"the first {len(sentence) * 2:,}" in cut.caveats[0].text
