"""Are the comparisons alike in what may change effects: covariates by comparison or by design, and a test.

A network joins comparisons as if their trials could have stood in for one another (transitivity). That can't be shown;
covariates that are spread unlike over the comparisons speak against it. Means are plain ones over studies.

The test counts every study once, in its design (its set of treatments), since a study of several arms stands in several
comparisons. With few studies it has little power: a large p value is no evidence that the comparisons are alike.

Source: Salanti 2012, Res Synth Methods 3:80; Jansen and Naci 2013, BMC Med 11:159.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from topline.errors import DataError
from topline.synthesis.arrays.group_tests import GroupTest, independence, kruskal_wallis
from topline.synthesis.choices import one_of
from topline.synthesis.evidence.network import Network
from topline.synthesis.models.covariates import Value, covariates_of

COMPARISON, DESIGN = "comparison", "design"


def transitivity(network: Network, covariate: str | Sequence[str] | None, by: str) -> list[dict[str, Any]]:
    """Rows by covariate and group, then one row ``all`` with the test.

    Raises ``DataError`` without covariates, ``ArgumentError`` (``UnknownNameError``).
    """
    by = one_of("grouping", by, (COMPARISON, DESIGN))
    if not network.covariates:
        raise DataError(
            "there is no covariate to compare",
            expected="the names of columns that describe the studies",
            repair="read the data with covariates=[...]",
        )
    names = tuple(network.covariates) if covariate is None else covariates_of(network, covariate)
    treatments = _treatments_of(network)
    groups = _groups(treatments, by)
    rows = []
    for name in names:
        values = network.covariates[name]
        rows += [
            {"covariate": name, "by": by, "group": group, **_summary([values.get(s) for s in studies]), **_tested(None)}
            for group, studies in groups.items()
        ]
        everyone = [values.get(s) for s in network.studies]
        designs = [" : ".join(treatments[s]) for s in network.studies]
        rows.append(
            {"covariate": name, "by": by, "group": "all", **_summary(everyone), **_tested(_test(everyone, designs))}
        )
    return rows


def _treatments_of(network: Network) -> dict[str, tuple[str, ...]]:
    """The treatments of each study, sorted."""
    found: dict[str, list[str]] = {s: [] for s in network.studies}
    for s, t in zip(network.arrays.study.tolist(), network.arrays.treatment.tolist(), strict=True):
        found[network.studies[s]].append(network.treatments[t])
    return {s: tuple(sorted(own)) for s, own in found.items()}


def _groups(treatments: dict[str, tuple[str, ...]], by: str) -> dict[str, list[str]]:
    """The studies of each comparison (a study of several arms stands in several) or of each design."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for study, own in treatments.items():
        for group in [own] if by == DESIGN else combinations(own, 2):
            groups.setdefault(group, []).append(study)
    return {(" versus " if by == COMPARISON else " : ").join(group): groups[group] for group in sorted(groups)}


def _summary(values: Sequence[Value | None]) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    row: dict[str, Any] = {"n_studies": len(values), "n_known": len(known)}
    numbers = [float(value) for value in known if isinstance(value, int | float)]
    if known and len(numbers) == len(known):
        spread = float(np.std(numbers, ddof=1)) if len(numbers) > 1 else None
        middle = float(np.median(numbers))
        return row | {
            "mean": float(np.mean(numbers)), "sd": spread, "min": min(numbers), "median": middle, "max": max(numbers),
            "levels": None,
        }  # fmt: skip
    counts = sorted(Counter(map(str, known)).items(), key=lambda pair: (-pair[1], pair[0]))
    listed = "; ".join(f"{level} {count}" for level, count in counts) or None
    return row | {"mean": None, "sd": None, "min": None, "median": None, "max": None, "levels": listed}


def _test(values: Sequence[Value | None], designs: Sequence[str]) -> tuple[str, GroupTest]:
    """The test between designs of the studies whose covariate is known."""
    pairs = [(value, design) for value, design in zip(values, designs, strict=True) if value is not None]
    _, group = np.unique([design for _, design in pairs], return_inverse=True)
    if all(isinstance(value, int | float) for value, _ in pairs):
        return "Kruskal-Wallis", kruskal_wallis(np.array([value for value, _ in pairs], dtype=float), group)
    _, level = np.unique([str(value) for value, _ in pairs], return_inverse=True)
    return "chi-square", independence(level, group)


def _tested(test: tuple[str, GroupTest] | None) -> dict[str, Any]:
    if test is None:
        return {"test": None, "statistic": None, "df": None, "p": None}
    name, found = test
    return {"test": f"{name}, between designs", "statistic": found.statistic, "df": found.degrees, "p": found.p}
