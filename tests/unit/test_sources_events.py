"""Events of made-up documents: what is told, how sure it is, when, of what drug, and what is no event."""

from __future__ import annotations

import hashlib
import re
import tomllib
from importlib import resources

import pytest

from topline.records import DocumentInfo, ReadEvent
from topline.sources.document import Document
from topline.sources.gate import admit
from topline.sources.page import make_page
from topline.sources.prose.events import read_events
from topline.sources.prose.events.finding import blotted
from topline.sources.prose.events.rules import rules

TABLE = tomllib.loads(
    resources.files("topline.sources.prose.events").joinpath("rules.toml").read_text(encoding="utf-8")
)
EXAMPLES = [entry["example"] for entry in TABLE["rules"]]


def events(text: str, *, title: str | None = None, date: str | None = "2026-03-10") -> list[ReadEvent]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    info = DocumentInfo(
        title=title, date=date, publisher=None, sha256=digest, media_type="text/plain", text_sha256=digest
    )
    page = make_page(Document(info=info, data=text.encode(), text=text, body=(0, len(text))))
    passed, refused = admit(page.folded, read_events(page))
    assert not refused
    assert all(text[e.start : e.end] == e.quote for e in passed)
    return passed


def one(text: str, type_: str, **other: str | None) -> ReadEvent:
    found = [e for e in events(text, **other) if e.type == type_]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("index", range(len(EXAMPLES)), ids=[e[:40] for e in EXAMPLES])
def test_every_rule_matches_its_example(index: int) -> None:
    assert rules()[index].pattern.search(blotted(EXAMPLES[index]))


def test_no_rule_is_written_twice() -> None:
    patterns = [entry["pattern"] for entry in TABLE["rules"]]
    assert len(set(patterns)) == len(patterns)


@pytest.mark.parametrize(
    ("sentence", "type_", "status"),
    [
        ("Hartwell has walked away from its collaboration with Nagano on mirovakimab.", "deal_terminated", "happened"),
        ("Hartwell did not terminate its collaboration with Nagano on mirovakimab.", "deal_terminated", "denied"),
        ("Hartwell could terminate its collaboration with Nagano on mirovakimab.", "deal_terminated", "possible"),
        ("Hartwell plans to terminate its collaboration with Nagano on mirovakimab.", "deal_terminated", "planned"),
        ("Nagano plans to file an application for mirovakimab with the FDA.", "filing_planned", "planned"),
        ("Nagano has no plans to file an application for mirovakimab.", "filing_planned", "denied"),
        ("Hartwell did not indicate its intent to file for approval of mirovakimab.", "filing_planned", "denied"),
        ("Mirovakimab was first approved in Japan in 2021.", "approval", "background"),
        ("The trial of mirovakimab did not meet its primary endpoint.", "readout", "happened"),
        ("Nagano said it would file for U.S. approval of mirovakimab by year-end.", "filing_planned", "planned"),
        (
            "The Phase 3 trial of mirovakimab, an antibody targeting OX40 ligand, met its primary endpoint.",
            "readout",
            "happened",
        ),
        (
            "The trial of mirovakimab, a drug that could replace injections, met its primary endpoint.",
            "readout",
            "happened",
        ),
        (
            "The trial of potential first-in-class antibody mirovakimab met its primary endpoint.",
            "readout",
            "happened",
        ),
    ],
)
def test_the_words_around_an_event_say_how_sure_it_is(sentence: str, type_: str, status: str) -> None:
    assert one(sentence, type_).status == status


@pytest.mark.parametrize(
    "sentence",
    [
        "If approved, mirovakimab would be the first such drug.",
        "There is a possibility that mirovakimab could receive a complete response letter.",
        "The FDA approval of mirovakimab is expected in June.",
        "A complete response letter for mirovakimab might follow.",
    ],
)
def test_what_may_come_is_never_an_approval_or_a_rejection(sentence: str) -> None:
    assert not [e for e in events(sentence) if e.type in {"approval", "rejection"} and e.status == "happened"]


