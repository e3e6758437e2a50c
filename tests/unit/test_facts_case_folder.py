"""A case folder with one mistake in a table: refused with file, row, column, found, expected and repair."""

import shutil
from pathlib import Path

import pytest

from topline.errors import CaseError
from topline.facts import read_case
from topline.facts.case_outcomes import allowed_gap

SMALL = Path(__file__).parent / "data" / "cases" / "small"

FIRST_OUTCOME = "FIRST,control,cure,12,100,20,20,verified,s_reg,reported,,2020-06,release,2020-06"
FIRST_ARM = "FIRST,control,placebo,SC,none,100,verified,40.5,s_reg,"
FIRST_EVENT = "e1,2020-05-01,2020-05-01,day,deal_signed,alphamab,Big Pharma:licensee;Small Bio:licensor,the two sign"


def copy_of_small(folder):
    copy = folder / "copy"
    shutil.copytree(SMALL, copy)
    return copy


def change(copy, file, old, new):
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(copy):
    with pytest.raises(CaseError) as caught:
        read_case(copy)
    return caught.value.problems


def test_the_small_case_reads_whole():
    case = read_case(SMALL)
    assert (len(case.trials), len(case.arms), len(case.facts)) == (2, 4, 7)
    assert (len(case.events), len(case.assumptions), len(case.sources)) == (2, 1, 4)
    fact = case.facts[0]
    assert (fact.treatment, fact.dose_regimen, fact.background) == ("placebo", "SC", "none")
    assert fact.locator == "NCT00000001, arm control, cured at week 12 (registry record)"
    assert (fact.file, fact.row) == ("outcomes.csv", 2)
    assert fact.also == ("s_paper",)
    assert case.events[0].parties[1].role == "licensor"


