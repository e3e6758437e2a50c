"""The book of numbers: one number, one id; and the words that an analysis lends to the page."""

import pytest

from topline.brief.numbers import AnalysisNumbers, NumberBook, method_words
from topline.records import Caveat, DatedEvent
from topline.synthesis import nma

ROWS = [
    {"study": "A", "treatment": "strong", "events": 60, "n": 100},
    {"study": "A", "treatment": "placebo", "events": 20, "n": 100},
    {"study": "B", "treatment": "weak", "events": 22, "n": 100},
    {"study": "B", "treatment": "placebo", "events": 20, "n": 100},
]


@pytest.fixture
def book():
    return NumberBook()


def entry(book, text="40", **changes):
    return book.enter(text, **{"what": "cured of 100", "how": "counted", "made_from": ("fact-1",), **changes})


def numbers(book, **request):
    result = nma(ROWS, measure="OR", model="common", reference="placebo", better="higher", **request).result
    return AnalysisNumbers(book, result, "cure, alone")


def test_the_same_number_twice_is_one(book):
    assert entry(book) is entry(book)
    assert len(book.numbers) == 1


def test_numbers_stand_in_the_order_of_entry(book):
    made = [entry(book, what=what) for what in ("b", "a", "c")]
    entry(book, what="b")
    assert list(book.numbers) == made


@pytest.mark.parametrize(
    "change", [{"what": "other"}, {"how": "other"}, {"made_from": ("fact-2",)}, {"unit": "rank"}, {"prefix": "c"}]
)
def test_another_meaning_is_another_id(book, change):
    assert entry(book).id != entry(book, **change).id


def test_the_id_does_not_hang_on_the_value():
    # the last bits of a computed value differ between machines
    assert entry(NumberBook(), value=40.0).id == entry(NumberBook(), value=40.00000000000001).id


def test_the_same_quantity_to_other_digits_is_told_apart(book):
    short, long = entry(book, "40"), entry(book, "40.3")
    assert short.id != long.id
    assert (short.text, long.text) == ("40", "40.3")
    assert entry(book, "40.3") is long
    assert entry(book, "40") is short
    assert len(book.numbers) == 2


def test_inputs_are_named_once(book):
    assert entry(book, made_from=("fact-1", "fact-2", "fact-1")).made_from == ("fact-1", "fact-2")


def test_counts_and_days(book):
    k = book.count(1234, "patients", ["fact-1"])
    assert (k.text, k.value, k.how) == ("1,234", 1234, "counted")
    day = book.day("2026-02-02", "as-of date", ["run-1"])
    assert (day.text, day.unit, day.value) == ("2 Feb 2026", "date", None)
    assert book.day("2026-H1", "date of filing", ["event-1"]).text == "first half of 2026"


def test_a_caveat_rests_on_its_facts_or_on_what_is_given(book):
    own = book.caveat(Caveat(code="x", text="Beware.", facts=("fact-1",)), ("snapshot-1",))
    other = book.caveat(Caveat(code="y", text="Beware too."), ("snapshot-1",))
    assert (own.made_from, other.made_from) == (("fact-1",), ("snapshot-1",))
    assert own.id.startswith("c-")
    assert (own.unit, own.text) == ("statement", "Beware.")


def test_a_statement_is_the_events(book):
    event = DatedEvent(
        id="event-1",
        event_id="e1",
        type="readout",
        programme="alpha",
        known_from="2020-01-01",
        event_date=None,
        date_precision="",
        parties=(),
        statement="it was read out",
        amount_musd=None,
        source_id="s",
        status="verified",
        file="events.csv",
        row=2,
    )
    assert book.statement(event).text == "it was read out"
    assert book.statement(event, "It was read out").text == "It was read out"
    assert {n.made_from for n in book.numbers} == {("event-1",)}


def test_an_effect_is_shown_on_the_natural_scale(book):
    # log odds ratio log(60 x 80 / (40 x 20)) = log 6, se sqrt(1/60 + 1/40 + 1/20 + 1/80) = 0.3227; 3.19 to 11.3
    effect = numbers(book).effect("strong")
    assert effect.value == pytest.approx(6.0, rel=1e-9)
    assert effect.text == "6.0 (3.2 to 11)"
    assert effect.unit == "odds ratio"
    assert effect.what == "odds ratio (95% interval), strong versus placebo: cure, alone"
    assert "common-effect" in effect.how


def test_a_pair_reads_both_ways(book):
    one = numbers(book)
    there, back = one.pair("strong", "weak"), one.pair("weak", "strong")
    assert there.value * back.value == pytest.approx(1.0, rel=1e-9)


def test_to_beat_needs_the_whole_interval(book):
    one = numbers(book)
    assert one.beats("strong", "placebo")
    assert not one.beats("placebo", "strong")
    assert not one.beats("weak", "placebo")
    assert not one.beats("placebo", "weak")


def test_to_beat_follows_the_direction_that_is_better(book):
    result = nma(ROWS, measure="OR", model="common", reference="placebo", better="lower").result
    one = AnalysisNumbers(book, result, "relapse, alone")
    assert one.beats("placebo", "strong")
    assert not one.beats("strong", "placebo")


def test_ranks_are_in_words(book):
    rank = numbers(book).rank("strong")
    assert rank.text == "1 of 3 (95% range 1 to 1)"
    assert (rank.value, rank.unit) == (1, "rank")
    assert numbers(book).median_rank("placebo").text in ("2", "3")


def test_trials_and_patients_of_a_treatment(book):
    one = numbers(book)
    assert (one.trials("placebo").value, one.patients("placebo").value) == (2, 200)
    assert (one.trials("weak").value, one.patients("weak").value) == (1, 100)
    assert (one.edge("weak", "placebo").value, one.edge("weak", "strong").value) == (1, 0)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"model": "common"}, "common-effect network meta-analysis"),
        ({"engine": "reml"}, "restricted maximum likelihood"),
        ({"engine": "ml"}, "maximum likelihood"),
        ({"engine": "dl"}, "DerSimonian-Laird"),
        ({"engine": "bayes"}, "Bayes"),
    ],
)
def test_the_method_in_words(request_, words):
    assert words in method_words(nma(ROWS, measure="OR", reference="placebo", **request_).result)
