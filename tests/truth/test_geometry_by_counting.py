"""The geometry of networks, by counting: on paper, and by the definitions written out."""

import itertools

import numpy as np
import pytest

from topline.synthesis import nma
from topline.synthesis.arrays.geometry import geometry
from topline.synthesis.evidence.network import components

# A, B and C in a loop, D hanging on C by one trial; a trial of A, B and C; a second trial of A and B.
STUDIES = {"1": "AB", "2": "AB", "3": "BC", "4": "CA", "5": "ABC", "6": "CD"}


def rows(studies, size=50):
    return [
        {"study": s, "treatment": t, "events": 10 + k, "n": size}
        for s, arms in studies.items()
        for k, t in enumerate(arms)
    ]


def test_a_network_counted_on_paper():
    fit = nma(rows(STUDIES), measure="OR", reference="A")
    found = {row["quantity"]: row["value"] for row in fit.geometry()}
    assert found == pytest.approx({
        "treatments": 4, "studies": 6, "studies with more than two arms": 1, "arms": 13, "patients": 650,
        "comparisons with direct evidence": 4,  # AB, BC, CA, CD
        "possible comparisons": 6, "density": 4 / 6,
        "comparisons with one study only": 1,  # CD: AB has 3 trials, BC and CA have 2 each
        "comparisons on a loop that different studies close": 3,
        "independent loops": 1,  # 4 edges, less 4 treatments, plus 1
        "designs": 5,  # AB, BC, AC, CD, ABC
        "degrees of freedom of inconsistency between designs": 3,  # 1 + 1 + 1 + 1 + 2, less 3
        "mean distance": 8 / 6,  # AB, BC, CA, CD 1 each; AD, BD 2 each
        "diameter": 2,
        "treatments whose removal disconnects the network": 1,  # C
        # arms: A 4, B 4, C 4, D 1; two of 13 have one treatment in (12 + 12 + 12 + 0) of 156 ordered ways
        "diversity of treatments (PIE)": 1 - 36 / 156,
        # AB: together 3, so (4 - 3)(4 - 3) = 1; BC and CA: 2, so 4 each; CD: (4 - 1) 0 = 0; AD and BD: 4 x 1 = 4 each
        "co-occurrence of treatments (C-score)": (1 + 4 + 4 + 0 + 4 + 4) / 6,
    })  # fmt: skip
    assert found["degrees of freedom of inconsistency between designs"] == fit.result.q.df_between
    assert fit.geometry(by="treatment") == [
        {"treatment": "A", "studies": 4, "patients": 200, "compared_with": 2, "mean_distance": 4 / 3,
         "articulation": False},
        {"treatment": "B", "studies": 4, "patients": 200, "compared_with": 2, "mean_distance": 4 / 3,
         "articulation": False},
        {"treatment": "C", "studies": 4, "patients": 200, "compared_with": 3, "mean_distance": 1.0,
         "articulation": True},
        {"treatment": "D", "studies": 1, "patients": 50, "compared_with": 1, "mean_distance": 5 / 3,
         "articulation": False},
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_the_definitions_written_out(seed):
    rng = np.random.default_rng(seed)
    names = "ABCDEFGH"[: rng.integers(3, 9)]
    studies = {f"t{k}": names[k : k + 2] for k in range(len(names) - 1)}
    for k in range(rng.integers(0, 6)):
        chosen = rng.choice(len(names), size=rng.integers(2, min(5, len(names) + 1)), replace=False)
        studies[f"x{k}"] = "".join(names[i] for i in chosen)
    found = geometry(nma(rows(studies), measure="OR").network.arrays)
    arms = [t for own in studies.values() for t in own]
    drawn = list(itertools.combinations(arms, 2))
    assert found.pie == pytest.approx(sum(a != b for a, b in drawn) / len(drawn))
    checker = []
    for a, b in itertools.combinations(names, 2):
        only_a = [s for s in studies.values() if a in s and b not in s]
        only_b = [s for s in studies.values() if b in s and a not in s]
        checker.append(len(only_a) * len(only_b))
    assert found.c_score == pytest.approx(sum(checker) / len(checker))
    edges = {frozenset(p) for own in studies.values() for p in itertools.combinations(own, 2)}
    assert {frozenset((names[i], names[j])) for i, j in zip(found.first, found.second, strict=True)} == edges
    for k, name in enumerate(names):
        others = [("".join(sorted(e)), t) for e in edges if name not in e for t in e]
        others += [(t, t) for t in names if t != name]
        assert found.articulation[k] == (len(components(others)) > 1)
        steps, front = {name: 0}, [name]
        for t in front:
            for other in sorted({x for e in edges if t in e for x in e} - steps.keys()):
                steps[other] = steps[t] + 1
                front.append(other)
        assert found.distance[k].tolist() == [steps[t] for t in names]
    # the cyclomatic number: edges that join what is joined already
    joined, loops = {t: {t} for t in names}, 0
    for a, b in map(sorted, edges):
        if joined[a] is joined[b]:
            loops += 1
            continue
        joined[a] |= joined[b]
        for t in joined[b]:
            joined[t] = joined[a]
    assert found.loops == loops