MISTAKES = [
    # file, old text, new text, row, column, found in `found`, found in `expected`
    ("arms.csv", FIRST_ARM, FIRST_ARM.replace("placebo", "plcebo"), 2, "treatment", "plcebo", "'placebo'"),
    ("arms.csv", "10 mg SC", "10 mg SCC", 3, "dose_regimen", "10 mg SCC", "'10 mg SC'"),
    ("arms.csv", FIRST_ARM, FIRST_ARM.replace("verified", "verfied"), 2, "n_status", "verfied", "'verified'"),
    ("arms.csv", FIRST_ARM, f"{FIRST_ARM}\n{FIRST_ARM}", 3, "arm", "FIRST, control", "one row for each"),
    ("arms.csv", FIRST_ARM, FIRST_ARM.replace("40.5", "about 40"), 2, "mean_age", "about 40", "a number"),
    ("arms.csv", FIRST_ARM, FIRST_ARM.replace(",none,", ",TCS,"), 2, "background", "'TCS'", "'none'"),
    (
        "outcomes.csv",
        FIRST_OUTCOME,
        FIRST_OUTCOME.replace("2020-06", "2999-06"),
        2,
        "known_from",
        "2999-06",
        "up to today",
    ),
    ("events.csv", FIRST_EVENT, FIRST_EVENT.replace("2020", "2999", 1), 2, "known_from", "2999-05-01", "up to today"),
    ("trials.csv", "adults,none,12", "adults,none,twelve", 2, "primary_week", "twelve", "a whole number"),
    ("trials.csv", "3,2020", "3,20", 2, "year", "20", "1900"),
    ("sources.csv", "2021-02-10", "soon", 2, "date", "soon", "n.d."),
    ("sources.csv", "s_news,The", "s_reg,The", 3, "source_id", "s_reg", "one row for each"),
    ("sources.csv", "https://example.org/story", "", 3, "address", "nothing", "a name"),
    ("outcomes.csv", "FIRST,control,cure", "FRIST,control,cure", 2, "trial", "FRIST", "'FIRST'"),
    ("outcomes.csv", "FIRST,control,cure", "FIRST,contrl,cure", 2, "arm", "contrl", "'control'"),
    ("outcomes.csv", "FIRST,control,cure", "FIRST,high,cure", 2, "arm", "high", "'control', 'low'"),
    ("outcomes.csv", "FIRST,control,cure", "FIRST,control,crue", 2, "outcome", "crue", "'cure'"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12.5,100,20,20", 2, "week", "12.5", "a whole number"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,0,100,20,20", 2, "week", "0", "1 or more"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,100,101,20", 2, "events", "101", "at most n, which is 100"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,100,-2,20", 2, "events", "-2", "0 or more"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,100,20.5,20", 2, "events", "20.5", "a whole number"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,0,0,0", 2, "n", "0", "1 or more"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,,20,20", 2, "n", "nothing", "number of patients"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,100,,120", 2, "percent", "120", "0 to 100"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,100,,-1", 2, "percent", "-1", "0 to 100"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,100,,20%", 2, "percent", "20%", "a number"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,100,,nan", 2, "percent", "nan", "a number"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,100,20,20.7", 2, "percent", "20 of 100 is 20.0", "0.6 points"),
    ("outcomes.csv", "cure,12,100,20,20", "cure,12,100,,", 2, "percent", "nothing", "a count of events"),
    ("outcomes.csv", "cure,12,100,41,40.7", "cure,12,100,42,40.7", 3, "percent", "42 of 100", "0.6 points"),
    ("outcomes.csv", "12,100,,-51.2", "12,100,5,-51.2", 6, "events", "5", "nothing"),
    ("outcomes.csv", FIRST_OUTCOME, FIRST_OUTCOME.replace("verified", "true"), 2, "status", "true", "'verified'"),
    ("outcomes.csv", FIRST_OUTCOME, FIRST_OUTCOME.replace("reported", "guess"), 2, "events_status", "guess", "one of"),
    ("outcomes.csv", FIRST_OUTCOME, FIRST_OUTCOME.replace("s_reg", "s_rge"), 2, "source_id", "s_rge", "'s_reg'"),
    ("outcomes.csv", "2020-06,release,2020-06", "2026-02-30,release,2026-03-01", 2, "known_from", "2026-02-30", "YYYY"),
    ("outcomes.csv", "2020-06,release,2020-06", "soon,release,2026-03-01", 2, "known_from", "soon", "YYYY"),
    (
        "outcomes.csv",
        "2020-06,release,2020-06",
        "2020-06,release,2020-05-31",
        2,
        "certain_from",
        "2020-05-31",
        "2020-06",
    ),
    ("outcomes.csv", "2020-06,release,2020-06", "2020-06,,2020-06", 2, "known_from_basis", "nothing", "a name"),
    ("outcomes.csv", FIRST_OUTCOME, f"{FIRST_OUTCOME}\n{FIRST_OUTCOME}", 3, "outcome", "cure, 12", "one row for each"),
    ("outcomes_alternates.csv", "FIRST,control", "FIRST,low", 2, "percent", "20.3", "within 0.6 points"),
    (
        "outcomes_alternates.csv",
        "FIRST,control,cure",
        "SECOND,control,rash",
        2,
        "outcome",
        "SECOND, control, rash",
        "a row",
    ),
    (
        "outcomes_alternates.csv",
        "FIRST,low,cure,12,,,40.7,verified,s_news",
        "FIRST,control,cure,012,,,20.1,verified,s_paper",
        3,
        "source_id",
        "FIRST, control, cure, 12, s_paper",
        "one row for each",
    ),
    ("outcomes_alternates.csv", "s_paper", "s_papr", 2, "source_id", "s_papr", "'s_paper'"),
    ("events.csv", "deal_signed", "deal_singed", 2, "type", "deal_singed", "'deal_signed'"),
    ("events.csv", FIRST_EVENT, FIRST_EVENT.replace("e1,2020-05-01", "e1,2020-05-32"), 2, "known_from", "32", "YYYY"),
    ("events.csv", "2020-05-01,day", "2020-05,day", 2, "event_date", "2020-05", "YYYY-MM-DD"),
    ("events.csv", "2020-05-01,day", "2020-05-01,hour", 2, "date_precision", "hour", "one of"),
    ("events.csv", "Big Pharma:licensee", "Big Pharma", 2, "parties", "Big Pharma", "name:role"),
    ("events.csv", "deal_signed,alphamab", "deal_signed,alphamap", 2, "programme", "alphamap", "'alphamab'"),
    ("events.csv", "12.5", "12.5 million", 2, "amount_musd", "12.5 million", "a number"),
    ("events.csv", "e2,2023-05", "e1,2023-05", 3, "event_id", "e1", "one row for each"),
    ("assumptions.csv", "0.5,0.4,0.6", "0.5,0.6,0.4", 2, "low", "0.6 above 0.4", "at most"),
    ("assumptions.csv", "s_book,verified", "s_book,sure", 2, "status", "sure", "one of"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column", "found", "expected"),
    MISTAKES,
    ids=[f"{m[0]}-{m[4]}-{m[5]}" for m in MISTAKES],
)
def test_a_mistake_is_refused_at_its_place(tmp_path, file, old, new, row, column, found, expected):
    copy = copy_of_small(tmp_path)
    change(copy, file, old, new)
    at_place = [p for p in refusal(copy) if (p.file, p.row, p.column) == (file, row, column)]
    assert len(at_place) == 1
    assert found in at_place[0].found
    assert expected in at_place[0].expected
    assert at_place[0].repair


@pytest.mark.parametrize(
    "file", ["case.toml", "sources.csv", "trials.csv", "arms.csv", "outcomes.csv", "events.csv", "assumptions.csv"]
)
def test_a_missing_file_is_the_only_problem_named(tmp_path, file):
    copy = copy_of_small(tmp_path)
    (copy / file).unlink()
    problems = refusal(copy)
    assert [(p.file, p.message) for p in problems] == [(file, "missing file")]


def test_the_alternates_may_be_missing(tmp_path):
    copy = copy_of_small(tmp_path)
    (copy / "outcomes_alternates.csv").unlink()
    assert all(fact.also == () for fact in read_case(copy).facts)


def test_a_missing_column_is_the_only_problem_named(tmp_path):
    copy = copy_of_small(tmp_path)
    change(copy, "arms.csv", "dose_regimen", "regimen")
    problems = refusal(copy)
    assert [(p.file, p.column) for p in problems] == [("arms.csv", "dose_regimen")]


def test_every_problem_of_every_file_is_named(tmp_path):
    copy = copy_of_small(tmp_path)
    change(copy, "outcomes.csv", "cure,12,100,20,20", "cure,12,100,-1,20")
    change(copy, "arms.csv", "verified,40.5", "verfied,40.5")
    change(copy, "events.csv", "deal_signed", "deal")
    change(copy, "case.toml", 'reference = "placebo"', 'reference = "control"')
    problems = refusal(copy)
    assert {p.file for p in problems} == {"outcomes.csv", "arms.csv", "events.csv", "case.toml"}
    assert len(problems) == 4


def test_a_second_source_belongs_among_the_alternates(tmp_path):
    copy = copy_of_small(tmp_path)
    change(copy, "outcomes.csv", FIRST_OUTCOME, f"{FIRST_OUTCOME}\n{FIRST_OUTCOME.replace('s_reg', 's_paper')}")
    problem = next(p for p in refusal(copy) if p.file == "outcomes.csv")
    assert (problem.row, problem.column) == (3, "outcome")
    assert "outcomes_alternates.csv" in problem.repair


def test_two_arms_of_a_trial_in_one_treatment_are_refused(tmp_path):
    copy = copy_of_small(tmp_path)
    low = "FIRST,low,alphamab,10 mg SC,none,100,verified,,s_reg,a note on the arm"
    change(copy, "arms.csv", low, f"{low}\n{low.replace('low', 'other', 1)}")
    (problem,) = refusal(copy)
    assert (problem.file, problem.row, problem.column) == ("arms.csv", 4, "dose_regimen")
    for words in ("'low'", "'other'", "FIRST", "'alphamab 10 mg'"):
        assert words in problem.found
    assert "a treatment of its own" in problem.expected
    assert "[[treatments]]" in problem.repair


def test_two_regimens_of_a_trial_in_one_treatment_are_refused(tmp_path):
    copy = copy_of_small(tmp_path)
    low = "FIRST,low,alphamab,10 mg SC,none,100,verified,,s_reg,a note on the arm"
    change(copy, "arms.csv", low, f"{low}\n{low.replace('low,alphamab,10', 'other,alphamab,15', 1)}")
    change(copy, "case.toml", '["10 mg SC"]', '["10 mg SC", "15 mg SC"]')
    (problem,) = refusal(copy)
    assert (problem.file, problem.row, problem.column) == ("arms.csv", 4, "dose_regimen")


def test_arms_of_two_trials_may_join_one_treatment(tmp_path):
    copy = copy_of_small(tmp_path)
    change(copy, "arms.csv", "20 mg SC", "10 mg SC")
    change(copy, "case.toml", '[[treatments]]\nname = "alphamab 20 mg"\ndrug = "alphamab"\nregimens = ["20 mg SC"]', "")
    question = read_case(copy).question
    assert question.node("alphamab", "10 mg SC") == "alphamab 10 mg"


def test_text_that_is_not_utf8_is_refused(tmp_path):
    copy = copy_of_small(tmp_path)
    (copy / "case.toml").write_bytes(b'schema = "caf\xe9"')
    problem = refusal(copy)[0]
    assert problem.file == "case.toml"
    assert "0xe9 at offset 13" in problem.found


def test_a_reconstructed_count_may_miss_by_half_a_patient():
    # ADhere, placebo, IGA 0/1: 22.1% of 66 printed; 15 of 66 is 22.73%, and 14 of 66 is further off
    assert abs(100 * 15 / 66 - 22.1) < allowed_gap(66, "derived from percent")
    assert abs(100 * 15 / 66 - 22.1) > allowed_gap(66, "reported")
    assert abs(100 * 14 / 66 - 22.1) > allowed_gap(66, "derived from percent")


@pytest.mark.parametrize(
    "file", ["outcomes.csv", "arms.csv", "trials.csv", "sources.csv", "events.csv", "assumptions.csv"]
)
def test_the_order_of_rows_does_not_matter(tmp_path, file):
    copy = copy_of_small(tmp_path)
    header, *rows = (copy / file).read_text(encoding="utf-8").splitlines()
    (copy / file).write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    one, other = read_case(SMALL), read_case(copy)
    assert {f.id: f.percent for f in one.facts} == {f.id: f.percent for f in other.facts}
    assert {e.id for e in one.events} == {e.id for e in other.events}
    assert {a.id for a in one.assumptions} == {a.id for a in other.assumptions}
