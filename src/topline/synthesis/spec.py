"""The whole request as one frozen value: :func:`plan` resolves every default, ``fit`` adds nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from topline.errors import ArgumentError, UnknownNameError
from topline.synthesis.evidence.measures import find_measure
from topline.synthesis.evidence.network import Network
from topline.synthesis.priors import HalfNormal, Prior
from topline.synthesis.sparse.engines import SPARSE_ENGINES

MODELS = ("random", "common")
ENGINES = ("reml", "dl", "ml", "bayes", *SPARSE_ENGINES)
_INTERVAL_WORDS = {
    "wald": "normal quantiles of the estimate",
    "hksj": "t quantiles, df = sum(arms - 1) - (treatments - 1), covariance times Q(tau2)/df (Knapp-Hartung)",
    "hksj-floor": "t quantiles, df = sum(arms - 1) - (treatments - 1), covariance times max(1, Q(tau2)/df) "
    "(Knapp-Hartung with a floor)",
}
DIRECTIONS = ("higher", "lower")
INTERVALS = ("wald", "hksj", "hksj-floor")

# a prime: the lattice of quasi-random points then has exactly this many
RANK_DRAWS = 16381


@dataclass(frozen=True)
class ModelSpec:
    """A network and how to fit it; everything is resolved.

    ``model`` is ``random`` or ``common`` (tau2 = 0); ``engine`` is ``reml``, ``dl``, ``ml``, ``bayes``, or for sparse
    counts ``mh``, ``nch`` or ``penalised``. ``better``
    says which direction of the effect is good, or None. ``prior`` is None unless the engine is ``bayes``. ``chosen``
    names the fields that defaults filled from the data. ``ci`` is ``wald``, ``hksj`` (Knapp-Hartung) or
    ``hksj-floor`` (the same, never narrower than with the model's own variance).
    """

    network: Network
    model: str
    engine: str
    reference: str
    better: str | None
    prior: Prior | None
    level: float
    seed: int
    ci: str = "wald"
    rank_draws: int = RANK_DRAWS
    chosen: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON of everything but the data."""
        prior = None
        if self.prior is not None:
            prior = {"tau": str(self.prior.tau), "effect_sd": self.prior.effect_sd}
        bayes = self.engine == "bayes"
        return {
            "measure": self.network.measure,
            "model": self.model,
            "engine": self.engine,
            "reference": self.reference,
            "better": self.better,
            "prior": prior,
            "level": self.level,
            "continuity": self.network.continuity,
            **({} if self.engine in SPARSE_ENGINES else {"continuity_rule": self.network.continuity_rule}),
            **({"smd_correction": self.network.smd_correction} if self.network.measure == "SMD" else {}),
            "ci": self.ci,
            "chosen": list(self.chosen),
            "rank_draws": self.rank_draws,
            "interval": "posterior quantiles, equal tails"
            if bayes
            else _INTERVAL_WORDS[self.ci if self.network.arrays.degrees > 0 else "wald"],
            "prediction_interval": "posterior quantiles of d + N(0, tau2)"
            if bayes
            else "t, df = sum(arms - 1) - (treatments - 1), half-width t sqrt(se2 + tau2)",
            "node_split": "side",
            "contributions": "randomwalk",
        }


def plan(
    network: Network,
    *,
    model: str = "random",
    engine: str = "reml",
    reference: str | None = None,
    better: str | None = None,
    prior: Prior | None = None,
    level: float = 0.95,
    ci: str = "wald",
    seed: int = 20260101,
) -> ModelSpec:
    """Resolve every default. Raises ``ArgumentError`` (``UnknownNameError``) for what can't be understood."""
    model, engine = model.lower(), engine.lower()
    better = None if better is None else better.lower()
    if model in ("fixed", "fe", "fixed-effect", "fixed effect"):
        raise UnknownNameError.among("model", model, MODELS, repair="the fixed-effect model is model='common'")
    if model not in MODELS:
        raise UnknownNameError.among("model", model, MODELS)
    if engine not in ENGINES:
        raise UnknownNameError.among("engine", engine, ENGINES)
    if better is not None and better not in DIRECTIONS:
        raise UnknownNameError.among("direction", better, DIRECTIONS, repair="better='higher' or better='lower'")
    if reference is not None and reference not in network.treatments:
        raise UnknownNameError.among("treatment", reference, network.treatments)
    if engine in SPARSE_ENGINES and model != "common":
        raise ArgumentError(
            f"the engine {engine} takes the effect to be the same in all trials",
            found=f"model {model!r}",
            expected="model 'common'",
            repair="set model='common' (--model common), or engine='reml' or 'bayes' for random effects",
        )
    ci = ci.lower()
    if ci not in INTERVALS:
        raise UnknownNameError.among("kind of interval", ci, INTERVALS)
    if ci != "wald" and engine not in ("reml", "dl", "ml"):
        raise ArgumentError(
            "Knapp-Hartung intervals belong to the engines reml, dl and ml",
            found=f"ci {ci!r} with engine {engine!r}",
            repair="leave ci out, or choose one of these engines",
        )
    if not 0 < level < 1:
        raise ArgumentError("the level lies between 0 and 1", found=str(level), expected="such as 0.95")
    if seed < 0:
        raise ArgumentError("a seed is a whole number from 0", found=str(seed))
    if prior is not None and engine != "bayes":
        raise ArgumentError(
            "only the Bayesian engine takes a prior",
            found=f"engine {engine!r} with a prior",
            repair="set engine='bayes' (--engine bayes), or leave the prior out",
        )
    chosen = [name for name, given in (("reference", reference), ("prior", prior)) if given is None]
    return ModelSpec(
        network=network,
        model=model,
        engine=engine,
        reference=reference or default_reference(network),
        better=better,
        prior=resolve_prior(network, prior, model) if engine == "bayes" else None,
        level=level,
        seed=seed,
        ci=ci,
        chosen=tuple(c for c in chosen if c == "reference" or (engine == "bayes" and model == "random")),
    )


def default_reference(network: Network) -> str:
    """The treatment called placebo, whatever its case; else the one in most studies, the first by name if several.

    Groups without names are compared with the last of them, so that effects are those of group 1 versus group 2.
    """
    for name in network.treatments:
        if name.strip().lower() == "placebo":
            return name
    if set(network.treatments) == {"experimental", "control"}:
        return "control"
    if all(re.fullmatch(r"group [0-9]+", name) for name in network.treatments):
        return max(network.treatments, key=lambda name: int(name.split()[1]))
    counts = dict.fromkeys(network.treatments, 0)
    for index in network.arrays.treatment:
        counts[network.treatments[int(index)]] += 1
    return max(network.treatments, key=lambda name: counts[name])


def resolve_prior(network: Network, prior: Prior | None, model: str) -> Prior:
    """The prior with its defaults filled in, in the units of the outcome.

    Raises ``ArgumentError`` when the outcome's unit is unknown and no prior is given.
    """
    unit = network.unit
    if prior is not None:
        size = unit if unit is not None else prior.tau.size
        return Prior(prior.tau, 100 * size if prior.effect_sd is None else prior.effect_sd)
    scale = find_measure(network.measure).tau_scale
    if unit is None or scale is None:
        raise ArgumentError(
            f"the default prior for {network.measure} needs the outcome's standard deviation, which is not there",
            found="no arm with sd and n",
            expected="a prior for tau in the units of the outcome",
            repair="give prior=Prior(tau=HalfNormal(SCALE)), or --prior-tau 'halfnormal(SCALE)'; half the standard "
            "deviation of the outcome is a usual scale",
        )
    return Prior(HalfNormal(scale * unit), 100 * unit)
