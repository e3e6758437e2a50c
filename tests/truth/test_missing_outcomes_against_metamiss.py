"""Missing outcomes against Stata's metamiss 3.17 (data/metamiss_haloperidol.json), closed forms and Monte Carlo.

metamiss prints three decimals. Where an arm has no events it adds 1/2 to events and to non-events, topline's risk ratio
1/2 to events and to patients; the counts here have metamiss's halves in them, so that nothing is left to add.
"""

import math

import numpy as np
import pytest

from topline.records import StudyArm
from topline.synthesis import nma
from topline.synthesis.arrays.missing_outcomes import LINKS, missing_means, missing_risks

ZERO = {"Borison 1992", "Nishikawa 1982", "Nishikawa 1984", "Serafetinides 1972", "Simpson 1967", "Vichaiya 1971"}
PRINTED = 5.1e-4  # half the last of three decimals
MINUS_INFINITY = -60.0  # a log IMOR at which no missing patient had the event


def arms(studies):
    rows = []
    for study, *counts in studies:
        half = 0.5 if study in ZERO else 0.0
        for name, (r, f, m) in (("haloperidol", counts[:3]), ("placebo", counts[3:])):
            n = r + f + 2 * half
            rows.append(StudyArm(study=study, treatment=name, events=r + half, n=n, missing=m))
    return rows


@pytest.fixture
def truth(stored):
    return stored("metamiss_haloperidol")


def by_study(fit):
    """Estimate and 95% limits of each study, then of the mean, on the natural scale."""
    arrays, place = fit.network.arrays, fit.network.index("haloperidol")
    first = arrays.treatment == place
    y, v = arrays.y[first] - arrays.y[~first], arrays.v[first] + arrays.v[~first]
    effect = fit.result.effects[0]
    rows = [*zip(y, v**0.5, strict=True), (effect.estimate, effect.se)]
    natural = np.exp if fit.network.scale == "log" else np.asarray
    return [[float(natural(m + k * s)) for k in (0, -1.959964, 1.959964)] for m, s in rows]


def agrees(found, wanted):
    for one, two in zip(found, wanted, strict=True):
        for x, shown in zip(one, two, strict=True):
            assert abs(x - shown) <= max(PRINTED, 1e-4 * abs(shown)), (one, two)


@pytest.mark.parametrize(
    ("name", "mean"),
    [
        ("aca", None),
        ("ica0", MINUS_INFINITY),
        ("imor_2_2", math.log(2)),
        ("imor_2_half", {"haloperidol": math.log(2), "placebo": -math.log(2)}),
    ],
)
def test_haloperidol(truth, name, mean):
    fit = nma(arms(truth["studies"]), measure="RR", model="common", reference="placebo")
    whole = fit if mean is None else fit.missing_outcomes(mean=mean)
    agrees(by_study(whole), truth["rr"][name])


@pytest.mark.parametrize("measure", ["RD", "RR", "OR"])
@pytest.mark.parametrize(("name", "mean"), [("imor_0", MINUS_INFINITY), ("log_imor_1", 1.0)])
def test_two_studies(truth, measure, name, mean):
    case = truth["two_studies"]
    fit = nma(arms(case["studies"]), measure=measure, model="common", reference="placebo")
    agrees(by_study(fit.missing_outcomes(mean=mean, model="imor")), case["results"][measure][name])


def level_at(measure, arm, delta):
    """The level of the whole arm when the log IMOR is ``delta``."""
    p = arm.events / arm.n
    odds = np.exp(delta) * p / (1 - p)
    whole = (arm.n * p + arm.missing * odds / (1 + odds)) / (arm.n + arm.missing)
    return {"RD": whole, "RR": np.log(whole), "OR": np.log(whole / (1 - whole))}[measure]


def studies_as_metamiss_has_them(fit, mean, sd):
    """Estimate and limits of each study with the sampling variance at the mean log IMOR, as metamiss takes it.

    topline's is the mean sampling variance over the IMOR, by the law of total variance, which the simulations below
    bear out. The spread of the level over the IMOR is worked out on a fine grid here.
    """
    certain, uncertain = fit.missing_outcomes(mean=mean), fit.missing_outcomes(mean=mean, sd=sd)
    z = np.linspace(-8, 8, 4001)
    density = np.exp(-0.5 * z**2)
    density /= density.sum()
    variances = []
    for k, arm in enumerate(fit.network.arms):
        level = level_at(fit.network.measure, arm, mean[arm.treatment] + sd[arm.treatment] * z)
        variances.append(certain.network.arrays.v[k] + density @ (level - density @ level) ** 2)
    y, v = uncertain.network.arrays.y, np.array(variances)
    natural = np.exp if fit.network.scale == "log" else np.asarray
    return [
        [float(natural(m + k * s**0.5)) for k in (0, -1.959964, 1.959964)]
        for m, s in zip(y[::2] - y[1::2], v[::2] + v[1::2], strict=True)
    ]


@pytest.mark.parametrize("measure", ["RD", "RR", "OR"])
def test_uncertain_imors_of_two_studies(truth, measure):
    case = truth["two_studies"]
    fit = nma(arms(case["studies"]), measure=measure, model="common", reference="placebo")
    mean, sd = {"haloperidol": 0.0, "placebo": math.log(2)}, {"haloperidol": 0.2, "placebo": 0.4}
    agrees(studies_as_metamiss_has_them(fit, mean, sd), case["results"][measure]["uncertain"][:2])


