"""Odds ratios from sparse counts against netmeta's netmetabin, metafor, and published tables.

netmetabin_sparse.json and metafor_sparse_pairs.json hold package, version and call.
"""

import numpy as np
import pytest

from topline.records import StudyArm
from topline.synthesis.arrays.penalised_logistic import log_likelihood_at
from topline.synthesis.sparse.engines import fit_sparse
from topline.synthesis.sparse.profile_intervals import profile_intervals

NETWORKS = ("Dogliotti2014", "Woods2010", "smokingcessation")
PAIRS = ("bcg", "nielweise2007")

# netmetabin's NCH stops its optimiser early: up to this share of a standard error from the maximum
EARLY_STOP = 0.01


def arms(rows):
    return [StudyArm(study=s, treatment=t, events=events, n=n) for s, t, events, n in rows]


def pair_arms(rows):
    return arms([row for s, a, n1, c, n2 in rows for row in ((s, "1", a, n1), (s, "2", c, n2))])


def league(fit, treatments):
    """Differences and standard errors, row minus column, in the order of ``treatments``."""
    order = [fit.treatments.index(t) for t in treatments]
    d, v = fit.effects[order], fit.covariance[np.ix_(order, order)]
    variance = np.diag(v)[:, None] + np.diag(v) - 2 * v
    return d[:, None] - d, np.sqrt(np.clip(variance, 0, None))


def breslow(rows, treatments, effects):
    """Log likelihood, gradient and information of a multinomial: shares of the events proportional to n exp(effect)."""
    value, gradient, information = 0.0, np.zeros(len(treatments)), np.zeros((len(treatments),) * 2)
    for study in dict.fromkeys(r[0] for r in rows):
        own = [r for r in rows if r[0] == study]
        index = [treatments.index(r[1]) for r in own]
        x, n = np.array([r[2] for r in own], dtype=float), np.array([r[3] for r in own], dtype=float)
        share = n * np.exp(effects[index])
        share /= share.sum()
        value += float(x @ np.log(share))
        gradient[index] += x - x.sum() * share
        information[np.ix_(index, index)] += x.sum() * (np.diag(share) - np.outer(share, share))
    return value, gradient, information


@pytest.mark.parametrize("name", NETWORKS)
def test_mantel_haenszel(name, stored, tolerances):
    truth = stored("netmetabin_sparse")["sets"][name]
    fit = fit_sparse(arms(truth["data"]), "mh")
    expected = truth["MH"]
    assert sorted(fit.studies) == sorted(expected["studies_used"])
    found, se = league(fit, expected["treatments"])
    wanted_se = np.array(expected["seTE"])
    for i, j in zip(*np.triu_indices(len(fit.treatments), 1), strict=True):
        assert tolerances.close(found[i, j], expected["TE"][i][j], tolerances.CLOSED_FORM, wanted_se[i, j])
        assert tolerances.close(se[i, j], wanted_se[i, j], tolerances.CLOSED_FORM)
    assert fit.df == expected["df"]
    assert tolerances.close(fit.q, expected["Q"], tolerances.CLOSED_FORM)


def test_mantel_haenszel_as_published(stored):
    """Balduzzi et al. 2023, J Stat Softw 106(2), figure 9: odds ratios versus placebo to two decimals."""
    rows = stored("netmetabin_sparse")["sets"]["Dogliotti2014"]["data"]
    fit = fit_sparse(arms(rows), "mh", reference="Placebo/Control")
    published = {
        "Apixaban": 0.33, "Aspirin": 0.77, "Aspirin+Clopidogtrel": 0.57, "Dabigatran 110mg": 0.38,
        "Dabigatran 150mg": 0.26, "Rivaroxaban": 0.32, "VKAs": 0.41,
    }  # fmt: skip
    for name, wanted in published.items():
        assert round(float(np.exp(fit.effects[fit.treatments.index(name)])), 2) == wanted


