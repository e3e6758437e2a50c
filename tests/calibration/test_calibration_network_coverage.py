"""The stored simulation of the intervals' coverage is of the present sources, and says what is claimed of it.

With equal sizes the Knapp-Hartung interval is exact whatever tau2: every covariance is then one matrix times a number.
That is required here of every network with five degrees of freedom or more. What is not exact is recorded, and only
its direction is tested.
"""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORED = json.loads((Path(__file__).parent / "network_coverage.json").read_text(encoding="utf-8"))
ROWS = STORED["rows"]
ENOUGH = 5  # degrees of freedom


@pytest.fixture(scope="module")
def study():
    spec = importlib.util.spec_from_file_location("network_coverage", ROOT / "studies" / "network_coverage.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["network_coverage"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def rows(**wanted):
    found = [row for row in ROWS if all(row[name] == value for name, value in wanted.items())]
    assert found
    return found


def test_the_study_is_of_the_present_sources(study):
    assert STORED["sources_sha256"] == study.sources_hash(), "stale: run make study"


def test_the_hash_sees_code_and_not_its_looks(study, tmp_path, monkeypatch):
    def hashed(text):
        (tmp_path / "one.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(study, "ROOT", tmp_path)
        monkeypatch.setattr(study, "SOURCES", ("one.py",))
        return study.sources_hash()

    base = hashed('def f(x):\n    """Say."""\n    return x + 1\n')
    assert hashed("def f(x):\n    # why\n    return (\n        x + 1\n    )\n") == base
    assert hashed("def f(x):\n    return x + 2\n") != base


def test_every_cell_is_there(study):
    keys = {(r["treatments"], r["studies_per_comparison"], r["sizes"], r["tau2"], r["engine"], r["ci"]) for r in ROWS}
    wanted = {
        (c.treatments, c.per_comparison, c.sizes, c.tau2, *method) for c in study.cells() for method in study.METHODS
    }
    assert keys == wanted
    assert len(ROWS) == len(keys)
    assert (STORED["replications"], STORED["level"]) == (study.REPLICATIONS, study.LEVEL)


@pytest.mark.parametrize(
    "row",
    [r for r in rows(ci="hksj", sizes="equal") if r["degrees"] >= ENOUGH],
    ids=lambda r: f"{r['treatments']}-{r['studies_per_comparison']}-{r['tau2']}-{r['engine']}",
)
def test_knapp_hartung_with_equal_sizes(row):
    assert 0.93 <= row["coverage"] <= 0.97


def test_the_floor_never_covers_less():
    for row in rows(ci="hksj-floor"):
        same = {name: row[name] for name in ("treatments", "studies_per_comparison", "sizes", "tau2", "engine")}
        for other in ("hksj", "wald"):
            (less,) = rows(**same, ci=other)
            assert row["coverage"] >= less["coverage"]
            assert row["width"] >= less["width"]


def test_every_share_has_its_standard_error():
    for row in ROWS:
        assert 0 < row["coverage"] <= 1
        assert 0 <= row["coverage_se"] < 0.01
        assert (row["prediction"] is None) == (row["prediction_se"] is None) == (row["degrees"] < 2)
