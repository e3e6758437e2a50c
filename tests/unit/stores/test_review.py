"""Candidates proposed into a folder, an SQLite file and PostgreSQL, and what reviewers decide of them."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from topline.errors import ArgumentError, CaseError, DataError, StoreError, UnknownNameError
from topline.facts import (
    accept,
    candidate_list,
    changing,
    fact_list,
    now,
    open_case_store,
    propose_into,
    reject,
    snapshot,
)

DAY = dt.date(2024, 1, 1)
HIGH = {"trial": "SECOND", "arm": "high", "outcome": "cure", "week": "24", "n": "80", "events": "44", "percent": "55"}
TEXT = "In SECOND, 44 of 80 patients on the high dose (55%) were cured at week 24. “Good,” they said –\nall of them."
QUOTE = "44 of 80 patients on the high dose (55%) were cured at week 24"


def cut(case, day=DAY, **options):
    store, _ = open_case_store(case)
    with store:
        return snapshot(store, as_of=day, **options)


def listed(case, state=None):
    store, _ = open_case_store(case)
    with store, store.reading() as connection:
        return candidate_list(connection, state=state)


def accepted(case, candidate, reviewer="Ada", **options):
    with changing(case) as connection:
        return accept(connection, candidate, reviewer=reviewer, at=now(), **options)


def rejected(case, candidate, reason="a typing error", reviewer="Ada"):
    with changing(case) as connection:
        reject(connection, candidate, reviewer=reviewer, reason=reason, at=now())


@pytest.fixture
def release(document):
    return document(TEXT)


@pytest.fixture
def proposed(case, release, candidate):
    one = candidate(release, QUOTE, **HIGH)
    assert propose_into(case, [one], [release]) == {"new": 1, "supported": 0, "known": 0}
    return one.id


def values(found, **place):
    return [(f.n, f.events, f.percent) for f in found.facts if all(getattr(f, k) == v for k, v in place.items())]


PLACE = {"trial": "SECOND", "arm": "high", "week": 24}


def test_a_candidate_waits_beside_its_quotation(case, proposed):
    before = cut(case)
    (row,) = listed(case).candidates
    assert (row.id, row.state, row.fields, row.said) == (proposed, "proposed", HIGH, {"quote": QUOTE})
    (support,) = row.supports
    assert (support.passage.quote, support.title, support.date) == (QUOTE, "A release", "2023-06-01")
    assert values(before, **PLACE) == []
    assert [c.code for c in before.caveats if c.code == "unreviewed"] == []


def test_an_accepted_candidate_is_a_fact_with_its_source(case, proposed):
    before = cut(case)
    accepted(case, proposed)
    after = cut(case)
    assert values(after, **PLACE) == [(80, 44, 55.0)]
    (fact,) = [f for f in after.facts if f.week == 24 and f.trial == "SECOND"]
    source = next(s for s in after.sources if s.source_id == fact.source_id)
    assert (source.title, source.publisher, source.address) == (
        "A release",
        "Small Bio",
        "https://example.org/a-release",
    )
    assert (fact.known_from, fact.certain_from, fact.status) == ("2023-06-01", "2023-06-01", "verified")
    assert after.id != before.id
    assert len(after.facts) == len(before.facts) + 1
    assert values(cut(case, dt.date(2023, 5, 31)), **PLACE) == []
    (row,) = listed(case).candidates
    (decision,) = row.decisions
    assert (row.state, decision.reviewer, decision.mended) == ("accepted", "Ada", {})
    assert listed(case, "proposed").n_candidates == 0


def test_proposing_and_accepting_again_change_nothing(case, proposed, release, candidate):
    accepted(case, proposed)
    before = cut(case), listed(case)
    assert propose_into(case, [candidate(release, QUOTE, **HIGH)], [release]) == {"new": 0, "supported": 0, "known": 1}
    accepted(case, proposed, reviewer="Ada")
    assert (cut(case), listed(case)) == before


def test_a_mend_stands_beside_the_original(case, proposed):
    accepted(case, proposed, fields={"events": "43", "percent": "53.8"})
    assert values(cut(case), **PLACE) == [(80, 43, 53.8)]
    (row,) = listed(case).candidates
    assert row.state == "mended"
    assert row.fields == HIGH
    assert row.decisions[0].mended == {"events": "43", "percent": "53.8"}


def test_a_second_mend_takes_the_place_of_the_first(case, proposed):
    accepted(case, proposed)
    first = cut(case)
    accepted(case, proposed, reviewer="Bob", fields={"week": "16"})
    assert values(cut(case), trial="SECOND", arm="high", week=16) == [(80, 44, 55.0)]
    assert values(cut(case), **PLACE) == []
    accepted(case, proposed)
    assert cut(case).id == first.id
    assert [d.decision for d in listed(case).candidates[0].decisions] == ["accepted", "mended", "accepted"]


def test_a_rejected_candidate_is_no_fact_and_keeps_its_reason(case, proposed):
    before = cut(case)
    rejected(case, proposed, "the share price, not a result")
    assert cut(case) == before
    (row,) = listed(case).candidates
    assert (row.state, row.decisions[0].reason) == ("rejected", "the share price, not a result")
    rejected(case, proposed, "again")
    assert len(listed(case).candidates[0].decisions) == 1
    with pytest.raises(ArgumentError, match="needs a reason"):
        rejected(case, proposed, "  ")


def test_rejecting_what_was_accepted_retracts_its_row(case, proposed):
    before = cut(case)
    accepted(case, proposed)
    rejected(case, proposed)
    assert cut(case).id == before.id
    accepted(case, proposed)
    assert values(cut(case), **PLACE) == [(80, 44, 55.0)]


def test_the_same_from_another_document_is_one_candidate_with_two_supports(case, proposed, document, candidate):
    paper = document("The paper: " + QUOTE + ".", title="The paper", date="2023-09-01")
    again = candidate(paper, QUOTE, known_from="2023-09-01", **{**HIGH, "percent": "55.0", "note": "a note"})
    assert propose_into(case, [again], [paper]) == {"new": 0, "supported": 1, "known": 0}
    (row,) = listed(case).candidates
    assert [s.title for s in row.supports] == ["A release", "The paper"]
    accepted(case, proposed)
    assert values(cut(case), **PLACE) == [(80, 44, 55.0)]


def test_two_documents_of_one_batch_that_say_the_same_are_one_candidate(case, release, document, candidate):
    paper = document("The paper: " + QUOTE + ".", title="The paper")
    both = [candidate(release, QUOTE, **HIGH), candidate(paper, QUOTE, **{**HIGH, "n": "80.0"})]
    assert propose_into(case, [*both, both[1]], [release, paper]) == {"new": 1, "supported": 1, "known": 1}
    (row,) = listed(case).candidates
    assert (row.id, [s.title for s in row.supports]) == (both[0].id, ["A release", "The paper"])


def test_what_does_not_yet_say_what_it_speaks_of_is_like_no_other(case, release, document, candidate):
    paper = document("The paper: " + QUOTE + ".", title="The paper")
    fields = {k: v for k, v in HIGH.items() if k != "arm"}
    both = [candidate(release, QUOTE, **fields), candidate(paper, QUOTE, **fields)]
    assert propose_into(case, both, [release, paper])["new"] == 2


def test_a_further_document_of_an_accepted_number_becomes_its_second_source(case, proposed, document, candidate):
    accepted(case, proposed)
    paper = document("The paper: " + QUOTE + ".", title="The paper", date="2023-09-01")
    propose_into(case, [candidate(paper, QUOTE, known_from="2023-09-01", **HIGH)], [paper])
    (fact,) = [f for f in cut(case).facts if f.week == 24 and f.trial == "SECOND"]
    (other,) = fact.also
    assert next(s for s in cut(case).sources if s.source_id == other).title == "The paper"
    (early,) = [f for f in cut(case, dt.date(2023, 8, 31)).facts if f.week == 24 and f.trial == "SECOND"]
    assert early.also == ()


def test_a_number_that_the_case_has_gets_one_more_source(case, document, candidate):
    fields = {"trial": "FIRST", "arm": "low", "outcome": "cure", "week": "24", "percent": "45.2"}
    paper = document("On low, 45.2% were cured at week 24.", title="The paper")
    one = candidate(paper, "45.2% were cured at week 24", **fields)
    propose_into(case, [one], [paper])
    assert listed(case).contradictions == ()
    accepted(case, one.id)
    (fact,) = [f for f in cut(case).facts if (f.arm, f.week) == ("low", 24)]
    assert (fact.percent, len(fact.also)) == (45.0, 1)
    rejected(case, one.id)
    assert [f.also for f in cut(case).facts if (f.arm, f.week) == ("low", 24)] == [()]


def other_value(document, candidate, percent="52", known_from="2023-06-01"):
    fields = {"trial": "FIRST", "arm": "low", "outcome": "cure", "week": "24", "percent": percent}
    text = f"On low, {percent}% were cured at week 24."
    story = document(text, title=f"A story of {percent}", date=known_from)
    return story, candidate(story, text, known_from=known_from, **fields)


def test_a_contradiction_is_shown_with_both_values_and_is_a_caveat(case, document, candidate):
    story, one = other_value(document, candidate)
    before = cut(case)
    propose_into(case, [one], [story])
    (found,) = listed(case).contradictions
    assert (found.trial, found.arm, found.outcome, found.week) == ("FIRST", "low", "cure", 24)
    assert [(v.state, v.value) for v in found.values] == [("accepted", "45 of 100 (45)"), ("proposed", "52")]
    assert found.values[1].quote == "On low, 52% were cured at week 24."
    after = cut(case)
    (caveat,) = [c for c in after.caveats if c.code == "contradiction"]
    assert caveat.severity == "serious"
    assert "52 from A story of 52 (not reviewed)" in caveat.text
    assert caveat.facts == tuple(f.id for f in after.facts if (f.arm, f.week) == ("low", 24))
    assert (after.facts, after.id == before.id) == (before.facts, False)
    store, question = open_case_store(case)
    with store:
        about = [c.code for c in fact_list(after, question, treatment="alphamab 10 mg").caveats]
        elsewhere = [c.code for c in fact_list(after, question, trial="SECOND").caveats]
    assert ("contradiction" in about, "contradiction" in elsewhere) == (True, False)
    early = cut(case, dt.date(2023, 5, 30))
    assert [c.code for c in early.caveats if c.code == "contradiction"] == []


def test_two_candidates_that_wait_can_contradict_each_other(case, proposed, document, candidate):
    story = document("On the high dose 61% were cured at week 24.", title="A story")
    one = candidate(story, "61% were cured", **{**HIGH, "n": "", "events": "", "percent": "61"})
    propose_into(case, [one], [story])
    (found,) = listed(case).contradictions
    assert [v.id for v in found.values] == [proposed, one.id]
    assert [c.facts for c in cut(case).caveats if c.code == "contradiction"] == [()]


def test_a_contradicting_value_is_accepted_as_a_correction_only(case, document, candidate):
    story, one = other_value(document, candidate)
    propose_into(case, [one], [story])
    with pytest.raises(DataError, match="says something else") as caught:
        accepted(case, one.id)
    assert (caught.value.problem.found, "--correct" in caught.value.problem.repair) == ("52", True)
    old = cut(case, dt.date(2023, 5, 31))
    accepted(case, one.id, correct=True)
    assert values(cut(case, dt.date(2023, 5, 31)), trial="FIRST", arm="low", week=24) == [(100, 45, 45.0)]
    assert cut(case, dt.date(2023, 5, 31)).id == old.id
    assert values(cut(case, dt.date(2023, 6, 1)), trial="FIRST", arm="low", week=24) == [(None, None, 52.0)]
    assert listed(case).contradictions == ()
    rejected(case, one.id)
    assert values(cut(case, dt.date(2023, 6, 1)), trial="FIRST", arm="low", week=24) == [(100, 45, 45.0)]


def test_means_contradict_each_other_beyond_their_last_digit(case, document, candidate):
    text = "The score fell by -51 on low, or by -51.9 as others say."
    story = document(text)
    fields = {"trial": "FIRST", "arm": "low", "outcome": "score_change", "week": "12"}
    near = candidate(story, "-51 on low", percent="-51", **fields)
    far = candidate(story, "-51.9", percent="-51.9", **fields)
    propose_into(case, [near], [story])
    assert listed(case).contradictions == ()
    propose_into(case, [far], [])
    assert len(listed(case).contradictions) == 1


@pytest.mark.parametrize("case", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"arm": "hihg"}, CaseError, ["unknown arm 'hihg'", "did you mean 'high'", "outcomes.csv", "column arm"]),
        ({"trial": "SECND"}, CaseError, ["unknown trial 'SECND'", "SECOND"]),
        ({"outcome": "cured"}, CaseError, ["unknown outcome", "'cure'"]),
        ({"events": "90"}, CaseError, ["more events than patients", "at most n, which is 80"]),
        ({"percent": "12"}, CaseError, ["disagree"]),
        ({"known_from": "soon"}, CaseError, ["not a date"]),
        ({"source_id": "s_pepar"}, CaseError, ["unknown source", "'s_paper'"]),
        ({"evnts": "3"}, UnknownNameError, ["'evnts'", "'events'"]),
    ],
)
def test_a_row_is_checked_as_strictly_as_a_folder_is(case, proposed, fields, error, words):
    before = cut(case)
    with pytest.raises(error) as caught:
        accepted(case, proposed, fields=fields)
    for word in words:
        assert word in str(caught.value)
    assert (cut(case), listed(case).candidates[0].state) == (before, "proposed")


def test_what_the_document_lacks_is_for_the_reviewer(case, release, candidate):
    fields = {k: v for k, v in HIGH.items() if k not in {"arm", "n"}}
    one = candidate(release, QUOTE, missing=("arm", "n"), **fields)
    propose_into(case, [one], [release])
    with pytest.raises(CaseError, match="can't be accepted yet") as caught:
        accepted(case, one.id)
    assert [(p.column, p.repair) for p in caught.value.problems] == [("arm", "--set arm=VALUE"), ("n", "--set n=VALUE")]
    accepted(case, one.id, fields={"arm": "high", "n": "80"})
    assert values(cut(case), **PLACE) == [(80, 44, 55.0)]
    (row,) = listed(case).candidates
    assert (row.state, row.decisions[0].mended) == ("accepted", {"arm": "high", "n": "80"})


def test_a_trial_its_arm_and_its_outcome_come_in_one_go(case, document, candidate):
    text = "THIRD (NCT00000003) gave alphamab 20 mg; 9 of 30 were cured at week 12. The deal was signed on 1 June."
    record = document(text, title="The record")
    trial = candidate(record, "THIRD (NCT00000003)", "trial", trial="THIRD", nct_id="NCT00000003", background="none")
    arm = candidate(
        record, "alphamab 20 mg", "arm", trial="THIRD", arm="high", treatment="alphamab", dose_regimen="20 mg SC",
        background="none", n_status="unknown",
    )  # fmt: skip
    row = candidate(record, "9 of 30", trial="THIRD", arm="high", outcome="cure", week="12", n="30", events="9")
    event = candidate(
        record, "The deal was signed on 1 June", "event", type="deal_signed", programme="alphamab",
        event_date="2023-06-01", date_precision="day", parties="Big Pharma:licensee", statement="the deal is signed",
        status="verified",
    )  # fmt: skip
    propose_into(case, [row, trial, arm, event], [record])
    unreviewed = cut(case, unreviewed=True)
    with pytest.raises(CaseError, match="the case has not this trial yet") as caught:
        accepted(case, row.id)
    repairs = [p.repair for p in caught.value.problems]
    assert repairs == [f"topline facts accept {one.id}, with the same --case" for one in (trial, arm)]
    for one in (trial, arm, row, event):
        accepted(case, one.id)
    found = cut(case)
    assert values(found, trial="THIRD") == [(30, 9, None)]
    assert {t.trial for t in found.trials} == {"FIRST", "SECOND", "THIRD"}
    assert [e.event_id for e in found.events if e.known_from == "2023-06-01"] == [event.id]
    assert [p.name for p in found.events[-1].parties] == ["Big Pharma"]
    assert (unreviewed.facts, unreviewed.events) == (found.facts, found.events)
    (caveat,) = [c for c in unreviewed.caveats if c.code == "unreviewed"]
    new = {f.id for f in found.facts if f.trial == "THIRD"} | {e.id for e in found.events if e.event_id == event.id}
    assert (set(caveat.facts), caveat.severity) == (new, "serious")
    assert "1 fact and 1 event" in caveat.text
    assert unreviewed.id != found.id


def test_the_case_refuses_to_lose_what_its_other_rows_need(case, document, candidate):
    record = document("FOURTH had one arm, control.", title="The record")
    trial = candidate(record, "FOURTH", "trial", trial="FOURTH", background="none")
    arm = candidate(
        record, "control", "arm", trial="FOURTH", arm="control", treatment="placebo", dose_regimen="SC",
        background="none", n_status="unknown",
    )  # fmt: skip
    propose_into(case, [trial, arm], [record])
    accepted(case, trial.id)
    accepted(case, arm.id)
    with pytest.raises(CaseError, match="unknown trial 'FOURTH'") as caught:
        rejected(case, trial.id)
    assert "reject first" in caught.value.problem.repair
    rejected(case, arm.id)
    rejected(case, trial.id)


def test_unreviewed_candidates_that_make_no_row_are_counted(case, proposed, release, candidate):
    propose_into(case, [candidate(release, "all of them", missing=("arm",), trial="SECOND", percent="100")], [])
    (caveat,) = [c for c in cut(case, unreviewed=True).caveats if c.code == "unreviewed"]
    assert "1 further candidate" in caveat.text
    assert listed(case, "proposed").n_candidates == 2


def test_what_can_not_be_proposed_is_refused_whole(case, release, candidate):
    good = candidate(release, QUOTE, **HIGH)
    passage = good.passages[0]
    cases = {
        "does not stand at its place": [(passage.document, QUOTE, passage.start + 1, passage.end + 1)],
        "a document that is not here": [("0" * 64, QUOTE, passage.start, passage.end)],
        "without a place": [(passage.document, None, None, None)],
        "without a passage": [],
    }
    for words, places in cases.items():
        passages = tuple(type(passage)(document=d, quote=q, start=s, end=e) for d, q, s, e in places)
        with pytest.raises(DataError, match=words):
            propose_into(case, [good, changed(good, id="bad", passages=passages)], [release])
        assert listed(case).n_candidates == 0
    with pytest.raises(UnknownNameError, match="kind of candidate"):
        propose_into(case, [changed(good, kind="outcomes")], [release])
    with pytest.raises(UnknownNameError, match="'weak'"):
        propose_into(case, [changed(good, fields={"weak": "12"})], [release])
    with pytest.raises(DataError, match="not what its hash says"):
        propose_into(case, [good], [changed(release, data=b"another")])
    with pytest.raises(DataError, match="can't be stored"):
        propose_into(case, [changed(good, fields={**HIGH, "note": "a\0b"})], [release])


def changed(record, **values):
    import msgspec

    return msgspec.structs.replace(record, **values)


def test_an_unknown_candidate_names_the_near_ones(case, proposed):
    with pytest.raises(UnknownNameError) as caught:
        accepted(case, proposed[:-1] + "?")
    assert repr(proposed) in caught.value.problem.expected
    accepted(case, proposed[:14])
    assert listed(case).candidates[0].state == "accepted"


def test_a_shipped_case_is_not_changed(release, candidate):
    with pytest.raises(StoreError, match="shipped case") as caught:
        propose_into("atopic-dermatitis", [candidate(release, QUOTE, **HIGH)], [release])
    assert "facts export" in caught.value.problem.repair


def test_a_folder_keeps_the_bytes_of_what_did_not_change(small, tmp_path, release, candidate):
    folder = small(tmp_path / "mine")
    table = folder / "outcomes.csv"
    table.write_bytes(table.read_bytes().replace(b"\n", b"\r\n"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    one = candidate(release, QUOTE, **HIGH)
    propose_into(folder, [one], [release])
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"candidates.csv", "supports.csv", "documents.csv"}
    assert (folder / "documents" / f"{release.info.sha256}.html").read_bytes() == release.data
    accepted(folder, one.id)
    changed_files = {p.name for p in folder.iterdir() if p.is_file() and p.read_bytes() != after.get(p.name)}
    assert changed_files == {"outcomes.csv", "sources.csv", "decisions.csv", "history.csv"}
    rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8"))))
    old = list(csv.reader(io.StringIO(before["outcomes.csv"].decode())))
    assert rows[: len(old)] == old
    assert len(rows) == len(old) + 1
    assert [line.split(",")[0] for line in (folder / "history.csv").read_text().splitlines()[1:]] == [
        "sources.csv",
        "outcomes.csv",
    ]


def test_a_folder_called_like_a_shipped_case_is_told_apart(tmp_path, monkeypatch, small, release, candidate):
    monkeypatch.chdir(tmp_path)
    small(tmp_path / "atopic-dermatitis")
    with pytest.raises(StoreError, match="shipped case"):
        propose_into("atopic-dermatitis", [candidate(release, QUOTE, **HIGH)], [release])
    assert propose_into(Path("atopic-dermatitis"), [candidate(release, QUOTE, **HIGH)], [release])["new"] == 1
