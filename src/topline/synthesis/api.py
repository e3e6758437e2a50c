"""The verb: a network meta-analysis of any table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from topline.errors import ArgumentError
from topline.synthesis.choices import is_number, is_whole
from topline.synthesis.evidence.continuity import Continuity
from topline.synthesis.evidence.data import read_network, read_sparse_network
from topline.synthesis.evidence.standardised import check_correction
from topline.synthesis.fit import NmaFit, fit
from topline.synthesis.priors import HalfNormal, Prior, Uniform, as_prior
from topline.synthesis.sparse.engines import SPARSE_ENGINES
from topline.synthesis.spec import plan


def nma(
    data: Any,
    measure: str = "OR",
    *,
    model: str = "random",
    engine: str = "reml",
    reference: str | None = None,
    better: str | None = None,
    prior: Prior | HalfNormal | Uniform | str | None = None,
    level: float = 0.95,
    ci: str = "wald",
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    outcome: str | None = None,
    contrasts: Any = None,
    contrast_columns: Mapping[str, str] | None = None,
    covariates: Sequence[str] = (),
    continuity: float | None = None,
    continuity_rule: str = "only0",
    smd_correction: str = "exact",
    seed: int = 20260101,
) -> NmaFit:
    """Fit a network meta-analysis.

    ``data``: a pandas or polars frame, a path, a list of dicts or a dict of columns; one row an arm or a contrast.
    Columns are found by name; ``columns`` settles the rest, ``sheet`` picks one of a workbook's, ``outcome`` one of a
    RevMan review's (``1.2``, or its name). ``contrasts`` is a second table with the contrasts of other studies, for one
    network of both; ``contrast_columns`` settles its columns.
    ``measure``: OR, RR, RD, AS (arcsine), IRR, IRD, MD, SMD or ROM from arms; these, HR or generic from contrasts.
    ``model``: ``random``, or ``common`` for tau2 = 0.

    ``engine`` estimates tau2: ``reml``, ``dl`` (DerSimonian-Laird), ``ml``, or ``bayes`` with a ``prior`` for tau:
    ``HalfNormal(0.5)``, ``"halfnormal(0.5)"``, or a ``Prior`` that says more. For sparse counts, with a common effect
    and without corrections: ``mh`` (Mantel-Haenszel), ``nch`` (exact conditional likelihood) or ``penalised`` (Firth's
    logistic regression).

    ``better``: ``higher`` or ``lower``, without which nothing is ranked. ``ci``: ``wald``, or ``hksj`` and
    ``hksj-floor`` (Hartung-Knapp-Sidik-Jonkman with t quantiles, without and with a floor). ``covariates`` names
    columns that hold one value a study. ``continuity`` (0.5 by default, 0 for sparse counts) is added to the cells of
    studies with a zero or full cell; ``continuity_rule`` says of which: ``only0`` those studies, ``if0all`` all as soon
    as there is one, ``all``, or ``tacc`` (those, by the arm's size). ``smd_correction``: Hedges' factor ``exact``,
    ``approximate``, or ``none`` (Cohen's d). ``seed`` orders the draws.

    Every effect is ``treatment`` minus ``reference``, on the log scale for ratios.

    Raises ``DataError`` for wrong data, ``NetworkError`` (``DisconnectedError``) for evidence that is no one network,
    ``ArgumentError`` (``UnknownNameError``) for a request that can't be understood, ``FitError`` when a fit fails.
    """
    _check_types(
        measure=measure, model=model, engine=engine, ci=ci, continuity_rule=continuity_rule, level=level,
        smd_correction=smd_correction, reference=reference, better=better, continuity=continuity, seed=seed,
    )  # fmt: skip
    names = _column_names(covariates)
    _check_columns(columns, contrast_columns)
    Continuity(rule=continuity_rule)
    check_correction(smd_correction)
    if engine.lower() in SPARSE_ENGINES:
        _check_sparse(engine, measure, contrasts)
        network = read_sparse_network(
            data,
            engine=engine.lower(),
            columns=columns,
            continuity=continuity or 0.0,
            covariates=names,
            sheet=sheet,
            outcome=outcome,
        )
    else:
        network = read_network(
            data, measure=measure, columns=columns, contrasts=contrasts, contrast_columns=contrast_columns,
            covariates=names, sheet=sheet, outcome=outcome, continuity=0.5 if continuity is None else continuity,
            continuity_rule=continuity_rule, smd_correction=smd_correction,
        )  # fmt: skip
    known = None if prior is None else as_prior(prior)
    return fit(
        plan(network, model=model, engine=engine, reference=reference, better=better, prior=known, level=level, ci=ci,
             seed=int(seed))
    )  # fmt: skip


def _column_names(given: Sequence[str]) -> tuple[str, ...]:
    names = (given,) if isinstance(given, str) else given
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise ArgumentError("covariates is not a list of column names", found=repr(given), expected='["year"]')
    return tuple(names)


def _check_columns(*given: Mapping[str, str] | None) -> None:
    for columns in given:
        if columns is not None and not isinstance(columns, Mapping):
            raise ArgumentError(
                "columns is not a mapping",
                found=repr(columns),
                expected="roles to column names",
                repair='columns={"study": "studyn", "treatment": "trtc"}',
            )


def _check_sparse(engine: str, measure: str, contrasts: Any) -> None:
    """Refuse what the engines for sparse counts can't do."""
    if measure.upper() != "OR" or contrasts is not None:
        raise ArgumentError(
            f"the engine {engine} makes odds ratios from counts",
            found=f"measure {measure!r}" if contrasts is None else "a second table with contrasts",
            expected="measure 'OR', and arms with events and n",
            repair="use engine='reml' for the rest",
        )


def _check_types(**given: Any) -> None:
    """Refuse a value of the wrong type here, before it fails somewhere without a name."""
    text, number = "text", "a number"
    others = {"level": number, "continuity": number, "seed": "a whole number"}
    for name, value in given.items():
        wanted = others.get(name, text)
        optional = name in ("reference", "better", "continuity")
        fits = {
            text: isinstance(value, str) or (optional and value is None),
            number: is_number(value) or (optional and value is None),
            "a whole number": is_whole(value),
        }[wanted]
        if not fits:
            raise ArgumentError(f"{name} is not {wanted}", found=repr(value), expected=wanted)
