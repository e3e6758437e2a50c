"""``case.toml`` with one mistake: refused with the key path, what was found and what was expected."""

import shutil
from pathlib import Path

import pytest

from topline.errors import CaseError
from topline.facts import read_case

SMALL = Path(__file__).parent / "data" / "cases" / "small"


def refusal(folder, old, new):
    """The problems of the small case after one change of its ``case.toml``."""
    copy = folder / "copy"
    shutil.copytree(SMALL, copy)
    text = (SMALL / "case.toml").read_text(encoding="utf-8")
    assert old in text
    (copy / "case.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_case(copy)
    return caught.value.problems


def only(problems):
    assert len(problems) == 1, [str(p) for p in problems]
    return problems[0]


def test_the_small_case_reads():
    question = read_case(SMALL).question
    assert question.case == "small-case"
    assert question.node("alphamab", "10 mg SC") == "alphamab 10 mg"
    assert question.endpoints[0].kind == "proportion"


MISTAKES = [
    ('title = "A', 'titel = "A', "titel", "title"),
    ('[[programmes]]\nname = "alphamab"', '[[programmes]]\nnaem = "alphamab"', "programmes[1].naem", "name"),
    ('indication = "a condition"\n', "", "indication", "text in quotes"),
    ('population = "adults"', "population = 12", "population", "text in quotes"),
    ('population = "adults"', 'population = ""', "population", "a text"),
    ('regimens = ["SC"]', 'regimens = "SC"', "treatments[1].regimens", "a list, each text in quotes"),
    ('regimens = ["SC"]', "regimens = [1]", "treatments[1].regimens[1]", "text in quotes"),
    ("weeks = { FIRST = 24 }", 'weeks = { FIRST = "24" }', "sensitivities[1].weeks.FIRST", "a whole number"),
    ("weeks = { FIRST = 24 }", "weeks = 24", "sensitivities[1].weeks", "a table of trial = week"),
    ("weeks = { FIRST = 24 }", "exclude = [true]", "sensitivities[1].exclude[1]", "text in quotes"),
    (
        'backgrounds = ["none"]',
        'backgrounds = ["none"]\nexclude = ["FIRST"]',
        "networks[1].exclude[1]",
        "a table of keys",
    ),
    ('reference = "placebo"', 'reference = "plcebo"', "reference", "'placebo'"),
    ('treatment = "alphamab 10 mg"', 'treatment = "alphamab 10"', "programmes[1].treatment", "'alphamab 10 mg'"),
    ('treatment = "alphamab 10 mg"', 'treatment = "placebo"', "programmes[1].treatment", "'alphamab'"),
    ("weeks = { FIRST = 24 }", "weeks = { FRIST = 24 }", "sensitivities[1].weeks.FRIST", "'FIRST'"),
    ("weeks = { FIRST = 24 }", "weeks = { FIRST = 25 }", "sensitivities[1].weeks.FIRST", "one of 12, 24"),
    ("weeks = { FIRST = 24 }", 'include = ["THIRD"]', "sensitivities[1].include[1]", "one of 'FIRST', 'SECOND'"),
    ("weeks = { FIRST = 24 }", 'model = "randm"', "sensitivities[1].model", "'random'"),
    ("weeks = { FIRST = 24 }", 'engine = "bayesian"', "sensitivities[1].engine", "'bayes'"),
    ("weeks = { FIRST = 24 }", 'prior_tau = "0.5"', "sensitivities[1].prior_tau", "halfnormal(0.5)"),
    ("weeks = { FIRST = 24 }", 'drugs = ["alfamab"]', "sensitivities[1].drugs[1]", "'alphamab'"),
    ("weeks = { FIRST = 24 }", 'treatments = ["placbo"]', "sensitivities[1].treatments[1]", "'placebo'"),
    ('network = "alone"', 'network = "aloen"', "sensitivities[1].network", "'alone'"),
    ('backgrounds = ["none"]', 'backgrounds = ["nonne"]', "networks[1].backgrounds[1]", "'none'"),
    ('direction = "higher"', 'direction = "up"', "endpoints[1].direction", "'higher'"),
    ('role = "benefit"', 'role = "good"', "endpoints[1].role", "'benefit'"),
    ('kind = "mean"', 'kind = "median"', "endpoints[3].kind", "'mean'"),
    ('measure = "MD"', 'measure = "XX"', "endpoints[3].measure", "'MD'"),
    # a headline is said in patients of 100, which come from odds ratios
    ("headline = true", 'headline = true\nmeasure = "RR"', "endpoints[1].measure", "'OR'"),
    ("headline = true", 'headline = true\nmeasure = "RD"', "endpoints[1].measure", "'OR'"),
    ('id = "rash"', 'id = "cure"', "endpoints[2].id", "a name of its own"),
    ('role = "harm"', 'role = "harm"\nheadline = "yes"', "endpoints[2].headline", "true or false"),
    ('severity = "minor"', 'severity = "mild"', "caveats[1].severity", "one of 'minor'"),
    ('known_from = "2020-06-30"', 'known_from = "2020-06"', "caveats[1].known_from", "YYYY-MM-DD"),
    ('trials = ["FIRST"]', 'trials = ["FRIST"]', "caveats[1].trials[1]", "'FIRST'"),
    ('outcomes = ["cure"]', 'outcomes = ["crue"]', "caveats[1].outcomes[1]", "'cure'"),
    ('sources = ["s_reg"]', 'sources = ["s_rge"]', "caveats[1].sources[1]", "'s_reg'"),
    ('drugs = ["alphamab"]', 'drugs = ["alfamab"]', "caveats[1].drugs[1]", "'alphamab'"),
    ('reference = "placebo"', 'reference = "placebo"\nbaseline = "FIRTS"', "baseline", "'FIRST'"),
    ('["10 mg SC"]', '["10 mg SC", "20 mg SC"]', "treatments[3].regimens[1]", "each regimen in one treatment"),
]


@pytest.mark.parametrize(("old", "new", "key", "expected"), MISTAKES, ids=[m[1][:40] for m in MISTAKES])
def test_a_mistake_is_refused_at_its_key(tmp_path, old, new, key, expected):
    # a key under a wrong name is also a key that is missing
    problem = only([p for p in refusal(tmp_path, old, new) if p.message != "missing key" or p.column == key])
    assert problem.file == "case.toml"
    assert problem.column == key
    assert expected in problem.expected
    assert problem.found
    assert problem.repair


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("headline = true", 'headline = true\nmeasure = "OR"'),
        ('role = "harm"', 'role = "harm"\nmeasure = "RR"'),
        ('role = "harm"', 'role = "harm"\nheadline = true\nmeasure = "RR"'),
    ],
    ids=["an odds ratio", "a harm", "a harm in the headline"],
)
def test_a_measure_that_fits_is_not_refused(tmp_path, old, new):
    copy = tmp_path / "copy"
    shutil.copytree(SMALL, copy)
    text = (SMALL / "case.toml").read_text(encoding="utf-8")
    (copy / "case.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert read_case(copy).question.endpoints[0].measure == "OR"


def test_text_that_is_not_toml_is_refused(tmp_path):
    problem = only(refusal(tmp_path, 'case = "small-case"', "case = small-case"))
    assert "not TOML" in problem.message
    assert "line 2" in problem.found


def test_another_format_is_refused(tmp_path):
    problem = only(refusal(tmp_path, 'schema = "case/1"', 'schema = "case/2"'))
    assert (problem.column, problem.found, problem.expected) == ("schema", "'case/2'", "'case/1'")


def test_an_unknown_regimen_offers_the_near_ones(tmp_path):
    problems = refusal(tmp_path, '["20 mg SC"]', '["20 mg SCC"]')
    places = {(p.file, p.column) for p in problems}
    assert places == {("case.toml", "treatments[3].regimens[1]"), ("arms.csv", "dose_regimen")}
    assert all("20 mg SC" in p.expected for p in problems)


def test_all_mistakes_are_named_at_once(tmp_path):
    problems = refusal(tmp_path, 'title = "A small case"\nindication = "a condition"\n', "titel = 1\n")
    assert {p.column for p in problems} == {"titel", "title", "indication"}
