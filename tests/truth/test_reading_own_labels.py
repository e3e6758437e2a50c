"""The labelled documents say what their texts say: every quote and every number stands where its label puts it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from topline.records.reading import EVENT_TYPES, STANCES

READING = Path(__file__).parent / "data" / "reading"
COUNTS = {"blind": 30, "own": 62}
NUMBERS = sorted(f"{name}/{path.stem}" for name in COUNTS for path in (READING / name).glob("*.json"))
KINDS = {
    "events": {"type", "date", "parties", "drug", "indication", "quote"},
    "readouts": {"drug", "comparator", "endpoint", "timepoint", "values", "p", "n", "trial", "phase", "quote"},
    "safety": {"event", "direction", "quote"},
    "opinions": {"who", "stance", "quote", "about"},
}
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?|-H[12]|-Q[1-4])?")
WITHOUT_FACTS = {
    *("blind/014", "blind/015", "blind/030"),
    *("own/006", "own/016", "own/020", "own/027", "own/054", "own/055", "own/056", "own/057"),
}
LATER = [number for number in NUMBERS if number.startswith("blind/") or number > "own/030"]


def load(number: str) -> tuple[str, dict]:
    """The body and the labels of a document, named by its folder and number."""
    text = (READING / f"{number}.txt").read_text(encoding="utf-8")
    return text.split("\n---\n", 1)[1], json.loads((READING / f"{number}.json").read_text(encoding="utf-8"))


def pieces(value: str) -> list[str]:
    """The figures of a value, or the words of one that has none."""
    return re.findall(r"\d[\d,]*(?:\.\d+)?", value) or [value]


def test_every_number_has_its_pair() -> None:
    assert sorted(f"{name}/{path.stem}" for name in COUNTS for path in (READING / name).glob("*.txt")) == NUMBERS
    assert [f"{name}/{i:03}" for name, count in COUNTS.items() for i in range(1, count + 1)] == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_the_head_has_four_lines_and_a_day(number: str) -> None:
    head = (READING / f"{number}.txt").read_text(encoding="utf-8").split("\n---\n", 1)[0].splitlines()
    assert [line.split(": ", 1)[0] for line in head] == ["address", "title", "date", "source"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", head[2].split(": ", 1)[1])


@pytest.mark.parametrize("number", NUMBERS)
def test_every_quote_and_trap_stands_in_the_body(number: str) -> None:
    body, labels = load(number)
    assert labels["id"] == number.split("/")[1]
    for kind, fields in KINDS.items():
        for label in labels[kind]:
            assert fields <= set(label), (kind, label)
            assert len(label["quote"]) > 10
            assert label["quote"] in body, (kind, label["quote"])
    for trap in labels["traps"]:
        assert len(trap) > 10
        assert trap in body, trap


@pytest.mark.parametrize("number", NUMBERS)
def test_every_number_stands_in_its_quote(number: str) -> None:
    body, labels = load(number)
    for label in labels["readouts"] + labels["safety"]:
        for value in label.get("values", []) + label.get("arms", []):
            assert set(value) == {"arm", "value", "unit"}
            for piece in pieces(value["value"]):
                assert re.search(rf"(?<![\d.]){re.escape(piece)}(?!\d|[.,]\d)", label["quote"]), (value, label["quote"])
        for field, text in (("effect", label["quote"]), ("ci", label["quote"]), ("n", body), ("p", body)):
            for piece in pieces(label.get(field) or ""):  # a table's p stands in its footnote, a list's n in its head
                assert piece in text, (field, label["quote"])


@pytest.mark.parametrize("number", NUMBERS)
def test_types_stances_and_dates_are_of_the_vocabulary(number: str) -> None:
    _, labels = load(number)
    for event in labels["events"]:
        assert {event["type"], event.get("also", event["type"])} <= set(EVENT_TYPES)
        assert event["date"] is None or DATE.fullmatch(event["date"]), event
        assert all(set(party) == {"name", "role"} for party in event["parties"])
        assert event["type"] != "other" or event.get("detail"), event
    assert all(opinion["stance"] in STANCES for opinion in labels["opinions"])


def test_documents_without_facts_hold_traps() -> None:
    empty = {number for number in NUMBERS if not any(load(number)[1][kind] for kind in KINDS)}
    assert empty == WITHOUT_FACTS
    assert all(load(number)[1]["traps"] for number in empty)


def test_no_trap_is_part_of_a_result_or_of_an_opinion() -> None:
    for number in NUMBERS:
        _, labels = load(number)
        for trap in labels["traps"]:
            for kind in ("safety", "opinions"):
                assert not any(trap in label["quote"] for label in labels[kind]), (number, trap)


@pytest.mark.parametrize("number", LATER)
def test_later_releases_have_one_opinion_at_most_and_label_nothing_twice(number: str) -> None:
    body, labels = load(number)
    opinions = [opinion for opinion in labels["opinions"] if "note" not in opinion]
    assert len(opinions) <= 1 or labels["genre"] == "news story with analysts"
    for kind, key in (("events", "type"), ("readouts", "endpoint"), ("safety", "event"), ("opinions", "who")):
        told = [(label[key], label["quote"]) for label in labels[kind]]
        assert len(set(told)) == len(told), kind
        assert all(body.count(quote) == 1 for _, quote in told), kind
