"""Arms and contrasts in one network: the same trials give the same answer, whatever form each is reported in.

Data: NICE DSU Technical Support Document 2, Parkinson's disease (seven trials; standard errors as printed there).
"""

import itertools

import numpy as np

from topline.synthesis import nma

ARMS = [
    ("1", "A", -1.22, 0.504), ("1", "C", -1.53, 0.439), ("2", "A", -0.70, 0.282), ("2", "B", -2.40, 0.258),
    ("3", "A", -0.30, 0.505), ("3", "B", -2.60, 0.510), ("3", "D", -1.20, 0.478), ("4", "C", -0.24, 0.265),
    ("4", "D", -0.59, 0.354), ("5", "C", -0.73, 0.335), ("5", "D", -0.18, 0.442), ("6", "D", -2.20, 0.197),
    ("6", "E", -2.50, 0.190), ("7", "D", -1.80, 0.200), ("7", "E", -2.10, 0.250),
]  # fmt: skip


def arms(studies):
    return [{"study": s, "treatment": t, "mean": m, "se": e} for s, t, m, e in ARMS if s in studies]


def pairs(studies):
    """Every pair of arms, as a contrast with its standard error."""
    rows = []
    for s in studies:
        own = [a for a in ARMS if a[0] == s]
        for (_, t1, m1, e1), (_, t2, m2, e2) in itertools.combinations(own, 2):
            row = {"study": s, "treatment1": t1, "treatment2": t2, "estimate": m1 - m2, "se": np.hypot(e1, e2)}
            rows.append(row)
    return rows


def against_baseline(studies):
    """Differences from the first arm, whose own standard error stands in its row."""
    rows = []
    for s in studies:
        first, *others = [a for a in ARMS if a[0] == s]
        rows.append({"study": s, "treatment": first[1], "diff": None, "se": first[3]})
        for _, t, m, e in others:
            rows.append({"study": s, "treatment": t, "diff": m - first[2], "se": np.hypot(e, first[3])})
    return rows


def test_each_form_gives_the_same_fit(tolerances):
    everything = "1234567"
    whole = nma(arms(everything), measure="MD", engine="reml", reference="A", better="lower")
    for split in range(1, 7):
        for form in (pairs, against_baseline):
            mixed = nma(
                arms(everything[:split]), contrasts=form(everything[split:]), measure="MD", engine="reml",
                reference="A", better="lower",
            )  # fmt: skip
            assert np.abs(mixed.mean - whole.mean).max() < tolerances.SAME_FORMULA
            assert np.abs(mixed.covariance - whole.covariance).max() < tolerances.SAME_FORMULA
            assert abs(mixed.result.q.total - whole.result.q.total) < tolerances.SAME_FORMULA
            assert mixed.result.n_studies == 7


def test_all_contrasts_give_the_same_fit(tolerances):
    whole = nma(arms("1234567"), measure="MD", engine="dl", reference="A")
    for form in (pairs, against_baseline):
        other = nma(form("1234567"), measure="MD", engine="dl", reference="A")
        assert np.abs(other.mean - whole.mean).max() < tolerances.SAME_FORMULA
        assert np.abs(other.covariance - whole.covariance).max() < tolerances.SAME_FORMULA


def test_two_printed_results(tolerances):
    """TSD 2, program 5a and 7a, fixed effects: d_2 -1.81 (0.33) from arms and from contrasts; here without priors."""
    for fit in (
        nma(arms("1234567"), measure="MD", model="common", reference="A"),
        nma(arms("123"), contrasts=against_baseline("4567"), measure="MD", model="common", reference="A"),
    ):
        effect = next(e for e in fit.result.effects if e.treatment == "B")
        assert abs(effect.estimate + 1.81) < 0.01
        assert abs(effect.se - 0.33) < 0.006
