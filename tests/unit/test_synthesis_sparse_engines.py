"""The engines for sparse counts behind the verb: what they answer, what they refuse, and what stands in the result."""

import pytest

from topline.errors import ArgumentError, DataError
from topline.records import NmaResult, StudyArm, from_json, to_json
from topline.synthesis import nma

RARE = [
    {"study": s, "treatment": t, "events": r, "n": n}
    for s, t, r, n in [("1", "A", 1, 100), ("1", "B", 4, 100), ("2", "A", 0, 80), ("2", "B", 3, 85), ("3", "A", 2, 120),
                       ("3", "C", 1, 118), ("4", "B", 5, 90), ("4", "C", 0, 95), ("5", "A", 0, 60), ("5", "C", 0, 61)]
]  # fmt: skip
ENGINES = ["mh", "nch", "penalised"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_result_says_what_the_engine_has(engine):
    fit = nma(RARE, measure="OR", model="common", engine=engine, reference="A", better="lower")
    result = fit.result
    assert result.engine == engine
    assert result.tau2 == 0
    assert result.node_split == ()
    assert result.contributions == ()
    assert result.certificate is None
    assert [c.code for c in result.caveats if c.code == "no_weights"] == ["no_weights"]
    assert result.q.between is None  # no loop: nothing could disagree
    assert (result.q.total is not None) is (engine == "nch")
    assert result.q.df == result.q.df_within + result.q.df_between
    assert len(result.ranks) == 3
    assert result.n_studies == {"mh": 3, "nch": 4, "penalised": 5}[engine]
    assert from_json(to_json(result), NmaResult) == result
    assert "versus A" in str(fit)


def test_designs_that_disagree_are_told():
    """B beats A, C beats B, and A beats C."""
    rows = [("1", "A", 10, 100), ("1", "B", 30, 100), ("2", "B", 20, 100), ("2", "C", 40, 100), ("3", "A", 30, 100),
            ("3", "C", 10, 100)]  # fmt: skip
    data = [dict(zip(("study", "treatment", "events", "n"), row, strict=True)) for row in rows]
    result = nma(data, measure="OR", model="common", engine="mh").result
    assert result.q.df_between == 1
    assert result.q.p_between < 1e-6
    assert "designs_differ" in [c.code for c in result.caveats]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_correction_is_added_unless_asked(engine):
    result = nma(RARE, measure="OR", model="common", engine=engine, reference="A").result
    assert result.spec["continuity"] == 0
    assert "continuity" not in [c.code for c in result.caveats]


@pytest.mark.parametrize("engine", ENGINES)
def test_arms_as_records_and_another_order_change_nothing(engine):
    arms = [StudyArm(**row) for row in RARE]
    one = nma(RARE, measure="OR", model="common", engine=engine, reference="A").result
    other = nma(arms[::-1], measure="OR", model="common", engine=engine, reference="A").result
    assert one.effects == other.effects
    assert one.id == other.id


@pytest.mark.parametrize(
    ("request_", "error", "text"),
    [
        ({"engine": "mh"}, ArgumentError, "model='common'"),
        ({"engine": "nch", "model": "common", "measure": "RR"}, ArgumentError, "odds ratios from counts"),
        ({"engine": "penalised", "model": "common", "ci": "hksj"}, ArgumentError, "Knapp-Hartung"),
        ({"engine": "nch", "model": "common", "continuity": 0.5}, ArgumentError, "no continuity correction"),
    ],
)
def test_requests_that_mean_nothing(request_, error, text):
    with pytest.raises(error) as caught:
        nma(RARE, **{"measure": "OR", **request_})
    assert text in str(caught.value)


def test_contrasts_have_no_counts():
    rows = [{"study": "1", "treatment1": "A", "treatment2": "B", "estimate": 0.2, "se": 0.1}]
    with pytest.raises(DataError, match="works on counts"):
        nma(rows, measure="OR", model="common", engine="mh")


def test_questions_about_weights_are_refused_in_words():
    fit = nma(RARE, measure="OR", model="common", engine="mh", reference="A", better="lower")
    for ask in (fit.influence, fit.thresholds, fit.evidence_flow, fit.hat_matrix, fit.leave_one_out):
        with pytest.raises(ArgumentError) as caught:
            ask()
        assert "mh" in str(caught.value), ask


def test_the_report_leaves_out_what_there_is_not(tmp_path):
    fit = nma(RARE, measure="OR", model="common", engine="penalised", reference="A")
    page = fit.report(tmp_path / "page.html").read_text(encoding="utf-8")
    assert 'id="contributions"' not in page
    assert 'id="agreement"' not in page
    assert "Firth" in page
