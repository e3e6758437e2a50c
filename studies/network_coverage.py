"""How often the intervals of a network meta-analysis hold the truth: a simulation, stored with its sources' hash.

`python studies/network_coverage.py` simulates arms with known variances around true effects, fits every replication by
the code that the package runs, and writes the share of intervals that hold the truth to
`tests/calibration/network_coverage.json`. A test there fails when the sources have changed since.

A network has comparisons of the reference with every treatment, and of each treatment with the next. Each comparison
has so many studies; one study in four has a third arm. Sizes are equal (every arm's variance is 0.1), or unequal
(variances from 0.02 to 0.5, spread evenly on a log scale over the arms, the same in all replications). Heterogeneity
tau2 between true contrasts is tau2/2 on every arm. Coverage is the mean over treatments versus the reference and
replications; its standard error is that of the mean over replications.
"""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import json
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topline.estimators import normal_probability
from topline.records import StudyArm
from topline.synthesis.arrays.laplacian import ArmArrays, arm_arrays
from topline.synthesis.arrays.mixture import contrasts
from topline.synthesis.effects import interval, prediction_interval
from topline.synthesis.engines import Estimate, estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.spec import ModelSpec

ROOT = Path(__file__).resolve().parents[1]
STORED = ROOT / "tests" / "calibration" / "network_coverage.json"
SOURCES = (
    "src/topline/estimators/intervals.py",
    "src/topline/estimators/mixtures.py",
    "src/topline/estimators/roots.py",
    "src/topline/synthesis/arrays/heterogeneity.py",
    "src/topline/synthesis/arrays/laplacian.py",
    "src/topline/synthesis/arrays/mixture.py",
    "src/topline/synthesis/effects.py",
    "src/topline/synthesis/engines.py",
    "studies/network_coverage.py",
)
SEED = 20260101
REPLICATIONS = 1000
LEVEL = 0.95
METHODS = tuple((engine, ci) for engine in ("dl", "reml") for ci in ("wald", "hksj", "hksj-floor"))
# treatments and studies of each comparison
SHAPES = ((4, 1), (4, 2), (4, 5), (10, 1), (10, 2), (20, 1))
TAU2 = (0.0, 0.05, 0.3)
SIZES = ("equal", "unequal")
VARIANCE, SMALLEST, LARGEST = 0.1, 0.02, 0.5


@dataclass(frozen=True)
class Cell:
    """One setting of the simulation."""

    treatments: int
    per_comparison: int
    sizes: str
    tau2: float


def cells() -> list[Cell]:
    """Every setting, in order."""
    return [Cell(*shape, sizes, tau2) for shape in SHAPES for sizes in SIZES for tau2 in TAU2]


def evidence(cell: Cell) -> ArmArrays:
    """The arms of the cell's network, with levels of 0."""
    last = cell.treatments - 1
    comparisons = [(0, t) for t in range(1, last + 1)] + [(t, t + 1) for t in range(1, last)]
    studies = [pair for pair in comparisons for _ in range(cell.per_comparison)]
    arms = []
    for s, (one, two) in enumerate(studies):
        third = () if s % 4 else (next(t for t in range(cell.treatments - 1, -1, -1) if t not in (one, two)),)
        arms += [(s, t) for t in (one, two, *third)]
    study, treatment = np.array(arms).T
    n = len(arms)
    v = np.full(n, VARIANCE)
    if cell.sizes == "unequal":
        # a permutation that spreads large and small arms over the studies
        v = np.geomspace(SMALLEST, LARGEST, n)[np.random.default_rng(n).permutation(n)]
    return arm_arrays(study, treatment, np.zeros(n), v, cell.treatments)


def request(arms: ArmArrays, engine: str, ci: str) -> ModelSpec:
    """The request that the package would make for these arms."""
    treatments = tuple(f"t{k:02d}" for k in range(arms.n_treatments))
    network = Network(
        measure="generic", scale="natural", treatments=treatments,
        studies=tuple(f"s{k:03d}" for k in range(arms.n_studies)), arrays=arms,
        arms=tuple(
            StudyArm(study=f"s{s:03d}", treatment=treatments[t])
            for s, t in zip(arms.study.tolist(), arms.treatment.tolist(), strict=True)
        ),
        unit=None, continuity=0.5, caveats=(), inputs=("simulated",), facts=(), kind="records",
    )  # fmt: skip
    return ModelSpec(
        network=network, model="random", engine=engine, reference=treatments[0], better=None, prior=None, level=LEVEL,
        seed=SEED, ci=ci,
    )  # fmt: skip


