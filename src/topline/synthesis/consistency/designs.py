"""Where does the network disagree: within which design, between which, and what is left beside heterogeneity?"""

from __future__ import annotations

import math

import msgspec

from topline.errors import ArgumentError
from topline.estimators import chi_square_p
from topline.synthesis.arrays.designs import Design, designs, fit_within, tau2_within
from topline.synthesis.arrays.detachment import detach, second_stage
from topline.synthesis.choices import one_of
from topline.synthesis.engines import Estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.spec import MODELS

METHODS = ("dl", "reml", "ml")


class DesignQ(msgspec.Struct, frozen=True, kw_only=True):
    """Cochran's Q of one design, the set of treatments of a study, at tau2 = 0.

    ``q_within``: its studies against each other. ``q_between``: the design's part of the network's Q between designs.
    ``q_detached``: what is left of the network's Q between designs when this design gets effects of its own. Each is
    None at 0 degrees of freedom.
    """

    design: str
    n_studies: int
    q_within: float | None
    df_within: int
    p_within: float | None
    q_between: float | None
    q_detached: float | None
    df_detached: int
    p_detached: float | None


class DesignByTreatment(msgspec.Struct, frozen=True, kw_only=True):
    """The test of all design-by-treatment interactions at once: Q between designs at tau2 within designs.

    ``method`` estimated tau2 within designs: ``dl``, ``reml``, ``ml``, or ``common`` for 0. The numbers are None where
    no design has two studies to tell of tau2, or where there is nothing to test (``df`` = 0).
    """

    q: float | None
    df: int
    p: float | None
    tau2_within: float | None
    tau_within: float | None
    method: str


def design_decomposition(estimate: Estimate) -> tuple[DesignQ, ...]:
    """One row a design, those of few treatments first. Raises ``ArgumentError`` for engines without Q."""
    parts = weighted_designs(estimate)
    network = estimate.network
    stage = second_stage(parts, len(network.treatments), 0.0)
    q, detached = fit_within(parts, 0.0).q, detach(stage)
    rows = []
    for k, part in enumerate(parts):
        df_detached = int(detached.df[k])
        rows.append(
            DesignQ(
                design=design_name(network, part),
                n_studies=part.n_studies,
                q_within=float(q[k]) if part.df else None,
                df_within=part.df,
                p_within=chi_square_p(float(q[k]), part.df),
                q_between=float(stage.q[k]) if stage.df else None,
                q_detached=float(detached.q[k]) if df_detached else None,
                df_detached=df_detached,
                p_detached=chi_square_p(float(detached.q[k]), df_detached),
            )
        )
    return tuple(rows)


def design_by_treatment(estimate: Estimate, method: str | None = None) -> DesignByTreatment:
    """Test consistency with tau2 estimated within designs, by ``method`` or, when None, by the fit's own engine.

    A common-effect fit has tau2 = 0 unless a method is named. Source: Higgins et al. 2012, Res Synth Methods 3:98;
    Jackson, White and Riley 2012, Stat Med 31:3805 (``dl``). Raises ``ArgumentError`` for engines without Q
    and for an unknown method, ``FitError`` when tau2 does not converge.
    """
    parts = weighted_designs(estimate)
    spec = estimate.spec
    own = "common" if spec.model == "common" else spec.engine
    method = own if method is None else one_of("estimator of tau2", method, METHODS)
    tau2 = 0.0 if method == "common" else tau2_within(parts, method)
    stage = second_stage(parts, len(estimate.network.treatments), tau2 or 0.0)
    q = float(stage.q.sum()) if stage.df and tau2 is not None else None
    return DesignByTreatment(
        q=q,
        df=stage.df,
        p=None if q is None else chi_square_p(q, stage.df),
        tau2_within=tau2,
        tau_within=None if tau2 is None else math.sqrt(tau2),
        method=method,
    )


def tau2_of(estimate: Estimate, parts: tuple[Design, ...], model: str, method: str | None) -> float:
    """0 for a ``common`` effect; for ``random`` effects tau2 within designs, by ``method`` or the fit's own engine.

    Raises ``ArgumentError`` for an unknown model or method, and where no design has two studies.
    """
    if one_of("model", model, MODELS) == "common":
        if method is not None:
            raise ArgumentError(
                "a common effect has no tau2 to estimate",
                found=f"model='common' with method={method!r}",
                repair="leave the method out, or say model='random'",
            )
        return 0.0
    engine = estimate.spec.engine if method is None else one_of("estimator of tau2", method, METHODS)
    tau2 = tau2_within(parts, engine)
    if tau2 is None:
        raise ArgumentError(
            "tau2 within designs can't be estimated",
            found="no two studies with the same treatments",
            repair="say model='common', which takes tau2 as 0",
        )
    return tau2


def weighted_designs(estimate: Estimate) -> tuple[Design, ...]:
    """The designs of the network. Raises ``ArgumentError`` for the Bayesian engine and those for sparse counts."""
    need_least_squares(estimate, "Cochran's Q by design")
    return designs(estimate.network.arrays)


def need_least_squares(estimate: Estimate, question: str) -> None:
    """Raise ``ArgumentError``, naming the ``question``, unless the engine is weighted least squares."""
    engine = estimate.spec.engine
    if engine not in METHODS:
        raise ArgumentError(
            f"{question} is not for the {'Bayesian engine' if engine == 'bayes' else f'engine {engine}'}",
            found=f"engine={engine!r}",
            expected="engine reml, dl or ml",
            repair="fit the same data with engine='reml' for this question",
        )


def design_name(network: Network, part: Design) -> str:
    """The treatments of a design in their order, with colons between."""
    return ":".join(network.treatments[k] for k in part.treatments.tolist())
