"""Odds ratios from sparse counts: three engines that need no continuity correction.

``mh`` is Mantel and Haenszel's, ``nch`` the exact conditional likelihood (noncentral hypergeometric), ``penalised``
logistic regression with Firth's penalty. All take the effect to be the same in all studies.

They differ in what a zero can tell them. The odds ratio of ``mh`` is undefined for studies of the same treatments in
all of which one has no events: that treatment leaves them, and if nothing else is known of it, the network, with a
caveat. ``nch`` uses every study that has some events and some patients without; where its estimate is infinite, as for
a treatment without any event, that is refused, since leaving the treatment out would hide what its zero says.
``penalised`` uses every study and is finite whatever cells are empty.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from topline.errors import ArgumentError, DataError, DisconnectedError, FitError, NetworkError, UnknownNameError
from topline.records import Caveat, StudyArm
from topline.synthesis.arrays.counts import CountArrays, count_arrays
from topline.synthesis.arrays.hypergeometric import fit_hypergeometric, reachable, saturated_log_likelihood
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.mantel_haenszel import MantelHaenszelFit, estimate_design, is_proper, pool_designs
from topline.synthesis.arrays.penalised_logistic import fit_penalised
from topline.synthesis.evidence.network import components
from topline.synthesis.sparse.evidence import (
    SparseEvidence,
    cells,
    design_table,
    designs,
    lost_treatments,
    mantel_haenszel_evidence,
    usable_evidence,
)

SPARSE_ENGINES = ("mh", "nch", "penalised")


@dataclass(frozen=True)
class SparseFit:
    """Log odds ratios versus ``treatments[ground]``: ``effects`` (T,) and ``covariance`` (T, T), 0 at the ground.

    ``treatments`` and ``studies`` are sorted and index ``counts``; ``arms`` are those that entered, in the order of
    ``counts``. ``q`` with ``df`` degrees of freedom compares the designs, for ``mh`` alone; both are None for the
    others and without degrees of freedom. ``log_likelihood`` is that of ``nch``, the penalised one of ``penalised``
    (up to the binomial coefficients), and None for ``mh``. ``likelihood_ratio``, for ``nch`` alone, compares effects of
    each study's own with the common ones, on sum(arms - 1) - (T - 1) ``degrees`` of freedom: a test of heterogeneity
    and inconsistency in one, whose chi-square distribution is rough where events are few; None without degrees.
    """

    engine: str
    treatments: tuple[str, ...]
    studies: tuple[str, ...]
    arms: tuple[StudyArm, ...]
    counts: CountArrays
    ground: int
    effects: Array
    covariance: Array
    q: float | None
    df: int | None
    log_likelihood: float | None
    likelihood_ratio: float | None
    degrees: int
    caveats: tuple[Caveat, ...]


def fit_sparse(
    arms: Sequence[StudyArm], engine: str, continuity: float = 0.0, reference: str | None = None
) -> SparseFit:
    """Fit ``mh``, ``nch`` or ``penalised`` to arms with ``events`` and ``n``; the order of the arms changes nothing.

    ``reference`` is the ground, else the first treatment by name. ``continuity`` above 0 is for ``mh`` alone: it is
    added to all cells of the studies in whose design the odds ratio is undefined, which otherwise lose arms.

    Raises ``DataError`` for impossible numbers, ``ArgumentError`` (``UnknownNameError``) for a correction that the
    engine doesn't take and for an engine or reference that is not there, ``NetworkError`` (``DisconnectedError``) when
    what can be used is no one network, ``FitError`` when ``nch`` has no finite maximum, or
    when the counts of a design are too uneven for a covariance of ``mh``.
    """
    _check_request(engine, continuity)
    evidence = usable_evidence(arms, keep_silent=engine == "penalised")
    if engine == "mh":
        evidence = mantel_haenszel_evidence(evidence, continuity)
    entered = [a for study in sorted(evidence.studies) for a in evidence.studies[study]]
    treatments = tuple(sorted({a.treatment for a in entered}))
    caveats = (*evidence.caveats, *lost_treatments(arms, evidence.studies))
    _check_network(arms, entered, reference, caveats)
    counts = _counts(entered, treatments)
    ground = 0 if reference is None else treatments.index(reference)
    degrees = len(entered) - len(evidence.studies) - (len(treatments) - 1)
    q, df, log_likelihood, likelihood_ratio = None, None, None, None
    if engine == "mh":
        fit = _mantel_haenszel(evidence, treatments, ground)
        effects, covariance = fit.effects, fit.covariance
        q, df = (fit.q_between, fit.df_between) if fit.df_between else (None, None)
    else:
        if engine == "nch":
            _check_whole(entered)
            _check_finite(counts, treatments)
        else:
            caveats += _penalty_caveat(counts, treatments)
        likelihood = fit_hypergeometric(counts, ground) if engine == "nch" else fit_penalised(counts, ground)
        effects, covariance, log_likelihood = likelihood.effects, likelihood.covariance, likelihood.log_likelihood
        if engine == "nch" and degrees:
            likelihood_ratio = max(0.0, 2 * (saturated_log_likelihood(counts) - log_likelihood))
    return SparseFit(
        engine=engine,
        treatments=treatments,
        studies=tuple(sorted(evidence.studies)),
        arms=tuple(entered),
        counts=counts,
        ground=ground,
        effects=effects,
        covariance=covariance,
        q=q,
        df=df,
        log_likelihood=log_likelihood,
        likelihood_ratio=likelihood_ratio,
        degrees=degrees,
        caveats=caveats,
    )


def _check_request(engine: str, continuity: float) -> None:
    if engine not in SPARSE_ENGINES:
        raise UnknownNameError.among("engine", engine, SPARSE_ENGINES)
    if not (math.isfinite(continuity) and continuity >= 0):
        raise ArgumentError("the continuity correction is a number from 0", found=str(continuity), expected="0")
    if continuity > 0 and engine != "mh":
        raise ArgumentError(
            f"the engine {engine} takes no continuity correction",
            found=f"continuity {continuity:g}",
            expected="0: studies with zero cells enter as they are",
            repair="leave continuity out",
        )


def _check_network(
    arms: Sequence[StudyArm], entered: Sequence[StudyArm], reference: str | None, caveats: Sequence[Caveat]
) -> None:
    """Refuse a network that has come to nothing, has lost the reference, or has fallen apart, and say what it lost."""
    because = " ".join(c.text for c in caveats)
    given, treatments = {a.treatment for a in arms}, sorted({a.treatment for a in entered})
    if reference is not None and reference not in given:
        raise UnknownNameError.among("treatment", reference, given)
    if not entered:
        raise NetworkError(
            "no study is left that compares two treatments",
            found=because or "no arms",
            expected="at least one study with two arms that can be used",
            repair="use engine='penalised', which takes studies without events as well",
        )
    if reference is not None and reference not in treatments:
        raise NetworkError(
            f"nothing that can be used is left of the reference {reference}",
            found=because,
            expected="one of " + ", ".join(treatments),
            repair="choose another reference, or use engine='penalised'",
        )
    pieces = components((a.study, a.treatment) for a in entered)
    if len(pieces) > 1:
        error = DisconnectedError(pieces)
        if because:
            error.problems = (replace(error.problem, found=f"{error.problem.found}. {because}"),)
        raise error


def _counts(arms: Sequence[StudyArm], treatments: Sequence[str]) -> CountArrays:
    """The arms as arrays, in the same order: by study and treatment."""
    studies = {name: k for k, name in enumerate(sorted({a.study for a in arms}))}
    index = {name: k for k, name in enumerate(treatments)}
    table = np.array([cells(a) for a in arms])
    return count_arrays(
        np.array([studies[a.study] for a in arms]),
        np.array([index[a.treatment] for a in arms]),
        table[:, 0],
        table[:, 1],
        len(treatments),
    )


def _mantel_haenszel(evidence: SparseEvidence, treatments: Sequence[str], ground: int) -> MantelHaenszelFit:
    estimates = []
    for names, design in designs(evidence.studies).items():
        found = estimate_design(np.array([treatments.index(t) for t in names]), *design_table(design, evidence.added))
        if not is_proper(found):
            raise FitError(
                f"the Mantel-Haenszel odds ratios of the trials of {', '.join(names)} have no usable covariance",
                found="trials "
                + ", ".join(own[0].study for own in design)
                + ": an estimated variance that is not above 0",
                expected="arms of more alike size, or more events",
                repair="use engine='nch' or engine='penalised', or leave the smallest arms out",
            )
        estimates.append(found)
    return pool_designs(estimates, len(treatments), ground)


def _check_whole(arms: Sequence[StudyArm]) -> None:
    """Refuse counts that are not whole numbers."""
    for arm in arms:
        events, n = cells(arm)
        if events != int(events) or n != int(n):
            raise DataError(
                f"study {arm.study}, treatment {arm.treatment}: the exact likelihood counts whole patients",
                found=f"{events:g} of {n:g}",
                expected="whole numbers",
                repair="give the counts as they were observed, or use engine='mh' or engine='penalised'",
            )


def _unbounded(counts: CountArrays, treatments: Sequence[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The largest group of treatments with finite maximum likelihood among themselves, and what the others would be."""
    reach = reachable(counts)
    both = reach & reach.T
    # of several groups of that size, the one with the first treatment by name
    main = int(np.argmax(both.sum(axis=1)))
    inside = [t for t, same in zip(treatments, both[main], strict=True) if same]
    kinds: dict[str, list[str]] = {}
    for name, away, back in zip(treatments, reach[main], reach[:, main], strict=True):
        if not (away and back):
            kinds.setdefault("odds ratio 0" if away else "infinite" if back else "not determined", []).append(name)
    return inside, kinds


