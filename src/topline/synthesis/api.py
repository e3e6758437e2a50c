"""The verb: a network meta-analysis of any table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from topline.errors import ArgumentError
from topline.synthesis.data import read_network
from topline.synthesis.fit import NmaFit, fit
from topline.synthesis.priors import HalfNormal, Prior, Uniform, as_prior
from topline.synthesis.spec import plan


def nma(
    data: Any,
    *,
    measure: str = "OR",
    model: str = "random",
    engine: str = "reml",
    reference: str | None = None,
    better: str | None = None,
    prior: Prior | HalfNormal | Uniform | str | None = None,
    level: float = 0.95,
    columns: Mapping[str, str] | None = None,
    continuity: float = 0.5,
    seed: int = 20260101,
) -> NmaFit:
    """Fit a network meta-analysis.

    ``data``: a pandas or polars frame, a path, a list of dicts or of ``StudyArm``; one row an arm or a contrast.
    Columns are found by name; ``columns`` settles the rest. ``measure``: OR, RR, RD, IRR or MD from arms; these, HR,
    SMD or generic from contrasts. ``model``: ``random``, or ``common`` for tau2 = 0. ``engine`` estimates tau2:
    ``reml``, ``dl`` (DerSimonian-Laird), ``ml``, or ``bayes`` with a ``prior`` for tau: ``HalfNormal(0.5)``,
    ``"halfnormal(0.5)"``, or a ``Prior`` that says more. ``better``: ``higher`` or ``lower``, without which nothing is
    ranked. ``continuity`` is added to the cells of studies with a zero or full cell. ``seed`` orders the draws.

    Every effect is ``treatment`` minus ``reference``, on the log scale for ratios.

    Raises ``DataError`` for wrong data, ``NetworkError`` (``DisconnectedError``) for evidence that is no one network,
    ``ArgumentError`` (``UnknownNameError``) for a request that can't be understood, ``FitError`` when a fit fails.
    """
    _check_types(measure=measure, reference=reference, better=better, level=level, continuity=continuity, seed=seed)
    if columns is not None and not isinstance(columns, Mapping):
        raise ArgumentError(
            "columns is not a mapping",
            found=repr(columns),
            expected="roles to column names",
            repair='columns={"study": "studyn", "treatment": "trtc"}',
        )
    network = read_network(data, measure=measure, columns=columns, continuity=continuity)
    return fit(
        plan(
            network,
            model=model,
            engine=engine,
            reference=reference,
            better=better,
            prior=None if prior is None else as_prior(prior),
            level=level,
            seed=seed,
        )
    )


def _check_types(**given: Any) -> None:
    """Refuse a value of the wrong type here, before it fails somewhere without a name."""
    text, number = "text", "a number"
    expected = {"measure": text, "reference": text, "better": text, "level": number, "continuity": number}
    for name, value in given.items():
        wanted = expected.get(name, "a whole number")
        optional = name in ("reference", "better")
        fits = {
            text: isinstance(value, str) or (optional and value is None),
            number: isinstance(value, int | float) and not isinstance(value, bool),
            "a whole number": isinstance(value, int) and not isinstance(value, bool),
        }[wanted]
        if not fits:
            raise ArgumentError(f"{name} is not {wanted}", found=repr(value), expected=wanted)