def covered(fitted: Estimate, truth: NDArray[np.float64], tau2: float) -> tuple[float, float, float]:
    """The share of intervals that hold the truth, their mean width, and how probably a new effect is predicted."""
    others = np.arange(1, len(truth))
    pairs = contrasts(fitted.mixture, others, np.zeros(len(others), dtype=np.intp))
    lower, upper = interval(fitted, pairs)
    d = truth[1:]
    share, width = float(((lower <= d) & (d <= upper)).mean()), float((upper - lower).mean())
    limits = prediction_interval(fitted, pairs)
    if limits is None:
        return share, width, float("nan")
    if tau2 == 0:
        return share, width, float(((limits[0] <= d) & (d <= limits[1])).mean())
    below, above = ((limit - d) / tau2**0.5 for limit in limits)
    return share, width, float((normal_probability(above) - normal_probability(below)).mean())


def simulate(cell: Cell, replications: int) -> list[dict[str, Any]]:
    """Coverage in one cell, a row a method."""
    arms = evidence(cell)
    generator = np.random.default_rng([SEED, cell.treatments, cell.per_comparison, SIZES.index(cell.sizes),
                                       round(100 * cell.tau2)])  # fmt: skip
    truth = np.linspace(0, 1, cell.treatments)
    requests = {method: request(arms, *method) for method in METHODS}
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = {method: [] for method in METHODS}
    noise = np.sqrt(arms.v + cell.tau2 / 2)
    for _ in range(replications):
        y = truth[arms.treatment] + noise * generator.standard_normal(len(arms.v))
        for method, spec in requests.items():
            network = replace(spec.network, arrays=replace(arms, y=y))
            found[method].append(covered(estimate(replace(spec, network=network)), truth, cell.tau2))
    rows = []
    for (engine, ci), values in found.items():
        share, width, predicted = np.array(values).T
        rows.append(
            {
                "treatments": cell.treatments,
                "studies": arms.n_studies,
                "studies_per_comparison": cell.per_comparison,
                "degrees": arms.degrees,
                "sizes": cell.sizes,
                "tau2": cell.tau2,
                "engine": engine,
                "ci": ci,
                "coverage": round(float(share.mean()), 4),
                "coverage_se": round(float(share.std(ddof=1)) / replications**0.5, 4),
                "width": round(float(width.mean()), 4),
                "prediction": None if np.isnan(predicted).any() else round(float(predicted.mean()), 4),
                "prediction_se": None
                if np.isnan(predicted).any()
                else round(float(predicted.std(ddof=1)) / replications**0.5, 4),
            }
        )
    return rows


def sources_hash() -> str:
    """SHA-256 of what the sources do: their syntax trees, without comments, format and docstrings."""
    plain = [[name, _plain(ast.parse((ROOT / name).read_text(encoding="utf-8")))] for name in SOURCES]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def _plain(node: Any) -> Any:
    """A syntax tree as lists, the same for every version of Python: empty fields are left out."""
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {
        name: value
        for name, value in ast.iter_fields(node)
        if value not in (None, []) and name not in ("ctx", "kind", "type_comment")
    }
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
        fields["body"] = fields["body"][1:]
    return [type(node).__name__, *([name, _plain(value)] for name, value in sorted(fields.items()))]


def main(replications: int = REPLICATIONS) -> None:
    """Run every cell and store the table."""
    start = time.perf_counter()
    rows = []
    for cell in cells():
        rows += simulate(cell, replications)
        print(f"{time.perf_counter() - start:6.0f} s  {cell}", flush=True)
    table = {
        "study": "coverage of the intervals of a network meta-analysis",
        "made": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "level": LEVEL,
        "replications": replications,
        "seed": SEED,
        "sources": list(SOURCES),
        "sources_sha256": sources_hash(),
        "rows": rows,
    }
    text = json.dumps(table, indent=None).replace('"rows": [', '"rows": [\n').replace("}, {", "},\n{")
    STORED.write_text(text + "\n", encoding="utf-8")
    print(f"wrote {STORED.relative_to(ROOT)}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