def _check_finite(counts: CountArrays, treatments: Sequence[str]) -> None:
    """Refuse data whose conditional likelihood has no finite maximum, and say for which treatments, and why."""
    inside, kinds = _unbounded(counts, treatments)
    if not kinds:
        return
    empty = [t for k, t in enumerate(treatments) if not counts.events[counts.treatment == k].any()]
    why = f"; without events in any arm: {', '.join(empty)}" if empty else ""
    raise FitError(
        f"the exact likelihood has no finite maximum for {', '.join(t for names in kinds.values() for t in names)}",
        found="; ".join(f"{', '.join(names)} versus {', '.join(inside)}: {k}" for k, names in kinds.items()) + why,
        expected="trials of each treatment in which it has events and others have patients without, and the reverse",
        repair="use engine='penalised' or engine='bayes', which are finite, or leave the arms of these treatments out",
    )


def _penalty_caveat(counts: CountArrays, treatments: Sequence[str]) -> tuple[Caveat, ...]:
    """Say which estimates are finite only because of the penalty."""
    _, kinds = _unbounded(counts, treatments)
    if not kinds:
        return ()
    names = ", ".join(sorted(t for group in kinds.values() for t in group))
    text = f"Without the penalty there is no finite estimate for {names}: the size of theirs rests on the penalty."
    return (Caveat(code="penalty_decides", text=text, severity="serious"),)