def test_uncertain_imors_of_haloperidol(truth):
    fit = nma(arms(truth["studies"]), measure="RR", model="common", reference="placebo")
    zero, one = dict.fromkeys(fit.treatments, 0.0), dict.fromkeys(fit.treatments, 1.0)
    agrees(studies_as_metamiss_has_them(fit, zero, one), truth["rr"]["uncertain_sd_1"][:-1])


@pytest.mark.parametrize("measure", ["RD", "RR", "OR", "AS"])
def test_total_variance_by_monte_carlo(measure, tolerances):
    """Draw the log IMOR, then the observed risk and the share missing around their values with their variances.

    The counts are large, so that the delta method is exact to the simulation's error.
    """
    n, m, p, mu, sigma = 40_000.0, 20_000.0, 0.3, 0.4, 0.8
    draws = 400_000
    generator = np.random.default_rng(20260101)
    delta = mu + sigma * generator.standard_normal(draws)
    risk = p + (p * (1 - p) / n) ** 0.5 * generator.standard_normal(draws)
    share = m / (n + m)
    alpha = share + (share * (1 - share) / (n + m)) ** 0.5 * generator.standard_normal(draws)
    odds = np.exp(delta) * risk / (1 - risk)
    link = LINKS[measure]
    level = link.level((1 - alpha) * risk + alpha * odds / (1 + odds))
    one = np.array([p])
    y, v = missing_risks(
        link.level(one), link.slope(one) ** 2 * p * (1 - p) / n, np.array([n]), np.array([m]), np.array([mu]),
        np.array([sigma]), link,
    )  # fmt: skip
    spread = level.var()
    assert abs(level.mean() - y[0]) < tolerances.MONTE_CARLO_SE * (spread / draws) ** 0.5
    kurtosis = ((level - level.mean()) ** 4).mean() / spread**2
    assert abs(spread - v[0]) < tolerances.MONTE_CARLO_SE * spread * ((kurtosis - 1) / draws) ** 0.5


def test_sampling_variance_counts_when_it_is_all_there_is(tolerances):
    """Small counts, log odds: E[variance] + Var[mean] over the IMOR, both by simulation of the IMOR alone."""
    n, m, p, mu, sigma = 40.0, 25.0, 0.35, -0.5, 1.2
    draws = 200_000
    delta = mu + sigma * np.random.default_rng(20260102).standard_normal(draws)
    link = LINKS["OR"]
    one, zero = np.ones(1), np.zeros(1)
    y0, v0 = link.level(p * one), one / (n * p * (1 - p))
    # every arm of this call has its own certain IMOR
    y, v = missing_risks(
        np.full(draws, y0), np.full(draws, v0), np.full(draws, n), np.full(draws, m), delta, np.zeros(draws), link
    )
    found_y, found_v = missing_risks(y0, v0, n * one, m * one, mu * one, sigma * one, link)
    total = v.mean() + y.var()
    assert abs(y.mean() - found_y[0]) < tolerances.MONTE_CARLO_SE * (y.var() / draws) ** 0.5
    noise = ((v + (y - y.mean()) ** 2).var() / draws) ** 0.5
    assert abs(total - found_v[0]) < tolerances.MONTE_CARLO_SE * noise
    assert missing_risks(y0, v0, n * one, m * one, zero, zero, link) == (y0, pytest.approx(v0, rel=1e-12))


def test_means_by_monte_carlo(tolerances):
    """Mavridis et al. 2015: the arm's mean is the observed mean plus the share missing times their difference."""
    y0, v0, n, m, mu, sigma = 3.0, 0.2, 60.0, 15.0, -1.5, 0.7
    draws = 400_000
    generator = np.random.default_rng(20260103)
    share = m / (n + m)
    alpha = share + (share * (1 - share) / (n + m)) ** 0.5 * generator.standard_normal(draws)
    level = y0 + v0**0.5 * generator.standard_normal(draws) + alpha * (mu + sigma * generator.standard_normal(draws))
    y, v = missing_means(*(np.array([x]) for x in (y0, v0, n, m, mu, sigma)))
    spread = level.var()
    assert abs(level.mean() - y[0]) < tolerances.MONTE_CARLO_SE * (spread / draws) ** 0.5
    assert abs(spread - v[0]) < tolerances.MONTE_CARLO_SE * spread * (2 / draws) ** 0.5


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("scenario", ["no_events", "all_events", "best", "worst"])
def test_extremes_are_the_counts(truth, measure, scenario):
    """A fit of the counts with the missing patients added by hand; zero cells and all."""
    rows = []
    for study, *counts in truth["studies"]:
        for name, (r, f, m) in (("haloperidol", counts[:3]), ("placebo", counts[3:])):
            rows.append({"study": study, "treatment": name, "events": r, "n": r + f, "missing": m})
    fit = nma(rows, measure=measure, reference="placebo", better="higher")
    event = {"no_events": "", "all_events": "haloperidol placebo", "best": "haloperidol", "worst": "placebo"}[scenario]
    by_hand = [
        {
            "study": r["study"], "treatment": r["treatment"], "n": r["n"] + r["missing"],
            "events": r["events"] + (r["missing"] if r["treatment"] in event else 0),
        }
        for r in rows
    ]  # fmt: skip
    wanted = nma(by_hand, measure=measure, reference="placebo", better="higher").result.effects[0]
    found = fit.missing_outcomes(scenario=scenario).result.effects[0]
    assert (found.estimate, found.se) == pytest.approx((wanted.estimate, wanted.se), rel=1e-12)