@pytest.mark.parametrize("name", NETWORKS)
def test_netmetabin_nch_is_the_approximation_for_rare_events(name, stored, tolerances):
    """netmetabin's NCH is Breslow's approximation, and not the exact likelihood that ``nch`` maximises.

    Second derivation: the multinomial likelihood by Newton's method. It gives netmetabin's standard errors, and its
    estimates to the precision at which that stops. Where events are not rare (smoking) the exact estimates lie several
    standard errors away; where they are rare (Woods) all agree.
    """
    truth = stored("netmetabin_sparse")["sets"][name]
    expected = truth["NCH"]
    rows = [r for r in truth["data"] if r[0] in expected["studies_used"]]
    treatments = expected["treatments"]
    wanted, wanted_se = np.array(expected["TE"])[:, 0], np.array(expected["seTE"])[:, 0]
    effects = np.zeros(len(treatments))
    for _ in range(30):
        _, gradient, information = breslow(rows, treatments, effects)
        covariance = np.linalg.inv(information[1:, 1:])
        effects[1:] += covariance @ gradient[1:]
    assert np.abs(effects - wanted)[1:] == pytest.approx(0, abs=EARLY_STOP * wanted_se[1:].min())
    assert np.sqrt(np.diag(covariance)) == pytest.approx(wanted_se[1:], rel=1e-4)
    assert breslow(rows, treatments, effects)[0] >= breslow(rows, treatments, wanted)[0]

    exact, exact_se = league(fit_sparse(arms(rows), "nch"), treatments)
    off = np.abs(exact[1:, 0] - effects[1:]) / exact_se[1:, 0]
    assert off.max() < 0.05 if name == "Woods2010" else off.max() > 0.5


@pytest.mark.parametrize("name", PAIRS)
def test_two_treatments_by_mantel_haenszel(name, stored, tolerances):
    """A network of two treatments is the classical estimate, with Robins, Breslow and Greenland's variance."""
    truth = stored("metafor_sparse_pairs")["sets"][name]
    fit = fit_sparse(pair_arms(truth["data"]), "mh", reference="2")
    se = float(np.sqrt(fit.covariance[0, 0]))
    assert tolerances.close(float(fit.effects[0]), truth["mh"]["beta"], tolerances.CLOSED_FORM)
    assert tolerances.close(se, truth["mh"]["se"], tolerances.CLOSED_FORM)
    assert fit.q is None
    assert fit.df is None


@pytest.mark.parametrize("name", PAIRS)
def test_two_treatments_by_the_exact_likelihood(name, stored, tolerances):
    """metafor's QE.LRT: twice the log likelihood with an effect for each study, less that with one effect.

    A study with a zero cell has likelihood 1 at its own, infinite, effect.
    """
    truth = stored("metafor_sparse_pairs")["sets"][name]
    fit = fit_sparse(pair_arms(truth["data"]), "nch")
    assert tolerances.close(fit.likelihood_ratio, truth["CM.EL"]["QE_LRT"], tolerances.CLOSED_FORM)
    informative = [row for row in truth["data"] if 0 < row[1] + row[3] < row[2] + row[4]]
    assert fit.degrees == len(informative) - 1


def test_penalised_table_with_empty_cells(tolerances):
    """5 of 5 versus 0 of 5: an odds ratio of 121 (Park 2015, Korean J Fam Med 36:154, after 1/2 is added to each cell).

    One table has as many parameters as arms. Its likelihood is that of independent binomials with Jeffreys' priors, so
    that Firth's penalty is the same as adding 1/2 to each cell; the standard error is that of the unpenalised
    likelihood at these risks (Heinze and Schemper 2002, Stat Med 21:2409, section 3).
    """
    fit = fit_sparse(arms([("s", "no", 0, 5), ("s", "yes", 5, 5)]), "penalised")
    assert tolerances.close(float(np.exp(fit.effects[1])), 121.0, tolerances.SAME_FORMULA)
    p = 5.5 / 6
    assert tolerances.close(float(fit.covariance[1, 1]), 2 / (5 * p * (1 - p)), tolerances.SAME_FORMULA)
    # the limits are where the likelihood-ratio test just fails: chi-square 3.841459 with 1 degree of freedom
    (interval,) = profile_intervals(fit)
    for limit in (interval.lower, interval.upper):
        fall = 2 * (fit.log_likelihood - log_likelihood_at(fit.counts, 1, 0, limit))
        assert fall == pytest.approx(3.841458820694124, abs=1e-6)
