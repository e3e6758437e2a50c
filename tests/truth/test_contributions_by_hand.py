"""The shares of studies in a network small enough to work out by hand: two trials of one pair, and a loop."""

import pytest

from topline.synthesis import nma

# A trial of variance v conducts 1/v. Trials 1 and 2 both compare A and B: 1/1 + 1/4 = 5/4 together, and of what flows
# along A-B trial 1 gets (1/1)/(5/4) = 4/5. Trial 3 compares A and C (1/2), trial 4 C and B (1/3).
VARIANCES = {"1": ("B", "A", 1.0), "2": ("B", "A", 4.0), "3": ("C", "A", 2.0), "4": ("C", "B", 3.0)}


def rows(estimates):
    return [
        {"study": study, "treatment1": t, "treatment2": r, "estimate": estimates[study], "se": v**0.5}
        for study, (t, r, v) in VARIANCES.items()
    ]


CONSISTENT = {"1": 0.3, "2": 0.3, "3": 0.5, "4": 0.2}  # Q is 0, so tau2 is 0

# In 29ths. A path of two edges gives half its flow to each.
BY_HAND = {
    # direct 5/4; through C resistances 2 + 3 = 5 make 1/5; in all 29/20, so 25/29 direct and 4/29 through C.
    # Trial 1: 4/5 of 25, trial 2: 1/5 of 25, trials 3 and 4: half of 4.
    ("B", "A"): {"1": 20, "2": 5, "3": 2, "4": 2},
    # direct 1/2; through B resistances 4/5 + 3 = 19/5 make 5/19; in all 29/38, so 19/29 direct and 10/29 through B.
    # Trial 3: 19, trial 4: half of 10, trials 1 and 2: 4/5 and 1/5 of the other half.
    ("C", "A"): {"1": 4, "2": 1, "3": 19, "4": 5},
    # direct 1/3; through A resistances 4/5 + 2 = 14/5 make 5/14; in all 29/42, so 14/29 direct and 15/29 through A.
    # Trial 4: 14, trial 3: half of 15, trials 1 and 2: 4/5 and 1/5 of the other half.
    ("C", "B"): {"1": 6, "2": 1.5, "3": 7.5, "4": 14},
}


def shares(result, treatment, reference):
    """The shares of a pair by study, in whichever direction it is listed."""
    pair = {treatment, reference}
    return {c.study: c.proportion for c in result.contributions if {c.treatment, c.reference} == pair}


@pytest.mark.parametrize("model", ["random", "common"])
@pytest.mark.parametrize("reference", ["A", "B", "C"])
def test_shares_worked_out_by_hand(model, reference):
    result = nma(rows(CONSISTENT), measure="MD", model=model, engine="dl", reference=reference).result
    assert result.tau2 == pytest.approx(0, abs=1e-12)
    for pair, expected in BY_HAND.items():
        assert sum(expected.values()) == 29
        assert shares(result, *pair) == pytest.approx({s: x / 29 for s, x in expected.items()}, abs=1e-12)


def test_with_heterogeneity_the_trials_of_a_pair_share_by_variance_and_tau2():
    """Of what flows along A-B, trial 1 gets 1/(1 + tau2) to trial 2's 1/(4 + tau2); all of it at one tau2."""
    result = nma(rows({**CONSISTENT, "2": 12.3}), measure="MD", engine="dl", reference="A").result
    t = result.tau2
    assert t > 0.5
    r1, r2, r3, r4 = 1 + t, 4 + t, 2 + t, 3 + t
    ab = 1 / r1 + 1 / r2
    for pair, direct, resistance, edge in (
        (("B", "A"), ab, r3 + r4, None),
        (("C", "A"), 1 / r3, 1 / ab + r4, "3"),
        (("C", "B"), 1 / r4, 1 / ab + r3, "4"),
    ):
        straight = direct / (direct + 1 / resistance)
        along = (1 - straight) / 2
        ab_share = straight if edge is None else along
        expected = {"1": ab_share / r1 / ab, "2": ab_share / r2 / ab, "3": along, "4": along}
        if edge is not None:
            expected[edge] = straight
        assert shares(result, *pair) == pytest.approx(expected, abs=1e-9)


def test_a_pair_that_one_trial_alone_informs():
    """In a line without a loop all goes one way: two trials of A-B by inverse variance, and all of C-B to its trial."""
    line = [row for row in rows(CONSISTENT) if row["study"] != "3"]
    result = nma(line, measure="MD", model="common", reference="A").result
    assert shares(result, "B", "A") == pytest.approx({"1": 0.8, "2": 0.2}, abs=1e-12)
    assert shares(result, "C", "B") == pytest.approx({"4": 1.0}, abs=1e-12)
    # C versus A walks both edges: half each
    assert shares(result, "C", "A") == pytest.approx({"1": 0.4, "2": 0.1, "4": 0.5}, abs=1e-12)
