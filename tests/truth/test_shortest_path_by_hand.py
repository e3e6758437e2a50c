"""Contributions in networks whose flows were chosen first, so that every path can be followed on paper."""

import pytest

from topline.synthesis import nma

# Each edge is one trial of variance 1/c, where c is the flow over the difference of potentials.
# Two ways from S to M and two from M to T. Potentials: S 1, P 3/4, M 1/2, Q 1/4, T 0; one unit flows.
TWICE = {
    ("S", "M"): (0.5, 1, 0.5), ("S", "P"): (0.5, 1, 0.75), ("P", "M"): (0.5, 0.75, 0.5),
    ("M", "T"): (0.5, 0.5, 0), ("M", "Q"): (0.5, 0.5, 0.25), ("Q", "T"): (0.5, 0.25, 0),
}  # fmt: skip
# Two equally short ways from S to M, and two of different length from M to T, of which the short one is narrow.
TIED = {
    ("S", "P"): (0.6, 1, 0.75), ("P", "M"): (0.6, 0.75, 0.5), ("S", "R"): (0.4, 1, 0.75), ("R", "M"): (0.4, 0.75, 0.5),
    ("M", "T"): (0.3, 0.5, 0), ("M", "Q"): (0.7, 0.5, 0.25), ("Q", "T"): (0.7, 0.25, 0),
}  # fmt: skip


def fitted(network, names=None):
    names = names or {}
    rows = [
        {
            "study": f"{a}{b}",
            "treatment1": names.get(a, a),
            "treatment2": names.get(b, b),
            "estimate": 0.0,
            "se": ((x - y) / flow) ** 0.5,
        }
        for (a, b), (flow, x, y) in network.items()
    ]
    return nma(rows, measure="MD", model="common", reference=names.get("T", "T"))


def shares(fit, method, source="S", target="T"):
    rows = fit.contributions(method)
    return {r["study"]: r["proportion"] for r in rows if {r["treatment"], r["reference"]} == {source, target}}


def test_the_flows_are_the_hat_matrix():
    for network in (TWICE, TIED):
        rows = [r for r in fitted(network).hat_matrix() if (r["treatment"], r["reference"]) == ("S", "T")]
        found = {(r["direct_treatment"], r["direct_reference"]): r["coefficient"] for r in rows}
        both = found | {(b, a): -x for (a, b), x in found.items()}
        assert {e: both[e] for e in network} == pytest.approx({e: flow for e, (flow, _, _) in network.items()})


def test_the_shortest_path_takes_what_it_can():
    """S-M-T takes the half that goes straight, and leaves S-P-M-Q-T; the walk takes every path with probability 1/4."""
    fit = fitted(TWICE)
    straight, winding = 0.5 / 2, 0.5 / 4
    assert shares(fit, "shortestpath") == pytest.approx({
        "SM": straight, "MT": straight, "SP": winding, "PM": winding, "MQ": winding, "QT": winding,
    })  # fmt: skip
    one, two = (1 / 2 + 1 / 3) / 4, (1 / 3 + 1 / 4) / 4
    assert shares(fit, "randomwalk") == pytest.approx(
        {"SM": one, "MT": one, "SP": two, "PM": two, "MQ": two, "QT": two}
    )
    assert shares(fit, "hat") == pytest.approx(dict.fromkeys(("SM", "SP", "PM", "MT", "MQ", "QT"), 1 / 6))


@pytest.mark.parametrize("names", [{}, {"P": "Z", "R": "A"}, {"P": "R", "R": "P"}, {"S": "T", "T": "S"}])
def test_equally_short_paths_share_what_they_compete_for(names):
    """S-P-M-T and S-R-M-T compete for 0.3 from M to T and get it as 0.6 to 0.4; the rest goes over Q in 4 steps.

    One after the other, the first would take all of the 0.3, and which is first would hang on names.
    """
    fit = fitted(TIED, names)
    p, r = 0.18 / 3 + 0.42 / 4, 0.12 / 3 + 0.28 / 4
    expected = {"SP": p, "PM": p, "SR": r, "RM": r, "MT": 0.3 / 3, "MQ": 0.7 / 4, "QT": 0.7 / 4}
    assert sum(expected.values()) == pytest.approx(1)
    source, target = (names.get(t, t) for t in ("S", "T"))
    assert shares(fit, "shortestpath", source, target) == pytest.approx(expected)
    total = 3.7
    assert shares(fit, "hat", source, target) == pytest.approx(
        {f"{a}{b}": flow / total for (a, b), (flow, _, _) in TIED.items()}
    )


def test_measures_of_flow_by_hand():
    """Mean path length is the sum of the flows, minimal parallelism 1 over the widest edge."""
    row = next(r for r in fitted(TIED).evidence_flow() if (r["treatment"], r["reference"]) == ("S", "T"))
    assert row["direct_proportion"] == 0
    assert row["mean_path_length"] == pytest.approx(3.7)
    assert row["minimal_parallelism"] == row["minimal_parallelism_studies"] == pytest.approx(1 / 0.7)
    direct = next(r for r in fitted(TIED).evidence_flow() if (r["treatment"], r["reference"]) == ("M", "T"))
    # c(M, T) is 0.6, and over Q two trials of 2.8 in a row make 1.4
    assert direct["direct_proportion"] == pytest.approx(0.3)
    assert direct["mean_path_length"] == pytest.approx(0.3 + 2 * 0.7)