@pytest.mark.parametrize(
    "sentence",
    [
        "There is currently no therapy approved by the FDA for the disease that mirovakimab treats.",
        "Shares of Nagano fell 23% in early trading; mirovakimab is its lead drug.",
        "Patients who discontinued the study drug due to adverse events numbered 12 with mirovakimab.",
        "Nagano today reported financial results for the fourth quarter of 2025.",
        "Jefferies said that the FDA approved too many drugs like mirovakimab.",
        "Will the FDA approve mirovakimab?",
        "The committee granted an employee 330,000 restricted stock units.",
    ],
)
def test_what_is_no_event(sentence: str) -> None:
    assert events(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("On Friday, the FDA approved mirovakimab.", "2026-03-06"),
        ("The FDA approved mirovakimab yesterday.", "2026-03-09"),
        ("The FDA approved mirovakimab on March 3.", "2026-03-03"),
        ("Today the FDA approved mirovakimab.", "2026-03-10"),
        ("The FDA approved mirovakimab, which should extend the company's cash into 2028.", "2026-03-10"),
        ("Nagano plans to submit an application for mirovakimab in the first half of next year.", "2027-H1"),
        ("Nagano plans to submit an application for mirovakimab by year-end.", "2026"),
        ("Nagano plans to submit an application for mirovakimab in the third quarter.", "2026-Q3"),
        ("Nagano plans to submit an application for mirovakimab.", None),
    ],
)
def test_an_event_is_dated_from_its_words_and_the_documents_date(sentence: str, date: str | None) -> None:
    (event,) = events(sentence)
    assert event.date == date


def test_a_story_may_name_the_day_after_its_first_sentence() -> None:
    text = "Hartwell has walked away from its collaboration on mirovakimab. The news came in a statement on Friday."
    assert one(text, "deal_terminated").date == "2026-03-06"


def test_the_reason_may_stand_in_the_next_sentence() -> None:
    text = (
        "Hartwell has walked away from its collaboration with Nagano on mirovakimab. "
        "The termination is the result of a review of its pipeline."
    )
    assert one(text, "deal_terminated").reason == "a review of its pipeline"


def test_a_release_that_says_a_thing_three_times_tells_one_event() -> None:
    title = "Nagano Submits New Drug Application for Mirovakimab"
    text = (
        f"{title}\n- New Drug Application for mirovakimab submitted to the FDA\n"
        "OSAKA, March 10, 2026 (GLOBE NEWSWIRE) -- Nagano Pharma, Inc. (Nasdaq: NGNO) today announced that it has "
        "submitted a New Drug Application to the FDA for mirovakimab. Nagano submitted the application early."
    )
    event = one(text, "filing_submitted", title=title)
    assert event.quote is not None
    assert event.quote.startswith("Nagano Pharma, Inc.")
    assert [(p.name, p.role) for p in event.parties] == [("Nagano Pharma", "applicant"), ("FDA", "regulator")]


def test_what_a_drug_is_compared_with_is_not_the_drug_of_the_event() -> None:
    text = "Nagano announced today that mirovakimab met the primary endpoint versus secukinumab in the DELTA trial."
    event = one(text, "readout")
    assert event.drug == "mirovakimab"
    assert event.trial == "DELTA"


def test_amounts_keep_their_words_currency_and_purpose() -> None:
    text = "Quillon will receive an upfront payment of €140 million for it and up to $1.2 billion in milestones."
    (event,) = events(text)
    assert [(a.text, a.value, a.currency, a.purpose) for a in event.amounts] == [
        ("€140 million", 140e6, "EUR", "upfront"),
        ("$1.2 billion", 1.2e9, "USD", "milestones"),
    ]


def test_a_very_long_paragraph_is_read_in_time_that_grows_with_its_length() -> None:
    sentence = "The company announced that results, data and findings of the trial, and more, of mirovakimab were told "
    text = re.sub(r"\s+", " ", sentence * 1500)
    assert len(text) > 150_000
    assert len(events(text)) <= 2


def test_the_companies_are_the_two_that_the_story_names_most() -> None:
    text = (
        "Hartwell Pharma, Inc. and Nagano Seiyaku Ltd. ended their collaboration on mirovakimab. Hartwell and Nagano "
        "Seiyaku were partners. The companies will ensure continuity for patients in the trials."
    )
    event = next(e for e in events(text) if e.detail == "continuity for trial patients")
    assert {p.name for p in event.parties} == {"Hartwell Pharma", "Nagano Seiyaku"}


def test_a_date_that_begins_a_sentence_dates_all_that_it_tells() -> None:
    text = (
        "Nagano reported results of the trial of mirovakimab. They were good. Its shares did not move. "
        "In February, Nagano and Hartwell entered into an exclusive license agreement for mirovakimab in Japan, under "
        "which Nagano received $35 million upfront and is eligible for up to $290 million in milestones."
    )
    told = [e for e in events(text) if e.type in {"deal_signed", "deal_terms", "payment"}]
    assert {e.type for e in told} >= {"deal_signed", "deal_terms"}
    assert {e.date for e in told} == {"2026-02"}
