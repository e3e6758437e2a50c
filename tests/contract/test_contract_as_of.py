"""A run as of a day sees what the world could know on that day, and nothing later."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from topline.records import to_json

STOP = "2026-03-03"  # the release in which Kyowa Kirin stopped all trials of rocatinlimab
DECISION = "2026-02-02"  # after Amgen handed its rights back, before the stop
OF_THE_STOP = (
    "2026-03-03",
    "3 Mar 2026",
    "March 2026",
    "Kaposi",
    "sarcoma",
    "discontinu",
    "trials stopped",
    "trial_stopped",
    "kk_discontinue",
    "fierce_discontinue",
)


def lead(brief):
    """The network of EASI-75 in monotherapy: the first of the run."""
    return next(r.body for r in brief.run.records if r.schema == "nma/1")


def main_text(html, page_elements):
    return page_elements.read_elements(html).find("main")[0].text


@pytest.mark.parametrize("strict", [False, True], ids=["default", "strict"])
def test_before_the_stop_nothing_speaks_of_it(brief_of, strict):
    brief = brief_of("rocatinlimab", DECISION, strict)
    everything = brief.html + to_json(brief.run).decode()
    # the readout of 2025-09-08 speaks of patients who stopped
    everything = everything.replace("discontinuation for adverse events low", "").lower()
    for word in OF_THE_STOP:
        assert word.lower() not in everything, word


def test_the_day_before_and_the_day_of_the_stop(case):
    before, on_the_day = (case.brief("rocatinlimab", as_of=day) for day in ("2026-03-02", STOP))
    assert "Kaposi" not in before.html
    assert "Kaposi" in on_the_day.finding[0]


def test_today_the_stop_is_said_first(brief_of, page_elements):
    brief = brief_of("rocatinlimab")
    assert re.match(
        r"All rocatinlimab trials stopped: .*Kaposi sarcoma.*\(Kyowa Kirin, 3 Mar 2026\)\.$", brief.finding[0]
    )
    assert main_text(brief.html, page_elements).startswith(brief.finding[0])


def test_on_the_day_of_the_decision_the_benefit_is_said_first(brief_of, page_elements):
    brief = brief_of("rocatinlimab", DECISION)
    assert brief.finding[0].startswith("It works")
    assert main_text(brief.html, page_elements).startswith(brief.finding[0])
    assert len(brief.finding) == 3


def test_a_brief_on_a_rival_does_not_stop_with_rocatinlimab(brief_of):
    # the stop is an event of another programme: it may stand in the timeline, never in the finding
    assert not [s for s in brief_of("dupilumab").finding if "stopped" in s or "rocatinlimab" in s]


def test_at_the_end_of_2024_the_network_holds_horizon_and_not_ignite(brief_of):
    # HORIZON was read out on 2024-09-24, IGNITE and SHUTTLE on 2025-03-08
    brief = brief_of("rocatinlimab", "2024-12-31")
    assert "ROCKET-HORIZON" in lead(brief)["studies"]
    assert not [f for f in brief.run.facts if f.trial in ("ROCKET-IGNITE", "ROCKET-SHUTTLE")]
    for record in brief.run.records:
        if record.schema == "nma/1":
            assert not {"ROCKET-IGNITE", "ROCKET-SHUTTLE"} & set(record.body["studies"])


def test_at_the_end_of_2024_no_word_is_said_of_later_readouts(brief_of):
    # IGNITE and SHUTTLE had started, which may be said; their results, COAST 1 and STREAM-AD were to come
    run = brief_of("rocatinlimab", "2024-12-31").run
    everything = brief_of("rocatinlimab", "2024-12-31").html + to_json((run.numbers, run.records, run.events)).decode()
    everything = everything.replace("study start of ROCKET-IGNITE", "").replace("study start of ROCKET-SHUTTLE", "")
    everything = everything.replace("ROCKET-SHUTTLE study page", "")  # the title of the source of its start
    for later in ("IGNITE", "SHUTTLE", "COAST", "STREAM-AD", "ASCEND"):
        assert later not in everything, later


def test_on_the_day_of_the_decision_ignite_is_there_too(brief_of):
    assert {"ROCKET-HORIZON", "ROCKET-IGNITE"} <= set(lead(brief_of("rocatinlimab", DECISION))["studies"])


def test_strict_dates_leave_out_what_was_not_surely_known(brief_of):
    # the counts of HORIZON's adverse events were read in the registry record that was posted on 2026-06-26
    strict, default = (brief_of("rocatinlimab", DECISION, s) for s in (True, False))

    def horizon(brief):
        safety = next(r.body for r in brief.run.records if r.schema == "safety/1")
        return {c["outcome"] for c in safety["contrasts"] if c["trial"] == "ROCKET-HORIZON"}

    assert horizon(default) == {"chills", "pyrexia", "nasopharyngitis", "urti", "sae"}
    assert horizon(strict) == set()
    assert strict.run.strict_dates
    assert "not counted against a control" in strict.finding[-1]
    caveat = next(c for c in default.run.caveats if c.code == "date_uncertain")
    assert caveat.severity == "serious"
    assert "ROCKET-HORIZON" in caveat.text
    assert "date_uncertain" not in {c.code for c in strict.run.caveats}


def test_after_the_registry_record_strict_dates_agree(case):
    # from 2026-06-26 on every HORIZON count is certain
    strict, default = (case.snapshot(as_of="2026-06-26", strict_dates=s) for s in (True, False))
    assert {f.id for f in strict.facts if f.trial == "ROCKET-HORIZON"} == {
        f.id for f in default.facts if f.trial == "ROCKET-HORIZON"
    }


@pytest.mark.parametrize("day", ["2024-12-31", DECISION])
def test_no_day_of_the_run_is_later_than_its_own(brief_of, day):
    run = brief_of("rocatinlimab", day).run
    assert all(f.known_from <= day for f in run.facts)
    assert all(e.known_from <= day for e in run.events)
    assert not [e for e in run.events if e.date_precision == "day" and e.event_date and e.event_date > day]
    assert not [d for e in run.events for d in re.findall(r"\d{4}-\d{2}-\d{2}", e.statement) if d > day]
    assert not [c for c in run.question["caveats"] if c["known_from"] > day]


def test_what_is_known_only_grows(case):
    days = ("2022-12-31", "2024-12-31", DECISION, STOP, "2026-11-24")
    seen = [{f.id for f in case.snapshot(as_of=day).facts} for day in days]
    assert all(earlier <= later for earlier, later in pairwise(seen))


def test_the_page_says_as_of_when(brief_of, page_elements):
    page = page_elements.read_elements(brief_of("rocatinlimab", DECISION).html)
    assert "as of 2 Feb 2026" in page.find("header")[0].text
    strict = page_elements.read_elements(brief_of("rocatinlimab", DECISION, True).html)
    assert "strict dates" in strict.find("header")[0].text
